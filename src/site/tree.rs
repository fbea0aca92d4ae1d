//! The tree of content: which folders are sections, which page stands for each, their addresses and their order.

use super::entry::{Entry, EntryId};
use super::section::{self, Section, SectionId};
use super::url;
use crate::config::SortOrder;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Kind;
use crate::source::{Library, Page};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Puts pages into sections by their folders, each with its address, its order and its neighbours.
pub(super) fn tree(
    library: &Library,
    pages: &[Arc<Page>],
    found: &mut Vec<Diagnostic>,
) -> (Vec<Section>, Vec<Entry>) {
    let folders = Folders::of(pages);
    let mut sections = build_sections(library, &folders);
    let mut entries = build_entries(pages, &folders, &sections, found);
    fill_sections(library, &mut sections, &mut entries);
    (sections, entries)
}

/// Which page stands for its folder, and which folders are sections.
struct Folders {
    /// For each section's folder, the index of its own page among the pages.
    sections: BTreeMap<String, Option<usize>>,
}

impl Folders {
    fn of(pages: &[Arc<Page>]) -> Self {
        let mut heads: HashMap<&str, (usize, usize)> = HashMap::new();
        let mut others: BTreeMap<&str, bool> = BTreeMap::new();
        for (index, page) in pages.iter().enumerate() {
            let folder = page.folder();
            if page.is_folder_file() {
                // `_index.md` before `index.md` before `README.md`.
                let rank = match page.stem() {
                    "_index" => 0,
                    "index" => 1,
                    _ => 2,
                };
                let best = heads.entry(folder).or_insert((rank, index));
                if rank < best.0 {
                    *best = (rank, index);
                }
            } else {
                others.insert(folder, true);
            }
        }
        let mut sections: BTreeMap<String, Option<usize>> = BTreeMap::new();
        let mut add = |folder: &str| {
            let mut path = folder;
            loop {
                sections.entry(path.to_owned()).or_insert(None);
                match path.rsplit_once('/') {
                    Some((parent, _)) => path = parent,
                    None => break,
                }
            }
            sections.entry(String::new()).or_insert(None);
        };
        for folder in others.keys() {
            add(folder);
        }
        for (folder, (rank, _)) in &heads {
            // `_index.md` always makes a section; `index.md` in a folder of its own is a page with files beside it.
            match (rank, folder.rsplit_once('/')) {
                (0, _) => add(folder),
                (_, Some((parent, _))) => add(parent),
                (_, None) => add(""),
            }
        }
        for (folder, (_, index)) in heads {
            if let Some(head) = sections.get_mut(folder) {
                *head = Some(index);
            }
        }
        Self { sections }
    }
}

fn build_sections(library: &Library, folders: &Folders) -> Vec<Section> {
    let mut ids: HashMap<&str, SectionId> = HashMap::new();
    let mut sections: Vec<Section> = Vec::new();
    for (index, path) in folders.sections.keys().enumerate() {
        let id = SectionId(index);
        ids.insert(path, id);
        let parent = if path.is_empty() {
            None
        } else {
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            ids.get(parent).copied()
        };
        sections.push(Section {
            id,
            path: path.clone(),
            url: url::folder(path),
            title: section_title(library, path),
            entry: None,
            parent,
            sections: Vec::new(),
            pages: Vec::new(),
            kind: Kind::Article,
            weight: None,
        });
    }
    if sections.is_empty() {
        sections.push(Section {
            id: SectionId(0),
            path: String::new(),
            url: String::new(),
            title: library.config.site.title.clone(),
            entry: None,
            parent: None,
            sections: Vec::new(),
            pages: Vec::new(),
            kind: Kind::Article,
            weight: None,
        });
    }
    sections
}

