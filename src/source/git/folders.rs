//! Folders of a tree, found by globs and by the files in them.

use super::object::{Id, entries};
use super::reader::Objects;
use super::tree::load;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A folder of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folder {
    /// Its path from the root.
    pub path: String,
    /// Its tree.
    pub id: Id,
}

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 8;
/// As many trees are read at most: a repository with more folders has to name its packages.
const MOST: usize = 2_000;

/// Folders that hold other people's packages, or none.
fn is_foreign(name: &str) -> bool {
    name.starts_with(['.', '_']) || matches!(name, "node_modules" | "vendor" | "testdata" | "target")
}

/// The folders that a glob such as `packages/*`, `crates/**` or `tools` names.
pub fn expand(objects: &Objects<'_>, root: Id, glob: &str) -> Vec<Folder> {
    let glob = glob.trim_start_matches("./").trim_end_matches('/');
    let parts: Vec<&str> = glob.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let mut at = vec![Folder { path: String::new(), id: root }];
    let mut read = 0;
    for part in parts {
        let is_deep = part == "**";
        let set = set(&[part.to_owned()]);
        let mut next = if is_deep { at.clone() } else { Vec::new() };
        let mut open = at;
        while let Some(folder) = open.pop() {
            read += 1;
            if read > MOST {
                return next;
            }
            for below in children(objects, &folder) {
                let name = below.path.rsplit('/').next().unwrap_or_default();
                if is_deep && !is_foreign(name) && depth(&below.path) < DEEPEST {
                    open.push(below.clone());
                    next.push(below);
                } else if !is_deep && name != "node_modules" && set.is_match(name) {
                    next.push(below);
                }
            }
        }
        at = next;
    }
    at
}

/// The folders below the root, itself left out, that have a file of this name.
pub fn with_file(objects: &Objects<'_>, root: Id, file: &str) -> Vec<Folder> {
    let mut found = Vec::new();
    let mut open = vec![Folder { path: String::new(), id: root }];
    let mut read = 0;
    while let Some(folder) = open.pop() {
        read += 1;
        let Ok(tree) = load(objects, Some(folder.id)) else { continue };
        let has_file = entries(&tree).any(|entry| !entry.is_tree && entry.name == file.as_bytes());
        if read < MOST && depth(&folder.path) < DEEPEST {
            let below = children(objects, &folder).into_iter();
            open.extend(below.filter(|below| !is_foreign(below.path.rsplit('/').next().unwrap_or_default())));
        }
        if has_file && !folder.path.is_empty() {
            found.push(folder);
        }
    }
    found.sort();
    found
}

/// Globs as a set. One that can't be read matches nothing.
pub fn set(globs: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

fn children(objects: &Objects<'_>, folder: &Folder) -> Vec<Folder> {
    let Ok(tree) = load(objects, Some(folder.id)) else { return Vec::new() };
    let below = entries(&tree).filter(|entry| entry.is_tree).map(|entry| {
        let name = String::from_utf8_lossy(entry.name);
        let path = if folder.path.is_empty() { name.into_owned() } else { format!("{}/{name}", folder.path) };
        Folder { path, id: entry.id }
    });
    below.collect()
}

fn depth(path: &str) -> usize {
    path.split('/').count()
}
