//! From the terms of each page to the pages of each term.

use crate::search::analyze::{Analyzed, TermHasher};
use crate::search::bytes::{Bytes, put};
use crate::search::fold::compare;
use crate::search::posting::{Field, Occurrence, put_entries, read_entry};
use crate::search::stop;
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// A term of the dictionary with its posting list.
#[derive(Debug)]
pub(super) struct Term {
    /// The term.
    pub(super) text: Box<str>,
    /// How many pages have it.
    pub(super) pages: u32,
    /// The language of most of these pages.
    pub(super) lang: Arc<str>,
    /// Its posting list.
    pub(super) postings: Vec<u8>,
}

/// A term in a run of pages.
struct Part {
    pages: u32,
    vote: Vote,
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

type ByTerm<T> = HashMap<Box<str>, T, BuildHasherDefault<TermHasher>>;

/// Collects the posting lists, sorted by term. Those on more than `common` pages lose the positions in prose and code.
/// The pages' own lists are taken from them one after the other, since both together would be most of the memory.
pub(super) fn invert(pages: &mut [Analyzed<'_>], common: u32) -> Vec<Term> {
    let size = pages.len().div_ceil(RUNS).max(LEAST);
    let runs: Vec<ByTerm<Part>> = pages
        .par_chunks_mut(size)
        .enumerate()
        .map(|(run, pages)| invert_run(pages, (run * size) as u32))
        .collect();
    let mut parts: ByTerm<Vec<Part>> = HashMap::default();
    for (text, part) in runs.into_iter().flatten() {
        parts.entry(text).or_default().push(part);
    }
    let mut terms: Vec<Term> =
        parts.into_par_iter().filter_map(|(text, parts)| joined(text, parts, common)).collect();
    // The order of bytes is quicker to tell, and the same but for the scripts that `compare` names.
    if terms.iter().all(|term| term.text.bytes().all(|byte| byte < 0xEE)) {
        terms.par_sort_unstable_by(|a, b| a.text.cmp(&b.text));
    } else {
        terms.par_sort_unstable_by(|a, b| compare(&a.text, &b.text));
    }
    terms
}

fn invert_run(pages: &mut [Analyzed<'_>], start: u32) -> ByTerm<Part> {
    let mut terms: ByTerm<Part> = HashMap::default();
    let mut lang: Arc<str> = Arc::from("");
    for (number, page) in (start..).zip(pages) {
        let own = stop::primary(&page.page.lang);
        if *lang != *own {
            lang = own.into();
        }
        let list = std::mem::take(&mut page.terms);
        let mut bytes = Bytes::new(&list);
        while !bytes.is_empty() {
            let length = bytes.number() as usize;
            let text = std::str::from_utf8(bytes.take(length)).unwrap_or_default();
            let length = bytes.number() as usize;
            let entries = bytes.take(length);
            match terms.get_mut(text) {
                Some(part) => {
                    put(&mut part.postings, number - part.next_page);
                    part.postings.extend_from_slice(entries);
                    part.next_page = number + 1;
                    part.pages += 1;
                    part.vote.add(&lang, 1);
                }
                None => {
                    let vote = Vote { lang: lang.clone(), count: 1 };
                    let (first_page, next_page) = (number, number + 1);
                    terms.insert(
                        text.into(),
                        Part { pages: 1, vote, first_page, next_page, postings: entries.to_vec() },
                    );
                }
            }
        }
    }
    terms
}

/// A term out of its parts, which are in the order of their pages.
fn joined(text: Box<str>, parts: Vec<Part>, common: u32) -> Option<Term> {
    let mut vote = Vote { lang: parts.first()?.vote.lang.clone(), count: 0 };
    let pages = parts.iter().map(|part| part.pages).sum();
    let size: usize = parts.iter().map(|part| part.postings.len() + 5).sum();
    let mut postings = Vec::with_capacity(size);
    let mut next_page = 0;
    for part in parts {
        put(&mut postings, part.first_page - next_page);
        postings.extend_from_slice(&part.postings);
        next_page = part.next_page;
        vote.add(&part.vote.lang, part.vote.count);
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
struct Vote {
    lang: Arc<str>,
    count: u32,
}

impl Vote {
    fn add(&mut self, lang: &Arc<str>, count: u32) {
        if self.lang == *lang {
            self.count += count;
        } else if self.count < count {
            *self = Self { lang: lang.clone(), count: count - self.count };
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
    fn pages(term: &Term) -> Vec<u32> {
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
        let mut all: Vec<_> =
            (0..count).map(|number| analyze(&page(number), &SearchConfig::default())).collect();
        let terms = invert(&mut all, u32::MAX);
        let find = |text: &str| terms.iter().find(|term| *term.text == *text).unwrap();
        assert_eq!(pages(find("always")), (0..count as u32).collect::<Vec<_>>());
        assert_eq!(
            pages(find("rare")),
            (0..count as u32).filter(|number| number % 100 == 7).collect::<Vec<_>>()
        );
        assert_eq!(&*find("always").lang, "en");
        assert_eq!(find("rare").pages as usize, pages(find("rare")).len());
        assert!(terms.is_sorted_by(|a, b| a.text < b.text));
    }
}
