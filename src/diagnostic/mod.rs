//! What annals has to say about its input, as data.
//!
//! A stage of the pipeline returns its value together with [`Diagnostic`]s; it never prints.
//! The renderers ([`human`], [`json`], [`sarif`], [`github`], [`gitlab`], [`junit`]) are called by `cli` and `serve`
//! alone. This module knows nothing of sites, pages or git.

pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod nearest;
pub mod place;
pub mod sarif;

use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Said once so that nothing is ignored in silence.
    Note,
    /// The site is built, but something is probably not what its author meant.
    Warning,
    /// The site is not written.
    Error,
}

/// A place in a file of the project: a path relative to its root, with `/`, and a byte range.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Path relative to the project's root, always with `/`.
    pub file: Arc<str>,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span over `range` in `file`.
    pub fn new(file: impl Into<Arc<str>>, range: Range<usize>) -> Self {
        Self { file: file.into(), start: range.start, end: range.end.max(range.start) }
    }

    /// A span that names a whole file, where there is no better place.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self::new(file, 0..0)
    }
}

/// A second place that helps to understand the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// A change to a file that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The main place, if the finding has one.
    pub span: Option<Span>,
    /// How much it matters.
    pub level: Level,
    /// The rule's name, `group/name`, stable: `link/broken`.
    pub rule: &'static str,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What stands at the main place, if more than the message needs saying.
    pub label: Option<String>,
    /// Further places.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// What mends it, where that is safe.
    pub fix: Option<Edit>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(level: Level, rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            span: None,
            level,
            rule,
            message: message.into(),
            label: None,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// An error.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Error, rule, message)
    }

    /// A warning.
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, rule, message)
    }

    /// A note.
    pub fn note(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Note, rule, message)
    }

    /// Sets the main place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Says what stands at the main place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }

    /// Says what mends it.
    #[must_use]
    pub fn fix(mut self, edit: Edit) -> Self {
        self.fix = Some(edit);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The texts that spans point into, by path relative to the project's root.
#[derive(Debug, Default, Clone)]
pub struct SourceMap {
    files: BTreeMap<Arc<str>, Arc<str>>,
}

impl SourceMap {
    /// Adds a file's text.
    pub fn insert(&mut self, file: impl Into<Arc<str>>, text: impl Into<Arc<str>>) {
        self.files.insert(file.into(), text.into());
    }

    /// A file's text, if it is known.
    pub fn text(&self, file: &str) -> Option<&Arc<str>> {
        self.files.get(file)
    }

    /// Line and column, both from 1, of a span's start; columns count characters.
    pub fn position(&self, span: &Span) -> Option<(usize, usize)> {
        self.text(&span.file).map(|text| position(text, span.start))
    }
}

/// Line and column, both from 1, of a byte offset; columns count characters.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// Sorts by place, then by weight, and drops exact repeats, so that output is the same for
/// every order in which the findings came in.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort();
    diagnostics.dedup();
}

/// How many errors, warnings and notes there are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level note.
    pub notes: usize,
}

impl Counts {
    /// Counts the findings by level.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut counts = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.level {
                Level::Error => counts.errors += 1,
                Level::Warning => counts.warnings += 1,
                Level::Note => counts.notes += 1,
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "é\nab";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, 1), (1, 1), "inside a character is its start");
        assert_eq!(position(text, 4), (2, 2));
        assert_eq!(position(text, 99), (2, 3));
    }

    #[test]
    fn sorting_is_by_place_and_drops_repeats() {
        let at = |start| Diagnostic::warning("a/b", "m").at(Span::new("f.md", start..start + 1));
        let mut list = vec![at(5), at(1), at(5)];
        sort(&mut list);
        assert_eq!(list, vec![at(1), at(5)]);
    }
}
