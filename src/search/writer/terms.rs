//! The dictionary and its posting lists, cut into files by ranges of terms.
//!
//! ```text
//! number of terms
//! for each term, in order of its bytes:
//!   bytes shared with the term before, length and bytes of the rest
//!   stem class (0 for none), pages, length of the posting list
//! the posting lists
//! ```
//!
//! Words of one stem have one class within a file, so that the reader needs no stemmer. Files
//! are cut between terms that differ in their first three letters wherever that is possible,
//! since stemmers change the ends of words: a class is then never cut in two.

use super::Files;
use super::invert::Term;
use crate::search::bytes::{put, put_str};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeMap;

/// About so many files, if the site is large enough for as many.
const FILES: usize = 520;
/// A file is closed when its payload has grown to this, at least.
const SMALLEST: usize = 8 * 1024;

/// A file's first term and name.
pub(super) type Range = (String, String);

/// Writes the files; their first terms and names, in order.
pub(super) fn write(terms: &[Term], files: &mut Files<'_>) -> Vec<Range> {
    let stemmers = Stemmers::new(terms);
    let ranges = cut(terms);
    let names = files.add('t', &ranges, |range| payload(range, &stemmers));
    let first = |range: &&[Term]| range.first().map(|term| term.text.to_string()).unwrap_or_default();
    ranges.iter().map(first).zip(names).collect()
}

fn cut(terms: &[Term]) -> Vec<&[Term]> {
    let cost = |term: &Term| term.text.len() / 2 + 4 + term.postings.len();
    let full = (terms.iter().map(cost).sum::<usize>() / FILES).max(SMALLEST);
    let mut ranges = Vec::new();
    let mut rest = terms;
    while !rest.is_empty() {
        let mut size = 0;
        let mut before = "";
        let end = rest.iter().position(|term| {
            let same = head(before) == head(&term.text);
            let closed = size >= full * 5 / 4 || size >= full && !same;
            before = &term.text;
            size += cost(term);
            closed
        });
        let (range, tail) = rest.split_at(end.unwrap_or(rest.len()).max(1).min(rest.len()));
        ranges.push(range);
        rest = tail;
    }
    ranges
}

/// The first three letters.
fn head(term: &str) -> &str {
    term.char_indices().nth(3).and_then(|(end, _)| term.get(..end)).unwrap_or(term)
}

fn payload(terms: &[Term], stemmers: &Stemmers) -> Vec<u8> {
    let mut classes: BTreeMap<(&str, String), (u32, u32)> = BTreeMap::new();
    let stems: Vec<Option<(&str, String)>> =
        terms.iter().map(|term| stemmers.stem(term).map(|stem| (&*term.lang, stem))).collect();
    for stem in stems.iter().flatten() {
        classes.entry(stem.clone()).or_default().0 += 1;
    }
    let mut numbers = 0;
    let mut out = Vec::new();
    put(&mut out, terms.len() as u32);
    let mut before = "";
    for (term, stem) in terms.iter().zip(&stems) {
        let shared = shared_prefix(before, &term.text);
        before = &term.text;
        put(&mut out, shared as u32);
        put_str(&mut out, term.text.get(shared..).unwrap_or_default());
        let class = stem.as_ref().and_then(|stem| classes.get_mut(stem)).filter(|(members, _)| *members > 1);
        put(
            &mut out,
            class.map_or(0, |(_, number)| {
                if *number == 0 {
                    numbers += 1;
                    *number = numbers;
                }
                *number
            }),
        );
        put(&mut out, term.pages);
        put(&mut out, term.postings.len() as u32);
    }
    for term in terms {
        out.extend_from_slice(&term.postings);
    }
    out
}

/// How many bytes two strings share at their start, at a character boundary.
pub(super) fn shared_prefix(a: &str, b: &str) -> usize {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=shared).rev().find(|&at| b.is_char_boundary(at)).unwrap_or(0)
}

/// A stemmer for each language of the dictionary that has one.
struct Stemmers(BTreeMap<String, Stemmer>);

impl Stemmers {
    fn new(terms: &[Term]) -> Self {
        let mut stemmers = BTreeMap::new();
        for term in terms {
            if !stemmers.contains_key(&*term.lang)
                && let Some(algorithm) = algorithm(&term.lang)
            {
                stemmers.insert(term.lang.to_string(), Stemmer::create(algorithm));
            }
        }
        Self(stemmers)
    }

    /// The stem of a plain word.
    fn stem(&self, term: &Term) -> Option<String> {
        let stemmer = self.0.get(&*term.lang)?;
        let plain = term.text.chars().count() >= 3 && term.text.chars().all(char::is_alphabetic);
        plain.then(|| stemmer.stem(&term.text).into_owned())
    }
}

fn algorithm(lang: &str) -> Option<Algorithm> {
    Some(match lang {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}
