//! Findings as SARIF 2.1.0 (OASIS Standard, 27 March 2020), which code hosts and editors read.

use super::place::{Context, sentence};
use super::{Diagnostic, Level, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A rule that findings may be of: its name, its own level and what it finds.
pub type RuleFacts = (&'static str, Level, &'static str);

/// Renders all findings as one run. `rules` are all that were looked for.
pub fn render(diagnostics: &[Diagnostic], context: Context<'_>, rules: &[RuleFacts]) -> String {
    let mut all: BTreeMap<&str, (Level, Option<&str>)> =
        rules.iter().map(|(name, level, about)| (*name, (*level, Some(*about)))).collect();
    for diagnostic in diagnostics {
        all.entry(diagnostic.rule).or_insert((diagnostic.level, None));
    }
    let index: BTreeMap<&str, usize> = all.keys().enumerate().map(|(at, name)| (*name, at)).collect();
    let described: Vec<Value> = all.iter().map(|(name, (level, about))| rule(name, *level, *about)).collect();
    let prints = context.fingerprints(diagnostics);
    let results: Vec<Value> = diagnostics
        .iter()
        .zip(&prints)
        .map(|(diagnostic, print)| {
            let mut result = json!({
                "ruleId": diagnostic.rule,
                "ruleIndex": index.get(diagnostic.rule),
                "level": level(diagnostic.level),
                "message": { "text": sentence(diagnostic) },
                "partialFingerprints": { "annals/v1": print },
            });
            if let Some(span) = &diagnostic.span {
                let place = location(span, context, diagnostic.label.as_deref());
                set(&mut result, "locations", json!([place]));
            }
            if !diagnostic.related.is_empty() {
                let related = diagnostic.related.iter();
                let places = related.map(|label| location(&label.span, context, Some(&label.message)));
                set(&mut result, "relatedLocations", Value::Array(places.collect()));
            }
            result
        })
        .collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "annals",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

/// Sets a key of an object.
fn set(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(fields) = object {
        fields.insert(key.to_owned(), value);
    }
}

fn rule(name: &str, default: Level, about: Option<&str>) -> Value {
    let mut rule = json!({ "id": name, "defaultConfiguration": { "level": level(default) } });
    if let Some(about) = about {
        set(&mut rule, "shortDescription", json!({ "text": about }));
    }
    rule
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn location(span: &Span, context: Context<'_>, message: Option<&str>) -> Value {
    let place = context.place(span);
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.file) } });
    if let Some(((line, column), (end_line, end_column))) = place.range {
        let region = json!({
            "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
        });
        set(&mut physical, "region", region);
    }
    match message {
        Some(message) => json!({ "physicalLocation": physical, "message": { "text": message } }),
        None => json!({ "physicalLocation": physical }),
    }
}

/// A relative path as a URI reference: its bytes but for unreserved characters and `/` encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
