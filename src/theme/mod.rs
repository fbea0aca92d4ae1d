//! The theme: templates, assets and words, built in and overridden file by file from a site's own theme.
//!
//! Templates decide looks, never facts: they get the small views of [`view`], made for them in `render`.

pub mod api;
pub mod archetype;
mod asset;
mod filters;
mod load;
mod mistakes;
mod scripts;
mod styles;
pub mod view;
mod words;

pub use asset::ThemeAsset;
pub use words::Words;

use crate::diagnostic::{Diagnostic, Span};
use mistakes::Templates;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use tera::{Context, Tera};

/// The files of the built-in theme.
#[derive(RustEmbed)]
#[folder = "themes/default/"]
struct BuiltIn;

/// What the names of built-in templates begin with. A template that the site's theme does not have is looked for there, and
/// one that it has can extend the one whose place it takes: `{% extends "default/base.html" %}`.
const BUILT_IN: &str = "default/";

/// A theme, ready to render.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    /// Its assets.
    pub assets: Vec<ThemeAsset>,
    /// Its words, in the site's language.
    pub words: Arc<Words>,
    /// Hash of all its files.
    pub hash: [u8; 32],
    /// The name of the site's own theme, for diagnostics.
    name: Option<String>,
    /// Its templates, for the same.
    own: Vec<(String, String)>,
}

/// The built-in theme's files by path, for `annals theme eject`.
pub fn built_in() -> BTreeMap<String, Vec<u8>> {
    BuiltIn::iter()
        .filter_map(|path| BuiltIn::get(&path).map(|file| (path.to_string(), file.data.to_vec())))
        .collect()
}

impl Theme {
    /// A word of the theme in the site's language; a key that no language has is shown as it is.
    pub fn word<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.word(key)
    }

    /// A number with what it counts, in the form that the language has for it.
    pub fn counted(&self, key: &str, count: usize) -> String {
        self.words.counted(key, count)
    }

    /// A length of time as the language writes it.
    pub fn duration(&self, minutes: i64) -> String {
        self.words.duration(minutes)
    }

    /// A text that the program says in English, such as the name of a kind, in the site's language.
    pub fn label<'a>(&'a self, english: &'a str) -> &'a str {
        self.words.label(english)
    }

    /// A script of the theme, for a file that has it as a part; empty if there is none of that name.
    pub fn script(&self, name: &str) -> Cow<'_, str> {
        let asset = self.assets.iter().find(|asset| asset.name == name);
        asset.map(|asset| String::from_utf8_lossy(&asset.bytes)).unwrap_or_default()
    }

    /// All words of the theme in the site's language, by their keys.
    pub fn words(&self) -> serde_json::Value {
        self.words.to_json()
    }

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Diagnostic> {
        let templates = || Templates { theme: self.name.as_deref(), own: &self.own };
        self.tera.render(template, context).map_err(|error| templates().one(&error))
    }

    /// Whether there is a template of that name.
    pub fn has_template(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }
}

/// A place in a file of a theme; without a name, of the built-in one.
fn at(theme: Option<&str>, path: &str, range: Range<usize>) -> Span {
    Span::new(format!("themes/{}/{path}", theme.unwrap_or("default")), range)
}
