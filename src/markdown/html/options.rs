//! What rendering is told beside the text: for whom, how raw HTML is taken, where links lead, in which words.

use crate::markdown::highlight::Highlighter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens to raw HTML in a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HtmlPolicy {
    /// Harmless elements stay, all else is removed.
    #[default]
    Sanitize,
    /// It is shown as text.
    Escape,
    /// It goes into the page as it is. Only for content that nobody else can change.
    Raw,
}

/// Answers where a link of the page leads.
pub trait Resolve {
    /// The target of a link or image as it is written.
    fn resolve(&self, dest: &str) -> LinkTarget;
}

/// Where a link leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkTarget {
    /// The address to write.
    pub href: String,
    /// Whether it leads nowhere and must not say where it would have led.
    pub hidden: bool,
    /// Whether it leaves the site.
    pub external: bool,
    /// Width and height of an image, in pixels, where they are known.
    pub size: Option<(usize, usize)>,
}

/// For whom the HTML is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A page of the site: anchors, code with classes, wrapped tables.
    Page,
    /// A reader that has no stylesheet: feeds, mail.
    Plain,
}

/// What rendering needs beside the text.
pub struct RenderOptions<'a> {
    /// What happens to raw HTML.
    pub html: HtmlPolicy,
    /// For whom.
    pub style: Style,
    /// Typographic quotes and dashes.
    pub smart_punctuation: bool,
    /// The heading, by index, that is the page's title and not shown again.
    pub skip_heading: Option<usize>,
    /// Where links lead.
    pub links: &'a dyn Resolve,
    /// Colours code.
    pub highlighter: &'a Highlighter,
    /// Says in the page's language what the author did not write: names of callouts, of links to headings.
    pub labels: &'a dyn Labels,
}

/// Translates the words that rendering adds to a page.
pub trait Labels {
    /// An English text in another language; one that is not known as it is.
    fn label<'a>(&'a self, english: &'a str) -> &'a str;
}

/// English.
impl Labels for () {
    fn label<'a>(&'a self, english: &'a str) -> &'a str {
        english
    }
}
