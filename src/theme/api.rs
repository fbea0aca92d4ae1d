//! The template API: what templates may rely on. It has a version, which a theme names in its `theme.toml`, so that a build
//! can say what became of that which the theme was written for.

use super::{Words, at};
use crate::data::{self, schema};
use crate::diagnostic::Diagnostic;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The version of the template API. It grows when something that templates may use is removed or means something else.
/// What was removed belongs into [`REMOVED`] and into `content/reference/templates.md`.
pub const VERSION: u32 = 2;

/// The file that says what a theme is.
pub const FILE: &str = "theme.toml";

/// The `theme.toml` of a new theme. `name` is one of letters, digits, `-` and `_`.
pub fn new_file(name: &str) -> String {
    format!(
        "name = \"{name}\"\n# The version of the template API that these templates are written for.\napi = {VERSION}\n"
    )
}

/// What a theme says of itself: `theme.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct ThemeFile {
    /// Its name.
    name: String,
    /// What it is, in a sentence.
    description: String,
    /// The version of the template API that its templates are written for.
    api: Option<u32>,
}

/// What templates could use once and cannot any more: its name, since which version, what to write instead.
const REMOVED: [(&str, u32, &str); 23] = [
    ("page.changed_since", 2, "`page.drift`, which says how often each watched path changed"),
    ("site.commit", 2, "`home.commit`, on the home page"),
    ("t.alerts_without_runbook", 2, "`{{ n | counted(of=\"n_alerts_without_runbook\") }}`"),
    ("t.change", 2, "`{{ n | counted(of=\"n_changes\") }}`"),
    ("t.commits", 2, "`{{ n | counted(of=\"n_commits\") }}`"),
    ("t.compare_diverged", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_downgrade", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_failed", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_filter", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_from", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_lost", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_none", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_same", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.compare_to", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.dependencies", 2, "`t.depends_on`"),
    ("t.left_out", 2, "`{{ n | counted(of=\"n_left_out\") }}`"),
    ("t.n_commits_one", 2, "`{{ n | counted(of=\"n_commits\") }}`"),
    ("t.n_failed_one", 2, "`{{ n | counted(of=\"n_failed\") }}`"),
    ("t.n_incidents_one", 2, "`{{ n | counted(of=\"n_incidents\") }}`"),
    ("t.n_releases_one", 2, "`{{ n | counted(of=\"n_releases\") }}`"),
    ("t.one_page", 2, "`{{ n | counted(of=\"n_pages\") }}`"),
    ("t.prereleases", 2, "a text of `compare.js`, below `[texts]`"),
    ("t.restore_unknown", 2, "`{{ n | counted(of=\"n_restore_unknown\") }}`"),
];

/// What is wrong with a theme's `theme.toml`, and what its templates use that is not there any more.
pub(super) fn check(
    theme: Option<&str>,
    own: &BTreeMap<String, Vec<u8>>,
    templates: &[(String, String)],
    words: &Words,
) -> Vec<Diagnostic> {
    let mut found = removed(theme, templates, words);
    if let Some(bytes) = own.get(FILE) {
        let uses_removed = !found.is_empty();
        found.extend(theme_file(theme, &String::from_utf8_lossy(bytes), uses_removed));
    }
    found
}

fn removed(theme: Option<&str>, templates: &[(String, String)], words: &Words) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // A theme may have a word of its own under a name that the built-in one gave up.
    let is_own = |name: &str| name.strip_prefix("t.").is_some_and(|key| words.has(key));
    for (template, text) in templates {
        for (name, since, instead) in REMOVED.into_iter().filter(|(name, ..)| !is_own(name)) {
            for start in places(text, name) {
                let message = format!("templates have no `{name}` since version {since} of their API");
                found.push(
                    Diagnostic::error("theme/removed", message)
                        .at(at(theme, &format!("templates/{template}"), start..start + name.len()))
                        .help(format!("instead there is {instead}")),
                );
            }
        }
    }
    found
}

/// Where a template uses a name, and not a longer one.
fn places<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    text.match_indices(name).map(|(start, _)| start).filter(move |&start| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let after = text.get(start + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(|char| is_part(char) || char == '.') && !after.is_some_and(is_part)
    })
}

fn theme_file(theme: Option<&str>, text: &str, uses_removed: bool) -> Vec<Diagnostic> {
    let place = |span| at(theme, FILE, span);
    let node = match data::parse_toml(text) {
        Ok(node) => node,
        Err(errors) => {
            let mistake = |error: data::ParseError| {
                Diagnostic::error("theme/file", error.message).at(place(error.span))
            };
            return errors.into_iter().map(mistake).collect();
        }
    };
    let shape = schemars::schema_for!(ThemeFile).to_value();
    let mistakes = schema::validate(&node, &shape, |_, _| Ok(()));
    if !mistakes.is_empty() {
        let told = |mistake: schema::Mistake| {
            let what = if mistake.path.is_empty() { String::new() } else { format!("`{}`: ", mistake.path) };
            let diagnostic = Diagnostic::error("theme/file", format!("{what}{}", mistake.message));
            let diagnostic = diagnostic.at(place(mistake.span));
            mistake.help.into_iter().fold(diagnostic, Diagnostic::help)
        };
        return mistakes.into_iter().map(told).collect();
    }
    let file: ThemeFile = serde_json::from_value(node.to_json()).unwrap_or_default();
    let (Some(api), Some(place)) = (file.api, node.get("api").map(|node| place(node.span.clone()))) else {
        return Vec::new();
    };
    let own = env!("CARGO_PKG_VERSION");
    let message =
        format!("this theme is written for version {api} of the template API; annals {own} has {VERSION}");
    match api.cmp(&VERSION) {
        std::cmp::Ordering::Equal => Vec::new(),
        std::cmp::Ordering::Greater => vec![
            Diagnostic::error("theme/api", message)
                .at(place)
                .help("a newer annals has what the theme needs; `annals --version` tells which one this is"),
        ],
        std::cmp::Ordering::Less => {
            let help = if uses_removed {
                format!("replace what was removed, as told beside this, then set `api = {VERSION}`")
            } else {
                format!("its templates use nothing that was removed since: set `api = {VERSION}`")
            };
            vec![Diagnostic::warning("theme/api", message).at(place).help(help)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_whole_and_not_within_another() {
        let found = |text: &str| places(text, "t.change").collect::<Vec<usize>>();
        assert_eq!(found("{{ t.change }}{{t.change}}"), [3, 16]);
        assert!(found("{{ t.changes }} {{ list.change }} {{ t.change_x }} {{ a.t.change }}").is_empty());
    }

    #[test]
    fn what_was_removed_is_in_the_reference_and_not_in_the_theme() {
        let reference = include_str!("../../content/reference/templates.md");
        let templates: Vec<(String, String)> = super::super::built_in()
            .into_iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
            .collect();
        assert_eq!(removed(None, &templates, &Words::default()), []);
        for (name, _, _) in REMOVED {
            assert!(reference.contains(&format!("`{name}`")), "{name} is in templates.md");
        }
        let file = super::super::built_in().remove(FILE).unwrap();
        assert_eq!(theme_file(None, &String::from_utf8(file).unwrap(), false), []);
    }
}
