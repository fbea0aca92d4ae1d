//! The index, read: the same files, the same arithmetic and the same ranking as in the browser.

mod dictionary;
mod evidence;
mod filter;
mod plan;
mod root;
mod score;
pub mod store;
mod weights;

pub use plan::How;
pub use score::{Found, GroupReport, Hit, Parts, SectionHit};
pub use store::{Error, Store};

use super::bytes::{Damage, unscript};
use super::edit;
use super::fold::compare;
use super::writer::{FOLDER, FORMAT};
use dictionary::{Postings, Shard, Term};
use root::Root;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// An index and what has been read of it.
pub struct Index<'s> {
    store: &'s dyn Store,
    root: Root,
    shards: RefCell<BTreeMap<usize, Rc<Shard>>>,
    postings: RefCell<BTreeMap<String, Rc<Postings>>>,
    words: RefCell<BTreeMap<usize, Rc<Vec<Spelling>>>>,
    facts: RefCell<BTreeMap<usize, Rc<Vec<Facts>>>>,
    texts: RefCell<BTreeMap<usize, Rc<Vec<String>>>>,
    facets: RefCell<Option<Rc<Facets>>>,
}

/// Pages of each value of each facet.
pub(crate) type Facets = BTreeMap<String, BTreeMap<String, Vec<u32>>>;

/// A word that may be meant.
#[derive(Debug)]
struct Spelling {
    chars: Vec<char>,
    letters: u32,
    weight: u32,
}

/// What is shown of a page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Document")]
pub struct Facts {
    pub url: String,
    pub title: String,
    pub date: Option<String>,
    pub severity: Option<String>,
    pub version: Option<String>,
    pub package: Option<String>,
    pub audience: Option<String>,
    pub description: Option<String>,
    pub services: Vec<String>,
    pub tags: Vec<String>,
    pub alerts: Vec<String>,
    pub errors: Vec<String>,
    pub stale: bool,
    headings: Vec<HeadingFacts>,
}

/// A heading as stored: with its anchor, without one, or with the anchor that follows from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum HeadingFacts {
    Plain(String),
    Anchored(String, String),
    Bare((String,)),
}

impl Facts {
    /// Heading and anchor of the n-th section, from 1.
    pub fn section(&self, number: u32) -> (String, Option<String>) {
        match self.headings.get((number as usize).wrapping_sub(1)) {
            Some(HeadingFacts::Plain(heading)) => (heading.clone(), Some(super::writer::slug(heading))),
            Some(HeadingFacts::Anchored(heading, anchor)) => (heading.clone(), Some(anchor.clone())),
            Some(HeadingFacts::Bare((heading,))) => (heading.clone(), None),
            None => (String::new(), None),
        }
    }
}

impl<'s> Index<'s> {
    /// Reads the root of an index.
    pub fn open(store: &'s dyn Store) -> Result<Self, Error> {
        let root = Root::read(&payload(store, "root")?)?;
        Ok(Self {
            store,
            root,
            shards: RefCell::default(),
            postings: RefCell::default(),
            words: RefCell::default(),
            facts: RefCell::default(),
            texts: RefCell::default(),
            facets: RefCell::default(),
        })
    }

    /// How many pages the index has.
    pub fn pages(&self) -> usize {
        self.root.pages
    }

    /// A page's kind.
    pub fn kind(&self, page: u32) -> &str {
        self.root.kinds.get(usize::from(self.root.kind(page))).map_or("", String::as_str)
    }

    fn is_stop(&self, word: &str) -> bool {
        self.root.stop_words.contains(word)
    }

    fn shard(&self, number: usize) -> Result<Option<Rc<Shard>>, Error> {
        if let Some(shard) = self.shards.borrow().get(&number) {
            return Ok(Some(Rc::clone(shard)));
        }
        let Some((_, name)) = self.root.terms.get(number) else { return Ok(None) };
        let shard = Rc::new(Shard::read(payload(self.store, name)?, name)?);
        self.shards.borrow_mut().insert(number, Rc::clone(&shard));
        Ok(Some(shard))
    }

    /// The number of the shard whose range a term falls in.
    fn range_of(&self, text: &str) -> Option<usize> {
        self.root.terms.partition_point(|(first, _)| compare(first, text) != Ordering::Greater).checked_sub(1)
    }

    fn shard_of(&self, text: &str) -> Result<Option<Rc<Shard>>, Error> {
        self.range_of(text).map_or(Ok(None), |number| self.shard(number))
    }

    /// The shards, two at most, that have the terms that start with `text`.
    fn shards_from(&self, text: &str) -> Result<Vec<Rc<Shard>>, Error> {
        let first = self.range_of(text);
        let next = first.map_or(0, |number| number + 1);
        let further = self.root.terms.get(next).filter(|(term, _)| term.starts_with(text)).map(|_| next);
        let mut shards = Vec::new();
        for number in first.into_iter().chain(further) {
            shards.extend(self.shard(number)?);
        }
        Ok(shards)
    }

    fn postings(&self, shard: &Shard, term: &Term) -> Rc<Postings> {
        if let Some(postings) = self.postings.borrow().get(&term.text) {
            return Rc::clone(postings);
        }
        let postings = Rc::new(shard.postings(term, &self.root));
        self.postings.borrow_mut().insert(term.text.clone(), Rc::clone(&postings));
        postings
    }

    /// A term's posting list.
    fn term(&self, text: &str) -> Result<Option<Rc<Postings>>, Error> {
        let Some(shard) = self.shard_of(text)? else { return Ok(None) };
        let Some(term) = shard.find(text).ok().and_then(|at| shard.terms.get(at)) else { return Ok(None) };
        Ok(Some(self.postings(&shard, term)))
    }

