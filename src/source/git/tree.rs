//! Comparing trees by the ids of their objects: equal ids are not entered.

use super::object::{Entry, Id, entries};
use super::reader::Objects;
use std::cmp::Ordering;
use std::rc::Rc;

/// Folders deeper than this are not entered; no honest tree is.
const DEEPEST: usize = 256;

/// A file that differs between two trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference<'a> {
    /// Its path.
    pub path: &'a [u8],
    /// Its object before; none if it was added.
    pub old: Option<Id>,
    /// Its object after; none if it was removed.
    pub new: Option<Id>,
}

/// Visits each file under `prefix` that differs between two trees (either may be missing).
/// Returns the tree that couldn't be read, if there is one.
pub fn differences(
    objects: &Objects<'_>,
    old: Option<Id>,
    new: Option<Id>,
    prefix: &[u8],
    visit: &mut dyn FnMut(Difference<'_>),
) -> Result<(), Id> {
    let mut path = prefix.to_vec();
    if !path.is_empty() && !path.ends_with(b"/") {
        path.push(b'/');
    }
    compare(objects, old, new, &mut path, 0, visit)
}

fn compare(
    objects: &Objects<'_>,
    old: Option<Id>,
    new: Option<Id>,
    path: &mut Vec<u8>,
    depth: usize,
    visit: &mut dyn FnMut(Difference<'_>),
) -> Result<(), Id> {
    if old == new || depth > DEEPEST {
        return Ok(());
    }
    let (old, new) = (load(objects, old)?, load(objects, new)?);
    let (mut old, mut new) = (entries(&old).peekable(), entries(&new).peekable());
    loop {
        let (left, right) = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(left), Some(right)) => match order(left, right) {
                Ordering::Less => (old.next(), None),
                Ordering::Greater => (None, new.next()),
                Ordering::Equal => (old.next(), new.next()),
            },
            _ => (old.next(), new.next()),
        };
        let (left_id, right_id) = (left.map(|entry| entry.id), right.map(|entry| entry.id));
        let Some(entry) = left.or(right) else { return Ok(()) };
        if left_id == right_id {
            continue;
        }
        let length = path.len();
        path.extend_from_slice(entry.name);
        if entry.is_tree {
            path.push(b'/');
            compare(objects, left_id, right_id, path, depth + 1, visit)?;
        } else {
            visit(Difference { path, old: left_id, new: right_id });
        }
        path.truncate(length);
    }
}

/// Git's order of entries: a folder sorts as if its name ended in `/`. So a file and a folder of
/// one name never compare equal, and a file that became a folder is one removed and one added.
fn order(left: &Entry<'_>, right: &Entry<'_>) -> Ordering {
    let tail = |entry: &Entry<'_>| u8::from(entry.is_tree) * b'/';
    let common = left.name.len().min(right.name.len());
    let (left_head, left_tail) = left.name.split_at(common);
    let (right_head, right_tail) = right.name.split_at(common);
    left_head.cmp(right_head).then_with(|| {
        let next = |rest: &[u8], entry| rest.first().copied().unwrap_or_else(|| tail(entry));
        next(left_tail, left).cmp(&next(right_tail, right)).then(left.name.len().cmp(&right.name.len()))
    })
}

/// A tree's bytes; a missing tree (before the first commit) is empty.
pub fn load(objects: &Objects<'_>, id: Option<Id>) -> Result<Rc<[u8]>, Id> {
    match id {
        Some(id) => objects.tree(id).ok_or(id),
        None => Ok(Rc::from([])),
    }
}

/// The entry of this name in a tree.
pub fn child<'a>(tree: &'a [u8], name: &[u8]) -> Option<Entry<'a>> {
    entries(tree).find(|entry| entry.name == name)
}

/// The tree or file at a path below a tree.
pub fn at_path(objects: &Objects<'_>, root: Id, path: &str) -> Result<Option<Id>, Id> {
    let mut id = root;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let tree = load(objects, Some(id))?;
        match child(&tree, name.as_bytes()) {
            Some(entry) => id = entry.id,
            None => return Ok(None),
        }
    }
    Ok(Some(id))
}
