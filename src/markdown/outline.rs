//! Reads a page's shape in one pass: headings, links, images, and what other tools left in it.

use super::code::FenceInfo;
use super::diagram;
use super::prepare::{MARK_START, Prepared};
use super::slug::Slugger;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// What a page's text consists of. All places are in the original body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The headings in order.
    pub headings: Vec<Heading>,
    /// Links and images in order.
    pub links: Vec<Link>,
    /// The first paragraph as plain text, for descriptions.
    pub summary: String,
    /// Number of words, code included.
    pub words: usize,
    /// Whether there is raw HTML beyond comments.
    pub has_html: bool,
    /// Code fences that are never closed.
    pub unclosed: Vec<Range<usize>>,
    /// Shortcodes, macros and components of other tools.
    pub foreign: Vec<Foreign>,
    /// Code blocks without a language.
    pub bare_code: Vec<Range<usize>>,
    /// Diagrams that can't be drawn, and why.
    pub undrawn: Vec<(Range<usize>, String)>,
    /// Whether there are steps to follow: a numbered list, a task list or a code block.
    pub has_steps: bool,
    /// Whether the first heading is an H1 that stands before all text: the page's title.
    pub leads_with_title: bool,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its plain text.
    pub text: String,
    /// Its id, unique in the page.
    pub id: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The destination as it is written.
    pub dest: String,
    /// Link or image.
    pub kind: LinkKind,
    /// Its text: what a link reads, what an image shows.
    pub text: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Link or image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkKind {
    /// A link.
    Link,
    /// An image.
    Image,
}

/// Something of another tool that annals shows as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// What it is: `shortcode`, `template tag`, `component`, `import`.
    pub what: Cow<'static, str>,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Longest summary, in characters.
const SUMMARY: usize = 220;

/// Reads the shape of a prepared page.
pub fn outline(prepared: &Prepared<'_>, smart_punctuation: bool) -> Outline {
    let mut found = Outline::default();
    let mut slugger = Slugger::default();
    let mut heading: Option<(HeadingLevel, Option<String>, String, Range<usize>)> = None;
    let mut paragraph: Option<String> = None;
    let mut seen_text = false;
    let mut in_code = false;
    // The source of the diagram that is open, and where its fence stands.
    let mut diagram: Option<(Range<usize>, String)> = None;
    // Links and images that are open, by index.
    let mut open: Vec<usize> = Vec::new();
    for (event, range) in super::parser(&prepared.text, smart_punctuation).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                if found.headings.is_empty() && !seen_text && level == HeadingLevel::H1 {
                    found.leads_with_title = true;
                }
                heading = Some((level, id.map(CowStr::into_string), String::new(), range));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, id, text, range)) = heading.take() {
                    let text = text.trim().to_owned();
                    let id = match id.filter(|id| is_safe_id(id)) {
                        Some(id) => slugger.reserve(id),
                        None => slugger.unique(&text),
                    };
                    let span = prepared.original_range(&trimmed(&prepared.text, range));
                    found.headings.push(Heading { level: level as u8, text, id, span });
                }
            }
            Event::Start(Tag::Paragraph) if found.summary.is_empty() => paragraph = Some(String::new()),
            Event::End(TagEnd::Paragraph) => {
                if let Some(text) = paragraph.take()
                    && !text.trim().is_empty()
                    && !text.starts_with(MARK_START)
                    && !text.starts_with("{{")
                    && !is_import(&text)
                {
                    found.summary = shorten(&text);
                }
            }
            Event::Start(Tag::Link { dest_url, link_type, .. }) => {
                let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
                open.push(found.links.len());
                found.links.push(link(prepared, format!("{mail}{dest_url}"), LinkKind::Link, &range));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                open.push(found.links.len());
                found.links.push(link(prepared, dest_url.into_string(), LinkKind::Image, &range));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                open.pop();
            }
            Event::Start(Tag::List(Some(_))) | Event::TaskListMarker(_) => found.has_steps = true,
            Event::Start(Tag::CodeBlock(kind)) => {
                if kind.is_fenced() && !is_closed(prepared.text.get(range.clone()).unwrap_or_default()) {
                    let line = first_line(&prepared.text, range.clone());
                    found.unclosed.push(prepared.original_range(&line));
                }
                if let CodeBlockKind::Fenced(info) = &kind {
                    if info.trim().is_empty() {
                        found.bare_code.push(prepared.original_range(&first_line(&prepared.text, range)));
                    } else if FenceInfo::parse(info).is_drawn() {
                        diagram = Some((first_line(&prepared.text, range), String::new()));
                    }
                }
                in_code = true;
                found.has_steps = true;
                seen_text = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                if let Some((line, source)) = diagram.take()
                    && let Err(why) = diagram::draw(&source, 0, "")
                {
                    found.undrawn.push((prepared.original_range(&line), why));
                }
            }
            Event::Text(text) => {
                if let Some((_, source)) = &mut diagram {
                    source.push_str(&text);
                }
                seen_text = seen_text || heading.is_none();
                found.words += words(&text);
                if !in_code {
                    foreign_in_text(prepared, &text, &range, &mut found.foreign);
                }
                say(&mut found.links, &open, &text);
                push(&mut heading, &mut paragraph, &text);
            }
            Event::Code(text) => {
                seen_text = seen_text || heading.is_none();
                found.words += words(&text);
                say(&mut found.links, &open, &text);
                push(&mut heading, &mut paragraph, &text);
            }
            Event::SoftBreak | Event::HardBreak => push(&mut heading, &mut paragraph, " "),
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = html.trim();
                if let Some(name) = component(html) {
                    found.foreign.push(Foreign {
                        what: "component".into(),
                        name: format!("<{name}>"),
                        span: prepared.original_range(&trimmed(&prepared.text, range)),
                    });
                } else if !html.is_empty() && !is_comment(html) && !is_shortcode_tail(prepared, &range) {
                    found.has_html = true;
                }
            }
            _ => {}
        }
    }
    found
}

