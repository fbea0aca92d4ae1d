//! Blocks of code, with their labels and colours, and diagrams as drawings.

use super::options::Style;
use super::{Events, Renderer};
use crate::markdown::code::FenceInfo;
use crate::markdown::diagram;
use crate::markdown::escape::escape_into;
use crate::markdown::prepare::{MARK_END, MARK_START};
use pulldown_cmark::{CodeBlockKind, Event, TagEnd};

/// Bytes of a line of code that fill most of a block.
const WIDE: usize = 64;

/// What stands for a drawing until the page is sanitised. Authors can't write it: `prepare` takes these characters away.
fn drawing_mark(index: usize) -> String {
    format!("{MARK_START}drawing {index}{MARK_END}")
}

/// A page with its drawings in the places of their marks.
pub(super) fn with_drawings(mut html: String, drawings: &[String]) -> String {
    for (index, drawing) in drawings.iter().enumerate() {
        html = html.replacen(&drawing_mark(index), drawing, 1);
    }
    html
}

impl<'e> Renderer<'_, 'e> {
    /// A block of code with the events up to its end.
    pub(super) fn code_block(&mut self, kind: CodeBlockKind<'_>, events: &mut Events<'e>) {
        let mut code = String::new();
        for (event, _) in events {
            match event {
                Event::Text(text) => code.push_str(&text),
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.into_string(),
            CodeBlockKind::Indented => String::new(),
        };
        match self.options.style {
            Style::Page => self.code(&info, &code),
            Style::Plain => self.plain_code(&info, &code),
        }
    }

    fn plain_code(&mut self, info: &str, code: &str) {
        let mut html = String::from("<pre><code");
        if let Some(lang) = info.split_whitespace().next() {
            html.push_str(" class=\"language-");
            escape_into(&mut html, lang);
            html.push('"');
        }
        html.push('>');
        escape_into(&mut html, code);
        html.push_str("</code></pre>\n");
        self.raw(html);
    }

    fn code(&mut self, info: &str, code: &str) {
        let fence = FenceInfo::parse(info);
        if fence.is_drawn() {
            let label = fence.title.as_deref().unwrap_or(self.options.labels.label("Diagram"));
            // Why one can't be drawn is told by a finding; readers get its source.
            if let Ok(drawing) = diagram::draw(code, self.drawings.len() + 1, label) {
                return self.drawing(&fence, code, drawing);
            }
        }
        let mut html = String::from("<div class=\"code");
        if fence.danger {
            html.push_str(" danger");
        }
        if fence.expect {
            html.push_str(" expect");
        }
        // Buttons would cover the end of its last line.
        if code.lines().any(|line| line.len() > WIDE) {
            html.push_str(" wide");
        }
        html.push('"');
        if !fence.lang.is_empty() {
            html.push_str(" data-lang=\"");
            escape_into(&mut html, &fence.lang);
            html.push('"');
        }
        html.push('>');
        if fence.danger {
            html.push_str("<p class=\"code-danger\">");
            escape_into(&mut html, self.options.labels.label("Changes state"));
            html.push_str("</p>");
        }
        for (says, label) in [(fence.expect, "Expected output"), (fence.is_diagram(), "Source of a diagram")]
        {
            if says {
                html.push_str("<p class=\"code-label\">");
                escape_into(&mut html, self.options.labels.label(label));
                html.push_str("</p>");
            }
        }
        if let Some(title) = &fence.title {
            html.push_str("<p class=\"code-title\">");
            escape_into(&mut html, title);
            html.push_str("</p>");
        }
        html.push_str("<pre tabindex=\"0\"><code>");
        let highlighted = self.options.highlighter.html(&fence.lang, code);
        if fence.marked.is_empty() && !fence.numbered {
            html.push_str(&highlighted);
        } else {
            for (index, line) in highlighted.split_inclusive('\n').enumerate() {
                let class = if fence.marks(index + 1) { "line marked" } else { "line" };
                let number =
                    if fence.numbered { format!(" data-line=\"{}\"", index + 1) } else { String::new() };
                html.push_str(&format!(
                    "<span class=\"{class}\"{number}>{}</span>",
                    line.trim_end_matches('\n')
                ));
                html.push('\n');
            }
        }
        html.push_str("</code></pre></div>\n");
        self.raw(html);
    }

    /// A drawn diagram: its title, the drawing and, folded, the source for those who can't see it or want to change it.
    fn drawing(&mut self, fence: &FenceInfo, code: &str, drawing: String) {
        let mut html = String::from("<figure class=\"diagram\">");
        if let Some(title) = &fence.title {
            html.push_str("<figcaption>");
            escape_into(&mut html, title);
            html.push_str("</figcaption>");
        }
        html.push_str("<div class=\"drawing\" tabindex=\"0\">");
        html.push_str(&drawing_mark(self.drawings.len()));
        html.push_str("</div><details><summary>");
        escape_into(&mut html, self.options.labels.label("Source of a diagram"));
        html.push_str("</summary><pre tabindex=\"0\"><code>");
        escape_into(&mut html, code);
        html.push_str("</code></pre></details></figure>\n");
        self.drawings.push(drawing);
        self.raw(html);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn marked_lines_and_titles_are_shown() {
        let out = html("```yaml title=\"a.yml\" {2}\na: 1\nb: 2\n```\n");
        assert!(out.contains("<p class=\"code-title\">a.yml</p>"), "{out}");
        assert_eq!(out.matches("line marked").count(), 1);
    }
}
