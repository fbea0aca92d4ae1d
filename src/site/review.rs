//! The queue of reviews: which pages somebody has to look at, and why.

use super::entry::Entry;
use super::listing::{Listing, add};
use super::records::{REVIEW, Review};
use crate::record::{Fields, Moment, period};
use crate::source::{Library, Page, WatchedCommit};
use jiff::ToSpan;
use std::collections::BTreeMap;

/// Watched paths that a page names as changed.
const CHANGED: usize = 10;

/// When a page's next review is due; none where it was never reviewed or says no period.
pub fn due(page: &Page) -> Option<Moment> {
    let common = &page.front.common;
    let days = period::days(common.review_every.as_deref()?)?;
    Moment::from_date(common.reviewed?.date.checked_add(i64::from(days).days()).ok()?)
}

/// Pages to look at, the one that is due first at the front, and the lists by owner. Pages whose review is not due and
/// that watch nothing that changed are left out.
pub(super) fn reviews(library: &Library, entries: &[Entry]) -> (Vec<Review>, Vec<Listing>) {
    let mut all: Vec<Review> = entries
        .iter()
        .filter(|entry| !entry.page.front.common.draft)
        .filter_map(|entry| review(library, entry))
        .filter(Review::is_open)
        .collect();
    // What is gone outranks what changed, and that a day that has passed.
    all.sort_by_key(|review| (review.gone == 0, review.changed == 0, review.due, review.entry));
    let mut lists: BTreeMap<(usize, String), Listing> = BTreeMap::new();
    let mut queue = Listing::new("", "", REVIEW.to_owned());
    for (index, review) in all.iter().enumerate() {
        queue.rows.push(index);
        add(&mut lists, (0, REVIEW), "owner", review.owner.as_deref().unwrap_or("nobody"), index);
    }
    let has_reviews = entries.iter().any(|entry| entry.page.front.common.reviewed.is_some());
    let lists =
        if has_reviews { std::iter::once(queue).chain(lists.into_values()).collect() } else { Vec::new() };
    (all, lists)
}

/// A page's next review, open or not; none where it was never reviewed.
pub(super) fn review(library: &Library, entry: &Entry) -> Option<Review> {
    entry.page.front.common.reviewed?;
    let due = due(&entry.page);
    let is_late = due.zip(library.now).is_some_and(|(due, now)| due.date < now.date);
    let drift = drift(library, &entry.page);
    Some(Review {
        entry: entry.id,
        owner: owner(library, entry),
        due,
        is_late,
        gone: drift.iter().filter(|drift| drift.commits.is_none()).count(),
        changed: drift.iter().filter(|drift| drift.commits.is_some()).count(),
    })
}

/// What became of a path that a runbook watches, since its review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift<'a> {
    /// The path, as the runbook writes it.
    pub path: &'a str,
    /// Commits that changed it since, the newest first. None if no source has the path any more.
    pub commits: Option<&'a [WatchedCommit]>,
}

impl Drift<'_> {
    /// `deploy/edge.yaml (2 commits, 2026-03-10)`; `gone` is said of what is there no more.
    pub fn in_words(&self, gone: &str) -> String {
        match self.commits {
            Some([last, ..]) => format!("{} ({})", self.path, last.at.day()),
            _ => format!("{} ({gone})", self.path),
        }
    }
}

/// What a runbook watches that is gone or has changed since its review. What is gone stands first: no step can be true
/// about it.
pub fn drift<'a>(library: &'a Library, page: &'a Page) -> Vec<Drift<'a>> {
    let (Fields::Runbook(runbook), Some(reviewed)) = (&page.front.fields, page.front.common.reviewed) else {
        return Vec::new();
    };
    let drift = |path: &'a String| {
        let watched = library.watched.get(path).filter(|watched| watched.is_known)?;
        let later = watched.commits.iter().take_while(|commit| commit.at.date > reviewed.date).count();
        let commits = watched.exists.then(|| watched.commits.get(..later).unwrap_or_default());
        (!watched.exists || later > 0).then_some(Drift { path, commits })
    };
    let mut found: Vec<Drift<'_>> = runbook.watches.0.iter().filter_map(drift).collect();
    found.sort_by_key(|drift| drift.commits.is_some());
    found.truncate(CHANGED);
    found
}

/// Who keeps a page: it says so itself, or its first service does.
pub fn owner(library: &Library, entry: &Entry) -> Option<String> {
    let own = entry.page.front.common.owner.as_ref().map(|owner| owner.0.trim_start_matches('@').to_owned());
    own.or_else(|| {
        let services = super::taxonomy::services(library, entry);
        services.iter().find_map(|name| library.catalogue.services.get(name)?.owner.clone())
    })
}
