//! Views of demos, paths and kinds of a site's own.

use serde::Serialize;

/// A field with its label.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// What it is called.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Where it leads.
    pub url: Option<String>,
    /// Whether that is out of the site.
    pub is_outside: bool,
}

/// A heading of a demo that begins with a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChapterView {
    /// As written: `12:30`.
    pub time: String,
    /// The same in seconds.
    pub seconds: u32,
    /// The rest of the heading.
    pub title: String,
    /// The heading's id.
    pub id: String,
    /// The recording at that time.
    pub recording: Option<FieldView>,
}

/// A step of a path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// The page's title, or its name where there is no such page.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// What its kind is called.
    pub kind_label: String,
    /// One or two sentences.
    pub description: String,
    /// Whether its review is overdue or what it watches has changed.
    pub is_stale: bool,
}
