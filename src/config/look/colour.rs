//! Colours of the built-in theme: which of them a site may set, and whether what comes of it can be read.

use super::{FILE_NAME, LookConfig};
use crate::data::Node;
use crate::diagnostic::{Diagnostic, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::ops::Range;

/// The least contrast of text by WCAG 2.2, success criterion 1.4.3.
const TEXT: f64 = 4.5;
/// The least contrast of borders that mean something, by success criterion 1.4.11.
const BORDER: f64 = 3.0;
/// How much of a colour its tint has, on light and on dark pages.
const TINT: [f64; 2] = [0.10, 0.18];
/// The schemes, by the keys of a pair.
const SCHEMES: [&str; 2] = ["light", "dark"];

/// A colour for light and one for dark pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairConfig {
    /// On light pages, such as `#0a55b5`.
    #[schemars(extend("format" = "color"))]
    pub light: String,
    /// On dark pages, such as `#8fbcff`.
    #[schemars(extend("format" = "color"))]
    pub dark: String,
}

impl PairConfig {
    fn both(&self) -> [&str; 2] {
        [&self.light, &self.dark]
    }
}

/// Colours of the built-in theme, each for light and for dark pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ColoursConfig {
    /// What pages are written on.
    pub background: Option<PairConfig>,
    /// Header, heads of tables, cards.
    pub surface: Option<PairConfig>,
    /// What code stands on.
    pub code: Option<PairConfig>,
    /// Text.
    pub text: Option<PairConfig>,
    /// What is said beside the text: dates, labels.
    pub muted: Option<PairConfig>,
    /// Lines that only divide.
    pub line: Option<PairConfig>,
    /// Borders of fields and buttons.
    pub control: Option<PairConfig>,
    /// Behind words that were searched for.
    pub mark: Option<PairConfig>,
    /// The worst severity, danger, what breaks. Its tint is made of it, as are those of the following.
    pub danger: Option<PairConfig>,
    /// The second severity, caution, what is out of date.
    pub caution: Option<PairConfig>,
    /// The third severity.
    pub warning: Option<PairConfig>,
    /// All other severities, and badges that say nothing good or bad.
    pub neutral: Option<PairConfig>,
    /// Resolved, done, added.
    pub ok: Option<PairConfig>,
}

/// A colour of the theme.
struct Token {
    /// Its key in the settings.
    key: &'static str,
    /// Its custom property in `app.css`.
    property: &'static str,
    /// The theme's own, light and dark; `app.css` has the same.
    own: [&'static str; 2],
    /// The custom property of its tint and the theme's own, for those that have one.
    tint: Option<(&'static str, [&'static str; 2])>,
    /// Whether paper has its own.
    only_screen: bool,
}

const fn token(key: &'static str, property: &'static str, light: &'static str, dark: &'static str) -> Token {
    Token { key, property, own: [light, dark], tint: None, only_screen: false }
}

impl Token {
    const fn tint(mut self, property: &'static str, light: &'static str, dark: &'static str) -> Self {
        self.tint = Some((property, [light, dark]));
        self
    }

    const fn only_screen(mut self) -> Self {
        self.only_screen = true;
        self
    }
}

/// The theme's colours.
const TOKENS: [Token; 14] = [
    token("background", "--bg", "#ffffff", "#101317").only_screen(),
    token("surface", "--surface", "#f5f7f9", "#181c22").only_screen(),
    token("code", "--code-bg", "#f3f5f8", "#1b2027").only_screen(),
    token("text", "--text", "#14181d", "#e7eaee").only_screen(),
    token("muted", "--muted", "#49525d", "#aab3be").only_screen(),
    token("line", "--line", "#dce1e7", "#2d343d").only_screen(),
    token("control", "--control", "#6f7985", "#7d8894"),
    token("mark", "--mark", "#ffe27a", "#5c4800"),
    token("accent", "--accent", "#0a55b5", "#8fbcff").tint("--accent-bg", "#e6effb", "#172a48"),
    token("danger", "--sev1", "#a8121d", "#ff9d97").tint("--sev1-bg", "#fdecec", "#3b1619"),
    token("caution", "--sev2", "#8f4300", "#ffb673").tint("--sev2-bg", "#fff0e0", "#38220d"),
    token("warning", "--sev3", "#6b5200", "#efd166").tint("--sev3-bg", "#fdf5d3", "#322a0b"),
    token("neutral", "--sev4", "#49525d", "#aab3be").tint("--sev4-bg", "#eceff3", "#262c34"),
    token("ok", "--ok", "#0f5f2b", "#82d89d").tint("--ok-bg", "#e4f5e9", "#11301c"),
];

