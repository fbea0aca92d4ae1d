//! Markdown events to HTML.
//!
//! Plain elements are written by pulldown-cmark's own writer; this module changes the events that a page treats
//! in its own way: headings with anchors, links resolved, images measured, code highlighted, directives, task lists.

use super::callout::Callout;
use super::code::FenceInfo;
use super::diagram;
use super::directive::{Directive, Fold};
use super::escape::{escape, escape_into};
use super::highlight::Highlighter;
use super::outline::{Outline, component, is_comment, is_import, is_shortcode_tail};
use super::percent::percent_encode;
use super::prepare::{MARK_END, MARK_START, Prepared};
use super::sanitize::sanitize;
use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, html::push_html};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ops::Range;

/// What happens to raw HTML in a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HtmlPolicy {
    /// Harmless elements stay, all else is removed.
    #[default]
    Sanitize,
    /// It is shown as text.
    Escape,
    /// It goes into the page as it is. Only for content that nobody else can change.
    Raw,
}

/// Answers where a link of the page leads.
pub trait Resolve {
    /// The target of a link or image as it is written.
    fn resolve(&self, dest: &str) -> LinkTarget;
}

/// Where a link leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkTarget {
    /// The address to write.
    pub href: String,
    /// Whether it leads nowhere and must not say where it would have led.
    pub hidden: bool,
    /// Whether it leaves the site.
    pub external: bool,
    /// Width and height of an image, in pixels, where they are known.
    pub size: Option<(usize, usize)>,
}

/// For whom the HTML is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A page of the site: anchors, code with classes, wrapped tables.
    Page,
    /// A reader that has no stylesheet: feeds, mail.
    Plain,
}

/// Bytes of a line of code that fill most of a block.
const WIDE: usize = 64;

/// Images that are not wider, in pixels, can't be seen better by themselves.
const ICON: usize = 160;

/// What rendering needs beside the text.
pub struct RenderOptions<'a> {
    /// What happens to raw HTML.
    pub html: HtmlPolicy,
    /// For whom.
    pub style: Style,
    /// Typographic quotes and dashes.
    pub smart_punctuation: bool,
    /// The heading, by index, that is the page's title and not shown again.
    pub skip_heading: Option<usize>,
    /// Where links lead.
    pub links: &'a dyn Resolve,
    /// Colours code.
    pub highlighter: &'a Highlighter,
    /// Says in the page's language what the author did not write: names of callouts, of links to headings.
    pub labels: &'a dyn Labels,
}

/// Translates the words that rendering adds to a page.
pub trait Labels {
    /// An English text in another language; one that is not known as it is.
    fn label<'a>(&'a self, english: &'a str) -> &'a str;
}

/// English.
impl Labels for () {
    fn label<'a>(&'a self, english: &'a str) -> &'a str {
        english
    }
}

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
        columns: Vec::new(),
        column: 0,
        in_head: false,
    };
    renderer.all(events);
    let mut html = String::with_capacity(prepared.text.len() * 3 / 2);
    push_html(&mut html, renderer.out.into_iter());
    let mut html =
        if outline.has_html && options.html == HtmlPolicy::Sanitize { sanitize(&html) } else { html };
    // Drawings are made of what is harmless, but no author may write SVG, so they come when all else is sanitised.
    for (index, drawing) in renderer.drawings.iter().enumerate() {
        html = html.replacen(&drawing_mark(index), drawing, 1);
    }
    html
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
    /// How the columns of the table are aligned, which of them is next, and whether in the head.
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

/// What stands for a drawing until the page is sanitised. Authors can't write it: `prepare` takes these characters away.
fn drawing_mark(index: usize) -> String {
    format!("{MARK_START}drawing {index}{MARK_END}")
}

