//! Views of incidents: the drawn timeline, incidents that are alike.

use super::value::{LinkView, TimeView};
use serde::Serialize;

/// A timeline for its template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawnView {
    /// What it shows, in a sentence, for those who don't see it.
    pub summary: String,
    /// From the first to the last point, in order.
    pub phases: Vec<PhaseView>,
    /// Where entries stand, in units of the drawing.
    pub ticks: Vec<i64>,
    /// Where releases stand that may have caused it.
    pub releases: Vec<i64>,
    /// The entries.
    pub entries: Vec<MomentView>,
    /// Entries that are left out.
    pub more: usize,
}

/// A phase of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhaseView {
    /// Its class: `unnoticed`, `waiting`, `repair`, `recovery`, `around`.
    pub name: &'static str,
    /// What it is called.
    pub label: String,
    /// Where it starts and how wide it is, in units of the drawing.
    pub x: i64,
    /// Width.
    pub width: i64,
    /// How long it took.
    pub took: String,
    /// When it began.
    pub from: TimeView,
    /// When it was over.
    pub to: TimeView,
}

/// An entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MomentView {
    /// When; none if its time can't be read.
    pub at: Option<TimeView>,
    /// As it is written.
    pub written: String,
    /// Time since the start: `T+9 min`.
    pub offset: String,
    /// Which milestone it is.
    pub milestone: Option<&'static str>,
    /// What happened.
    pub text: String,
}

/// A release shortly before an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CandidateView {
    /// The release.
    pub link: LinkView,
    /// When it was out.
    pub at: TimeView,
    /// How long before the start: `T−2 h`.
    pub offset: String,
    /// Whether the retro says that it is the cause.
    pub is_cause: bool,
}

/// An incident like this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SimilarView {
    /// Its retro.
    pub link: LinkView,
    /// Its day.
    pub date: Option<TimeView>,
    /// Why it is alike.
    pub why: String,
}
