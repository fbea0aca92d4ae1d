//! The theme's scripts as the files that pages load: what always comes together is one file, what few need comes later.

use super::{ThemeAsset, Words};
use crate::search::client;
use std::collections::BTreeMap;

/// Scripts that come as one file, its name first: what is smaller than a request costs.
/// All pages load the first, those whose text has tabs or images the other.
const JOINED: [(&str, &[&str]); 2] =
    [("app.js", &["app.js", "code.js", "tables.js"]), ("prose.js", &["images.js", "tabs.js"])];

/// Scripts that `app.js` fetches itself when a reader needs them; it is told their addresses by these names.
const LATER: [(&str, &str); 1] = [("keys", "keys.js")];

/// Whether an asset is a part of another file.
fn is_part(asset: &str) -> bool {
    client::is_part(asset) || JOINED.iter().any(|(_, parts)| parts.contains(&asset))
}

/// The files. `read` gives the text of an asset of the theme by its name, `names` are the names of all. What asks a search
/// server is there only if the site has one.
pub(super) fn files<'a>(
    names: impl Iterator<Item = &'a str>,
    read: impl Fn(&str) -> Option<String> + Copy,
    words: &Words,
    has_server: bool,
) -> Vec<ThemeAsset> {
    // What scripts say comes with them: no request more, and no inline script.
    let asset = |name: &str, script: String| ThemeAsset::new(name, words.tell(script).into_bytes());
    let mut out: Vec<ThemeAsset> = names
        .filter(|name| name.ends_with(".js") && !is_part(name))
        .filter_map(|name| Some(asset(name, client::join(&[name], read)?)))
        .collect();
    let later: BTreeMap<&str, &str> = LATER
        .iter()
        .filter_map(|(key, name)| Some((*key, out.iter().find(|asset| asset.name == *name)?.path.as_str())))
        .collect();
    let told = serde_json::to_string(&later).map(|files| format!("window.annalsFiles={files};\n"));
    let told = told.unwrap_or_default();
    let joined = JOINED.iter().filter_map(|(name, parts)| {
        let script = client::join(parts, read)?;
        Some(asset(name, if *name == "app.js" { format!("{told}{script}") } else { script }))
    });
    let joined: Vec<ThemeAsset> = joined.collect();
    // The parts of search are fetched as a few files, and only when somebody searches.
    let parts = client::LATER
        .iter()
        .filter(|(name, _)| has_server || *name != client::SERVER)
        .filter_map(|(name, parts)| Some(asset(&format!("{name}.js"), client::join(parts, read)?)));
    let parts: Vec<ThemeAsset> = parts.collect();
    let addresses =
        parts.iter().map(|asset| (asset.name.trim_end_matches(".js").to_owned(), asset.path.clone()));
    let first = client::first(read, &addresses.collect());
    out.extend(joined);
    out.extend(first.map(|script| asset("search.js", script)));
    out.extend(parts);
    out
}

/// Names of assets that are parts of another file, with that file's: templates of a site's own may still ask for them.
pub(super) fn parts() -> impl Iterator<Item = (&'static str, &'static str)> {
    JOINED.iter().flat_map(|(whole, parts)| parts.iter().map(move |part| (*part, *whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_script_is_told_where_the_later_ones_are() {
        let texts = BTreeMap::from([
            ("app.js", "// a\nuse(annalsFiles);"),
            ("code.js", "code();"),
            ("tables.js", "tables();"),
            ("keys.js", "  // why\n  keys();"),
            ("own.js", "own();"),
        ]);
        let (words, _) = Words::read(&BTreeMap::new(), "en", |_, diagnostic, _, _| diagnostic);
        let out = files(
            texts.keys().copied(),
            |name| texts.get(name).map(|text| (*text).to_owned()),
            &words,
            false,
        );
        let text = |name: &str| {
            let asset = out.iter().find(|asset| asset.name == name).unwrap();
            String::from_utf8(asset.bytes.clone()).unwrap()
        };
        let keys = &out.iter().find(|asset| asset.name == "keys.js").unwrap().path;
        assert_eq!(
            text("app.js"),
            format!("window.annalsFiles={{\"keys\":\"{keys}\"}};\nuse(annalsFiles);\ncode();\ntables();\n")
        );
        assert_eq!((text("keys.js"), text("own.js")), ("keys();\n".into(), "own();\n".into()));
        assert!(out.iter().all(|asset| asset.name != "code.js"), "a part is no file of its own");
    }
}
