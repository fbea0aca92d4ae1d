//! A revision of the site's own repository: its files written to a folder that can be read like a checkout, and what has
//! changed since.
//!
//! The folder is a repository of its own that borrows the objects of the first, so that dates, authors and releases come
//! out as a checkout of that revision in this clone would give them. The working tree is not touched.

use super::open::open_path;
use super::pages::prefix_of;
use crate::diagnostic::{Diagnostic, human::printable};
use git2::{DiffFindOptions, DiffOptions, ObjectType, Oid, Repository, RepositoryInitOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;
/// Commits that are looked through for the last change to a file.
const WALKED: usize = 20_000;
/// Folders deeper than this are not entered; no honest tree is.
const DEEPEST: usize = 256;

/// A commit of the repository that a folder lies in.
pub struct Revision {
    repository: Repository,
    commit: Oid,
    /// The folder's path in the repository, with a slash at the end; empty for the root.
    prefix: String,
}

/// What differs between a revision and the working tree, as paths from the folder that was asked about.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Files that were added or changed, by their paths of now.
    pub files: BTreeSet<String>,
    /// Files that were removed.
    pub removed: BTreeSet<String>,
    /// Paths of now, by those of before.
    pub renamed: BTreeMap<String, String>,
}

/// The path of a folder in the repository that it lies in, with a slash at the end; empty for the root, and where there
/// is no repository.
pub fn prefix(folder: &Path) -> String {
    open_path(folder, ".").map_or_else(|_| String::new(), |repository| slashed(&repository, folder))
}

fn slashed(repository: &Repository, folder: &Path) -> String {
    let prefix = prefix_of(repository, folder);
    if prefix.is_empty() { prefix } else { format!("{prefix}/") }
}

impl Revision {
    /// Finds a revision: a branch, a tag, a hash or an expression that git knows.
    pub fn open(folder: &Path, name: &str) -> Result<Self, Box<Diagnostic>> {
        let repository = open_path(folder, ".")?;
        let found = repository.revparse_single(name).and_then(|object| object.peel_to_commit());
        let commit = found.map(|commit| commit.id()).map_err(|error| {
            let message =
                format!("`{}` names no commit here: {}", printable(name), printable(error.message()));
            let help =
                "a clone on CI may lack it: fetch it, or clone with the whole history (`fetch-depth: 0`)";
            Diagnostic::error("git/no-revision", message).help(help)
        })?;
        let prefix = slashed(&repository, folder);
        Ok(Self { repository, commit, prefix })
    }

    /// The last commit that changed a file of a folder, along the first parents from HEAD; HEAD where none did, and where it
    /// was longer ago than can be told in a moment.
    pub fn of_last_change(folder: &Path, file: &str) -> Result<Self, Box<Diagnostic>> {
        let mut found = Self::open(folder, "HEAD")?;
        found.commit = found.last_change(file).unwrap_or(found.commit);
        Ok(found)
    }

