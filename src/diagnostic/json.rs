//! Diagnostics as JSON, for machines.

use super::{Diagnostic, Level, SourceMap, Span};
use serde::Serialize;

/// A diagnostic with its places resolved to lines and columns.
#[derive(Debug, Serialize)]
pub struct Record<'a> {
    level: Level,
    rule: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Debug, Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

/// Makes a serialisable record of each diagnostic.
pub fn records<'a>(diagnostics: &'a [Diagnostic], sources: &SourceMap) -> Vec<Record<'a>> {
    diagnostics
        .iter()
        .map(|diagnostic| Record {
            level: diagnostic.level,
            rule: diagnostic.rule,
            message: &diagnostic.message,
            place: diagnostic.span.as_ref().map(|span| place(span, sources)),
            label: diagnostic.label.as_deref(),
            related: diagnostic
                .related
                .iter()
                .map(|related| Related { place: place(&related.span, sources), message: &related.message })
                .collect(),
            help: diagnostic.help.as_deref(),
        })
        .collect()
}

fn place<'a>(span: &'a Span, sources: &SourceMap) -> Place<'a> {
    let position = sources.position(span);
    Place {
        file: &span.file,
        line: position.map(|(line, _)| line),
        column: position.map(|(_, column)| column),
    }
}
