//! From a query's words to the posting lists that answer them.
//!
//! Each word becomes a **group** of alternatives with factors: the word itself, other forms of its
//! stem, words that it starts, its synonyms, and, where the dictionary lacks it, the words that it
//! may be a slip for. A page has a group if it has any alternative.

use super::dictionary::Postings;
use super::store::Error;
use super::{Index, weights};
use crate::search::query::{Query, Word};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Alternatives by prefix, at most.
const PREFIXES: usize = 24;
/// Alternatives by edit distance, at most.
const TYPOS: usize = 4;
/// Alternatives by another ending, at most.
const ENDINGS: usize = 3;
/// Words of a query that are tried as one identifier, at most.
const WINDOW: usize = 6;
/// Words of a synonym's phrase, at most.
const PHRASE: usize = 4;

/// How an alternative came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// The word itself.
    Exact,
    /// Another form of its stem.
    Stem,
    /// A word that it starts.
    Prefix,
    /// A word close to it.
    Typo,
    /// The word cut in two.
    Split,
    /// The word and its neighbour as one.
    Joined,
    /// A synonym.
    Synonym,
}

/// One way to have a word.
#[derive(Debug, Clone)]
pub(super) struct Alternative {
    pub(super) text: String,
    pub(super) how: How,
    pub(super) factor: f64,
    pub(super) postings: Rc<Postings>,
}

/// What a page may have of a query.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) text: String,
    /// First and last word of the query that it stands for.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) weight: f64,
    /// Whether it is a joined form of words that have groups of their own.
    pub(super) extra: bool,
    pub(super) alternatives: Vec<Alternative>,
}

/// Resolves the words of a query. Groups of words come first, in order; then joined forms.
pub(super) fn plan(index: &Index<'_>, query: &Query) -> Result<Vec<Group>, Error> {
    let mut groups = Vec::new();
    let meaningful = query.words.iter().any(|word| !index.is_stop(&word.text));
    for (position, word) in query.words.iter().enumerate() {
        let open = query.open && position + 1 == query.words.len();
        let stop = meaningful && !open && index.is_stop(&word.text);
        let weight = if stop { weights::STOP } else { weights::part(word.compound) };
        let mut alternatives = exact(index, &word.text)?;
        if open {
            prefixes(index, &word.text, &mut alternatives)?;
        }
        groups.push(Group {
            text: word.text.clone(),
            first: position,
            last: position,
            weight,
            extra: false,
            alternatives,
        });
    }
    let joined = joined(index, query, &mut groups)?;
    let mut meant: Vec<Vec<(String, f64)>> = vec![Vec::new(); groups.len()];
    for ((group, word), meant) in groups.iter_mut().zip(&query.words).zip(&mut meant) {
        if group.alternatives.is_empty() && !word.unspaced {
            *meant = mend(index, &word.text, &mut group.alternatives)?;
        }
    }
    synonyms(index, query, &mut groups, &meant)?;
    groups.extend(joined);
    Ok(groups)
}

/// The word and the other forms of its stem.
fn exact(index: &Index<'_>, text: &str) -> Result<Vec<Alternative>, Error> {
    let mut alternatives = Vec::new();
    let Some(shard) = index.shard_of(text)? else { return Ok(alternatives) };
    let Ok(at) = shard.find(text) else { return Ok(alternatives) };
    let class = shard.terms.get(at).map_or(0, |term| term.class);
    for term in &shard.terms {
        if term.text == text {
            let postings = index.postings(&shard, term);
            alternatives.insert(0, alternative(&term.text, How::Exact, 1.0, postings));
        } else if class != 0 && term.class == class {
            let postings = index.postings(&shard, term);
            alternatives.push(alternative(&term.text, How::Stem, weights::STEM, postings));
        }
    }
    Ok(alternatives)
}

fn alternative(text: &str, how: How, factor: f64, postings: Rc<Postings>) -> Alternative {
    Alternative { text: text.to_string(), how, factor, postings }
}

