//! A page's text cut at its headings, for search.

use super::outline::Outline;
use super::prepare::{MARK_START, Prepared};
use super::visible;
use pulldown_cmark::{Event, Tag, TagEnd};

/// The text under one heading, down to the next one of any level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    /// The heading's id; none for the part before the first heading.
    pub anchor: Option<String>,
    /// The heading's text.
    pub heading: String,
    /// The heading's level; 0 before the first.
    pub level: u8,
    /// Prose.
    pub text: String,
    /// Code, inline code not included.
    pub code: String,
}

/// Cuts a prepared page at its headings.
pub fn passages(prepared: &Prepared<'_>, outline: &Outline, smart_punctuation: bool) -> Vec<Passage> {
    let mut passages = vec![Passage::default()];
    let mut headings = outline.headings.iter();
    let mut in_heading = false;
    let mut in_code = false;
    let mut html = String::new();
    for event in super::parser(&prepared.text, smart_punctuation) {
        let Some(current) = passages.last_mut() else { break };
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                if let Some(heading) = headings.next() {
                    passages.push(Passage {
                        anchor: Some(heading.id.clone()),
                        heading: heading.text.clone(),
                        level: heading.level,
                        ..Passage::default()
                    });
                }
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                current.code.push('\n');
            }
            Event::Text(text) if in_code => current.code.push_str(&text),
            Event::Text(text) | Event::Code(text) if !in_heading && !text.starts_with(MARK_START) => {
                current.text.push_str(&text);
            }
            // A block comes line by line, and a tag or comment may run over several.
            Event::Html(text) => html.push_str(&text),
            Event::End(TagEnd::HtmlBlock) => {
                visible::push_text(&html, &mut current.text);
                current.text.push('\n');
                html.clear();
            }
            Event::InlineHtml(tag) if !in_heading && !visible::is_inline(&tag) => current.text.push(' '),
            Event::SoftBreak | Event::HardBreak if !in_heading => current.text.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::DefinitionListTitle
                | TagEnd::DefinitionListDefinition,
            ) => {
                let ended = current.text.ends_with('\n');
                current.text.push_str(if ended { "" } else { "\n" });
            }
            Event::End(TagEnd::TableCell) => current.text.push(' '),
            _ => {}
        }
    }
    passages.retain(|passage| {
        passage.anchor.is_some() || !passage.text.trim().is_empty() || !passage.code.trim().is_empty()
    });
    passages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{outline, prepare};

    #[test]
    fn text_in_raw_html_is_text_of_its_section() {
        let body = "# Files\n\n<table>\n<tr><td><a\n href=\"#x\">\"scheduledCompactRev\"</a></td></tr>\n</table>\n\none<br>two and <b>th</b>ree <!-- unseen -->\n";
        let prepared = prepare::prepare(body, false, &|_| Err("none".into()));
        let outline = outline::outline(&prepared, false);
        let passages = passages(&prepared, &outline, false);
        let text = passages.last().map(|passage| passage.text.as_str()).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(words, ["\"scheduledCompactRev\"", "one", "two", "and", "three"]);
    }
}
