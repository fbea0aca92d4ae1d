//! Findings as JUnit XML, which every CI server shows as a list of tests.
//!
//! Each finding is a test that failed; notes are tests that passed and say something. Without findings there is one test
//! that passed, since an empty report is taken for a run that was broken off.

use super::place::{Context, sentence};
use super::{Counts, Diagnostic, Level};

/// Renders all findings as one suite.
pub fn render(diagnostics: &[Diagnostic], context: Context<'_>) -> String {
    let counts = Counts::of(diagnostics);
    let (failures, tests) = (counts.errors + counts.warnings, diagnostics.len().max(1));
    let mut cases = String::new();
    for diagnostic in diagnostics {
        let place = diagnostic.span.as_ref().map(|span| context.place(span));
        let file = place.as_ref().map_or("site", |place| &place.file);
        let line = place.as_ref().and_then(|place| place.range).map(|((line, _), _)| line);
        let at = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        let text = text(&format!("{at}: {}", sentence(diagnostic)));
        let body = match diagnostic.level {
            Level::Note => format!("<system-out>{text}</system-out>"),
            level => {
                let kind = if level == Level::Error { "error" } else { "warning" };
                let message = attribute(&diagnostic.message);
                format!("<failure type=\"{kind}\" message=\"{message}\">{text}</failure>")
            }
        };
        cases.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" time=\"0\">{body}</testcase>\n",
            attribute(file),
            attribute(&format!("{} at {at}", diagnostic.rule)),
            attribute(file),
        ));
    }
    if diagnostics.is_empty() {
        cases.push_str("    <testcase classname=\"site\" name=\"nothing to mend\" time=\"0\"/>\n");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"annals\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">\n  <testsuite name=\"annals check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"0\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

/// Text as XML; characters that XML 1.0 can't hold are left out.
fn text(text: &str) -> String {
    let allowed = |char: &char| matches!(char, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let kept: String = text.chars().filter(allowed).collect();
    kept.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text as the value of an attribute, where a parser would make spaces of line ends.
fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;").replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;")
}
