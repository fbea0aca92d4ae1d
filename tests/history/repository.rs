//! Repositories made for tests: in a temporary folder, with fixed times, touched by no configuration
//! of the machine.

#![allow(dead_code)] // Each test file takes what it needs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // A test that can not be set up must fail.

use git2::{Commit, Oid, Repository, Signature, Time};
use std::path::{Path, PathBuf};

/// A repository that is built commit by commit. The clock goes on a day with each.
pub struct Builder {
    dir: tempfile::TempDir,
    path: PathBuf,
    pub repository: Repository,
    pub day: i64,
}

impl Builder {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // A name that doesn't change, since it names the source.
        let path = dir.path().join("app");
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main");
        let repository = Repository::init_opts(&path, &options).unwrap();
        Self { dir, path, repository, day: 0 }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn signature(&self, name: &str) -> Signature<'static> {
        let time = Time::new(1_700_000_000 + self.day * 86_400, 60);
        Signature::new(name, &format!("{}@example.com", name.to_lowercase()), &time).unwrap()
    }

    /// A commit on a branch that sets files; branches begin at the first commit that names them.
    pub fn commit(&mut self, branch: &str, message: &str, files: &[(&str, &str)]) -> Oid {
        let parents: Vec<Oid> = self.tip(branch).into_iter().collect();
        self.commit_on(branch, &parents, message, files, "Ann")
    }

    pub fn commit_by(&mut self, author: &str, branch: &str, message: &str, files: &[(&str, &str)]) -> Oid {
        let parents: Vec<Oid> = self.tip(branch).into_iter().collect();
        self.commit_on(branch, &parents, message, files, author)
    }

    pub fn commit_on(
        &mut self,
        branch: &str,
        parents: &[Oid],
        message: &str,
        files: &[(&str, &str)],
        author: &str,
    ) -> Oid {
        self.day += 1;
        let signature = self.signature(author);
        let parents: Vec<Commit<'_>> =
            parents.iter().map(|&id| self.repository.find_commit(id).unwrap()).collect();
        let mut index = git2::Index::new().unwrap();
        if let Some(parent) = parents.first() {
            index.read_tree(&parent.tree().unwrap()).unwrap();
        }
        // A file of its own for each commit, so that none is empty.
        let own = format!("days/{}", self.day);
        let own = [(own.as_str(), "x")];
        let files = if files.is_empty() { &own[..] } else { files };
        for (path, text) in files {
            if text.is_empty() {
                index.remove_path(Path::new(path)).unwrap();
                continue;
            }
            let id = self.repository.blob(text.as_bytes()).unwrap();
            index.add(&entry(path, id)).unwrap();
        }
        let tree = index.write_tree_to(&self.repository).unwrap();
        let tree = self.repository.find_tree(tree).unwrap();
        let parents: Vec<&Commit<'_>> = parents.iter().collect();
        let id = self.repository.commit(None, &signature, &signature, message, &tree, &parents).unwrap();
        self.repository.reference(&format!("refs/heads/{branch}"), id, true, "test").unwrap();
        id
    }

    pub fn merge(&mut self, into: &str, from: &str, message: &str) -> Oid {
        let parents = [self.tip(into).unwrap(), self.tip(from).unwrap()];
        self.commit_on(into, &parents, message, &[], "Ann")
    }

    pub fn tip(&self, branch: &str) -> Option<Oid> {
        self.repository.refname_to_id(&format!("refs/heads/{branch}")).ok()
    }

    pub fn branch(&self, name: &str, at: Oid) {
        self.repository.reference(&format!("refs/heads/{name}"), at, true, "test").unwrap();
    }

    /// A lightweight tag.
    pub fn tag(&self, name: &str, at: Oid) {
        self.repository.reference(&format!("refs/tags/{name}"), at, true, "test").unwrap();
    }

    /// An annotated tag.
    pub fn annotated(&self, name: &str, at: Oid, message: &str) {
        let object = self.repository.find_object(at, None).unwrap();
        self.repository.tag(name, &object, &self.signature("Tagger"), message, true).unwrap();
    }
}

fn entry(path: &str, id: Oid) -> git2::IndexEntry {
    let zero = git2::IndexTime::new(0, 0);
    git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
