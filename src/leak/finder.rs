//! Looking for many strings at once, without regard to ASCII case.
//!
//! Each string is known by one window of its bytes. A text is read byte by byte with a window that moves along; a bit
//! tells nearly always that no string has this one. That is faster than an automaton, and its memory is that of the
//! strings, also for the hundred thousand sentences of a large site.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The shortest string that is looked for, in bytes: shorter ones stand in any text by chance.
pub(super) const SHORTEST: usize = 4;
/// A string is known by one of so many windows from its start.
const LONGEST: usize = 64;
/// Windows are counted in so many slots.
const COUNTS: usize = 1 << 18;

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
    /// Two bits of a word are set for each window that is known.
    bits: Vec<u64>,
    /// For each window, the strings that are known by it, with its place in them.
    at: HashMap<u64, Vec<(u32, u32)>, BuildHasherDefault<Mixer>>,
}

impl Finder {
    /// Takes the strings, each with a number; shorter ones than [`SHORTEST`] are left out.
    pub(super) fn new<'a>(strings: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let strings: Vec<(Vec<u8>, usize)> = strings
            .filter(|(text, _)| text.len() >= SHORTEST)
            .map(|(text, number)| (text.to_ascii_lowercase().into_bytes(), number))
            .collect();
        let long = Windows::new(&strings, |text| text.len() >= 8);
        let short = Windows::new(&strings, |text| text.len() < 8);
        Self { long, short, strings }
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }

    /// Tells the number of each string that a text has as words of its own, once or several times.
    pub(super) fn find(&self, text: &[u8], hit: &mut dyn FnMut(usize)) {
        self.search(text, true, hit);
    }

    /// The same for strings that may be part of a word.
    pub(super) fn find_parts(&self, text: &[u8], hit: &mut dyn FnMut(usize)) {
        self.search(text, false, hit);
    }

    fn search(&self, text: &[u8], whole: bool, hit: &mut dyn FnMut(usize)) {
        let (long, short) = (!self.long.at.is_empty(), !self.short.at.is_empty());
        let mut window = 0_u64;
        for (end, byte) in text.iter().enumerate() {
            window = window << 8 | u64::from(byte.to_ascii_lowercase());
            if long && self.long.may_have(window) {
                self.compare(text, end + 1, (self.long.get(window), 8), whole, hit);
            }
            if short && self.short.may_have(window & 0xFFFF_FFFF) {
                self.compare(text, end + 1, (self.short.get(window & 0xFFFF_FFFF), 4), whole, hit);
            }
        }
    }

    /// Compares the strings that have a window of a width, which ends at `end`.
    fn compare(
        &self,
        text: &[u8],
        end: usize,
        (all, width): (&[(u32, u32)], usize),
        whole: bool,
        hit: &mut dyn FnMut(usize),
    ) {
        for (index, place) in all {
            let Some((string, number)) = self.strings.get(*index as usize) else { continue };
            let Some(start) = end.checked_sub(width + *place as usize) else { continue };
            let found = text.get(start..start + string.len());
            let edges = || {
                is_edge(string.first(), before(text, start))
                    && is_edge(string.last(), text.get(start + string.len()).copied())
            };
            if found.is_some_and(|found| found.eq_ignore_ascii_case(string)) && (!whole || edges()) {
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
    /// Notes each string, by its number, under the window of it that is the rarest in all of them: one of frequent words
    /// would be seen everywhere.
    fn new(strings: &[(Vec<u8>, usize)], is_ours: impl Fn(&[u8]) -> bool) -> Self {
        let ours = || (0_u32..).zip(strings).filter(|(_, (text, _))| is_ours(text));
        let mut counts = vec![0_u16; COUNTS];
        for (_, (text, _)) in ours() {
            for window in windows::<WIDTH>(text) {
                if let Some(count) = counts.get_mut((mixed(window) >> 40) as usize % COUNTS) {
                    *count = count.saturating_add(1);
                }
            }
        }
        let count = |window: u64| counts.get((mixed(window) >> 40) as usize % COUNTS).copied().unwrap_or(0);
        // So many bits that few are set, and no more than a processor keeps near.
        let words = (ours().count() * 64).next_power_of_two().clamp(1 << 10, 1 << 23) / 64;
        let mut made = Self { bits: vec![0; words], at: HashMap::default() };
        for (index, (text, _)) in ours() {
            let rarest = (0_u32..).zip(windows::<WIDTH>(text)).min_by_key(|(_, window)| count(*window));
            let Some((place, window)) = rarest else { continue };
            let (word, mask) = made.place(window);
            if let Some(word) = made.bits.get_mut(word) {
                *word |= mask;
            }
            made.at.entry(window).or_default().push((index, place));
        }
        made
    }

    /// The word of bits that a window belongs to, and its two bits in it.
    fn place(&self, window: u64) -> (usize, u64) {
        let hash = mixed(window);
        let word = (hash >> 32) as usize & (self.bits.len() - 1);
        (word, 1 << (hash & 63) | 1 << (hash >> 6 & 63))
    }

    fn may_have(&self, window: u64) -> bool {
        let (word, mask) = self.place(window);
        self.bits.get(word).is_some_and(|word| word & mask == mask)
    }

    fn get(&self, window: u64) -> &[(u32, u32)] {
        self.at.get(&window).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The windows of a text, in order.
fn windows<const WIDTH: usize>(text: &[u8]) -> impl Iterator<Item = u64> {
    text.windows(WIDTH)
        .take(LONGEST)
        .map(|window| window.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

/// A window's bits mixed: its product with the odd number of the golden ratio, folded once.
fn mixed(window: u64) -> u64 {
    let product = window.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 29
}

/// Hashes windows: they need no protection from chosen keys, since authors choose them for themselves.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = mixed(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mixed(value);
    }
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
        let finder = Finder::new(strings.iter().copied().zip(0..));
        let mut parts = Vec::new();
        finder.find_parts(b"unvaulted", &mut |number| parts.push(number));
        assert_eq!(parts, [3]);
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
