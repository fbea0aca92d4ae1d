//! Odd repositories give a result or a diagnostic that names the repository and the object.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use annals::changelog::{SourceChangelog, read_source};
use annals::config::source::{ChangelogConfig, PackageConfig, SourceConfig};
use annals::diagnostic::{Diagnostic, Level};
use git2::{ObjectType, Oid};
use repository::Builder;
use std::path::Path;

fn read(path: &Path) -> (Option<SourceChangelog>, Vec<Diagnostic>) {
    let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
    read_source(&source, &ChangelogConfig::default(), path, None)
}

fn subjects(told: &SourceChangelog) -> Vec<String> {
    let releases = &told.packages[0].releases;
    releases.iter().flat_map(|release| release.changes()).map(|change| change.description.clone()).collect()
}

/// Writes a commit object byte by byte.
fn raw(builder: &Builder, branch: &str, parents: &[Oid], headers: &str, message: &[u8]) -> Oid {
    let tree = builder.repository.find_commit(builder.tip("main").unwrap()).unwrap().tree_id();
    let mut bytes = format!("tree {tree}\n").into_bytes();
    for parent in parents {
        bytes.extend(format!("parent {parent}\n").bytes());
    }
    let person = "A <a@example.com> 1700000000 +0000";
    bytes.extend(format!("author {person}\ncommitter {person}\n{headers}\n").bytes());
    bytes.extend(message);
    let id = builder.repository.odb().unwrap().write(ObjectType::Commit, &bytes).unwrap();
    std::fs::write(builder.path().join(format!(".git/refs/heads/{branch}")), format!("{id}\n")).unwrap();
    id
}

fn object_file(builder: &Builder, id: Oid) -> std::path::PathBuf {
    let hex = id.to_string();
    builder.path().join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]))
}

#[test]
fn an_empty_repository_and_one_without_tags_are_read() {
    let mut builder = Builder::new();
    let (told, diagnostics) = read(builder.path());
    assert!(told.unwrap().packages[0].releases.is_empty());
    assert_eq!(diagnostics[0].rule, "git/empty");
    builder.commit("main", "feat: a", &[]);
    let (told, diagnostics) = read(builder.path());
    assert_eq!((subjects(&told.unwrap()), diagnostics), (vec!["a".to_owned()], vec![]));
}

#[test]
fn a_place_without_a_repository_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| {
        let source = SourceConfig { path: Some(path.into()), ..SourceConfig::default() };
        read_source(&source, &ChangelogConfig::default(), dir.path(), None).1.remove(0)
    };
    assert!(at("missing").message.contains("nothing at `missing`"));
    std::fs::create_dir(dir.path().join("module")).unwrap();
    assert!(at("module").help.unwrap().contains("submodule"));
    std::fs::write(dir.path().join("module/file"), "x").unwrap();
    assert_eq!((at("module").level, at("module").rule), (Level::Error, "git/no-repository"));
    std::fs::create_dir(dir.path().join("module/.git")).unwrap();
    std::fs::write(dir.path().join("module/.git/HEAD"), "nonsense").unwrap();
    assert_eq!(at("module").level, Level::Error);
}

#[test]
fn a_url_without_network_is_an_error_that_names_it() {
    let cache = tempfile::tempdir().unwrap();
    let at = |url: &str| {
        let source = SourceConfig { url: Some(url.into()), ..SourceConfig::default() };
        read_source(&source, &ChangelogConfig::default(), cache.path(), Some(cache.path())).1.remove(0)
    };
    let missing = at("file:///nowhere/at/all.git");
    assert_eq!(missing.rule, "git/clone-failed");
    assert!(missing.message.contains("file:///nowhere/at/all.git"));
    assert_eq!(at("ext::sh -c id").rule, "git/bad-url");
    assert_eq!(at("--upload-pack=x").rule, "git/bad-url");
}

#[test]
fn a_url_is_cloned_into_the_cache_fetched_and_used_when_it_is_gone() {
    let mut builder = Builder::new();
    builder.commit("main", "feat: a", &[]);
    let cache = tempfile::tempdir().unwrap();
    let url = format!("file://{}", builder.path().display());
    let source = SourceConfig { url: Some(url), ..SourceConfig::default() };
    let read = || read_source(&source, &ChangelogConfig::default(), cache.path(), Some(cache.path()));
    assert_eq!(subjects(&read().0.unwrap()), ["a"]);
    let b = builder.commit("main", "feat: b", &[]);
    builder.tag("v1.0.0", b);
    let told = read().0.unwrap();
    assert_eq!((told.name.as_str(), told.packages[0].releases[0].title()), ("app", "1.0.0"));
    std::fs::rename(builder.path(), builder.path().with_extension("gone")).unwrap();
    let (told, diagnostics) = read();
    assert_eq!(subjects(&told.unwrap()), ["b", "a"]);
    assert_eq!(diagnostics[0].rule, "git/fetch-failed");
}

