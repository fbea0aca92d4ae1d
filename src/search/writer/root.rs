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
use super::{FOLDER, FORMAT, Files, IndexFile, LEVEL, priors};
use crate::config::search::SearchConfig;
use crate::search::analyze::Analyzed;
use crate::search::bytes::{put, script};
use crate::search::fold::{compare, fold};
use crate::search::token::compounds;
use crate::search::{stop, synonym};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What the other writers made.
pub(super) struct Parts {
    pub(super) terms: Vec<Range>,
    pub(super) spell: Vec<Lengths>,
    pub(super) runs: Runs,
    pub(super) facets: BTreeMap<String, String>,
}

/// Writes the root.
pub(super) fn write(
    pages: &[Analyzed<'_>],
    dictionary: &[Term<'_>],
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
            dictionary.binary_search_by(|term| compare(term.text, word)).is_ok()
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
    })
    .to_string();
    let mut payload = Vec::with_capacity(json.len() + pages.len() * 4 + 8);
    put(&mut payload, json.len() as u32);
    payload.extend_from_slice(json.as_bytes());
    let kind = |page: &Analyzed<'_>| {
        kinds.iter().position(|kind| *kind == page.page.kind).unwrap_or(0).min(255) as u8
    };
    payload.extend(pages.iter().map(kind));
    let total: u64 = pages.iter().map(|page| u64::from(page.length)).sum();
    let mean = (total / pages.len().max(1) as u64).max(1);
    payload.extend(pages.iter().map(|page| (u64::from(page.length) * 16 / mean).clamp(1, 255) as u8));
    payload.extend(pages.iter().map(|page| page.title_length.min(255) as u8));
    payload.extend(priors::priors(pages, config));
    files.push(IndexFile { path: format!("{FOLDER}/root.js"), bytes: script("root", &payload, LEVEL) });
}

/// The pinned pages by the sorted words of their query; a page that the index lacks is left out.
fn pinned(pages: &[Analyzed<'_>], config: &SearchConfig) -> Vec<Value> {
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
