//! Rows of a section: the items of its lists and the rows of its tables, as authors write timelines and tasks.

use crate::markdown::{Outline, Prepared};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// One item of a list or one row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Plain text of each cell; a list item has one.
    pub cells: Vec<String>,
    /// For a table, the lower-case heads of the columns.
    pub heads: Vec<String>,
    /// For a task, whether it is ticked.
    pub done: Option<bool>,
    /// The first bold text.
    pub strong: Option<String>,
    /// Where it stands in the original body.
    pub span: Range<usize>,
}

impl Row {
    /// The cell under a head that contains one of `names`.
    pub fn cell(&self, names: &[&str]) -> Option<&str> {
        let column = self.heads.iter().position(|head| names.iter().any(|name| head.contains(name)))?;
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }
}

/// The rows of the sections whose heading `wanted` accepts, sub-sections included.
pub fn rows(prepared: &Prepared<'_>, outline: &Outline, wanted: impl Fn(&str) -> bool) -> Vec<Row> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut headings = outline.headings.iter();
    let mut inside: Option<u8> = None;
    let mut reader = Reader { prepared, rows: Vec::new(), open: Vec::new(), heads: Vec::new(), strong: None };
    for (event, range) in Parser::new_ext(&prepared.text, options).into_offset_iter() {
        if let Event::Start(Tag::Heading { .. }) = event {
            if let Some(heading) = headings.next() {
                inside = match inside {
                    Some(level) if heading.level > level => Some(level),
                    _ => wanted(&heading.text.to_lowercase()).then_some(heading.level),
                };
            }
            continue;
        }
        if inside.is_some() {
            reader.event(event, range);
        }
    }
    reader.rows.sort_by_key(|row| row.span.start);
    reader.rows
}

struct Reader<'a> {
    prepared: &'a Prepared<'a>,
    rows: Vec<Row>,
    /// Rows that are being read, outermost first: a task may hold tasks.
    open: Vec<Row>,
    heads: Vec<String>,
    strong: Option<String>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Item) => {
                let row = Row { cells: vec![String::new()], span: range, ..Row::default() };
                self.open.push(row);
            }
            Event::Start(Tag::List(_)) => self.end_text(range.start),
            Event::Start(Tag::Table(_)) => self.heads.clear(),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                self.open.push(Row { span: range, heads: self.heads.clone(), ..Row::default() });
            }
            Event::Start(Tag::TableCell) => {
                if let Some(row) = self.open.last_mut() {
                    row.cells.push(String::new());
                }
            }
            Event::End(TagEnd::TableHead) => {
                if let Some(row) = self.open.pop() {
                    self.heads = row.cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
                }
            }
            Event::End(TagEnd::Item | TagEnd::TableRow) => {
                if let Some(row) = self.open.pop() {
                    self.close(row);
                }
            }
            Event::TaskListMarker(done) => {
                if let Some(row) = self.open.last_mut() {
                    row.done = Some(done);
                }
            }
            Event::Start(Tag::Strong) => self.strong = Some(String::new()),
            Event::End(TagEnd::Strong) => {
                let strong = self.strong.take();
                if let Some(row) = self.open.last_mut()
                    && row.strong.is_none()
                {
                    row.strong = strong;
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(strong) = &mut self.strong {
                    strong.push_str(&text);
                }
                self.push(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::End(TagEnd::Paragraph) => self.push(" "),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(cell) = self.open.last_mut().and_then(|row| row.cells.last_mut()) {
            cell.push_str(text);
        }
    }

    /// A nested list ends the text that belongs to its parent.
    fn end_text(&mut self, at: usize) {
        if let Some(row) = self.open.last_mut() {
            row.span.end = row.span.end.min(at.max(row.span.start));
        }
    }

    fn close(&mut self, mut row: Row) {
        let text = self.prepared.text.get(row.span.clone()).unwrap_or_default();
        let length = text.trim_end().len();
        let range = row.span.start..row.span.start + length;
        row.span = self.prepared.original_range(&range);
        row.cells.iter_mut().for_each(|cell| *cell = cell.trim().to_owned());
        self.rows.push(row);
    }
}
