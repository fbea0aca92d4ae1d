//! A public build holds nothing internal: canaries in every place where internal content stands, and every byte of the
//! output read, the search index inflated.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands in internal content only. None is part of another word of the site.
const CANARIES: &[&str] = &[
    "zanzibar",
    "quokka",
    "xylophone",
    "wombat",
    "narwhal",
    "ocelot",
    "pangolin",
    "axolotl",
    "okapi",
    "tapir",
    "marmoset",
    "dugong",
    "numbat",
    "kinkajou",
    "tarsier",
    "gharial",
    "cassowary",
    "capybara",
    "aardwolf",
    "binturong",
    "gerenuk",
    "hoatzin",
    "kakapo",
    "lemming",
    "markhor",
    "nutria",
    "olingo",
    "peccary",
    "potoroo",
];

const SITE: &[(&str, &str)] = &[
    (
        "site.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org/\"\nrepository = \"https://github.com/acme/kb\"\n[content]\naudience = \"public\"\n",
    ),
    (
        "services.toml",
        "[teams.edge]\ntitle = \"Edge\"\n[teams.tarsier]\ntitle = \"T\"\naudience = \"internal\"\ncontact = \"#gerenuk\"\n[services.web]\nowner = \"edge\"\ntier = 2\ndepends_on = [\"aardwolf\"]\n[services.api]\nowner = \"tarsier\"\n[services.aardwolf]\ntitle = \"Binturong\"\naliases = [\"fossa\"]\naudience = \"internal\"\n",
    ),
    ("CODEOWNERS", "* @acme/edge\n"),
    (
        "content/articles/a.md",
        "# Alpha\n\nOpen. [words](quokka.md) and [more][r] and ![p](xylophone/secret-wombat.png).\n\n[r]: quokka.md \"zanzibar\"\n\n:::internal\nThe narwhal knows, see [x](quokka.md).\n:::\n\n![shown](shown.png)\n",
    ),
    (
        "content/articles/quokka.md",
        "---\ntitle: The ocelot plan\naudience: internal\naliases: [/pangolin/]\ntags: [axolotl]\nservices: [web]\n---\n\n## An okapi heading\n\nThe tapir text. [a](a.md) ![d](marmoset.png)\n\n```bash\nkubectl get dugong\n```\n",
    ),
    ("content/articles/marmoset.png", "numbat-bytes"),
    ("content/articles/shown.png", "shown bytes"),
    ("content/articles/files/kinkajou.pdf", "kinkajou"),
    (
        "content/retros/r.md",
        "---\ntitle: Retro\ndate: 2026-03-14\nrunbooks: [cassowary]\nservices: [web, aardwolf]\nowner: tarsier\n---\n\n## Impact\n\nSome.\n\n## Action items\n\n- [ ] Look closer @edge (prevent)\n\n:::internal\n- [ ] Ask the hoatzin @edge (prevent)\n:::\n",
    ),
    (
        "content/retros/kakapo.md",
        "---\ntitle: Kakapo\ndate: 2026-03-15\nseverity: SEV1\nservices: [api]\naudience: internal\nstarted: 2026-03-15T09:00Z\nmitigated: 2026-03-15T10:00Z\nresolved: 2026-03-15T11:00Z\n---\n\n## Action items\n\n- [ ] Count the lemming @edge (prevent)\n",
    ),
    ("content/logs/2026-03-16.md", "---\naudience: internal\n---\n\n- 09:02 markhor was deployed\n"),
    (
        "content/runbooks/cassowary.md",
        "---\ntitle: C\naudience: internal\nalerts: [GharialDown]\nerrors: [\"capybara failed\"]\n---\n\n1. x\n",
    ),
    ("content/runbooks/open.md", "---\ntitle: Open\nalerts: [WebDown]\n---\n\n1. Look.\n"),
    ("content/xylophone/_index.md", "---\ntitle: Hidden section\naudience: internal\n---\n"),
    ("content/xylophone/page.md", "---\ntitle: H\naudience: internal\n---\n\nx\n"),
    ("urls.txt", "articles/quokka/\n"),
];

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in SITE {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn git(root: &Path, args: &[&str]) {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let out = Command::new("git").arg("-C").arg(root).args(who).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// The site in a repository whose commits and tags tell of it.
fn site_with_history() -> tempfile::TempDir {
    let site = site();
    let root = site.path();
    git(root, &["init", "-q", "-b", "main"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "feat: begin"]);
    let add = |path: &str, text: &str, message: &str| {
        let file = root.join(path);
        fs::write(&file, fs::read_to_string(&file).unwrap_or_default() + text).unwrap();
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", message]);
    };
    add(
        "content/articles/quokka.md",
        "\nMore.\n",
        "feat: tell of the nutria\n\nCo-authored-by: Potoroo P <p@example.org>",
    );
    fs::write(root.join("content/articles/gone.md"), "---\naudience: internal\n---\n\nx\n").unwrap();
    add("urls.txt", "articles/gone/\n", "feat: add the olingo page");
    fs::remove_file(root.join("content/articles/gone.md")).unwrap();
    add("urls.txt", "", "fix: remove the peccary page");
    add("content/articles/a.md", "\nMore.\n", "feat: tell more of alpha");
    add("content/articles/a.md", "\nAnd more.\n", "fix: correct alpha");
    add("services.toml", "\n", "fix: sort services");
    git(root, &["tag", "v1.0.0"]);
    add("content/articles/quokka.md", "\nEven more.\n", "feat: tell of the nutria again");
    site
}

fn json(out: &std::process::Output) -> serde_json::Value {
    serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)))
}

