//! The browser's client: the theme's scripts of search as the few files that pages load.

use super::squeeze::squeeze;
use std::collections::BTreeMap;

/// The scripts that the first results need, in the order that they are joined in. The file is `search.js`.
pub const FIRST: [&str; 6] = [
    "search-query.js",
    "search-index.js",
    "search-rank.js",
    "search-evidence.js",
    "search-view.js",
    "search-dialog.js",
];

/// The file that asks a search server.
pub const SERVER: &str = "search-server";

/// What is loaded later, or only where it is wanted: a file's name without its ending, and its scripts.
pub const LATER: [(&str, &[&str]); 2] = [
    (
        "search-more",
        &[
            "search-sign.js",
            "search-mend.js",
            "search-filter.js",
            "search-text.js",
            "search-excerpt.js",
            "search-detail.js",
            "search-panel.js",
            "search-return.js",
            "search-arrive.js",
        ],
    ),
    (SERVER, &["search-remote.js"]),
];

/// Whether a script is a part of the client, which pages don't load by itself.
pub fn is_part(name: &str) -> bool {
    FIRST.contains(&name) || LATER.iter().any(|(_, parts)| parts.contains(&name))
}

/// Joins the scripts that the first results need, which `read` gives by name; `later` tells the addresses of the others.
pub fn first(read: impl Fn(&str) -> Option<String>, later: &BTreeMap<String, String>) -> Option<String> {
    let files = serde_json::to_string(later).ok()?;
    Some(format!("globalThis.annalsSearch={{files:{files}}};\n{}", join(&FIRST, read)?))
}

/// Joins scripts and leaves out what tells a browser nothing: a reader on a slow network needs neither.
pub fn join(parts: &[&str], read: impl Fn(&str) -> Option<String>) -> Option<String> {
    parts.iter().map(|part| Some(squeeze(&read(part)?))).collect()
}
