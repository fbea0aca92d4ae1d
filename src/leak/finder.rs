//! Looking for many strings at once, without regard to ASCII case.
//!
//! Each string is known by one window of its bytes. A text is read byte by byte with a window that moves along; a bit
//! tells nearly always that no string has this one. That is faster than an automaton, and its memory is that of the
//! strings, also for the hundred thousand sentences of a large site.

use std::collections::HashMap;

/// The shortest string that is looked for, in bytes: shorter ones stand in any text by chance.
pub(super) const SHORTEST: usize = 4;
/// Bits that tell which windows occur.
const BITS: u32 = 20;

/// Strings to be found.
#[derive(Debug)]
pub(super) struct Finder {
    /// Windows of eight bytes, and of four for strings that are shorter.
    long: Windows<8>,
    short: Windows<4>,
    /// The strings in lower case, with the number that the caller gave them.
    strings: Vec<(Vec<u8>, usize)>,
}

/// Windows of a width.
#[derive(Debug)]
struct Windows<const WIDTH: usize> {
    bits: Vec<u64>,
    /// For each window, the strings that are known by it, with its place in them.
    at: HashMap<u64, Vec<(u32, u32)>>,
}

impl Finder {
    /// Takes the strings, each with a number; shorter ones than [`SHORTEST`] are left out.
    pub(super) fn new<'a>(strings: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let mut finder = Self { long: Windows::new(), short: Windows::new(), strings: Vec::new() };
        for (text, number) in strings.filter(|(text, _)| text.len() >= SHORTEST) {
            let text = text.to_ascii_lowercase().into_bytes();
            let index = u32::try_from(finder.strings.len()).unwrap_or(u32::MAX);
            if text.len() >= 8 {
                finder.long.add(&text, index);
            } else {
                finder.short.add(&text, index);
            }
            finder.strings.push((text, number));
        }
        finder
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }

    /// Tells the number of each string that a text has as words of its own, once or several times.
    pub(super) fn find(&self, text: &[u8], hit: &mut dyn FnMut(usize)) {
        let (long, short) = (!self.long.at.is_empty(), !self.short.at.is_empty());
        let mut window = 0_u64;
        for (end, byte) in text.iter().enumerate() {
            window = window << 8 | u64::from(byte.to_ascii_lowercase());
            if long && self.long.may_have(window) {
                self.compare(text, end + 1, self.long.get(window), 8, hit);
            }
            if short && self.short.may_have(window & 0xFFFF_FFFF) {
                self.compare(text, end + 1, self.short.get(window & 0xFFFF_FFFF), 4, hit);
            }
        }
    }

    fn compare(&self, text: &[u8], end: usize, all: &[(u32, u32)], width: usize, hit: &mut dyn FnMut(usize)) {
        for (index, place) in all {
            let Some((string, number)) = self.strings.get(*index as usize) else { continue };
            let Some(start) = end.checked_sub(width + *place as usize) else { continue };
            let found = text.get(start..start + string.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(string))
                && is_edge(string.first(), before(text, start))
                && is_edge(string.last(), text.get(start + string.len()).copied())
            {
                hit(*number);
            }
        }
    }
}

/// Whether a word does not go on from a string's end to what stands beside it.
fn is_edge(own: Option<&u8>, beside: Option<u8>) -> bool {
    !own.copied().is_some_and(is_word) || !beside.is_some_and(is_word)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// The byte before a place; none where it ends an escape such as `\n` or `%2F`, which is no part of a word.
fn before(text: &[u8], start: usize) -> Option<u8> {
    let at = |back: usize| start.checked_sub(back).and_then(|at| text.get(at)).copied();
    let escaped = at(2) == Some(b'\\') && matches!(at(1), Some(b'n' | b't' | b'r'));
    let percent = at(3) == Some(b'%')
        && [at(1), at(2)].iter().all(|byte| byte.is_some_and(|byte| byte.is_ascii_hexdigit()));
    at(1).filter(|_| !escaped && !percent)
}

impl<const WIDTH: usize> Windows<WIDTH> {
    fn new() -> Self {
        Self { bits: vec![0; 1 << (BITS - 6)], at: HashMap::new() }
    }

    /// Notes a string under the window of it that the fewest others have.
    fn add(&mut self, text: &[u8], index: u32) {
        let value = |window: &[u8]| window.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let windows = text.windows(WIDTH).take(32).map(value).enumerate();
        let count = |window: &u64| self.at.get(window).map_or(0, Vec::len);
        let Some((place, window)) = windows.min_by_key(|(_, window)| count(window)) else { return };
        let bit = bit(window);
        if let Some(word) = self.bits.get_mut((bit >> 6) as usize) {
            *word |= 1 << (bit & 63);
        }
        self.at.entry(window).or_default().push((index, u32::try_from(place).unwrap_or(0)));
    }

    fn may_have(&self, window: u64) -> bool {
        let bit = bit(window);
        self.bits.get((bit >> 6) as usize).is_some_and(|word| word >> (bit & 63) & 1 == 1)
    }

    fn get(&self, window: u64) -> &[(u32, u32)] {
        self.at.get(&window).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The bit of a window: the upper bits of a product with an odd number that has no pattern (that of the golden ratio).
fn bit(window: u64) -> u64 {
    window.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(strings: &[&str], text: &str) -> Vec<usize> {
        let finder = Finder::new(strings.iter().copied().zip(0..));
        let mut all = Vec::new();
        finder.find(text.as_bytes(), &mut |number| all.push(number));
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn whole_words_are_found_in_any_case_and_parts_of_words_are_not() {
        let strings = ["quokka", "The Ocelot plan", "emu", "vault"];
        assert_eq!(found(&strings, "<h1>the ocelot PLAN</h1> Quokka"), [0, 1]);
        assert_eq!(found(&strings, "quokkas, the ocelot planet, unvault, emu"), Vec::<usize>::new());
        assert_eq!(found(&strings, "{\"a\":\"x\\nVault\"} ?q=%2Fquokka"), [0, 3]);
        assert_eq!(found(&strings, "vault"), [3]);
    }

    proptest! {
        #[test]
        fn it_finds_what_a_plain_search_finds(
            strings in proptest::collection::vec("[ab ]{4,12}", 1..8),
            text in "[abc ,]{0,200}",
        ) {
            let strings: Vec<&str> = strings.iter().map(String::as_str).collect();
            let plain: Vec<usize> =
                (0..).zip(&strings).filter(|(_, string)| stands_in(&text, string)).map(|(number, _)| number).collect();
            prop_assert_eq!(found(&strings, &text), plain);
        }
    }

    /// The same, searched for plainly.
    fn stands_in(text: &str, string: &str) -> bool {
        let is_word = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        (0..text.len()).any(|at| {
            let goes_on_left = is_word(string.chars().next()) && is_word(text[..at].chars().last());
            let after = text[at..].strip_prefix(string);
            let goes_on_right =
                is_word(string.chars().last()) && after.is_some_and(|rest| is_word(rest.chars().next()));
            after.is_some() && !goes_on_left && !goes_on_right
        })
    }
}