/// How many words a text has.
fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().count();
    }
    let bytes = text.as_bytes();
    let first = bytes.first().is_some_and(|byte| *byte > b' ');
    // Where a byte of a word follows white space; so written, it runs over many bytes at once.
    let (before, after) = (bytes.chunks(128), bytes.get(1..).unwrap_or_default().chunks(128));
    let starts = before.zip(after).map(|(before, after)| {
        let pairs = before.iter().zip(after);
        usize::from(pairs.map(|(before, byte)| u8::from((*before <= b' ') & (*byte > b' '))).sum::<u8>())
    });
    starts.sum::<usize>() + usize::from(first)
}

fn push(
    heading: &mut Option<(HeadingLevel, Option<String>, String, Range<usize>)>,
    paragraph: &mut Option<String>,
    text: &str,
) {
    if let Some((_, _, into, _)) = heading {
        into.push_str(text);
    } else if let Some(into) = paragraph {
        into.push_str(text);
    }
}

fn link(prepared: &Prepared<'_>, dest: String, kind: LinkKind, range: &Range<usize>) -> Link {
    Link { dest, kind, text: String::new(), span: prepared.original_range(range) }
}

/// Adds to the texts of the links that are open.
fn say(links: &mut [Link], open: &[usize], text: &str) {
    for index in open {
        if let Some(link) = links.get_mut(*index) {
            link.text.push_str(text);
        }
    }
}

/// Whether a fenced block ends with a fence as long as the one that opens it.
fn is_closed(block: &str) -> bool {
    let bare = |line: &str| line.trim_start_matches([' ', '\t', '>']).trim_end().to_owned();
    let mut lines = block.trim_end().lines();
    let (open, last) =
        (lines.next().map(bare).unwrap_or_default(), lines.last().map(bare).unwrap_or_default());
    let Some(marker) = open.chars().next() else { return true };
    let length = open.chars().take_while(|char| *char == marker).count();
    last.chars().count() >= length && last.chars().all(|char| char == marker)
}

fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text.get(range.clone()).and_then(|block| block.lines().next()).map_or(0, str::len);
    range.start..range.start + length
}

/// An id that an author sets may be anything that needs no escaping in a fragment.
fn is_safe_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|char| char.is_alphanumeric() || "-_.:".contains(char))
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text.get(range.clone()).map_or(0, |slice| slice.trim_end().len());
    range.start..range.start + length
}

fn shorten(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= SUMMARY {
        return text;
    }
    let cut: String = text.chars().take(SUMMARY).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end_matches([',', ';', ':', '.']))
}

