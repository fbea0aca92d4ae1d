//! `[look]` in `site.toml`: how the built-in theme looks on this site, without a theme of its own.

mod colour;
mod fonts;

pub use colour::{ColoursConfig, PairConfig};
pub use fonts::{FontFileConfig, FontStyle, FontsConfig, is_font};

pub(super) use colour::is_colour;
pub(super) use fonts::{is_family, is_weight};

use super::FILE_NAME;
use crate::data::{Data, Node};
use crate::diagnostic::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How the built-in theme looks on this site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LookConfig {
    /// Colour of links, focus and what is current.
    pub accent: Option<PairConfig>,
    /// Further colours, each for light and for dark pages.
    pub colours: ColoursConfig,
    /// Families of fonts, and font files of the site itself.
    pub fonts: FontsConfig,
    /// Image beside the site's title: the address of a file of the site, such as `logo.svg` for `static/logo.svg`. It is
    /// shown as a square, and on cards that other sites make of a page without an image.
    #[schemars(extend("format" = "inner-path"))]
    pub logo: Option<String>,
    /// The browser's icon for the site, instead of the theme's: the address of a file of the site.
    #[schemars(extend("format" = "inner-path"))]
    pub favicon: Option<String>,
    /// A line of text in the footer of every page.
    pub footer: String,
    /// A bar above every page.
    pub announcement: Option<AnnouncementConfig>,
    /// Files and pages of the site that the settings name, and where they do.
    #[serde(skip)]
    pub named: Vec<(String, Range<usize>)>,
}

/// A bar above every page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementConfig {
    /// What it says, in a sentence. A reader who has closed the bar sees it again when this text changes.
    pub text: String,
    /// Where the text leads: a web address, or the address of a page of the site, such as `guides/move/`.
    #[serde(default)]
    #[schemars(extend("format" = "link"))]
    pub link: Option<String>,
    /// How much it matters: `note`, `warning` or `danger`.
    #[serde(default)]
    pub level: AnnouncementLevel,
}

/// How much an announcement matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnnouncementLevel {
    /// Good to know.
    #[default]
    Note,
    /// To be kept in mind.
    Warning,
    /// To be acted on.
    Danger,
}

impl AnnouncementLevel {
    /// Its word in English, under which the theme has a translation.
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Warning => "Warning",
            Self::Danger => "Danger",
        }
    }
}

impl AnnouncementConfig {
    /// Whether its link leads to another site.
    pub fn leads_outside(&self) -> bool {
        self.link.as_deref().is_some_and(leads_outside)
    }
}

impl LookConfig {
    /// The rules that stand at the end of the theme's stylesheet, so that no page needs a style of its own. `encoded` writes
    /// the path of a file as an address.
    pub fn css(&self, encoded: impl Fn(&str) -> String) -> String {
        fonts::css(&self.fonts, encoded) + &colour::css(self)
    }
}

/// Notes where the settings name files and pages, for those who know which there are.
pub(super) fn locate(look: &mut LookConfig, node: &Node) {
    let list = |node: Option<&Node>| match node.map(|node| &node.data) {
        Some(Data::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let named =
        |node: Option<&Node>| node.and_then(|node| Some((node.as_str()?.to_owned(), node.span.clone())));
    let table = node.get("look");
    let in_look = |key: &str| table.and_then(|table| table.get(key));
    let link = in_look("announcement").and_then(|node| node.get("link"));
    let mut found: Vec<_> =
        [in_look("logo"), in_look("favicon"), link].into_iter().filter_map(named).collect();
    let files = list(in_look("fonts").and_then(|fonts| fonts.get("files")));
    found.extend(files.iter().filter_map(|file| named(file.get("file"))));
    let links = list(node.get("site").and_then(|site| site.get("links")));
    found.extend(links.iter().filter_map(|link| named(link.get("url"))));
    found.retain(|(text, _)| !leads_outside(text));
    look.named = found;
}

/// Colours that are hard to read.
pub(super) fn contrast(look: &LookConfig, node: &Node) -> Vec<Diagnostic> {
    colour::contrast(look, node)
}

/// Whether a link leads out of the site.
pub fn leads_outside(link: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| link.starts_with(scheme))
}

/// What a link in the header, in the footer or of an announcement may be.
pub(super) fn is_link(text: &str) -> bool {
    if let Some(address) = text.strip_prefix("mailto:") {
        return address.contains('@')
            && !address.contains(|char: char| char.is_whitespace() || char.is_control());
    }
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) => !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace),
        // A scheme would make it another thing than a page of the site.
        None => !text.contains(':') && super::stays_inside(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_of_the_web_or_of_the_site() {
        for text in ["https://example.org/a", "guides/move/", "guides/move/#when", "mailto:kb@example.org"] {
            assert!(is_link(text), "{text}");
        }
        for text in
            ["javascript:alert(1)", "//example.org", "../up", "https://", "data:text/html,x", "mailto:us"]
        {
            assert!(!is_link(text), "{text}");
        }
    }
}
