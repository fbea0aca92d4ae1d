//! The audit as pages, as a table for spreadsheets and for programs.

use super::records::FacetView;
use super::release::short;
use super::{Renderer, csv};
use crate::record::Moment;
use crate::site::{AuditCommit, AuditPage, Listing, Web};
use crate::source::git::What;
use crate::theme::view::{CommitView, LinkView, PagerView, TimeView};
use serde::Serialize;
use serde_json::json;
use std::fmt::Write as _;

/// Pages of one commit that a list shows; the files for machines have all.
const PAGES: usize = 10;

/// A list of changes.
#[derive(Serialize)]
pub(super) struct AuditView {
    /// Title.
    pub(super) title: String,
    /// What the list can be narrowed to.
    facets: Vec<FacetView>,
    /// Commits, the newest first.
    rows: Vec<AuditRow>,
    /// Where the list goes on.
    pager: Option<PagerView>,
}

/// A commit that changed pages.
#[derive(Serialize)]
struct AuditRow {
    /// When it was committed.
    time: TimeView,
    /// The commit.
    commit: CommitView,
    /// The first line of its message; missing in a public build.
    subject: Option<String>,
    /// Who made it.
    authors: Vec<String>,
    /// Pages that it changed.
    pages: Vec<AuditPageView>,
    /// Pages that are left out.
    more: usize,
}

/// A page that a commit changed.
#[derive(Serialize)]
struct AuditPageView {
    /// What was done, for the style.
    what: What,
    /// The word for it.
    word: String,
    /// The page's title, or its path where it is gone.
    title: String,
    /// None where the page is gone.
    url: Option<String>,
}

/// A change to a page, for programs.
#[derive(Serialize)]
struct AuditLine<'a> {
    time: Moment,
    commit: &'a str,
    change: What,
    file: &'a str,
    url: Option<String>,
    title: Option<String>,
    owners: &'a [String],
    authors: &'a [String],
    subject: Option<&'a str>,
}

impl Renderer {
    /// A page of a list of changes.
    pub(super) fn audit(&self, list: &Listing, number: usize) -> AuditView {
        let audit = &self.site.audit;
        let (rows, pager) = self.slice(&list.rows, &list.url, number);
        let web = Web::of(&self.site.library.config);
        let row = |index: &usize| {
            let commit = audit.commits.get(*index)?;
            let is_shown = |page: &&AuditPage| list.group != "owner" || page.owners.contains(&list.name);
            let count = commit.pages.iter().filter(is_shown).count();
            Some(AuditRow {
                time: commit.time.into(),
                commit: CommitView {
                    short: short(&commit.commit),
                    url: web.as_ref().map(|web| web.commit(&commit.commit)),
                },
                subject: commit.subject.clone(),
                authors: commit.authors.clone(),
                pages: commit
                    .pages
                    .iter()
                    .filter(is_shown)
                    .take(PAGES)
                    .map(|page| self.audit_page(page))
                    .collect(),
                more: count.saturating_sub(PAGES),
            })
        };
        AuditView {
            title: self.listing_title("audit", list),
            facets: self.facets(&audit.lists, &audit.facets, list),
            rows: rows.iter().filter_map(row).collect(),
            pager,
        }
    }

    fn audit_page(&self, page: &AuditPage) -> AuditPageView {
        let link = self.audit_link(page);
        AuditPageView {
            what: page.what,
            word: self.theme.word(word(page.what)).to_owned(),
            title: link.as_ref().map_or_else(|| page.file.clone(), |link| link.title.clone()),
            url: link.map(|link| link.url),
        }
    }

    fn audit_link(&self, page: &AuditPage) -> Option<LinkView> {
        let entry = self.site.entry(page.entry?)?;
        Some(LinkView { title: entry.page.title.clone(), url: entry.url.clone() })
    }

    /// All changes for a table: a line for each page of each commit (RFC 4180).
    pub(super) fn audit_csv(&self) -> String {
        let mut out = csv::line("time commit change file url title owners authors subject".split(' '));
        self.each_change(|commit, page, link| {
            let (title, url) =
                link.map_or_else(Default::default, |link| (link.title, self.outside(&link.url)));
            let (owners, authors) = (page.owners.join(" "), commit.authors.join("; "));
            let subject = commit.subject.as_deref().unwrap_or_default();
            out.push_str(&csv::line([
                commit.time.rfc3339().as_str(),
                &commit.commit,
                name(page.what),
                &page.file,
                &url,
                &title,
                &owners,
                &authors,
                subject,
            ]));
        });
        out
    }

    /// All changes for programs, a line for each page of each commit.
    pub(super) fn audit_json(&self) -> String {
        let as_of = serde_json::Value::from(self.site.library.now.as_ref().map(Moment::day));
        let commit = self.site.library.head().map(|head| head.commit.as_str());
        let mut out = format!("{{\"as_of\":{as_of},\"commit\":{},\"changes\":[", json!(commit));
        let mut is_first = true;
        self.each_change(|commit, page, link| {
            let (title, url) =
                link.map_or_else(Default::default, |link| (Some(link.title), Some(self.outside(&link.url))));
            let line = AuditLine {
                time: commit.time,
                commit: &commit.commit,
                change: page.what,
                file: &page.file,
                url,
                title,
                owners: &page.owners,
                authors: &commit.authors,
                subject: commit.subject.as_deref(),
            };
            let line = serde_json::to_string(&line).unwrap_or_default();
            let _ = write!(out, "{}{line}", if is_first { "\n" } else { ",\n" });
            is_first = false;
        });
        out.push_str("\n]}\n");
        out
    }

    fn each_change(&self, mut tell: impl FnMut(&AuditCommit, &AuditPage, Option<LinkView>)) {
        for commit in &self.site.audit.commits {
            for page in &commit.pages {
                tell(commit, page, self.audit_link(page));
            }
        }
    }
}

/// What was done, for machines.
fn name(what: What) -> &'static str {
    match what {
        What::Added => "added",
        What::Changed => "changed",
        What::Moved => "moved",
        What::Removed => "removed",
    }
}

/// The theme's word for it.
fn word(what: What) -> &'static str {
    match what {
        What::Added => "page_added",
        What::Changed => "page_changed",
        What::Moved => "page_moved",
        What::Removed => "page_removed",
    }
}