/// Words that start with `text`, the commonest first.
fn prefixes(index: &Index<'_>, text: &str, alternatives: &mut Vec<Alternative>) -> Result<(), Error> {
    let whole = !alternatives.is_empty();
    let factor = if whole { weights::PREFIX / 2.0 } else { weights::PREFIX };
    let mut found: Vec<(u32, String)> = Vec::new();
    let shards = index.shards_from(text)?;
    for shard in &shards {
        let start = shard.find(text).unwrap_or_else(|at| at);
        let terms = shard.terms.iter().skip(start).take_while(|term| term.text.starts_with(text));
        found.extend(
            terms
                // The spelling of an identifier is no word that one starts.
                .filter(|term| !term.text.ends_with(['_', '~']))
                .filter(|term| alternatives.iter().all(|known| known.text != term.text))
                .map(|term| (term.pages, term.text.clone())),
        );
    }
    // The commonest first; the terms are in order and the sort is stable.
    found.sort_by_key(|(pages, _)| std::cmp::Reverse(*pages));
    found.truncate(PREFIXES);
    for (_, term) in found {
        if let Some(postings) = index.term(&term)? {
            alternatives.push(alternative(&term, How::Prefix, factor, postings));
        }
    }
    Ok(())
}

/// Adds the synonyms of words, in any form of their stems and as they were meant, and of phrases
/// up to [`PHRASE`] words.
fn synonyms(
    index: &Index<'_>,
    query: &Query,
    groups: &mut [Group],
    meant: &[Vec<(String, f64)>],
) -> Result<(), Error> {
    // What the words themselves have; synonyms of synonyms would lead far away.
    let own: Vec<Vec<(String, f64)>> = groups
        .iter()
        .zip(meant)
        .map(|(group, meant)| {
            let stems = group.alternatives.iter().filter(|known| known.how == How::Stem);
            stems.map(|known| (known.text.clone(), 1.0)).chain(meant.iter().cloned()).collect()
        })
        .collect();
    for first in 0..query.words.len() {
        for last in first..query.words.len().min(first + PHRASE) {
            let mut keys = vec![(texts(&query.words, first, last).join(" "), 1.0)];
            if first == last {
                keys.extend(own.get(first).into_iter().flatten().cloned());
            }
            for (key, factor) in keys {
                for other in index.root.synonyms.get(&key).into_iter().flatten() {
                    synonym(index, other, factor, groups.get_mut(first..=last).unwrap_or_default())?;
                }
            }
        }
    }
    Ok(())
}

/// Adds a synonym to the groups of the words that it stands for.
fn synonym(index: &Index<'_>, other: &str, factor: f64, groups: &mut [Group]) -> Result<(), Error> {
    let mut found = Vec::new();
    if other.contains(' ') {
        found.extend(index.all(other)?.map(|postings| alternative(other, How::Synonym, 1.0, postings)));
    } else {
        found = exact(index, other)?;
    }
    for group in groups {
        for known in &found {
            if group.alternatives.iter().all(|own| own.text != known.text) {
                let factor = weights::SYNONYM * factor * known.factor;
                group.alternatives.push(Alternative { how: How::Synonym, factor, ..known.clone() });
            }
        }
    }
    Ok(())
}

fn texts(words: &[Word], first: usize, last: usize) -> Vec<&str> {
    words.iter().skip(first).take(last + 1 - first).map(|word| word.text.as_str()).collect()
}

