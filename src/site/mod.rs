//! The site: pages joined into sections, taxonomies, relations and routes.
//!
//! [`plan`] takes a [`Library`] and gives a [`Site`]. It is pure: the same library gives the same site. What a route
//! looks like is the business of `theme` and `render`.

mod audit;
mod board;
mod causes;
mod entry;
mod freshness;
mod index;
mod link;
mod listing;
pub mod metrics;
mod named;
pub mod on_call;
mod package;
mod plan;
mod records;
mod relate;
pub mod report;
pub mod review;
mod route;
mod routes;
mod section;
mod similar;
mod taxonomy;
mod tree;
pub mod url;
mod web;
mod withheld;

pub use audit::{AUDIT, Audit, AuditCommit, AuditPage};
pub use board::{Action, ActionState, Evidence, FollowThrough, follow_through};
pub use causes::releases_of;
pub use entry::{Entry, EntryId};
pub use freshness::Freshness;
pub use link::{Place, Resolution};
pub use listing::{Facet, Listing};
pub use on_call::{Duty, ON_CALL, OnCall, Week};
pub use package::{
    BREAKING, Package, ROOT as PACKAGES, ReleasePlace, release_named, release_years, year_url,
};
pub use plan::plan;
pub use records::{ACTIONS, ALERTS, ARCHIVE, Alert, Incident, METRICS, REVIEW, Records, Review};
pub use route::{FeedFormat, FeedScope, MetricsOf, RecordRoute, Route, RouteKind};
pub use routes::{SECURITY_TEXT, SPECULATION_RULES};
pub use section::{Section, SectionId};
pub use similar::Similar;
pub use taxonomy::{Taxonomy, Term, names, services};
pub use web::{NewPage, Web};

use crate::record::{Kind, Moment};
use crate::source::{Library, Page};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A site as it is planned: immutable, and enough to render any of its routes.
#[derive(Debug, Clone)]
pub struct Site {
    /// What it is made from.
    pub library: Arc<Library>,
    /// The pages that are part of it, by path.
    pub entries: Vec<Entry>,
    /// Its sections; the first is the home page.
    pub sections: Arc<Vec<Section>>,
    /// Its taxonomies: tags, services, teams, then the site's own.
    pub taxonomies: Arc<Vec<Taxonomy>>,
    /// Packages with their releases.
    pub packages: Arc<Vec<Package>>,
    /// Incidents, action items, alerts and reviews.
    pub records: Arc<Records>,
    /// Who is on call, and who was.
    pub on_call: Arc<OnCall>,
    /// What changed in the content.
    pub audit: Arc<Audit>,
    /// Every output path, sorted.
    pub routes: Arc<Vec<Route>>,
    /// Routes by path.
    by_path: Arc<HashMap<String, usize>>,
    /// Titles, alerts, errors and services with their addresses, sorted.
    index: Arc<Vec<index::IndexEntry>>,
    /// Sizes of images by address.
    images: Arc<HashMap<String, (usize, usize)>>,
    /// Pages by the names of their files.
    stems: Arc<named::Stems>,
    /// For each decision, those that it took the place of.
    replaces: Arc<HashMap<EntryId, Vec<EntryId>>>,
    /// Where links can lead, by place in the content tree.
    places: Arc<link::Places>,
}

impl Site {
    /// The entry of an id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.0)
    }

    /// The section of an id.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.get(id.0)
    }

    /// The route of an output path.
    pub fn route(&self, path: &str) -> Option<&Route> {
        self.by_path.get(path).and_then(|index| self.routes.get(*index))
    }

    /// The taxonomy of a front-matter key.
    pub fn taxonomy(&self, key: &str) -> Option<&Taxonomy> {
        self.taxonomies.iter().find(|taxonomy| taxonomy.key == key)
    }

    /// Width and height of an image of the site, in pixels.
    pub fn image_size(&self, address: &str) -> Option<(usize, usize)> {
        self.images.get(address).copied()
    }

    /// When an entry last changed, as far as is known: from git or front matter, else its own day.
    pub fn changed(&self, entry: &Entry) -> Option<Moment> {
        let git = || {
            self.library
                .page_facts(&entry.page)?
                .updated
                .and_then(|stamp| Moment::from_seconds(stamp.seconds))
        };
        entry.page.front.common.updated.or_else(git).or(entry.page.date)
    }

    /// The site with another text of one page, where nothing that other pages depend on differs: not the page's facts,
    /// and not the pages that it links to. None where the site must be planned anew.
    pub fn with_text(&self, library: Arc<Library>, page: &Arc<Page>) -> Option<Self> {
        let id = *self.places.files.get(&page.path.to_lowercase())?;
        let entry = self.entry(id)?;
        // Action boards, figures and similar incidents come from a retro's text.
        if page.kind == Kind::Retro || shape(&entry.page) != shape(page) {
            return None;
        }
        let mut entry = Entry { page: page.clone(), ..entry.clone() };
        let links: Vec<Place> =
            page.outline.links.iter().map(|link| self.resolve(&entry, &link.dest).place).collect();
        if targets(&links) != targets(&entry.links) {
            return None;
        }
        entry.links = links;
        let mut site = Self { library, ..self.clone() };
        *site.entries.get_mut(id.0)? = entry;
        Some(site)
    }

    /// Whether an entry's page has an anchor.
    pub fn has_anchor(&self, entry: &Entry, id: &str) -> bool {
        link::has_anchor(entry, id)
    }

    /// Where a link of a page leads.
    pub fn resolve(&self, from: &Entry, dest: &str) -> Resolution {
        link::resolve(&self.places, &self.entries, from, dest)
    }
}

/// What the rest of the site knows of a page.
fn shape(page: &Page) -> String {
    let front = &page.front;
    format!(
        "{:?}",
        (
            (&page.file, page.kind, &page.title, page.date, page.audience),
            (&front.common, &front.taxonomies, &front.fields),
        )
    )
}

/// The pages that links lead to.
fn targets(links: &[Place]) -> BTreeSet<EntryId> {
    let entry = |place: &Place| match place {
        Place::Entry(id, _) => Some(*id),
        _ => None,
    };
    links.iter().filter_map(entry).collect()
}
