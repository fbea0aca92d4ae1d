//! The theme's assets as files of the site.

use super::{Words, scripts, styles};
use std::collections::BTreeMap;

/// Stylesheets that go to pages as parts of `app.css`: all of them are smaller than what a request costs.
const STYLES: [&str; 2] = ["records.css", "compare.css"];

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

/// The assets of a theme's `files`. `look` is what the settings add to its styles, `with_server` says whether there is a
/// search server.
pub(super) fn all(
    files: &BTreeMap<String, Vec<u8>>,
    look: &str,
    words: &Words,
    with_server: bool,
) -> Vec<ThemeAsset> {
    let mut assets = Vec::new();
    for (path, bytes) in files {
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
    assets.push(ThemeAsset::new("app.css", (sheets.collect::<String>() + look).into_bytes()));
    let read = |name: &str| {
        files.get(&format!("assets/{name}")).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let names = files.keys().filter_map(|path| path.strip_prefix("assets/"));
    assets.extend(scripts::files(names, read, words, with_server));
    assets
}

/// The paths of the assets by their names in templates.
pub(super) fn paths(assets: &[ThemeAsset]) -> BTreeMap<String, &str> {
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
    paths
}

impl ThemeAsset {
    pub(super) fn new(name: &str, bytes: Vec<u8>) -> Self {
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