fn report(root: &Path, args: &[&str]) -> (Option<i32>, serde_json::Value) {
    let command = ["build", "--audience", "public", "--json"];
    let out =
        Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(command).args(args).output();
    let out = out.unwrap();
    (out.status.code(), json(&out))
}

#[test]
fn a_public_build_tells_what_it_looked_for_and_finds_nothing() {
    let site = site_with_history();
    let (code, first) = report(site.path(), &[]);
    assert_eq!((code, &first["leaks"]["found"]), (Some(0), &0.into()), "{first:#}");
    let strings = first["leaks"]["strings"].as_u64().unwrap();
    assert!(strings > 30, "{first:#}");
    assert_eq!(
        first["leaks"]["outputs"].as_u64().unwrap(),
        first["files"].as_u64().unwrap() + 1,
        "and the manifest"
    );
    let (_, second) = report(site.path(), &[]);
    assert_eq!(second["leaks"]["strings"], strings);
    assert!(second["leaks"]["unchanged"].as_u64().unwrap() > 10, "{second:#}");
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(site.path())
        .args(["build", "--audience", "public"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains(&format!("{strings} strings of internal content looked for in ")), "{said}");
    let inside = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(site.path())
        .args(["build", "--json"])
        .output()
        .unwrap();
    assert!(json(&inside)["leaks"].is_null(), "those inside may see everything");
}

fn leak_of(report: &serde_json::Value) -> &serde_json::Value {
    let mut all = report["diagnostics"].as_array().unwrap().iter();
    all.find(|found| found["rule"] == "output/leak").unwrap_or_else(|| panic!("{report:#}"))
}

#[test]
fn a_leak_by_a_copied_file_or_a_template_fails_the_build_and_names_its_source() {
    let site = site();
    let root = site.path();
    let (code, _) = report(root, &[]);
    assert_eq!(code, Some(0));
    fs::create_dir_all(root.join("static")).unwrap();
    fs::write(root.join("static/plan.json"), "{\"text\":\"see the Ocelot plan\"}").unwrap();
    let (code, found) = report(root, &[]);
    assert_eq!(code, Some(1), "{found:#}");
    assert!(found["output"].is_null() && !root.join("dist/plan.json").exists(), "the old site stands");
    let leak = leak_of(&found);
    assert_eq!(leak["file"], "content/articles/quokka.md", "{leak:#}");
    assert!(leak["message"].as_str().unwrap().contains("plan.json"), "{leak:#}");
    // The way out is to say that it is no secret.
    let settings = fs::read_to_string(root.join("site.toml")).unwrap();
    let disclosed = format!("{settings}[check]\ndisclosed = [\"the ocelot plan\", \"ocelot plan\"]\n");
    fs::write(root.join("site.toml"), disclosed).unwrap();
    let (code, found) = report(root, &[]);
    assert_eq!(code, Some(0), "{found:#}");
    fs::write(root.join("site.toml"), settings).unwrap();
    fs::remove_file(root.join("static/plan.json")).unwrap();
    // Packed text is unpacked.
    let mut packer = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut packed = vec![0; 1000];
    let length = packer.gzip_compress(b"... the okapi: An okapi heading ...", &mut packed).unwrap();
    fs::write(root.join("static/data.gz"), &packed[..length]).unwrap();
    let (code, found) = report(root, &[]);
    assert_eq!(code, Some(1), "{found:#}");
    assert!(leak_of(&found)["message"].as_str().unwrap().contains("data.gz"), "{found:#}");
    fs::remove_file(root.join("static/data.gz")).unwrap();
    // A file that a build took over unchanged is looked through again when there is more to look for.
    let (code, _) = report(root, &[]);
    assert_eq!(code, Some(0));
    fs::write(root.join("content/articles/new.md"), "---\ntitle: Open words and more\naudience: internal\n---\n\nSee the page that is shown to nobody else.\n").unwrap();
    fs::write(root.join("static/late.txt"), "See the page that is shown to nobody else.").unwrap();
    let (code, found) = report(root, &[]);
    assert_eq!(code, Some(1), "{found:#}");
}

fn build(root: &Path, args: &[&str]) {
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root)
        .arg("build")
        .args(args)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Every file of the output with its path, the search index inflated.
fn outputs(folder: &Path) -> Vec<(String, String)> {
    let (mut all, mut waiting) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&below)).unwrap().flatten() {
            let path = below.join(entry.file_name());
            if entry.path().is_dir() {
                waiting.push(path);
                continue;
            }
            let bytes = fs::read(entry.path()).unwrap();
            let mut text = String::from_utf8_lossy(&bytes).to_lowercase();
            if let Ok(payload) = annals::search::bytes::unscript(&bytes) {
                text.push_str(&String::from_utf8_lossy(&payload).to_lowercase());
            }
            all.push((path.to_str().unwrap().to_owned(), text));
        }
    }
    all
}

