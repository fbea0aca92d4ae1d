//! From the terms of each page to the pages of each term.

use crate::search::analyze::{Analyzed, TermHasher};
use crate::search::bytes::{Bytes, put};
use crate::search::fold::compare;
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

/// Collects the posting lists, sorted by term.
pub(super) fn invert(pages: &[Analyzed]) -> Vec<Term<'_>> {
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
    terms.sort_unstable_by(|a, b| compare(a.text, b.text));
    terms
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