/// The title of a section that no page describes.
fn section_title(library: &Library, path: &str) -> String {
    if path.is_empty() {
        return library.config.site.title.clone();
    }
    let mount = library.config.mounts.iter().find(|mount| mount.at.trim_matches('/') == path);
    if let Some(title) = mount.and_then(|mount| mount.title.clone()) {
        return title;
    }
    let kinds = &library.config.all_kinds;
    if let Some(kind) = kinds.of_folder(path) {
        return kinds.plural(kind);
    }
    let name = path.rsplit('/').next().unwrap_or(path).replace(['-', '_'], " ");
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn build_entries(
    pages: &[Arc<Page>],
    folders: &Folders,
    sections: &[Section],
    found: &mut Vec<Diagnostic>,
) -> Vec<Entry> {
    let ids: HashMap<&str, SectionId> =
        sections.iter().map(|section| (section.path.as_str(), section.id)).collect();
    let home = SectionId(0);
    let mut entries = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter().enumerate() {
        let folder = page.folder();
        let head = folders.sections.get(folder).copied().flatten();
        let is_section = head == Some(index);
        // A second file that stands for its folder is an ordinary page of it.
        let bundle = page.is_folder_file() && head.is_none();
        let section_path =
            if bundle { folder.rsplit_once('/').map_or("", |(parent, _)| parent) } else { folder };
        let section = ids.get(section_path).copied().unwrap_or(home);
        let address = address(page, is_section || bundle, found);
        entries.push(Entry {
            id: EntryId(index),
            page: page.clone(),
            url: address,
            section,
            is_section,
            place: 0,
            previous: None,
            next: None,
            backlinks: Vec::new(),
            links: Vec::new(),
        });
    }
    entries
}

/// The address of a page: what it says itself, else its place in the content tree.
fn address(page: &Page, is_folder: bool, found: &mut Vec<Diagnostic>) -> String {
    let common = &page.front.common;
    if let Some(written) = &common.url {
        match url::from_author(written) {
            Some(address) => return address,
            None => found.push(
                Diagnostic::error("page/url", format!("`{written}` is not an address inside the site"))
                    .at(Span::new(page.file.clone(), page.front.place(&page.source, "url", written))),
            ),
        }
    }
    let folder = url::folder(page.folder());
    if is_folder {
        return match &common.slug {
            Some(slug) if !page.folder().is_empty() => {
                let parent = page.folder().rsplit_once('/').map_or("", |(parent, _)| parent);
                format!("{}{}/", url::folder(parent), url::segment(&slug.0))
            }
            _ => folder,
        };
    }
    let name = common.slug.as_ref().map_or_else(|| page.stem(), |slug| &slug.0);
    format!("{folder}{}/", url::segment(name))
}

/// Puts pages into their sections, in order, and tells each its neighbours.
fn fill_sections(library: &Library, sections: &mut [Section], entries: &mut [Entry]) {
    for entry in entries.iter() {
        let Some(section) = sections.get_mut(entry.section.0) else { continue };
        if entry.is_section {
            section.entry = Some(entry.id);
            section.url.clone_from(&entry.url);
            section.weight = entry.page.front.common.weight;
            if !section.path.is_empty() || entry.page.front.common.title.is_some() {
                section.title = entry.nav_title().to_owned();
            }
        } else {
            section.pages.push(entry.id);
        }
    }
    for section in sections.iter_mut() {
        section.kind = majority(section, entries);
        let order =
            library.config.section_setting(&section.path, |section| section.sort).unwrap_or(SortOrder::Auto);
        let is_dated = library.config.all_kinds.is_dated(section.kind);
        section.pages.sort_by(|a, b| match (entries.get(a.0), entries.get(b.0)) {
            (Some(a), Some(b)) => section::compare(a, b, order, is_dated),
            _ => a.cmp(b),
        });
        for (place, id) in section.pages.iter().enumerate() {
            if let Some(entry) = entries.get_mut(id.0) {
                entry.place = place;
            }
        }
        for pair in section.pages.windows(2) {
            if let [before, after] = pair {
                if let Some(entry) = entries.get_mut(before.0) {
                    entry.next = Some(*after);
                }
                if let Some(entry) = entries.get_mut(after.0) {
                    entry.previous = Some(*before);
                }
            }
        }
    }
    let mut children: Vec<(SectionId, SectionId)> =
        sections.iter().filter_map(|section| section.parent.map(|parent| (parent, section.id))).collect();
    let rank = |id: &SectionId| {
        let section = sections.get(id.0);
        let weight = section.and_then(|section| section.weight).unwrap_or(f64::INFINITY);
        (weight, section.map(|section| section.title.to_lowercase()))
    };
    children.sort_by(|(_, a), (_, b)| {
        let (a, b) = (rank(a), rank(b));
        a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1))
    });
    for (parent, child) in children {
        if let Some(section) = sections.get_mut(parent.0) {
            section.sections.push(child);
        }
    }
}

/// The kind of most pages of a section; the first in the order of kinds where several tie.
fn majority(section: &Section, entries: &[Entry]) -> Kind {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for entry in section.pages.iter().filter_map(|id| entries.get(id.0)) {
        *counts.entry(entry.page.kind).or_default() += 1;
    }
    let own = section.entry.and_then(|id| entries.get(id.0)).map(|entry| entry.page.kind).unwrap_or_default();
    counts
        .into_iter()
        .max_by_key(|(kind, count)| (*count, std::cmp::Reverse(*kind)))
        .map_or(own, |(kind, _)| kind)
}
