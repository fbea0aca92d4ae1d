//! How much of the documentation is known to be up to date: of the site, of each service, of each owner.

use super::entry::Entry;
use super::metrics::Scope;
use super::review::{owner, review};
use super::taxonomy::services;
use crate::record::Fields;
use crate::source::Library;
use serde::Serialize;
use std::collections::BTreeMap;

/// Pages by the state of their reviews. A page can be both late and outdated; then it counts in both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Pages that say when they were reviewed.
    pub reviewed: usize,
    /// Those that nobody has to look at now.
    pub current: usize,
    /// Those whose review is overdue.
    pub late: usize,
    /// Those that watch something that changed since.
    pub outdated: usize,
    /// Runbooks that don't say when they were reviewed; they are not among the others.
    pub unknown: usize,
}

/// The freshness of a site's parts.
#[derive(Debug, Clone, Default)]
pub struct FreshnessTable {
    all: Freshness,
    owners: BTreeMap<String, Freshness>,
    services: BTreeMap<String, Freshness>,
}

impl FreshnessTable {
    /// Counts the pages of a site.
    pub(super) fn of(library: &Library, entries: &[Entry]) -> Self {
        let mut table = Self::default();
        for entry in entries.iter().filter(|entry| !entry.page.front.common.draft && !entry.is_section) {
            let found = match review(library, entry) {
                Some(review) => Freshness {
                    reviewed: 1,
                    current: usize::from(!review.is_open()),
                    late: usize::from(review.is_late),
                    outdated: usize::from(review.gone + review.changed > 0),
                    unknown: 0,
                },
                None if matches!(entry.page.front.fields, Fields::Runbook(_)) => {
                    Freshness { unknown: 1, ..Freshness::default() }
                }
                None => continue,
            };
            table.all.add(found);
            if let Some(owner) = owner(library, entry) {
                table.owners.entry(owner).or_default().add(found);
            }
            for service in services(library, entry) {
                table.services.entry(service).or_default().add(found);
            }
        }
        table
    }

    /// The freshness of what figures are about.
    pub fn get(&self, scope: Scope<'_>) -> Freshness {
        let found = match scope {
            Scope::All => Some(&self.all),
            Scope::Service(name) => self.services.get(name),
            Scope::Team(name) => self.owners.get(name),
        };
        found.copied().unwrap_or_default()
    }
}

impl Freshness {
    fn add(&mut self, other: Self) {
        self.reviewed += other.reviewed;
        self.current += other.current;
        self.late += other.late;
        self.outdated += other.outdated;
        self.unknown += other.unknown;
    }

    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.reviewed + self.unknown == 0
    }
}
