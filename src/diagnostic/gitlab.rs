//! Findings as a GitLab code quality report: the part of the Code Climate format that GitLab reads.

use super::place::{Context, sentence};
use super::{Diagnostic, Level};
use serde_json::{Value, json};

/// Renders all findings. GitLab wants a file and a line of each: what has none is said of the site's settings.
pub fn render(diagnostics: &[Diagnostic], context: Context<'_>, settings: &str) -> String {
    let prints = context.fingerprints(diagnostics);
    let report: Vec<Value> = diagnostics
        .iter()
        .zip(prints)
        .map(|(diagnostic, fingerprint)| {
            let place = diagnostic.span.as_ref().map(|span| context.place(span));
            let lines = place.as_ref().and_then(|place| place.range);
            let ((begin, _), (end, _)) = lines.unwrap_or(((1, 1), (1, 1)));
            json!({
                "description": sentence(diagnostic),
                "check_name": diagnostic.rule,
                "fingerprint": fingerprint,
                "severity": match diagnostic.level {
                    Level::Error => "critical",
                    Level::Warning => "minor",
                    Level::Note => "info",
                },
                "location": {
                    "path": place.map_or_else(|| format!("{}{settings}", context.prefix), |place| place.file),
                    "lines": { "begin": begin, "end": end },
                },
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(report))
}
