//! From the terms of each page to the pages of each term.

use crate::search::analyze::{Analyzed, TermHasher};
use crate::search::bytes::{Bytes, put};
use crate::search::fold::compare;
use crate::search::posting::{Field, Occurrence, put_entries, read_entry};
use crate::search::stop;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// A term of the dictionary with its posting list.
#[derive(Debug)]
pub(super) struct Term<'a> {
    /// The term.
    pub(super) text: &'a str,
    /// How many pages have it.
    pub(super) pages: u32,
    /// The language of most of these pages.
    pub(super) lang: &'a str,
    /// Its posting list.
    pub(super) postings: Vec<u8>,
    next_page: u32,
    votes: u32,
}

/// Collects the posting lists, sorted by term. Those on more than `common` pages lose the
/// positions in prose and code.
pub(super) fn invert<'a>(pages: &'a [Analyzed<'_>], common: u32) -> Vec<Term<'a>> {
    let mut ids: HashMap<&str, usize, BuildHasherDefault<TermHasher>> = HashMap::default();
    let mut terms: Vec<Term<'_>> = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let number = number as u32;
        let lang = stop::primary(&page.page.lang);
        let mut bytes = Bytes::new(&page.terms);
        while !bytes.is_empty() {
            let length = bytes.number() as usize;
            let text = std::str::from_utf8(bytes.take(length)).unwrap_or_default();
            let length = bytes.number() as usize;
            let entries = bytes.take(length);
            let id = *ids.entry(text).or_insert_with(|| {
                terms.push(Term { text, pages: 0, lang, postings: Vec::new(), next_page: 0, votes: 0 });
                terms.len() - 1
            });
            if let Some(term) = terms.get_mut(id) {
                put(&mut term.postings, number - term.next_page);
                term.postings.extend_from_slice(entries);
                term.next_page = number + 1;
                term.pages += 1;
                term.vote(lang);
            }
        }
    }
    for term in terms.iter_mut().filter(|term| term.pages > common) {
        term.postings = unplaced(&term.postings);
    }
    // The order of bytes is quicker to tell, and the same but for the scripts that `compare` names.
    if terms.iter().all(|term| term.text.bytes().all(|byte| byte < 0xEE)) {
        terms.sort_unstable_by_key(|term| term.text);
    } else {
        terms.sort_unstable_by(|a, b| compare(a.text, b.text));
    }
    terms
}

/// A posting list with one entry at position 0 for each section's prose and code.
fn unplaced(postings: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(postings.len() / 2);
    let mut bytes = Bytes::new(postings);
    let mut occurrences: Vec<Occurrence> = Vec::new();
    while !bytes.is_empty() {
        put(&mut out, bytes.number());
        occurrences.clear();
        let mut section = 0;
        let mut positions = Vec::new();
        loop {
            positions.clear();
            let entry = read_entry(&mut bytes, section, |position| positions.push(position));
            section = entry.section;
            let field = Field::of(entry.field);
            if matches!(field, Field::Body | Field::Code) {
                positions.clear();
                positions.push(0);
            }
            occurrences.extend(positions.iter().map(|&position| (section, field, position)));
            if entry.last {
                break;
            }
        }
        put_entries(&mut out, &occurrences);
    }
    out
}

impl<'a> Term<'a> {
    /// Majority vote over the pages' languages in one pass (Boyer and Moore 1981).
    fn vote(&mut self, lang: &'a str) {
        if self.lang == lang {
            self.votes += 1;
        } else if self.votes == 0 {
            self.lang = lang;
            self.votes = 1;
        } else {
            self.votes -= 1;
        }
    }
}
