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
    texts: RefCell<BTreeMap<usize, Rc<Vec<u8>>>>,
    coded: RefCell<Option<Rc<Vec<String>>>>,
    facets: RefCell<BTreeMap<String, Rc<Facet>>>,
}

/// Pages of each value of a facet, as gaps between their numbers.
pub(crate) type Facet = BTreeMap<String, Vec<u32>>;

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
    pub services: Vec<String>,
    pub alerts: Vec<String>,
    pub errors: Vec<String>,
    pub stale: bool,
    pub reviewed: Option<String>,
    pub fixed: Option<String>,
}

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text {
    /// Its description.
    pub description: String,
    /// Its sections, the first of number 1.
    pub sections: Vec<SectionText>,
}

/// What a section says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SectionText {
    /// Its heading.
    pub heading: String,
    /// The heading's anchor.
    pub anchor: Option<String>,
    /// Its prose.
    pub prose: String,
    /// Its code blocks.
    pub code: String,
}

impl Text {
    fn read(text: &str) -> Self {
        let mut parts = text.split_terminator('\0');
        let description = parts.next().unwrap_or_default().to_string();
        let section = |section: &str| {
            let mut parts = section.split('\u{1}').map(str::to_string);
            let heading = parts.next().unwrap_or_default();
            let anchor = match parts.next().unwrap_or_default() {
                anchor if anchor.is_empty() => None,
                anchor if anchor == "=" => Some(super::analyze::slug(&heading)),
                anchor => Some(anchor),
            };
            SectionText {
                heading,
                anchor,
                prose: parts.next().unwrap_or_default(),
                code: parts.next().unwrap_or_default(),
            }
        };
        Self { description, sections: parts.map(section).collect() }
    }

    /// The n-th section, from 1.
    pub fn section(&self, number: u32) -> SectionText {
        self.sections.get((number as usize).wrapping_sub(1)).cloned().unwrap_or_default()
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
            coded: RefCell::default(),
            facets: RefCell::default(),
        })
    }

    /// How many pages the index has.
    pub fn pages(&self) -> usize {
        self.root.pages
    }

    /// The synonyms of words and phrases.
    pub fn synonyms(&self) -> &BTreeMap<String, Vec<String>> {
        &self.root.synonyms
    }

    /// The words that carry no meaning.
    pub fn stop_words(&self) -> impl Iterator<Item = &str> + Clone {
        self.root.stop_words.iter().map(String::as_str)
    }

    /// A page's kind.
    pub fn kind(&self, page: u32) -> &str {
        self.root.kinds.get(usize::from(self.root.kind(page))).map_or("", String::as_str)
    }

    /// Whether a posting list is of a word whose positions are not kept.
    fn is_unplaced(&self, postings: &Postings) -> bool {
        postings.pages.len() > self.root.common
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

    /// The shards, two at most, that have the terms that start with `text`; for a stop word its own is enough.
    fn shards_from(&self, text: &str) -> Result<Vec<Rc<Shard>>, Error> {
        let first = self.range_of(text);
        let next = first.map_or(0, |number| number + 1);
        let further = self
            .root
            .terms
            .get(next)
            .filter(|(term, _)| term.starts_with(text) && !self.is_stop(text))
            .map(|_| next);
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
                let order = (distance, moved - i64::from(word.weight));
                found.push((order, word.chars.iter().collect::<String>()));
            }
        }
        // A word that the site lacks may have synonyms that it has.
        for word in self.root.synonyms.keys().filter(|word| !word.contains(' ')) {
            let other: Vec<char> = word.chars().collect();
            if (edit::letters(&other) ^ letters).count_ones() as usize > 2 * limit {
                continue;
            }
            let Some(distance) = edit::distance(&chars, &other, limit).filter(|distance| *distance > 0)
            else {
                continue;
            };
            if found.iter().all(|(_, known)| known != word) {
                let moved = if chars.first() == other.first() { 0 } else { 3 };
                found.push(((distance, moved), word.clone()));
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

    /// What a page says.
    pub fn text(&self, page: u32) -> Result<Text, Error> {
        let run = page as usize / self.root.texts_run.max(1);
        if !self.texts.borrow().contains_key(&run) {
            let name = self.root.texts.get(run).map(String::as_str).unwrap_or_default();
            self.texts.borrow_mut().insert(run, Rc::new(payload(self.store, name)?));
        }
        let texts = self.texts.borrow().get(&run).cloned().unwrap_or_default();
        let mut bytes = super::bytes::Bytes::new(&texts);
        for _ in 0..page as usize % self.root.texts_run.max(1) {
            let length = bytes.number() as usize;
            bytes.take(length);
        }
        let length = bytes.number() as usize;
        Ok(Text::read(&super::coding::decode(bytes.take(length), &self.coded_words()?)))
    }

    /// The words that texts have codes for.
    fn coded_words(&self) -> Result<Rc<Vec<String>>, Error> {
        if let Some(words) = self.coded.borrow().as_ref() {
            return Ok(Rc::clone(words));
        }
        let mut words = Vec::new();
        if !self.root.words.is_empty() {
            let payload = payload(self.store, &self.root.words)?;
            words = String::from_utf8_lossy(&payload).split(' ').map(str::to_string).collect();
        }
        let words = Rc::new(words);
        *self.coded.borrow_mut() = Some(Rc::clone(&words));
        Ok(words)
    }

    /// A facet; none of its values where no page has one.
    pub(crate) fn facet(&self, facet: &str) -> Result<Rc<Facet>, Error> {
        if let Some(values) = self.facets.borrow().get(facet) {
            return Ok(Rc::clone(values));
        }
        let Some(name) = self.root.facets.get(facet) else { return Ok(Rc::default()) };
        let values: Facet =
            serde_json::from_slice(&payload(self.store, name)?).map_err(|_| Error::Damaged(name.clone()))?;
        let values = Rc::new(values);
        self.facets.borrow_mut().insert(facet.to_string(), Rc::clone(&values));
        Ok(values)
    }
}

/// The payload of a file of the index.
fn payload(store: &dyn Store, name: &str) -> Result<Vec<u8>, Error> {
    unscript(&store.load(name)?).map_err(|_: Damage| Error::Damaged(format!("{name}.js")))
}
