//! A document to what the index needs of it. Pure and per page, so that it runs in parallel
//! and is kept between builds.

use super::bytes::{put, put_str};
use super::document::Document;
use super::posting::{Field, Occurrence, put_entries};
use super::stop;
use super::token::{Compound, Token, tokens};
use crate::config::search::SearchConfig;
use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use std::hash::Hasher;

/// Most pages have no more different terms than this.
const USUAL_TERMS: usize = 400;

/// Positions between two texts in one field, so that no phrase runs from one into the other.
const GAP: u32 = 16;

/// A page, ready for the index but for what is shown of its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analyzed {
    /// What is shown of it and filtered by.
    pub page: Page,
    /// Its terms with their entries: for each term its text and its entries, both with length.
    #[serde(with = "as_bytes")]
    pub terms: Vec<u8>,
    /// How many tokens its sections have.
    pub length: u32,
    /// How many tokens its title has.
    pub title_length: u32,
}

/// Bytes as a whole: by itself serde goes through them one by one.
mod as_bytes {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        <&[u8]>::deserialize(deserializer).map(<[u8]>::to_vec)
    }
}

/// What is shown of a page, filtered by or weighed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of Document")]
pub struct Page {
    pub url: String,
    pub title: String,
    pub kind: String,
    pub lang: String,
    pub date: Option<String>,
    pub services: Vec<String>,
    pub tags: Vec<String>,
    pub severity: Option<String>,
    pub version: Option<String>,
    pub package: Option<String>,
    pub alerts: Vec<String>,
    pub errors: Vec<String>,
    pub audience: Option<String>,
    pub stale: bool,
    pub reviewed: Option<String>,
    pub fixed: Option<String>,
    pub open: bool,
    pub boost: f32,
    pub inbound: u32,
}

/// Reads a document into its terms, and into what is shown of its sections: the page's description, U+0000, then for
/// each section its heading, anchor (`=` where it follows from the heading), prose and code with U+0001 between, and
/// U+0000.
pub fn analyze(document: &Document, config: &SearchConfig) -> (Analyzed, String) {
    let mut terms = Terms::new(&document.lang, config);
    let title_length = terms.text(&document.title, 0, Field::Title, 0);
    let mut at = 0;
    for name in document.alerts.iter().chain(&document.errors) {
        let end = terms.text(&without_holes(name), 0, Field::Name, at);
        at = end + GAP;
    }
    terms.meta(document);
    let mut text = String::new();
    push(&mut text, document.description.as_deref().unwrap_or_default());
    text.push('\0');
    let mut length = 0;
    for (index, section) in document.sections.iter().enumerate() {
        let number = index as u32 + 1;
        let heading = terms.text(&section.heading, number, Field::Heading, 0);
        let body = terms.text(&section.text, number, Field::Body, heading + GAP);
        let code = terms.text(&section.code, number, Field::Code, body + GAP);
        length += code - 2 * GAP;
        push(&mut text, &section.heading);
        text.push('\u{1}');
        match &section.anchor {
            Some(anchor) if section.heading.is_ascii() && *anchor == slug(&section.heading) => text.push('='),
            Some(anchor) => push(&mut text, anchor),
            None => {}
        }
        text.push('\u{1}');
        push_prose(&mut text, &section.text);
        text.push('\u{1}');
        push(&mut text, section.code.trim());
        text.push('\0');
    }
    (Analyzed { page: page(document), terms: terms.finish(), length, title_length }, text)
}

/// `timeout after {n} ms on {host}` without what stands for the parts that vary.
fn without_holes(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, tail) = rest.split_at(open);
        let Some(close) = tail.find('}') else { break };
        // Braces around more than a word are text.
        let hole = tail.get(1..close).unwrap_or_default();
        if hole.chars().all(|char| char.is_alphanumeric() || "_-.".contains(char)) {
            out.push_str(before);
            out.push(' ');
        } else {
            out.push_str(rest.get(..open + close + 1).unwrap_or_default());
        }
        rest = tail.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Prose with each run of white space as one space.
