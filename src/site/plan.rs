//! From records to a site: addresses, sections, order, relations, routes.

use super::audit::Audit;
use super::entry::{Entry, EntryId};
use super::link::{self, Place, Places};
use super::named::Stems;
use super::on_call::OnCall;
use super::package;
use super::records::Records;
use super::route::RouteKind;
use super::routes::Routes;
use super::section::{self, Section, SectionId};
use super::taxonomy::{self, Taxonomy};
use super::{Site, index, url};
use crate::changelog::SourceChangelog;
use crate::config::{FILE_NAME, SortOrder};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::{Audience, Kind};
use crate::source::{Library, Page};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Joins records into relations, routes and navigation. Pure: the same library gives the same site, whatever the order
/// of its files. The diagnostics are those of the site as a whole; each page has its own.
pub fn plan(library: Arc<Library>, changelogs: &Arc<Vec<SourceChangelog>>) -> (Site, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let pages = visible(&library);
    let folders = Folders::of(&pages);
    let mut sections = build_sections(&library, &folders);
    let mut entries = build_entries(&pages, &folders, &sections, &mut found);
    fill_sections(&library, &mut sections, &mut entries);
    let taxonomies = taxonomy::taxonomies(&library, &entries);
    let packages = package::packages(changelogs, &entries);
    let index = index::index(&entries, &taxonomies);
    let mut routes = Routes::default();
    for number in 1..=index.len().div_ceil(index::PER_PAGE) {
        let path = format!("search/a-z/{number}/index.html");
        routes.add(path, RouteKind::Index(number), "annals", &mut found);
    }
    routes.add_packages(&library, &packages, &entries, &mut found);
    routes.add_all(&library, &entries, &sections, &taxonomies, &mut found);
    let records = Records::of(&library, &entries, &packages);
    let on_call = OnCall::of(&library, &entries, &packages, &records.incidents);
    routes.add_records(&library, &records, &packages, &entries);
    routes.add_on_call(&on_call, &library);
    let audit = Audit::of(&library, &entries);
    routes.add_audit(&audit, &library);
    let places = places(&library, &entries, &sections, &taxonomies, &routes);
    relate(&places, &mut entries, &mut found);
    unknown_names(&library, &entries, &mut found);
    missing_files(&library, &routes, &mut found);
    routes.list.sort_by(|a, b| a.path.cmp(&b.path));
    let by_path = routes.list.iter().enumerate().map(|(index, route)| (route.path.clone(), index)).collect();
    let stems = Stems::of(&entries);
    let mut site = Site {
        entries,
        sections: Arc::new(sections),
        taxonomies: Arc::new(taxonomies),
        packages: Arc::new(packages),
        records: Arc::new(records),
        on_call: Arc::new(on_call),
        audit: Arc::new(audit),
        routes: Arc::new(routes.list),
        by_path: Arc::new(by_path),
        index: Arc::new(index),
        images: Arc::new(images(&library)),
        stems: Arc::new(stems),
        replaces: Arc::default(),
        places: Arc::new(places),
        library,
    };
    site.replaces = Arc::new(site.join_decisions());
    (site, found)
}

