//! The words that a slip of the finger may be meant for, by length.
//!
//! ```text
//! number of words
//! for each: bytes shared with the word before, length and bytes of the rest,
//!           floor(log2(pages))
//! ```

use super::Files;
use super::invert::Term;
use super::terms::shared_prefix;
use crate::search::bytes::{put, put_str};
use crate::search::fold::is_unspaced;

/// Lengths in characters, inclusive, of the words in a file. A reader fetches only the files
/// whose lengths are within reach of the word to be mended.
const LENGTHS: [(usize, usize); 4] = [(3, 5), (6, 7), (8, 9), (10, 24)];
/// At most so many words in a file: rarer ones are left out beyond it.
const WORDS: usize = 8000;

/// A file's shortest and longest word, and its name.
pub(super) type Lengths = (usize, usize, String);

/// Writes the files.
pub(super) fn write(terms: &[Term], files: &mut Files<'_>) -> Vec<Lengths> {
    let names = files.add('s', &LENGTHS, |&(shortest, longest)| {
        let fits = |term: &&Term| (shortest..=longest).contains(&term.text.chars().count());
        payload(&terms.iter().filter(fits).filter(|term| is_plain(&term.text)).collect::<Vec<_>>())
    });
    LENGTHS.iter().zip(names).map(|(&(shortest, longest), name)| (shortest, longest, name)).collect()
}

fn is_plain(word: &str) -> bool {
    word.chars().all(|char| char.is_alphabetic() && !is_unspaced(char))
}

fn payload(words: &[&Term]) -> Vec<u8> {
    let mut least = 1;
    while words.iter().filter(|word| word.pages >= least).count() > WORDS {
        least += 1;
    }
    let words: Vec<_> = words.iter().filter(|word| word.pages >= least).collect();
    let mut out = Vec::new();
    put(&mut out, words.len() as u32);
    let mut before = "";
    for word in words {
        let shared = shared_prefix(before, &word.text);
        before = &word.text;
        put(&mut out, shared as u32);
        put_str(&mut out, word.text.get(shared..).unwrap_or_default());
        put(&mut out, word.pages.ilog2());
    }
    out
}
