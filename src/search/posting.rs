//! Where in a page a word stands, as bytes.
//!
//! A term's posting list is, for each page in order, the gap to the page before and the page's
//! **entries**. An entry is one field of one section:
//!
//! ```text
//! head      number   section gap << 5 | field << 2 | more << 1 | last
//! position  number   of the first occurrence
//! if more:  further positions less one, then the gaps of the further positions less one
//! ```
//!
//! The entries know nothing of the rest of the site, so that they are made once for each page
//! and kept between builds.

use super::bytes::{Bytes, put};

/// The field of a page or section that a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// The page's title.
    Title = 0,
    /// Names of alerts and error strings that lead to the page.
    Name = 1,
    /// A section's heading.
    Heading = 2,
    /// A section's prose.
    Body = 3,
    /// A section's code blocks.
    Code = 4,
    /// Description, services, tags, version, address.
    Meta = 5,
}

impl Field {
    /// The field of an index.
    pub fn of(index: u8) -> Self {
        match index {
            0 => Self::Title,
            1 => Self::Name,
            2 => Self::Heading,
            3 => Self::Body,
            4 => Self::Code,
            _ => Self::Meta,
        }
    }
}

/// How many fields there are.
pub const FIELDS: usize = 6;
/// Their names, in order.
pub const FIELD_NAMES: [&str; FIELDS] = ["title", "name", "heading", "body", "code", "meta"];

/// One occurrence: section (0 is the page itself, the n-th section is n), field, position.
pub type Occurrence = (u32, Field, u32);

/// Appends the entries of a term in a page. The occurrences must be in order.
pub fn put_entries(out: &mut Vec<u8>, occurrences: &[Occurrence]) {
    let mut section_before = 0;
    let mut rest = occurrences;
    while let Some(&(section, field, first)) = rest.first() {
        let count = rest.iter().take_while(|found| (found.0, found.1) == (section, field)).count();
        let (chunk, after) = rest.split_at(count);
        rest = after;
        let last = u32::from(rest.is_empty());
        // A joined form may be found twice at one place.
        let further = chunk.windows(2).filter(|pair| pair.first() != pair.last()).count();
        let more = u32::from(further > 0);
        put(out, (section - section_before) << 5 | u32::from(field as u8) << 2 | more << 1 | last);
        section_before = section;
        put(out, first);
        if more == 1 {
            put(out, further as u32 - 1);
            let mut before = first;
            for &(_, _, position) in chunk.iter().filter(|occurrence| occurrence.2 != first) {
                if position != before {
                    put(out, position.saturating_sub(before + 1));
                }
                before = position;
            }
        }
    }
}

/// One field of one section, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Section, 0 for the page itself.
    pub section: u32,
    /// Index of the field.
    pub field: u8,
    /// How many occurrences.
    pub count: u32,
    /// Whether it is the page's last entry.
    pub last: bool,
}

/// Reads an entry, giving each position to `position`.
pub fn read_entry(bytes: &mut Bytes<'_>, section: u32, mut position: impl FnMut(u32)) -> Entry {
    let head = bytes.number();
    let section = section.saturating_add(head >> 5);
    let mut at = bytes.number();
    position(at);
    let mut count = 1;
    if head & 2 != 0 {
        // A damaged file must not keep us here for four billion rounds.
        let further = bytes.number().min(1 << 20).saturating_add(1);
        for _ in 0..further {
            if bytes.is_empty() {
                break;
            }
            at = at.saturating_add(bytes.number()).saturating_add(1);
            position(at);
            count += 1;
        }
    }
    let last = head & 1 != 0 || bytes.is_empty();
    Entry { section, field: ((head >> 2) & 7) as u8, count, last }
}

/// An entry whose positions were not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    head: u32,
    /// Index of the field.
    pub field: u8,
    /// Whether it is the page's last entry.
    pub last: bool,
}

impl Skipped {
    /// The head of the same entry with one occurrence.
    pub fn head_of_one(self) -> u32 {
        self.head & !2
    }
}

/// Goes past an entry.
pub fn skip_entry(bytes: &mut Bytes<'_>) -> Skipped {
    let head = bytes.number();
    bytes.skip(1);
    if head & 2 != 0 {
        let further = bytes.number();
        bytes.skip(further.saturating_add(1));
    }
    Skipped { head, field: ((head >> 2) & 7) as u8, last: head & 1 != 0 || bytes.is_empty() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_written() {
        let occurrences = [
            (0, Field::Title, 2),
            (1, Field::Body, 0),
            (1, Field::Body, 7),
            (1, Field::Code, 90),
            (4, Field::Body, 3),
            (4, Field::Body, 4),
            (4, Field::Body, 300),
        ];
        let mut out = Vec::new();
        put_entries(&mut out, &occurrences);
        let mut bytes = Bytes::new(&out);
        let mut section = 0;
        let mut read = Vec::new();
        loop {
            let mut positions = Vec::new();
            let entry = read_entry(&mut bytes, section, |position| positions.push(position));
            section = entry.section;
            assert_eq!(entry.count as usize, positions.len());
            read.extend(positions.into_iter().map(|position| (entry.section, entry.field, position)));
            if entry.last {
                break;
            }
        }
        let expected: Vec<_> =
            occurrences.iter().map(|&(section, field, at)| (section, field as u8, at)).collect();
        assert_eq!(read, expected);
        assert!(bytes.is_empty());
    }
}
