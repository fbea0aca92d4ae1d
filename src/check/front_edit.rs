//! Edits of front matter that keep everything else as its author wrote it.

use crate::diagnostic::{Edit, Span};
use crate::source::Page;

/// The edit that adds an alias to a page; none where its `aliases` are written in a way that a small edit can't extend.
pub(super) fn with_alias(page: &Page, alias: &str) -> Option<Edit> {
    let source = &*page.source;
    // An address is a plain path; quoted, it is the same text in YAML and in TOML.
    let quoted = format!("\"{}\"", alias.replace('\\', "\\\\").replace('"', "\\\""));
    let edit = |at: usize, text: String| Edit { span: Span::new(page.file.clone(), at..at), text };
    if let Some(place) = page.front.places.get("aliases") {
        return edit_of(source, place, &quoted).map(|(at, text)| edit(at, text));
    }
    Some(added(page, &[("aliases", &format!("[{quoted}]"))]))
}

/// The edits that set the day of a page's review and who reviewed it. Without a name the one that is there goes: it is
/// that of an earlier review.
pub fn reviewed(page: &Page, day: &str, by: Option<&str>) -> Vec<Edit> {
    // A JSON string is one of YAML and of TOML as well.
    let name = by.map(|by| serde_json::Value::from(by).to_string());
    let name = name.as_deref().unwrap_or("\"\"");
    let place = |key: &str| page.front.places.get(key);
    let at = |place: &std::ops::Range<usize>, text: &str| Edit {
        span: Span::new(page.file.clone(), place.clone()),
        text: text.to_owned(),
    };
    match (place("reviewed"), place("reviewed_by"), by) {
        (Some(days), Some(names), _) => vec![at(days, day), at(names, name)],
        (Some(days), None, None) => vec![at(days, day)],
        (Some(days), None, Some(_)) => vec![at(days, day), added(page, &[("reviewed_by", name)])],
        (None, Some(names), _) => vec![at(names, name), added(page, &[("reviewed", day)])],
        (None, None, None) => vec![added(page, &[("reviewed", day)])],
        (None, None, Some(_)) => vec![added(page, &[("reviewed", day), ("reviewed_by", name)])],
    }
}

/// The edit that adds fields that a page does not have.
fn added(page: &Page, fields: &[(&str, &str)]) -> Edit {
    let lines = |between: &str| -> String {
        fields.iter().map(|(key, value)| format!("{key}{between}{value}\n")).collect()
    };
    let source = &*page.source;
    let edit = |at: usize, text: String| Edit { span: Span::new(page.file.clone(), at..at), text };
    let start = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = source.get(start..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default();
    let after = start + first.len();
    match first.trim_end() {
        "---" if page.body > after => edit(after, lines(": ")),
        "+++" if page.body > after => edit(after, lines(" = ")),
        _ => edit(start, format!("---\n{}---\n\n", lines(": "))),
    }
}

/// Where a list that stands at `place` is to be extended by a value, and with what text.
fn edit_of(source: &str, place: &std::ops::Range<usize>, quoted: &str) -> Option<(usize, String)> {
    let written = source.get(place.clone())?;
    if !written.starts_with('[') {
        return in_block(source, place).map(|(at, dash)| (at, format!("{dash}{quoted}")));
    }
    // TOML's place has the bracket at the end, YAML's ends with the last value.
    let inner = written.strip_suffix(']').unwrap_or(written).trim_end();
    let at = place.start + inner.len();
    if !source.get(at..)?.trim_start_matches([' ', ',', '\n', '\r']).starts_with(']') {
        return None;
    }
    let empty = inner.trim_start_matches('[').trim().is_empty();
    let comma = match (empty, inner.ends_with(',')) {
        (true, _) => "",
        (false, true) => " ",
        (false, false) => ", ",
    };
    Some((at, format!("{comma}{quoted}")))
}

/// Where a list of YAML with an item a line goes on, and what an item begins with.
fn in_block<'a>(source: &'a str, place: &std::ops::Range<usize>) -> Option<(usize, String)> {
    let line_start = |at: usize| source.get(..at).map(|before| before.rfind('\n').map_or(0, |line| line + 1));
    let line: &'a str = source.get(line_start(place.end)?..place.end)?;
    let indent = line.len() - line.trim_start().len();
    let dash = line.get(indent..)?.strip_prefix('-')?;
    let space = dash.len() - dash.trim_start().len();
    let end = source.get(place.end..)?.find('\n').map_or(source.len(), |length| place.end + length);
    Some((end, format!("\n{}-{}", line.get(..indent)?, dash.get(..space)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;

    /// The front matter with an alias more.
    fn added(front: &str) -> Option<String> {
        let place = data::parse_yaml(front).unwrap().get("aliases").unwrap().span.clone();
        let edit = edit_of(front, &place, "\"/new/\"")?;
        Some(format!("{}{}{}", &front[..edit.0], edit.1, &front[edit.0..]))
    }

    #[test]
    fn lists_are_extended_in_the_form_that_they_have() {
        for (front, expected) in [
            ("aliases: [/a/]\nx: 1\n", Some("aliases: [/a/, \"/new/\"]\nx: 1\n")),
            ("aliases: [ '/a/', \"/b/\" ]\n", Some("aliases: [ '/a/', \"/b/\", \"/new/\" ]\n")),
            ("aliases: [/a/,]\n", Some("aliases: [/a/, \"/new/\",]\n")),
            ("aliases: []\n", Some("aliases: [\"/new/\"]\n")),
            (
                "aliases:\n  - /a/\n  - /b/ # old\nx: 1\n",
                Some("aliases:\n  - /a/\n  - /b/ # old\n  - \"/new/\"\nx: 1\n"),
            ),
            ("aliases:\n-  /a/", Some("aliases:\n-  /a/\n-  \"/new/\"")),
            ("aliases: /a/\n", None),
        ] {
            let made = added(front);
            assert_eq!(made.as_deref(), expected, "{front}");
            if let Some(made) = made {
                let aliases = data::parse_yaml(&made).unwrap().get("aliases").unwrap().to_json();
                assert!(aliases.as_array().unwrap().contains(&"/new/".into()), "{made}");
            }
        }
    }
}
