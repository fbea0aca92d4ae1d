//! Which paths a source has, and which of its later commits changed them.

use super::open;
use super::{refs, remote};
use crate::config::source::{ForgeConfig, SourceConfig};
use git2::{Commit, Delta, DiffOptions, ObjectType, Repository, Sort, Tree, TreeWalkMode, TreeWalkResult};
use globset::{Glob, GlobMatcher};
use std::path::Path;

/// Commits are not always in the order of their clocks: so many older ones in a row end the search.
const SLOP: usize = 100;
/// Commits that are kept of a path.
const MOST: usize = 1000;

/// A path in a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Whether the source has it.
    pub exists: bool,
    /// The commits that changed it, the newest first.
    pub commits: Vec<Touch>,
}

/// A commit that changed a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Its hash.
    pub hash: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub subject: String,
}

/// A file, a folder or a glob, relative to the source's folder.
struct Pattern {
    literal: String,
    glob: Option<GlobMatcher>,
}

impl Pattern {
    fn new(path: &str, prefix: &str) -> Self {
        let path = path.trim_start_matches("./").trim_matches('/');
        let literal = if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") };
        let is_glob = literal.contains(['*', '?', '[', '{']);
        let glob = Glob::new(&literal).ok().filter(|_| is_glob).map(|glob| glob.compile_matcher());
        Self { literal, glob }
    }

    fn matches(&self, file: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(file),
            None => file
                .strip_prefix(&self.literal)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.literal.is_empty()),
        }
    }

    fn exists(&self, tree: &Tree<'_>) -> bool {
        if self.glob.is_none() {
            return self.literal.is_empty() || tree.get_path(Path::new(&self.literal)).is_ok();
        }
        let mut found = false;
        // A walk that is ended early is an error for libgit2.
        let _ = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Blob)
                && entry.name().is_ok_and(|name| self.matches(&format!("{folder}{name}")))
            {
                found = true;
                return TreeWalkResult::Abort;
            }
            TreeWalkResult::Ok
        });
        found
    }
}

/// Looks for paths in a source at the commit that it is released from, and for the commits after `since` (seconds since
/// 1970) that changed them. A merge by itself changes nothing. Commits whose hashes begin with one of `ignored` are left
/// out. None if the source can't be read, which is told where its releases are.
pub fn touched(
    config: &SourceConfig,
    root: &Path,
    cache: Option<&Path>,
    since: i64,
    paths: &[&str],
    ignored: &[String],
) -> Option<(Option<ForgeConfig>, Vec<Touched>)> {
    let place = open::place(config, root, cache)?;
    let repository = open::open_path(&place, ".").ok()?;
    let prefix = super::pages::prefix_of(&repository, &place);
    let patterns: Vec<Pattern> = paths.iter().map(|path| Pattern::new(path, &prefix)).collect();
    let head = refs::head(&repository, config.branch.as_deref())?.commit.hex();
    let head = repository.find_commit(git2::Oid::from_str(&head).ok()?).ok()?;
    let tree = head.tree().ok()?;
    let mut found: Vec<Touched> = patterns
        .iter()
        .map(|pattern| Touched { exists: pattern.exists(&tree), commits: Vec::new() })
        .collect();
    let mut walk = repository.revwalk().ok()?;
    walk.set_sorting(Sort::TIME).ok()?;
    walk.push(head.id()).ok()?;
    let mut older = 0;
    for id in walk.map_while(Result::ok) {
        let Ok(commit) = repository.find_commit(id) else { continue };
        let seconds = commit.committer().when().seconds();
        if seconds <= since {
            older += 1;
            if older > SLOP {
                break;
            }
            continue;
        }
        older = 0;
        let hash = id.to_string();
        if ignored.iter().any(|short| hash.starts_with(short.as_str())) {
            continue;
        }
        let changed = changed(&repository, &commit, &patterns);
        for (path, _) in found.iter_mut().zip(changed).filter(|(_, changed)| *changed) {
            if path.commits.len() < MOST {
                let subject = commit.summary().ok().flatten().unwrap_or_default().to_owned();
                path.commits.push(Touch { hash: hash.clone(), seconds, subject });
            }
        }
    }
    Some((config.forge.clone().or_else(|| remote::guess(&repository)), found))
}

/// Which of the patterns a commit changed. One whose parent is not there, as at the edge of a shallow clone, seems to
/// change everything and is taken to change nothing.
fn changed(repository: &Repository, commit: &Commit<'_>, patterns: &[Pattern]) -> Vec<bool> {
    let mut changed = vec![false; patterns.len()];
    let is_cut = commit.parent_count() == 0 && repository.is_shallow();
    if commit.parent_count() > 1 || is_cut {
        return changed;
    }
    let before = match commit.parent(0) {
        Ok(parent) => parent.tree().ok(),
        Err(_) if commit.parent_count() == 0 => None,
        Err(_) => return changed,
    };
    let mut options = DiffOptions::new();
    options.skip_binary_check(true);
    if patterns.iter().all(|pattern| pattern.glob.is_none() && !pattern.literal.is_empty()) {
        options.disable_pathspec_match(true);
        for pattern in patterns {
            options.pathspec(&pattern.literal);
        }
    }
    let Ok(after) = commit.tree() else { return changed };
    let Ok(diff) = repository.diff_tree_to_tree(before.as_ref(), Some(&after), Some(&mut options)) else {
        return changed;
    };
    for delta in diff.deltas().filter(|delta| delta.status() != Delta::Unmodified) {
        for file in [delta.old_file().path(), delta.new_file().path()].into_iter().flatten() {
            let file = file.to_string_lossy();
            for (is_changed, pattern) in changed.iter_mut().zip(patterns) {
                *is_changed |= pattern.matches(&file);
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_file_a_folder_or_a_glob() {
        for (pattern, file, expected) in [
            ("deploy/edge.yaml", "deploy/edge.yaml", true),
            ("deploy/edge.yaml", "deploy/edge.yaml.bak", false),
            ("./deploy/", "deploy/a/b.yaml", true),
            ("deploy", "deployment/a", false),
            ("src/pool/**", "src/pool/a/b.rs", true),
            ("src/*.rs", "src/main.rs", true),
            ("a[", "a[", true),
        ] {
            assert_eq!(Pattern::new(pattern, "").matches(file), expected, "{pattern} {file}");
        }
        assert!(Pattern::new("edge.yaml", "kb").matches("kb/edge.yaml"));
    }
}
