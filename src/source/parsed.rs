//! What earlier builds parsed of pages, so that a page that did not change is not parsed again.
//!
//! ```text
//! FORMAT, version of annals
//! key, length, what was parsed as postcard    of each page
//! ```

use crate::data::Node;
use crate::markdown::Outline;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Changes with what is found in a page.
const FORMAT: u32 = 3;
const FILE: &str = "pages.bin";

/// The hash of a page's text and of the settings that it is parsed with.
pub(super) type Key = [u8; 32];

/// What was parsed of a page that has no mistakes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Parsed {
    /// The front matter.
    pub node: Node,
    /// Where the body starts.
    pub body: usize,
    /// The body's shape, where the page is all that it is made from.
    pub outline: Option<Outline>,
}

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    bytes: Vec<u8>,
    /// Where each page's part lies.
    places: HashMap<Key, Range<usize>>,
    /// What the next build needs: a page's key, and its part if it is new.
    next: Mutex<Vec<(Key, Option<Vec<u8>>)>>,
}

impl Kept {
    /// Reads what is kept in the folder of the cache. Anything unreadable counts as nothing.
    pub(super) fn load(folder: &Path) -> Self {
        Self::of(fs::read(folder.join(FILE)).unwrap_or_default()).unwrap_or_default()
    }

    fn of(bytes: Vec<u8>) -> Option<Self> {
        let mut places = HashMap::new();
        let mut rest = bytes.strip_prefix(header().as_slice())?;
        while let Some((key, after)) = rest.split_first_chunk() {
            let (length, after) = after.split_first_chunk()?;
            let (_, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            let start = bytes.len() - rest.len() + key.len() + length.len();
            places.insert(*key, start..bytes.len() - after.len());
            rest = after;
        }
        Some(Self { bytes, places, next: Mutex::default() })
    }

    fn part(&self, key: &Key) -> Option<&[u8]> {
        self.bytes.get(self.places.get(key)?.clone())
    }

    fn note(&self, key: Key, part: Option<Vec<u8>>) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).push((key, part));
    }

    /// What was parsed of a page.
    pub(super) fn get(&self, key: &Key) -> Option<Parsed> {
        let parsed = postcard::from_bytes(self.part(key)?).ok()?;
        self.note(*key, None);
        Some(parsed)
    }

    /// Keeps what was parsed of a page.
    pub(super) fn keep(&self, key: Key, parsed: &Parsed) {
        self.note(key, postcard::to_allocvec(parsed).ok());
    }

    /// Writes it for the next build if anything is new, or much is not needed any more. What can't be written costs time,
    /// nothing else.
    pub(super) fn save(self, folder: &Path) {
        let Self { bytes: old, places, next } = self;
        let next = next.into_inner().unwrap_or_else(PoisonError::into_inner);
        if next.iter().all(|(_, part)| part.is_none()) && places.len() <= 2 * next.len() {
            return;
        }
        let mut bytes = header();
        for (key, new) in next {
            let kept = places.get(&key).and_then(|place| old.get(place.clone()));
            let Some(part) = new.as_deref().or(kept) else { continue };
            let Ok(length) = u32::try_from(part.len()) else { continue };
            bytes.extend_from_slice(&key);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(part);
        }
        let beside = folder.join(FILE).with_extension("new");
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&beside, bytes));
        let _ = written.and_then(|()| fs::rename(beside, folder.join(FILE)));
    }
}

fn header() -> Vec<u8> {
    let mut header = FORMAT.to_le_bytes().to_vec();
    header.extend_from_slice(env!("CARGO_PKG_VERSION").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_counts_as_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::load(folder.path());
        assert!(kept.get(&[7; 32]).is_none());
        let parsed = Parsed { node: Node::empty(), body: 12, outline: Some(Outline::default()) };
        kept.keep([7; 32], &parsed);
        kept.save(folder.path());
        let kept = Kept::load(folder.path());
        assert_eq!(kept.get(&[7; 32]).unwrap().body, 12);
        kept.save(folder.path());
        let file = folder.path().join(FILE);
        let mut bytes = fs::read(&file).unwrap();
        bytes.pop();
        fs::write(&file, bytes).unwrap();
        assert!(Kept::load(folder.path()).get(&[7; 32]).is_none());
        fs::write(&file, b"other").unwrap();
        assert!(Kept::load(folder.path()).get(&[7; 32]).is_none());
    }
}