    fn last_change(&self, file: &str) -> Option<Oid> {
        let path = format!("{}{file}", self.prefix);
        let blob = |commit: &git2::Commit<'_>| {
            commit.tree().ok()?.get_path(Path::new(&path)).ok().map(|entry| entry.id())
        };
        let mut at = self.repository.find_commit(self.commit).ok()?;
        let own = blob(&at)?;
        for _ in 0..WALKED {
            let parent = at.parent(0).ok().filter(|parent| blob(parent) == Some(own));
            let Some(parent) = parent else { return Some(at.id()) };
            at = parent;
        }
        None
    }

    /// The text of a file at this commit, by its path from the folder that was asked about.
    pub fn text(&self, file: &str) -> Option<String> {
        let path = format!("{}{file}", self.prefix);
        let tree = self.repository.find_commit(self.commit).and_then(|commit| commit.tree()).ok()?;
        let blob = self.repository.find_blob(tree.get_path(Path::new(&path)).ok()?.id()).ok()?;
        String::from_utf8(blob.content().to_vec()).ok()
    }

    /// The commit where the history of this one and that of another (by default that of HEAD) part: what the other has
    /// since is its own, and what this one has since is not counted. Itself where there is none.
    #[must_use]
    pub fn fork_point(mut self, other: Option<&Self>) -> Self {
        let at_head = || self.repository.head().ok().and_then(|head| head.target());
        let head = other.map(|other| other.commit).or_else(at_head);
        if let Some(base) = head.and_then(|head| self.repository.merge_base(self.commit, head).ok()) {
            self.commit = base;
        }
        self
    }

    /// The commit's hash.
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// The folder's path in the repository, with a slash at the end; empty for the root.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Writes the whole tree into `target`, an empty folder. Links are made last and nothing is written through one;
    /// submodules are left out.
    pub fn export(&self, target: &Path) -> Result<(), Box<Diagnostic>> {
        self.write(target).map_err(|reason| {
            let message = format!("the revision {} can't be written out: {reason}", self.commit);
            Box::new(Diagnostic::error("git/export", message))
        })
    }

    fn write(&self, target: &Path) -> Result<(), String> {
        let told = |error: git2::Error| printable(error.message());
        let tree = self.repository.find_commit(self.commit).and_then(|commit| commit.tree()).map_err(told)?;
        let mut links = Vec::new();
        self.write_tree(&tree, target, 0, &mut links)?;
        for (path, id) in links {
            let blob = self.repository.find_blob(id).map_err(told)?;
            let to = String::from_utf8_lossy(blob.content()).into_owned();
            link(&to, &path).map_err(|error| error.to_string())?;
        }
        self.borrow(target)
    }

    fn write_tree(
        &self,
        tree: &git2::Tree<'_>,
        folder: &Path,
        depth: usize,
        links: &mut Vec<(std::path::PathBuf, Oid)>,
    ) -> Result<(), String> {
        if depth > DEEPEST {
            return Ok(());
        }
        let told = |error: git2::Error| printable(error.message());
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        for entry in tree {
            // A name that no honest tree has would lead out of the folder, or into the repository's own.
            let Ok(name) = std::str::from_utf8(entry.name_bytes()) else { continue };
            let bad = name.is_empty() || matches!(name, "." | "..") || name.contains(['/', '\\', '\0']);
            if bad || name.eq_ignore_ascii_case(".git") {
                continue;
            }
            let path = folder.join(name);
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    let tree = self.repository.find_tree(entry.id()).map_err(told)?;
                    self.write_tree(&tree, &path, depth + 1, links)?;
                }
                Some(ObjectType::Blob) if entry.filemode() == LINK => links.push((path, entry.id())),
                Some(ObjectType::Blob) => {
                    let blob = self.repository.find_blob(entry.id()).map_err(told)?;
                    fs::write(&path, blob.content()).map_err(|error| error.to_string())?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes `target` a repository at this commit, with the refs of the first one and its objects.
    fn borrow(&self, target: &Path) -> Result<(), String> {
        let told = |error: git2::Error| printable(error.message());
        let io = |error: std::io::Error| error.to_string();
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).no_dotgit_dir(false);
        let new = Repository::init_opts(target, &options).map_err(told)?;
        let (ours, theirs) = (new.path(), self.repository.commondir());
        fs::create_dir_all(ours.join("objects/info")).map_err(io)?;
        let objects = fs::canonicalize(theirs.join("objects")).map_err(io)?;
        fs::write(ours.join("objects/info/alternates"), format!("{}\n", objects.display())).map_err(io)?;
        let shallow = theirs.join("shallow");
        if shallow.is_file() {
            fs::copy(shallow, ours.join("shallow")).map_err(io)?;
        }
        let branch = self.repository.head().ok().filter(git2::Reference::is_branch);
        let branch = branch.map(|head| String::from_utf8_lossy(head.name_bytes()).into_owned());
        let mut refs = BTreeMap::new();
        for reference in self.repository.references().map_err(told)?.flatten() {
            if let Some(id) = reference.target() {
                refs.insert(String::from_utf8_lossy(reference.name_bytes()).into_owned(), id);
            }
        }
        match &branch {
            Some(branch) => {
                refs.insert(branch.clone(), self.commit);
                fs::write(ours.join("HEAD"), format!("ref: {branch}\n")).map_err(io)?;
            }
            None => fs::write(ours.join("HEAD"), format!("{}\n", self.commit)).map_err(io)?,
        }
        let mut packed = String::new();
        for (name, id) in refs.iter().filter(|(name, _)| name.starts_with("refs/")) {
            let _ = writeln!(packed, "{id} {name}");
        }
        fs::write(ours.join("packed-refs"), packed).map_err(io)?;
        if let Ok(remote) = self.repository.find_remote("origin")
            && let Ok(url) = remote.url()
        {
            new.remote("origin", url).map_err(told)?;
        }
        Ok(())
    }

    /// What another revision, by default the working tree, has that this one has not, and the other way round. Files that
    /// git does not know yet count; those that it ignores do not.
    pub fn changes(&self, other: Option<&Self>) -> Result<Changes, Box<Diagnostic>> {
        self.diff(other).map_err(|error| {
            let message = format!("what has changed can't be told: {}", printable(error.message()));
            Box::new(Diagnostic::error("git/unreadable", message))
        })
    }

    fn diff(&self, other: Option<&Self>) -> Result<Changes, git2::Error> {
        let tree = self.repository.find_commit(self.commit)?.tree()?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true);
        let mut diff = match other {
            Some(other) => {
                let new = self.repository.find_commit(other.commit)?.tree()?;
                self.repository.diff_tree_to_tree(Some(&tree), Some(&new), Some(&mut options))?
            }
            None => self.repository.diff_tree_to_workdir_with_index(Some(&tree), Some(&mut options))?,
        };
        diff.find_similar(Some(DiffFindOptions::new().renames(true).for_untracked(true)))?;
        let mut changes = Changes::default();
        for delta in diff.deltas() {
            let path = |file: git2::DiffFile<'_>| {
                file.path().map(|path| relative(&self.prefix, &path.to_string_lossy().replace('\\', "/")))
            };
            let (old, new) = (path(delta.old_file()), path(delta.new_file()));
            match (delta.status(), old, new) {
                (git2::Delta::Deleted, Some(old), _) => {
                    changes.removed.insert(old);
                }
                (git2::Delta::Renamed, Some(old), Some(new)) => {
                    changes.files.insert(new.clone());
                    changes.renamed.insert(old, new);
                }
                (_, _, Some(new)) => {
                    changes.files.insert(new);
                }
                _ => {}
            }
        }
        Ok(changes)
    }
}

