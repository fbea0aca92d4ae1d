//! Parts of real histories: what is told of them is kept as snapshots, and held against git's own ancestry.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use annals::changelog::{ByHand, PackageHistory, Release, plan};
use annals::cli::changelog::{ChangelogArgs, run};
use annals::cli::history::Call;
use annals::config::source::{ChangelogConfig, Prereleases, SourceConfig};
use annals::source::git::pack::Packs;
use annals::source::git::{Id, read_source};
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
    let changelog = &ChangelogConfig::default();
    let call = Call { sources: &[], changelog, root: path, out: &mut out, notes: &mut notes };
    run(&args, call).unwrap();
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

#[test]
fn objects_read_from_packs_are_those_that_libgit2_reads() {
    let (_dir, path) = history("vue-core");
    // What fast-import writes has short chains; repacked, objects are built from many others.
    for more in [&[][..], &["repack", "-adfq", "--depth=40", "--window=20"]] {
        if !more.is_empty() {
            assert!(Command::new("git").args(more).env("GIT_DIR", &path).status().unwrap().success());
        }
        let repository = Repository::open(&path).unwrap();
        let odb = repository.odb().unwrap();
        let packs = Packs::open(&path.join("objects"));
        let (mut ids, mut kinds) = (Vec::new(), BTreeSet::new());
        odb.foreach(|id| {
            ids.push(*id);
            true
        })
        .unwrap();
        for id in &ids {
            let theirs = odb.read(*id).unwrap();
            let (kind, ours) = packs.read(&(*id).into()).unwrap();
            assert_eq!((kind, ours.as_slice()), (theirs.kind(), theirs.data()), "{id}");
            kinds.insert(kind.str());
        }
        assert!(ids.len() > 1000 && kinds.len() == 3, "{} {kinds:?}", ids.len());
        assert!(packs.read(&Id([7; 20])).is_none());
    }
}

#[test]
fn a_damaged_pack_gives_nothing_wrong() {
    let (_dir, path) = history("git-cliff");
    let repository = Repository::open(&path).unwrap();
    let odb = repository.odb().unwrap();
    let mut ids = Vec::new();
    odb.foreach(|id| {
        ids.push(*id);
        true
    })
    .unwrap();
    let is = |file: &PathBuf, ending: &str| file.extension().is_some_and(|own| own == ending);
    let files = std::fs::read_dir(path.join("objects/pack")).unwrap().flatten().map(|entry| entry.path());
    let files: Vec<PathBuf> = files.filter(|file| is(file, "pack") || is(file, "idx")).collect();
    assert_eq!(files.len(), 2);
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        let mut permissions = std::fs::metadata(&file).unwrap().permissions();
        #[allow(clippy::permissions_set_readonly_false)] // In a folder of the test's own.
        permissions.set_readonly(false);
        std::fs::set_permissions(&file, permissions).unwrap();
        for step in 0..60 {
            let mut damaged = whole.clone();
            if step % 3 == 0 {
                damaged.truncate(whole.len() * step / 60);
            } else {
                let at = whole.len() * step / 60;
                damaged[at] ^= 0x55;
            }
            std::fs::write(&file, &damaged).unwrap();
            let packs = Packs::open(&path.join("objects"));
            for id in ids.iter().step_by(7) {
                // Most are whole; what is not must not be taken for something else without a word,
                // but for the index, whose ids are not computed again.
                if let Some((kind, bytes)) = packs.read(&(*id).into())
                    && is(&file, "pack")
                {
                    let theirs = Oid::hash_object(kind, &bytes).unwrap();
                    assert_eq!(theirs, *id, "step {step}");
                }
            }
        }
        std::fs::write(&file, &whole).unwrap();
    }
}
