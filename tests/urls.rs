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

fn git(root: &Path, args: &[&str]) {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let out = Command::new("git").arg("-C").arg(root).args(who).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// What was found about addresses, with the help.
fn helps(root: &Path, args: &[&str]) -> Vec<String> {
    let out = annals(root, &[&["check", "--format", "json", "--now", "2026-06-01"], args].concat());
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let all = report["diagnostics"].as_array().unwrap().iter();
    let lost = all.filter(|found| found["rule"].as_str().unwrap().starts_with("url/"));
    lost.map(|found| format!("{}: {}", found["message"].as_str().unwrap(), found["help"].as_str().unwrap()))
        .collect()
}

#[test]
fn git_tells_where_a_page_went_under_another_name_over_several_renames_and_before_a_commit() {
    let site = site();
    let root = site.path();
    let long =
        "# Moving\n\nOne line that says something.\n\nAnother line that says something else.\n\nA third.\n";
    write(root, "content/articles/moving.md", long);
    write(
        root,
        "content/articles/Staying Put.md",
        &long.replace("Moving", "Staying").replace("third", "fourth"),
    );
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    git(root, &["init", "-q", "-b", "main"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "docs: begin"]);
    // Twice renamed: nothing in the new name is like the old one, and no redirect leads through the name between.
    fs::create_dir(root.join("content/handbook")).unwrap();
    git(root, &["mv", "content/articles/moving.md", "content/handbook/between.md"]);
    git(root, &["commit", "-qm", "docs: rename"]);
    git(root, &["mv", "content/handbook/between.md", "content/handbook/zebra.md"]);
    // Renamed and changed, and not known to git yet.
    fs::rename(root.join("content/articles/Staying Put.md"), root.join("content/handbook/yak.md")).unwrap();
    write(root, "content/handbook/yak.md", &(read(root, "content/handbook/yak.md") + "\nOne more line.\n"));
    let before = found(root, &[]);
    assert_eq!(before, ["url/gone", "url/gone"]);
    let told = helps(root, &[]);
    assert!(told.iter().all(|told| told.contains("(`--fix` does it)")), "{told:#?}");
    assert_eq!(found(root, &["--fix"]), Vec::<String>::new());
    assert!(
        read(root, "content/handbook/zebra.md").starts_with("---\naliases: [\"/articles/moving/\"]\n---\n")
    );
    assert!(
        read(root, "content/handbook/yak.md")
            .starts_with("---\naliases: [\"/articles/staying-put/\"]\n---\n")
    );
    assert!(annals(root, &["build"]).status.success());
    assert!(
        read(root, "dist/articles/moving/index.html").contains("handbook/zebra/"),
        "at once, in one step"
    );
    // Moved once more, with its aliases: both old addresses lead to where it is.
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "docs: accept"]);
    git(root, &["mv", "content/handbook/zebra.md", "content/articles/gnu.md"]);
    let told = helps(root, &["--fix"]);
    assert!(told.is_empty(), "{told:#?}");
    assert!(
        read(root, "content/articles/gnu.md")
            .contains("aliases: [\"/articles/moving/\", \"/handbook/zebra/\"]")
    );
    assert!(annals(root, &["build"]).status.success());
    for old in ["articles/moving", "handbook/zebra"] {
        assert!(read(root, &format!("dist/{old}/index.html")).contains("articles/gnu/"), "{old}");
    }
}

#[test]
fn an_address_that_everybody_knew_is_not_led_to_an_internal_page_and_circles_are_refused() {
    let site = site();
    let root = site.path();
    let page =
        "---\ntitle: Plan\naudience: public\n---\n\nOne line that says something.\n\nAnother line, too.\n";
    write(root, "content/articles/plan.md", page);
    assert!(annals(root, &["check", "--accept-urls"]).status.success());
    git(root, &["init", "-q", "-b", "main"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "docs: begin"]);
    git(root, &["mv", "content/articles/plan.md", "content/articles/secret.md"]);
    let internal = page.replace("audience: public", "audience: internal");
    write(root, "content/articles/secret.md", &internal);
    let told = helps(root, &["--fix"]);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("is internal: an address that everybody knew may not lead there"), "{told:#?}");
    assert_eq!(read(root, "content/articles/secret.md"), internal, "nothing is written");
    // Public pages may lead there by an alias of a public page; an alias that is a page's own address is an error.
    write(root, "content/articles/secret.md", page);
    assert_eq!(found(root, &["--fix"]), Vec::<String>::new());
    write(root, "content/articles/plan.md", "---\ntitle: Plan\naliases: [/articles/secret/]\n---\n\nx\n");
    let out = annals(root, &["build"]);
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("site/path-twice"), "two pages that lead to each other: {said}");
}
