//! Texts with their common words as codes.
//!
//! A deflated block of a few pages sees too little text to learn its words; a site's words are
//! therefore learned once and written as codes of a byte or two, which deflate then packs
//! further. (The idea is the word replacing transform of Skibiński, Grabowski and Deorowicz 2005.)
//!
//! ```text
//! 80..BF         a space and one of the first 64 words
//! C0..FF, byte   a space and one of the 16,384 words after them
//! 02             the next word has no space before it
//! 03             the next word has a capital
//! 04 bytes 05    other than ASCII, in UTF-8
//! else           itself
//! ```

use super::analyze::TermHasher;
use super::letters;
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Words with a code of one byte.
const SHORT: usize = 64;
/// Words with a code, at most: more would cost a reader more to fetch than they save.
const WORDS: usize = 12_000;
/// A word must occur so often in the sample.
const LEAST: u32 = 6;

/// Texts are counted in so many parts side by side.
const PARTS: usize = 4;

const GLUE: u8 = 2;
const CAPITAL: u8 = 3;
const RAW: u8 = 4;
const RAW_END: u8 = 5;

type Counts<'a> = HashMap<&'a str, u32, BuildHasherDefault<TermHasher>>;

/// The words worth a code, the commonest first.
pub(super) fn learn(texts: &[impl AsRef<str> + Sync]) -> Vec<String> {
    let parts = texts.par_chunks(texts.len().div_ceil(PARTS).max(1)).map(count);
    let counts = parts.reduce(Counts::default, |mut counts, more| {
        more.into_iter().for_each(|(word, count)| *counts.entry(word).or_default() += count);
        counts
    });
    let mut words: Vec<(&str, u32)> = counts.into_iter().filter(|(_, count)| *count >= LEAST).collect();
    words
        .sort_unstable_by_key(|(word, count)| (std::cmp::Reverse(*count as usize * (word.len() - 1)), *word));
    words.truncate(WORDS);
    // By frequency only roughly: one edit must not give other codes, and so other files, to all texts.
    words.sort_unstable_by_key(|(word, count)| (std::cmp::Reverse(count.ilog2()), *word));
    words.into_iter().map(|(word, _)| word.to_string()).collect()
}

/// How often each word of two letters and more stands in texts.
fn count(texts: &[impl AsRef<str>]) -> Counts<'_> {
    let mut counts = Counts::default();
    for text in texts.iter().map(AsRef::as_ref) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let end = at + letters::any(bytes.get(at..).unwrap_or_default());
            if let Some(word) = text.get(at..end).filter(|word| word.len() >= 2) {
                *counts.entry(word).or_default() += 1;
            }
            at = end + 1;
        }
    }
    counts
}

/// Writes texts with the codes of `words`.
pub(super) struct Coder {
    /// Each word's number, and whether it stands for its capitalised form.
    codes: HashMap<String, (usize, bool), BuildHasherDefault<TermHasher>>,
}

impl Coder {
    pub(super) fn new(words: &[String]) -> Self {
        let mut codes = HashMap::default();
        for (number, word) in words.iter().enumerate() {
            let mut chars = word.chars();
            if let Some(first) = chars.next().filter(char::is_ascii_lowercase) {
                let capital = first.to_ascii_uppercase().to_string() + chars.as_str();
                codes.entry(capital).or_insert((number, true));
            }
        }
        for (number, word) in words.iter().enumerate() {
            codes.insert(word.clone(), (number, false));
        }
        Self { codes }
    }

    pub(super) fn encode(&self, text: &str, out: &mut Vec<u8>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if !byte.is_ascii() {
                let end = end_of(bytes, at, |byte| !byte.is_ascii());
                out.push(RAW);
                out.extend_from_slice(bytes.get(at..end).unwrap_or_default());
                out.push(RAW_END);
                at = end;
                continue;
            }
            let start = at + usize::from(byte == b' ');
            let end = start + letters::any(bytes.get(start..).unwrap_or_default());
            if end == start {
                out.push(byte);
                at += 1;
                continue;
            }
            let code = text.get(start..end).and_then(|word| self.codes.get(word));
            match code {
                // Without a space a short word is no longer as it is.
                Some(&(number, capital)) if start > at || end - start > 3 => {
                    put_code(out, number, capital, start == at)
                }
                _ => out.extend_from_slice(bytes.get(at..end).unwrap_or_default()),
            }
            at = end;
        }
    }
}

fn end_of(bytes: &[u8], start: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| !is(byte)).unwrap_or(rest.len())
}

fn put_code(out: &mut Vec<u8>, number: usize, capital: bool, glue: bool) {
    if glue {
        out.push(GLUE);
    }
    if capital {
        out.push(CAPITAL);
    }
    match number.checked_sub(SHORT) {
        None => out.push(0x80 | number as u8),
        Some(number) => out.extend_from_slice(&[0xC0 | (number >> 8) as u8, number as u8]),
    }
}

/// Reads what [`Coder`] wrote.
pub(super) fn decode(bytes: &[u8], words: &[String]) -> String {
    let mut out = String::with_capacity(bytes.len() * 3);
    let mut rest = bytes.iter().copied().enumerate();
    let (mut glue, mut capital) = (false, false);
    while let Some((at, byte)) = rest.next() {
        match byte {
            GLUE => glue = true,
            CAPITAL => capital = true,
            RAW => {
                let end = end_of(bytes, at + 1, |byte| byte != RAW_END);
                out.push_str(&String::from_utf8_lossy(bytes.get(at + 1..end).unwrap_or_default()));
                rest.by_ref().find(|(_, byte)| *byte == RAW_END);
            }
            0..=0x7F => out.push(char::from(byte)),
            _ => {
                let number = match byte {
                    0xC0.. => {
                        let low = rest.next().map_or(0, |(_, byte)| usize::from(byte));
                        SHORT + (usize::from(byte & 0x3F) << 8 | low)
                    }
                    _ => usize::from(byte & 0x3F),
                };
                let word = words.get(number).map(String::as_str).unwrap_or_default();
                if !glue {
                    out.push(' ');
                }
                let mut chars = word.chars();
                if let Some(first) = chars.next() {
                    out.push(if capital { first.to_ascii_uppercase() } else { first });
                    out.push_str(chars.as_str());
                }
                (glue, capital) = (false, false);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_written() {
        let sample = "The edge proxy returns the error edge. Edge, EDGE; proxyx xproxy\n(edge) überedge edgeé 日本 edge\0\u{1}=".repeat(8);
        let words = learn(&[&sample]);
        assert!(words.contains(&"edge".to_string()) && words.contains(&"proxy".to_string()));
        let mut coded = Vec::new();
        Coder::new(&words).encode(&sample, &mut coded);
        assert_eq!(decode(&coded, &words), sample);
        assert!(coded.len() < sample.len());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_as_written(text in "[ -~\n\0\u{1}é日]{0,200}") {
            let words = vec!["a".to_string(), "ab".into(), "Abc".into(), "abcd".into()];
            let mut coded = Vec::new();
            Coder::new(&words).encode(&text, &mut coded);
            proptest::prop_assert_eq!(decode(&coded, &words), text);
        }

        #[test]
        fn damaged_codes_are_no_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100)) {
            decode(&bytes, &["word".to_string()]);
        }
    }
}
