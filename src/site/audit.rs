//! The audit: who changed which page when, commit by commit, from the history of the content.
//!
//! A public build tells of nothing but its own pages: not of pages that are gone, whose audience nobody knows any more, and
//! not what commits say, since one commit may change public and internal pages alike.

use super::entry::{Entry, EntryId};
use super::listing::{Facet, Listing, add, facets};
use super::taxonomy::names;
use crate::record::{Audience, Moment};
use crate::source::Library;
use crate::source::git::{CommitChanges, PageHistory, What};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Address of the audit.
pub const AUDIT: &str = "audit/";

/// What changed in the content.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// Commits that changed pages, the newest first.
    pub commits: Vec<AuditCommit>,
    /// Lists of them: all, then by month, author and owner.
    pub lists: Vec<Listing>,
    /// What the list can be narrowed to.
    pub facets: Vec<Facet>,
}

/// A commit that changed pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCommit {
    /// Its id.
    pub commit: String,
    /// When it was put into the history.
    pub time: Moment,
    /// Its author and co-authors.
    pub authors: Vec<String>,
    /// The first line of its message, for those inside.
    pub subject: Option<String>,
    /// The pages.
    pub pages: Vec<AuditPage>,
}

/// A page that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The page, unless it is gone.
    pub entry: Option<EntryId>,
    /// Its file in the content tree: where it is now, or where it was last.
    pub file: String,
    /// What the commit did.
    pub what: What,
    /// The teams that own it now.
    pub owners: Vec<String>,
}

impl Audit {
    /// Gathers the changes to the pages of a site; none where its content has no history.
    pub(super) fn of(library: &Library, entries: &[Entry]) -> Self {
        if !library.config.audit.enabled {
            return Self::default();
        }
        let by_path: HashMap<&str, &Entry> =
            entries.iter().map(|entry| (entry.page.path.as_str(), entry)).collect();
        let mut commits: Vec<AuditCommit> = Vec::new();
        for (at, history) in library.page_histories.iter() {
            let pages = pages(library, at, history, &by_path);
            commits.extend(history.changes.commits.iter().filter_map(|commit| told(library, commit, &pages)));
        }
        // A mount in the content's own repository has the same commits.
        commits.sort_by(|a, b| (Reverse(a.time.at), &a.commit).cmp(&(Reverse(b.time.at), &b.commit)));
        commits.dedup_by(|later, first| {
            let is_same = later.commit == first.commit;
            if is_same {
                for page in later.pages.drain(..) {
                    if !first.pages.contains(&page) {
                        first.pages.push(page);
                    }
                }
            }
            is_same
        });
        let lists = lists(&commits);
        Self { facets: facets(&lists), lists, commits }
    }
}

/// The files of a history as pages; none for those that this build does not tell of.
fn pages(
    library: &Library,
    at: &str,
    history: &PageHistory,
    by_path: &HashMap<&str, &Entry>,
) -> Vec<Option<AuditPage>> {
    let changes = &history.changes;
    let page = |(index, file): (usize, &String)| {
        let path = if at.is_empty() { file.clone() } else { format!("{at}/{file}") };
        let entry = by_path.get(path.as_str()).copied();
        let is_gone = index >= changes.present;
        let is_told = entry.is_some() || is_gone && library.built_for == Audience::Internal;
        is_told.then(|| AuditPage {
            entry: entry.filter(|_| !is_gone).map(|entry| entry.id),
            file: path,
            what: What::Changed,
            owners: entry.map(|entry| names(library, entry, "teams")).unwrap_or_default(),
        })
    };
    changes.files.iter().enumerate().map(page).collect()
}

fn told(library: &Library, commit: &CommitChanges, pages: &[Option<AuditPage>]) -> Option<AuditCommit> {
    let of = |(file, what): &(usize, What)| {
        let page = pages.get(*file)?.as_ref()?;
        Some(AuditPage { what: *what, ..page.clone() })
    };
    let pages: Vec<AuditPage> = commit.files.iter().filter_map(of).collect();
    if pages.is_empty() {
        return None;
    }
    Some(AuditCommit {
        commit: commit.commit.clone(),
        time: Moment::from_seconds(commit.time.seconds)?,
        authors: commit.authors.clone(),
        subject: (library.built_for == Audience::Internal).then(|| commit.subject.clone()),
        pages,
    })
}

fn lists(commits: &[AuditCommit]) -> Vec<Listing> {
    if commits.is_empty() {
        return Vec::new();
    }
    let mut all = Listing::new("", "", AUDIT.to_owned());
    all.rows = (0..commits.len()).collect();
    let mut lists: BTreeMap<(usize, String), Listing> = BTreeMap::new();
    for (index, commit) in commits.iter().enumerate() {
        let day = commit.time.day();
        add(&mut lists, (0, AUDIT), "month", day.get(..7).unwrap_or(&day), index);
        for author in &commit.authors {
            add(&mut lists, (1, AUDIT), "author", author, index);
        }
        for owner in commit.pages.iter().flat_map(|page| &page.owners) {
            add(&mut lists, (2, AUDIT), "owner", owner, index);
        }
    }
    let mut lists: Vec<Listing> = lists.into_values().collect();
    // The newest month comes first; everything else is in the order of its name.
    let months = lists.iter().take_while(|list| list.group == "month").count();
    lists.get_mut(..months).unwrap_or_default().reverse();
    std::iter::once(all).chain(lists).collect()
}
