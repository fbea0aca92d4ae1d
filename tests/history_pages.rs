//! When pages were created and changed, and by whom.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use annals::source::git::page_history;
use repository::Builder;

#[test]
fn pages_know_when_and_by_whom_they_were_made_and_changed() {
    let mut builder = Builder::new();
    builder.commit_by("Ann", "main", "docs: a", &[("content/a.md", "1"), ("other.md", "1")]);
    builder.commit_by(
        "Bob",
        "main",
        "docs: b\n\nCo-authored-by: Cy <cy@example.com>",
        &[("content/b.md", "1")],
    );
    builder.commit_by("Ann", "main", "docs: a again", &[("content/a.md", "2"), ("content/b.md", "2")]);
    let last =
        builder.commit_by("Ann", "main", "docs: move", &[("content/sub/c.md", "2"), ("content/b.md", "")]);
    builder.commit_by("Dee", "main", "chore: other", &[("other.md", "2")]);
    std::fs::create_dir_all(builder.path().join("content")).unwrap();
    let (history, diagnostics) = page_history(&builder.path().join("content"), &[], false);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(history.prefix, "content");
    let page = |path: &str| {
        let facts = history.page(path).unwrap();
        let people: Vec<String> =
            facts.contributors.iter().map(|one| format!("{} {}", one.name, one.commits)).collect();
        (facts.created.unwrap().date(), facts.updated.unwrap().date(), people.join(", "))
    };
    assert_eq!(page("a.md"), ("2023-11-15".into(), "2023-11-17".into(), "Ann 2".into()));
    // A file that moved keeps its history.
    assert_eq!(page("sub/c.md"), ("2023-11-16".into(), "2023-11-18".into(), "Ann 2, Bob 1, Cy 1".into()));
    assert_eq!(history.page("sub/c.md").unwrap().commit, Some(last.to_string()));
    assert_eq!(history.page("sub/c.md").unwrap().path_in_repo, "content/sub/c.md");
    assert!(history.page("b.md").is_none());
}

#[test]
fn mailmap_joins_people_and_ignored_commits_do_not_count() {
    let mut builder = Builder::new();
    builder.commit_by(
        "Ann",
        "main",
        "docs: a",
        &[("a.md", "1"), (".mailmap", "Ann Lee <ann@example.com>\n")],
    );
    let noise = builder.commit_by("Bob", "main", "style: format", &[("a.md", "2")]);
    let (history, _) = page_history(builder.path(), &[noise.to_string()], false);
    let facts = history.page("a.md").unwrap();
    assert_eq!(facts.contributors[0].name, "Ann Lee");
    assert_eq!((facts.contributors.len(), facts.updated.unwrap().date().as_str()), (1, "2023-11-15"));
}

#[test]
fn no_repository_and_an_empty_one_give_a_note() {
    let dir = tempfile::tempdir().unwrap();
    let (history, diagnostics) = page_history(dir.path(), &[], false);
    assert!(history.head.is_none());
    assert_eq!(diagnostics[0].rule, "git/no-repository");
    let builder = Builder::new();
    let (history, diagnostics) = page_history(builder.path(), &[], false);
    assert!(history.head.is_none());
    assert_eq!(diagnostics[0].rule, "git/empty");
}

#[test]
fn a_shallow_clone_leaves_out_what_it_can_not_know() {
    let mut builder = Builder::new();
    builder.commit("main", "docs: a", &[("a.md", "1"), ("b.md", "1")]);
    let edge = builder.commit("main", "docs: b", &[("b.md", "2")]);
    builder.commit("main", "docs: a", &[("a.md", "2"), ("c.md", "1")]);
    std::fs::write(builder.path().join(".git/shallow"), format!("{edge}\n")).unwrap();
    let (history, diagnostics) = page_history(builder.path(), &[], false);
    assert_eq!(diagnostics.iter().map(|one| one.rule).collect::<Vec<_>>(), ["git/shallow"]);
    assert!(history.head.as_ref().unwrap().shallow);
    let a = history.page("a.md").unwrap();
    assert_eq!(
        (a.created, a.updated.unwrap().date().as_str(), a.contributors.len()),
        (None, "2023-11-17", 0)
    );
    let b = history.page("b.md").unwrap();
    assert_eq!((b.created, b.updated, b.commit.clone()), (None, None, None));
    let c = history.page("c.md").unwrap();
    assert_eq!((c.created.unwrap().date().as_str(), c.contributors.len()), ("2023-11-17", 1));
}
