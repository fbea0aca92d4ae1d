//! Heading ids, as GitHub makes them, so that links written for GitHub work here.

use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// The id of a heading: lower case, punctuation dropped, spaces to hyphens (the rule of `github-slugger`).
/// The theme's own ids have a capital letter, so that no heading takes one of them.
pub fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut add = |char: char| match char {
        ' ' | '-' => out.push('-'),
        '_' => out.push('_'),
        char if char.is_alphanumeric() || !char.is_ascii() && is_mark(char) => out.push(char),
        _ => {}
    };
    if text.is_ascii() {
        text.chars().for_each(|char| add(char.to_ascii_lowercase()));
    } else {
        text.nfc().flat_map(char::to_lowercase).for_each(add);
    }
    out
}

fn is_mark(char: char) -> bool {
    unicode_normalization::char::is_combining_mark(char)
}

/// Gives repeated ids a number: `setup`, `setup-1`, `setup-2`.
#[derive(Debug, Default)]
pub struct Slugger {
    seen: HashMap<String, usize>,
}

impl Slugger {
    /// A unique id for a heading's text.
    pub fn unique(&mut self, text: &str) -> String {
        let base = slug(text);
        let base = if base.is_empty() { "section".to_owned() } else { base };
        self.reserve(base)
    }

    /// Takes an id as it is, numbered if it was taken before.
    pub fn reserve(&mut self, base: String) -> String {
        let mut id = base.clone();
        while self.seen.contains_key(&id) {
            let count = self.seen.entry(base.clone()).or_insert(0);
            *count += 1;
            id = format!("{base}-{count}");
        }
        self.seen.insert(id.clone(), 0);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_github() {
        assert_eq!(slug("What's new in 2.0?"), "whats-new-in-20");
        assert_eq!(slug("Über `code` & more"), "über-code--more");
        assert_eq!(slug("  a_b-c"), "--a_b-c");
    }

    #[test]
    fn repeats_are_numbered_and_never_collide() {
        let mut slugger = Slugger::default();
        let ids: Vec<_> = ["A", "A", "A 1", "A", "!"].map(|text| slugger.unique(text)).into();
        assert_eq!(ids, ["a", "a-1", "a-1-1", "a-2", "section"]);
    }
}
