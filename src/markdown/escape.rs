//! Text made safe for HTML.

use std::io::{self, Write};

/// Appends text with the characters escaped that mean something in HTML text and attributes.
pub fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, entity, after)) = next(rest) {
        out.push_str(before);
        out.push_str(entity);
        rest = after;
    }
    out.push_str(rest);
}

/// Text escaped for HTML text and attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

/// The same for what templates print; an apostrophe is escaped, too, since a template may quote attributes with it.
pub fn write_escaped(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut rest = text;
    while let Some((before, entity, after)) = next(rest) {
        write_apostrophes(before, out)?;
        out.write_all(entity.as_bytes())?;
        rest = after;
    }
    write_apostrophes(rest, out)
}

fn write_apostrophes(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for (number, part) in text.split('\'').enumerate() {
        if number > 0 {
            out.write_all(b"&#39;")?;
        }
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

/// The text before the next character that is escaped, what stands for it, and the text behind it.
fn next(text: &str) -> Option<(&str, &'static str, &str)> {
    let at = find(text.as_bytes())?;
    let (before, rest) = text.split_at_checked(at)?;
    let entity = match rest.as_bytes().first()? {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => "&quot;",
    };
    Some((before, entity, rest.get(1..)?))
}

/// Where the first byte is that is escaped. Most text has few of them, so eight bytes are told at a time.
fn find(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk() {
        let word = u64::from_le_bytes(*word);
        // `"` is `&` but for one bit, and `<` is `>` but for one.
        let found = equal(word | 0x0404_0404_0404_0404, b'&') | equal(word | 0x0202_0202_0202_0202, b'>');
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = after;
    }
    let at = rest.iter().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"'))?;
    Some(bytes.len() - rest.len() + at)
}

/// The highest bit of each byte that equals `byte`; of those behind the first it may tell too many (Mycroft's test for a
/// zero byte).
fn equal(word: u64, byte: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let differs = word ^ (u64::from(byte) * ONES);
    differs.wrapping_sub(ONES) & !differs & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slowly(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }

    proptest! {
        #[test]
        fn any_text_is_escaped(text in "([a-zé]{0,30}[&<>\"']?){0,6}") {
            prop_assert_eq!(escape(&text), slowly(&text));
            let mut out = Vec::new();
            write_escaped(&text, &mut out).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), slowly(&text).replace('\'', "&#39;"));
        }
    }
}
