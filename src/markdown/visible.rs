//! What a reader sees of raw HTML, for search.

/// Elements that stand within a word or a line.
const INLINE: [&str; 20] = [
    "a", "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "wbr",
];
/// What is not seen: how it starts and what ends it.
const HIDDEN: [(&str, &str); 3] = [("<!--", "-->"), ("<script", "</script"), ("<style", "</style")];
/// The longest reference to a character that is looked for.
const REFERENCE: usize = 10;

/// The words that a reader sees of an HTML fragment.
pub fn seen(html: &str) -> String {
    let mut out = String::new();
    push_text(html, &mut out);
    out
}

/// Appends the text of an HTML fragment without its tags, comments, scripts and styles; tags of blocks part words.
pub(super) fn push_text(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push_unescaped(rest.get(..at).unwrap_or_default(), out);
        let tag = rest.get(at..).unwrap_or_default();
        if !tag.get(1..).is_some_and(|tail| {
            tail.starts_with(|char: char| char.is_ascii_alphabetic() || "/!?".contains(char))
        }) {
            out.push('<');
            rest = tag.get(1..).unwrap_or_default();
            continue;
        }
        let hidden = HIDDEN.iter().find(|(start, _)| starts_with(tag, start));
        let end = hidden.map_or(tag, |(_, end)| tag_from(tag, end));
        rest = after_tag(end);
        if !is_inline(tag) {
            out.push(' ');
        }
    }
    push_unescaped(rest, out);
}

/// What follows a tag; a `>` in quotes is none of its end.
fn after_tag(tag: &str) -> &str {
    let mut quote = None;
    let end = tag.bytes().position(|byte| match quote {
        Some(open) => {
            quote = (byte != open).then_some(open);
            false
        }
        None => {
            quote = (byte == b'"' || byte == b'\'').then_some(byte);
            byte == b'>'
        }
    });
    end.and_then(|at| tag.get(at + 1..)).unwrap_or_default()
}

/// Whether a tag, with its bracket, is of an element that stands within a line.
pub(super) fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or_default();
    INLINE.iter().any(|inline| name.eq_ignore_ascii_case(inline))
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// The rest of a text from where `end` stands.
fn tag_from<'t>(text: &'t str, end: &str) -> &'t str {
    let at = text
        .char_indices()
        .map(|(at, _)| at)
        .find(|&at| text.get(at..).is_some_and(|rest| starts_with(rest, end)));
    at.and_then(|at| text.get(at..)).unwrap_or_default()
}

/// Appends text with its references to characters resolved; unknown ones stay as they are.
fn push_unescaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let reference = tail.find(';').filter(|&end| end <= REFERENCE).and_then(|end| tail.get(..end));
        match reference.and_then(character) {
            Some(char) => {
                out.push(char);
                rest = reference.and_then(|name| tail.get(name.len() + 1..)).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
}

/// The character of a reference.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::push_text;

    fn text(html: &str) -> String {
        let mut out = String::new();
        push_text(html, &mut out);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_a_reader_sees_is_left() {
        assert_eq!(
            text("<table><tr><td><a href=\"x > y\">\"scheduledCompactRev\"</a></td><td>a<b>b</b></td></tr>"),
            "\"scheduledCompactRev\" ab"
        );
        assert_eq!(text("a<!-- no > no -->b <SCRIPT>no</script >c<style>no</style>d"), "a b c d");
        assert_eq!(text("1 < 2 &amp; 3 &#62; 2 &#x41; &nosuch; &"), "1 < 2 & 3 > 2 A &nosuch; &");
        assert_eq!(text("<img\nalt=1\n>x<unclosed"), "x");
    }

    proptest::proptest! {
        #[test]
        fn any_fragment_is_read(html in "[<>&;#a-z!/é -]{0,60}") {
            text(&html);
        }
    }
}
