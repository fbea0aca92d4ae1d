//! Footnotes and the references to them, numbered in the order of their first reference.

use super::Renderer;
use crate::markdown::escape::escape;

impl Renderer<'_, '_> {
    fn footnote_number(&mut self, label: &str) -> usize {
        let next = self.footnotes.len() + 1;
        *self.footnotes.entry(label.to_owned()).or_insert(next)
    }

    /// A footnote up to its text.
    pub(super) fn footnote_open(&mut self, label: &str) {
        let number = self.footnote_number(label);
        self.raw(format!(
            "<div class=\"footnote\" id=\"fn-{number}\"><a href=\"#fnref-{number}\" class=\"footnote-back\" aria-label=\"{} {number}\">{number}</a>\n",
            escape(self.options.labels.label("Back to reference"))
        ));
    }

    pub(super) fn footnote_reference(&mut self, label: &str) {
        let first = !self.footnotes.contains_key(label);
        let number = self.footnote_number(label);
        let id = if first { format!(" id=\"fnref-{number}\"") } else { String::new() };
        self.inline(format!("<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id}>{number}</a></sup>"));
    }
}
