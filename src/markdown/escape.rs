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

/// Where the first byte is that is escaped. Most text has few of them, so blocks are told as a whole: so written, all
/// bytes of a block are compared at once.
fn find(bytes: &[u8]) -> Option<usize> {
    let is_special = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | b'"');
    let (blocks, tail) = bytes.as_chunks::<16>();
    let clean =
        blocks.iter().take_while(|block| !block.iter().fold(false, |any, byte| any | is_special(byte)));
    let start = clean.count() * 16;
    let rest = bytes.get(start..).unwrap_or(tail);
    rest.iter().position(is_special).map(|at| start + at)
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
