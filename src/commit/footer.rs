//! Footers, which are git's trailers with a few more rights: a value may run over lines and blank
//! lines until the next token (10), and `BREAKING CHANGE` may hold a space (9).

use super::text::find_blank_line;
use serde::Serialize;

/// One footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Footer<'a> {
    /// The token: a word with `-` for spaces, or `BREAKING CHANGE`.
    pub token: &'a str,
    /// Whether the separator was ` #`, as in `Fixes #12`.
    pub hash: bool,
    /// The value, without the separator. It may hold line breaks.
    pub value: &'a str,
}

impl Footer<'_> {
    /// Whether this footer announces a breaking change: upper case only (15), either spelling (16).
    pub fn is_breaking(&self) -> bool {
        !self.hash && matches!(self.token, "BREAKING CHANGE" | "BREAKING-CHANGE")
    }

    /// Whether the token is `name`; case doesn't matter (15).
    pub fn is(&self, name: &str) -> bool {
        self.token.eq_ignore_ascii_case(name)
    }
}

/// The part of a message that holds footers.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// From the first token to the end.
    pub text: &'a str,
    /// Whether it begins inside a paragraph, where the specification wants a blank line before it.
    pub inside_paragraph: bool,
}

/// Splits what follows the first line into body and footers.
///
/// Footers begin at a paragraph that opens with a token and after which every paragraph does; a
/// prose paragraph that happens to open with "Note: " in the middle of a body is thus no footer.
/// `BREAKING CHANGE:` can't be taken for prose and always begins them, whatever follows.
pub fn split(rest: &str) -> (&str, Section<'_>) {
    let none = Section { text: "", inside_paragraph: false };
    let mut candidate = None;
    let mut at = 0;
    let mut last = (0, rest);
    while at < rest.len() {
        let tail = rest.get(at..).unwrap_or_default();
        let (end, next) = find_blank_line(tail).unwrap_or((tail.len(), tail.len()));
        let paragraph = tail.get(..end).unwrap_or(tail);
        let trimmed = paragraph.trim_start_matches('\n');
        let start = at + (paragraph.len() - trimmed.len());
        if let Some(offset) = breaking_line(trimmed) {
            let begin = match candidate {
                Some(begin) if offset == 0 => begin,
                _ if offset == 0 => start,
                // Tokens that open this paragraph belong to the same footers.
                _ if opens(trimmed) => candidate.unwrap_or(start),
                _ => start + offset,
            };
            let (body, text) = rest.split_at(begin);
            return (body, Section { text, inside_paragraph: begin > start });
        }
        if !trimmed.trim().is_empty() {
            candidate = if opens(trimmed) { candidate.or(Some(start)) } else { None };
            last = (start, trimmed);
        }
        at += next.max(1);
    }
    if candidate.is_none() {
        candidate = trailer_block(last.1).map(|offset| last.0 + offset);
    }
    match candidate {
        Some(begin) => {
            let (body, text) = rest.split_at(begin);
            (body, Section { text, inside_paragraph: false })
        }
        None => (rest, none),
    }
}

fn opens(paragraph: &str) -> bool {
    paragraph.lines().next().is_some_and(|line| token(line).is_some() || is_picked(line))
}

/// Where a line of this paragraph begins with `BREAKING CHANGE: ` or its synonym.
fn breaking_line(paragraph: &str) -> Option<usize> {
    let mut at = 0;
    for line in paragraph.split_inclusive('\n') {
        if token(line).is_some_and(|footer| footer.is_breaking()) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// A last paragraph in which git itself put a trailer is a trailer block from its first token on,
/// as `git interpret-trailers` has it.
fn trailer_block(paragraph: &str) -> Option<usize> {
    let by_git = |line: &str| {
        is_picked(line)
            || token(line).is_some_and(|footer| footer.is("Signed-off-by") || footer.is("Co-authored-by"))
    };
    if !paragraph.lines().any(by_git) {
        return None;
    }
    let mut at = 0;
    for line in paragraph.split_inclusive('\n') {
        if token(line).is_some() || is_picked(line) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn is_picked(line: &str) -> bool {
    line.starts_with("(cherry picked from commit ")
}

/// Reads the footers of a section.
pub fn parse(section: &str) -> Vec<Footer<'_>> {
    let mut footers: Vec<Footer<'_>> = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    let mut open: Option<Footer<'_>> = None;
    for line in section.split_inclusive('\n') {
        let next = token(line);
        if next.is_some() || is_picked(line) {
            if let Some(footer) = open.take() {
                footers.push(close(section, footer, begin, at));
            }
            if let Some(found) = next {
                begin = at + (line.len() - found.value.len());
                open = Some(found);
            }
        }
        at += line.len();
    }
    if let Some(footer) = open {
        footers.push(close(section, footer, begin, at));
    }
    footers
}

fn close<'a>(section: &'a str, footer: Footer<'a>, begin: usize, end: usize) -> Footer<'a> {
    Footer { value: section.get(begin..end).unwrap_or_default().trim(), ..footer }
}

/// The token and separator that begin a line; `value` is the rest of the line, untrimmed at its end.
pub fn token(line: &str) -> Option<Footer<'_>> {
    let word_end = |text: &str| {
        text.find(|char: char| !(char.is_alphanumeric() || char == '-' || char == '_')).unwrap_or(text.len())
    };
    let end = if line.starts_with("BREAKING CHANGE") { "BREAKING CHANGE".len() } else { word_end(line) };
    let (token, rest) = line.split_at_checked(end)?;
    if token.is_empty() || token.starts_with('-') {
        return None;
    }
    if let Some(value) = rest.strip_prefix(": ") {
        return Some(Footer { token, hash: false, value });
    }
    // `Token:` alone on its line with the value below it: the space is the line break.
    if rest.strip_prefix(':').is_some_and(|after| after.trim().is_empty() && after.starts_with('\n')) {
        return Some(Footer { token, hash: false, value: rest.get(1..).unwrap_or_default() });
    }
    // After ` #` something must stand, or a heading in a body would be a footer.
    let value = rest.strip_prefix(" #")?;
    value.starts_with(|char: char| char.is_alphanumeric()).then_some(Footer { token, hash: true, value })
}

/// The first value of a footer with this token.
pub fn find<'a>(footers: &[Footer<'a>], name: &str) -> Option<&'a str> {
    footers.iter().find(|footer| footer.is(name)).map(|footer| footer.value)
}
