//! From the terms of each page to the pages of each term.

use crate::search::analyze::{Analyzed, TermHasher};
use crate::search::bytes::{Bytes, put};
use crate::search::fold::compare;
use crate::search::posting::{Field, Occurrence, put_entries, read_entry};
use crate::search::stop;
use rayon::prelude::*;
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
}

/// A term in a run of pages.
struct Part<'a> {
    text: &'a str,
    pages: u32,
    vote: Vote<'a>,
    /// The first page that has it, and the one after the last.
    first_page: u32,
    next_page: u32,
    /// The posting list without the gap before the first page.
    postings: Vec<u8>,
}

/// Runs of pages are inverted side by side. Their number does not depend on the machine, and so nor do the bytes.
const RUNS: usize = 8;
/// A run has at least so many pages.
const LEAST: usize = 256;

type Ids<'a> = HashMap<&'a str, usize, BuildHasherDefault<TermHasher>>;

/// Collects the posting lists, sorted by term. Those on more than `common` pages lose the
/// positions in prose and code.
pub(super) fn invert<'a>(pages: &'a [Analyzed<'_>], common: u32) -> Vec<Term<'a>> {
    let size = pages.len().div_ceil(RUNS).max(LEAST);
    let runs: Vec<Vec<Part<'a>>> = pages
        .par_chunks(size)
        .enumerate()
        .map(|(run, pages)| invert_run(pages, (run * size) as u32))
        .collect();
    let mut ids: Ids<'_> = HashMap::default();
    let mut terms: Vec<Vec<Part<'a>>> = Vec::new();
    for part in runs.into_iter().flatten() {
        let id = *ids.entry(part.text).or_insert_with(|| {
            terms.push(Vec::new());
            terms.len() - 1
        });
        if let Some(parts) = terms.get_mut(id) {
            parts.push(part);
        }
    }
    let mut terms: Vec<Term<'_>> = terms.into_par_iter().filter_map(|parts| joined(parts, common)).collect();
    // The order of bytes is quicker to tell, and the same but for the scripts that `compare` names.
    if terms.iter().all(|term| term.text.bytes().all(|byte| byte < 0xEE)) {
        terms.par_sort_unstable_by_key(|term| term.text);
    } else {
        terms.par_sort_unstable_by(|a, b| compare(a.text, b.text));
    }
    terms
}

fn invert_run<'a>(pages: &'a [Analyzed<'_>], start: u32) -> Vec<Part<'a>> {
    let mut ids: Ids<'_> = HashMap::default();
    let mut terms: Vec<Part<'_>> = Vec::new();
    for (number, page) in (start..).zip(pages) {
        let lang = stop::primary(&page.page.lang);
        let mut bytes = Bytes::new(&page.terms);
        while !bytes.is_empty() {
            let length = bytes.number() as usize;
            let text = std::str::from_utf8(bytes.take(length)).unwrap_or_default();
            let length = bytes.number() as usize;
            let entries = bytes.take(length);
            let id = *ids.entry(text).or_insert_with(|| {
                let vote = Vote { lang, count: 0 };
                terms.push(Part {
                    text,
                    pages: 0,
                    vote,
                    first_page: number,
                    next_page: number,
                    postings: Vec::new(),
                });
                terms.len() - 1
            });
            if let Some(term) = terms.get_mut(id) {
                if term.pages > 0 {
                    put(&mut term.postings, number - term.next_page);
                }
                term.postings.extend_from_slice(entries);
                term.next_page = number + 1;
                term.pages += 1;
                term.vote.add(lang, 1);
            }
        }
    }
    terms
}

/// A term out of its parts, which are in the order of their pages.
fn joined<'a>(parts: Vec<Part<'a>>, common: u32) -> Option<Term<'a>> {
    let first = parts.first()?;
    let (text, mut vote) = (first.text, Vote { lang: first.vote.lang, count: 0 });
    let pages = parts.iter().map(|part| part.pages).sum();
    let size: usize = parts.iter().map(|part| part.postings.len() + 5).sum();
    let mut postings = Vec::with_capacity(size);
    let mut next_page = 0;
    for part in parts {
        put(&mut postings, part.first_page - next_page);
        postings.extend_from_slice(&part.postings);
        next_page = part.next_page;
        vote.add(part.vote.lang, part.vote.count);
    }
    if pages > common {
        postings = unplaced(&postings);
    }
    Some(Term { text, pages, lang: vote.lang, postings })
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

/// A majority vote over the pages' languages in one pass (Boyer and Moore 1981).
#[derive(Clone, Copy)]
struct Vote<'a> {
    lang: &'a str,
    count: u32,
}

impl<'a> Vote<'a> {
    fn add(&mut self, lang: &'a str, count: u32) {
        if self.lang == lang {
            self.count += count;
        } else if self.count < count {
            *self = Self { lang, count: count - self.count };
        } else {
            self.count -= count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::search::SearchConfig;
    use crate::search::{Document, Section, analyze};

    /// Every page with its entries, read back from a posting list.
    fn pages(term: &Term<'_>) -> Vec<u32> {
        let mut bytes = Bytes::new(&term.postings);
        let (mut found, mut next) = (Vec::new(), 0);
        while !bytes.is_empty() {
            let page = next + bytes.number();
            found.push(page);
            next = page + 1;
            let mut section = 0;
            loop {
                let entry = read_entry(&mut bytes, section, |_| {});
                section = entry.section;
                if entry.last {
                    break;
                }
            }
        }
        found
    }

    #[test]
    fn runs_are_joined_to_one_list() {
        let page = |number: usize| Document {
            url: format!("{number}/"),
            lang: if number.is_multiple_of(3) { "de".into() } else { "en".into() },
            sections: vec![Section {
                text: format!("{} always", if number % 100 == 7 { "rare" } else { "other" }),
                ..Section::default()
            }],
            ..Document::default()
        };
        let count = LEAST * 3 + 5;
        let all: Vec<_> = (0..count).map(|number| analyze(&page(number), &SearchConfig::default())).collect();
        let terms = invert(&all, u32::MAX);
        let find = |text: &str| terms.iter().find(|term| term.text == text).unwrap();
        assert_eq!(pages(find("always")), (0..count as u32).collect::<Vec<_>>());
        assert_eq!(
            pages(find("rare")),
            (0..count as u32).filter(|number| number % 100 == 7).collect::<Vec<_>>()
        );
        assert_eq!(find("always").lang, "en");
        assert_eq!(find("rare").pages as usize, pages(find("rare")).len());
        assert!(terms.is_sorted_by(|a, b| a.text < b.text));
    }
}
