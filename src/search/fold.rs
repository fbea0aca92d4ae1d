//! Letters made comparable: case, accents and compatibility forms away.
//!
//! The browser's client folds queries with the same rules (`fold` in `search-engine.js`), so
//! nothing here may go beyond what JavaScript's `normalize`, `toLowerCase` and Unicode
//! properties give.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Whether a character belongs to a word.
pub fn is_word(char: char) -> bool {
    if char.is_ascii() {
        char.is_ascii_alphanumeric()
    } else {
        char.is_alphanumeric() || is_combining_mark(char)
    }
}

/// Whether a character is of a script that is written without spaces between words; runs of
/// these are indexed by overlapping pairs.
pub fn is_unspaced(char: char) -> bool {
    matches!(u32::from(char),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF)
}

/// Appends `text` folded to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    let stripped: String = text.nfkd().filter(|&char| !is_accent(char)).collect();
    for char in stripped.to_lowercase().nfc() {
        match char {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            char if is_word(char) => out.push(char),
            _ => {}
        }
    }
}

/// `text` folded.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Accents of Latin, Greek and Cyrillic, Arabic vowel marks and Hebrew points.
fn is_accent(char: char) -> bool {
    matches!(u32::from(char), 0x0300..=0x036F | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x065F)
}

/// Compares as JavaScript does, by UTF-16 units. It differs from the order of bytes only where
/// a character beyond U+FFFF meets one from U+E000 to U+FFFF.
pub fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let differ = a.bytes().zip(b.bytes()).find(|(a, b)| a != b);
    match differ {
        Some((a, b)) if (a >= 0xF0) != (b >= 0xF0) && a.min(b) >= 0xEE => b.cmp(&a),
        Some((a, b)) => a.cmp(&b),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_and_width_are_away() {
        assert_eq!(fold("Élan"), "elan");
        assert_eq!(fold("e\u{301}LAN"), "elan");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("Łódź"), "lodz");
        assert_eq!(fold("Ａｌｅｒｔ"), "alert");
        assert_eq!(fold("ΟΔΟΣ"), fold("οδοσ"));
        assert_eq!(fold("한국어"), "한국어");
        assert_eq!(fold("ё"), "е");
    }
}
