//! Text to tokens.
//!
//! The unit is the **compound**: what a reader would copy with one double click and a little
//! luck, such as `KubePodCrashLooping`, `node_filesystem_avail_bytes`, `/var/lib/docker` or
//! `v3.4.21`. A compound has **parts** (its words) in one or more **units** (the stretches
//! between `.`, `/`, `:`); its joined forms make all spellings of an identifier meet:
//! `max_message_size`, `maxMessageSize` and `max-message-size` all have the parts max, message,
//! size and the joined form `maxmessagesize`.
//!
//! The browser's client cuts queries by the same rules; `tests/search_parity.rs` holds them together.

use super::fold::{fold_into, is_unspaced, is_word};
use super::hump::{split, style};
use super::letters;
use std::ops::Range;

/// A part longer than this is cut: no reader types it, and a page of noise stays small.
const PART_LIMIT: usize = 48;
/// A joined form longer than this is not made.
const JOIN_LIMIT: usize = 64;
/// A run of word characters with the connectors inside it, cut into parts.
#[derive(Debug, Default)]
pub struct Compound {
    /// Byte range in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether `--` stands before it.
    pub flag: bool,
    /// Whether `#` stands before it.
    pub hash: bool,
    /// How an identifier is written: `_` for `snake_case`, `~` for `camelCase`.
    pub style: Option<char>,
    /// Whether it is a run of a script without spaces; its parts are then overlapping pairs.
    pub unspaced: bool,
    buffer: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    start: usize,
    end: usize,
    unit: usize,
}

impl Compound {
    /// How many parts it has.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether folding left nothing of it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The parts, folded.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| self.buffer.get(part.start..part.end))
    }

    /// The joined forms with the index of their first part: each unit of two parts or more, then
    /// the whole if it has two units or more.
    pub fn joins(&self) -> impl Iterator<Item = (usize, &str)> {
        // Most compounds are a word alone.
        let last = if self.parts.len() > 1 { self.parts.last().map_or(0, |part| part.unit) } else { 0 };
        let count = if self.parts.len() > 1 { last + 1 } else { 0 };
        let units = (0..count).filter_map(move |unit| {
            let first = self.parts.iter().position(|part| part.unit == unit)?;
            let end = self.parts.iter().rposition(|part| part.unit == unit)?;
            (end > first).then_some((first, end))
        });
        let whole = (last > 0).then(|| (0, self.parts.len().saturating_sub(1)));
        units
            .chain(whole)
            .filter(|_| !self.unspaced)
            .filter_map(|(first, end)| Some((first, self.join(first, end)?)))
    }

    fn join(&self, first: usize, last: usize) -> Option<&str> {
        let text = self.buffer.get(self.parts.get(first)?.start..self.parts.get(last)?.end)?;
        (text.chars().count() <= JOIN_LIMIT).then_some(text)
    }

    /// The form with its sign: `--flag-name` as `--flagname`, `#8911` as it is, `snake_case` as `snakecase_` and
    /// `camelCase` as `camelcase~`, so that one spelling can be told from the others. These stand beside the joined form
    /// in the dictionary.
    pub fn signed(&self) -> Option<String> {
        if self.unspaced {
            return None;
        }
        if self.flag {
            let last = self.parts.iter().rposition(|part| part.unit == 0)?;
            return Some(format!("--{}", self.join(0, last)?));
        }
        let first = self.parts().next()?;
        if self.hash && first.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(format!("#{first}"));
        }
        self.style.and_then(|sign| Some(format!("{}{sign}", self.join(0, self.parts.len().checked_sub(1)?)?)))
    }

    fn clear(&mut self, start: usize) {
        self.start = start;
        self.end = start;
        self.flag = false;
        self.hash = false;
        self.style = None;
        self.unspaced = false;
        self.buffer.clear();
        self.parts.clear();
    }

    fn push(&mut self, raw: &str, unit: usize) {
        let start = self.buffer.len();
        fold_into(raw, &mut self.buffer);
        if let Some((cut, _)) = self.buffer.get(start..).and_then(|part| part.char_indices().nth(PART_LIMIT))
        {
            self.buffer.truncate(start + cut);
        }
        if self.buffer.len() > start {
            self.parts.push(Part { start, end: self.buffer.len(), unit });
        }
    }

    /// Adds `.` and a further number to the last part: a version or an address stays whole.
    fn extend(&mut self, raw: &str) {
        let Some(part) = self.parts.last_mut() else { return };
        let chars = |text: &str| text.chars().count();
        let length = self.buffer.get(part.start..part.end).map_or(0, chars);
        if length + chars(raw) < PART_LIMIT {
            self.buffer.push('.');
            fold_into(raw, &mut self.buffer);
            part.end = self.buffer.len();
        }
    }
}

