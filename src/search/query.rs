//! What a reader typed or pasted, read.
//!
//! `words "a phrase" -without key:value`. A pasted log line is not read for signs: its quotes and
//! dashes are text, and what changes from one occurrence to the next (times, ids, addresses) is
//! dropped.

use super::token::{Compound, compounds};

/// The keys of filters.
pub const FILTERS: [&str; 13] = [
    "kind", "service", "severity", "tag", "version", "package", "lang", "audience", "alert", "is", "year",
    "before", "after",
];
/// From so many words on a query counts as pasted.
const PASTED: usize = 17;
/// From so many words on volatile parts are dropped.
const DROPPING: usize = 6;
/// No more words than this are looked up.
const WORDS: usize = 24;

/// A query, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Its words in order.
    pub words: Vec<Word>,
    /// Joined and signed forms of compounds, with the range of words that they stand for.
    pub joined: Vec<(String, usize, usize)>,
    /// Ranges of words that must stand together.
    pub phrases: Vec<(usize, usize)>,
    /// Words or phrases that a page must not have.
    pub without: Vec<Vec<String>>,
    /// Filters: key and value.
    pub filters: Vec<(String, String)>,
    /// Parts of a pasted text that were dropped.
    pub dropped: Vec<String>,
    /// Whether the last word may go on.
    pub open: bool,
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// How many words its compound has.
    pub compound: usize,
    /// Whether it is a pair of characters of a script without spaces.
    pub unspaced: bool,
}

/// Reads a query.
pub fn parse(text: &str) -> Query {
    let trimmed = text.trim();
    let mut query = Query::default();
    let count = trimmed.split_whitespace().count();
    let pasted = trimmed.contains('\n') || count >= PASTED;
    let mut rest = trimmed;
    while let Some(start) = rest.find(|char: char| !char.is_whitespace()) {
        rest = rest.get(start..).unwrap_or_default();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let raw = rest.get(..end).unwrap_or_default();
        let used = if pasted { None } else { query.sign(rest, raw) };
        let used = used.unwrap_or_else(|| {
            query.plain(raw, count >= DROPPING);
            end
        });
        rest = rest.get(used..).unwrap_or_default();
    }
    query.open &= !text.ends_with(char::is_whitespace);
    query
}

impl Query {
    /// Reads a phrase, an exclusion or a filter at the start of `rest`; how long it is.
    fn sign(&mut self, rest: &str, raw: &str) -> Option<usize> {
        if let Some((phrase, length)) = quoted(rest) {
            let first = self.words.len();
            self.plain(phrase, false);
            self.open = false;
            if self.words.len() > first {
                self.phrases.push((first, self.words.len() - 1));
            }
            return Some(length);
        }
        if let Some(body) = rest.strip_prefix('-') {
            if let Some((phrase, length)) = quoted(body) {
                self.exclude(phrase);
                return Some(length + 1);
            }
            let word = raw.get(1..).unwrap_or_default();
            if word.chars().count() >= 3 && word.chars().next().is_some_and(char::is_alphanumeric) {
                self.exclude(word);
                return Some(raw.len());
            }
            return None;
        }
        let (key, value) = raw.split_once(':')?;
        let key = FILTERS.iter().find(|filter| **filter == key.to_ascii_lowercase())?;
        let tail = rest.get(key.len() + 1..).unwrap_or_default();
        let (value, length) = quoted(tail).unwrap_or((value, value.len()));
        if value.is_empty() {
            return None;
        }
        self.filters.push(((*key).to_string(), value.to_string()));
        self.open = false;
        Some(key.len() + 1 + length)
    }

    /// Reads plain text.
    fn plain(&mut self, raw: &str, dropping: bool) {
        self.open = false;
        compounds(raw, &mut |compound| {
            let text = raw.get(compound.start..compound.end).unwrap_or_default();
            // The scheme of an address tells nothing.
            if raw.get(compound.end..).is_some_and(|rest| rest.starts_with("://")) {
                return;
            }
            if dropping && is_volatile(text, compound) {
                if self.dropped.iter().all(|dropped| dropped != text) {
                    self.dropped.push(text.to_string());
                }
                return;
            }
            let first = self.words.len();
            if first + compound.len() > WORDS {
                return;
            }
            let length = if compound.unspaced { 1 } else { compound.len() };
            self.words.extend(compound.parts().map(|part| Word {
                text: part.to_string(),
                compound: length,
                unspaced: compound.unspaced,
            }));
            let last = self.words.len() - 1;
            for (part, join) in compound.joins() {
                self.joined.push((join.to_string(), first + part, last));
            }
            if let Some(signed) = compound.signed() {
                self.joined.push((signed, first, last));
            }
            self.open = compound.end == raw.len();
        });
    }

