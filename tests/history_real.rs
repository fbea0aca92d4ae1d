//! Parts of real histories: what is told of them is kept as snapshots, and held against git's own ancestry.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use annals::changelog::{ByHand, PackageHistory, Release, plan};
use annals::cli::changelog::{ChangelogArgs, run};
use annals::config::source::{ChangelogConfig, Prereleases, SourceConfig};
use annals::source::git::read_source;
use git2::{Oid, Repository};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A history out of its stream, in a bare repository.
fn history(name: &str) -> (tempfile::TempDir, PathBuf) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/history/real/{name}.fi.gz"));
    let packed = std::fs::read(file).unwrap();
    // The header that Python writes is ten bytes, and the trailer eight.
    let stream = miniz_oxide::inflate::decompress_to_vec(&packed[10..packed.len() - 8]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head("main").bare(true);
    Repository::init_opts(&path, &options).unwrap();
    let mut git = Command::new("git")
        .args(["fast-import", "--quiet"])
        .env("GIT_DIR", &path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin.take().unwrap().write_all(&stream).unwrap();
    assert!(git.wait().unwrap().success());
    (dir, path)
}

fn changelog(path: &Path) -> String {
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let args = ChangelogArgs::default();
    run(&args, &[], &ChangelogConfig::default(), path, &mut out, &mut notes).unwrap();
    // The manifests hold no text here, which is said.
    assert!(notes.iter().all(|note| note.rule == "git/bad-manifest"), "{notes:?}");
    String::from_utf8(out).unwrap()
}

#[test]
fn the_changelogs_of_real_histories_stay_as_they_are() {
    for name in ["vue-core", "git-cliff", "starlight"] {
        let (_dir, path) = history(name);
        insta::assert_snapshot!(name, changelog(&path));
    }
}

fn separate(path: &Path) -> Vec<PackageHistory> {
    let config = ChangelogConfig { prereleases: Prereleases::Separate, ..ChangelogConfig::default() };
    let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
    let history = read_source(&source, path, None).0.unwrap();
    plan(&history, &config, &ByHand::default()).histories()
}

fn hashes(release: &Release) -> BTreeSet<&str> {
    let shown = release.changes().map(|change| change.hash.as_str());
    shown.chain(release.left_out.iter().map(|entry| entry.hash.as_str())).collect()
}

#[test]
fn every_commit_is_in_the_releases_that_contain_it_first() {
    for name in ["vue-core", "git-cliff"] {
        let (_dir, path) = history(name);
        let repository = Repository::open(&path).unwrap();
        let tags: BTreeMap<String, Oid> = repository
            .tag_names(None)
            .unwrap()
            .iter()
            .map(|tag| tag.unwrap().unwrap().to_owned())
            .map(|tag| {
                let id = repository.revparse_single(&format!("refs/tags/{tag}^{{commit}}")).unwrap().id();
                (tag, id)
            })
            .collect();
        let contains =
            |late: Oid, early: Oid| late == early || repository.graph_descendant_of(late, early).unwrap();
        let packages = separate(&path);
        assert_eq!(packages.len(), 1);
        let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for release in &packages[0].releases {
            let own = hashes(release);
            assert_eq!(own.len(), release.commit_count, "nothing is lost in {}", release.title());
            for hash in own {
                listed.entry(hash.to_owned()).or_default().extend(release.tag.clone());
            }
        }
        let mut walk = repository.revwalk().unwrap();
        walk.push_glob("refs/*").unwrap();
        let mut count = 0;
        for id in walk {
            let id = id.unwrap();
            let with: Vec<&String> = tags.keys().filter(|tag| contains(tags[*tag], id)).collect();
            let is_first = |tag: &&&String| {
                !with.iter().any(|other| *other != **tag && contains(tags[**tag], tags[*other]))
            };
            let first: BTreeSet<String> = with.iter().filter(is_first).map(|tag| (*tag).clone()).collect();
            assert_eq!(listed[&id.to_string()], first, "{name} {id}");
            count += 1;
        }
        assert!(count > 150, "{name}: {count}");
    }
}
