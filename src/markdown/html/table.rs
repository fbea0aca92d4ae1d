//! Tables, which scroll by themselves, with columns aligned by classes.

use super::Renderer;
use super::options::Style;
use pulldown_cmark::{Alignment, Event, Tag, TagEnd};

/// How the columns of the table are aligned, which of them is next, and whether in the head.
#[derive(Default)]
pub(super) struct Columns {
    aligned: Vec<Alignment>,
    next: usize,
    in_head: bool,
}

impl<'e> Renderer<'_, 'e> {
    /// The start of a table.
    pub(super) fn table_open(&mut self, mut alignment: Vec<Alignment>) {
        if self.options.style == Style::Page {
            self.raw("<div class=\"table\" tabindex=\"0\">".to_owned());
            // The writer would give cells a style of their own, which the site's policy refuses.
            let none = vec![Alignment::None; alignment.len()];
            self.columns.aligned = std::mem::replace(&mut alignment, none);
        }
        self.out.push(Event::Start(Tag::Table(alignment)));
    }

    /// The end of a table.
    pub(super) fn table_close(&mut self) {
        self.out.push(Event::End(TagEnd::Table));
        if self.options.style == Style::Page {
            self.raw("</div>\n".to_owned());
        }
    }

    /// The start of a row, of which `event` tells.
    pub(super) fn row_open(&mut self, event: Event<'e>, in_head: bool) {
        self.columns.next = 0;
        self.columns.in_head = in_head;
        self.out.push(event);
    }

    /// The start of a cell, of which `event` tells.
    pub(super) fn cell_open(&mut self, event: Event<'e>) {
        let name = if self.columns.in_head { "th" } else { "td" };
        match self.columns.aligned.get(self.columns.next) {
            Some(Alignment::Right) => self.raw(format!("<{name} class=\"end\">")),
            Some(Alignment::Center) => self.raw(format!("<{name} class=\"center\">")),
            _ => self.out.push(event),
        }
        self.columns.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;

    #[test]
    fn columns_are_aligned_by_classes_since_styles_are_refused() {
        let table = html("| a | b | c |\n| --- | --: | :-: |\n| 1 | 2 | 3 |\n");
        assert!(table.contains("<th>a</th><th class=\"end\">b</th><th class=\"center\">c</th>"), "{table}");
        assert!(table.contains("<td>1</td><td class=\"end\">2</td><td class=\"center\">3</td>"), "{table}");
        let plain = html("| a | b |\n| --- | --- |\n| 1 | 2 |\n\n| c |\n| --: |\n| 3 |\n");
        assert!(
            plain.contains("<td>1</td><td>2</td>") && plain.contains("<td class=\"end\">3</td>"),
            "{plain}"
        );
        assert!(!(table + &plain).contains("style"));
    }
}