/// The pages that this build's audience sees.
fn visible(library: &Library) -> Vec<Arc<Page>> {
    library
        .pages()
        .filter(|page| library.drafts || !page.front.common.draft)
        .filter(|page| library.built_for == Audience::Internal || page.audience == Audience::Public)
        .cloned()
        .collect()
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

fn places(
    library: &Library,
    entries: &[Entry],
    sections: &[Section],
    taxonomies: &[Taxonomy],
    routes: &Routes,
) -> Places {
    let mut places = Places {
        base_path: base_path(library),
        mounts: library.config.mounts.iter().map(|mount| mount.at.trim_matches('/').to_owned()).collect(),
        files: HashMap::with_capacity(entries.len()),
        urls: HashMap::with_capacity(entries.len()),
        ..Places::default()
    };
    for entry in entries {
        places.files.insert(entry.page.path.to_lowercase(), entry.id);
        places.urls.insert(entry.url.to_lowercase(), entry.id);
    }
    for section in sections.iter().filter(|section| section.entry.is_none()) {
        places.others.insert(section.url.clone(), section.url.clone());
    }
    for taxonomy in taxonomies {
        places.others.insert(format!("{}/", taxonomy.slug), format!("{}/", taxonomy.slug));
        for term in &taxonomy.terms {
            places.others.insert(term.url.clone(), term.url.clone());
        }
    }
    for route in &routes.list {
        match &route.kind {
            RouteKind::Alias(to) => {
                let from = route.path.trim_end_matches("index.html").to_owned();
                if let Some(id) = places.urls.get(to).copied() {
                    places.urls.entry(from).or_insert(id);
                }
            }
            RouteKind::Packages
            | RouteKind::Package(..)
            | RouteKind::Changes(..)
            | RouteKind::Release(..)
            | RouteKind::Compare(_)
            | RouteKind::Record(_)
            | RouteKind::Year(_) => {
                let address = route.path.trim_end_matches("index.html").to_owned();
                places.others.insert(address.clone(), address);
            }
            RouteKind::Copy(_) | RouteKind::Feed(..) | RouteKind::Sitemap | RouteKind::Llms => {
                places.others.insert(route.path.to_lowercase(), route.path.clone());
            }
            RouteKind::Search => {
                places.others.insert("search/".into(), "search/".into());
            }
            _ => {}
        }
    }
    for asset in &library.assets {
        let (folder, name) = asset.path.rsplit_once('/').unwrap_or(("", &asset.path));
        places.others.insert(asset.path.to_lowercase(), format!("{}{name}", url::folder(folder)));
    }
    places
}

/// Files and pages that `[look]` names and that the site does not have.
fn missing_files(library: &Library, routes: &Routes, found: &mut Vec<Diagnostic>) {
    for (name, place) in &library.config.look.named {
        let path = url::output(name.split_once('#').map_or(name.as_str(), |(path, _)| path));
        if !routes.list.iter().any(|route| route.path == path) {
            found.push(
                Diagnostic::error("config/missing-file", format!("the site has no `{name}`"))
                    .at(Span::new(FILE_NAME, place.clone()))
                    .help("it is an address in the site: `logo.svg` for `static/logo.svg`, `guides/move/` for a page"),
            );
        }
    }
}

/// Sizes of images by address.
fn images(library: &Library) -> HashMap<String, (usize, usize)> {
    let sized = library.assets.iter().filter_map(|asset| {
        let (folder, name) = asset.path.rsplit_once('/').unwrap_or(("", &asset.path));
        Some((format!("{}{name}", url::folder(folder)), asset.size?))
    });
    sized.collect()
}

/// The path of `base_url`: `/annals/` of `https://kb.example.org/annals/`.
fn base_path(library: &Library) -> String {
    let base = library.config.site.base_url.as_deref().unwrap_or_default();
    let host = base.split_once("://").map_or("", |(_, rest)| rest);
    let path = host.split_once('/').map_or("", |(_, path)| path.trim_end_matches('/'));
    format!("/{path}")
}

/// Resolves all links, tells pages who links to them, and reports links that lead nowhere.
fn relate(places: &Places, entries: &mut [Entry], found: &mut Vec<Diagnostic>) {
    let resolved: Vec<(Vec<Place>, Vec<Diagnostic>)> = entries
        .par_iter()
        .map(|entry| {
            let mut places_of = Vec::with_capacity(entry.page.outline.links.len());
            let mut mistakes = Vec::new();
            for link in &entry.page.outline.links {
                let resolution = link::resolve(places, entries, entry, &link.dest);
                mistakes.extend(mistake(entry, link, &resolution));
                places_of.push(resolution.place);
            }
            (places_of, mistakes)
        })
        .collect();
    let mut backlinks: Vec<(EntryId, EntryId)> = Vec::new();
    for (entry, (links, mistakes)) in entries.iter_mut().zip(resolved) {
        found.extend(mistakes);
        let targets = links.iter().filter_map(|place| match place {
            Place::Entry(to, _) if *to != entry.id => Some((*to, entry.id)),
            _ => None,
        });
        backlinks.extend(targets);
        entry.links = links;
    }
    backlinks.sort_unstable();
    backlinks.dedup();
    for (to, from) in backlinks {
        if let Some(entry) = entries.get_mut(to.0) {
            entry.backlinks.push(from);
        }
    }
}

fn mistake(entry: &Entry, link: &crate::markdown::Link, resolution: &link::Resolution) -> Option<Diagnostic> {
    let place = entry.page.at(&link.span);
    if resolution.place == Place::Broken {
        let what = match link.kind {
            crate::markdown::LinkKind::Link => "this link leads nowhere",
            crate::markdown::LinkKind::Image => "this image does not exist",
        };
        let diagnostic = Diagnostic::warning("link/broken", format!("{what}: `{}`", link.dest)).at(place);
        return Some(match &resolution.near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic,
        });
    }
    resolution.anchor_missing.then(|| {
        let fragment = link.dest.split_once('#').map_or("", |(_, fragment)| fragment);
        Diagnostic::warning("link/anchor", format!("the page has no heading `#{fragment}`")).at(place)
    })
}

/// Services and teams that the catalogue does not have.
fn unknown_names(library: &Library, entries: &[Entry], found: &mut Vec<Diagnostic>) {
    let catalogue = &library.catalogue;
    if catalogue.services.is_empty() {
        return;
    }
    for entry in entries {
        let page = &entry.page;
        for name in &page.front.common.services.0 {
            if catalogue.service_name(name).is_some() {
                continue;
            }
            let place = Span::new(page.file.clone(), page.front.place(&page.source, "services", name));
            let diagnostic =
                Diagnostic::error("page/unknown-service", format!("no service is called `{name}`")).at(place);
            found.push(match nearest(name, catalogue.services.keys().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("add it to {}", library.config.content.services)),
            });
        }
    }
}
