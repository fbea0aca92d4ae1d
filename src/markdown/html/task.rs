//! The boxes of task lists.

use super::{Events, Renderer};
use crate::markdown::escape::escape_into;
use pulldown_cmark::{Event, Tag, TagEnd};

impl<'e> Renderer<'_, 'e> {
    /// The box of a task, called what the task says.
    pub(super) fn task(&mut self, done: bool, events: &Events<'e>) {
        let label = item_text(&mut events.clone());
        let checked = if done { " checked" } else { "" };
        let mut html = format!("<input type=\"checkbox\" disabled{checked} aria-label=\"");
        escape_into(&mut html, &label);
        html.push_str("\">");
        self.inline(html);
    }
}

/// The text of a task up to a nested list or its end.
fn item_text(events: &mut Events<'_>) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
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
