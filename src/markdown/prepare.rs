//! Turns directives into marked lines that a Markdown parser passes through, and keeps where each byte came from.
//!
//! A directive becomes a paragraph of its own with a mark from Unicode's private use area. One parse over the whole
//! page then sees everything (reference links defined outside a container work inside it).

use super::directive::{self, Directive, Include, parse_include};
use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// First character of a mark.
pub(super) const MARK_START: char = '\u{E000}';
/// Last character of a mark.
pub(super) const MARK_END: char = '\u{E001}';

/// Finds the text of a file that a page includes. The error says why it can't be had.
pub type IncludeSource<'a> = &'a dyn Fn(&str) -> Result<Arc<str>, String>;

/// What a page without directives does not have.
const MARKS: [&str; 6] = ["::", "!!!", "???", "===", "\u{E000}", "\u{E001}"];

/// A page's Markdown with its directives marked.
#[derive(Debug, Default)]
pub struct Prepared<'a> {
    /// The Markdown to parse.
    pub text: Cow<'a, str>,
    /// The directives that marks stand for, by index.
    pub directives: Vec<Directive>,
    /// What is wrong with the directives, by place in the original.
    pub mistakes: Vec<(Range<usize>, String)>,
    /// Containers of other tools that have no meaning here, by place in the original.
    pub unknown: Vec<(Range<usize>, String)>,
    /// Parts of the original that the audience may not see.
    pub removed: Vec<Range<usize>>,
    /// For each piece of `text`, in order: where it starts there, and where in the original.
    pieces: Vec<(usize, usize)>,
}

impl Prepared<'_> {
    /// Where a byte of the prepared text stands in the original.
    pub fn original(&self, offset: usize) -> usize {
        let at = self.pieces.partition_point(|(start, _)| *start <= offset);
        match at.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some((start, original)) => original + (offset - start),
            None => offset,
        }
    }

    /// Where a range of the prepared text stands in the original.
    pub fn original_range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.original(range.start);
        start
            ..self.original(range.end.saturating_sub(1).max(range.start)).max(start)
                + usize::from(!range.is_empty())
    }
}

/// Marks the directives of a page. `internal` tells whether the audience sees `:::internal` blocks.
pub fn prepare<'a>(body: &'a str, internal: bool, include: IncludeSource<'_>) -> Prepared<'a> {
    if !MARKS.iter().any(|mark| memmem::find(body.as_bytes(), mark.as_bytes()).is_some()) {
        return Prepared {
            text: Cow::Borrowed(body),
            directives: Vec::new(),
            mistakes: Vec::new(),
            unknown: Vec::new(),
            removed: Vec::new(),
            pieces: Vec::new(),
        };
    }
    let mut preparer = Preparer {
        internal,
        include,
        out: String::with_capacity(body.len() + 256),
        open: Vec::new(),
        fence: None,
        prepared: Prepared {
            text: Cow::Borrowed(""),
            directives: Vec::new(),
            mistakes: Vec::new(),
            unknown: Vec::new(),
            removed: Vec::new(),
            pieces: Vec::new(),
        },
    };
    let mut offset = 0;
    for line in body.split_inclusive('\n') {
        preparer.line(line, offset);
        offset += line.len();
    }
    preparer.finish(body.len());
    let mut prepared = preparer.prepared;
    prepared.text = Cow::Owned(preparer.out);
    prepared
}

/// A directive that is open, and how it ends.
struct Open {
    end: End,
    /// Where it started in the original.
    start: usize,
    /// Whether the audience may not see it.
    hidden: bool,
    /// Whether it is a tab of MkDocs, whose neighbours form a group.
    mkdocs_tab: bool,
}

enum End {
    /// A line of at least so many colons.
    Colons(usize),
    /// A line that is indented less than so far.
    Indent(usize),
}

struct Preparer<'s, 'a> {
    internal: bool,
    include: IncludeSource<'s>,
    out: String,
    open: Vec<Open>,
    /// The fence that is open: its character and length.
    fence: Option<(u8, usize)>,
    prepared: Prepared<'a>,
}

