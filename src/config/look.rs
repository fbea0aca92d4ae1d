//! `[look]` in `site.toml`: how the built-in theme looks on this site, without a theme of its own.

use super::FILE_NAME;
use crate::data::Node;
use crate::diagnostic::{Diagnostic, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The backgrounds of the built-in theme that text stands on, light and dark: `--bg` in `app.css`.
const BACKGROUNDS: [&str; 2] = ["#ffffff", "#101317"];
/// The least contrast of text by WCAG 2.2, success criterion 1.4.3.
const LEAST: f64 = 4.5;

/// How the built-in theme looks on this site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LookConfig {
    /// Colour of links, focus and what is current.
    pub accent: Option<AccentConfig>,
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

/// A colour for light and one for dark pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccentConfig {
    /// On light pages, such as `#0a55b5`.
    #[schemars(extend("format" = "color"))]
    pub light: String,
    /// On dark pages, such as `#8fbcff`.
    #[schemars(extend("format" = "color"))]
    pub dark: String,
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
        self.link.as_deref().is_some_and(is_web)
    }
}

impl LookConfig {
    /// The rules that stand at the end of the theme's stylesheet, so that no page needs a style of its own. High contrast
    /// keeps its own colours, since its rules are more specific.
    pub fn css(&self) -> String {
        let Some(AccentConfig { light, dark }) = &self.accent else { return String::new() };
        let [paper, night] = BACKGROUNDS;
        format!(
            "\n:root {{ --accent: light-dark({light}, {dark}); --accent-bg: light-dark(color-mix(in srgb, {light} 10%, \
             {paper}), color-mix(in srgb, {dark} 18%, {night})); }}\n"
        )
    }
}

/// Notes where the settings name files and pages, for those who know which there are.
pub(super) fn locate(look: &mut LookConfig, node: &Node) {
    let Some(table) = node.get("look") else { return };
    let link = table.get("announcement").and_then(|node| node.get("link"));
    let places = [table.get("logo"), table.get("favicon"), link];
    look.named = places
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node.as_str()?.to_owned(), node.span.clone())))
        .filter(|(text, _)| !is_web(text))
        .collect();
}

/// Colours that are hard to read.
pub(super) fn contrast(look: &LookConfig, node: &Node) -> Vec<Diagnostic> {
    let Some(accent) = &look.accent else { return Vec::new() };
    let table = node.get("look").and_then(|look| look.get("accent"));
    let colours = [("light", &accent.light), ("dark", &accent.dark)];
    let rows = colours.into_iter().zip(BACKGROUNDS).filter_map(|((key, colour), background)| {
        let ratio = ratio(luminance(colour)?, luminance(background)?);
        let place = table.and_then(|table| table.get(key)).map(|node| node.span.clone()).unwrap_or_default();
        (ratio < LEAST).then(|| {
            let towards = if key == "light" { "darker" } else { "lighter" };
            Diagnostic::warning(
                "config/contrast",
                // Cut, not rounded: 4.49 is not 4.5.
                format!(
                    "the contrast of `{colour}` to the {key} background {background} is {:.1}:1",
                    (ratio * 10.0).floor() / 10.0
                ),
            )
            .at(Span::new(FILE_NAME, place))
            .help(format!("text needs {LEAST}:1 to be readable (WCAG 2.2, 1.4.3): take a {towards} colour"))
        })
    });
    rows.collect()
}

/// Whether a link leads out of the site.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

/// What a link of an announcement may be.
pub(super) fn is_link(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) => !host.is_empty() && !host.starts_with('/') && !text.contains(char::is_whitespace),
        // A scheme would make it another thing than a page of the site.
        None => !text.contains(':') && super::stays_inside(text),
    }
}

/// Whether a text is a colour as `#rrggbb`.
pub(super) fn is_colour(text: &str) -> bool {
    channels(text).is_some()
}

fn channels(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |range: Range<usize>| {
        let digits = digits.get(range)?;
        // `from_str_radix` would take a sign.
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        u8::from_str_radix(digits, 16).ok()
    };
    Some([channel(0..2)?, channel(2..4)?, channel(4..6)?])
}

/// Relative luminance, 0 to 1, as <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance> defines it.
fn luminance(colour: &str) -> Option<f64> {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = channels(colour)?;
    Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
}

/// Contrast of two luminances, 1 to 21.
fn ratio(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_wcag_defines_it() {
        let of = |one, other| ratio(luminance(one).unwrap(), luminance(other).unwrap());
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        // The greys on both sides of the limit on white.
        assert!(of("#767676", "#ffffff") > LEAST && of("#777777", "#ffffff") < LEAST);
    }

    #[test]
    fn a_colour_is_six_digits_and_nothing_else() {
        assert!(is_colour("#0a55B5"));
        for text in
            ["", "#fff", "0a55b5", "#0a55bg", "#+1+2+3", "#ééé", "red", "#0a55b5; } body { display: none"]
        {
            assert!(!is_colour(text), "{text}");
        }
    }

    #[test]
    fn a_link_is_of_the_web_or_of_the_site() {
        for text in ["https://example.org/a", "guides/move/", "guides/move/#when"] {
            assert!(is_link(text), "{text}");
        }
        for text in ["javascript:alert(1)", "//example.org", "../up", "https://", "data:text/html,x"] {
            assert!(!is_link(text), "{text}");
        }
    }

    #[test]
    fn the_backgrounds_are_those_of_the_theme() {
        let css = include_str!("../../themes/default/assets/app.css");
        assert!(css.contains(&format!("--bg: light-dark({}, {});", BACKGROUNDS[0], BACKGROUNDS[1])));
    }
}