/// What stands on what: a colour, that behind it, and how far apart they have to be. A colour with a tint stands on that,
/// too.
const STANDS_ON: [(&str, &str, f64); 17] = [
    ("text", "background", TEXT),
    ("text", "surface", TEXT),
    ("text", "code", TEXT),
    ("text", "mark", TEXT),
    ("muted", "background", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "code", TEXT),
    ("control", "background", BORDER),
    ("accent", "background", TEXT),
    ("accent", "surface", TEXT),
    ("danger", "background", TEXT),
    ("caution", "background", TEXT),
    ("warning", "background", TEXT),
    ("neutral", "background", TEXT),
    ("ok", "background", TEXT),
    ("ok", "surface", TEXT),
    ("danger", "code", TEXT),
];

/// The theme's colours with those of the site in their place.
struct Palette<'a>(&'a LookConfig);

impl Palette<'_> {
    fn set(&self, key: &str) -> Option<&PairConfig> {
        let colours = &self.0.colours;
        match key {
            "accent" => &self.0.accent,
            "background" => &colours.background,
            "surface" => &colours.surface,
            "code" => &colours.code,
            "text" => &colours.text,
            "muted" => &colours.muted,
            "line" => &colours.line,
            "control" => &colours.control,
            "mark" => &colours.mark,
            "danger" => &colours.danger,
            "caution" => &colours.caution,
            "warning" => &colours.warning,
            "neutral" => &colours.neutral,
            "ok" => &colours.ok,
            _ => &None,
        }
        .as_ref()
    }

    /// A colour in a scheme.
    fn colour<'a>(&'a self, key: &str, scheme: usize) -> Option<&'a str> {
        let own = TOKENS.iter().find(|token| token.key == key).map(|token| token.own);
        self.set(key).map(PairConfig::both).or(own)?.get(scheme).copied()
    }

    /// The tint of a colour: that of the theme, or one made of the site's colour on its background.
    fn tint(&self, token: &Token, scheme: usize) -> Option<String> {
        let (_, own) = token.tint?;
        match self.set(token.key) {
            None => own.get(scheme).map(|&colour| colour.to_owned()),
            Some(pair) => {
                let (colour, paper) = (pair.both().get(scheme).copied()?, self.colour("background", scheme)?);
                mix(colour, paper, TINT.get(scheme).copied()?)
            }
        }
    }
}

/// The rules for the end of the theme's stylesheet; none where the site sets no colour. High contrast keeps its own
/// colours, since its rules are more specific, and paper stays white.
pub(super) fn css(look: &LookConfig) -> String {
    let palette = Palette(look);
    let (mut always, mut on_screen) = (String::new(), String::new());
    for token in &TOKENS {
        let Some(pair) = palette.set(token.key) else { continue };
        let out = if token.only_screen { &mut on_screen } else { &mut always };
        let _ = write!(out, " {}: light-dark({}, {});", token.property, pair.light, pair.dark);
        if let Some(((property, _), (light, dark))) =
            token.tint.zip(palette.tint(token, 0).zip(palette.tint(token, 1)))
        {
            let _ = write!(out, " {property}: light-dark({light}, {dark});");
        }
    }
    let mut css = String::new();
    if !always.is_empty() {
        let _ = writeln!(css, "\n:root {{{always} }}");
    }
    if !on_screen.is_empty() {
        let _ = writeln!(css, "\n@media screen {{ :root {{{on_screen} }} }}");
    }
    css
}

/// A pair of colours that are too near to each other.
struct Poor<'a> {
    colour: &'a str,
    behind: String,
    what: &'a str,
    ratio: f64,
    least: f64,
    scheme: usize,
    /// Whether the site set the colour behind, and not that before it.
    is_behind: bool,
}

/// Colours that are hard to read: of each that the site sets, the worst pair in each scheme.
pub(super) fn contrast(look: &LookConfig, node: &Node) -> Vec<Diagnostic> {
    let palette = Palette(look);
    let mut found = Vec::new();
    for token in TOKENS.iter().filter(|token| palette.set(token.key).is_some()) {
        for (scheme, scheme_name) in SCHEMES.into_iter().enumerate() {
            let mut poor = pairs(&palette, token, scheme);
            poor.sort_by(|a, b| (a.ratio / a.least).total_cmp(&(b.ratio / b.least)));
            if let Some(poor) = poor.first() {
                let place = place(node, token.key, scheme_name);
                found.push(warning(poor, scheme_name).at(Span::new(FILE_NAME, place)));
            }
        }
    }
    found
}