impl Preparer<'_, '_> {
    fn line(&mut self, line: &str, offset: usize) {
        let content = line.trim_end_matches(['\n', '\r']);
        let indent = content.len() - content.trim_start_matches(' ').len();
        let blank = content.trim().is_empty();
        if !blank && self.fence.is_none() {
            self.close_outdented(indent, content.get(indent..).unwrap_or_default(), offset);
        }
        let strip = self.open.iter().rev().find_map(|open| match open.end {
            End::Indent(base) => Some(base + 4),
            End::Colons(_) => None,
        });
        let strip = strip.unwrap_or(0).min(indent);
        let inner = content.get(strip..).unwrap_or_default();
        let inner_indent = indent - strip;
        let trimmed = inner.trim_start_matches(' ');

        if self.in_fence(trimmed, inner_indent) {
            return self.push_line(line, offset, strip);
        }
        if trimmed.starts_with("::")
            && self.colons_or_include(trimmed, inner_indent, offset + indent, line, offset)
        {
            return;
        }
        if trimmed.starts_with(['!', '?', '='])
            && inner_indent < 4
            && let Some(directive) = directive::parse_mkdocs(trimmed.trim_end())
        {
            let tab = matches!(directive, Directive::Tab { .. });
            let continues =
                tab && self.open.last().is_some_and(|open| open.mkdocs_tab && is_indent(open, indent));
            if continues {
                // The neighbour's end was seen above; only the group is still open.
                self.mark(Directive::Close, inner_indent, offset);
                self.open.pop();
            } else if tab {
                self.mark(Directive::Tabs, inner_indent, offset);
            }
            self.mark(directive, inner_indent, offset);
            self.open.push(Open { end: End::Indent(indent), start: offset, hidden: false, mkdocs_tab: tab });
            return;
        }
        self.push_line(line, offset, strip);
    }

    /// Tracks code fences, in which nothing is a directive. Tells whether the line belongs to one.
    fn in_fence(&mut self, trimmed: &str, indent: usize) -> bool {
        let marker = trimmed.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'));
        let length = marker.map_or(0, |marker| trimmed.bytes().take_while(|byte| *byte == marker).count());
        match (self.fence, marker) {
            (Some((open, least)), Some(marker)) if marker == open && length >= least => {
                if trimmed.trim_end().len() == length {
                    self.fence = None;
                }
                true
            }
            (Some(_), _) => true,
            (None, Some(marker)) if length >= 3 && indent < 12 => {
                let info = trimmed.get(length..).unwrap_or_default();
                if marker == b'`' && info.contains('`') {
                    return false;
                }
                self.fence = Some((marker, length));
                true
            }
            _ => false,
        }
    }

    fn colons_or_include(
        &mut self,
        trimmed: &str,
        indent: usize,
        start: usize,
        line: &str,
        offset: usize,
    ) -> bool {
        let range = start..start + trimmed.trim_end().len();
        match parse_include(trimmed) {
            Some(Ok(include)) => {
                self.insert_include(&include, indent, range);
                return true;
            }
            Some(Err(message)) => {
                self.prepared.mistakes.push((range, message));
                self.push_line(line, offset, 0);
                return true;
            }
            None => {}
        }
        let Some((colons, directive)) = directive::parse_colons(trimmed.trim_end()) else { return false };
        match directive {
            None => {
                // The innermost container of colons ends, with all that stands open inside it.
                let Some(at) = self
                    .open
                    .iter()
                    .rposition(|open| matches!(open.end, End::Colons(least) if colons >= least))
                else {
                    return false;
                };
                while self.open.len() > at {
                    self.close(indent, offset + line.len());
                }
            }
            Some(directive) => {
                if let Directive::Unknown { name } = &directive {
                    self.prepared.unknown.push((range, name.clone()));
                }
                let hidden = directive == Directive::Internal && !self.internal;
                self.mark(directive, indent, offset);
                self.open.push(Open { end: End::Colons(colons), start: offset, hidden, mkdocs_tab: false });
            }
        }
        true
    }

