//! What the index is made from: a page cut into its sections.

use serde::Serialize;

/// A page as search sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Site-relative address without a leading slash, `runbooks/edge/`.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// The page's kind, `runbook`.
    pub kind: String,
    /// Its language as a BCP 47 tag.
    pub lang: String,
    /// Its date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Services that it is about.
    pub services: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Severity of an incident, as labelled at the source.
    pub severity: Option<String>,
    /// Version of a release.
    pub version: Option<String>,
    /// Package of a release.
    pub package: Option<String>,
    /// Names of the alerts that lead here.
    pub alerts: Vec<String>,
    /// Error strings and codes that lead here; `{name}` stands for a part that varies.
    pub errors: Vec<String>,
    /// `public` or `internal`.
    pub audience: Option<String>,
    /// Whether the page's review is overdue.
    pub stale: bool,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: Option<String>,
    /// The release that repairs what it is about, `api@2.14.1`.
    pub fixed: Option<String>,
    /// Whether it is of an incident that is not over.
    pub open: bool,
    /// A factor on the page's score, 1 by default.
    pub boost: f32,
    /// How many pages link here.
    pub inbound: u32,
    /// What front matter says beyond the fields that are known: names and values.
    pub extra: Vec<String>,
    /// A sentence on the page.
    pub description: Option<String>,
    /// The page's text, by heading.
    pub sections: Vec<Section>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            url: String::new(),
            title: String::new(),
            kind: "article".into(),
            lang: "en".into(),
            date: None,
            services: Vec::new(),
            tags: Vec::new(),
            severity: None,
            version: None,
            package: None,
            alerts: Vec::new(),
            errors: Vec::new(),
            audience: None,
            stale: false,
            reviewed: None,
            fixed: None,
            open: false,
            boost: 1.0,
            inbound: 0,
            extra: Vec::new(),
            description: None,
            sections: Vec::new(),
        }
    }
}

/// The part of a page under one heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Section {
    /// The heading's id; none for the part before the first heading.
    pub anchor: Option<String>,
    /// The heading's text.
    pub heading: String,
    /// The heading's level.
    pub level: u8,
    /// The section's prose.
    pub text: String,
    /// The section's code blocks.
    pub code: String,
}
