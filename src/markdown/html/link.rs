//! Links and images, led where the site has what they name.

use super::options::{HtmlPolicy, Style};
use super::{Events, Renderer};
use crate::markdown::escape::escape_into;
use crate::markdown::percent::percent_encode;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// Images that are not wider, in pixels, can't be seen better by themselves.
const ICON: usize = 160;

impl<'e> Renderer<'_, 'e> {
    /// The start of a link.
    pub(super) fn link_open(&mut self, link_type: LinkType, dest: &str, title: &str) {
        let dest = if link_type == LinkType::Email { format!("mailto:{dest}") } else { dest.to_owned() };
        let target = self.options.links.resolve(&dest);
        let mut html = String::from("<a");
        if !target.hidden && (self.options.html == HtmlPolicy::Raw || is_harmless(&target.href)) {
            html.push_str(" href=\"");
            escape_url_into(&mut html, &target.href);
            html.push('"');
        }
        if !title.is_empty() && !target.hidden {
            html.push_str(" title=\"");
            escape_into(&mut html, title);
            html.push('"');
        }
        if target.external && self.options.style == Style::Page {
            html.push_str(" class=\"external\" rel=\"noopener\"");
        }
        html.push('>');
        self.inline(html);
    }

    /// An image with the events up to its end, which are its description; `begins` says whether a paragraph begins with it.
    pub(super) fn image(&mut self, dest: &str, title: &str, begins: bool, events: &mut Events<'e>) {
        let alt = description(events);
        let is_alone = begins && matches!(events.as_slice(), [(Event::End(TagEnd::Paragraph), _), ..]);
        self.image_html(dest, title, &alt, is_alone);
    }

    /// An image. One that is a paragraph by itself is a link to itself, so that it can be seen in its full size; its
    /// description is what the link is called. One within a line is rather a badge or an icon.
    fn image_html(&mut self, dest: &str, title: &str, alt: &str, is_alone: bool) {
        let target = self.options.links.resolve(dest);
        let is_icon = target.size.is_some_and(|(width, _)| width <= ICON);
        let is_link = is_alone
            && self.options.style == Style::Page
            && !alt.trim().is_empty()
            && !is_icon
            && is_harmless(&target.href);
        let mut html = String::new();
        if is_link {
            html.push_str("<a class=\"zoom\" href=\"");
            escape_url_into(&mut html, &target.href);
            html.push_str("\">");
        }
        html.push_str("<img src=\"");
        if is_harmless(&target.href) || target.href.starts_with("data:image/") {
            escape_url_into(&mut html, &target.href);
        }
        html.push_str("\" alt=\"");
        escape_into(&mut html, alt);
        html.push('"');
        if !title.is_empty() {
            html.push_str(" title=\"");
            escape_into(&mut html, title);
            html.push('"');
        }
        if self.options.style == Style::Page {
            if let Some((width, height)) = target.size {
                html.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
            }
            html.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        html.push_str(if is_link { " /></a>" } else { " />" });
        self.inline(html);
    }
}

/// The text of an image's description, without the marks in it.
fn description<'e>(events: &mut Events<'e>) -> String {
    let mut alt = String::new();
    let mut depth = 1_usize;
    for (event, _) in events {
        match event {
            Event::Text(text) | Event::Code(text) => alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alt.push(' '),
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    alt
}

/// Whether an address can't run a script. Browsers ignore white space and control characters in a scheme.
pub(in crate::markdown) fn is_harmless(href: &str) -> bool {
    let scheme: String = href
        .chars()
        .filter(|char| !char.is_whitespace() && !char.is_control())
        .take_while(|char| *char != ':')
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    !matches!(scheme.as_str(), "javascript" | "vbscript" | "data")
}

/// What CommonMark leaves as it is in an address.
const KEPT_IN_URL: &[u8] = b"-_.+!*(),%#@?=;:/~$&'";

/// Appends an address: percent-encoded where CommonMark asks for it, and escaped.
fn escape_url_into(out: &mut String, url: &str) {
    let encoded = percent_encode(url, KEPT_IN_URL);
    escape_into(out, &encoded);
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn an_image_by_itself_is_a_link_to_itself_and_no_other() {
        let link = "<a class=\"zoom\" href=\"a.png\"";
        let alone = html("![What it shows](a.png)");
        assert!(alone.starts_with(&format!("<p>{link}")) && alone.ends_with("/></a></p>\n"), "{alone}");
        assert!(html("- ![x](a.png)\n\n  text\n").contains(link), "in a list, too");
        for text in [
            "A badge ![x](a.png) in a line",
            "![x](a.png) begins a line",
            "![x](a.png) ![y](b.png)",
            "[![x](a.png)](b.html)",
            "![](a.png)",
            "![x](javascript:alert(1))",
            "![x](data:image/png;base64,AA)",
        ] {
            assert!(!html(text).contains("zoom"), "{text}: {}", html(text));
        }
    }
}