fn push_prose(out: &mut String, text: &str) {
    let start = out.len();
    let mut add = |word: &str| {
        if out.len() > start {
            out.push(' ');
        }
        out.push_str(word);
    };
    if text.is_ascii() {
        text.split_ascii_whitespace().for_each(&mut add);
    } else {
        text.split_whitespace().for_each(&mut add);
    }
    // Control characters that are not white space are rare.
    if out.get(start..).is_some_and(|added| added.bytes().any(|byte| byte < b' ')) {
        let added = out.split_off(start);
        push(out, &added);
    }
}

/// Text without control characters other than line ends, which the format needs for itself.
fn push(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= b' ' || byte == b'\n') {
        out.push_str(text);
    } else {
        out.extend(text.chars().map(|char| if char < ' ' && char != '\n' { ' ' } else { char }));
    }
}

/// The usual anchor of a heading in ASCII.
pub(super) fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || " -_".contains(*char))
        .map(|char| if char == ' ' { '-' } else { char.to_ascii_lowercase() })
        .collect()
}

fn page(document: &Document) -> Page {
    Page {
        url: document.url.clone(),
        title: document.title.clone(),
        kind: document.kind.clone(),
        lang: document.lang.clone(),
        date: document.date.clone(),
        services: document.services.clone(),
        tags: document.tags.clone(),
        severity: document.severity.clone(),
        version: document.version.clone(),
        package: document.package.clone(),
        alerts: document.alerts.clone(),
        errors: document.errors.clone(),
        audience: document.audience.clone(),
        stale: document.stale,
        reviewed: document.reviewed.clone(),
        fixed: document.fixed.clone(),
        open: document.open,
        boost: document.boost,
        inbound: document.inbound,
    }
}

/// A page's terms as they are found.
struct Terms {
    /// Their texts, one behind the other: a text each of its own would be most of the work.
    texts: String,
    /// Their numbers, by text.
    numbers: HashTable<u32>,
    /// The terms in the order found.
    terms: Vec<Term>,
    /// All occurrences, each with its term.
    found: Vec<(u32, Occurrence)>,
    /// Stop words of the page's language.
    of_lang: Option<&'static stop::Words>,
    /// Stop words of the site.
    of_site: Vec<String>,
}

struct Term {
    /// Where its text starts and ends.
    start: u32,
    end: u32,
    /// Whether it is a stop word.
    stop: bool,
    /// Whether it is a stop word that has been found in prose.
    passed: bool,
    /// How often it occurs.
    count: u32,
}

