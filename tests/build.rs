//! `annals build` through the binary, on fixture sites.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

#[path = "support/program.rs"]
mod program;

use program::annals;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A copy of a fixture site in a folder of its own.
fn site(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites").join(name), folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn build(folder: &Path, arguments: &[&str]) -> String {
    let output = annals(folder, &[&["build"], arguments].concat());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), root, into);
            } else {
                let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                into.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The part of a page that its text makes.
fn main_part(html: &str) -> &str {
    let start = html.find("<main").unwrap();
    let end = html.find("</main>").unwrap();
    html[start..end].trim()
}

/// Lines without white space around them, and without the empty ones.
fn tidy(html: &str) -> String {
    html.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_site_of_all_kinds_of_page_is_built() {
    let folder = site("full");
    let text = build(folder.path(), &[]);
    assert!(text.contains("1 runbook, 1 retro, 1 release note, 4 articles"), "{text}");
    insta::assert_snapshot!("runbook", tidy(main_part(&read(folder.path(), "runbooks/edge/index.html"))));
    insta::assert_snapshot!(
        "retro",
        tidy(main_part(&read(folder.path(), "retros/2026-03-14-checkout/index.html")))
    );
    insta::assert_snapshot!("section", tidy(main_part(&read(folder.path(), "articles/index.html"))));
    insta::assert_snapshot!("service", tidy(main_part(&read(folder.path(), "services/checkout/index.html"))));
    let mut paths: Vec<_> = files(&folder.path().join("dist")).into_keys().map(unhashed).collect();
    // Hashes decide the order of the files' names, and must not decide that of the snapshot.
    paths.sort();
    insta::assert_snapshot!("files", paths.join("\n"));
}

/// A path with its hash replaced, so that a snapshot does not change with the bytes.
fn unhashed(path: String) -> String {
    let hex = |part: &str| part.len() >= 8 && part.chars().all(|char| char.is_ascii_hexdigit());
    if let Some(rest) = path.strip_prefix("assets/") {
        return format!(
            "assets/{}",
            rest.split('.').map(|part| if hex(part) { "HASH" } else { part }).collect::<Vec<_>>().join(".")
        );
    }
    match path.strip_prefix("search/").and_then(|rest| rest.split_once('-')) {
        Some((sort, rest)) if rest.split('.').next().is_some_and(hex) => format!("search/{sort}-HASH.js"),
        _ => path,
    }
}

#[test]
fn machine_files_hold_what_their_formats_ask_for() {
    let folder = site("full");
    build(folder.path(), &[]);
    insta::assert_snapshot!("sitemap", read(folder.path(), "sitemap.xml"));
    insta::assert_snapshot!("llms", read(folder.path(), "llms.txt"));
    insta::assert_snapshot!("atom", read(folder.path(), "services/proxy/atom.xml"));
    insta::assert_snapshot!("rss", read(folder.path(), "articles/rss.xml"));
    assert_eq!(
        read(folder.path(), "_redirects"),
        "/kb/alerts/Edge5xxHigh/ /kb/runbooks/edge/ 301\n/kb/old/edge/ /kb/runbooks/edge/ 301\n",
        "an alert with one runbook leads there, and so does an alias"
    );
    let alias = read(folder.path(), "old/edge/index.html");
    assert!(
        alias.contains("url=../../runbooks/edge/")
            && alias.contains("href=\"https://sample.example/kb/runbooks/edge/\"")
    );
    assert!(read(folder.path(), "runbooks/edge/index.md").starts_with("# Edge proxy returns 5xx\n"));
    let feed: serde_json::Value = serde_json::from_str(&read(folder.path(), "feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"][0]["id"], "tag:sample.example,2026-03-14:/retros/2026-03-14-checkout/");
    let manifest: serde_json::Value =
        serde_json::from_str(&read(folder.path(), ".annals/manifest.json")).unwrap();
    for file in manifest["files"].as_array().unwrap() {
        let bytes = fs::read(folder.path().join("dist").join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(file["blake3"], blake3::hash(&bytes).to_hex().as_str());
    }
}

#[test]
fn no_page_holds_a_script_of_its_own_or_of_its_author() {
    let folder = site("full");
    build(folder.path(), &["--drafts"]);
    for (path, bytes) in files(&folder.path().join("dist")).iter().filter(|(path, _)| path.ends_with(".html"))
    {
        let html = String::from_utf8_lossy(bytes);
        assert!(
            !html.contains("<script>") && !html.contains(" style=") && !html.contains("<style"),
            "{path}"
        );
        assert!(!html.contains("onclick=\"") && !html.contains("javascript:"), "{path}");
    }
    let page = read(folder.path(), "articles/one/index.html");
    assert!(
        page.contains("<b>bold</b>")
            && !page.contains("<script>alert(1)")
            && !main_part(&page).contains("alert(1)"),
        "sanitised"
    );
    assert!(page.contains("{{&lt; shortcode &gt;}}"), "shown as text");
    assert!(page.contains("<h1>One &amp; only</h1>") && page.matches("One &amp; only</h1>").count() == 1);
    assert!(read(folder.path(), "articles/deep/index.html").contains("Raw &lt;i&gt;html&lt;/i&gt;."));
}

#[test]
fn a_public_build_holds_no_byte_of_what_is_internal() {
    let folder = site("full");
    let content = folder.path().join("content");
    // Everything is public but the retro and the block in the runbook.
    fs::write(
        folder.path().join("site.toml"),
        fs::read_to_string(folder.path().join("site.toml"))
            .unwrap()
            .replace("[content]", "[content]\naudience = \"public\""),
    )
    .unwrap();
    fs::write(content.join("retros/_index.md"), "---\ntitle: Retros\n---\n").unwrap();
    let runbook = fs::read_to_string(content.join("runbooks/edge.md")).unwrap();
    fs::write(
        content.join("runbooks/edge.md"),
        runbook.replace(" and [the retro](../retros/2026-03-14-checkout.md)", ""),
    )
    .unwrap();
    build(folder.path(), &["--audience", "public"]);
    for (path, bytes) in files(&folder.path().join("dist")) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["in the vault", "2026-03-14-checkout", "Checkout returned 502", "It was bad"] {
            assert!(!text.contains(secret), "`{secret}` in {path}");
        }
    }
    build(folder.path(), &[]);
    assert!(read(folder.path(), "runbooks/edge/index.html").contains("in the vault"));
}

#[test]
fn the_same_content_gives_the_same_bytes_anywhere() {
    let (one, other) = (site("full"), site("full"));
    build(one.path(), &[]);
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["build", "--no-cache"])
        .current_dir(other.path())
        .env_remove("SOURCE_DATE_EPOCH")
        .envs([("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8"), ("RAYON_NUM_THREADS", "1")])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(files(&one.path().join("dist")) == files(&other.path().join("dist")));
    // Neither the cache nor a second build changes a byte.
    build(one.path(), &[]);
    assert!(files(&one.path().join("dist")) == files(&other.path().join("dist")));
}

#[test]
fn a_file_that_did_not_change_keeps_its_time() {
    let folder = site("full");
    build(folder.path(), &[]);
    let time = |path: &str| fs::metadata(folder.path().join("dist").join(path)).unwrap().modified().unwrap();
    let paths = ["articles/two/index.html", "runbooks/edge/index.html", "runbooks/dot.png", "plain.txt"];
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for path in paths {
        fs::File::options()
            .write(true)
            .open(folder.path().join("dist").join(path))
            .unwrap()
            .set_modified(old)
            .unwrap();
    }
    let page = folder.path().join("content/articles/two.md");
    fs::write(&page, fs::read_to_string(&page).unwrap() + "\nMore.\n").unwrap();
    let text = build(folder.path(), &[]);
    assert_ne!(time("articles/two/index.html"), old, "{text}");
    assert!(read(folder.path(), "articles/two/index.html").contains("More."));
    for path in &paths[1..] {
        assert_eq!(time(path), old, "{path}");
    }
    fs::remove_file(page).unwrap();
    build(folder.path(), &[]);
    assert!(!folder.path().join("dist/articles/two").exists(), "a removed page is gone");
}

#[test]
fn a_change_elsewhere_reaches_every_page_that_shows_it() {
    let folder = site("full");
    build(folder.path(), &[]);
    let runbook = folder.path().join("content/runbooks/edge.md");
    let text = fs::read_to_string(&runbook).unwrap();
    fs::write(&runbook, text.replace("Edge proxy returns 5xx", "Edge is down")).unwrap();
    build(folder.path(), &[]);
    let retro = read(folder.path(), "retros/2026-03-14-checkout/index.html");
    assert_eq!(retro.matches("Edge is down").count(), 2, "as its runbook, and as a page that links to it");
    fs::write(folder.path().join("static/edge.yaml"), "a: 1\nb: 20\nc: 3\n").unwrap();
    build(folder.path(), &[]);
    assert!(read(folder.path(), "runbooks/edge/index.html").contains("20"), "an included file");
    let cached = files(&folder.path().join("dist"));
    build(folder.path(), &["--no-cache"]);
    assert!(cached == files(&folder.path().join("dist")), "a cached build is a fresh build");
}

#[test]
fn all_that_is_wrong_is_told_in_one_run_and_the_old_site_stays() {
    let folder = site("broken");
    fs::create_dir_all(folder.path().join("dist/.annals")).unwrap();
    fs::write(folder.path().join("dist/.annals/manifest.json"), "{}").unwrap();
    fs::write(folder.path().join("dist/index.html"), "old").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("content/articles/out.md")).unwrap();
    let output = annals(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    insta::assert_snapshot!("broken", text);
    assert_eq!(read(folder.path(), "index.html"), "old");
    let output = annals(folder.path(), &["build", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["output"], serde_json::Value::Null);
    let rules: Vec<&str> =
        report["diagnostics"].as_array().unwrap().iter().map(|d| d["rule"].as_str().unwrap()).collect();
    for rule in [
        "front-matter/syntax",
        "front-matter/unclosed",
        "source/encoding",
        "front-matter/value",
        "front-matter/kind",
        "page/unknown-service",
        "markdown/directive",
        "page/alias",
        "page/url",
        "site/path-twice",
        "source/symlink",
        "link/broken",
    ] {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
}

#[test]
fn settings_that_are_wrong_are_told_with_the_nearest_name() {
    let folder = site("full");
    fs::write(
        folder.path().join("site.toml"),
        "[site]\ntitel = \"x\"\nbase_url = 3\n[content]\nper_page = 0\n[[mounts]]\npath = \"x\"\n",
    )
    .unwrap();
    let output = annals(folder.path(), &["build"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("settings", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_folder_of_somebody_else_is_never_replaced() {
    let folder = site("full");
    let target = folder.path().join("elsewhere");
    fs::create_dir(&target).unwrap();
    fs::write(target.join("letter.txt"), "mine").unwrap();
    let output = annals(folder.path(), &["build", "--output", "elsewhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(files(&target).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_disk_that_refuses_leaves_the_old_site() {
    let folder = site("full");
    build(folder.path(), &[]);
    let before = files(&folder.path().join("dist"));
    // A folder that stands where a file is to be written makes the write fail even for root.
    let template = folder.path().join("static/search");
    fs::create_dir_all(template.join("index.html")).unwrap();
    fs::write(template.join("index.html/x"), "x").unwrap();
    let output = annals(folder.path(), &["build"]);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(before == files(&folder.path().join("dist")));
}

#[test]
fn a_build_that_is_killed_leaves_the_old_site_whole() {
    let folder = site("full");
    for number in 0..400 {
        fs::write(
            folder.path().join(format!("content/articles/n{number}.md")),
            format!("# N {number}\n\n```rust\nfn f{number}() {{}}\n```\n"),
        )
        .unwrap();
    }
    build(folder.path(), &[]);
    let before = files(&folder.path().join("dist"));
    fs::write(folder.path().join("content/_index.md"), "# New home\n").unwrap();
    for pause in [5, 20, 60] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
            .args(["build", "--no-cache", "--quiet"])
            .current_dir(folder.path())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = files(&folder.path().join("dist"));
        let home = String::from_utf8_lossy(&now["index.html"]).into_owned();
        assert!(
            now == before || home.contains("New home"),
            "after {pause} ms the site is neither the old nor the new one"
        );
        assert!(now.len() >= before.len() - 1);
    }
    build(folder.path(), &[]);
    assert!(read(folder.path(), "index.html").contains("New home"));
    let leftovers: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with("annals-new"))
        .collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
}

#[test]
fn an_empty_project_is_a_site() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("site.toml"), "").unwrap();
    let text = build(folder.path(), &[]);
    assert!(text.contains("git/no-repository") && text.contains("no pages"), "{text}");
    assert!(read(folder.path(), "index.html").contains("<h1>annals</h1>"));
}

#[test]
fn a_theme_of_the_sites_own_overrides_file_by_file_and_its_mistakes_have_a_place() {
    let folder = site("full");
    let output = annals(folder.path(), &["theme", "eject", "templates/404.html", "assets/app.css"]);
    assert!(output.status.success());
    let settings = folder.path().join("site.toml");
    fs::write(
        &settings,
        fs::read_to_string(&settings).unwrap().replace("[site]", "[site]\ntheme = \"site\""),
    )
    .unwrap();
    let template = folder.path().join("themes/site/templates/404.html");
    fs::write(&template, fs::read_to_string(&template).unwrap().replace("</h1>", "</h1><p>Ours.</p>"))
        .unwrap();
    build(folder.path(), &[]);
    assert!(read(folder.path(), "404.html").contains("<p>Ours.</p>"));
    fs::write(
        &template,
        "{% extends \"base.html\" %}\n{% block main %}{{ nothing.here }}{% endblock main %}\n",
    )
    .unwrap();
    let output = annals(folder.path(), &["build"]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("themes/site/templates/404.html:2:"), "{text}");
}

#[test]
fn a_new_site_builds_without_a_warning_and_new_pages_find_their_place() {
    let folder = tempfile::tempdir().unwrap();
    assert!(annals(folder.path(), &["init", "kb", "--title", "Acme: \"our\" pages"]).status.success());
    let root = folder.path().join("kb");
    let made = annals(
        &root,
        &[
            "new",
            "retro",
            "Checkout: down",
            "--service",
            "checkout",
            "--severity",
            "SEV1",
            "--now",
            "2026-03-14",
        ],
    );
    assert_eq!(String::from_utf8_lossy(&made.stdout).trim(), "content/retros/2026-03-14-checkout-down.md");
    for kind in ["article", "runbook", "release-note", "log", "review", "demo", "decision", "path"] {
        assert!(annals(&root, &["new", kind, "One more", "--now", "2026-03-14"]).status.success(), "{kind}");
    }
    build(&root, &["--strict"]);
    assert!(read(&root, "retros/2026-03-14-checkout-down/index.html").contains("SEV1"));
    let again = annals(folder.path(), &["init", "kb"]);
    assert_eq!(again.status.code(), Some(2), "what is there is never overwritten");
    assert_eq!(annals(&root, &["new", "runbok", "x"]).status.code(), Some(2));
    assert_eq!(annals(&root, &["new", "runbook", "x", "--service", "chekout"]).status.code(), Some(2));
}

#[test]
fn a_search_server_is_told_to_the_client_and_allowed_by_the_policy_of_each_page() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("content")).unwrap();
    std::fs::write(folder.path().join("content/a.md"), "# A\n").unwrap();
    let settings = "[site]\ntitle = \"T\"\n";
    std::fs::write(folder.path().join("site.toml"), settings).unwrap();
    build(folder.path(), &[]);
    assert!(read(folder.path(), "a/index.html").contains("connect-src 'self';"));
    let headers = read(folder.path(), "_headers");
    assert!(headers.contains("connect-src 'self';"));
    assert!(
        headers.contains("  Speculation-Rules: \"/speculation-rules.json\"\n")
            && headers
                .contains("/speculation-rules.json\n  Content-Type: application/speculationrules+json\n"),
        "{headers}"
    );
    serde_json::from_str::<serde_json::Value>(&read(folder.path(), "speculation-rules.json")).unwrap();
    let server =
        "[search.server]\nkind = \"typesense\"\nurl = \"https://search.example.com:8108/x; script-src *\"\n";
    std::fs::write(folder.path().join("site.toml"), format!("{settings}{server}")).unwrap();
    build(folder.path(), &[]);
    for file in ["a/index.html", "_headers"] {
        let text = read(folder.path(), file);
        assert!(text.contains("connect-src 'self' https://search.example.com:8108;"), "{file}: {text}");
        assert!(!text.contains("script-src *"), "{file}");
    }
    let root = std::fs::read(folder.path().join("dist/search/root.js")).unwrap();
    let payload = annals::search::bytes::unscript(&root).unwrap();
    assert!(String::from_utf8_lossy(&payload).contains("\"kind\":\"typesense\""));
}

/// A site in a language, with a retro of two days, a page in another language and a theme of its own.
fn in_language(language: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("site.toml", &format!("[site]\ntitle = \"T\"\nlanguage = \"{language}\"\ntheme = \"site\"\n"));
    write("themes/site/i18n/de.toml", "menu = \"Inhalt\"\n[texts]\nCopy = \"Abschreiben\"\n");
    write(
        "content/retros/one.md",
        "---\ntitle: One\ndate: 2026-03-04\nstatus: resolved\nstarted: 2026-03-04T09:00Z\ndetected: 2026-03-04T09:12Z\nresolved: 2026-03-05T11:30Z\n---\n\n> [!WARNING]\n> Text\n\n## Again\n",
    );
    write("content/notes/fa.md", "---\ntitle: سلام\nlang: fa\ntags: [a]\n---\n\nText\n");
    folder
}

#[test]
fn the_language_of_the_site_is_that_of_all_words_around_its_pages() {
    let folder = in_language("de");
    build(folder.path(), &[]);
    let read = |path: &str| fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    let retro = read("retros/one/index.html");
    assert!(retro.contains("<html lang=\"de\" data-root"), "{retro}");
    for text in [
        ">Inhalt<",
        ">behoben<",
        "title=\"2026-03-04\">4. März 2026</time>",
        "Warnung</p>",
        "Link zu: Again",
        "<dd>12 Min.</dd>",
        "<dd>1 Tg. 2 Std.</dd>",
    ] {
        assert!(retro.contains(text), "no {text} in {retro}");
    }
    let home = read("index.html");
    assert!(home.contains("<span>1 Seite</span>") && home.contains(">Letzte Vorfälle<"), "{home}");
    assert!(read("404.html").contains("<title>Diese Seite gibt es nicht"));
    assert!(read("tags/index.html").contains("<h1>Schlagwörter</h1>"));
    let scripts = files(&folder.path().join("dist/assets"));
    let app = scripts.iter().find(|(name, _)| name.starts_with("app.") && name.ends_with(".js")).unwrap().1;
    let app = String::from_utf8_lossy(app);
    assert!(app.starts_with("window.annalsStrings=") && app.contains("\"Copy\":\"Abschreiben\""));
}

#[test]
fn a_language_that_is_written_from_the_right_turns_the_page_and_one_page_may_differ() {
    let folder = in_language("ar");
    build(folder.path(), &[]);
    let read = |path: &str| fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    assert!(read("retros/one/index.html").contains("<html lang=\"ar\" dir=\"rtl\""));
    assert!(read("index.html").contains("<span>صفحة واحدة</span>"));
    // One and two days have words of their own.
    assert!(read("retros/one/index.html").contains("<dd>يوم و2 س</dd>"));
    let folder = in_language("en");
    build(folder.path(), &[]);
    let page = fs::read_to_string(folder.path().join("dist/notes/fa/index.html")).unwrap();
    assert!(page.contains("<html lang=\"en\" data-root"));
    assert!(
        page.contains("<h1 lang=\"fa\" dir=\"rtl\">سلام</h1>")
            && page.contains("<div class=\"prose\" lang=\"fa\" dir=\"rtl\">")
    );
}

/// A small site whose settings and page are given.
fn small(settings: &str, page: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("site.toml", settings),
        ("content/notes/one.md", page),
        ("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The structured data of a page.
fn structured(html: &str) -> serde_json::Value {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_tells_other_sites_what_it_is_and_no_text_gets_out_of_its_place() {
    let hostile = "</script><script>alert(1)</script><!--\"";
    let settings = format!("[site]\ntitle = '{hostile}'\nbase_url = \"https://sample.example/kb/\"\n");
    let page = format!(
        "---\ntitle: 'Less < more \"quoted\"'\ndescription: '{hostile}'\ndate: 2026-03-01\nupdated: 2026-04-02\n---\n\nText.\n\n![A dot](dot.png)\n"
    );
    let folder = small(&settings, &page);
    let dot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/full/content/runbooks/dot.png");
    fs::copy(dot, folder.path().join("content/notes/dot.png")).unwrap();
    build(folder.path(), &[]);
    let html = read(folder.path(), "notes/one/index.html");
    assert!(!html.contains("<script>") && !html.contains("alert(1)</script>"), "{html}");
    let data = structured(&html);
    assert_eq!(data["@type"], "TechArticle");
    assert_eq!(data["headline"], "Less < more \"quoted\"");
    assert_eq!(data["description"], "alert(1)<!--\"", "front matter is text, without tags");
    assert_eq!(data["datePublished"], "2026-03-01");
    assert_eq!(data["dateModified"], "2026-04-02");
    assert_eq!(data["author"]["name"], hostile);
    assert_eq!(data["url"], "https://sample.example/kb/notes/one/");
    let image = "https://sample.example/kb/notes/dot.png";
    assert_eq!(data["image"], image);
    for tag in [
        "<meta property=\"og:type\" content=\"article\">".to_owned(),
        "<meta property=\"og:url\" content=\"https://sample.example/kb/notes/one/\">".to_owned(),
        format!(
            "<meta property=\"og:image\" content=\"{image}\"><meta property=\"og:image:alt\" content=\"A dot\">"
        ),
        "<meta name=\"twitter:card\" content=\"summary\">".to_owned(),
    ] {
        assert!(html.contains(&tag), "{tag}\n{html}");
    }
    assert!(read(folder.path(), "index.html").contains("<meta property=\"og:type\" content=\"website\">"));
}

#[test]
fn without_an_address_of_the_site_none_is_made_up() {
    let folder = small("[look]\nlogo = \"logo.svg\"\n", "# One\n\nText.\n");
    build(folder.path(), &[]);
    let html = read(folder.path(), "notes/one/index.html");
    assert!(!html.contains("og:url") && !html.contains("og:image"), "{html}");
    let data = structured(&html);
    assert!(data.get("url").is_none() && data.get("image").is_none(), "{data}");
    assert!(data["publisher"].get("url").is_none(), "{data}");
}
