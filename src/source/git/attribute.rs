//! Which packages a commit touches.
//!
//! A package that is one or more whole folders is answered by comparing the ids of those folders in
//! the commit and its first parent, without looking inside. Only globs and exclusions need the names
//! of the files that changed, and then only below the globs' fixed part.

use super::graph::{Graph, Interner, Number};
use super::object::Id;
use super::reader::Objects;
use super::tree::{child, differences, load};
use crate::config::source::PackageConfig;
use crate::diagnostic::Diagnostic;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;

/// Where packages live.
#[derive(Debug, Default)]
pub struct Territory {
    root: Node,
    /// Packages without paths: every commit is theirs.
    everywhere: Vec<u16>,
    globs: BTreeMap<u16, Globs>,
}

#[derive(Debug, Default)]
struct Node {
    children: BTreeMap<Vec<u8>, Node>,
    /// Packages that own everything below.
    whole: Vec<u16>,
    /// Packages with globs that begin here.
    globbed: Vec<u16>,
}

#[derive(Debug)]
struct Globs {
    include: GlobSet,
    exclude: GlobSet,
}

impl Territory {
    /// Lays out the packages of a source. A glob that can't be read is a diagnostic and matches nothing.
    pub fn new(source: &str, packages: &[PackageConfig]) -> (Self, Vec<Diagnostic>) {
        let mut territory = Self::default();
        let mut diagnostics = Vec::new();
        for (number, package) in (0_u16..).zip(packages) {
            if package.paths.is_empty() && package.exclude.is_empty() {
                territory.everywhere.push(number);
                continue;
            }
            let all = ["**".to_owned()];
            let paths = if package.paths.is_empty() { &all[..] } else { &package.paths[..] };
            let literal: Option<Vec<&str>> = paths.iter().map(|path| folder(path)).collect();
            if let (Some(folders), true) = (literal, package.exclude.is_empty()) {
                for folder in folders {
                    territory.node(folder).whole.push(number);
                }
                continue;
            }
            for path in paths {
                let fixed = fixed_part(path);
                let node = territory.node(&fixed);
                if !node.globbed.contains(&number) {
                    node.globbed.push(number);
                }
            }
            let include = glob_set(source, &package.name, paths, &mut diagnostics);
            let exclude = glob_set(source, &package.name, &package.exclude, &mut diagnostics);
            territory.globs.insert(number, Globs { include, exclude });
        }
        (territory, diagnostics)
    }

    /// Whether no package has paths, so that no tree needs to be read.
    pub fn is_everywhere(&self) -> bool {
        self.root.is_leaf()
    }

    fn node(&mut self, folder: &str) -> &mut Node {
        let mut node = &mut self.root;
        for name in folder.split('/').filter(|name| !name.is_empty() && *name != ".") {
            node = node.children.entry(name.as_bytes().to_vec()).or_default();
        }
        node
    }

