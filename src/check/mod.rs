//! Rules over a site: what is probably not what its authors meant.
//!
//! [`run`] takes a planned site and what reading and planning found, and gives all findings with the levels that the
//! site sets, but for those that an author has allowed. Pure: it opens no file. Rules live by what they look at; a rule
//! is a [`Rule`] in [`rules`] and the place that calls [`Rule::finding`].

mod alerts;
mod allow;
mod blame;
mod catalogue;
pub mod external;
mod front_edit;
mod kinds;
mod links;
mod records;
mod rules;
mod secrets;
mod structure;
mod urls;
mod words;

pub use alerts::{RunbookLink, link as runbook_link};
pub use front_edit::reviewed;
pub use rules::{RULES, Rule};
pub use urls::{accept, loses};

use crate::config::check::RuleLevel;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Level, Span, sort};
use crate::site::{Entry, Site};
use crate::source::Renamed;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Runs all rules. `found` is what reading and planning found, `renamed` where pages went (see [`crate::source::renames`]).
pub fn run(site: &Site, found: Vec<Diagnostic>, renamed: &BTreeMap<String, Renamed>) -> Vec<Diagnostic> {
    let tools = Tools::new(site);
    let mut all: Vec<Diagnostic> = site
        .entries
        .par_iter()
        .flat_map_iter(|entry| {
            let mut found = Vec::new();
            structure::page(site, entry, &mut found);
            links::page(site, entry, &mut found);
            catalogue::page(site, entry, &mut found);
            records::page(site, entry, &mut found);
            kinds::page(site, entry, &mut found);
            secrets::page(site, entry, &mut found);
            words::page(entry, &tools.words, &mut found);
            blame::page(entry, &tools.blame, &mut found);
            found
        })
        .collect();
    structure::site(site, &mut all);
    catalogue::site(site, &mut all);
    alerts::site(site, &mut all);
    urls::site(site, renamed, &mut all);
    all.extend(found);
    let mut all = allow::apply(site, all);
    levels(site, &mut all);
    sort(&mut all);
    all
}

/// What is made once for all pages.
struct Tools {
    words: words::Words,
    blame: blame::Patterns,
}

impl Tools {
    fn new(site: &Site) -> Self {
        let config = &site.library.config.check;
        Self { words: words::Words::new(&config.names), blame: blame::Patterns::new(&config.blame) }
    }
}

/// Gives each finding the level that the site sets for its rule.
fn levels(site: &Site, found: &mut Vec<Diagnostic>) {
    let config = &site.library.config.check;
    found.retain_mut(|diagnostic| {
        match config.rules.get(diagnostic.rule) {
            Some(RuleLevel::Off) => return false,
            Some(RuleLevel::Note) => diagnostic.level = Level::Note,
            Some(RuleLevel::Warning) => diagnostic.level = Level::Warning,
            Some(RuleLevel::Error) => diagnostic.level = Level::Error,
            None => {}
        }
        true
    });
    for name in config.rules.keys() {
        if rules::find(name).is_none() {
            let near = nearest(name, RULES.iter().map(|rule| rule.name));
            let help = near.map_or("`annals check --list` names all rules".into(), |near| {
                format!("did you mean `{near}`?")
            });
            let message = format!("`check.rules` names the rule `{name}`, which does not exist");
            found.push(
                rules::UNKNOWN_RULE.finding(message).at(Span::file(crate::config::FILE_NAME)).help(help),
            );
        }
    }
}

/// The place of a range of a page's body.
fn in_body(entry: &Entry, range: &std::ops::Range<usize>) -> Span {
    let page = &entry.page;
    Span::new(page.file.clone(), page.body + range.start..page.body + range.end)
}

/// The place of a field of a page's front matter, or of its file.
fn in_front(entry: &Entry, field: &str) -> Span {
    let page = &entry.page;
    let range = page.front.places.get(field).cloned().unwrap_or(0..0);
    Span::new(page.file.clone(), range)
}