    fn close_outdented(&mut self, indent: usize, trimmed: &str, offset: usize) {
        while let Some(open) = self.open.last() {
            let End::Indent(base) = open.end else { break };
            if indent >= base + 4 {
                break;
            }
            let next_tab = open.mkdocs_tab && indent == base && trimmed.starts_with("===");
            if next_tab && directive::parse_mkdocs(trimmed.trim_end()).is_some() {
                break;
            }
            self.close(indent.min(base), offset);
        }
    }

    fn close(&mut self, indent: usize, end: usize) {
        let Some(open) = self.open.pop() else { return };
        if open.hidden && !self.hidden() {
            self.prepared.removed.push(open.start..end);
        }
        self.mark_unless(open.hidden, Directive::Close, indent, end);
        if open.mkdocs_tab {
            self.mark_unless(open.hidden, Directive::Close, indent, end);
        }
    }

    fn hidden(&self) -> bool {
        self.open.iter().any(|open| open.hidden)
    }

    fn mark(&mut self, directive: Directive, indent: usize, offset: usize) {
        let hidden = directive == Directive::Internal && !self.internal;
        self.mark_unless(hidden, directive, indent, offset);
    }

    fn mark_unless(&mut self, hidden: bool, directive: Directive, indent: usize, offset: usize) {
        if hidden || self.hidden() {
            return;
        }
        let index = self.prepared.directives.len();
        self.prepared.directives.push(directive);
        let spaces = " ".repeat(indent);
        self.prepared.pieces.push((self.out.len(), offset));
        self.out.push_str(&format!("\n{spaces}{MARK_START}{index}{MARK_END}\n\n"));
    }

    fn push_line(&mut self, line: &str, offset: usize, strip: usize) {
        if self.hidden() {
            return;
        }
        self.prepared.pieces.push((self.out.len(), offset + strip));
        let text = line.get(strip..).unwrap_or_default();
        if text.contains([MARK_START, MARK_END]) {
            // A mark in the author's own text would be taken for one of ours.
            self.out.extend(text.chars().map(|char| match char {
                MARK_START | MARK_END => '\u{FFFD}',
                other => other,
            }));
        } else {
            self.out.push_str(text);
        }
    }

    fn insert_include(&mut self, include: &Include, indent: usize, range: Range<usize>) {
        if self.hidden() {
            return;
        }
        let text = (self.include)(&include.file).and_then(|text| part(&text, include));
        let text = match text {
            Ok(text) => text,
            Err(message) => return self.prepared.mistakes.push((range, message)),
        };
        self.prepared.pieces.push((self.out.len(), range.start));
        let spaces = " ".repeat(indent);
        self.out.push('\n');
        if is_markdown(&include.file) && include.lang.is_none() {
            for line in text.lines() {
                self.out.push_str(&format!("{spaces}{line}\n"));
            }
        } else {
            let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            let lang = include.lang.as_deref().or_else(|| include.file.rsplit('.').next()).unwrap_or("text");
            let title =
                include.title.as_deref().map(|title| format!(" title=\"{title}\"")).unwrap_or_default();
            self.out.push_str(&format!("{spaces}{fence}{lang}{title}\n"));
            for line in text.lines() {
                self.out.push_str(&format!("{spaces}{line}\n"));
            }
            self.out.push_str(&format!("{spaces}{fence}\n"));
        }
        self.out.push('\n');
        self.prepared.pieces.push((self.out.len(), range.end));
    }

    fn finish(&mut self, end: usize) {
        while let Some(open) = self.open.last() {
            if matches!(open.end, End::Colons(_)) {
                let start = open.start;
                self.prepared
                    .mistakes
                    .push((start..start + 3, "this container is never closed: add a line `:::`".into()));
            }
            self.close(0, end);
        }
    }
}

