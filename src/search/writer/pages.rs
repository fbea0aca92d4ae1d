//! What is shown of pages: facts, texts, facets.

use super::Files;
use crate::search::analyze::{Analyzed, Page};
use crate::search::bytes::put;
use crate::search::coding::{Coder, learn};
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

/// What is shown of a page's sections, or where that is kept: all pages' texts at once are as large as the site.
pub trait Text: Sync {
    /// Bytes of the text.
    fn length(&self) -> usize;
    /// The blake3 hash of the text.
    fn hash(&self) -> [u8; 32];
    /// The text.
    fn read(&self) -> io::Result<Cow<'_, str>>;
}

impl Text for String {
    fn length(&self) -> usize {
        self.len()
    }

    fn hash(&self) -> [u8; 32] {
        blake3::hash(self.as_bytes()).into()
    }

    fn read(&self) -> io::Result<Cow<'_, str>> {
        Ok(Cow::Borrowed(self))
    }
}

/// How pages are cut into runs, each run with a file of facts and one of texts.
#[derive(Debug)]
pub(super) struct Runs {
    /// Pages in a file of facts.
    pub(super) facts_run: usize,
    /// Names of the files of facts.
    pub(super) facts: Vec<String>,
    /// Pages in a file of texts.
    pub(super) texts_run: usize,
    /// Names of the files of texts.
    pub(super) texts: Vec<String>,
    /// Name of the file of words that have a code in texts; empty if none have.
    pub(super) words: String,
}

/// About so many files of facts, and as many of texts, at most.
const FILES: usize = 128;
/// Changes with the way that texts are coded, since their files are named by what they were coded from.
const CODING: u8 = 2;
/// So many pages are enough to learn words from.
const SAMPLE: usize = 1500;
/// Below so many bytes of text in all, codes for words save less than their file costs.
const CODED: usize = 1 << 20;

/// Writes facts and texts. It fails where a text can't be read.
pub(super) fn write<T: Text>(pages: &[Analyzed], all: &[T], files: &mut Files<'_>) -> io::Result<Runs> {
    let facts_run = pages.len().div_ceil(FILES).max(24);
    let texts_run = pages.len().div_ceil(FILES).max(8);
    let words = if all.iter().map(Text::length).sum::<usize>() < CODED {
        Vec::new()
    } else {
        let step = all.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<&T> = all.iter().step_by(step).collect();
        learn(&sample.into_par_iter().map(Text::read).collect::<io::Result<Vec<_>>>()?)
    };
    let coder = Coder::new(&words);
    let runs: Vec<&[Analyzed]> = pages.chunks(facts_run).collect();
    let facts = files.add('d', &runs, |run| {
        let facts: Vec<Value> = run.iter().map(|page| facts(&page.page)).collect();
        Value::Array(facts).to_string().into_bytes()
    });
    let runs: Vec<&[T]> = all.chunks(texts_run).collect();
    let word_file: &[Vec<String>] = if words.is_empty() { &[] } else { std::slice::from_ref(&words) };
    let word_file = files.add('w', word_file, |words| words.join(" ").into_bytes());
    let words = word_file.into_iter().next().unwrap_or_default();
    // The same texts and the same codes: the same file.
    let hash = |run: &&[T]| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[CODING]).update(words.as_bytes());
        run.iter().for_each(|text| {
            hasher.update(&text.hash());
        });
        hasher.finalize()
    };
    let unreadable: Mutex<Option<io::Error>> = Mutex::default();
    let texts = files.add_by('x', &runs, hash, |run| {
        texts(run, &coder).unwrap_or_else(|error| {
            *unreadable.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            Vec::new()
        })
    });
    match unreadable.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(Runs { facts_run, facts, texts_run, texts, words }),
    }
}

/// The coded texts of a run of pages, each with its length.
fn texts(run: &[impl Text], coder: &Coder) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut coded = Vec::new();
    for text in run {
        coded.clear();
        coder.encode(&text.read()?, &mut coded);
        put(&mut out, coded.len() as u32);
        out.extend_from_slice(&coded);
    }
    Ok(out)
}

/// A page's facts; what is absent or as usual is left out.
fn facts(page: &Page) -> Value {
    let mut out = Map::new();
    out.insert("url".into(), json!(page.url));
    out.insert("title".into(), json!(page.title));
    let texts = [
        ("date", &page.date),
        ("severity", &page.severity),
        ("version", &page.version),
        ("package", &page.package),
        ("audience", &page.audience),
        ("reviewed", &page.reviewed),
        ("fixed", &page.fixed),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            out.insert(key.into(), json!(value));
        }
    }
    for (key, values) in [("services", &page.services), ("alerts", &page.alerts), ("errors", &page.errors)] {
        if !values.is_empty() {
            out.insert(key.into(), json!(values));
        }
    }
    if page.stale {
        out.insert("stale".into(), json!(true));
    }
    Value::Object(out)
}

/// Writes which pages have which value of a facet, a file a facet: `{"checkout": [3, 0, 7]}` with
/// the gaps between the pages' numbers. The files' names by facet.
pub(super) fn write_facets(pages: &[Analyzed], files: &mut Files<'_>) -> BTreeMap<String, String> {
    let mut facets: BTreeMap<&str, BTreeMap<String, Vec<u32>>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let number = number as u32;
        let page = &page.page;
        let mut add = |facet: &'static str, value: &str| {
            let values = facets.entry(facet).or_default().entry(value.to_string()).or_default();
            if values.last() != Some(&number) {
                values.push(number);
            }
        };
        let single = [
            ("severity", &page.severity),
            ("version", &page.version),
            ("package", &page.package),
            ("audience", &page.audience),
            ("date", &page.date),
        ];
        for (facet, value) in single {
            if let Some(value) = value {
                add(facet, value);
            }
        }
        if let Some(year) = page.date.as_deref().and_then(|date| date.get(..4)) {
            add("year", year);
        }
        for (facet, values) in [("service", &page.services), ("tag", &page.tags), ("alert", &page.alerts)] {
            for value in values {
                add(facet, value);
            }
        }
        add("lang", &page.lang);
        if page.stale {
            add("is", "stale");
        }
        if page.open {
            add("is", "open");
        }
    }
    let values: Vec<&BTreeMap<String, Vec<u32>>> = facets.values().collect();
    let names = files.add('f', &values, |values| {
        let values: Map<String, Value> =
            values.iter().map(|(value, numbers)| (value.clone(), json!(gaps(numbers)))).collect();
        Value::Object(values).to_string().into_bytes()
    });
    facets.into_keys().map(str::to_string).zip(names).collect()
}

fn gaps(numbers: &[u32]) -> Vec<u32> {
    let mut next = 0;
    numbers
        .iter()
        .map(|&number| {
            let gap = number - next;
            next = number + 1;
            gap
        })
        .collect()
}
