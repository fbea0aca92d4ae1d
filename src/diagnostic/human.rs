//! Diagnostics for a person: the source line with a caret, what was expected, what to do.

use super::{Diagnostic, Level, SourceMap};
use codespan_reporting::diagnostic as report;
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term;
use codespan_reporting::term::termcolor::Buffer;
use std::collections::HashMap;
use std::fmt::Write as _;

/// Renders all diagnostics, with ANSI colours if `color` is set.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, color: bool) -> String {
    let mut files = SimpleFiles::new();
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut out = String::new();
    let config = term::Config { chars: term::Chars::box_drawing(), ..term::Config::default() };
    for diagnostic in diagnostics {
        let mut labels = Vec::new();
        let mut unplaced = Vec::new();
        let places = diagnostic
            .span
            .iter()
            .map(|span| (span, diagnostic.label.as_deref().unwrap_or_default(), true))
            .chain(diagnostic.related.iter().map(|label| (&label.span, label.message.as_str(), false)));
        for (span, message, primary) in places {
            let Some(text) = sources.text(&span.file) else {
                unplaced.push(if message.is_empty() {
                    format!("in {}", span.file)
                } else {
                    format!("in {}: {message}", span.file)
                });
                continue;
            };
            let id =
                *ids.entry(&*span.file).or_insert_with(|| files.add(span.file.to_string(), text.to_string()));
            let range = floor(text, span.start)..floor(text, span.end.max(span.start));
            let label =
                if primary { report::Label::primary(id, range) } else { report::Label::secondary(id, range) };
            labels.push(label.with_message(message));
        }
        let severity = match diagnostic.level {
            Level::Error => report::Severity::Error,
            Level::Warning => report::Severity::Warning,
            Level::Note => report::Severity::Note,
        };
        unplaced.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
        let rendered = report::Diagnostic::new(severity)
            .with_code(diagnostic.rule)
            .with_message(printable(&diagnostic.message))
            .with_labels(labels)
            .with_notes(unplaced);
        if emit(&mut out, &config, &files, &rendered, color).is_err() {
            let _ = writeln!(out, "{}: {}", diagnostic.rule, printable(&diagnostic.message));
        }
        out.push('\n');
    }
    out
}

fn emit(
    out: &mut String,
    config: &term::Config,
    files: &SimpleFiles<String, String>,
    rendered: &report::Diagnostic<usize>,
    color: bool,
) -> Result<(), codespan_reporting::files::Error> {
    let mut buffer = if color { Buffer::ansi() } else { Buffer::no_color() };
    term::emit_to_write_style(&mut buffer, config, files, rendered)?;
    out.push_str(&String::from_utf8_lossy(buffer.as_slice()));
    Ok(())
}

/// The nearest character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Text from files and commits with control characters made visible, so that it can't drive a terminal.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|char| {
            if char.is_control() && char != '\n' && char != '\t' {
                char.escape_unicode().collect::<Vec<_>>()
            } else {
                vec![char]
            }
        })
        .collect()
}
