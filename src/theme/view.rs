//! Views: what templates are given. Plain data, made for one page, never the site. All addresses are relative to the
//! site's root, so that a template writes `{{ root }}{{ item.url }}`.

use super::incident::{CandidateView, DrawnView, SimilarView};
use super::kinds::{ChapterView, FieldView, StepView};
use crate::markdown::TocEntry;
use crate::record::Moment;
use serde::Serialize;

/// A link inside the site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LinkView {
    /// Its words.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// What other sites and search engines are told of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ShareView {
    /// Absolute address of an image.
    pub image: Option<String>,
    /// What the image shows.
    pub alt: String,
    /// Whether it is large enough to stand above the text.
    pub is_large: bool,
    /// The page as JSON-LD, safe inside a `<script>`.
    pub structured: Option<String>,
}

/// A day or a point in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeView {
    /// `2026-03-14`
    pub day: String,
    /// `2026-03-14 09:02 UTC`, or the day.
    pub human: String,
    /// For `datetime`.
    pub machine: String,
}

impl From<Moment> for TimeView {
    fn from(moment: Moment) -> Self {
        Self { day: moment.day(), human: moment.human(), machine: moment.machine() }
    }
}

/// A severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeverityView {
    /// 1 (worst) to 5.
    pub rank: u8,
    /// As the author wrote it.
    pub label: String,
}

/// A row of a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ItemView {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Kind of page, or `release`.
    pub kind: String,
    /// What the kind is called; empty where the list has only one kind.
    pub kind_label: String,
    /// One or two sentences.
    pub description: String,
    /// Its day.
    pub date: Option<TimeView>,
    /// Its severity.
    pub severity: Option<SeverityView>,
    /// Its state.
    pub status: Option<&'static str>,
    /// Names of its services.
    pub services: Vec<String>,
    /// What else it tells in a word or two: how long it took, how much of it is still open.
    pub marks: Vec<MarkView>,
    /// What the rows from this one on are called, where a list has several kinds of page.
    pub heading: Option<String>,
}

/// A word or two in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MarkView {
    /// What it says: `63 min`, `2 open`.
    pub text: String,
    /// What that is a value of; empty where the words say so themselves.
    pub label: String,
    /// Class of its badge, such as `state-open`; empty for plain text.
    pub class: &'static str,
}

/// Navigation around a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NavView {
    /// The sections that the page is in, outermost first, without the home page.
    pub trail: Vec<LinkView>,
    /// Top-level sections, and the lists that one turns to when something is wrong.
    pub roots: Vec<NavItem>,
    /// The other lists of the site: terms, people, figures, what is to be looked after.
    pub others: Vec<NavItem>,
    /// Whether the page being read is in one of `others`.
    pub in_others: bool,
    /// The section whose pages are listed.
    pub parent: Option<LinkView>,
    /// Pages beside this one, 40 at most.
    pub siblings: Vec<NavItem>,
    /// Where the rest of them are listed.
    pub more: Option<LinkView>,
}

/// An item of navigation.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NavItem {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Whether it is, or holds, the page being read.
    pub current: bool,
}

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

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitView {
    /// Its first characters.
    pub short: String,
    /// Its page at the forge.
    pub url: Option<String>,
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

/// A labelled value.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FactView {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Where it leads.
    pub url: Option<String>,
}

/// A rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyView {
    /// Its name in the catalogue.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Where its shifts are listed.
    pub url: String,
    /// Its anchor there.
    pub id: String,
    /// Services that one is on call for; without an address where none has a page.
    pub services: Vec<LinkView>,
    /// Its team.
    pub team: Option<LinkView>,
    /// The zone of its times.
    pub zone: String,
    /// The day that `current` and `next` are of.
    pub as_of: String,
    /// Who is on call.
    pub current: Vec<ShiftView>,
    /// Who comes next.
    pub next: Vec<ShiftView>,
    /// Shifts that are going on or to come.
    pub shifts: Vec<ShiftView>,
    /// Address of its calendar.
    pub calendar: String,
}

