//! Headings, each with a link to itself.

use super::options::Style;
use super::{Events, Renderer};
use crate::markdown::escape::escape_into;
use pulldown_cmark::{Event, TagEnd};
use std::ops::Range;

impl<'e> Renderer<'_, 'e> {
    /// A heading with the events up to its end.
    pub(super) fn heading(&mut self, level: u8, events: &mut Events<'e>) {
        let inner = take_to_end(events);
        let index = self.heading;
        self.heading += 1;
        if self.options.skip_heading == Some(index) {
            return;
        }
        let heading = self.outline.headings.get(index);
        let plain = self.options.style == Style::Plain;
        match heading {
            Some(heading) if !plain => {
                let mut open = format!("<h{level} id=\"");
                escape_into(&mut open, &heading.id);
                open.push_str("\">");
                self.raw(open);
            }
            _ => self.raw(format!("<h{level}>")),
        }
        self.nested(inner);
        match heading {
            Some(heading) if !plain => {
                let mut close = String::from(" <a class=\"anchor\" href=\"#");
                escape_into(&mut close, &heading.id);
                close.push_str("\" aria-label=\"");
                escape_into(&mut close, self.options.labels.label("Link to:"));
                close.push(' ');
                escape_into(&mut close, &heading.text);
                close.push_str(&format!("\">#</a></h{level}>\n"));
                self.raw(close);
            }
            _ => self.raw(format!("</h{level}>\n")),
        }
    }
}

/// The events up to the heading's end, with their places: what stands before HTML tells whether it is any.
fn take_to_end<'e>(events: &mut Events<'e>) -> Vec<(Event<'e>, Range<usize>)> {
    let mut inner = Vec::new();
    for (event, range) in events {
        if matches!(event, Event::End(TagEnd::Heading(_))) {
            break;
        }
        inner.push((event, range));
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn a_shortcode_in_a_heading_is_text_and_no_way_around_the_sanitiser() {
        let heading = html("## A {{<img src=x onerror=alert(1)>}} b\n");
        assert!(heading.contains("{{&lt;img src=x onerror=alert(1)&gt;}}"), "{heading}");
        assert!(!heading.contains("<img"), "{heading}");
    }
}