    /// The pages that have all words of a phrase. Stop words say nothing and are passed over.
    fn all(&self, phrase: &str) -> Result<Option<Rc<Postings>>, Error> {
        let mut words: Vec<&str> = phrase.split(' ').collect();
        if words.iter().any(|word| !self.is_stop(word)) {
            words.retain(|word| !self.is_stop(word));
        }
        let mut lists = Vec::new();
        for word in words {
            let Some(postings) = self.term(word)? else { return Ok(None) };
            lists.push(postings);
        }
        Ok(match lists.as_slice() {
            [single] => Some(Rc::clone(single)),
            lists => Some(Rc::new(Postings::all(lists))),
        })
    }

    /// Words within `limit` edits of `text`, the likeliest first: few edits, then the first letter
    /// kept, then common ones.
    fn close(&self, text: &str, limit: usize) -> Result<Vec<(usize, String)>, Error> {
        let chars: Vec<char> = text.chars().collect();
        let letters = edit::letters(&chars);
        let (shortest, longest) = (chars.len().saturating_sub(limit), chars.len() + limit);
        let mut found = Vec::new();
        for (number, (from, to, _)) in self.root.spell.iter().enumerate() {
            if *from > longest || *to < shortest {
                continue;
            }
            for word in self.spellings(number)?.iter() {
                if (word.letters ^ letters).count_ones() as usize > 2 * limit {
                    continue;
                }
                let Some(distance) = edit::distance(&chars, &word.chars, limit) else { continue };
                if distance == 0 {
                    continue;
                }
                let moved = if chars.first() == word.chars.first() { 0 } else { 3 };
                let order = (distance, i64::from(moved) - i64::from(word.weight));
                found.push((order, word.chars.iter().collect::<String>()));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| compare(&a.1, &b.1)));
        Ok(found.into_iter().map(|((distance, _), word)| (distance, word)).collect())
    }

    fn spellings(&self, number: usize) -> Result<Rc<Vec<Spelling>>, Error> {
        if let Some(words) = self.words.borrow().get(&number) {
            return Ok(Rc::clone(words));
        }
        let name = self.root.spell.get(number).map(|(_, _, name)| name.as_str()).unwrap_or_default();
        let payload = payload(self.store, name)?;
        let mut bytes = super::bytes::Bytes::new(&payload);
        let mut words = Vec::new();
        let mut text = String::new();
        for _ in 0..bytes.number() {
            if bytes.is_empty() {
                return Err(Error::Damaged(name.into()));
            }
            dictionary::truncate(&mut text, bytes.number() as usize);
            text.push_str(&bytes.string());
            let chars: Vec<char> = text.chars().collect();
            words.push(Spelling { letters: edit::letters(&chars), chars, weight: bytes.number() });
        }
        let words = Rc::new(words);
        self.words.borrow_mut().insert(number, Rc::clone(&words));
        Ok(words)
    }

    /// What is shown of a page.
    pub fn facts(&self, page: u32) -> Result<Facts, Error> {
        let run = page as usize / self.root.facts_run.max(1);
        if !self.facts.borrow().contains_key(&run) {
            let name = self.root.facts.get(run).map(String::as_str).unwrap_or_default();
            let facts = serde_json::from_slice(&payload(self.store, name)?)
                .map_err(|_| Error::Damaged(name.to_string()))?;
            self.facts.borrow_mut().insert(run, Rc::new(facts));
        }
        let facts = self.facts.borrow().get(&run).cloned().unwrap_or_default();
        Ok(facts.get(page as usize % self.root.facts_run.max(1)).cloned().unwrap_or_default())
    }

    /// The texts of a page's sections: prose and code of each.
    pub fn texts(&self, page: u32) -> Result<Vec<(String, String)>, Error> {
        let run = page as usize / self.root.texts_run.max(1);
        if !self.texts.borrow().contains_key(&run) {
            let name = self.root.texts.get(run).map(String::as_str).unwrap_or_default();
            let text = String::from_utf8_lossy(&payload(self.store, name)?).into_owned();
            let texts = text.split('\u{2}').map(str::to_string).collect();
            self.texts.borrow_mut().insert(run, Rc::new(texts));
        }
        let texts = self.texts.borrow().get(&run).cloned().unwrap_or_default();
        let text =
            texts.get(page as usize % self.root.texts_run.max(1)).map(String::as_str).unwrap_or_default();
        Ok(text
            .split_terminator('\0')
            .map(|section| section.split_once('\u{1}').unwrap_or((section, "")))
            .map(|(text, code)| (text.to_string(), code.to_string()))
            .collect())
    }

    pub(crate) fn facets(&self) -> Result<Rc<Facets>, Error> {
        if let Some(facets) = self.facets.borrow().as_ref() {
            return Ok(Rc::clone(facets));
        }
        let name = &self.root.facets;
        let facets: Facets =
            serde_json::from_slice(&payload(self.store, name)?).map_err(|_| Error::Damaged(name.clone()))?;
        let facets = Rc::new(facets);
        *self.facets.borrow_mut() = Some(Rc::clone(&facets));
        Ok(facets)
    }
}

/// The payload of a file of the index.
fn payload(store: &dyn Store, name: &str) -> Result<Vec<u8>, Error> {
    unscript(&store.load(name)?).map_err(|_: Damage| Error::Damaged(format!("{name}.js")))
}
