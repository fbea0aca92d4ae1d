//! The one file that each search starts with.
//!
//! ```text
//! length of the JSON, the JSON
//! four columns of a byte a page: kind, length in 16ths of the mean, tokens of the title, prior in 64ths
//! ```

use super::invert::Term;
use super::pages::Runs;
use super::spell::Lengths;
use super::terms::Range;
use super::{FOLDER, FORMAT, Files, IndexFile, priors};
use crate::config::search::SearchConfig;
use crate::search::analyze::{Analyzed, Page};
use crate::search::bytes::{put, script};
use crate::search::fold::{compare, fold};
use crate::search::token::compounds;
use crate::search::{stop, synonym};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// So many pages of a sort are shown in an empty field.
const SUGGESTED: usize = 5;

/// What the other writers made.
pub(super) struct Parts {
    pub(super) terms: Vec<Range>,
    pub(super) spell: Vec<Lengths>,
    pub(super) runs: Runs,
    pub(super) facets: BTreeMap<String, String>,
}

/// Writes the root.
pub(super) fn write(
    pages: &[Analyzed],
    dictionary: &[Term],
    config: &SearchConfig,
    parts: &Parts,
    files: &mut Files<'_>,
) {
    let kinds: BTreeSet<&str> = pages.iter().map(|page| page.page.kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let langs: BTreeSet<&str> = pages.iter().map(|page| stop::primary(&page.page.lang)).collect();
    let stop: BTreeSet<String> = langs
        .iter()
        .flat_map(|lang| stop::words(lang))
        .map(str::to_string)
        .chain(config.stop_words.iter().map(|word| fold(word)))
        .collect();
    let json = json!({
        "format": FORMAT,
        "pages": pages.len(),
        "kinds": kinds,
        "stop": stop.into_iter().collect::<Vec<_>>().join(" "),
        "synonyms": synonym::table(config, |word| {
            dictionary.binary_search_by(|term| compare(&term.text, word)).is_ok()
        }),
        "pinned": pinned(pages, config),
        "terms": parts.terms.iter().map(|(first, name)| json!([first, name])).collect::<Vec<Value>>(),
        "spell": parts.spell.iter().map(|(from, to, name)| json!([from, to, name])).collect::<Vec<Value>>(),
        "factsRun": parts.runs.facts_run,
        "facts": parts.runs.facts,
        "textsRun": parts.runs.texts_run,
        "texts": parts.runs.texts,
        "words": parts.runs.words,
        "common": super::common(pages.len()),
        "facets": parts.facets,
        "open": numbers(pages, |page| page.open.then_some(0)),
        "linked": numbers(pages, |page| (page.inbound > 1).then_some(page.inbound)),
        "ask": config.ask,
        "write": config.write,
        "server": config.server,
        "offline": config.offline_bytes > 0,
    })
    .to_string();
    let mut payload = Vec::with_capacity(json.len() + pages.len() * 4 + 8);
    put(&mut payload, json.len() as u32);
    payload.extend_from_slice(json.as_bytes());
    let kind =
        |page: &Analyzed| kinds.iter().position(|kind| *kind == page.page.kind).unwrap_or(0).min(255) as u8;
    payload.extend(pages.iter().map(kind));
    let total: u64 = pages.iter().map(|page| u64::from(page.length)).sum();
    let mean = (total / pages.len().max(1) as u64).max(1);
    payload.extend(pages.iter().map(|page| (u64::from(page.length) * 16 / mean).clamp(1, 255) as u8));
    payload.extend(pages.iter().map(|page| page.title_length.min(255) as u8));
    payload.extend(priors::priors(pages, config));
    let bytes = script("root", &payload);
    if config.offline_bytes > 0 {
        files.push(list(parts, &bytes));
    }
    files.push(IndexFile { path: format!("{FOLDER}/root.js"), bytes });
}

/// The numbers of the few pages of which `worth` tells most; equals in the order of pages, the newest of dated ones first.
fn numbers(pages: &[Analyzed], worth: impl Fn(&Page) -> Option<u32>) -> Vec<usize> {
    let found =
        pages.iter().enumerate().filter_map(|(at, page)| Some((worth(&page.page)?, &page.page.date, at)));
    let mut found: Vec<_> = found.collect();
    found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
    found.into_iter().take(SUGGESTED).map(|(_, _, at)| at).collect()
}

/// The list of all files, for the service worker: first those that results need, then those of excerpts.
fn list(parts: &Parts, root: &[u8]) -> IndexFile {
    let runs = &parts.runs;
    let needed: BTreeSet<&str> = std::iter::once("root")
        .chain(parts.terms.iter().map(|(_, name)| name.as_str()))
        .chain(parts.spell.iter().map(|(_, _, name)| name.as_str()))
        .chain(runs.facts.iter().map(String::as_str))
        .chain(parts.facets.values().map(String::as_str))
        .collect();
    let words = Some(runs.words.as_str()).filter(|name| !name.is_empty());
    let texts: BTreeSet<&str> = runs.texts.iter().map(String::as_str).chain(words).collect();
    let id = blake3::hash(root).to_hex();
    let text = json!({ "id": id.get(..16), "needed": needed, "texts": texts }).to_string();
    IndexFile { path: format!("{FOLDER}/files.json"), bytes: text.into_bytes() }
}

/// The pinned pages by the sorted words of their query; a page that the index lacks is left out.
fn pinned(pages: &[Analyzed], config: &SearchConfig) -> Vec<Value> {
    config
        .pinned
        .iter()
        .filter_map(|pinned| {
            let url = pinned.page.trim_start_matches('/');
            let page = pages.binary_search_by(|page| page.page.url.as_str().cmp(url)).ok()?;
            Some(json!([query_key(&pinned.query), page]))
        })
        .collect()
}

/// A query's words, sorted.
pub(crate) fn query_key(query: &str) -> String {
    let mut words = BTreeSet::new();
    compounds(query, &mut |compound| words.extend(compound.parts().map(str::to_string)));
    words.into_iter().collect::<Vec<_>>().join(" ")
}
