//! Sections: the folders of the content tree.

use super::entry::{Entry, EntryId};
use crate::config::SortOrder;
use crate::record::Kind;
use std::cmp::Ordering;

/// Names a section of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub usize);

/// A folder of pages.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its id.
    pub id: SectionId,
    /// Its place in the content tree: `runbooks/edge`.
    pub path: String,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The page that describes it.
    pub entry: Option<EntryId>,
    /// The section around it; the home page has none.
    pub parent: Option<SectionId>,
    /// Sections in it, sorted.
    pub sections: Vec<SectionId>,
    /// Pages in it, sorted.
    pub pages: Vec<EntryId>,
    /// The kind of most of its pages.
    pub kind: Kind,
    /// Its place among its siblings, light first.
    pub weight: Option<f64>,
}

/// Orders the pages of a section.
pub(super) fn compare(a: &Entry, b: &Entry, order: SortOrder, is_dated: bool) -> Ordering {
    let weight = |entry: &Entry| entry.page.front.common.weight.unwrap_or(f64::INFINITY);
    let by_title = || {
        let lower = |entry: &Entry| entry.page.title.to_lowercase();
        lower(a).cmp(&lower(b)).then_with(|| a.page.path.cmp(&b.page.path))
    };
    let by_weight = || weight(a).total_cmp(&weight(b)).then_with(by_title);
    let by_date = || b.page.date.cmp(&a.page.date).then_with(|| version_or_path(b).cmp(&version_or_path(a)));
    match order {
        SortOrder::Title => by_title(),
        SortOrder::Weight => by_weight(),
        SortOrder::Date => by_date(),
        SortOrder::Auto if is_dated => by_date(),
        SortOrder::Auto => {
            let undated = a.page.date.is_none() || b.page.date.is_none();
            weight(a).total_cmp(&weight(b)).then_with(|| if undated { by_title() } else { by_date() })
        }
    }
}

/// Two releases of one day stand in the order of their versions.
fn version_or_path(entry: &Entry) -> (Option<semver::Version>, &str) {
    let stem = entry.page.stem().trim_start_matches('v');
    (semver::Version::parse(stem).ok(), &entry.page.path)
}
