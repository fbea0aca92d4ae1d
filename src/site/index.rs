//! The alphabetical index: what one can look for without a script.

use super::Site;
use super::entry::Entry;
use super::taxonomy::Taxonomy;
use crate::record::Fields;

/// Entries on a page of the index.
pub(super) const PER_PAGE: usize = 200;

/// Titles, alerts, errors and services with their addresses, sorted without regard to case.
pub(super) fn index(entries: &[Entry], taxonomies: &[Taxonomy]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::with_capacity(entries.len());
    for entry in entries {
        all.push((entry.page.title.clone(), entry.url.clone()));
        if let Fields::Runbook(runbook) = &entry.page.front.fields {
            let leads = runbook.alerts.0.iter().chain(&runbook.errors.0);
            all.extend(leads.map(|lead| (lead.clone(), entry.url.clone())));
        }
    }
    let services =
        taxonomies.iter().filter(|taxonomy| taxonomy.key == "services").flat_map(|taxonomy| &taxonomy.terms);
    all.extend(services.map(|term| (term.title.clone(), term.url.clone())));
    all.sort_by_cached_key(|(title, url)| (title.to_lowercase(), url.clone()));
    all.dedup();
    all
}

impl Site {
    /// The first and last title of each page of the index, shortened.
    pub fn index_pages(&self) -> impl Iterator<Item = (String, String)> {
        self.index.chunks(PER_PAGE).filter_map(|page| {
            let short = |(title, _): &(String, String)| title.chars().take(12).collect::<String>();
            Some((short(page.first()?), short(page.last()?)))
        })
    }

    /// A page of the index, from 1.
    pub fn index_page(&self, number: usize) -> &[(String, String)] {
        self.index.chunks(PER_PAGE).nth(number.saturating_sub(1)).unwrap_or_default()
    }
}
