//! Links between pages: what they can lead to, where each leads, and who links to a page.

use super::entry::{Entry, EntryId};
use super::link::{self, Place, Places};
use super::route::RouteKind;
use super::routes::Routes;
use super::section::Section;
use super::taxonomy::Taxonomy;
use super::url;
use crate::diagnostic::Diagnostic;
use crate::markdown::{Link, LinkKind};
use crate::source::Library;
use rayon::prelude::*;
use std::collections::HashMap;

/// Everything that a link can lead to.
pub(super) fn places(
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

/// The path of `base_url`: `/annals/` of `https://kb.example.org/annals/`.
fn base_path(library: &Library) -> String {
    let base = library.config.site.base_url.as_deref().unwrap_or_default();
    let host = base.split_once("://").map_or("", |(_, rest)| rest);
    let path = host.split_once('/').map_or("", |(_, path)| path.trim_end_matches('/'));
    format!("/{path}")
}

/// Resolves all links, tells pages who links to them, and reports links that lead nowhere.
pub(super) fn relate(places: &Places, entries: &mut [Entry], found: &mut Vec<Diagnostic>) {
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

fn mistake(entry: &Entry, link: &Link, resolution: &link::Resolution) -> Option<Diagnostic> {
    let place = entry.page.at(&link.span);
    if resolution.place == Place::Broken {
        let what = match link.kind {
            LinkKind::Link => "this link leads nowhere",
            LinkKind::Image => "this image does not exist",
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
