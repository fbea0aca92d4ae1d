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
        let written = source.get(place.clone())?;
        let inner = written.trim_end().strip_suffix(']')?;
        if !written.trim_start().starts_with('[') {
            return None;
        }
        let empty = inner.trim_start().trim_start_matches('[').trim().is_empty();
        let comma = if empty || inner.trim_end().ends_with(',') { "" } else { ", " };
        let at = place.start + inner.trim_end().len();
        return Some(edit(at, format!("{comma}{quoted}")));
    }
    Some(added(page, "aliases", &format!("[{quoted}]")))
}

/// The edit that sets the day of a page's review.
pub fn reviewed(page: &Page, day: &str) -> Edit {
    match page.front.places.get("reviewed") {
        Some(place) => Edit { span: Span::new(page.file.clone(), place.clone()), text: day.to_owned() },
        None => added(page, "reviewed", day),
    }
}

/// The edit that adds a field that a page does not have.
fn added(page: &Page, key: &str, value: &str) -> Edit {
    let source = &*page.source;
    let edit = |at: usize, text: String| Edit { span: Span::new(page.file.clone(), at..at), text };
    let start = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = source.get(start..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default();
    let after = start + first.len();
    match first.trim_end() {
        "---" if page.body > after => edit(after, format!("{key}: {value}\n")),
        "+++" if page.body > after => edit(after, format!("{key} = {value}\n")),
        _ => edit(start, format!("---\n{key}: {value}\n---\n\n")),
    }
}