#[test]
fn messages_of_any_bytes_are_read() {
    let mut builder = Builder::new();
    let first = builder.commit("main", "feat: a", &[]);
    let latin = raw(&builder, "main", &[first], "encoding ISO-8859-1\n", b"fix: caf\xe9");
    let bad = raw(&builder, "main", &[latin], "", b"fix: \xff\xfe");
    let nul = raw(&builder, "main", &[bad], "", b"fix: a\0b");
    let empty = raw(&builder, "main", &[nul], "", b"");
    let long = raw(&builder, "main", &[empty], "", format!("fix: {}", "x".repeat(3 << 20)).as_bytes());
    raw(&builder, "main", &[long], "", "feat: `#[(*_<>`".repeat(70_000).as_bytes());
    let (told, diagnostics) = read(builder.path());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let told = subjects(&told.unwrap());
    for expected in ["café", "\u{fffd}\u{fffd}", "a\u{fffd}b", ""] {
        assert!(told.iter().any(|subject| subject == expected), "{expected:?}");
    }
    assert!(told.iter().all(|subject| subject.len() <= 64 * 1024));
    for subject in &told {
        annals::changelog::inline::html(subject, None);
        annals::changelog::markdown::line(subject);
    }
}

#[test]
fn missing_and_damaged_objects_are_named() {
    let mut builder = Builder::new();
    let lost = builder.commit("main", "feat: lost", &[]);
    let kept = builder.commit("main", "feat: kept", &[("lib/a", "1")]);
    builder.commit("main", "feat: last", &[("lib/a", "2")]);
    std::fs::remove_file(object_file(&builder, lost)).unwrap();
    let (told, diagnostics) = read(builder.path());
    assert_eq!(subjects(&told.unwrap()), ["last", "kept"]);
    assert_eq!((diagnostics[0].rule, diagnostics[0].level), ("git/missing-object", Level::Warning));
    let message = &diagnostics[0].message;
    assert!(
        message.contains("`app`")
            && message.contains(&lost.to_string())
            && message.contains(&kept.to_string())
    );

    let tree = builder.repository.find_commit(kept).unwrap().tree_id();
    let file = object_file(&builder, tree);
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&file, "garbage").unwrap();
    let package = PackageConfig { name: "lib".into(), paths: vec!["lib".into()], ..PackageConfig::default() };
    let source = SourceConfig { name: "app".into(), packages: vec![package], ..SourceConfig::default() };
    let (told, diagnostics) = read_source(&source, &ChangelogConfig::default(), builder.path(), None);
    assert_eq!(subjects(&told.unwrap()), ["last", "kept"], "a commit whose tree is lost counts");
    assert!(diagnostics.iter().any(|one| one.message.contains(&tree.to_string())), "{diagnostics:?}");
    let (_, diagnostics) = annals::source::git::page_history(builder.path(), &[], false);
    assert!(diagnostics.iter().any(|one| one.message.contains(&tree.to_string())), "{diagnostics:?}");
}

#[test]
fn tags_on_anything_are_survived() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[]);
    builder.annotated("v1.0.0", one, "x");
    let inner = builder.repository.refname_to_id("refs/tags/v1.0.0").unwrap();
    builder.annotated("v1.0.1", inner, "a tag on a tag");
    let tree = builder.repository.find_commit(one).unwrap().tree_id();
    builder.tag("v2.0.0", tree);
    std::fs::write(builder.path().join(".git/refs/tags/v3.0.0"), format!("{}\n", "1".repeat(40))).unwrap();
    let (told, diagnostics) = read(builder.path());
    let told = told.unwrap();
    let titles: Vec<&str> = told.packages[0].releases.iter().map(annals::changelog::Release::title).collect();
    assert_eq!(titles, ["1.0.1", "1.0.0"]);
    assert_eq!(diagnostics[0].message, "2 tags of `app` point to no commit: v2.0.0, v3.0.0");
}