/// A path of the repository as seen from a folder of it.
fn relative(prefix: &str, path: &str) -> String {
    let mut folder: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let mut rest: Vec<&str> = path.split('/').collect();
    while let (Some(first), Some(other)) = (folder.first(), rest.first())
        && first == other
    {
        folder.remove(0);
        rest.remove(0);
    }
    format!("{}{}", "../".repeat(folder.len()), rest.join("/"))
}

#[cfg(unix)]
fn link(to: &str, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

/// Where links need a right that few have, they are left out, as git does it.
#[cfg(not(unix))]
fn link(to: &str, at: &Path) -> std::io::Result<()> {
    fs::write(at, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (source, outside) = (folder.path().join("source"), folder.path().join("outside"));
        fs::create_dir_all(&outside).unwrap();
        let repository = Repository::init(&source).unwrap();
        let blob = repository.blob(b"x").unwrap();
        let to = repository.blob(outside.to_str().unwrap().as_bytes()).unwrap();
        let odb = repository.odb().unwrap();
        // Trees that git itself would not write.
        let tree = |entries: &[(&str, &str, Oid)]| {
            let mut bytes = Vec::new();
            for (mode, name, id) in entries {
                bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
                bytes.extend_from_slice(id.as_bytes());
            }
            odb.write(ObjectType::Tree, &bytes).unwrap()
        };
        let inner = tree(&[("100644", "planted", blob)]);
        let root = tree(&[
            ("100644", "../planted", blob),
            ("40000", "..", inner),
            ("40000", ".GIT", inner),
            ("100644", "good", blob),
            ("120000", "link", to),
            ("40000", "link", inner),
        ]);
        let root = repository.find_tree(root).unwrap();
        let person = git2::Signature::new("T", "t@example.org", &git2::Time::new(0, 0)).unwrap();
        repository.commit(Some("HEAD"), &person, &person, "feat: a", &root, &[]).unwrap();
        let target = folder.path().join("target");
        let _ = Revision::open(&source, "HEAD").unwrap().export(&target);
        assert_eq!(fs::read(target.join("good")).unwrap(), b"x");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
        assert!(!folder.path().join("planted").exists());
        assert!(!target.join(".GIT/planted").exists() && !target.join(".git/planted").exists());
    }

    #[test]
    fn paths_are_seen_from_the_folder() {
        assert_eq!(relative("", "content/a.md"), "content/a.md");
        assert_eq!(relative("kb/site/", "kb/site/content/a.md"), "content/a.md");
        assert_eq!(relative("kb/site/", "kb/docs/a.md"), "../docs/a.md");
        assert_eq!(relative("kb/", "README.md"), "../README.md");
    }
}
