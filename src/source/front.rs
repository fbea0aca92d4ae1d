//! Parts a page's file into front matter and body.

use crate::data::{self, Node};
use crate::diagnostic::{Diagnostic, Span};
use std::sync::Arc;

/// A page's front matter, with places in the whole file, and where its body starts.
#[derive(Debug)]
pub(super) struct Front {
    pub node: Node,
    pub body: usize,
    pub found: Vec<Diagnostic>,
}

/// Reads a format.
type Parse = fn(&str) -> Result<Node, Vec<data::ParseError>>;

/// Reads the front matter of a file, YAML between `---` lines or TOML between `+++` lines.
pub(super) fn split(file: &Arc<str>, text: &str) -> Front {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let none = || Front { node: Node::empty(), body: start, found: Vec::new() };
    let Some(rest) = text.get(start..) else { return none() };
    let Some(first) = rest.split_inclusive('\n').next() else { return none() };
    let (fence, parse): (&str, Parse) = match first.trim_end() {
        "---" => ("---", data::parse_yaml),
        "+++" => ("+++", data::parse_toml),
        _ => return none(),
    };
    let from = start + first.len();
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let end = line.trim_end();
        if end == fence || (fence == "---" && end == "...") {
            let inner = text.get(from..at).unwrap_or_default();
            let body = at + line.len();
            return match parse(inner) {
                Ok(mut node) => {
                    node.shift(from);
                    Front { node, body, found: Vec::new() }
                }
                Err(errors) => Front {
                    node: Node::empty(),
                    body,
                    found: errors
                        .into_iter()
                        .map(|error| {
                            let span = from + error.span.start..from + error.span.end.max(error.span.start);
                            Diagnostic::error("front-matter/syntax", error.message)
                                .at(Span::new(file.clone(), span))
                        })
                        .collect(),
                },
            };
        }
        at += line.len();
    }
    // A lone `---` at the top is a thematic break in CommonMark; only what looks like keys is front matter.
    let looks_like_keys = fence == "+++"
        || text.get(from..).and_then(|rest| rest.lines().next()).is_some_and(|line| {
            line.split_once(':').is_some_and(|(key, _)| {
                !key.is_empty() && key.chars().all(|char| char.is_alphanumeric() || "_-".contains(char))
            })
        });
    let mut front = none();
    if looks_like_keys {
        front.body = text.len();
        front.found.push(
            Diagnostic::error(
                "front-matter/unclosed",
                format!("the front matter is never closed by `{fence}`"),
            )
            .at(Span::new(file.clone(), start..start + 3))
            .help(format!("add a line `{fence}` after the last key")),
        );
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (usize, Vec<&'static str>) {
        let front = split(&"a.md".into(), text);
        (front.body, front.found.iter().map(|d| d.rule).collect())
    }

    #[test]
    fn both_formats_are_found_and_places_count_from_the_file() {
        let front = split(&"a.md".into(), "---\ntitle: x\n---\nbody\n");
        assert_eq!((front.body, front.node.entries()[0].0.span.clone()), (17, 4..9));
        assert_eq!(read("+++\ntitle = 'x'\n+++\nbody\n").0, 20);
        assert_eq!(read("no front matter\n"), (0, vec![]));
        assert_eq!(read("\u{feff}---\na: 1\n---\n").0, 16);
    }

    #[test]
    fn a_thematic_break_is_no_front_matter_and_an_unclosed_one_is_an_error() {
        assert_eq!(read("---\n\nText\n"), (0, vec![]));
        assert_eq!(read("---\ntitle: x\n\nText\n").1, ["front-matter/unclosed"]);
        assert_eq!(read("---\ntitle: [x\n---\n").1, ["front-matter/syntax"]);
    }
}
