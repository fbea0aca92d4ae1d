//! A page's prose in its place: for rules that look at words.

use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// The body with everything but prose blanked: code, raw HTML, addresses. Every byte keeps its place.
pub fn prose(body: &str) -> String {
    let mut out: Vec<u8> = body.bytes().map(|byte| if byte == b'\n' { b'\n' } else { b' ' }).collect();
    let mut in_code = 0_usize;
    for (event, range) in super::parser(body, false).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::MetadataBlock(_)) => in_code += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::MetadataBlock(_)) => in_code = in_code.saturating_sub(1),
            Event::Text(_) if in_code == 0 => {
                if let (Some(to), Some(from)) = (out.get_mut(range.clone()), body.as_bytes().get(range)) {
                    to.copy_from_slice(from);
                }
            }
            _ => {}
        }
    }
    // Only whole texts were copied, so this is UTF-8 but for what blanks have cut, of which there is none.
    String::from_utf8(out).unwrap_or_default()
}

/// Places of the pieces of raw HTML, code left out.
pub fn raw_html(body: &str) -> Vec<Range<usize>> {
    let events = super::parser(body, false).into_offset_iter();
    let html = events.filter(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
    html.map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn prose_stays_in_its_place() {
        let body = "Über `code` **he**\n\n```\nx\n```\n[a](http://b)\n";
        let text = prose(body);
        assert_eq!(text.len(), body.len());
        assert_eq!(text.find("he"), body.find("he"));
        assert!(
            !text.contains("code") && !text.contains('x') && !text.contains("http") && text.contains("Über")
        );
    }
}
