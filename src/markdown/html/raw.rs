//! An author's own HTML, and what other tools write in its place: components, shortcodes.

use super::Renderer;
use super::options::HtmlPolicy;
use crate::markdown::escape::escape_into;
use crate::markdown::outline::{component, is_comment, is_shortcode_tail};
use pulldown_cmark::{CowStr, Event};
use std::ops::Range;

impl<'e> Renderer<'_, 'e> {
    /// A line of a block of HTML.
    pub(super) fn html_block(&mut self, html: CowStr<'e>, range: &Range<usize>) {
        match self.options.html {
            HtmlPolicy::Raw => self.out.push(Event::Html(html)),
            HtmlPolicy::Escape if is_comment(html.trim()) => {}
            HtmlPolicy::Escape => self.foreign_block(&html),
            HtmlPolicy::Sanitize => {
                if component(html.trim()).is_some() || is_shortcode_tail(self.prepared, range) {
                    self.foreign_block(&html);
                } else if !is_comment(html.trim()) {
                    self.has_authors_html = true;
                    self.out.push(Event::Html(html));
                }
            }
        }
    }

    fn foreign_block(&mut self, html: &str) {
        let mut out = String::from("<p class=\"foreign\">");
        escape_into(&mut out, html.trim());
        out.push_str("</p>\n");
        self.raw(out);
    }

    /// HTML within a line.
    pub(super) fn html_inline(&mut self, html: CowStr<'e>, range: &Range<usize>) {
        let foreign = component(&html).is_some() || is_shortcode_tail(self.prepared, range);
        match self.options.html {
            HtmlPolicy::Raw => self.out.push(Event::InlineHtml(html)),
            HtmlPolicy::Escape => self.out.push(Event::Text(html)),
            HtmlPolicy::Sanitize if foreign => self.out.push(Event::Text(html)),
            HtmlPolicy::Sanitize => {
                if !is_comment(html.trim()) {
                    self.has_authors_html = true;
                    self.out.push(Event::InlineHtml(html));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::HtmlPolicy;
    use super::super::tests::{html, html_with};

    #[test]
    fn scripts_never_survive() {
        for body in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=x>b</b>",
            "[x](javascript:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](&#x6A;avascript:alert(1))",
            "![x](javascript:alert(1))",
            "<iframe src=//x></iframe>",
            "<a href=\"javascript:x\">a</a>",
            "<svg onload=x>",
            "<math><style><img src onerror=x>",
        ] {
            for policy in [HtmlPolicy::Sanitize, HtmlPolicy::Escape] {
                let html = html_with(body, policy);
                let live = ["<script", "<iframe", "<svg", "<a href=\"javascript", "<img src=\"javascript"];
                assert!(!live.iter().any(|bad| html.contains(bad)), "{body} → {html}");
                if policy == HtmlPolicy::Sanitize {
                    assert!(!html.contains("onclick=") && !html.contains("onerror="), "{body} → {html}");
                }
            }
        }
    }

    #[test]
    fn shortcodes_and_components_are_shown_as_text() {
        assert!(html("{{<tabs>}}\n").contains("{{&lt;tabs&gt;}}"));
        assert!(html("<Tabs>\n\nx\n\n</Tabs>\n").contains("&lt;Tabs&gt;"));
    }

    /// Whether a tag has a handler or is a script. What stands in quotes is a value.
    fn acts(html: &str) -> bool {
        html.split('<').skip(1).any(|tag| {
            let tag = tag.split('>').next().unwrap_or_default().to_lowercase();
            let names: String = tag.split('"').step_by(2).collect();
            let opens = tag.starts_with(|first: char| first.is_ascii_alphabetic());
            tag.starts_with("script") || opens && names.contains(" onerror=")
        })
    }

    #[test]
    fn nothing_acts_wherever_it_stands() {
        let places = [
            "X",
            "## X",
            "X\n===",
            "- X",
            "1. X",
            "- [ ] X",
            "> X",
            "> [!NOTE]\n> X",
            "| X |\n| --- |\n| X |",
            "a[^1]\n\n[^1]: X",
            "X\n: X",
            "**X**",
            "[X](b.md)",
            "![X](b.png)",
            ":::tip X\nX\n:::",
            ":::details X\nX\n:::",
            "=== \"X\"\n\n    X",
            "## a *X* [X](b.md)",
            "# X {#id}",
            "<div>\n\n## X\n\n</div>",
            "~~X~~ `X`",
            "```\nX\n```",
        ];
        let wraps = [
            "P",
            "{{<P>}}",
            "{{< P >}}",
            "{{%P%}}",
            "{%P%}",
            "{{P}}",
            "{{<a P>}}P{{</a>}}",
            "<A>P</A>",
            "import P",
            "<!-- P",
            "<!-- -->P",
        ];
        let payloads = [
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script>",
            "img src=x onerror=alert(1)",
            "<svg onload=x><a onerror=x>",
        ];
        for place in places {
            for wrap in wraps {
                for payload in payloads {
                    let text = place.replace('X', &wrap.replace('P', payload));
                    let out = html(&text);
                    assert!(!acts(&out), "{text}\n-----\n{out}");
                }
            }
        }
        assert!(acts("a <img src=x onerror=x>") && acts("<script>") && !acts("&lt;img onerror=x>"));
    }
}
