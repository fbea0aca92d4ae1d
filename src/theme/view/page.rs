//! Views of a page: its own facts, and what became of what it watches.

use super::action::{ActionView, ActionsView};
use super::incident::{CandidateView, DrawnView, SimilarView};
use super::kinds::{ChapterView, FieldView, StepView};
use super::value::{CommitView, FactView, LinkView, SeverityView, TimeView};
use crate::markdown::TocEntry;
use serde::Serialize;

/// A page's own facts.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PageView {
    /// Title.
    pub title: String,
    /// Kind of page.
    pub kind: &'static str,
    /// What the kind is called.
    pub kind_label: String,
    /// Its language, where that is not the site's.
    pub lang: Option<String>,
    /// The direction of that language's script.
    pub dir: Option<&'static str>,
    /// Its HTML.
    pub body: String,
    /// Its headings; empty where there are too few for a table of contents.
    pub toc: Vec<TocEntry>,
    /// Its day.
    pub date: Option<TimeView>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Severity of a retro or runbook.
    pub severity: Option<SeverityView>,
    /// State of an incident or a decision.
    pub status: Option<&'static str>,
    /// Version of a release note.
    pub version: Option<String>,
    /// Its services.
    pub services: Vec<LinkView>,
    /// Alerts that lead here.
    pub alerts: Vec<String>,
    /// Errors that lead here.
    pub errors: Vec<String>,
    /// An incident's durations.
    pub durations: Vec<FactView>,
    /// An incident's timeline, drawn.
    pub drawn: Option<DrawnView>,
    /// Releases shortly before an incident.
    pub candidates: Vec<CandidateView>,
    /// Incidents like this one.
    pub similar: Vec<SimilarView>,
    /// Items of theirs that are still open.
    pub still_open: Vec<ActionView>,
    /// The release that caused an incident; its address is empty if the site has no such release.
    pub caused_by: Option<LinkView>,
    /// The release that repaired it.
    pub fixed_by: Option<LinkView>,
    /// How many action items there are.
    pub actions: Option<ActionsView>,
    /// Fields of a kind of the site's own.
    pub fields: Vec<FieldView>,
    /// The release that a demo shows.
    pub shows: Option<LinkView>,
    /// A demo's recording.
    pub recording: Option<FieldView>,
    /// The element that plays it on the page, if it is a file of the site that browsers play: `video` or `audio`.
    pub player: Option<&'static str>,
    /// Its chapters.
    pub chapters: Vec<ChapterView>,
    /// The decision that took this one's place.
    pub replaced_by: Option<LinkView>,
    /// Decisions that this one took the place of.
    pub replaces: Vec<LinkView>,
    /// The steps of a path.
    pub steps: Vec<StepView>,
    /// Runbooks of an incident.
    pub runbooks: Vec<LinkView>,
    /// Team that keeps it.
    pub owner: Option<LinkView>,
    /// Day of the last review.
    pub reviewed: Option<TimeView>,
    /// Who reviewed it then.
    pub reviewed_by: Option<String>,
    /// How to reach a runbook's owner, and the dashboards of its services.
    pub reach: Vec<FieldView>,
    /// Day of the next review.
    pub review_due: Option<TimeView>,
    /// Whether that day has passed.
    pub review_late: bool,
    /// What the page watches and what became of it since its review.
    pub drift: Vec<DriftView>,
    /// Day of the first commit, from git.
    pub created: Option<TimeView>,
    /// Day of the last change, from git or front matter.
    pub updated: Option<TimeView>,
    /// The commit of the last change.
    pub commit: Option<CommitView>,
    /// Who has changed it, most first.
    pub contributors: Vec<String>,
    /// Where it can be edited.
    pub edit_url: Option<String>,
    /// Where its text can be read as it was when the page was made: at the commit of its last change.
    pub source_url: Option<String>,
    /// Where its history can be seen.
    pub history_url: Option<String>,
    /// Where a reader reports a problem with it.
    pub problem_url: Option<String>,
    /// Where a reader says that a runbook helped, and that it did not.
    pub helped_url: Option<String>,
    /// The latter.
    pub failed_url: Option<String>,
    /// Pages that link to it.
    pub backlinks: Vec<LinkView>,
    /// Its terms, by taxonomy.
    pub taxonomies: Vec<TermsView>,
    /// The one before it.
    pub previous: Option<LinkView>,
    /// The one after it.
    pub next: Option<LinkView>,
    /// What else its front matter says.
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A path that a runbook watches and that is gone, or changed since its review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftView {
    /// The path, as the runbook writes it.
    pub path: String,
    /// Whether no source has it any more.
    pub is_gone: bool,
    /// How many commits changed it.
    pub count: usize,
    /// `1 commit`, `41 commits`.
    pub counted: String,
    /// The day of the last one.
    pub last: Option<String>,
    /// The newest of them.
    pub commits: Vec<CommitLineView>,
}

/// A commit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitLineView {
    /// The commit.
    pub commit: CommitView,
    /// Its day.
    pub day: String,
    /// The first line of its message; empty in a public build.
    pub subject: String,
}

/// The terms that a page bears in a taxonomy.
#[derive(Debug, Clone, Serialize)]
pub struct TermsView {
    /// What several terms are called.
    pub title: String,
    /// The terms.
    pub terms: Vec<LinkView>,
}
