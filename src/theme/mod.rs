//! The theme: templates, assets and words, built in and overridden file by file from a site's own theme.
//!
//! Templates decide looks, never facts: they get the small views of [`view`], made for them in `render`.

pub mod api;
pub mod archetype;
mod filters;
mod mistakes;
mod scripts;
mod styles;
pub mod view;
mod words;

pub use words::Words;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::markdown::write_escaped;
use crate::site::url;
use mistakes::Templates;
use rust_embed::RustEmbed;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use tera::{Context, Tera};

/// The files of the built-in theme.
#[derive(RustEmbed)]
#[folder = "themes/default/"]
struct BuiltIn;

/// Stylesheets that go to pages as parts of `app.css`: all of them are smaller than what a request costs.
const STYLES: [&str; 2] = ["records.css", "compare.css"];

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

/// A stylesheet, a script or an image of the theme.
#[derive(Debug, Clone)]
pub struct ThemeAsset {
    /// Its name in the theme: `app.css`.
    pub name: String,
    /// Its path in the site, with a hash of its bytes: `assets/app.1a2b3c4d.css`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The built-in theme's files by path, for `annals theme eject`.
pub fn built_in() -> BTreeMap<String, Vec<u8>> {
    BuiltIn::iter()
        .filter_map(|path| BuiltIn::get(&path).map(|file| (path.to_string(), file.data.to_vec())))
        .collect()
}

impl Theme {
    /// Puts the site's files (`own`) over the built-in ones. The settings name the theme, choose its words and its colours;
    /// `global` is what every template sees.
    pub fn load(
        config: &Config,
        own: &BTreeMap<String, Vec<u8>>,
        global: &Value,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let name = config.site.theme.as_deref();
        let mut files = built_in();
        files.extend(own.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        let mut hasher = blake3::Hasher::new();
        for (path, bytes) in &files {
            hasher
                .update(path.as_bytes())
                .update(&[0])
                .update(&(bytes.len() as u64).to_le_bytes())
                .update(bytes);
        }
        let (words, mut found) = Words::read(own, &config.site.language, |path, diagnostic, start, end| {
            diagnostic.at(at(name, path, start..end))
        });
        let mut own_templates = Vec::new();
        for (path, bytes) in own {
            let Some(template) = path.strip_prefix("templates/") else { continue };
            match String::from_utf8(bytes.clone()) {
                Ok(text) => own_templates.push((template.to_owned(), text)),
                Err(_) => {
                    found.push(Diagnostic::error("theme/encoding", "this template is not UTF-8").at(at(
                        name,
                        path,
                        0..0,
                    )))
                }
            }
        }
        found.extend(api::check(name, own, &own_templates, &words));
        let mut assets = Vec::new();
        for (path, bytes) in &files {
            if let Some(asset) = path.strip_prefix("assets/")
                && asset != "app.css"
                && !STYLES.contains(&asset)
                && !asset.ends_with(".js")
            {
                let bytes = match std::str::from_utf8(bytes) {
                    Ok(sheet) if asset.ends_with(".css") => styles::squeeze(sheet).into_bytes(),
                    _ => bytes.clone(),
                };
                assets.push(ThemeAsset::new(asset, bytes));
            }
        }
        let sheets = ["app.css"].into_iter().chain(STYLES);
        let sheets = sheets.filter_map(|name| files.get(&format!("assets/{name}")));
        let sheets = sheets.map(|bytes| styles::squeeze(&String::from_utf8_lossy(bytes)));
        let look = config.look.css(url::encode);
        hasher.update(look.as_bytes());
        assets.push(ThemeAsset::new("app.css", (sheets.collect::<String>() + &look).into_bytes()));
        let read = |name: &str| {
            files.get(&format!("assets/{name}")).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let names = files.keys().filter_map(|path| path.strip_prefix("assets/"));
        assets.extend(scripts::files(names, read, &words, config.search.server.is_some()));
        // Pages name these files, so they change with them.
        for asset in &assets {
            hasher.update(asset.path.as_bytes());
        }
        let words = Arc::new(words);
        let mut tera = Tera::new();
        // Tera's own writes byte by byte.
        tera.set_escape_fn(write_escaped);
        filters::register(&mut tera, &words);
        if let Err(error) = add_templates(&mut tera, &own_templates) {
            let exists = |name: &str| {
                let name = name.strip_prefix(BUILT_IN).unwrap_or(name);
                files.contains_key(&format!("templates/{name}"))
            };
            found.extend(Templates { theme: name, own: &own_templates }.all(&error, exists));
        }
        if found.iter().any(|diagnostic| diagnostic.level == Level::Error) {
            return (None, found);
        }
        let mut paths: BTreeMap<String, &str> =
            assets.iter().map(|asset| (asset.key(), asset.path.as_str())).collect();
        // Templates of a site's own may still ask for what is a part now.
        if let Some(whole) = paths.get("app_css").copied() {
            paths.extend(STYLES.iter().map(|name| (key(name), whole)));
        }
        for (part, whole) in scripts::parts() {
            if let Some(path) = paths.get(&key(whole)).copied() {
                paths.entry(key(part)).or_insert(path);
            }
        }
        let context = tera.global_context();
        context.insert("t", &words.to_json());
        context.insert("assets", &paths);
        for (key, value) in global.as_object().into_iter().flatten() {
            context.insert(key.clone(), value);
        }
        words.digest(&mut hasher);
        hasher.update(global.to_string().as_bytes());
        let hash = *hasher.finalize().as_bytes();
        let name = name.map(str::to_owned);
        (Some(Self { tera, assets, words, hash, name, own: own_templates }), found)
    }

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

impl ThemeAsset {
    fn new(name: &str, bytes: Vec<u8>) -> Self {
        let hash = blake3::hash(&bytes).to_hex();
        let short = hash.get(..8).unwrap_or_default();
        let path = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("assets/{stem}.{short}.{ending}"),
            None => format!("assets/{name}.{short}"),
        };
        Self { name: name.to_owned(), path, bytes }
    }

    /// The asset's name in templates: `app.css` is `assets.app_css`.
    fn key(&self) -> String {
        key(&self.name)
    }
}

/// A file's name as templates write it.
fn key(name: &str) -> String {
    name.chars().map(|char| if char.is_alphanumeric() { char } else { '_' }).collect()
}

/// A place in a file of a theme; without a name, of the built-in one.
fn at(theme: Option<&str>, path: &str, range: Range<usize>) -> Span {
    Span::new(format!("themes/{}/{path}", theme.unwrap_or("default")), range)
}

/// Reads the built-in templates and those of the site's own theme.
fn add_templates(tera: &mut Tera, own: &[(String, String)]) -> Result<(), tera::Error> {
    tera.set_fallback_prefixes([BUILT_IN])?;
    let built_in = built_in().into_iter().filter_map(|(path, bytes)| {
        let name = path.strip_prefix("templates/")?;
        Some((format!("{BUILT_IN}{name}"), String::from_utf8(bytes).ok()?))
    });
    tera.add_raw_templates(built_in.chain(own.iter().cloned()))
}
