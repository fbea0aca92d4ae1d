//! What differs between a site and what was published before, and the order in which it is written.

use crate::config::output::Encoding;
use crate::output::{FileRecord, Manifest};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a publication changes at its target.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Paths that were not there.
    pub added: Vec<String>,
    /// Paths whose bytes differ.
    pub changed: Vec<String>,
    /// Paths that go.
    pub removed: Vec<String>,
    /// Bytes of what is added or changed.
    pub bytes: u64,
}

impl Changes {
    /// What leads from the files of `old` to those of `new`.
    pub fn between(old: Option<&Manifest>, new: &Manifest) -> Self {
        let old: BTreeMap<&str, &str> = old.into_iter().flat_map(|old| &old.files).map(pair).collect();
        let mut changes = Self::default();
        for file in &new.files {
            match old.get(file.path.as_str()) {
                Some(hash) if *hash == file.blake3 => continue,
                Some(_) => changes.changed.push(file.path.clone()),
                None => changes.added.push(file.path.clone()),
            }
            changes.bytes += file.size;
        }
        let kept: BTreeSet<&str> = new.files.iter().map(|file| file.path.as_str()).collect();
        changes.removed =
            old.keys().filter(|path| !kept.contains(*path)).map(|path| (*path).to_owned()).collect();
        changes
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

fn pair(file: &FileRecord) -> (&str, &str) {
    (&file.path, &file.blake3)
}

/// When a file is written: whatever a file needs comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Files whose names change with their bytes: nobody knows them yet.
    Hashed,
    /// Other files that pages show or load, such as images.
    Asset,
    /// Pages.
    Page,
    /// What names pages: feeds, the sitemap, rules of hosts.
    List,
}

impl Stage {
    /// All, in their order.
    pub(super) const ALL: [Self; 4] = [Self::Hashed, Self::Asset, Self::Page, Self::List];

    /// The stage of a path.
    pub(super) fn of(path: &str) -> Self {
        // A compressed file goes with the file that it is made from.
        let path =
            Encoding::ALL.iter().find_map(|encoding| path.strip_suffix(encoding.ending())).unwrap_or(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            _ if is_hashed(path) => Self::Hashed,
            "html" | "htm" => Self::Page,
            "xml" | "ics" => Self::List,
            _ if matches!(name, "feed.json" | "llms.txt" | "_redirects" | "_headers") => Self::List,
            _ => Self::Asset,
        }
    }
}

/// Whether a file's name changes with its bytes, so that it may be cached for ever: `assets/app.0c1d2e3f4a5b.css`, as the
/// theme's files and those of the search index are called.
pub(super) fn is_hashed(path: &str) -> bool {
    let is_ours = path.starts_with("assets/") || path.starts_with("search/");
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_hash = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_ours && name.split(['.', '-']).any(is_hash)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A manifest of paths and texts.
    pub(crate) fn manifest(files: &[(&str, &str)]) -> Manifest {
        let record = |(path, text): &(&str, &str)| FileRecord {
            path: (*path).to_owned(),
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
            size: text.len() as u64,
            source: String::new(),
        };
        Manifest { version: 1, generator: "test".to_owned(), files: files.iter().map(record).collect() }
    }

    #[test]
    fn only_differences_are_told() {
        let old = manifest(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let new = manifest(&[("a", "1"), ("b", "22"), ("d", "333")]);
        let changes = Changes::between(Some(&old), &new);
        assert_eq!(
            (changes.added, changes.changed, changes.removed),
            (vec!["d".into()], vec!["b".into()], vec!["c".into()])
        );
        assert_eq!(changes.bytes, 5);
        assert!(Changes::between(Some(&new), &new).is_empty());
        assert_eq!(Changes::between(None, &new).added.len(), 3);
    }

    #[test]
    fn what_a_file_needs_comes_before_it() {
        let mut paths =
            ["atom.xml", "a/index.html.br", "search/root.js", "assets/app.0123456789ab.css", "a/plan.png"];
        paths.sort_by_key(|path| Stage::of(path));
        assert_eq!(
            paths,
            ["assets/app.0123456789ab.css", "search/root.js", "a/plan.png", "a/index.html.br", "atom.xml"]
        );
        // A page of one's own is no file of ours, whatever it is called.
        assert!(!is_hashed("notes/deadbeef.html") && !is_hashed("assets/logo.svg"));
    }
}
