//! From the terms of each page to the pages of each term.

use crate::search::analyze::{Analyzed, TermHasher};
use crate::search::bytes::{Bytes, put, size};
use crate::search::fold::compare;
use crate::search::posting::{Field, skip_entry};
use crate::search::stop;
use hashbrown::HashTable;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::ops::Range;
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

/// A run of pages, inverted. Terms and lists stand in two buffers: a text and a list of its own for each would be most of
/// the memory of a build.
struct Run {
    texts: String,
    /// Its terms, sorted.
    parts: Vec<Part>,
    postings: Vec<u8>,
}

/// A term in a run of pages.
#[derive(Clone)]
struct Part {
    /// Where its text is.
    text: Range<u32>,
    pages: u32,
    /// The first page that has it, and the one after the last.
    first_page: u32,
    next_page: u32,
    /// Where its posting list is, which lacks the gap before the first page.
    postings: Range<usize>,
    vote: Vote,
}

impl Run {
    fn text(&self, part: &Part) -> &str {
        slice(&self.texts, part)
    }
}

fn slice<'a>(texts: &'a str, part: &Part) -> &'a str {
    texts.get(part.text.start as usize..part.text.end as usize).unwrap_or_default()
}

/// Runs of pages are inverted side by side. Their number does not depend on the machine, and so nor do the bytes.
const RUNS: usize = 8;
/// A run has at least so many pages.
const LEAST: usize = 256;
/// The runs' terms are joined side by side in about so many ranges of the dictionary.
const RANGES: usize = 32;

type Order = fn(&str, &str) -> Ordering;

/// Collects the posting lists, sorted by term. Those on more than `common` pages lose the positions in prose and code.
/// The pages' own lists are taken from them run by run, since both together would be most of the memory.
pub(super) fn invert(pages: &mut [Analyzed], common: u32) -> Vec<Term> {
    let size = pages.len().div_ceil(RUNS).max(LEAST);
    let mut langs: Vec<Arc<str>> = Vec::new();
    for page in pages.iter() {
        let lang = stop::primary(&page.page.lang);
        if number_of(&langs, lang).is_none() {
            langs.push(lang.into());
        }
    }
    let runs: Vec<Run> = pages
        .par_chunks_mut(size)
        .enumerate()
        .map(|(run, pages)| invert_run(pages, (run * size) as u32, &langs))
        .collect();
    let texts: Vec<&str> = runs.iter().map(|run| run.texts.as_str()).collect();
    let order = order(&texts);
    // Each range of terms ends before a term of the run that has most of them.
    let most = runs.iter().max_by_key(|run| run.parts.len());
    let ends = most.into_iter().flat_map(|run| {
        let step = run.parts.len().div_ceil(RANGES).max(1);
        run.parts.iter().step_by(step).map(|part| Some(run.text(part)))
    });
    let ends: Vec<Option<&str>> = ends.chain([None]).collect();
    let starts = std::iter::once(None).chain(ends.iter().copied());
    let ranges: Vec<(Option<&str>, Option<&str>)> = starts.zip(ends.iter().copied()).collect();
    let merge = |(start, end)| merge(&runs, order, start, end);
    ranges
        .into_par_iter()
        .flat_map_iter(merge)
        .map(|(text, parts)| joined(text, &parts, &langs, common))
        .collect()
}

/// The order of terms. That of bytes is quicker to tell, and the same but for the scripts that [`compare`] names.
fn order(texts: &[&str]) -> Order {
    if texts.iter().all(|text| text.bytes().all(|byte| byte < 0xEE)) { Ord::cmp } else { compare }
}

fn invert_run(pages: &mut [Analyzed], start: u32, langs: &[Arc<str>]) -> Run {
    let mut texts = String::new();
    let mut numbers: HashTable<u32> = HashTable::new();
    let mut parts: Vec<Part> = Vec::new();
    // The number of each page's terms, one page behind the other.
    let mut found: Vec<u32> = Vec::new();
    // First what there is and how long the lists become.
    for (number, page) in (start..).zip(pages.iter()) {
        let lang = number_of(langs, stop::primary(&page.page.lang)).unwrap_or(0);
        each_term(&page.terms, |text, entries| {
            let own = |&number: &u32| parts.get(number as usize).map_or("", |part| slice(&texts, part));
            let hash = TermHasher::hash(text);
            match numbers.find(hash, |number| own(number) == text) {
                Some(&id) => {
                    found.push(id);
                    let Some(part) = parts.get_mut(id as usize) else { return };
                    part.postings.end += size(number - part.next_page) + entries.len();
                    part.next_page = number + 1;
                    part.pages += 1;
                    part.vote.add(lang, 1);
                }
                None => {
                    let id = parts.len() as u32;
                    numbers.insert_unique(hash, id, |number| TermHasher::hash(own(number)));
                    found.push(id);
                    let from = texts.len() as u32;
                    texts.push_str(text);
                    parts.push(Part {
                        text: from..texts.len() as u32,
                        pages: 1,
                        first_page: number,
                        next_page: number + 1,
                        postings: 0..entries.len(),
                        vote: Vote { lang, count: 1 },
                    });
                }
            }
        });
    }
    drop(numbers);
    let mut total = 0;
    for part in &mut parts {
        let length = part.postings.end;
        part.postings = total..total;
        total += length;
    }
    // Then the lists.
    let mut postings = vec![0; total];
    let mut found = found.into_iter();
    let mut gap = Vec::new();
    for (number, page) in (start..).zip(pages) {
        each_term(&std::mem::take(&mut page.terms), |_, entries| {
            let Some(part) = found.next().and_then(|id| parts.get_mut(id as usize)) else { return };
            gap.clear();
            if number != part.first_page {
                put(&mut gap, number - part.next_page);
            }
            for bytes in [gap.as_slice(), entries] {
                let end = part.postings.end + bytes.len();
                if let Some(place) = postings.get_mut(part.postings.end..end) {
                    place.copy_from_slice(bytes);
                }
                part.postings.end = end;
            }
            part.next_page = number + 1;
        });
    }
    let order = order(&[&texts]);
    parts.sort_unstable_by(|a, b| order(slice(&texts, a), slice(&texts, b)));
    Run { texts, parts, postings }
}

