//! The part of a section's text that shows why it was found.

use super::fold::fold;
use super::token::{Compound, compounds};
use std::collections::BTreeMap;
use std::ops::Range;

/// Length of an excerpt in characters, about.
const LENGTH: usize = 180;

/// A cut of text and the ranges in it that match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text; `…` stands where more was cut off.
    pub text: String,
    /// Byte ranges of `text` that match.
    pub marks: Vec<Range<usize>>,
}

/// The terms that count for a query, each with the number of its group.
pub type Terms = BTreeMap<String, usize>;

/// Terms of groups, ready for marking. Phrases of synonyms count by their words.
pub fn terms<'a>(groups: impl IntoIterator<Item = &'a super::reader::GroupReport>) -> Terms {
    let mut terms = Terms::new();
    for (number, group) in groups.into_iter().enumerate() {
        for word in group.terms.iter().flat_map(|(term, _)| term.split(' ')) {
            terms.entry(word.to_string()).or_insert(number);
        }
    }
    terms
}

/// The matches in a text: ranges and groups.
fn matches(text: &str, terms: &Terms) -> Vec<(Range<usize>, usize)> {
    let mut found = Vec::new();
    compounds(text, &mut |compound: &Compound| {
        let group = compound
            .joins()
            .map(|(_, join)| join)
            .chain(compound.parts())
            .find_map(|form| terms.get(form).copied());
        if let Some(group) = group {
            found.extend(narrow(text, compound, terms).into_iter().map(|range| (range, group)));
        }
    });
    found
}

/// The whole compound if it matches joined or has one part; else its matching parts, where they
/// can be told from each other in the text as it stands.
fn narrow(text: &str, compound: &Compound, terms: &Terms) -> Vec<Range<usize>> {
    let whole = compound.start..compound.end;
    let all = compound.parts().all(|part| terms.contains_key(part));
    if compound.len() == 1 || all || compound.joins().any(|(_, join)| terms.contains_key(join)) {
        return vec![whole];
    }
    let raw = text.get(whole.clone()).unwrap_or_default();
    if compound.unspaced || !raw.is_ascii() {
        return vec![whole];
    }
    let lower = fold_ascii(raw);
    let mut at = 0;
    let mut ranges = Vec::new();
    for part in compound.parts() {
        let Some(start) = lower.get(at..).and_then(|rest| rest.find(part)).map(|offset| at + offset) else {
            return vec![whole];
        };
        at = start + part.len();
        if terms.contains_key(part) {
            ranges.push(compound.start + start..compound.start + at);
        }
    }
    ranges
}

fn fold_ascii(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Cuts the window with the most different groups, then the most matches, out of a text.
pub fn excerpt(text: &str, terms: &Terms) -> Option<Excerpt> {
    let found = matches(text, terms);
    let mut best: Option<((usize, usize), usize, usize)> = None;
    for (index, (range, _)) in found.iter().enumerate() {
        let mut groups: Vec<usize> = Vec::new();
        let mut count = 0;
        let mut end = range.end;
        for (other, group) in found.iter().skip(index) {
            if other.end > range.start + LENGTH {
                break;
            }
            count += 1;
            end = other.end;
            if !groups.contains(group) {
                groups.push(*group);
            }
        }
        let value = (groups.len(), count.min(6));
        if best.as_ref().is_none_or(|(known, ..)| value > *known) {
            best = Some((value, range.start, end));
        }
    }
    let (_, start, end) = best?;
    Some(cut(text, start, end, &found))
}

/// The start of a text, for a page that was found by its title.
pub fn opening(text: &str) -> Excerpt {
    cut(text, 0, 0, &[])
}

fn cut(text: &str, start: usize, end: usize, found: &[(Range<usize>, usize)]) -> Excerpt {
    let spare = LENGTH.saturating_sub(end - start);
    let from = boundary(text, start.saturating_sub(spare / 3), start, true);
    let to = boundary(text, end, (from + LENGTH).max(end).min(text.len()), false);
    let mut out = String::new();
    if from > 0 {
        out.push('…');
    }
    let shift = out.len();
    out.push_str(text.get(from..to).unwrap_or_default());
    if to < text.len() {
        out.push('…');
    }
    let marks = found
        .iter()
        .filter(|(range, _)| range.start >= from && range.end <= to)
        .map(|(range, _)| range.start - from + shift..range.end - from + shift)
        .collect();
    Excerpt { text: out, marks }
}

/// A word's start at or after `from` and up to `limit`, or its end at or before `limit` and from
/// `from` on; where there is none, a character's.
fn boundary(text: &str, from: usize, limit: usize, start: bool) -> usize {
    let mut from = from.min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut limit = limit.min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let range = text.get(from..limit).unwrap_or_default();
    if start {
        if from == 0 {
            return 0;
        }
        return range.find(char::is_whitespace).map_or(from, |at| {
            let rest = range.get(at..).unwrap_or_default();
            from + at + (rest.len() - rest.trim_start().len())
        });
    }
    if limit == text.len() {
        return limit;
    }
    range.rfind(char::is_whitespace).map_or(limit, |at| from + at)
}

/// A heading or title with its matches.
pub fn marked(text: &str, terms: &Terms) -> Excerpt {
    let marks = matches(text, terms).into_iter().map(|(range, _)| range).collect();
    Excerpt { text: text.to_string(), marks }
}

/// Whether a word is among the terms.
pub fn has(terms: &Terms, word: &str) -> bool {
    terms.contains_key(&fold(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> Terms {
        words.iter().enumerate().map(|(number, word)| ((*word).to_string(), number)).collect()
    }

    #[test]
    fn the_densest_window_is_cut_and_marked() {
        let text = format!(
            "edge {} upstream connect error on the edge {}",
            "filler ".repeat(60),
            "tail ".repeat(60)
        );
        let excerpt = excerpt(&text, &set(&["upstream", "error", "edge"])).unwrap();
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        let marks: Vec<&str> = excerpt.marks.iter().map(|range| &excerpt.text[range.clone()]).collect();
        assert_eq!(marks, ["upstream", "error", "edge"]);
    }

    #[test]
    fn parts_of_an_identifier_are_marked_alone() {
        let excerpt = marked("see max_message_size", &set(&["message"]));
        assert_eq!(&excerpt.text[excerpt.marks[0].clone()], "message");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut(text in "\\PC{0,400}", word in "\\PC{1,5}") {
            let terms = set(&[&fold(&word), "a"]);
            if let Some(excerpt) = excerpt(&text, &terms) {
                for mark in excerpt.marks {
                    proptest::prop_assert!(excerpt.text.get(mark).is_some());
                }
            }
            opening(&text);
        }
    }
}
