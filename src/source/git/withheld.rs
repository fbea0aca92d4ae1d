//! Commits that change nothing but what a public build leaves out: their subjects would tell of it.

use super::graph::{Graph, Number};
use super::object::Id;
use super::open::open_path;
use super::reader::Objects;
use super::tree::{at_path, differences};
use std::collections::HashSet;
use std::path::Path;

/// The commits of a history whose every changed file below `folder` (a path in the repository) `is_hidden`, and that
/// change nothing elsewhere. Files that `is_neutral` count for neither. `dir` lies in the repository. Commits whose trees
/// can't be read are taken for hidden: a subject too few is better than one too many.
pub fn hidden_commits(
    dir: &Path,
    folder: &str,
    graph: &Graph,
    is_hidden: &dyn Fn(&str) -> bool,
    is_neutral: &dyn Fn(&str) -> bool,
) -> HashSet<Number> {
    let Ok(repository) = open_path(dir, ".") else { return HashSet::new() };
    let Ok(objects) = Objects::new(&repository) else { return HashSet::new() };
    let tree = |number: Number| objects.commit(graph.id(number), |commit| commit.tree);
    let within = |tree: Option<Id>| tree.and_then(|tree| at_path(&objects, tree, folder).ok().flatten());
    graph
        .order
        .iter()
        .copied()
        .filter(|&number| {
            let new = tree(number);
            // A merge is what it brings to its first parent.
            let old = graph.parents(number).first().and_then(|&parent| tree(parent));
            // Most commits of a large repository don't touch the content: that is seen from two ids.
            if within(old) == within(new) {
                return false;
            }
            let (mut hidden, mut shown) = (false, false);
            let read = differences(&objects, old, new, b"", &mut |difference| {
                let path = String::from_utf8_lossy(difference.path);
                if is_hidden(&path) {
                    hidden = true;
                } else if !is_neutral(&path) {
                    shown = true;
                }
            });
            read.is_err() || (hidden && !shown)
        })
        .collect()
}
