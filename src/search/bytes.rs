//! Numbers and strings as bytes, and bytes as the text of a script.
//!
//! An index file is a classic script, since that is the one thing that a browser loads from
//! `file://` as well as over HTTP. Its payload is deflated and written with seven bits to a
//! character, so that a byte costs 8/7 of a byte on disk and, behind a server's gzip, nothing.

use libdeflater::{CompressionLvl, Compressor};
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// No index file may unpack to more than this: a damaged file is an error, not a full memory.
const UNPACKED_LIMIT: usize = 256 * 1024 * 1024;

/// The seven-bit values that can't stand in a JavaScript string as they are; the value at `i`
/// is written as the character U+00A1 + i.
const ESCAPED: [u8; 5] = [0x00, 0x0A, 0x0D, 0x22, 0x5C];
const ESCAPE_BASE: u32 = 0xA1;

/// Appends a number in LEB128.
pub fn put(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
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
fn deflate(payload: &[u8], level: u8) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(level.into()).unwrap_or_default());
    let mut packed = vec![0; compressor.deflate_compress_bound(payload.len())];
    // The bound is enough for any payload, so this can't fail.
    let length = compressor.deflate_compress(payload, &mut packed).unwrap_or_default();
    packed.truncate(length);
    packed
}

/// Deflates a payload and writes it as a script that hands it to `annalsShard` under `name`.
pub fn script(name: &str, payload: &[u8], level: u8) -> Vec<u8> {
    let packed = deflate(payload, level);
    let mut out = Vec::with_capacity(packed.len() * 6 / 5 + name.len() + 32);
    out.extend_from_slice(b"annalsShard(\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\",\"");
    let mut bits = 0u32;
    let mut count = 0;
    for byte in packed {
        bits = bits << 8 | u32::from(byte);
        count += 8;
        while count >= 7 {
            count -= 7;
            put_char(&mut out, (bits >> count & 0x7F) as u8);
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        put_char(&mut out, (bits << (7 - count) & 0x7F) as u8);
    }
    out.extend_from_slice(b"\")\n");
    out
}

fn put_char(out: &mut Vec<u8>, value: u8) {
    match ESCAPED.iter().position(|&escaped| escaped == value) {
        // U+00A1 to U+00A5 are C2 A1 to C2 A5 in UTF-8.
        Some(index) => out.extend_from_slice(&[0xC2, ESCAPE_BASE as u8 + index as u8]),
        None => out.push(value),
    }
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
    let text = file.strip_prefix(b"annalsShard(\"").ok_or(Damage::Shape)?;
    let text = text.strip_suffix(b"\n").unwrap_or(text).strip_suffix(b"\")").ok_or(Damage::Shape)?;
    let start = text.windows(3).position(|window| window == b"\",\"").ok_or(Damage::Shape)? + 3;
    let mut packed = Vec::with_capacity(text.len() * 7 / 8);
    let mut bits = 0u32;
    let mut count = 0;
    let mut chars = text.get(start..).unwrap_or_default().iter();
    while let Some(&byte) = chars.next() {
        let value = if byte == 0xC2 {
            let escape = chars.next().ok_or(Damage::Shape)?.wrapping_sub(ESCAPE_BASE as u8);
            *ESCAPED.get(usize::from(escape)).ok_or(Damage::Shape)?
        } else {
            byte
        };
        bits = bits << 7 | u32::from(value & 0x7F);
        count += 7;
        if count >= 8 {
            count -= 8;
            packed.push((bits >> count & 0xFF) as u8);
            bits &= (1 << count) - 1;
        }
    }
    decompress_to_vec_with_limit(&packed, UNPACKED_LIMIT).map_err(|_| Damage::Payload)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_payload_survives_its_script(payload in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let file = script("t0", &payload, 6);
            prop_assert!(std::str::from_utf8(&file).is_ok());
            prop_assert_eq!(unscript(&file), Ok(payload));
        }

        #[test]
        fn a_damaged_file_is_an_error_and_no_panic(file in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unscript(&file);
            let mut script = b"annalsShard(\"x\",\"".to_vec();
            script.extend_from_slice(&file);
            script.extend_from_slice(b"\")\n");
            let _ = unscript(&script);
        }

        #[test]
        fn numbers_survive(values in proptest::collection::vec(any::<u32>(), 0..50)) {
            let mut out = Vec::new();
            for &value in &values { put(&mut out, value); }
            let mut bytes = Bytes::new(&out);
            for &value in &values { prop_assert_eq!(bytes.number(), value); }
            prop_assert!(bytes.is_empty());
        }
    }

    #[test]
    fn a_cut_file_is_told_from_a_whole_one() {
        let file = script("t0", b"some payload that is long enough to be cut", 6);
        assert_eq!(unscript(&file[..file.len() - 8]), Err(Damage::Shape));
    }
}
