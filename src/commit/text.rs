//! From the bytes of a commit message to clean text.

use std::borrow::Cow;

/// Longest message that is looked at, in bytes. What follows is somebody's log file, not a message;
/// without a limit one such commit would cost more than all others together.
pub const LONGEST: usize = 64 * 1024;

/// A message's bytes as text: declared encoding honoured for the Latin family, anything else that
/// is not UTF-8 read with replacement characters, line ends as `\n`, no NUL, at most [`LONGEST`] bytes.
pub fn decode<'a>(bytes: &'a [u8], encoding: Option<&[u8]>) -> Cow<'a, str> {
    let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
    let text = if encoding.is_some_and(is_latin) {
        Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect())
    } else {
        String::from_utf8_lossy(bytes)
    };
    if text.bytes().any(|byte| byte == b'\r' || byte == 0) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
        return Cow::Owned(text);
    }
    text
}

fn is_latin(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.as_slice(),
        b"iso-8859-1" | b"iso8859-1" | b"latin1" | b"latin-1" | b"iso-8859-15" | b"cp1252" | b"windows-1252"
    )
}

/// WHATWG's reading of Latin-1 labels: the C1 range holds the Windows characters that people meant.
fn windows_1252(byte: u8) -> char {
    const C1: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => C1.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

/// The first paragraph on one line, as `git log --format=%s` prints it, and the rest of the message.
pub fn split_subject(message: &str) -> (Cow<'_, str>, &str) {
    let message = message.trim_start_matches(['\n', ' ', '\t']);
    let (first, rest) = match find_blank_line(message) {
        Some((end, next)) => (message.get(..end).unwrap_or(message), message.get(next..).unwrap_or_default()),
        None => (message, ""),
    };
    let first = first.trim_end();
    let subject = if first.contains('\n') {
        Cow::Owned(first.lines().map(str::trim).collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(first)
    };
    (subject, rest.trim_matches('\n').trim_end())
}

/// Where the first blank line begins (at the end of the line before it) and where what follows starts.
pub(crate) fn find_blank_line(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && start > 0 {
            return Some((start - 1, start + line.len()));
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_is_honoured_and_bad_utf_8_is_replaced() {
        assert_eq!(decode(b"fix: caf\xe9 \x96", Some(b"ISO-8859-1")), "fix: café –");
        assert_eq!(decode(b"fix: caf\xe9", None), "fix: caf\u{fffd}");
        assert_eq!(decode(b"a\r\nb\0c", None), "a\nb\u{fffd}c");
    }

    #[test]
    fn a_long_message_is_cut_and_may_be_cut_inside_a_character() {
        let long = "é".repeat(LONGEST);
        assert!(decode(long.as_bytes(), None).len() <= LONGEST + 3);
        let odd = format!("a{long}");
        assert!(decode(odd.as_bytes(), None).ends_with('\u{fffd}'));
    }

    #[test]
    fn a_subject_over_several_lines_is_joined() {
        assert_eq!(split_subject("a\nb\n\nbody\n"), (Cow::Borrowed("a b"), "body"));
        assert_eq!(split_subject("a"), (Cow::Borrowed("a"), ""));
        assert_eq!(split_subject(""), (Cow::Borrowed(""), ""));
    }
}
