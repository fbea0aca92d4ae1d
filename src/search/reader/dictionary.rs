//! Terms and their posting lists, read from the files that a query needs.

use super::root::Root;
use super::store::Error;
use super::weights;
use crate::search::bytes::Bytes;
use crate::search::fold::compare;
use crate::search::posting::read_entry;
use std::rc::Rc;

/// A range of the dictionary, unpacked.
#[derive(Debug)]
pub(super) struct Shard {
    pub(super) terms: Vec<Term>,
    payload: Vec<u8>,
}

/// A term of a shard.
#[derive(Debug)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) class: u32,
    pub(super) pages: u32,
    start: usize,
    end: usize,
}

impl Shard {
    pub(super) fn read(payload: Vec<u8>, name: &str) -> Result<Self, Error> {
        let mut bytes = Bytes::new(&payload);
        let count = bytes.number() as usize;
        let mut terms: Vec<Term> = Vec::new();
        let mut text = String::new();
        let mut end = 0;
        for _ in 0..count {
            if bytes.is_empty() {
                return Err(Error::Damaged(name.into()));
            }
            truncate(&mut text, bytes.number() as usize);
            text.push_str(&bytes.string());
            let (class, pages, length) = (bytes.number(), bytes.number(), bytes.number() as usize);
            let start = end;
            end += length;
            terms.push(Term { text: text.clone(), class, pages, start, end });
        }
        let base = bytes.at();
        for term in &mut terms {
            term.start += base;
            term.end += base;
        }
        if base + end != payload.len() {
            return Err(Error::Damaged(name.into()));
        }
        Ok(Self { terms, payload })
    }

    /// The index of a term, or where it would stand.
    pub(super) fn find(&self, text: &str) -> Result<usize, usize> {
        self.terms.binary_search_by(|term| compare(&term.text, text))
    }

    /// A term's posting list, unpacked.
    pub(super) fn postings(&self, term: &Term, root: &Root) -> Postings {
        let bytes = self.payload.get(term.start..term.end).unwrap_or_default();
        Postings::read(bytes, root)
    }
}

/// A posting list: pages in order, each with its weighted frequency and where its entries start.
#[derive(Debug, Default)]
pub(super) struct Postings {
    pub(super) pages: Vec<u32>,
    pub(super) frequencies: Vec<f64>,
    pub(super) offsets: Vec<usize>,
    pub(super) bytes: Rc<Vec<u8>>,
}

impl Postings {
    fn read(list: &[u8], root: &Root) -> Self {
        let mut postings = Self { bytes: Rc::new(list.to_vec()), ..Self::default() };
        let mut bytes = Bytes::new(list);
        let mut next = 0u32;
        while !bytes.is_empty() {
            let page = next.saturating_add(bytes.number());
            if page as usize >= root.pages {
                break;
            }
            next = page + 1;
            postings.pages.push(page);
            postings.offsets.push(bytes.at());
            let (mut fixed, mut scaled) = (0.0, 0.0);
            loop {
                let entry = read_entry(&mut bytes, 0, |_| {});
                let weight = weights::field(entry.field) * f64::from(entry.count);
                if weights::is_scaled(entry.field) {
                    scaled += weight
                } else {
                    fixed += weight
                }
                if entry.last {
                    break;
                }
            }
            postings.frequencies.push(fixed + scaled / weights::length_norm(root.length(page)));
        }
        postings
    }

    /// The index of a page in the list.
    pub(super) fn find(&self, page: u32) -> Option<usize> {
        self.pages.binary_search(&page).ok()
    }

    /// Gives each occurrence in the page at `index`: section, field, position.
    pub(super) fn occurrences(&self, index: usize, mut found: impl FnMut(u32, u8, u32)) {
        let Some(&offset) = self.offsets.get(index) else { return };
        let mut bytes = Bytes::from(&self.bytes, offset);
        let mut section = 0;
        let mut positions = Vec::new();
        loop {
            positions.clear();
            let entry = read_entry(&mut bytes, section, |position| positions.push(position));
            section = entry.section;
            for &position in &positions {
                found(section, entry.field, position);
            }
            if entry.last {
                return;
            }
        }
    }

    /// The pages that all of several lists have, with the least of the frequencies and the
    /// entries of the first list: how a phrase of synonyms counts.
    pub(super) fn all(lists: &[Rc<Postings>]) -> Postings {
        let Some((first, rest)) = lists.split_first() else { return Self::default() };
        let mut out = Self { bytes: Rc::clone(&first.bytes), ..Self::default() };
        for ((&page, &frequency), &offset) in first.pages.iter().zip(&first.frequencies).zip(&first.offsets) {
            let least = rest.iter().try_fold(frequency, |least: f64, list| {
                let other = list.find(page).and_then(|index| list.frequencies.get(index).copied())?;
                Some(if other < least { other } else { least })
            });
            if let Some(least) = least {
                out.pages.push(page);
                out.frequencies.push(least);
                out.offsets.push(offset);
            }
        }
        out
    }
}

/// Cuts a string at a length that a damaged file may put inside a character.
pub(super) fn truncate(text: &mut String, length: usize) {
    let mut length = length.min(text.len());
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    text.truncate(length);
}
