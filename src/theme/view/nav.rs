//! Views of what stands around a page: navigation, feeds, what other sites are told of it.

use super::value::LinkView;
use serde::Serialize;

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
