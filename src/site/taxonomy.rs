//! Taxonomies: pages by tag, service, team, and by what a site's own front-matter keys say.

use super::entry::{Entry, EntryId};
use super::{section, url};
use crate::config::SortOrder;
use crate::record::Kind;
use crate::source::Library;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A way to group pages.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// Front-matter key: `tags`.
    pub key: String,
    /// First part of its addresses: `tags`.
    pub slug: String,
    /// What one term is called.
    pub label: String,
    /// What several are called.
    pub plural: String,
    /// Its terms, by name.
    pub terms: Vec<Term>,
}

/// A term and the pages that bear it.
#[derive(Debug, Clone)]
pub struct Term {
    /// As authors write it.
    pub name: String,
    /// As it is shown.
    pub title: String,
    /// Its address: `tags/db/`.
    pub url: String,
    /// Pages that bear it: by kind, then as the kind's section sorts, by day or by title.
    pub pages: Vec<EntryId>,
}

impl Taxonomy {
    /// The term of a name.
    pub fn term(&self, name: &str) -> Option<&Term> {
        let slug = url::segment(name);
        let at = self.terms.binary_search_by(|term| term_slug(term, &self.slug).cmp(slug.as_str())).ok()?;
        self.terms.get(at)
    }
}

fn term_slug<'a>(term: &'a Term, taxonomy: &str) -> &'a str {
    term.url.get(taxonomy.len() + 1..).unwrap_or_default().trim_end_matches('/')
}

/// Groups the entries of a site.
pub(super) fn taxonomies(library: &Library, entries: &[Entry]) -> Vec<Taxonomy> {
    let mut all = vec![
        taxonomy("tags", "Tag", "Tags"),
        taxonomy("services", "Service", "Services"),
        taxonomy("teams", "Team", "Teams"),
    ];
    for (key, config) in &library.config.taxonomies {
        let plural = config.plural.clone().unwrap_or_else(|| capitalised(key));
        let label = config.label.clone().unwrap_or_else(|| plural.clone());
        all.push(taxonomy(key, &label, &plural));
    }
    let ranks = ranks(library, entries);
    for taxonomy in &mut all {
        let mut terms: BTreeMap<String, Term> = BTreeMap::new();
        for (name, title) in declared(library, &taxonomy.key) {
            add(&mut terms, &taxonomy.slug, &name, &title, None);
        }
        for entry in entries {
            for name in names(library, entry, &taxonomy.key) {
                add(&mut terms, &taxonomy.slug, &name, &name, Some(entry.id));
            }
        }
        taxonomy.terms = terms.into_values().collect();
        for term in &mut taxonomy.terms {
            term.pages.sort_unstable_by_key(|id| ranks.get(id.0));
        }
    }
    all.retain(|taxonomy| !taxonomy.terms.is_empty());
    all
}

/// Each entry's place in the lists of terms. One order serves all terms, so that no term has to compare its pages.
fn ranks(library: &Library, entries: &[Entry]) -> Vec<usize> {
    let kinds = &library.config.all_kinds;
    let sorting: HashMap<Kind, (usize, bool)> = kinds
        .all()
        .enumerate()
        .map(|(place, kind)| {
            let folder = kinds.folders(kind).first().copied();
            let own =
                folder.and_then(|folder| library.config.section_setting(folder, |section| section.sort));
            let by_day = match own {
                Some(SortOrder::Date) => true,
                Some(SortOrder::Title | SortOrder::Weight) => false,
                Some(SortOrder::Auto) | None => kinds.is_dated(kind),
            };
            (kind, (place, by_day))
        })
        .collect();
    let mut order: Vec<(usize, bool, String, &Entry)> = entries
        .par_iter()
        .map(|entry| {
            let (place, by_day) = sorting.get(&entry.page.kind).copied().unwrap_or((sorting.len(), false));
            let title = if by_day { String::new() } else { entry.page.title.to_lowercase() };
            (place, by_day, title, entry)
        })
        .collect();
    order.par_sort_unstable_by(|(place, by_day, title, entry), (other_place, _, other_title, other)| {
        let within = || match *by_day {
            true => section::compare(entry, other, SortOrder::Date, true),
            false => title.cmp(other_title).then_with(|| entry.page.path.cmp(&other.page.path)),
        };
        place.cmp(other_place).then_with(within).then_with(|| entry.id.cmp(&other.id))
    });
    let mut ranks = vec![0; entries.len()];
    for (rank, (.., entry)) in order.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(entry.id.0) {
            *slot = rank;
        }
    }
    ranks
}

fn taxonomy(key: &str, label: &str, plural: &str) -> Taxonomy {
    Taxonomy {
        key: key.to_owned(),
        slug: url::segment(key),
        label: label.to_owned(),
        plural: plural.to_owned(),
        terms: Vec::new(),
    }
}

fn add(terms: &mut BTreeMap<String, Term>, taxonomy: &str, name: &str, title: &str, page: Option<EntryId>) {
    let slug = url::segment(name);
    if slug.is_empty() {
        return;
    }
    let term = terms.entry(slug.clone()).or_insert_with(|| Term {
        name: name.to_owned(),
        title: title.to_owned(),
        url: format!("{taxonomy}/{slug}/"),
        pages: Vec::new(),
    });
    if let Some(page) = page
        && term.pages.last() != Some(&page)
    {
        term.pages.push(page);
    }
}

/// Terms that exist although no page may bear them.
fn declared(library: &Library, key: &str) -> Vec<(String, String)> {
    let title = |name: &String, title: &Option<String>| title.clone().unwrap_or_else(|| name.clone());
    match key {
        "services" => {
            let services = library.catalogue.services.iter();
            services.map(|(name, service)| (name.clone(), title(name, &service.title))).collect()
        }
        "teams" => {
            let teams = library.catalogue.teams.iter();
            teams.map(|(name, team)| (name.clone(), title(name, &team.title))).collect()
        }
        _ => Vec::new(),
    }
}

/// The terms of a taxonomy that an entry bears.
pub fn names(library: &Library, entry: &Entry, key: &str) -> Vec<String> {
    let front = &entry.page.front;
    match key {
        "tags" => front.common.tags.0.clone(),
        "services" => {
            let services = front.common.services.0.iter();
            services.map(|name| library.catalogue.service_name(name).unwrap_or(name).to_owned()).collect()
        }
        "teams" => library.owners(&entry.page),
        own => front.taxonomies.get(own).cloned().unwrap_or_default(),
    }
}

/// Names in the catalogue of the services that an entry is about.
pub fn services(library: &Library, entry: &Entry) -> Vec<String> {
    names(library, entry, "services")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