/// A time on call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftView {
    /// Who.
    pub who: String,
    /// Whether somebody stands in.
    pub covers: bool,
    /// From when, on the clock of the rotation's zone.
    pub from: String,
    /// Until when.
    pub until: String,
    /// From when, in UTC.
    pub from_machine: String,
    /// Until when.
    pub until_machine: String,
}

/// How many action items a retro has.
#[derive(Debug, Clone, Serialize)]
pub struct ActionsView {
    /// All.
    pub count: usize,
    /// Those that are done.
    pub done: usize,
}

/// An action item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionView {
    /// Its stable id.
    pub id: String,
    /// Where it stands.
    pub url: String,
    /// What is to be done.
    pub text: String,
    /// How far it is: `overdue`, `open`, `merged`, `released`, `done`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: String,
    /// Team or person.
    pub owner: Option<String>,
    /// Due day.
    pub due: Option<String>,
    /// What it does about incidents of its sort.
    pub kind: Option<&'static str>,
    /// Ticket or pull request.
    pub tracker: Option<String>,
    /// The retro.
    pub retro: Option<LinkView>,
    /// Commits that name it.
    pub commits: Vec<CommitView>,
    /// Releases that have them.
    pub releases: Vec<LinkView>,
}

/// The terms that a page bears in a taxonomy.
#[derive(Debug, Clone, Serialize)]
pub struct TermsView {
    /// What several terms are called.
    pub title: String,
    /// The terms.
    pub terms: Vec<LinkView>,
}

/// A list of pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ListView {
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub description: String,
    /// Kind of most pages.
    pub kind: &'static str,
    /// Labelled values: a service's owner, a team's contact.
    pub facts: Vec<FactView>,
    /// Links out of the site.
    pub links: Vec<LinkView>,
    /// Other ways to the same pages: runbooks by service and by alert.
    pub ways: Vec<LinkView>,
    /// What is missing in it, with the list that shows where: alerts that have no runbook.
    pub gap: Option<LinkView>,
    /// Shorter lists above the list.
    pub panels: Vec<PanelView>,
    /// Open action items.
    pub actions: Vec<ActionView>,
    /// Who is on call.
    pub on_call: Vec<DutyView>,
    /// Sections, or terms.
    pub sections: Vec<CardView>,
    /// Pages.
    pub items: Vec<ItemView>,
    /// Where the list goes on.
    pub pager: Option<PagerView>,
    /// How a page is added to it in a browser.
    pub new_page: Option<NewPageView>,
}

/// How a page is added in a browser.
#[derive(Debug, Clone, Serialize)]
pub struct NewPageView {
    /// What a page of the kind is called.
    pub kind: String,
    /// Address of the forge's editor.
    pub url: String,
    /// The page's text, where the editor does not get it by the address.
    pub text: Option<String>,
}

/// A section or a term in a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CardView {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// One sentence.
    pub description: String,
    /// Pages in it.
    pub count: usize,
}

/// Pages of a list.
#[derive(Debug, Clone, Serialize)]
pub struct PagerView {
    /// This one, from 1.
    pub number: usize,
    /// How many.
    pub count: usize,
    /// Address of the one before.
    pub previous: Option<String>,
    /// Address of the one after.
    pub next: Option<String>,
}

/// A shorter list on the home page, or above the list of a term.
#[derive(Debug, Clone, Serialize)]
pub struct PanelView {
    /// Title.
    pub title: String,
    /// How many rows it would have if it had room for all, where that is worth a number.
    pub count: Option<usize>,
    /// Its rows.
    pub items: Vec<ItemView>,
    /// Where the rest is.
    pub more: Option<LinkView>,
}

/// A feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedView {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Media type.
    pub media_type: &'static str,
}

/// Links under one letter.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// The letter.
    pub title: String,
    /// The heading's id.
    pub id: String,
    /// The links.
    pub links: Vec<LeadView>,
}

/// A link of the alphabetical index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LeadView {
    /// A title, an alert, an error or a service.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The title of the page that an alert or an error leads to.
    pub page: Option<String>,
}
