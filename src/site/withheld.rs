//! Files beside pages that a public build leaves out: those that only internal pages show.

use super::entry::Entry;
use super::url;
use crate::record::Audience;
use crate::source::{Library, Page};
use std::collections::{BTreeMap, HashSet};

/// The places in the content tree of files that are not part of the site. A file that a public page links to is part of
/// it; of the others, those that lie where internal pages do, or that an internal page names, are not.
pub(super) fn assets<'a>(library: &'a Library, entries: &[Entry]) -> HashSet<&'a str> {
    if library.built_for == Audience::Internal || library.assets.is_empty() {
        return HashSet::new();
    }
    let hidden: Vec<&Page> =
        library.pages().map(|page| &**page).filter(|page| page.audience == Audience::Internal).collect();
    if hidden.is_empty() {
        return HashSet::new();
    }
    // Folders with pages, and whether any of them is internal.
    let mut folders: BTreeMap<&str, bool> = BTreeMap::new();
    for page in library.pages() {
        *folders.entry(page.folder()).or_default() |= page.audience == Audience::Internal;
    }
    let linked: HashSet<String> = entries.iter().flat_map(destinations).collect();
    let in_html: Vec<String> = entries
        .iter()
        .filter(|entry| entry.page.outline.has_html)
        .map(|entry| entry.page.prepared(library.built_for).text.into_owned())
        .collect();
    library
        .assets
        .iter()
        .map(|asset| asset.path.as_str())
        .filter(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let shown =
                linked.contains(&path.to_lowercase()) || in_html.iter().any(|html| html.contains(name));
            !shown
                && (beside_internal(&folders, folder) || hidden.iter().any(|page| page.body().contains(name)))
        })
        .collect()
}

/// The places in the content tree that a page's links and images may mean, lower case.
fn destinations(entry: &Entry) -> Vec<String> {
    let mut all = Vec::new();
    for link in &entry.page.outline.links {
        let dest = url::decode(link.dest.split(['#', '?']).next().unwrap_or_default()).to_lowercase();
        match dest.strip_prefix('/') {
            Some(absolute) => all.push(absolute.to_owned()),
            None => all.extend(
                [entry.page.folder(), &entry.url]
                    .into_iter()
                    .filter_map(|folder| url::join(&folder.to_lowercase(), &dest)),
            ),
        }
    }
    all
}

/// Whether the nearest folder with pages, from a file's own upwards, has an internal one.
fn beside_internal(folders: &BTreeMap<&str, bool>, folder: &str) -> bool {
    let mut folder = folder;
    loop {
        if let Some(internal) = folders.get(folder) {
            return *internal;
        }
        if folder.is_empty() {
            return false;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}
