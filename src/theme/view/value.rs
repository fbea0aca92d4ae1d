//! Views that others are made of: links, times, facts, severities, commits.

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

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitView {
    /// Its first characters.
    pub short: String,
    /// Its page at the forge.
    pub url: Option<String>,
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