/// Calls `found` for each of a page's terms, with its entries.
fn each_term(terms: &[u8], mut found: impl FnMut(&str, &[u8])) {
    let mut bytes = Bytes::new(terms);
    while !bytes.is_empty() {
        let length = bytes.number() as usize;
        let text = std::str::from_utf8(bytes.take(length)).unwrap_or_default();
        let length = bytes.number() as usize;
        found(text, bytes.take(length));
    }
}

/// The number of a language; a site has few.
fn number_of(langs: &[Arc<str>], name: &str) -> Option<u16> {
    langs.iter().position(|lang| **lang == *name).map(|number| number as u16)
}

/// The terms of all runs from `start` to before `end`, each with its parts in the order of their pages.
fn merge<'a>(
    runs: &'a [Run],
    order: Order,
    start: Option<&str>,
    end: Option<&str>,
) -> impl Iterator<Item = (&'a str, Vec<(&'a Run, &'a Part)>)> {
    let heads = runs.iter().map(|run| {
        let until = |bound: &str| run.parts.partition_point(|part| order(run.text(part), bound).is_lt());
        let range = start.map_or(0, until)..end.map_or(run.parts.len(), until);
        (run, run.parts.get(range).unwrap_or_default())
    });
    let mut heads: Vec<(&Run, &[Part])> = heads.collect();
    std::iter::from_fn(move || {
        let texts = heads.iter().filter_map(|(run, parts)| Some(run.text(parts.first()?)));
        let text = texts.min_by(|a, b| order(a, b))?;
        let mut parts = Vec::new();
        for (run, rest) in &mut heads {
            if let Some((part, after)) = rest.split_first().filter(|(part, _)| run.text(part) == text) {
                parts.push((*run, part));
                *rest = after;
            }
        }
        Some((text, parts))
    })
}

/// A term out of its parts.
fn joined(text: &str, parts: &[(&Run, &Part)], langs: &[Arc<str>], common: u32) -> Term {
    let mut vote =
        parts.first().map_or(Vote { lang: 0, count: 0 }, |(_, part)| Vote { count: 0, ..part.vote });
    parts.iter().for_each(|(_, part)| vote.add(part.vote.lang, part.vote.count));
    let lang = langs.get(usize::from(vote.lang)).cloned().unwrap_or_default();
    let pages = parts.iter().map(|(_, part)| part.pages).sum();
    let length: usize = parts.iter().map(|(_, part)| part.postings.len() + 5).sum();
    let mut postings = Vec::with_capacity(length);
    let mut next_page = 0;
    for (run, part) in parts {
        put(&mut postings, part.first_page - next_page);
        postings.extend_from_slice(run.postings.get(part.postings.clone()).unwrap_or_default());
        next_page = part.next_page;
    }
    if pages > common {
        postings = unplaced(&postings);
    }
    postings.shrink_to_fit();
    Term { text: text.into(), pages, lang, postings }
}

/// A posting list with one entry at position 0 for each section's prose and code.
fn unplaced(postings: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(postings.len() / 2);
    let mut bytes = Bytes::new(postings);
    while !bytes.is_empty() {
        put(&mut out, bytes.number());
        loop {
            let start = bytes.at();
            let entry = skip_entry(&mut bytes);
            if matches!(Field::of(entry.field), Field::Body | Field::Code) {
                put(&mut out, entry.head_of_one());
                put(&mut out, 0);
            } else {
                out.extend_from_slice(postings.get(start..bytes.at()).unwrap_or_default());
            }
            if entry.last {
                break;
            }
        }
    }
    out
}

/// A majority vote over the pages' languages in one pass (Boyer and Moore 1981).
#[derive(Clone, Copy)]
struct Vote {
    /// Number of the language.
    lang: u16,
    count: u32,
}

impl Vote {
    fn add(&mut self, lang: u16, count: u32) {
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
    use crate::search::posting::read_entry;
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
    fn common_terms_lose_their_places_in_prose_and_code() {
        use crate::search::posting::put_entries;
        let mut list = vec![5];
        let found = [
            (0, Field::Title, 1),
            (0, Field::Title, 4),
            (1, Field::Body, 7),
            (1, Field::Body, 9),
            (3, Field::Code, 300),
        ];
        put_entries(&mut list, &found);
        let mut expected = vec![5];
        put_entries(
            &mut expected,
            &[(0, Field::Title, 1), (0, Field::Title, 4), (1, Field::Body, 0), (3, Field::Code, 0)],
        );
        let twice = |list: &[u8]| [list, list].concat();
        assert_eq!(unplaced(&twice(&list)), twice(&expected));
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
            (0..count).map(|number| analyze(&page(number), &SearchConfig::default()).0).collect();
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