fn is_indent(open: &Open, indent: usize) -> bool {
    matches!(open.end, End::Indent(base) if base == indent)
}

fn is_markdown(file: &str) -> bool {
    [".md", ".markdown"].iter().any(|suffix| file.to_lowercase().ends_with(suffix))
}

/// The part of a file that an include asks for.
fn part(text: &str, include: &Include) -> Result<String, String> {
    let lines: Vec<&str> = text.lines().collect();
    let chosen: Vec<&str> = match (&include.region, include.lines) {
        (Some(region), _) => {
            let is_mark = |line: &str, word: &str| {
                let mut words = line.split(|char: char| !(char.is_alphanumeric() || "-_".contains(char)));
                words.any(|found| found == word) && line.split_whitespace().any(|found| found == region)
            };
            let start = lines
                .iter()
                .position(|line| is_mark(line, "region"))
                .ok_or_else(|| format!("`{}` has no `region {region}`", include.file))?;
            let rest = lines.get(start + 1..).unwrap_or_default();
            let end = rest
                .iter()
                .position(|line| is_mark(line, "endregion"))
                .ok_or_else(|| format!("`region {region}` of `{}` has no end", include.file))?;
            rest.get(..end).unwrap_or_default().to_vec()
        }
        (None, Some((first, last))) => lines
            .get(first - 1..last)
            .ok_or_else(|| format!("`{}` has only {} lines", include.file, lines.len()))?
            .to_vec(),
        (None, None) => lines,
    };
    Ok(chosen.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: &str) -> Result<Arc<str>, String> {
        Err("no file".into())
    }

    #[test]
    fn a_page_without_directives_is_borrowed() {
        assert!(matches!(prepare("# A\n\ntext\n", true, &none).text, Cow::Borrowed(_)));
    }

    #[test]
    fn offsets_lead_back_to_the_original() {
        let body = "a\n!!! note\n    [x](y.md)\nb\n";
        let prepared = prepare(body, true, &none);
        let at = prepared.text.find("[x]").unwrap();
        let range = prepared.original_range(&(at..at + 9));
        assert_eq!(&body[range], "[x](y.md)");
        let at = prepared.text.find("\nb").unwrap() + 1;
        assert_eq!(&body[prepared.original(at)..], "b\n");
    }

    #[test]
    fn nothing_in_a_fence_is_a_directive() {
        let body = "```\n:::note\n!!! x\n```\n";
        assert!(prepare(body, true, &none).directives.is_empty());
    }

    #[test]
    fn internal_text_is_gone_for_the_public() {
        let body = "a\n\n:::internal\nsecret\n:::note\ninner\n:::\n:::\n\nb\n";
        let prepared = prepare(body, false, &none);
        assert!(!prepared.text.contains("secret") && !prepared.text.contains("inner"));
        assert_eq!(prepared.removed, vec![3..body.len() - 3]);
        assert!(prepare(body, true, &none).text.contains("secret"));
    }

    #[test]
    fn an_open_container_is_told_and_closed() {
        let prepared = prepare(":::note\ntext\n", true, &none);
        assert_eq!(prepared.mistakes.len(), 1);
        assert_eq!(prepared.directives.last(), Some(&Directive::Close));
    }

    #[test]
    fn parts_of_files_are_included() {
        let file =
            |_: &str| -> Result<Arc<str>, String> { Ok("1\n// region a\n2\n// endregion a\n5\n".into()) };
        let text = |line: &str| prepare(line, true, &file).text.into_owned();
        assert_eq!(text("::include{file=\"x.rs\" region=\"a\"}\n").trim(), "```rs\n2\n```");
        assert_eq!(text("::include{file=\"x.md\" lines=\"5-5\"}\n").trim(), "5");
        assert_eq!(prepare("::include{file=\"x.rs\" lines=\"5-9\"}\n", true, &file).mistakes.len(), 1);
    }
}