/// A piece of a text.
pub(super) enum Token<'a> {
    /// A plain word, folded, and where it stands. Most of a text are these.
    Word(&'a str, Range<usize>),
    /// Anything else.
    Compound(&'a Compound),
}

/// Calls `found` for each compound of `text`, in order. The compound is reused between calls.
pub fn compounds(text: &str, found: &mut impl FnMut(&Compound)) {
    let mut plain = Compound::default();
    tokens(text, &mut |token| match token {
        Token::Word(word, range) => {
            plain.clear(range.start);
            plain.end = range.end;
            plain.push(word, 0);
            found(&plain);
        }
        Token::Compound(compound) => found(compound),
    });
}

/// Calls `found` for each piece of `text`, in order.
pub(super) fn tokens(text: &str, found: &mut impl FnMut(Token<'_>)) {
    let bytes = text.as_bytes();
    let mut compound = Compound::default();
    let mut folded = String::new();
    let mut at = 0;
    while let Some(start) = next_word(text, at) {
        let sign = at < start && matches!(bytes.get(start - 1), Some(b'-' | b'#'));
        if !sign && let Some((end, capital)) = plain_word(text, start) {
            let word = text.get(start..end).unwrap_or_default();
            if capital {
                folded.clear();
                folded.push_str(word);
                folded.make_ascii_lowercase();
            }
            found(Token::Word(if capital { &folded } else { word }, start..end));
            at = end;
            continue;
        }
        compound.clear(start);
        let before = bytes.get(at..start).unwrap_or_default();
        compound.flag = before.ends_with(b"--") && !before.ends_with(b"---");
        compound.hash = before.ends_with(b"#");
        let rest = text.get(start..).unwrap_or_default();
        let length = read(rest, &mut compound);
        at = start + length;
        compound.end = at;
        // Most compounds are a word alone.
        if compound.parts.len() > 1 {
            compound.style = style(rest.get(..length).unwrap_or_default());
        }
        if !compound.is_empty() {
            found(Token::Compound(&compound));
        }
    }
}

/// The end of the word at `start` if it is of plain letters, with none but the first a capital, and nothing goes on
/// behind it; and whether the first is a capital. Most words are; the rules of [`read`] would come to the same.
fn plain_word(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let capital = bytes.get(start)?.is_ascii_uppercase();
    let small = start + usize::from(capital);
    let end = small + letters::small(bytes.get(small..)?);
    let alone = match bytes.get(end) {
        Some(b' ' | b'\n') | None => true,
        Some(byte) => byte.is_ascii() && !byte.is_ascii_alphanumeric() && following(text, end).is_none(),
    };
    (end > start && end - start <= PART_LIMIT && alone).then_some((end, capital))
}

/// Reads the compound at the start of `text`, which starts with a word character; its length.
fn read(text: &str, compound: &mut Compound) -> usize {
    let unspaced = text.chars().next().is_some_and(is_unspaced);
    if unspaced {
        let end = text.find(|char| !is_unspaced(char)).unwrap_or(text.len());
        compound.unspaced = true;
        pairs(text.get(..end).unwrap_or_default(), compound);
        return end;
    }
    let mut unit = 0;
    let mut at = 0;
    // Whether the last part is a number that a `.` may go on with.
    let mut number = false;
    let mut connector = None;
    loop {
        let atom = atom_at(text, at);
        let end = at + atom.len();
        let next = following(text, end);
        match connector {
            Some('.') if number && atom.starts_with(|char: char| char.is_ascii_digit()) => {
                compound.extend(atom);
                number = digits(atom);
            }
            Some('\'' | '’') if atom.eq_ignore_ascii_case("s") => number = false,
            _ => {
                if matches!(connector, Some('.' | '/' | ':' | '@' | '\\')) {
                    unit += 1;
                }
                let version = atom.strip_prefix(['v', 'V']).filter(|rest| digits(rest)).filter(|_| {
                    next.is_some_and(|(connector, at)| {
                        connector == '.' && atom_at(text, at).starts_with(|char: char| char.is_ascii_digit())
                    })
                });
                let atom = version.unwrap_or(atom);
                number = digits(atom);
                split(atom, |part| compound.push(part, unit));
            }
        }
        match next {
            Some((char, start)) => {
                connector = Some(char);
                at = start;
            }
            None => return end,
        }
    }
}

/// The run of word characters at `at`.
fn atom_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let plain = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let end = match rest.as_bytes().get(plain) {
        // Other scripts go on character by character.
        Some(byte) if !byte.is_ascii() => {
            let tail = rest.get(plain..).unwrap_or_default();
            plain + tail.find(|char| !is_word(char) || is_unspaced(char)).unwrap_or(tail.len())
        }
        _ => plain,
    };
    rest.get(..end).unwrap_or_default()
}

/// Where the next word character at or behind `at` stands.
fn next_word(text: &str, at: usize) -> Option<usize> {
    for (skip, byte) in text.as_bytes().get(at..)?.iter().enumerate() {
        if byte.is_ascii_alphanumeric() {
            return Some(at + skip);
        }
        if !byte.is_ascii() {
            let tail = text.get(at + skip..)?;
            return tail.find(is_word).map(|further| at + skip + further);
        }
    }
    None
}

/// The connector at `at` and where the atom behind it starts, if one follows at once.
fn following(text: &str, at: usize) -> Option<(char, usize)> {
    // Most words end at a space.
    if text.as_bytes().get(at).is_none_or(|byte| byte.is_ascii_whitespace()) {
        return None;
    }
    let mut chars = text.get(at..)?.chars();
    let connector = chars.next().filter(|char| "_-./:@\\'’".contains(*char))?;
    let next = chars.next()?;
    (is_word(next) && !is_unspaced(next)).then(|| (connector, at + connector.len_utf8()))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The overlapping pairs of a run, and its last character alone, so that each character starts a token.
fn pairs(run: &str, compound: &mut Compound) {
    let mut folded = String::with_capacity(run.len());
    fold_into(run, &mut folded);
    let starts: Vec<usize> = folded.char_indices().map(|(at, _)| at).collect();
    let mut ends = starts.iter().skip(2).copied().chain([folded.len(), folded.len()]);
    for &start in &starts {
        let end = ends.next().unwrap_or(folded.len());
        compound.parts.push(Part { start, end, unit: 0 });
    }
    compound.buffer = folded;
}

#[cfg(test)]
mod tests {
    use super::compounds;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        compounds(text, &mut |compound| {
            let parts: Vec<&str> = compound.parts().collect();
            let joins: Vec<&str> = compound.joins().map(|(_, join)| join).collect();
            let mut line = parts.join(" ");
            if !joins.is_empty() {
                line += &format!(" = {}", joins.join(" "));
            }
            if let Some(signed) = compound.signed() {
                line += &format!(" {signed}");
            }
            out.push(line);
        });
        out.join(" | ")
    }

    #[test]
    fn identifiers_are_cut_and_kept_whole() {
        assert_eq!(shown("KubePodCrashLooping"), "kube pod crash looping = kubepodcrashlooping");
        assert_eq!(
            shown("node_filesystem_avail_bytes"),
            "node filesystem avail bytes = nodefilesystemavailbytes nodefilesystemavailbytes_"
        );
        assert_eq!(shown("/var/lib/docker"), "var lib docker = varlibdocker");
        assert_eq!(shown("Edge5xxHigh"), "edge 5xx high = edge5xxhigh");
        assert_eq!(
            shown("HTTPServer APIKey PRs IPv4 k8s"),
            "http server = httpserver | api key = apikey | prs | ipv 4 = ipv4 | k8s"
        );
        assert_eq!(shown("config.max_size"), "config max size = maxsize configmaxsize");
        assert_eq!(
            shown("SEV-2 SEV2 sev_2 maxSize"),
            "sev 2 = sev2 | sev 2 = sev2 | sev 2 = sev2 sev2_ | max size = maxsize maxsize~"
        );
    }

    #[test]
    fn versions_addresses_and_numbers_stay_whole() {
        assert_eq!(shown("v3.4.21 3.4.21, 10.0.0.1:2379"), "3.4.21 | 3.4.21 | 10.0.0.1 2379 = 10.0.0.12379");
        assert_eq!(shown("#8911 0x80070005 deadbeef12"), "8911 #8911 | 0x80070005 | deadbeef12");
        assert_eq!(shown("2.2.0-rc.1"), "2.2.0 rc 1 = 2.2.0rc 2.2.0rc1");
    }

    #[test]
    fn flags_keep_their_sign() {
        assert_eq!(shown("use --unsafe-no-fsync"), "use | unsafe no fsync = unsafenofsync --unsafenofsync");
        assert_eq!(shown("a --- b"), "a | b");
    }

    #[test]
    fn sentences_and_apostrophes() {
        assert_eq!(shown("End. etcd's don't"), "end | etcd | don t = dont");
        assert_eq!(shown("l’eau"), "l eau = leau");
    }

    #[test]
    fn scripts_without_spaces_are_cut_in_pairs() {
        assert_eq!(shown("数据库 down"), "数据 据库 库 | down");
        assert_eq!(shown("日"), "日");
    }

    proptest::proptest! {
        #[test]
        fn plain_words_are_read_as_any_other(text in "[A-Za-z]{1,3}[a-z]{0,50}[-. '/_0-9é]{0,2}[a-z]{0,3}") {
            if let Some((end, capital)) = super::plain_word(&text, 0) {
                let mut read = super::Compound::default();
                assert_eq!(super::read(&text, &mut read), end);
                assert_eq!(read.parts().collect::<Vec<_>>(), [text[..end].to_ascii_lowercase()]);
                assert_eq!(capital, text.starts_with(|char: char| char.is_ascii_uppercase()));
            }
        }

        #[test]
        fn any_text_is_cut_without_a_panic(text in "\\PC{0,80}") {
            compounds(&text, &mut |compound| {
                assert!(text.get(compound.start..compound.end).is_some());
                compound.joins().count();
                compound.signed();
            });
        }
    }
}