    /// The packages that differ between two trees, in ascending order. A tree that can't be read is
    /// returned as the error.
    fn touched(&self, objects: &Objects<'_>, old: Option<Id>, new: Option<Id>) -> Result<Vec<u16>, Id> {
        let mut found = self.everywhere.clone();
        self.descend(objects, &self.root, old, new, &mut Vec::new(), &mut found)?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn descend(
        &self,
        objects: &Objects<'_>,
        node: &Node,
        old: Option<Id>,
        new: Option<Id>,
        path: &mut Vec<u8>,
        found: &mut Vec<u16>,
    ) -> Result<(), Id> {
        if old == new {
            return Ok(());
        }
        found.extend(&node.whole);
        if !node.globbed.is_empty() {
            let mut open: Vec<u16> = node.globbed.clone();
            differences(objects, old, new, path, &mut |difference| {
                let path = String::from_utf8_lossy(difference.path);
                open.retain(|number| {
                    let hit = self.globs.get(number).is_some_and(|globs| {
                        globs.include.is_match(&*path) && !globs.exclude.is_match(&*path)
                    });
                    if hit {
                        found.push(*number);
                    }
                    !hit
                });
            })?;
        }
        if node.children.is_empty() {
            return Ok(());
        }
        let (old, new) = (load(objects, old)?, load(objects, new)?);
        for (name, below) in &node.children {
            let (left, right) = (child(&old, name), child(&new, name));
            let ids = (left.map(|entry| entry.id), right.map(|entry| entry.id));
            if ids.0 == ids.1 {
                continue;
            }
            if [left, right].into_iter().flatten().all(|entry| entry.is_tree) {
                let length = path.len();
                if !path.is_empty() {
                    path.push(b'/');
                }
                path.extend_from_slice(name);
                self.descend(objects, below, ids.0, ids.1, path, found)?;
                path.truncate(length);
            } else {
                // A path that names a file, or a folder that became one.
                found.extend(&below.whole);
                found.extend(&below.globbed);
            }
        }
        Ok(())
    }
}

impl Node {
    fn is_leaf(&self) -> bool {
        self.children.is_empty() && self.whole.is_empty() && self.globbed.is_empty()
    }
}

/// The folder that a path without wildcards names: `a/b`, `a/b/`, `a/b/**`.
fn folder(path: &str) -> Option<&str> {
    let path = path.strip_suffix("/**").or(path.strip_suffix("/**/*")).unwrap_or(path);
    (!path.contains(['*', '?', '[', '{', '\\'])).then_some(path)
}

/// The folders before the first wildcard of a glob.
fn fixed_part(glob: &str) -> String {
    if folder(glob).is_some_and(|folder| folder == glob) {
        return glob.to_owned();
    }
    let names: Vec<&str> =
        glob.split('/').take_while(|name| !name.contains(['*', '?', '[', '{', '\\'])).collect();
    names.join("/")
}

fn glob_set(source: &str, package: &str, globs: &[String], diagnostics: &mut Vec<Diagnostic>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let glob = glob.strip_prefix("./").unwrap_or(glob).trim_end_matches('/');
        let mut patterns = vec![glob.to_owned()];
        if !glob.ends_with('*') {
            // A path names the folder's content, too.
            patterns.push(format!("{glob}/**"));
        }
        for pattern in patterns {
            match GlobBuilder::new(&pattern).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => {
                    let message = format!(
                        "`{pattern}` in package `{package}` of source `{source}` is no glob: {error}"
                    );
                    diagnostics.push(Diagnostic::error("config/bad-glob", message));
                    break;
                }
            }
        }
    }
    set.build().unwrap_or_default()
}

/// What attributing a whole history came to.
#[derive(Debug, Default)]
pub struct Attributed {
    /// Trees that are missing (a clone without trees), with the commit that has them; the commit then
    /// counts for every package.
    pub missing: Vec<(Id, Id)>,
}

/// Sets [`Graph::touches`] for every commit. `known` answers for commits attributed before.
pub fn attribute(
    objects: &Objects<'_>,
    territory: &Territory,
    packages: usize,
    trees: &[Id],
    graph: &mut Graph,
    known: impl Fn(Id) -> Option<Vec<u16>>,
) -> Attributed {
    let mut attributed = Attributed::default();
    let mut sets: Interner<Vec<u16>> = Interner::new();
    let all: Vec<u16> = (0..u16::try_from(packages).unwrap_or(u16::MAX)).collect();
    // Set 0 is what an unknown number reads as: every package, so that nothing is lost.
    sets.number(&mut graph.sets, all.as_slice(), || all.clone());
    if territory.is_everywhere() {
        return attributed;
    }
    graph.touches = vec![0; graph.len()];
    let tree = |number: Number| trees.get(number as usize).copied();
    for at in 0..graph.order.len() {
        let Some(&number) = graph.order.get(at) else { break };
        let id = graph.id(number);
        let set = known(id).unwrap_or_else(|| {
            let parent = graph.parents(number).first().copied().and_then(tree);
            territory.touched(objects, parent, tree(number)).unwrap_or_else(|missing| {
                attributed.missing.push((missing, id));
                all.clone()
            })
        });
        let set = sets.number(&mut graph.sets, set.as_slice(), || set.clone());
        if let Some(slot) = graph.touches.get_mut(number as usize) {
            *slot = set;
        }
    }
    attributed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_told_from_globs() {
        assert_eq!(folder("packages/a/**"), Some("packages/a"));
        assert_eq!(folder("packages/a/"), Some("packages/a/"));
        assert_eq!(folder("packages/*/a"), None);
        assert_eq!(fixed_part("packages/a/*.rs"), "packages/a");
        assert_eq!(fixed_part("**"), "");
        assert_eq!(fixed_part("a/b"), "a/b");
    }

    #[test]
    fn a_bad_glob_is_a_diagnostic() {
        let package =
            PackageConfig { name: "p".into(), paths: vec!["a/[".into()], ..PackageConfig::default() };
        let (_, diagnostics) = Territory::new("s", &[package]);
        assert_eq!(diagnostics.len(), 1);
    }
}
