//! The boxes of task lists.

use super::Renderer;
use crate::markdown::escape::escape_into;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

impl<'e> Renderer<'_, 'e> {
    /// The box of a task, called what the task says, of which the events after it tell.
    pub(super) fn task(&mut self, done: bool, after: &[(Event<'e>, Range<usize>)]) {
        let label = item_text(after);
        let checked = if done { " checked" } else { "" };
        let mut html = format!("<input type=\"checkbox\" disabled{checked} aria-label=\"");
        escape_into(&mut html, &label);
        html.push_str("\">");
        self.inline(html);
    }
}

/// The text of a task up to a nested list or its end.
fn item_text(events: &[(Event<'_>, Range<usize>)]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Item) | Event::Start(Tag::List(_) | Tag::Item) => break,
            _ => {}
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn a_task_has_its_text_as_label() {
        assert!(html("- [x] do *it*\n").contains("checked aria-label=\"do it\""));
    }
}
