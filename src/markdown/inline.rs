//! One line of untrusted text, such as a commit's subject, with its inline Markdown as safe HTML.

use super::escape::{escape, escape_into};
use super::html::is_harmless;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A character that is never seen, put before the text so that `# x` or `- x` is no heading and no list.
const GUARD: char = '\u{200B}';

/// Code spans, emphasis, strong text and links as HTML; everything else, raw HTML too, as text.
pub fn inline(text: &str) -> String {
    let line: String = std::iter::once(GUARD)
        .chain(text.chars().map(|char| if char.is_control() { ' ' } else { char }))
        .collect();
    let mut out = String::with_capacity(text.len() + 16);
    for event in Parser::new_ext(&line, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) => escape_into(&mut out, text.trim_start_matches(GUARD)),
            Event::Code(code) => {
                out.push_str("<code>");
                escape_into(&mut out, &code);
                out.push_str("</code>");
            }
            Event::Html(html) | Event::InlineHtml(html) => escape_into(&mut out, &html),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::Start(Tag::Emphasis) => out.push_str("<em>"),
            Event::End(TagEnd::Emphasis) => out.push_str("</em>"),
            Event::Start(Tag::Strong) => out.push_str("<strong>"),
            Event::End(TagEnd::Strong) => out.push_str("</strong>"),
            Event::Start(Tag::Strikethrough) => out.push_str("<del>"),
            Event::End(TagEnd::Strikethrough) => out.push_str("</del>"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let leaves = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                let href = if leaves && is_harmless(&dest_url) { escape(&dest_url) } else { String::new() };
                out.push_str(&if href.is_empty() {
                    "<a>".to_owned()
                } else {
                    format!("<a href=\"{href}\">")
                });
            }
            Event::End(TagEnd::Link) => out.push_str("</a>"),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn inline_marks_are_rendered_and_nothing_else() {
        assert_eq!(inline("use `a<b>` *now*"), "use <code>a&lt;b&gt;</code> <em>now</em>");
        assert_eq!(inline("# no heading"), "# no heading");
        assert_eq!(inline("- no list"), "- no list");
        assert_eq!(inline("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
        assert_eq!(inline("[x](javascript:alert(1))"), "<a>x</a>");
        assert_eq!(inline("a\nb"), "a b");
    }
}