    fn exclude(&mut self, text: &str) {
        let mut words = Vec::new();
        compounds(text, &mut |compound| words.extend(compound.parts().map(str::to_string)));
        if !words.is_empty() {
            self.without.push(words);
        }
        self.open = false;
    }
}

/// The text between quotes at the start of `rest`, and its length with them. The closing quote
/// must stand before a space or the end: quotes inside JSON are none of ours.
fn quoted(rest: &str) -> Option<(&str, usize)> {
    let body = rest.strip_prefix('"')?;
    let end = body.match_indices('"').map(|(at, _)| at).find(|&at| {
        body.get(at + 1..).is_some_and(|tail| tail.chars().next().is_none_or(char::is_whitespace))
    })?;
    Some((body.get(..end)?, end + 2))
}

/// Whether a compound changes from one occurrence of a message to the next: times and dates,
/// addresses, hashes and other ids, large numbers.
fn is_volatile(text: &str, compound: &Compound) -> bool {
    if compound.unspaced || compound.flag || compound.hash {
        return false;
    }
    let mut parts = 0;
    let mut letters = 0;
    let mut long = false;
    let (mut all_numbers, mut all_hex) = (true, true);
    for part in compound.parts() {
        parts += 1;
        letters += part.chars().count();
        let digit_first = part.starts_with(|char: char| char.is_ascii_digit());
        all_numbers &= digit_first;
        all_hex &= part.bytes().all(|byte| byte.is_ascii_hexdigit());
        long |= part.split('.').any(|run| run.len() >= 5 && run.bytes().all(|byte| byte.is_ascii_digit()));
        long |= digit_first && part.matches('.').count() == 3;
    }
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    all_numbers && (parts > 1 || long) || all_hex && has_digit && letters >= 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(query: &Query) -> String {
        query.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn signs_are_read() {
        let query =
            parse("edge \"upstream connect error\" -staging -n --flag kind:runbook service:\"check out\" ti");
        assert_eq!(words(&query), "edge upstream connect error n flag ti");
        assert_eq!(query.phrases, [(1, 3)]);
        assert_eq!(query.without, [["staging"]]);
        assert_eq!(
            query.filters,
            [("kind".into(), "runbook".into()), ("service".into(), "check out".into())]
        );
        assert_eq!(query.joined, [("--flag".to_string(), 5, 5)]);
        assert!(query.open);
        assert!(!parse("edge ").open);
    }

    #[test]
    fn a_log_line_is_text() {
        let line = "{\"level\":\"warn\",\"ts\":1526587299.1777067,\"caller\":\"rafthttp/stream.go:436\",\"msg\":\"lost TCP streaming connection\",\
            \"peer\":\"10.0.0.7:2380\", \"id\":\"fd32987dcd0511e0\"} at 2026-03-14T09:02:11.123Z on node 5 in a b c d e f g";
        let query = parse(line);
        assert!(query.phrases.is_empty());
        assert!(words(&query).contains("lost tcp streaming connection"));
        assert_eq!(query.dropped.first().map(String::as_str), Some("1526587299.1777067"));
        assert!(query.dropped.iter().any(|text| text == "10.0.0.7:2380"), "{:?}", query.dropped);
        assert!(query.dropped.iter().any(|text| text == "fd32987dcd0511e0"));
        assert!(
            query.dropped.iter().any(|text| text.starts_with("2026-03-14T09:02:11")),
            "{:?}",
            query.dropped
        );
    }

    #[test]
    fn a_version_alone_is_no_noise() {
        assert_eq!(words(&parse("3.4.21")), "3.4.21");
        assert!(parse("3.4.21 10.0.0.1").dropped.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_query_is_read(text in "\\PC{0,120}") {
            parse(&text);
        }
    }
}
