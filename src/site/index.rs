//! The alphabetical index: what one can look for without a script.

use super::Site;
use super::entry::Entry;
use super::taxonomy::Taxonomy;
use crate::record::Fields;

/// Entries on a page of the index.
pub(super) const PER_PAGE: usize = 200;

/// Something that one can look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// A title, an alert, an error or a service.
    pub title: String,
    /// Where it leads.
    pub url: String,
    /// The title of the page that an alert or an error leads to: several pages may know the same error.
    pub page: Option<String>,
}

/// Titles, alerts, errors and services, sorted without regard to case.
pub(super) fn index(entries: &[Entry], taxonomies: &[Taxonomy]) -> Vec<IndexEntry> {
    let mut all: Vec<IndexEntry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let (title, url) = (&entry.page.title, &entry.url);
        all.push(IndexEntry { title: title.clone(), url: url.clone(), page: None });
        if let Fields::Runbook(runbook) = &entry.page.front.fields {
            let leads = runbook.alerts.0.iter().chain(&runbook.errors.0);
            all.extend(leads.map(|lead| IndexEntry {
                title: lead.clone(),
                url: url.clone(),
                page: Some(title.clone()),
            }));
        }
    }
    let services =
        taxonomies.iter().filter(|taxonomy| taxonomy.key == "services").flat_map(|taxonomy| &taxonomy.terms);
    all.extend(services.map(|term| IndexEntry {
        title: term.title.clone(),
        url: term.url.clone(),
        page: None,
    }));
    all.sort_by_cached_key(|entry| (entry.title.to_lowercase(), entry.url.clone()));
    all.dedup();
    all
}

impl Site {
    /// The first and last title of each page of the index, shortened.
    pub fn index_pages(&self) -> impl Iterator<Item = (String, String)> {
        self.index.chunks(PER_PAGE).filter_map(|page| {
            let short = |entry: &IndexEntry| entry.title.chars().take(12).collect::<String>();
            Some((short(page.first()?), short(page.last()?)))
        })
    }

    /// A page of the index, from 1.
    pub fn index_page(&self, number: usize) -> &[IndexEntry] {
        self.index.chunks(PER_PAGE).nth(number.saturating_sub(1)).unwrap_or_default()
    }
}
