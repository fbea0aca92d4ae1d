//! What git says of pages and releases, through the binary: who, when, from which commit, and what is missing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use git2::{Commit, Oid, Repository, Signature, Time};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

fn commit(repository: &Repository, path: &str, text: &str, message: &str, who: &str, seconds: i64) -> Oid {
    let root = repository.workdir().unwrap();
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
    let mut index = repository.index().unwrap();
    index.add_path(Path::new(path)).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let signature =
        Signature::new(who, &format!("{}@sample.example", who.to_lowercase()), &Time::new(seconds, 0))
            .unwrap();
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<&Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &signature, &signature, message, &tree, &parents).unwrap()
}

fn build(root: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["build", "--no-cache"])
        .current_dir(root)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn repository() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::init(folder.path()).unwrap();
    commit(
        &repository,
        "site.toml",
        "[site]\ntitle = \"Facts\"\nrepository = \"https://forge.example/o/r\"\nbase_url = \"https://x.example/\"\n",
        "chore: start",
        "Ada",
        1_767_225_600,
    );
    commit(
        &repository,
        "content/a.md",
        "# Page A\n\nText.\n",
        "feat(docs): add page *A* <script>",
        "Ada",
        1_767_312_000,
    );
    commit(
        &repository,
        "content/a.md",
        "# Page A\n\nBetter text.\n",
        "fix: correct page A (#7)",
        "Grace",
        1_767_398_400,
    );
    (folder, repository)
}

#[test]
fn a_page_shows_who_changed_it_when_and_in_which_commit() {
    let (folder, repository) = repository();
    commit(
        &repository,
        ".mailmap",
        "Grace Sample <grace@sample.example>\n",
        "chore: name people",
        "Ada",
        1_767_484_800,
    );
    build(folder.path());
    let page = read(folder.path(), "a/index.html");
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    let changed = head.parent(0).unwrap().id().to_string();
    assert!(
        page.contains(&format!("https://forge.example/o/r/commit/{changed}")),
        "the commit that changed it"
    );
    assert!(page.contains("<time datetime=\"2026-01-03\" title=\"2026-01-03\">3 Jan 2026</time>"), "its day");
    assert!(page.contains("Grace Sample") && page.contains("Ada"), "contributors, by .mailmap");
    assert!(page.contains("https://forge.example/o/r/edit/main/content/a.md"));
    assert!(read(folder.path(), "sitemap.xml").contains("<lastmod>2026-01-03</lastmod>"));
    let short = head.id().to_string()[..7].to_owned();
    assert!(read(folder.path(), "index.html").contains(&short), "the home page names the commit");
    // Only it does: a publisher would have to send every page at every commit.
    commit(&repository, "notes.txt", "x\n", "chore: nothing that is shown", "Ada", 1_767_571_200);
    build(folder.path());
    assert_eq!(read(folder.path(), "a/index.html"), page);
    assert!(!read(folder.path(), "index.html").contains(&short));
}

#[test]
fn tags_and_commits_become_release_pages_joined_to_notes() {
    let (folder, repository) = repository();
    let target = repository.head().unwrap().peel_to_commit().unwrap().into_object();
    repository.tag_lightweight("v1.0.0", &target, false).unwrap();
    commit(
        &repository,
        "content/releases/v1.0.0.md",
        "---\ntitle: The first\n---\n\nWritten by hand.\n",
        "docs: write the note",
        "Ada",
        1_767_571_200,
    );
    commit(
        &repository,
        "content/b.md",
        "# B\n",
        "feat!: add page B\n\nBREAKING CHANGE: A is old.",
        "Ada",
        1_767_657_600,
    );
    build(folder.path());
    let note = read(folder.path(), "releases/v1.0.0/index.html");
    assert!(note.contains("Written by hand."), "the note stands above");
    assert!(
        note.contains("correct page A") && note.contains("add page <em>A</em> &lt;script&gt;"),
        "what the commits say, made safe"
    );
    assert!(
        folder.path().join("dist/packages/facts").is_dir(),
        "named after the site, whatever the folder is called"
    );
    assert!(
        read(folder.path(), "packages/facts/1.0.0/index.html").contains("releases/v1.0.0/"),
        "the release's own address leads to its note"
    );
    let unreleased = read(folder.path(), "packages/facts/unreleased/index.html");
    assert!(unreleased.contains("A is old.") && unreleased.contains("add page B"), "{unreleased}");
}

#[test]
fn without_a_history_it_is_said_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    Repository::init(folder.path()).unwrap();
    fs::create_dir(folder.path().join("content")).unwrap();
    fs::write(folder.path().join("site.toml"), "").unwrap();
    fs::write(folder.path().join("content/a.md"), "# A\n").unwrap();
    let text = build(folder.path());
    assert!(text.contains("git/empty"), "{text}");
    assert!(!read(folder.path(), "a/index.html").contains("Changed"));
}

#[test]
fn a_shallow_clone_leaves_out_what_it_can_not_know() {
    let (folder, _) = repository();
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    let status = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", &url, "clone"])
        .current_dir(clone.path())
        .status()
        .unwrap();
    assert!(status.success());
    let root = clone.path().join("clone");
    let text = build(&root);
    assert!(text.contains("git/shallow"), "{text}");
    let page = read(&root, "a/index.html");
    assert!(!page.contains("Contributors"), "half a list would be taken for the whole");
}
