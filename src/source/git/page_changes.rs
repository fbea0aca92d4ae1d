//! What each commit did to which page, gathered on the walk that dates the pages.

use super::object::Id;
use super::stamp::Stamp;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What a commit did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It was not there before.
    Added,
    /// Its text is another.
    Changed,
    /// It was called otherwise before, and has the same text.
    Moved,
    /// It is gone.
    Removed,
}

/// A commit that changed pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitChanges {
    /// The commit's id.
    pub commit: String,
    /// When it was put into the history.
    pub time: Stamp,
    /// Names of its author and of those that it names as co-authors, after `.mailmap`.
    pub authors: Vec<String>,
    /// The first line of its message.
    pub subject: String,
    /// The files that it changed, by their place in [`PageChanges::files`].
    pub files: Vec<(usize, What)>,
}

/// All changes to the pages of a folder.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct PageChanges {
    /// Commits, children before parents, newer before older otherwise.
    pub commits: Vec<CommitChanges>,
    /// Paths of the files below the folder: where they are now, or where they were last.
    pub files: Vec<String>,
    /// How many of them, from the first on, HEAD has.
    pub present: usize,
}

/// Whether a path is that of a page.
fn is_page(path: &[u8]) -> bool {
    let lower = path.to_ascii_lowercase();
    [".md", ".markdown", ".mdx"].iter().any(|ending| lower.ends_with(ending.as_bytes()))
}

/// What is known of files while the walk goes back in time.
#[derive(Debug)]
pub(super) struct Recorder {
    changes: PageChanges,
    /// Files that are gone, by the path that they had at this point of the history.
    gone: HashMap<Vec<u8>, usize>,
}

impl Recorder {
    /// Begins with the files that HEAD has.
    pub(super) fn new(files: Vec<String>) -> Self {
        let present = files.len();
        Self { changes: PageChanges { commits: Vec::new(), files, present }, gone: HashMap::new() }
    }

    /// Takes a commit's changes: paths with their ids before and after. `alive` are the files of HEAD by the path that they
    /// have at this point. At an edge of the history nothing is known of what is added.
    pub(super) fn take(
        &mut self,
        changes: &[(Vec<u8>, Option<Id>, Option<Id>)],
        alive: &HashMap<Vec<u8>, usize>,
        is_edge: bool,
        commit: impl FnOnce(Vec<(usize, What)>) -> CommitChanges,
    ) {
        let removed: HashMap<Id, &Vec<u8>> =
            changes.iter().filter_map(|(path, old, new)| new.is_none().then_some(((*old)?, path))).collect();
        let from = |new: &Option<Id>| new.and_then(|new| removed.get(&new)).copied();
        let moved: HashSet<&Vec<u8>> =
            changes.iter().filter(|(_, old, _)| old.is_none()).filter_map(|(_, _, new)| from(new)).collect();
        let mut files = Vec::new();
        let mut left = Vec::new();
        for (path, old, new) in changes.iter().filter(|(path, _, _)| is_page(path)) {
            let known = alive.get(path).or_else(|| self.gone.get(path)).copied();
            match (old, new, known) {
                (_, None, _) if moved.contains(path) => {}
                (_, None, Some(file)) => files.push((file, What::Removed)),
                (_, None, None) => {
                    let file = self.changes.files.len();
                    self.changes.files.push(String::from_utf8_lossy(path).into_owned());
                    self.gone.insert(path.clone(), file);
                    files.push((file, What::Removed));
                }
                (None, _, _) if is_edge => {}
                (None, Some(_), Some(file)) => match from(new) {
                    Some(from) => {
                        files.push((file, What::Moved));
                        if file >= self.changes.present {
                            left.push((from.clone(), file));
                        }
                    }
                    None => files.push((file, What::Added)),
                },
                (Some(_), Some(_), Some(file)) => files.push((file, What::Changed)),
                // Only an edge of the history lets a file be changed that nothing removed.
                (_, Some(_), None) => {}
            }
        }
        for (path, file) in left {
            self.gone.entry(path).or_insert(file);
        }
        if !files.is_empty() {
            self.changes.commits.push(commit(files));
        }
    }

    /// All that was gathered.
    pub(super) fn finish(self) -> PageChanges {
        self.changes
    }
}