impl<'e> Renderer<'_, 'e> {
    fn all(&mut self, events: Vec<(Event<'e>, Range<usize>)>) {
        let mut events = events.into_iter().peekable();
        // Whether the paragraph begins with an image.
        let mut begins_with_image = false;
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::Paragraph) => {
                    begins_with_image = matches!(events.peek(), Some((Event::Start(Tag::Image { .. }), _)));
                    let directive = match events.peek() {
                        Some((Event::Text(text), _)) => self.directive(text),
                        _ => None,
                    };
                    let import = matches!(events.peek(), Some((Event::Text(text), _)) if is_import(text));
                    if let Some(html) = directive {
                        skip_to(&mut events, &TagEnd::Paragraph);
                        self.raw(html);
                    } else if import && self.options.html != HtmlPolicy::Raw {
                        self.raw("<p class=\"foreign\">".to_owned());
                    } else {
                        self.out.push(Event::Start(Tag::Paragraph));
                    }
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let inner = take_to_heading_end(&mut events);
                    self.heading_html(level as u8, inner);
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let mut code = String::new();
                    for (event, _) in events.by_ref() {
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
                    self.code_block(&info, &code);
                }
                Event::Start(Tag::BlockQuote(Some(kind))) => {
                    let callout = Callout::from_alert(kind);
                    self.raw(callout_open(callout, None, None, self.options.labels));
                    self.closers.push("</div>\n");
                }
                Event::End(TagEnd::BlockQuote(Some(_))) => {
                    let close = self.closers.pop().unwrap_or("</div>\n");
                    self.raw(close.to_owned());
                }
                Event::Start(Tag::Table(mut alignment)) => {
                    if self.options.style == Style::Page {
                        self.raw("<div class=\"table\" tabindex=\"0\">".to_owned());
                        // The writer would give cells a style of their own, which the site's policy refuses.
                        let none = vec![Alignment::None; alignment.len()];
                        self.columns = std::mem::replace(&mut alignment, none);
                    }
                    self.out.push(Event::Start(Tag::Table(alignment)));
                }
                Event::Start(Tag::TableHead | Tag::TableRow) => {
                    self.column = 0;
                    self.in_head = matches!(event, Event::Start(Tag::TableHead));
                    self.out.push(event);
                }
                Event::Start(Tag::TableCell) => {
                    let name = if self.in_head { "th" } else { "td" };
                    match self.columns.get(self.column) {
                        Some(Alignment::Right) => self.raw(format!("<{name} class=\"end\">")),
                        Some(Alignment::Center) => self.raw(format!("<{name} class=\"center\">")),
                        _ => self.out.push(event),
                    }
                    self.column += 1;
                }
                Event::End(TagEnd::Table) => {
                    self.out.push(Event::End(TagEnd::Table));
                    if self.options.style == Style::Page {
                        self.raw("</div>\n".to_owned());
                    }
                }
                Event::Start(Tag::Link { link_type, dest_url, title, id: _ }) => {
                    self.link_open(link_type, &dest_url, &title);
                }
                Event::End(TagEnd::Link) => self.inline("</a>".to_owned()),
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let mut alt = String::new();
                    let mut depth = 1_usize;
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(text) | Event::Code(text) => alt.push_str(&text),
                            Event::SoftBreak | Event::HardBreak => alt.push(' '),
                            Event::Start(Tag::Image { .. }) => depth += 1,
                            Event::End(TagEnd::Image) => {
                                depth -= 1;
                                if depth == 0 {
                                    break;
                                }
                            }
                            _ => {}
                        }
                    }
                    let ends = matches!(events.peek(), Some((Event::End(TagEnd::Paragraph), _)));
                    self.image(&dest_url, &title, &alt, std::mem::take(&mut begins_with_image) && ends);
                }
                Event::TaskListMarker(done) => {
                    let label = item_text(&mut events.clone());
                    let checked = if done { " checked" } else { "" };
                    let mut html = format!("<input type=\"checkbox\" disabled{checked} aria-label=\"");
                    escape_into(&mut html, &label);
                    html.push_str("\">");
                    self.inline(html);
                }
                Event::FootnoteReference(label) => self.footnote_reference(&label),
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    let number = self.footnote_number(&label);
                    self.raw(format!(
                        "<div class=\"footnote\" id=\"fn-{number}\"><a href=\"#fnref-{number}\" class=\"footnote-back\" aria-label=\"{} {number}\">{number}</a>\n",
                        escape(self.options.labels.label("Back to reference"))
                    ));
                }
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

    fn raw(&mut self, html: String) {
        self.out.push(Event::Html(CowStr::from(html)));
    }

    fn inline(&mut self, html: String) {
        self.out.push(Event::InlineHtml(CowStr::from(html)));
    }

    /// The HTML of a directive's mark, if a paragraph's text is one.
    fn directive(&mut self, text: &str) -> Option<String> {
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

    fn heading_html(&mut self, level: u8, inner: Vec<Event<'e>>) {
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
        let mut nested = inner.into_iter().map(|event| (event, 0..0)).collect::<Vec<_>>();
        self.nested(&mut nested);
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

    fn nested(&mut self, events: &mut Vec<(Event<'e>, Range<usize>)>) {
        let closers = std::mem::take(&mut self.closers);
        self.all(std::mem::take(events));
        self.closers = closers;
    }

    fn code_block(&mut self, info: &str, code: &str) {
        let fence = FenceInfo::parse(info);
        if self.options.style == Style::Plain {
            let mut html = String::from("<pre><code");
            if let Some(lang) = info.split_whitespace().next() {
                html.push_str(" class=\"language-");
                escape_into(&mut html, lang);
                html.push('"');
            }
            html.push('>');
            escape_into(&mut html, code);
            html.push_str("</code></pre>\n");
            return self.raw(html);
        }
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

    fn link_open(&mut self, link_type: LinkType, dest: &str, title: &str) {
        let dest = if link_type == LinkType::Email { format!("mailto:{dest}") } else { dest.to_owned() };
        let target = self.options.links.resolve(&dest);
        let mut html = String::from("<a");
        if !target.hidden && (self.options.html == HtmlPolicy::Raw || is_harmless(&target.href)) {
            html.push_str(" href=\"");
            escape_url_into(&mut html, &target.href);
            html.push('"');
        }
        if !title.is_empty() && !target.hidden {
            html.push_str(" title=\"");
            escape_into(&mut html, title);
            html.push('"');
        }
        if target.external && self.options.style == Style::Page {
            html.push_str(" class=\"external\" rel=\"noopener\"");
        }
        html.push('>');
        self.inline(html);
    }

    /// An image. One that is a paragraph by itself is a link to itself, so that it can be seen in its full size; its
    /// description is what the link is called. One within a line is rather a badge or an icon.
    fn image(&mut self, dest: &str, title: &str, alt: &str, is_alone: bool) {
        let target = self.options.links.resolve(dest);
        let is_icon = target.size.is_some_and(|(width, _)| width <= ICON);
        let is_link = is_alone
            && self.options.style == Style::Page
            && !alt.trim().is_empty()
            && !is_icon
            && is_harmless(&target.href);
        let mut html = String::new();
        if is_link {
            html.push_str("<a class=\"zoom\" href=\"");
            escape_url_into(&mut html, &target.href);
            html.push_str("\">");
        }
        html.push_str("<img src=\"");
        if is_harmless(&target.href) || target.href.starts_with("data:image/") {
            escape_url_into(&mut html, &target.href);
        }
        html.push_str("\" alt=\"");
        escape_into(&mut html, alt);
        html.push('"');
        if !title.is_empty() {
            html.push_str(" title=\"");
            escape_into(&mut html, title);
            html.push('"');
        }
        if self.options.style == Style::Page {
            if let Some((width, height)) = target.size {
                html.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
            }
            html.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        html.push_str(if is_link { " /></a>" } else { " />" });
        self.inline(html);
    }

    fn footnote_number(&mut self, label: &str) -> usize {
        let next = self.footnotes.len() + 1;
        *self.footnotes.entry(label.to_owned()).or_insert(next)
    }

    fn footnote_reference(&mut self, label: &str) {
        let first = !self.footnotes.contains_key(label);
        let number = self.footnote_number(label);
        let id = if first { format!(" id=\"fnref-{number}\"") } else { String::new() };
        self.inline(format!("<sup class=\"footnote-ref\"><a href=\"#fn-{number}\"{id}>{number}</a></sup>"));
    }

    fn html_block(&mut self, html: CowStr<'e>, range: &Range<usize>) {
        match self.options.html {
            HtmlPolicy::Raw => self.out.push(Event::Html(html)),
            HtmlPolicy::Escape if is_comment(html.trim()) => {}
            HtmlPolicy::Escape => self.foreign_block(&html),
            HtmlPolicy::Sanitize => {
                if component(html.trim()).is_some() || is_shortcode_tail(self.prepared, range) {
                    self.foreign_block(&html);
                } else if !is_comment(html.trim()) {
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

    fn html_inline(&mut self, html: CowStr<'e>, range: &Range<usize>) {
        let foreign = component(&html).is_some() || is_shortcode_tail(self.prepared, range);
        match self.options.html {
            HtmlPolicy::Raw => self.out.push(Event::InlineHtml(html)),
            HtmlPolicy::Escape => self.out.push(Event::Text(html)),
            HtmlPolicy::Sanitize if foreign => self.out.push(Event::Text(html)),
            HtmlPolicy::Sanitize => {
                if !is_comment(html.trim()) {
                    self.out.push(Event::InlineHtml(html));
                }
            }
        }
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

fn skip_to<'e>(events: &mut impl Iterator<Item = (Event<'e>, Range<usize>)>, end: &TagEnd) {
    for (event, _) in events {
        if matches!(&event, Event::End(tag) if tag == end) {
            break;
        }
    }
}

fn take_to_heading_end<'e>(events: &mut impl Iterator<Item = (Event<'e>, Range<usize>)>) -> Vec<Event<'e>> {
    let mut inner = Vec::new();
    for (event, _) in events {
        if matches!(event, Event::End(TagEnd::Heading(_))) {
            break;
        }
        inner.push(event);
    }
    inner
}

/// The text of a task up to a nested list or its end.
fn item_text<'e>(events: &mut impl Iterator<Item = (Event<'e>, Range<usize>)>) -> String {
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

/// Whether an address can't run a script. Browsers ignore white space and control characters in a scheme.
pub(super) fn is_harmless(href: &str) -> bool {
    let scheme: String = href
        .chars()
        .filter(|char| !char.is_whitespace() && !char.is_control())
        .take_while(|char| *char != ':')
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    !matches!(scheme.as_str(), "javascript" | "vbscript" | "data")
}

/// What CommonMark leaves as it is in an address.
const KEPT_IN_URL: &[u8] = b"-_.+!*(),%#@?=;:/~$&'";

/// Appends an address: percent-encoded where CommonMark asks for it, and escaped.
fn escape_url_into(out: &mut String, url: &str) {
    let encoded = percent_encode(url, KEPT_IN_URL);
    escape_into(out, &encoded);
}

#[cfg(test)]
mod tests {
    use super::super::{outline, prepare};
    use super::*;

    struct Same;
    impl Resolve for Same {
        fn resolve(&self, dest: &str) -> LinkTarget {
            LinkTarget { href: dest.into(), ..LinkTarget::default() }
        }
    }

    fn html_with(body: &str, html: HtmlPolicy) -> String {
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

    fn html(body: &str) -> String {
        html_with(body, HtmlPolicy::Sanitize)
    }

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

    #[test]
    fn an_image_by_itself_is_a_link_to_itself_and_no_other() {
        let link = "<a class=\"zoom\" href=\"a.png\"";
        let alone = html("![What it shows](a.png)");
        assert!(alone.starts_with(&format!("<p>{link}")) && alone.ends_with("/></a></p>\n"), "{alone}");
        assert!(html("- ![x](a.png)\n\n  text\n").contains(link), "in a list, too");
        for text in [
            "A badge ![x](a.png) in a line",
            "![x](a.png) begins a line",
            "![x](a.png) ![y](b.png)",
            "[![x](a.png)](b.html)",
            "![](a.png)",
            "![x](javascript:alert(1))",
            "![x](data:image/png;base64,AA)",
        ] {
            assert!(!html(text).contains("zoom"), "{text}: {}", html(text));
        }
    }

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

    #[test]
    fn a_task_has_its_text_as_label() {
        assert!(html("- [x] do *it*\n").contains("checked aria-label=\"do it\""));
    }

    #[test]
    fn marked_lines_and_titles_are_shown() {
        let out = html("```yaml title=\"a.yml\" {2}\na: 1\nb: 2\n```\n");
        assert!(out.contains("<p class=\"code-title\">a.yml</p>"), "{out}");
        assert_eq!(out.matches("line marked").count(), 1);
    }

    #[test]
    fn shortcodes_and_components_are_shown_as_text() {
        assert!(html("{{<tabs>}}\n").contains("{{&lt;tabs&gt;}}"));
        assert!(html("<Tabs>\n\nx\n\n</Tabs>\n").contains("&lt;Tabs&gt;"));
    }
}
