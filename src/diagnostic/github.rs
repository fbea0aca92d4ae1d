//! Findings as GitHub Actions workflow commands, which show them beside the lines of a pull request.
//!
//! Forgejo and Gitea runners read them, too. GitHub shows ten of each level for a step; the log has all.

use super::place::{Context, sentence};
use super::{Diagnostic, Level};

/// Renders a command for each finding.
pub fn render(diagnostics: &[Diagnostic], context: Context<'_>) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let command = match diagnostic.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Note => "notice",
            };
            let mut properties = Vec::new();
            if let Some(span) = &diagnostic.span {
                let place = context.place(span);
                properties.push(format!("file={}", property(&place.file)));
                if let Some(((line, column), (end_line, end_column))) = place.range {
                    properties.push(format!("line={line},endLine={end_line}"));
                    // Columns mean something within one line only.
                    if line == end_line {
                        properties.push(format!("col={column},endColumn={end_column}"));
                    }
                }
            }
            properties.push(format!("title={}", property(diagnostic.rule)));
            format!("::{command} {}::{}\n", properties.join(","), data(&sentence(diagnostic)))
        })
        .collect()
}

/// Text of a command, escaped as the toolkit of GitHub Actions does it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