/// Groups for words that are one term when written together: the reader's `max message size` and
/// the site's `max_message_size`. Two words that the reader wrote apart only get it as an
/// alternative: too many pairs (`log in`, `set up`) are one word somewhere by chance.
fn joined(index: &Index<'_>, query: &Query, groups: &mut [Group]) -> Result<Vec<Group>, Error> {
    let written = query.joined.len();
    let mut candidates = query.joined.clone();
    // A pair that a stop word starts is hardly ever one word, and would cost a file of its own.
    let starts = |first: &usize| query.words.get(*first).is_some_and(|word| !index.is_stop(&word.text));
    for first in (0..query.words.len()).filter(starts) {
        for last in first + 1..query.words.len().min(first + WINDOW) {
            let words = query.words.iter().skip(first).take(last + 1 - first);
            if words.clone().all(|word| !word.unspaced) {
                candidates.push((texts(&query.words, first, last).concat(), first, last));
            }
        }
    }
    let mut seen = BTreeSet::new();
    let mut whole: Vec<(usize, usize)> = Vec::new();
    let mut out = Vec::new();
    for (number, (text, first, last)) in candidates.into_iter().enumerate() {
        if !seen.insert(text.clone()) || query.words.iter().any(|word| word.text == text) {
            continue;
        }
        let inside = whole.iter().any(|&(from, to)| from <= first && last <= to);
        if inside && number >= written {
            continue;
        }
        let mut alternatives = exact(index, &text)?;
        if !alternatives.is_empty() && last > first && number < written {
            // An identifier that the site has is meant as a whole: its words count for less, and not in other pairs.
            if !inside {
                for group in groups.iter_mut().take(last + 1).skip(first) {
                    group.weight *= weights::WITHIN;
                }
            }
            whole.push((first, last));
        }
        if query.open && last + 1 == query.words.len() && text.chars().count() >= 4 {
            prefixes(index, &text, &mut alternatives)?;
        }
        if alternatives.is_empty() {
            continue;
        }
        if number >= written && last == first + 1 {
            for group in groups.iter_mut().skip(first).take(2) {
                group.alternatives.extend(alternatives.iter().map(|known| Alternative {
                    how: How::Joined,
                    factor: known.factor * weights::APART,
                    ..known.clone()
                }));
            }
        } else {
            out.push(Group { text, first, last, weight: weights::JOINED, extra: true, alternatives });
        }
    }
    Ok(out)
}

/// What a word that the dictionary lacks may stand for: adds alternatives, and tells which words
/// were taken to be meant, with their factors. The likeliest counts most.
fn mend(
    index: &Index<'_>,
    text: &str,
    alternatives: &mut Vec<Alternative>,
) -> Result<Vec<(String, f64)>, Error> {
    let mut meant = Vec::new();
    let length = text.chars().count();
    if length < 4 || text.chars().any(char::is_numeric) {
        return Ok(meant);
    }
    for word in endings(index, text)? {
        for known in exact(index, &word)? {
            if alternatives.iter().all(|other| other.text != known.text) {
                alternatives.push(Alternative {
                    how: How::Stem,
                    factor: weights::ENDING * known.factor,
                    ..known
                });
            }
        }
        meant.push((word, weights::ENDING));
    }
    let limit = if length < 8 { 1 } else { 2 };
    let mut likelihood = 1.0;
    for (distance, word) in index.close(text, limit)?.into_iter().take(TYPOS) {
        let factor = likelihood * if distance == 1 { weights::TYPO } else { weights::TYPO * weights::TYPO };
        likelihood *= weights::LIKELIHOOD;
        for known in exact(index, &word)? {
            if alternatives.iter().all(|other| other.text != known.text) {
                alternatives.push(Alternative { how: How::Typo, factor: factor * known.factor, ..known });
            }
        }
        meant.push((word, factor));
    }
    for (cut, _) in text.char_indices().skip(2) {
        let (left, right) = text.split_at(cut);
        if right.chars().count() < 2 {
            break;
        }
        let Some(first) = index.term(left)? else { continue };
        let Some(second) = index.term(right)? else { continue };
        let both = Rc::new(Postings::all(&[first, second]));
        if !both.pages.is_empty() {
            alternatives.push(alternative(&format!("{left} {right}"), How::Split, weights::TYPO, both));
        }
    }
    Ok(meant)
}

/// Words that differ in up to three last letters, those with the longest common start: other
/// forms of a word whose own form the site lacks.
fn endings(index: &Index<'_>, text: &str) -> Result<Vec<String>, Error> {
    let Some(shard) = index.shard_of(text)? else { return Ok(Vec::new()) };
    let length = text.chars().count();
    let mut found: Vec<(usize, u32, String)> = Vec::new();
    for term in &shard.terms {
        let shared = text.chars().zip(term.text.chars()).take_while(|(a, b)| a == b).count();
        let plain = || term.text.chars().all(char::is_alphabetic);
        if shared >= 4 && shared + 3 >= length && term.text.chars().count() <= shared + 3 && plain() {
            found.push((shared, term.pages, term.text.clone()));
        }
    }
    // The terms are in order and the sort is stable.
    found.sort_by_key(|(shared, pages, _)| (std::cmp::Reverse(*shared), std::cmp::Reverse(*pages)));
    Ok(found.into_iter().take(ENDINGS).map(|(_, _, word)| word).collect())
}
