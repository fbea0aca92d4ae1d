//! Addresses that were published go on leading somewhere, and `--fix` sees to it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn annals(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(args).output().unwrap()
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}

fn found(root: &Path, args: &[&str]) -> Vec<String> {
    let out = annals(root, &[&["check", "--format", "json", "--now", "2026-06-01"], args].concat());
    let report: serde_json::Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let all = report["diagnostics"].as_array().unwrap().iter();
    all.map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .filter(|rule| rule.starts_with("url/"))
        .collect()
}

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "site.toml", "[site]\ntitle = \"T\"\n");
    write(
        root.path(),
        "content/runbooks/edge.md",
        "---\ntitle: Edge\naliases: [/old/]\n---\n\n## Restart the proxy\n\nx\n",
    );
    write(root.path(), "content/articles/a.md", "# A\n\n## One\n\nx\n");
    write(root.path(), "content/articles/b.md", "+++\ntitle = \"B\"\n+++\n\nx\n");
    root
}

#[test]
fn the_list_is_the_same_for_the_same_site_and_holds_paths_anchors_and_aliases() {
    let root = site();
    let root = root.path();
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    let text = read(root, "urls.txt");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("# ")).collect();
    for address in
        ["runbooks/edge/", "runbooks/edge/#restart-the-proxy", "old/", "articles/", "articles/a/#one"]
    {
        assert!(lines.contains(&address), "{address}: {text}");
    }
    assert!(lines.is_sorted() && !text.contains("page/2"), "{text}");
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    assert_eq!(read(root, "urls.txt"), text);
    assert_eq!(found(root, &[]), Vec::<String>::new());
}

#[test]
fn a_moved_page_and_a_renamed_heading_are_found_and_mended() {
    let root = site();
    let root = root.path();
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    for (from, to) in [("articles/a.md", "guides/a.md"), ("articles/b.md", "guides/b.md")] {
        fs::create_dir_all(root.join("content/guides")).unwrap();
        fs::rename(root.join("content").join(from), root.join("content").join(to)).unwrap();
    }
    let edge = read(root, "content/runbooks/edge.md");
    let renamed = edge.replace("## Restart the proxy", "## Restart the edge proxy").replace("[/old/]", "[]");
    fs::write(root.join("content/runbooks/edge.md"), renamed).unwrap();
    fs::write(root.join("content/articles/c.md"), "# C\n\nx\n").unwrap();
    let before = found(root, &[]);
    assert_eq!(before.iter().filter(|rule| *rule == "url/gone").count(), 3, "{before:?}");
    assert_eq!(before.iter().filter(|rule| *rule == "url/anchor-gone").count(), 1, "{before:?}");
    let after = found(root, &["--fix"]);
    assert_eq!(after, ["url/gone"], "`old/` looks like no page, so a person has to say");
    assert!(read(root, "content/guides/a.md").starts_with("---\naliases: [\"/articles/a/\"]\n---\n\n# A\n"));
    assert!(read(root, "content/guides/b.md").starts_with("+++\naliases = [\"/articles/b/\"]\ntitle"));
    let out = annals(root, &["build"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let page = read(root, "dist/runbooks/edge/index.html");
    assert!(
        page.contains("id=\"restart-the-proxy\"") && page.contains("id=\"restart-the-edge-proxy\""),
        "{page}"
    );
    assert!(
        read(root, "dist/articles/a/index.html").contains("guides/a/"),
        "the old address leads to the new one"
    );
    let again = read(root, "content/runbooks/edge.md");
    found(root, &["--fix"]);
    assert_eq!(read(root, "content/runbooks/edge.md"), again, "what is mended is not mended twice");
}

#[test]
fn names_are_spelled_by_fix_and_code_is_left_alone() {
    let root = site();
    let root = root.path();
    write(root, "site.toml", "[check.names]\nPostgreSQL = [\"Postgres SQL\", \"postgresql\"]\n");
    write(
        root,
        "content/articles/a.md",
        "# A\n\nPostgres SQL and postgresql, `postgresql`.\n\n```text\npostgresql\n```\n",
    );
    annals(root, &["check", "--fix"]);
    assert_eq!(
        read(root, "content/articles/a.md"),
        "# A\n\nPostgreSQL and PostgreSQL, `postgresql`.\n\n```text\npostgresql\n```\n"
    );
}

#[test]
fn a_site_with_errors_does_not_lose_its_list() {
    let root = site();
    let root = root.path();
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    let text = read(root, "urls.txt");
    write(root, "content/articles/a.md", "---\ntitle: [\n---\n");
    assert_eq!(annals(root, &["check", "--accept-urls"]).status.code(), Some(1));
    assert_eq!(read(root, "urls.txt"), text);
}
