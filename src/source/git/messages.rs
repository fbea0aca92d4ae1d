//! The messages of a whole history in little memory.
//!
//! They are kept as text while they are few. Beyond [`PLAIN`] bytes each further block is deflated,
//! which shrinks messages to about a quarter; readers go through a history in order, so one
//! inflated block at hand is enough.

use libdeflater::{CompressionLvl, Compressor, Decompressor};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are kept as they are.
const PLAIN: usize = 8 << 20;
/// Bytes a block holds before it is deflated.
const BLOCK: usize = 256 << 10;

/// An append-only store of texts.
#[derive(Debug, Default)]
pub struct Messages {
    plain: String,
    blocks: Vec<Box<[u8]>>,
    /// Length of each block when it is inflated.
    lengths: Vec<usize>,
    open: String,
    /// End of each text, in bytes of the whole store.
    ends: Vec<u64>,
    /// Start of each block, in bytes of the whole store.
    starts: Vec<u64>,
    at_hand: Mutex<Option<(usize, Arc<str>)>>,
}

impl Messages {
    /// Adds a text; its number is how many there were.
    pub fn push(&mut self, text: &str) {
        let end = self.ends.last().copied().unwrap_or(0) + text.len() as u64;
        if self.blocks.is_empty() && self.open.is_empty() && self.plain.len() + text.len() <= PLAIN {
            self.plain.push_str(text);
        } else {
            if self.open.is_empty() {
                self.starts.push(end - text.len() as u64);
            }
            self.open.push_str(text);
            if self.open.len() >= BLOCK {
                self.blocks.push(deflate(self.open.as_bytes()));
                self.lengths.push(self.open.len());
                self.open.clear();
            }
        }
        self.ends.push(end);
    }

    /// Hands the text with this number to `read`. A number that was never given reads as empty.
    pub fn with<T>(&self, number: u32, read: impl FnOnce(&str) -> T) -> T {
        let number = number as usize;
        let Some(&end) = self.ends.get(number) else { return read("") };
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        if end <= self.plain.len() as u64 {
            return read(slice(&self.plain, start, end));
        }
        let block = self.starts.partition_point(|&first| first <= start).saturating_sub(1);
        let base = self.starts.get(block).copied().unwrap_or(0);
        let (start, end) = (start.saturating_sub(base), end.saturating_sub(base));
        let Some(deflated) = self.blocks.get(block) else { return read(slice(&self.open, start, end)) };
        let hand = || self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        let at_hand = hand().as_ref().filter(|(at, _)| *at == block).map(|(_, text)| text.clone());
        let text = at_hand.unwrap_or_else(|| {
            let bytes = inflate(deflated, self.lengths.get(block).copied().unwrap_or(0));
            let text: Arc<str> = String::from_utf8(bytes).unwrap_or_default().into();
            *hand() = Some((block, text.clone()));
            text
        });
        read(slice(&text, start, end))
    }
}

fn deflate(text: &[u8]) -> Box<[u8]> {
    // Level 6 costs a second for a million messages and takes a third less than level 1.
    let mut compressor = Compressor::new(CompressionLvl::new(6).unwrap_or_default());
    let mut out = vec![0; compressor.deflate_compress_bound(text.len())];
    let length = compressor.deflate_compress(text, &mut out).unwrap_or(0);
    out.get(..length).unwrap_or_default().into()
}

fn inflate(deflated: &[u8], length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    let written = Decompressor::new().deflate_decompress(deflated, &mut out).unwrap_or(0);
    out.truncate(written);
    out
}

fn slice(text: &str, start: u64, end: u64) -> &str {
    let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    text.get(at(start)..at(end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_plain_deflated_and_open_blocks() {
        let mut messages = Messages::default();
        let text = |number: u32| format!("fix: number {number} {}\n", "é".repeat(900));
        let count = u32::try_from(PLAIN / 1800 + 2 * BLOCK / 1800 + 40).unwrap();
        for number in 0..count {
            messages.push(&text(number));
        }
        assert!(messages.blocks.len() >= 2 && !messages.open.is_empty());
        for number in (0..count).step_by(7).chain(count - 3..count) {
            messages.with(number, |got| assert_eq!(got, text(number)));
        }
        messages.with(count, |got| assert_eq!(got, ""));
    }
}