/// The pairs of a colour that the site sets and that are too near to each other. What it set both of is told of the one
/// that stands before.
fn pairs<'a>(palette: &'a Palette<'_>, token: &'a Token, scheme: usize) -> Vec<Poor<'a>> {
    let mut poor = Vec::new();
    let mut look = |front: &'a str, behind: Option<String>, what: &'a str, least: f64, is_behind: bool| {
        let (Some(colour), Some(behind)) = (palette.colour(front, scheme), behind) else { return };
        let Some(ratio) = luminance(colour).zip(luminance(&behind)).map(|(a, b)| ratio(a, b)) else { return };
        if ratio < least {
            poor.push(Poor { colour, behind, what, ratio, least, scheme, is_behind });
        }
    };
    for (front, behind, least) in STANDS_ON {
        let back = || palette.colour(behind, scheme).map(str::to_owned);
        if front == token.key {
            look(front, back(), behind, least, false);
        } else if behind == token.key && palette.set(front).is_none() {
            look(front, back(), front, least, true);
        }
    }
    if token.tint.is_some() {
        look(token.key, palette.tint(token, scheme), "tint", TEXT, false);
    }
    poor
}

fn warning(poor: &Poor<'_>, scheme_name: &str) -> Diagnostic {
    let Poor { colour, behind, what, ratio, least, scheme, is_behind } = poor;
    // Cut, not rounded: 4.49 is not 4.5.
    let shown = (ratio * 10.0).floor() / 10.0;
    let (message, darker) = if *is_behind {
        let message = format!(
            "the contrast of `{behind}` to what stands on it, {what} {colour}, is {shown:.1}:1 on {scheme_name} pages"
        );
        (message, *scheme != 0)
    } else {
        let message =
            format!("the contrast of `{colour}` to the {scheme_name} {what} {behind} is {shown:.1}:1");
        (message, *scheme == 0)
    };
    let towards = if darker { "darker" } else { "lighter" };
    let (thing, section) = if *least < TEXT { ("a border", "1.4.11") } else { ("text", "1.4.3") };
    let help = format!("{thing} needs {least}:1 to be seen (WCAG 2.2, {section}): take a {towards} colour");
    Diagnostic::warning("config/contrast", message).help(help)
}

/// Where the settings name a colour.
fn place(node: &Node, key: &str, scheme: &str) -> Range<usize> {
    let look = node.get("look");
    let pair = if key == "accent" {
        look.and_then(|look| look.get(key))
    } else {
        look.and_then(|look| look.get("colours")).and_then(|colours| colours.get(key))
    };
    pair.and_then(|pair| pair.get(scheme)).map(|node| node.span.clone()).unwrap_or_default()
}

/// Whether a text is a colour as `#rrggbb`.
pub(crate) fn is_colour(text: &str) -> bool {
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

/// A colour laid over another: `share` of it, 0 to 1.
fn mix(colour: &str, paper: &str, share: f64) -> Option<String> {
    let mut out = String::from("#");
    for (over, under) in channels(colour)?.into_iter().zip(channels(paper)?) {
        let value = f64::from(over) * share + f64::from(under) * (1.0 - share);
        // Between two bytes, so it is one.
        let _ = write!(out, "{:02x}", value.round() as u8);
    }
    Some(out)
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
        assert!(of("#767676", "#ffffff") > TEXT && of("#777777", "#ffffff") < TEXT);
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
    fn the_colours_are_those_of_the_theme_and_stand_apart() {
        let css = include_str!("../../../themes/default/assets/app.css");
        for Token { property, own: [light, dark], tint, .. } in &TOKENS {
            assert!(css.contains(&format!("{property}: light-dark({light}, {dark});")), "{property}");
            if let Some((property, [light, dark])) = tint {
                assert!(css.contains(&format!("{property}: light-dark({light}, {dark});")), "{property}");
            }
        }
        // All of them as if the site had set them: the theme keeps to what it asks of others.
        let look = LookConfig::default();
        for (token, scheme) in TOKENS.iter().flat_map(|token| [(token, 0), (token, 1)]) {
            let palette = Palette(&look);
            let poor = pairs(&palette, token, scheme);
            assert!(poor.is_empty(), "{} {}", token.key, poor.first().map_or("", |poor| poor.what));
        }
    }

    #[test]
    fn a_tint_is_made_of_its_colour_and_the_background() {
        let pair = |light: &str, dark: &str| Some(PairConfig { light: light.into(), dark: dark.into() });
        let mut look = LookConfig::default();
        assert_eq!(css(&look), "");
        look.colours.danger = pair("#000000", "#ffffff");
        assert_eq!(
            css(&look),
            "\n:root { --sev1: light-dark(#000000, #ffffff); --sev1-bg: light-dark(#e6e6e6, #3b3d41); }\n"
        );
        look.colours.background = pair("#ffff00", "#000000");
        let css = css(&look);
        assert!(css.contains("--sev1-bg: light-dark(#e6e600, #2e2e2e)"), "{css}");
        assert!(css.ends_with("@media screen { :root { --bg: light-dark(#ffff00, #000000); } }\n"), "{css}");
    }
}
