//! Fonts of a site: families that readers have, and files of the site itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Names that CSS or browsers give to families which a reader's system chooses; all others are written in quotes.
/// <https://www.w3.org/TR/css-fonts-4/#generic-font-families>
const GENERIC: [&str; 14] = [
    "serif",
    "sans-serif",
    "monospace",
    "cursive",
    "fantasy",
    "math",
    "emoji",
    "system-ui",
    "ui-serif",
    "ui-sans-serif",
    "ui-monospace",
    "ui-rounded",
    "-apple-system",
    "BlinkMacSystemFont",
];
/// Endings of font files, with what CSS calls their formats.
const FORMATS: [(&str, &str); 4] =
    [("woff2", "woff2"), ("woff", "woff"), ("ttf", "truetype"), ("otf", "opentype")];

/// Fonts of the built-in theme's text, headings and code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FontsConfig {
    /// Families of the text, the preferred one first. What a reader doesn't have is passed over.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "font-family" })))]
    pub text: Vec<String>,
    /// Families of headings; without any, those of the text.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "font-family" })))]
    pub headings: Vec<String>,
    /// Families of code. They should have letters of one width.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "font-family" })))]
    pub code: Vec<String>,
    /// Files of the site that hold families which readers may not have.
    pub files: Vec<FontFileConfig>,
}

/// A font that the site serves itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FontFileConfig {
    /// The family that it is a part of.
    #[schemars(extend("format" = "font-family"))]
    pub family: String,
    /// The address of a file of the site: `fonts/sample.woff2` for `static/fonts/sample.woff2`. It is a `.woff2`,
    /// `.woff`, `.ttf` or `.otf`.
    #[schemars(extend("format" = "font-file"))]
    pub file: String,
    /// How bold its letters are, from 1 to 1000, or a range where the file has all between: `100 900`.
    #[serde(default = "regular")]
    #[schemars(extend("format" = "font-weight"))]
    pub weight: String,
    /// Whether its letters are upright or slanted.
    #[serde(default)]
    pub style: FontStyle,
}

fn regular() -> String {
    "400".to_owned()
}

/// Whether letters are upright or slanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FontStyle {
    /// Upright.
    #[default]
    Normal,
    /// Slanted.
    Italic,
}

/// The rules for the end of the theme's stylesheet; none where the site sets no font. `encoded` writes a file's path as an
/// address. The stylesheet lies in a folder of the site's root.
pub(super) fn css(fonts: &FontsConfig, encoded: impl Fn(&str) -> String) -> String {
    let mut css = String::new();
    for FontFileConfig { family, file, weight, style } in &fonts.files {
        let format = format_of(file).unwrap_or("woff2");
        let style = match style {
            FontStyle::Normal => "normal",
            FontStyle::Italic => "italic",
        };
        let address = encoded(file);
        let _ = write!(
            css,
            "\n@font-face {{ font-family: \"{family}\"; src: url(\"../{address}\") format(\"{format}\"); \
             font-weight: {weight}; font-style: {style}; font-display: swap; }}"
        );
    }
    let stacks = [
        ("--sans", &fonts.text, "sans-serif"),
        ("--headings", &fonts.headings, "var(--sans)"),
        ("--mono", &fonts.code, "monospace"),
    ];
    let stacks: String = stacks
        .into_iter()
        .filter(|(_, families, _)| !families.is_empty())
        .map(|(property, families, last)| format!(" {property}: {}, {last};", stack(families)))
        .collect();
    if !stacks.is_empty() {
        let _ = write!(css, "\n:root {{{stacks} }}");
    }
    if !css.is_empty() {
        css.push('\n');
    }
    css
}

fn stack(families: &[String]) -> String {
    let written = families.iter().map(|family| match GENERIC.contains(&family.as_str()) {
        true => family.clone(),
        false => format!("\"{family}\""),
    });
    written.collect::<Vec<_>>().join(", ")
}

/// Whether a text is the name of a family: words of letters and digits, so that it ends no text of CSS.
pub(crate) fn is_family(text: &str) -> bool {
    let plain = |char: char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.');
    !text.is_empty() && text.trim() == text && text.chars().all(plain)
}

/// Whether a file is a font that browsers read, by its ending.
pub fn is_font(path: &str) -> bool {
    format_of(path).is_some()
}

fn format_of(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    FORMATS.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
}

/// Whether a text is a weight, or the least and the greatest of a range.
pub(crate) fn is_weight(text: &str) -> bool {
    let weights: Vec<Option<u16>> = text
        .split(' ')
        .map(|part| part.parse().ok().filter(|weight| (1..=1000).contains(weight) && !part.starts_with('+')))
        .collect();
    match weights.as_slice() {
        [Some(_)] => true,
        [Some(least), Some(most)] => least < most,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_could_end_a_text_of_css_is_a_family() {
        for text in ["Sample Sans", "Noto Sans JP", "ui-monospace", "-apple-system", "Überschrift 2.0"] {
            assert!(is_family(text), "{text}");
        }
        for text in ["", " a", "a\"", "a\\", "a;b", "a{", "a,b", "a\nb", "url(x)", "</style>"] {
            assert!(!is_family(text), "{text}");
        }
    }

    #[test]
    fn a_weight_is_a_number_or_a_range() {
        for text in ["1", "400", "100 900", "1000"] {
            assert!(is_weight(text), "{text}");
        }
        for text in ["", "0", "1001", "bold", "900 100", "+4", "100  900", "100 200 300", "4.5"] {
            assert!(!is_weight(text), "{text}");
        }
    }

    #[test]
    fn families_of_the_system_are_written_without_quotes() {
        let fonts = FontsConfig {
            text: vec!["Sample Sans".into(), "system-ui".into()],
            headings: vec!["Sample Serif".into()],
            files: vec![FontFileConfig {
                family: "Sample Sans".into(),
                file: "fonts/a b.TTF".into(),
                weight: "100 900".into(),
                style: FontStyle::Italic,
            }],
            ..FontsConfig::default()
        };
        let css = css(&fonts, |path| path.replace(' ', "%20"));
        assert_eq!(
            css,
            "\n@font-face { font-family: \"Sample Sans\"; src: url(\"../fonts/a%20b.TTF\") format(\"truetype\"); \
             font-weight: 100 900; font-style: italic; font-display: swap; }\n:root { --sans: \"Sample Sans\", \
             system-ui, sans-serif; --headings: \"Sample Serif\", var(--sans); }\n"
        );
        assert_eq!(super::css(&FontsConfig::default(), str::to_owned), "");
    }
}