impl Term {
    fn text<'a>(&self, texts: &'a str) -> &'a str {
        texts.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl Terms {
    fn new(lang: &str, config: &SearchConfig) -> Self {
        Self {
            texts: String::with_capacity(USUAL_TERMS * 8),
            numbers: HashTable::with_capacity(USUAL_TERMS),
            terms: Vec::with_capacity(USUAL_TERMS),
            found: Vec::with_capacity(USUAL_TERMS * 3),
            of_lang: stop::set(lang),
            of_site: config.stop_words.iter().map(|word| super::fold::fold(word)).collect(),
        }
    }

    /// Adds the tokens of a text; the position after its last.
    fn text(&mut self, text: &str, section: u32, field: Field, start: u32) -> u32 {
        let mut at = start;
        tokens(text, &mut |token| match token {
            Token::Word(word, _) => {
                self.add(word, section, field, at);
                at += 1;
            }
            Token::Compound(compound) => at = self.compound(compound, section, field, at),
        });
        at
    }

    fn compound(&mut self, compound: &Compound, section: u32, field: Field, start: u32) -> u32 {
        let mut at = start;
        for part in compound.parts() {
            self.add(part, section, field, at);
            at += 1;
        }
        for (first, join) in compound.joins() {
            self.add(join, section, field, start + first as u32);
        }
        if (compound.flag || compound.hash || compound.style.is_some())
            && let Some(signed) = compound.signed()
        {
            self.add(&signed, section, field, start);
        }
        at
    }

    /// The number of a term.
    fn number(&mut self, text: &str) -> u32 {
        let (terms, texts) = (&self.terms, &self.texts);
        let own = |number: u32| terms.get(number as usize).map_or("", |term| term.text(texts));
        let hash = TermHasher::hash(text);
        if let Some(number) = self.numbers.find(hash, |&number| own(number) == text) {
            return *number;
        }
        let number = terms.len() as u32;
        self.numbers.insert_unique(hash, number, |&number| TermHasher::hash(own(number)));
        let stop = self.of_lang.is_some_and(|words| words.contains(text))
            || self.of_site.iter().any(|word| word == text);
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        let end = self.texts.len() as u32;
        self.terms.push(Term { start, end, stop, passed: false, count: 0 });
        number
    }

    fn add(&mut self, term: &str, section: u32, field: Field, at: u32) {
        let id = self.number(term);
        let Some(term) = self.terms.get_mut(id as usize) else { return };
        let mut occurrence = (section, field, at);
        if term.stop && field == Field::Body {
            // Stop words are nearly half of a text: where they stand in prose is not worth its bytes.
            if term.passed {
                return;
            }
            term.passed = true;
            occurrence = (1, Field::Body, 0);
        }
        term.count += 1;
        self.found.push((id, occurrence));
    }

    /// Adds what describes the page.
    fn meta(&mut self, document: &Document) {
        let single = [&document.severity, &document.version, &document.package, &document.description];
        let texts = document
            .services
            .iter()
            .chain(&document.tags)
            .chain(&document.extra)
            .chain(single.into_iter().flatten())
            .map(String::as_str)
            .chain([document.kind.as_str(), document.url.trim_end_matches("index.html")]);
        let mut at = 0;
        for text in texts {
            at = self.text(text, 0, Field::Meta, at) + GAP;
        }
    }

    /// Writes the terms in the order found, with their entries.
    fn finish(self) -> Vec<u8> {
        // Occurrences by term: each term's share of one list, by counting.
        let mut ends: Vec<usize> = Vec::with_capacity(self.terms.len());
        let mut total = 0;
        for term in &self.terms {
            ends.push(total);
            total += term.count as usize;
        }
        let mut sorted: Vec<Occurrence> = vec![(0, Field::Title, 0); total];
        for (id, occurrence) in &self.found {
            if let Some(end) = ends.get_mut(*id as usize)
                && let Some(place) = sorted.get_mut(*end)
            {
                *place = *occurrence;
                *end += 1;
            }
        }
        let mut out = Vec::with_capacity(total * 8);
        let mut entries = Vec::new();
        let mut rest = sorted.as_mut_slice();
        for term in &self.terms {
            let (occurrences, tail) = rest.split_at_mut((term.count as usize).min(rest.len()));
            rest = tail;
            // A joined form is found after its parts, and a stop word's place in prose is made up.
            if !occurrences.is_sorted() {
                occurrences.sort_unstable();
            }
            entries.clear();
            put_entries(&mut entries, occurrences);
            put_str(&mut out, term.text(&self.texts));
            put(&mut out, entries.len() as u32);
            out.extend_from_slice(&entries);
        }
        // All pages are kept until the index is written: what they reserved and did not use would be a third of them.
        out.shrink_to_fit();
        out
    }
}

/// A quick hash for short strings (the step is that of rustc's FxHash); the order of a map is never seen.
#[derive(Default)]
pub(super) struct TermHasher(u64);

impl TermHasher {
    /// The hash of a term.
    pub(super) fn hash(term: &str) -> u64 {
        let mut hasher = Self::default();
        hasher.write(term.as_bytes());
        hasher.finish()
    }

    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for TermHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, after)) = rest.split_first_chunk() {
            self.add(u64::from_le_bytes(*word));
            rest = after;
        }
        match (rest.first_chunk(), rest.last_chunk()) {
            // Both halves, which may overlap.
            (Some(first), Some(last)) => {
                self.add(u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)));
            }
            _ if !rest.is_empty() => {
                self.add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
            }
            _ => {}
        }
    }

    /// What strings end their hashes with, so that no pair of them hashes as another; terms are never in pairs.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        // The table takes its bucket from the low bits, where a multiplication leaves little.
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_of_an_error_template_are_left_out() {
        assert_eq!(without_holes("timeout after {n} ms on {host}"), "timeout after   ms on  ");
        assert_eq!(without_holes("{\"code\": 1} open {"), "{\"code\": 1} open {");
    }

    #[test]
    fn analysis_is_the_same_each_time() {
        let document = Document {
            title: "Edge".into(),
            sections: vec![super::super::Section {
                text: "the edge proxy and the edge".into(),
                ..Default::default()
            }],
            ..Document::default()
        };
        let config = SearchConfig::default();
        assert_eq!(analyze(&document, &config), analyze(&document, &config));
    }
}
