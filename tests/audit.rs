//! The audit: pages and files that tell who changed what in the content, from git.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Commits all that a closure does to the folder, on a day of March 2026, as somebody.
fn commit(root: &Path, day: u8, who: &str, message: &str, change: impl FnOnce(&Path)) {
    change(root);
    let when = format!("2026-{:02}-14T09:00:00Z", day);
    for arguments in [&["add", "-A"][..], &["commit", "-q", "-m", message]] {
        let out = Command::new("git")
            .current_dir(root)
            .args(["-c", &format!("user.name={who}"), "-c", "user.email=a@example.org"])
            .args(["-c", "commit.gpgsign=false"])
            .args(arguments)
            .env("HOME", root)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &when)
            .env("GIT_COMMITTER_DATE", &when)
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

const SETTINGS: &str =
    "[site]\ntitle = \"T\"\nrepository = \"https://github.com/acme/kb\"\n[content]\naudience = \"public\"\n";

/// Authors stand for people who do not exist: they are called by letters.
fn site() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let kb = root.path();
    let git = Command::new("git").args(["init", "-q", "-b", "main"]).current_dir(kb).output().unwrap();
    assert!(git.status.success());
    commit(kb, 1, "A", "feat: begin", |kb| {
        write(kb, ".gitignore", "dist\n.annals\n");
        write(kb, "site.toml", SETTINGS);
        write(kb, "services.toml", "[teams.edge]\ntitle = \"Edge\"\n");
        write(kb, "content/a.md", "---\nowner: edge\n---\n\n# Alpha\n\nOne.\n");
        write(kb, "content/gone.md", "# Gone\n\nWill not stay.\n");
    });
    commit(kb, 2, "=B()", "=HYPERLINK(\"x\"), <b>bold</b>\n\nCo-authored-by: C <c@example.org>", |kb| {
        write(kb, "content/a.md", "---\nowner: edge\n---\n\n# Alpha\n\nTwo.\n");
    });
    commit(kb, 3, "A", "refactor: move and remove", |kb| {
        fs::create_dir_all(kb.join("content/x")).unwrap();
        fs::rename(kb.join("content/a.md"), kb.join("content/x/a.md")).unwrap();
        fs::remove_file(kb.join("content/gone.md")).unwrap();
    });
    commit(kb, 4, "A", "docs: tell of the secret wombat", |kb| {
        write(kb, "content/x/a.md", "---\nowner: edge\n---\n\n# Alpha\n\nThree.\n");
        write(kb, "content/inner.md", "---\naudience: internal\n---\n\n# Quokka\n\nInternal.\n");
        write(kb, "site.toml", SETTINGS);
    });
    root
}

fn build(root: &Path, arguments: &[&str]) {
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .current_dir(root)
        .arg("build")
        .args(arguments)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn changes(root: &Path) -> Vec<(String, String, String)> {
    let audit: Value = serde_json::from_str(&read(root, "audit/audit.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = audit["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|one| (text(&one["time"])[5..7].to_owned(), text(&one["change"]), text(&one["file"])))
        .collect()
}

#[test]
fn every_change_to_a_page_is_told_where_the_page_is_now() {
    let root = site();
    build(root.path(), &[]);
    let expected = [
        ("04", "added", "inner.md"),
        ("04", "changed", "x/a.md"),
        ("03", "removed", "gone.md"),
        ("03", "moved", "x/a.md"),
        ("02", "changed", "x/a.md"),
        ("01", "added", "x/a.md"),
        ("01", "added", "gone.md"),
    ];
    let told = changes(root.path());
    let told: Vec<(&str, &str, &str)> = told.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
    assert_eq!(told, expected);
}

#[test]
fn changes_are_listed_by_month_author_and_owner() {
    let root = site();
    build(root.path(), &[]);
    let all = read(root.path(), "audit/index.html");
    for link in ["audit/month/2026-03/", "audit/author/a/", "audit/author/c/", "audit/owner/edge/"] {
        assert!(all.contains(link), "{link}: {all}");
        assert!(root.path().join("dist").join(link).join("index.html").exists(), "{link}");
    }
    assert!(all.find("2026-04 (1)").unwrap() < all.find("2026-01 (1)").unwrap(), "the newest month is first");
    let march = read(root.path(), "audit/month/2026-03/index.html");
    assert!(march.contains("gone.md") && march.contains("2026-03-14 09:00 UTC"), "{march}");
    assert!(!march.contains("2026-04-14"), "{march}");
    let edge = read(root.path(), "audit/owner/edge/index.html");
    assert!(edge.contains("x/a/") && !edge.contains("gone.md") && !edge.contains("Quokka</a>"), "{edge}");
    // The page tells the way to its own history, in one step.
    let page = read(root.path(), "x/a/index.html");
    assert!(page.contains("https://github.com/acme/kb/commits/main/content/x/a.md"), "{page}");
}

#[test]
fn messages_and_names_inject_nothing() {
    let root = site();
    build(root.path(), &[]);
    let html = read(root.path(), "audit/month/2026-02/index.html");
    assert!(html.contains("&lt;b&gt;bold&lt;/b&gt;") && !html.contains("<b>bold"), "{html}");
    let csv = read(root.path(), "audit/audit.csv");
    let line = csv.split("\r\n").find(|line| line.contains("HYPERLINK")).unwrap();
    // RFC 4180 for the quotes, and an apostrophe before what a spreadsheet would run.
    assert!(line.ends_with(",'=B(); C,\"'=HYPERLINK(\"\"x\"\"), <b>bold</b>\""), "{line}");
    assert!(csv.starts_with("time,commit,change,file,url,title,owners,authors,subject\r\n"), "{csv}");
}

#[test]
fn a_public_audit_tells_of_public_pages_only() {
    let root = site();
    build(root.path(), &["--audience", "public"]);
    let files: Vec<String> = changes(root.path()).into_iter().map(|(_, _, file)| file).collect();
    assert_eq!(files, ["x/a.md"; 4]);
    for path in ["audit/index.html", "audit/audit.csv", "audit/audit.json", "audit/month/2026-04/index.html"]
    {
        let text = read(root.path(), path);
        for word in ["inner", "Quokka", "gone", "wombat", "HYPERLINK"] {
            assert!(!text.contains(word), "{path} has {word}: {text}");
        }
    }
}

#[test]
fn a_site_without_history_or_with_the_setting_has_no_audit() {
    let root = site();
    let kb = root.path();
    write(kb, "site.toml", &format!("{SETTINGS}[audit]\nenabled = false\n"));
    build(kb, &[]);
    assert!(!kb.join("dist/audit").exists());
    write(kb, "site.toml", SETTINGS);
    fs::remove_dir_all(kb.join(".git")).unwrap();
    build(kb, &[]);
    assert!(!kb.join("dist/audit").exists());
}

#[test]
fn a_commit_that_changes_thousands_of_pages_makes_no_long_page() {
    let root = site();
    commit(root.path(), 5, "A", "feat: bring pages", |kb| {
        for number in 0..120 {
            write(kb, &format!("content/many/{number}.md"), "# One of many\n");
        }
    });
    build(root.path(), &[]);
    let may = read(root.path(), "audit/month/2026-05/index.html");
    assert!(may.contains("+ 110") && may.matches("One of many</a>").count() == 10, "{may}");
    assert_eq!(changes(root.path()).iter().filter(|(month, _, _)| month == "05").count(), 120);
}
