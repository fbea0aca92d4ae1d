//! Numbers and strings as bytes, and bytes as the text of a script.
//!
//! An index file is a classic script, since that is the one thing that a browser loads from
//! `file://` as well as over HTTP. Its payload is deflated and written in UTF-16 with fifteen bits
//! to a character, so that a byte costs 16/15 of a byte; base64 would cost 4/3. The byte order mark
//! at the file's start tells the encoding and, by the Encoding Standard, wins over what a server or
//! a page may say.

use libdeflater::{CompressionLvl, Compressor};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::cell::RefCell;

/// No index file may unpack to more than this: a damaged file is an error, not a full memory.
const UNPACKED_LIMIT: usize = 256 * 1024 * 1024;

/// Fifteen bits are written as the character U+3400 plus their value: up to U+B3FF all are letters
/// that a string may hold as they are.
const FIRST: u16 = 0x3400;
/// The last character may hold seven bits, so that no byte is made of padding: browsers refuse to
/// inflate what has one too many.
const SEVEN: u16 = 0x8000;
/// How hard files are deflated: beyond this, time grows faster than bytes shrink.
const LEVEL: i32 = 6;

/// Appends a number in LEB128.
pub fn put(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`put`] writes for a number.
pub fn size(value: u32) -> usize {
    let bits = (u32::BITS - value.leading_zeros()).max(1);
    bits.div_ceil(7) as usize
}

/// Appends a string with its length.
pub fn put_str(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Reads what [`put`] and [`put_str`] wrote. Beyond the end it reads zeros, so that a damaged
/// file gives wrong results at worst.
#[derive(Debug, Clone)]
pub struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    /// Reads from the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Reads from an offset.
    pub fn from(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at: at.min(bytes.len()) }
    }

    /// Where the next read starts.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether all is read.
    pub fn is_empty(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    /// The next number.
    pub fn number(&mut self) -> u32 {
        let mut value = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte();
            value |= u32::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    /// Goes past so many numbers.
    pub fn skip(&mut self, numbers: u32) {
        let mut left = numbers;
        while left > 0 && !self.is_empty() {
            left -= u32::from(self.byte() < 0x80);
        }
    }

    /// The next `length` bytes, fewer at the end.
    pub fn take(&mut self, length: usize) -> &'a [u8] {
        let start = self.at.min(self.bytes.len());
        let end = start.saturating_add(length).min(self.bytes.len());
        self.at = end;
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The next string.
    pub fn string(&mut self) -> String {
        let length = self.number() as usize;
        String::from_utf8_lossy(self.take(length)).into_owned()
    }
}

/// Raw DEFLATE (RFC 1951), as browsers inflate it. libdeflate gives the same bytes on every machine, smaller and in a
/// third of the time of miniz_oxide.
fn deflate(payload: &[u8]) -> Vec<u8> {
    thread_local! {
        // More than a megabyte each, which takes longer to make than a file to deflate.
        static COMPRESSOR: RefCell<Compressor> =
            RefCell::new(Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default()));
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let mut packed = vec![0; compressor.deflate_compress_bound(payload.len())];
        // The bound is enough for any payload, so this can't fail.
        let length = compressor.deflate_compress(payload, &mut packed).unwrap_or_default();
        packed.truncate(length);
        packed
    })
}

/// Deflates a payload and writes it as a script that hands it to `annalsShard` under `name`.
pub fn script(name: &str, payload: &[u8]) -> Vec<u8> {
    let packed = deflate(payload);
    let mut out = Vec::with_capacity(packed.len() * 16 / 15 + 2 * name.len() + 48);
    let mut put = |unit: u16| out.extend_from_slice(&unit.to_le_bytes());
    put(0xFEFF);
    for unit in format!("annalsShard(\"{name}\",\"").encode_utf16() {
        put(unit);
    }
    let mut bits = 0u32;
    let mut count = 0;
    for byte in packed {
        bits = bits << 8 | u32::from(byte);
        count += 8;
        if count >= 15 {
            count -= 15;
            put(FIRST + (bits >> count & 0x7FFF) as u16);
            bits &= (1 << count) - 1;
        }
    }
    if count > 7 {
        put(FIRST + (bits << (15 - count) & 0x7FFF) as u16);
    } else if count > 0 {
        put(FIRST + SEVEN + (bits << (7 - count)) as u16);
    }
    for unit in "\")\n".encode_utf16() {
        put(unit);
    }
    out
}

/// Why an index file can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It is no index file, or it is cut short.
    Shape,
    /// Its payload does not unpack.
    Payload,
}

/// The payload of a script made by [`script`].
pub fn unscript(file: &[u8]) -> Result<Vec<u8>, Damage> {
    let mut units =
        file.chunks_exact(2).map(|pair| pair.iter().rev().fold(0, |unit, byte| unit << 8 | u16::from(*byte)));
    let head: String = char::decode_utf16(units.by_ref().take(14)).filter_map(Result::ok).collect();
    if head != "\u{FEFF}annalsShard(\"" {
        return Err(Damage::Shape);
    }
    // The name, its closing quote, the comma and the quote before the data.
    let quote = u16::from(b'"');
    units.by_ref().find(|unit| *unit == quote).ok_or(Damage::Shape)?;
    units.by_ref().find(|unit| *unit == quote).ok_or(Damage::Shape)?;
    let mut packed = Vec::with_capacity(file.len());
    let mut bits = 0u32;
    let mut count = 0;
    while let Some(unit) = units.next() {
        if unit == quote {
            // Without the parenthesis that ends the call a browser could not run the script.
            units.next().filter(|unit| *unit == u16::from(b')')).ok_or(Damage::Shape)?;
            return decompress_to_vec_with_limit(&packed, UNPACKED_LIMIT).map_err(|_| Damage::Payload);
        }
        let value = unit.checked_sub(FIRST).filter(|value| *value < SEVEN + 0x80).ok_or(Damage::Shape)?;
        let width = if value < SEVEN { 15 } else { 7 };
        bits = bits << width | u32::from(value % SEVEN);
        count += width;
        while count >= 8 {
            count -= 8;
            packed.push((bits >> count & 0xFF) as u8);
        }
        bits &= (1 << count) - 1;
    }
    // The data's closing quote is missing.
    Err(Damage::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_payload_survives_its_script(payload in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let file = script("t0", &payload);
            prop_assert!(file.chunks(2).all(|pair| char::from_u32(u32::from(pair[0]) | u32::from(pair[1]) << 8).is_some()));
            prop_assert_eq!(unscript(&file), Ok(payload));
        }

        #[test]
        fn a_damaged_file_is_an_error_and_no_panic(file in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unscript(&file);
            let mut script = script("x", b"payload");
            script.splice(34..40, file);
            let _ = unscript(&script);
        }

        #[test]
        fn numbers_survive(values in proptest::collection::vec(any::<u32>(), 0..50)) {
            let mut out = Vec::new();
            for &value in &values {
                let before = out.len();
                put(&mut out, value);
                prop_assert_eq!(out.len() - before, size(value));
            }
            let mut bytes = Bytes::new(&out);
            for &value in &values { prop_assert_eq!(bytes.number(), value); }
            prop_assert!(bytes.is_empty());
        }
    }

    #[test]
    fn a_cut_file_is_told_from_a_whole_one() {
        let file = script("t0", b"some payload that is long enough to be cut");
        assert_eq!(unscript(&file[..file.len() - 8]), Err(Damage::Shape));
    }
}
