//! A page in its place in the site.

use super::link::Place;
use super::section::SectionId;
use crate::source::Page;
use std::sync::Arc;

/// Names an entry of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub usize);

/// A page with its address and its neighbours.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The page.
    pub page: Arc<Page>,
    /// Its address: `runbooks/edge/`.
    pub url: String,
    /// The section that it belongs to; a section's own page belongs to that section.
    pub section: SectionId,
    /// Whether it is its section's own page.
    pub is_section: bool,
    /// Its place among its section's pages, from 0.
    pub place: usize,
    /// The one before it in its section.
    pub previous: Option<EntryId>,
    /// The one after it in its section.
    pub next: Option<EntryId>,
    /// Pages that link to it.
    pub backlinks: Vec<EntryId>,
    /// Where its links lead, in the order of the page's links.
    pub links: Vec<Place>,
}

impl Entry {
    /// The title for navigation.
    pub fn nav_title(&self) -> &str {
        self.page.front.common.link_title.as_ref().map_or(&self.page.title, |title| &title.0)
    }
}
