//! Kinds of page through the binary: those of a site's own, and demos, decisions and paths.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const SETTINGS: &str = r#"[site]
title = "Sample"

[kinds.drill]
label = "Drill"
dated = true
sections = ["Scenario", "Result"]
fields = [
  { name = "verdict", label = "Verdict", required = true, choices = ["passed", "failed"] },
  { name = "participants", type = "number" },
  { name = "held", type = "date" },
  { name = "rooms", type = "list" },
  { name = "again", type = "boolean" },
  { name = "video", type = "url" },
  { name = "tests", label = "Tests the runbook", type = "page" },
]
"#;
const DRILL: &str = "---\ntitle: The cache is gone\nverdict: passed\nparticipants: 7\nheld: 2026-03-14\nrooms: [North, <b>South</b>]\nagain: true\nvideo: https://video.example/1\ntests: cache\ndate: 2026-03-14\n---\n\n## Scenario\n\nNo cache.\n\n## Result\n\nFine.\n";

fn site(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn annals(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).current_dir(root).args(arguments).output().unwrap()
}

fn build(root: &Path) -> String {
    let output = annals(root, &["build", "--now", "2026-04-01"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text + &String::from_utf8_lossy(&output.stdout)
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_kind_of_the_sites_own_shows_its_fields_and_is_listed_and_found() {
    let site = site(&[
        ("site.toml", SETTINGS),
        ("content/drills/2026-03-14-cache.md", DRILL),
        (
            "content/drills/2026-02-01-old.md",
            "---\ntitle: Older\ndate: 2026-02-01\nverdict: failed\n---\n## Scenario\n\n## Result\n",
        ),
        ("content/runbooks/cache.md", "---\ntitle: Cache is cold\n---\n1. Warm it.\n"),
    ]);
    let said = build(site.path());
    assert!(said.contains("2 drills"), "{said}");
    let page = read(site.path(), "drills/2026-03-14-cache/index.html");
    for part in [
        "<span class=\"badge kind\">Drill</span>",
        "<dt>Verdict</dt><dd>passed</dd>",
        "<dt>participants</dt><dd>7</dd>",
        "<dt>rooms</dt><dd>North, &lt;b&gt;South&lt;/b&gt;</dd>",
        "<dt>again</dt><dd>yes</dd>",
        "<a href=\"https://video.example/1\">",
        "<dt>Tests the runbook</dt><dd><a href=\"../../runbooks/cache/\">Cache is cold</a></dd>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let list = read(site.path(), "drills/index.html");
    assert!(list.contains("<h1>Drills</h1>"), "{list}");
    assert!(list.find("The cache is gone").unwrap() < list.find("Older").unwrap(), "the newest comes first");
    let found = annals(site.path(), &["search", "kind:drill cache"]);
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(text.contains("The cache is gone") && !text.contains("Cache is cold"), "{text}");
}

#[test]
fn its_fields_are_checked_at_their_lines() {
    let bad = DRILL
        .replace("passed", "great")
        .replace("participants: 7", "participants: many")
        .replace("## Result", "## End")
        .replace("tests: cache", "tests: cahce");
    let site = site(&[
        ("site.toml", SETTINGS),
        ("content/drills/a.md", &bad),
        ("content/runbooks/cache.md", "---\ntitle: Cache is cold\n---\n1. Warm it.\n"),
    ]);
    let output = annals(site.path(), &["check", "--now", "2026-04-01"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    for part in [
        "content/drills/a.md:3:10",
        "`passed`",
        "content/drills/a.md:4:15",
        "this drill has no section “Result”",
        "this drill has no `verdict`",
        "did you mean `cache`?",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_new_page_of_it_has_its_fields_and_sections_and_passes_once_filled() {
    let site = site(&[("site.toml", SETTINGS), ("content/a.md", "# A\n")]);
    let output = annals(site.path(), &["new", "drill", "Cache: gone", "--now", "2026-03-14"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "content/drills/2026-03-14-cache-gone.md\n");
    let file = site.path().join("content/drills/2026-03-14-cache-gone.md");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "---\ntitle: \"Cache: gone\"\ndate: 2026-03-14\nverdict: # passed, failed\nparticipants:\nheld:\nrooms:\nagain:\nvideo:\ntests:\n---\n\n## Scenario\n\n## Result\n"
    );
    fs::write(&file, text.replace("verdict: # passed, failed", "verdict: passed")).unwrap();
    let output = annals(site.path(), &["check", "--now", "2026-04-01"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("kind/"), "{said}");
    let schema = annals(site.path(), &["schema", "drill"]);
    let schema: serde_json::Value = serde_json::from_slice(&schema.stdout).unwrap();
    assert_eq!(schema["properties"]["verdict"]["enum"][0], "passed");
    assert!(schema["properties"]["title"].is_object());
}

#[test]
fn an_archetype_of_the_theme_comes_before_the_fields() {
    let settings = format!(
        "{}\ntheme = \"own\"\n{}",
        "[site]\ntitle = \"Sample\"",
        SETTINGS.split_once("[kinds").map(|(_, rest)| format!("[kinds{rest}")).unwrap()
    );
    let site = site(&[
        ("site.toml", &settings),
        ("themes/own/archetypes/drill.md", "---\ntitle: {{ title }}\n---\nOurs of {{ date }}.\n"),
    ]);
    let output = annals(site.path(), &["new", "drill", "X", "--now", "2026-03-14", "--print"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "---\ntitle: X\n---\nOurs of 2026-03-14.\n");
}

#[test]
fn settings_that_make_no_kind_are_told_at_their_lines() {
    let site = site(&[("site.toml", "[kinds.runbok]\n"), ("content/a.md", "# A\n")]);
    let said = |settings: &str| {
        fs::write(site.path().join("site.toml"), settings).unwrap();
        let output = annals(site.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let text = said("[kinds.runbok]\n");
    assert!(text.contains("site.toml:1:8") && text.contains("did you mean `runbook`"), "{text}");
    let text = said("[kinds.drill]\nlabel = \"D\"\nfields = [{ name = \"tags\" }]\n");
    assert!(text.contains("every page has the field `tags`"), "{text}");
    let text = said("[[sections]]\npath = \"x\"\nkind = \"dril\"\n[kinds.drill]\nlabel = \"D\"\n");
    assert!(text.contains("site.toml:3:8") && text.contains("did you mean `drill`?"), "{text}");
}

#[test]
fn a_decision_shows_what_replaced_it_and_what_it_replaced() {
    let site = site(&[
        ("site.toml", "[site]\ntitle = \"Sample\"\n"),
        (
            "content/decisions/one.md",
            "---\ntitle: Use one queue\nstatus: superseded\nreplaced_by: two\n---\nx\n",
        ),
        ("content/decisions/two.md", "---\ntitle: Use two queues\nstatus: accepted\n---\nx\n"),
    ]);
    build(site.path());
    let old = read(site.path(), "decisions/one/index.html");
    assert!(old.contains("status-superseded"), "{old}");
    assert!(old.contains("Replaced by <a href=\"../../decisions/two/\">Use two queues</a>"), "{old}");
    let new = read(site.path(), "decisions/two/index.html");
    assert!(new.contains("<dt>Replaces</dt><dd><a href=\"../../decisions/one/\">Use one queue</a>"), "{new}");
}

#[test]
fn a_path_shows_its_steps_in_order_and_a_public_one_no_internal_step() {
    let site = site(&[
        ("site.toml", "[site]\ntitle = \"Sample\"\n[content]\naudience = \"public\"\n"),
        (
            "content/paths/start.md",
            "---\ntitle: First week\nsteps: [zeta, secret, alpha, gone]\n---\nWelcome.\n",
        ),
        (
            "content/zeta.md",
            "---\ntitle: Zeta\nreviewed: 2025-01-01\nreview_every: 30d\n---\nRead me first.\n",
        ),
        ("content/alpha.md", "---\ntitle: Alpha\n---\nx\n"),
        ("content/secret.md", "---\ntitle: Secret\naudience: internal\n---\nx\n"),
    ]);
    build(site.path());
    let html = read(site.path(), "paths/start/index.html");
    let steps = html.split_once("<ol class=\"steps\">").unwrap().1.split_once("</ol>").unwrap().0;
    let at = |text: &str| steps.find(text).unwrap_or_else(|| panic!("{text}: {steps}"));
    assert!(at("Zeta") < at("Secret") && at("Secret") < at("Alpha") && at("Alpha") < at("gone"));
    assert_eq!(steps.matches("may be out of date").count(), 1, "{steps}");
    assert_eq!(steps.matches("no such page").count(), 1, "{steps}");
    let output = annals(site.path(), &["build", "--audience", "public", "--now", "2026-04-01"]);
    assert!(output.status.success());
    let html = read(site.path(), "paths/start/index.html");
    assert!(!html.contains("ecret") && html.contains("Zeta") && !html.contains("gone"), "{html}");
}

#[test]
fn a_demo_has_chapters_and_is_linked_from_the_release_that_it_shows() {
    let site = site(&[
        ("site.toml", "[site]\ntitle = \"Sample\"\n"),
        (
            "content/demos/export.md",
            "---\ntitle: The new export\nrecording: https://video.example/1.webm\nrelease: Sample@1.0.0\n---\n\n## Transcript\n\n### 0:30 Why\n\nBecause.\n\n### 12:30 The flux button\n\nPress it.\n",
        ),
    ]);
    for arguments in [
        &["init", "-q"][..],
        &["add", "."],
        &["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "feat: a"],
        &["tag", "v1.0.0"],
    ] {
        let output = Command::new("git").arg("-C").arg(site.path()).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
    }
    build(site.path());
    let html = read(site.path(), "demos/export/index.html");
    assert!(
        html.contains("data-seconds=\"750\" href=\"https://video.example/1.webm#t=750\">▶ 12:30</a>"),
        "{html}"
    );
    assert!(html.contains("1.0.0</a>"), "{html}");
    assert!(!html.contains("<video"), "a page loads nothing from elsewhere: {html}");
    let release = read(site.path(), "packages/sample/1.0.0/index.html");
    assert!(release.contains("href=\"../../../demos/export/\">The new export</a>"), "{release}");
    let found = annals(site.path(), &["search", "flux button"]);
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(text.contains("12:30 The flux button"), "a hit opens at the time: {text}");
    // A file of the site is played on the page itself.
    fs::write(site.path().join("content/demos/export.webm"), "no real recording").unwrap();
    let file = site.path().join("content/demos/export.md");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("https://video.example/1.webm", "export.webm")).unwrap();
    build(site.path());
    let html = read(site.path(), "demos/export/index.html");
    assert!(
        html.contains("<video class=\"recording\" controls preload=\"none\" src=\"../../demos/export.webm\""),
        "{html}"
    );
    fs::write(&file, text).unwrap();
    // A release that does not exist, and an address that would run as a script.
    let file = site.path().join("content/demos/export.md");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("@1.0.0", "@9.0.0").replace("https://video.example/1.webm", "javascript:alert(1)"),
    )
    .unwrap();
    build(site.path());
    let html = read(site.path(), "demos/export/index.html");
    assert!(!html.contains("javascript:"), "{html}");
    let output = annals(site.path(), &["check"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("demo/unknown-release"));
}
