//! Markdown events to HTML.
//!
//! Plain elements are written by pulldown-cmark's own writer; this module changes the events that a page treats
//! in its own way: headings with anchors, links resolved, images measured, code highlighted, directives, task lists.
//! Here is the loop over the events; the files beside it write one sort of element each.

mod code;
mod directive;
mod footnote;
mod heading;
mod link;
mod options;
mod raw;
mod table;
mod task;

pub(super) use link::is_harmless;
pub use options::{HtmlPolicy, Labels, LinkTarget, RenderOptions, Resolve, Style};

use super::outline::{Outline, is_import};
use super::prepare::Prepared;
use super::sanitize::sanitize;
use code::with_drawings;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd, html::push_html};
use std::collections::HashMap;
use std::ops::Range;
use std::vec::IntoIter;
use table::Columns;

/// The events of a page that are still to be written, each with its place in the prepared text.
/// What follows can be looked at as a slice, which copies nothing.
type Events<'e> = IntoIter<(Event<'e>, Range<usize>)>;

/// Renders a prepared page.
pub fn render(prepared: &Prepared<'_>, outline: &Outline, options: &RenderOptions<'_>) -> String {
    let events: Vec<(Event<'_>, Range<usize>)> =
        super::parser(&prepared.text, options.smart_punctuation).into_offset_iter().collect();
    let mut renderer = Renderer {
        prepared,
        outline,
        options,
        out: Vec::with_capacity(events.len() + 32),
        heading: 0,
        footnotes: HashMap::new(),
        closers: Vec::new(),
        drawings: Vec::new(),
        has_authors_html: false,
        columns: Columns::default(),
    };
    renderer.all(events);
    let mut html = String::with_capacity(prepared.text.len() * 3 / 2);
    push_html(&mut html, renderer.out.into_iter());
    // What was written decides, not what the outline saw: two readings of a page can differ.
    let html = if renderer.has_authors_html { sanitize(&html) } else { html };
    // Drawings are made of what is harmless, but no author may write SVG, so they come when all else is sanitised.
    with_drawings(html, &renderer.drawings)
}

struct Renderer<'a, 'e> {
    prepared: &'a Prepared<'a>,
    outline: &'a Outline,
    options: &'a RenderOptions<'a>,
    out: Vec<Event<'e>>,
    /// Index of the next heading.
    heading: usize,
    /// Numbers of footnotes, by label, in the order of their first reference.
    footnotes: HashMap<String, usize>,
    /// How to close each open directive.
    closers: Vec<&'static str>,
    /// Diagrams that were drawn, each for the mark that stands in its place.
    drawings: Vec<String>,
    /// Whether HTML of an author's was written that has to be sanitised.
    has_authors_html: bool,
    /// The columns of the table that is being written.
    columns: Columns,
}

impl<'e> Renderer<'_, 'e> {
    fn all(&mut self, events: Vec<(Event<'e>, Range<usize>)>) {
        let mut events = events.into_iter();
        // Whether the paragraph begins with an image.
        let mut begins_with_image = false;
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::Paragraph) => {
                    begins_with_image =
                        matches!(events.as_slice(), [(Event::Start(Tag::Image { .. }), _), ..]);
                    self.paragraph_open(&mut events);
                }
                Event::Start(Tag::Heading { level, .. }) => self.heading(level as u8, &mut events),
                Event::Start(Tag::CodeBlock(kind)) => self.code_block(kind, &mut events),
                Event::Start(Tag::BlockQuote(Some(kind))) => self.alert_open(kind),
                Event::End(TagEnd::BlockQuote(Some(_))) => self.alert_close(),
                Event::Start(Tag::Table(alignment)) => self.table_open(alignment),
                Event::End(TagEnd::Table) => self.table_close(),
                Event::Start(Tag::TableHead) => self.row_open(event, true),
                Event::Start(Tag::TableRow) => self.row_open(event, false),
                Event::Start(Tag::TableCell) => self.cell_open(event),
                Event::Start(Tag::Link { link_type, dest_url, title, id: _ }) => {
                    self.link_open(link_type, &dest_url, &title);
                }
                Event::End(TagEnd::Link) => self.inline("</a>".to_owned()),
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let begins = std::mem::take(&mut begins_with_image);
                    self.image(&dest_url, &title, begins, &mut events);
                }
                Event::TaskListMarker(done) => self.task(done, events.as_slice()),
                Event::FootnoteReference(label) => self.footnote_reference(&label),
                Event::Start(Tag::FootnoteDefinition(label)) => self.footnote_open(&label),
                Event::End(TagEnd::FootnoteDefinition) => self.raw("</div>\n".to_owned()),
                Event::Html(html) => self.html_block(html, &range),
                Event::InlineHtml(html) => self.html_inline(html, &range),
                other => self.out.push(other),
            }
        }
        while let Some(close) = self.closers.pop() {
            self.raw(close.to_owned());
        }
    }

    /// Writes events that stand inside an element, whose directives close before it does.
    fn nested(&mut self, events: Vec<(Event<'e>, Range<usize>)>) {
        let closers = std::mem::take(&mut self.closers);
        self.all(events);
        self.closers = closers;
    }

    /// A paragraph, unless it stands for something else: the mark of a directive, or a component's import.
    fn paragraph_open(&mut self, events: &mut Events<'e>) {
        let first = match events.as_slice() {
            [(Event::Text(text), _), ..] => text.as_ref(),
            _ => "",
        };
        if let Some(html) = self.directive(first) {
            skip_to(events, &TagEnd::Paragraph);
            self.raw(html);
        } else if is_import(first) && self.options.html != HtmlPolicy::Raw {
            self.raw("<p class=\"foreign\">".to_owned());
        } else {
            self.out.push(Event::Start(Tag::Paragraph));
        }
    }

    fn raw(&mut self, html: String) {
        self.out.push(Event::Html(CowStr::from(html)));
    }

    fn inline(&mut self, html: String) {
        self.out.push(Event::InlineHtml(CowStr::from(html)));
    }
}

fn skip_to(events: &mut Events<'_>, end: &TagEnd) {
    for (event, _) in events {
        if matches!(&event, Event::End(tag) if tag == end) {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::highlight::Highlighter;
    use super::super::{outline, prepare};
    use super::*;

    struct Same;
    impl Resolve for Same {
        fn resolve(&self, dest: &str) -> LinkTarget {
            LinkTarget { href: dest.into(), ..LinkTarget::default() }
        }
    }

    pub(super) fn html_with(body: &str, html: HtmlPolicy) -> String {
        let prepared = prepare(body, true, &|_| Err("none".into()));
        let outline = outline(&prepared, false);
        let options = RenderOptions {
            html,
            style: Style::Page,
            smart_punctuation: false,
            skip_heading: None,
            links: &Same,
            highlighter: &Highlighter::default(),
            labels: &(),
        };
        render(&prepared, &outline, &options)
    }

    pub(super) fn html(body: &str) -> String {
        html_with(body, HtmlPolicy::Sanitize)
    }
}
