//! Views of the alphabetical index.

use serde::Serialize;

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