/// The name of a JSX component, if a piece of HTML opens or closes one.
pub(super) fn component(html: &str) -> Option<&str> {
    let rest = html.strip_prefix("</").or_else(|| html.strip_prefix('<'))?;
    if !rest.starts_with(|char: char| char.is_ascii_uppercase()) {
        return None;
    }
    let end = rest.find(|char: char| !(char.is_alphanumeric() || char == '.')).unwrap_or(rest.len());
    // `<URL>`-like placeholders are all upper case; a component's name is not.
    rest.get(..end).filter(|name| name.chars().any(|char| char.is_ascii_lowercase()))
}

/// Whether a piece of HTML is a comment, which is never shown.
pub(super) fn is_comment(html: &str) -> bool {
    html.starts_with("<!--") && html.ends_with("-->")
}

/// Whether "HTML" is the inner part of a Hugo shortcode such as `{{<tabs>}}`, which is text.
pub(super) fn is_shortcode_tail(prepared: &Prepared<'_>, range: &Range<usize>) -> bool {
    prepared.text.get(..range.start).is_some_and(|before| before.ends_with("{{"))
}

/// Whether a paragraph is an import or export statement of MDX.
pub(super) fn is_import(text: &str) -> bool {
    (text.starts_with("import ") && text.contains(" from "))
        || ["export const ", "export default ", "export function "]
            .iter()
            .any(|start| text.starts_with(start))
}

fn foreign_in_text(prepared: &Prepared<'_>, text: &str, range: &Range<usize>, found: &mut Vec<Foreign>) {
    if is_import(text) {
        let name = text.split_whitespace().nth(1).unwrap_or("import");
        found.push(Foreign {
            what: "import".into(),
            name: name.to_owned(),
            span: prepared.original_range(range),
        });
        return;
    }
    for (at, _) in text.match_indices('{') {
        let start = range.start + at;
        let Some(rest) = prepared.text.get(start..) else { continue };
        let (what, inner) = if let Some(inner) = rest.strip_prefix("{{<").or_else(|| rest.strip_prefix("{{%"))
        {
            ("shortcode", inner)
        } else if let Some(inner) =
            rest.strip_prefix("{%").filter(|_| !text.get(..at).is_some_and(|t| t.ends_with('{')))
        {
            ("template tag", inner)
        } else {
            continue;
        };
        let inner = inner.trim_start_matches(['/', '-', ' ']);
        let end = inner
            .find(|char: char| !(char.is_alphanumeric() || "-_./".contains(char)))
            .unwrap_or(inner.len());
        let name = inner.get(..end).unwrap_or_default().trim_end_matches('/');
        if !name.is_empty() {
            let end = rest.find("}}").or_else(|| rest.find("%}")).map_or(start + 3, |end| start + end + 2);
            let end = end.min(start + 80).max(start + 3);
            found.push(Foreign {
                what: what.into(),
                name: name.to_owned(),
                span: prepared.original_range(&(start..end)),
            });
        }
    }
}

/// Markdown as plain text: for titles and summaries that authors write with emphasis or code.
pub fn plain_text(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    for event in super::parser(markdown, false) {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(&text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::prepare;
    use super::*;

    fn read(body: &str) -> Outline {
        outline(&prepare(body, true, &|_| Err("none".into())), false)
    }

    #[test]
    fn headings_links_and_summary_are_found() {
        let found = read("# A `b`\n\nFirst *para* [x](y.md#z).\n\n## C {#own}\n\n![i](p.png)\n");
        assert!(found.leads_with_title);
        let ids: Vec<_> = found.headings.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["a-b", "own"]);
        assert_eq!(found.links[0].dest, "y.md#z");
        assert_eq!(found.links[1].kind, LinkKind::Image);
        assert_eq!(found.summary, "First para x.");
    }

    #[test]
    fn what_other_tools_left_is_named() {
        let body = "import Tabs from '@theme/Tabs';\n\n{{< figure src=\"x\" >}}\n\n{{<tabs>}} {{% /alert %}}\n\n<Tabs>\n\n`{{< code >}}`\n";
        let found = read(body);
        let names: Vec<_> = found.foreign.iter().map(|foreign| foreign.name.as_str()).collect();
        assert_eq!(names, ["Tabs", "figure", "tabs", "alert", "<Tabs>"]);
        assert!(!found.has_html);
        assert_eq!(&body[found.foreign[1].span.clone()], "{{< figure src=\"x\" >}}");
    }
}
