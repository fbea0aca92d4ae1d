//! Directives and callouts: what an author opens with `:::`, `!!!` or `> [!NOTE]`.

use super::Renderer;
use super::options::Labels;
use crate::markdown::callout::Callout;
use crate::markdown::directive::{Directive, Fold};
use crate::markdown::escape::{escape, escape_into};
use crate::markdown::prepare::{MARK_END, MARK_START};
use pulldown_cmark::BlockQuoteKind;

impl Renderer<'_, '_> {
    /// The HTML of a directive's mark, if a paragraph's text is one.
    pub(super) fn directive(&mut self, text: &str) -> Option<String> {
        let index = text.strip_prefix(MARK_START)?.strip_suffix(MARK_END)?.parse::<usize>().ok()?;
        let directive = self.prepared.directives.get(index)?;
        let (html, close) = match directive {
            Directive::Callout { callout, title, fold } => {
                let close = if fold.is_some() { "</div></details>\n" } else { "</div>\n" };
                (callout_open(*callout, title.as_deref(), *fold, self.options.labels), close)
            }
            Directive::Details { title, fold } => {
                let mut html = String::from(if *fold == Fold::Open { "<details open>" } else { "<details>" });
                html.push_str("<summary>");
                escape_into(&mut html, title);
                html.push_str("</summary><div class=\"details-body\">\n");
                (html, "</div></details>\n")
            }
            Directive::Tabs => ("<div class=\"tabs\">\n".to_owned(), "</div>\n"),
            Directive::Tab { title } => {
                let mut html = String::from("<div class=\"tab\" data-label=\"");
                escape_into(&mut html, title);
                html.push_str("\"><p class=\"tab-label\">");
                escape_into(&mut html, title);
                html.push_str("</p>\n");
                (html, "</div>\n")
            }
            Directive::Internal => {
                let label = escape(self.options.labels.label("Internal"));
                (format!("<div class=\"internal\"><p class=\"internal-label\">{label}</p>\n"), "</div>\n")
            }
            Directive::Unknown { .. } => ("<div class=\"container\">\n".to_owned(), "</div>\n"),
            Directive::Close => return Some(self.closers.pop().unwrap_or_default().to_owned()),
        };
        self.closers.push(close);
        Some(html)
    }

    /// The start of a callout as GitHub writes it.
    pub(super) fn alert_open(&mut self, kind: BlockQuoteKind) {
        let callout = Callout::from_alert(kind);
        self.raw(callout_open(callout, None, None, self.options.labels));
        self.closers.push("</div>\n");
    }

    /// Its end.
    pub(super) fn alert_close(&mut self) {
        let close = self.closers.pop().unwrap_or("</div>\n");
        self.raw(close.to_owned());
    }
}

fn callout_open(callout: Callout, title: Option<&str>, fold: Option<Fold>, labels: &dyn Labels) -> String {
    let class = callout.class();
    let mut label = String::new();
    escape_into(&mut label, title.unwrap_or_else(|| labels.label(callout.word())));
    match fold {
        None => format!("<div class=\"callout {class}\"><p class=\"callout-title\">{label}</p>\n"),
        Some(fold) => {
            let open = if fold == Fold::Open { " open" } else { "" };
            format!(
                "<details class=\"callout {class}\"{open}><summary class=\"callout-title\">{label}</summary><div class=\"details-body\">\n"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn callouts_of_three_tools_look_alike() {
        let github = html("> [!WARNING]\n> a\n");
        assert_eq!(github, html(":::warning\na\n:::\n"));
        assert_eq!(github, html("!!! warning\n    a\n"));
        assert!(github.starts_with("<div class=\"callout warning\">"), "{github}");
    }

    #[test]
    fn directives_nest_and_close() {
        let out = html(
            "::::details More\n:::tip\nx\n:::\n::::\n\n=== \"A\"\n\n    a\n\n=== \"B\"\n\n    b\n\nend\n",
        );
        let count = |what: &str| out.matches(what).count();
        assert_eq!(count("<div"), count("</div>"), "{out}");
        assert_eq!((count("class=\"tab\""), count("class=\"tabs\"")), (2, 1), "{out}");
        assert!(out.trim_end().ends_with("<p>end</p>"), "{out}");
    }
}