#[test]
fn a_detached_head_a_bare_repository_a_worktree_and_replace_refs_are_read() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[]);
    let two = builder.commit("main", "fix: b", &[]);
    builder.repository.set_head_detached(one).unwrap();
    assert_eq!(subjects(&read(builder.path()).0.unwrap()), ["a"]);

    let worktree = builder.path().with_extension("worktree");
    let reference = builder.repository.find_reference("refs/heads/main").unwrap();
    let mut options = git2::WorktreeAddOptions::new();
    options.reference(Some(&reference));
    builder.repository.worktree("other", &worktree, Some(&options)).unwrap();
    assert_eq!(subjects(&read(&worktree).0.unwrap()), ["a", "b"]);

    let better = raw(&builder, "better", &[one], "", b"fix: better");
    builder.repository.reference(&format!("refs/replace/{two}"), better, true, "").unwrap();
    assert_eq!(subjects(&read(&worktree).0.unwrap()), ["a", "better"]);
    assert_eq!(read(&worktree).0.unwrap().facts.replaced, 1);

    let bare = builder.path().with_extension("bare");
    let clone = git2::build::RepoBuilder::new().bare(true).clone(builder.path().to_str().unwrap(), &bare);
    assert!(clone.is_ok());
    assert!(read(&bare).0.is_some());
}

#[test]
fn a_shallow_clone_says_so() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[]);
    let two = builder.commit("main", "feat: b", &[]);
    builder.tag("v1.0.0", two);
    std::fs::write(builder.path().join(".git/shallow"), format!("{two}\n")).unwrap();
    std::fs::remove_file(object_file(&builder, one)).unwrap();
    let (told, diagnostics) = read(builder.path());
    let told = told.unwrap();
    assert_eq!((subjects(&told), told.facts.shallow, told.facts.cut), (vec!["b".to_owned()], true, 1));
    assert_eq!(diagnostics.iter().map(|one| one.rule).collect::<Vec<_>>(), ["git/shallow"]);
}

#[test]
fn a_submodule_is_a_source_with_a_history_of_its_own() {
    let mut inner = Builder::new();
    let one = inner.commit("main", "feat: inside", &[]);
    inner.tag("v0.1.0", one);
    let mut outer = Builder::new();
    outer.commit("main", "feat: outside", &[]);
    let url = inner.path().to_str().unwrap();
    let mut module = outer.repository.submodule(url, Path::new("libs/inner"), true).unwrap();
    module.clone(None).unwrap();
    module.add_finalize().unwrap();
    assert!(outer.path().join("libs/inner/.git").is_file(), "its objects are with those of the outer one");
    let (told, diagnostics) = read(&outer.path().join("libs/inner"));
    let told = told.unwrap();
    assert_eq!((subjects(&told), diagnostics), (vec!["inside".to_owned()], vec![]));
    assert_eq!(told.packages[0].releases[0].title(), "0.1.0");
    let source = SourceConfig { path: Some("libs/inner".into()), ..SourceConfig::default() };
    let (told, _) = read_source(&source, &ChangelogConfig::default(), outer.path(), None);
    assert_eq!(told.unwrap().name, "inner");
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_is_an_error_that_says_how_to_trust_it() {
    let mut builder = Builder::new();
    builder.commit("main", "feat: a", &[]);
    // Only root may give a folder away; everybody else has some that are not theirs.
    let is_given = [".git", "."]
        .iter()
        .all(|part| std::os::unix::fs::chown(builder.path().join(part), Some(12_345), None).is_ok());
    let (told, diagnostics) = read(builder.path());
    if is_given {
        assert!(told.is_none());
        assert_eq!(diagnostics[0].rule, "git/foreign-owner");
        assert!(diagnostics[0].help.as_ref().unwrap().contains("safe.directory"));
    } else {
        assert_eq!(subjects(&told.unwrap()), ["a"]);
    }
}

#[test]
fn a_branch_that_is_not_there_is_an_error() {
    let mut builder = Builder::new();
    builder.commit("main", "feat: a", &[]);
    let source = SourceConfig { branch: Some("mian".into()), ..SourceConfig::default() };
    let (told, diagnostics) = read_source(&source, &ChangelogConfig::default(), builder.path(), None);
    assert!(told.is_none());
    assert_eq!((diagnostics[0].rule, diagnostics[0].level), ("git/no-branch", Level::Error));
}