#[test]
fn no_canary_is_in_a_public_build() {
    let root = site_with_history();
    // An internal build before, so that a cache that remembers too much would show.
    build(root.path(), &[]);
    let dist = root.path().join("dist");
    let inside = outputs(&dist);
    for canary in CANARIES.iter().filter(|canary| **canary != "wombat") {
        let found = inside.iter().any(|(path, text)| text.contains(canary) || path.contains(canary));
        assert!(found, "`{canary}` is shown to those inside, so that the test can fail");
    }
    build(root.path(), &["--audience", "public"]);
    let public = outputs(&dist);
    assert!(public.len() > 30, "{}", public.len());
    let mut leaks = Vec::new();
    for (path, text) in &public {
        for canary in CANARIES {
            if text.contains(canary) || path.contains(canary) {
                leaks.push(format!("{canary} in {path}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    let paths: Vec<&str> = public.iter().map(|(path, _)| path.as_str()).collect();
    assert!(paths.contains(&"articles/shown.png"), "what a public page shows is there");
    let page = &public.iter().find(|(path, _)| path == "articles/a/index.md").unwrap().1;
    assert!(page.contains("open. words and more and"), "{page}");
}

/// Every file that the manifest lists is there with its size.
fn is_whole(dist: &Path) {
    let manifest = fs::read(dist.join(".annals/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    for file in manifest["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        assert_eq!(Some(fs::metadata(dist.join(path)).unwrap().len()), file["size"].as_u64(), "{path}");
    }
}

#[test]
fn a_public_build_that_begins_with_the_files_of_internal_ones_is_as_a_fresh_one() {
    let root = site();
    let dist = root.path().join("dist");
    let page = root.path().join("content/runbooks/open.md");
    // From the second build on there is a site to begin with.
    for line in ["one", "two", "three"] {
        build(root.path(), &[]);
        is_whole(&dist);
        fs::write(&page, fs::read_to_string(&page).unwrap() + "\n" + line + "\n").unwrap();
    }
    build(root.path(), &["--audience", "public"]);
    is_whole(&dist);
    let fresh = tempfile::tempdir().unwrap();
    let output = fresh.path().join("fresh");
    build(root.path(), &["--audience", "public", "--no-cache", "--output", output.to_str().unwrap()]);
    let sorted = |folder: &Path| {
        let mut files = outputs(folder);
        files.sort();
        files
    };
    assert!(sorted(&dist) == sorted(&output), "files of an internal build are left, or are others");
}

#[test]
fn no_canary_is_found_by_searching_a_public_build() {
    let root = site();
    build(root.path(), &["--audience", "public"]);
    for canary in CANARIES {
        let out = Command::new(env!("CARGO_BIN_EXE_annals"))
            .arg("-C")
            .arg(root.path())
            .args(["search", "--json", canary])
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let hits = report["hits"].to_string().to_lowercase();
        assert!(!CANARIES.iter().any(|other| hits.contains(other)), "{canary}: {hits}");
    }
}

#[test]
fn what_public_content_says_itself_is_no_leak_in_whatever_form() {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("site.toml", "[site]\ntitle = \"T\"\n[content]\naudience = \"public\"\n");
    write(
        "content/guides/rollback/open.md",
        "# Open\n\n!!! warning \"Don't Neglect the Kettle\"\n    Repeat *step 3* and\n    **step 4** for all.\n\nRunBooks and \
         [a tool](https://tool.example/x).\n\nSee [words](hidden.md).\n\n```text\nend   is key plus\n```\n",
    );
    write(
        "content/guides/rollback/hidden.md",
        "---\ntitle: Books\naudience: internal\n---\n\n## Don't Neglect the Kettle\n\nRepeat step 3 and step 4 for all.\n\nend is key \
         plus [a tool](https://tool.example/x)\n\n## Postmortems\n\n## Rollback\n\nOnly the marmalade knows of this.\n",
    );
    let (code, found) = report(root.path(), &[]);
    assert_eq!(code, Some(0), "{found:#}");
    assert!(found["leaks"]["said_in_public"].as_u64().unwrap() > 5, "{found:#}");
    assert!(found["leaks"]["strings"].as_u64().unwrap() >= 2, "the address and the last sentence: {found:#}");
    write("static/x.txt", "Only the marmalade knows of this.");
    let (code, _) = report(root.path(), &[]);
    assert_eq!(code, Some(1));
}
