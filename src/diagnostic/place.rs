//! Where a finding is, and what it is known by from one run to the next: what the formats for machines share.

use super::{Diagnostic, SourceMap, Span};
use std::collections::HashMap;

/// A place as machines want it: a file from the repository's root, lines and columns from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path from the root of the repository.
    pub file: String,
    /// First line and column, and the line and column after the last character; none for a whole file.
    pub range: Option<((usize, usize), (usize, usize))>,
}

/// What a format needs beside the findings.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The texts that spans point into.
    pub sources: &'a SourceMap,
    /// The folder of the site in its repository, with a slash at the end; empty at the root.
    pub prefix: &'a str,
}

impl Context<'_> {
    /// The place of a span.
    pub fn place(&self, span: &Span) -> Place {
        let file = format!("{}{}", self.prefix, span.file);
        // An empty span at the start names the file, not its first character.
        let whole = span.start == 0 && span.end == 0;
        let start = self.sources.position(span).filter(|_| !whole);
        let end = self.sources.position(&Span { start: span.end, ..span.clone() });
        Place { file, range: start.zip(end) }
    }

    /// What each finding is known by, in their order: its rule, its file, its line's text and its message, not its line's
    /// number, so that a line added above changes nothing. Repeats are numbered.
    pub fn fingerprints(&self, diagnostics: &[Diagnostic]) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        diagnostics
            .iter()
            .map(|diagnostic| {
                let base = self.fingerprint(diagnostic);
                let count = seen.entry(base.clone()).or_default();
                *count += 1;
                let text = format!("{base} {count}");
                blake3::hash(text.as_bytes()).to_hex().get(..32).unwrap_or_default().to_owned()
            })
            .collect()
    }

    fn fingerprint(&self, diagnostic: &Diagnostic) -> String {
        let (file, line) = match &diagnostic.span {
            Some(span) => (&*span.file, self.line(span).trim()),
            None => ("", ""),
        };
        format!("{}\0{}{file}\0{line}\0{}", diagnostic.rule, self.prefix, diagnostic.message)
    }

    /// The text of the line that a span starts in.
    fn line(&self, span: &Span) -> &str {
        let Some(text) = self.sources.text(&span.file) else { return "" };
        let before = text.get(..span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        text.get(start..).unwrap_or_default().lines().next().unwrap_or_default()
    }
}

/// The message with what to do about it.
pub(super) fn sentence(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}
