//! Loading: the built-in files with the site's own over them, as a theme that can render.

use super::mistakes::Templates;
use super::{BUILT_IN, Theme, Words, api, asset, at, built_in, filters};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Level};
use crate::markdown::write_escaped;
use crate::site::url;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Tera;

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
        let own_templates = own_templates(name, own, &mut found);
        found.extend(api::check(name, own, &own_templates, &words));
        let look = config.look.css(url::encode);
        hasher.update(look.as_bytes());
        let assets = asset::all(&files, &look, &words, config.search.server.is_some());
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
        let context = tera.global_context();
        context.insert("t", &words.to_json());
        context.insert("assets", &asset::paths(&assets));
        for (key, value) in global.as_object().into_iter().flatten() {
            context.insert(key.clone(), value);
        }
        words.digest(&mut hasher);
        hasher.update(global.to_string().as_bytes());
        let hash = *hasher.finalize().as_bytes();
        let name = name.map(str::to_owned);
        (Some(Self { tera, assets, words, hash, name, own: own_templates }), found)
    }
}

/// The templates among the site's files, by their names.
fn own_templates(
    name: Option<&str>,
    own: &BTreeMap<String, Vec<u8>>,
    found: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let mut templates = Vec::new();
    for (path, bytes) in own {
        let Some(template) = path.strip_prefix("templates/") else { continue };
        match String::from_utf8(bytes.clone()) {
            Ok(text) => templates.push((template.to_owned(), text)),
            Err(_) => found.push(Diagnostic::error("theme/encoding", "this template is not UTF-8").at(at(
                name,
                path,
                0..0,
            ))),
        }
    }
    templates
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
