//! What is shown of pages: facts, texts, facets.

use super::Files;
use crate::search::analyze::{Analyzed, Heading, Page};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How pages are cut into runs: each run has a file of facts and, further cut or not, of text.
#[derive(Debug)]
pub(super) struct Runs {
    /// Pages in a file of facts.
    pub(super) facts_run: usize,
    /// Names of the files of facts.
    pub(super) facts: Vec<String>,
    /// Pages in a file of texts.
    pub(super) texts_run: usize,
    /// Names of the files of texts.
    pub(super) texts: Vec<String>,
}

/// About so many files of facts, and as many of texts, at most.
const FILES: usize = 160;

/// Writes facts and texts.
pub(super) fn write(pages: &[Analyzed], files: &mut Files) -> Runs {
    let facts_run = pages.len().div_ceil(FILES).max(16);
    let texts_run = pages.len().div_ceil(FILES).max(8);
    let facts: Vec<Vec<u8>> = pages
        .chunks(facts_run)
        .map(|run| {
            let facts: Vec<Value> = run.iter().map(|page| facts(&page.page)).collect();
            Value::Array(facts).to_string().into_bytes()
        })
        .collect();
    let texts: Vec<Vec<u8>> = pages
        .chunks(texts_run)
        .map(|run| run.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\u{2}").into_bytes())
        .collect();
    Runs { facts_run, facts: files.add('d', &facts), texts_run, texts: files.add('x', &texts) }
}

/// A page's facts; what is absent or as usual is left out.
fn facts(page: &Page) -> Value {
    let mut out = Map::new();
    out.insert("url".into(), json!(page.url));
    out.insert("title".into(), json!(page.title));
    let texts = [
        ("date", &page.date),
        ("severity", &page.severity),
        ("version", &page.version),
        ("package", &page.package),
        ("audience", &page.audience),
        ("description", &page.description),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            out.insert(key.into(), json!(value));
        }
    }
    let lists = [
        ("services", &page.services),
        ("tags", &page.tags),
        ("alerts", &page.alerts),
        ("errors", &page.errors),
    ];
    for (key, values) in lists {
        if !values.is_empty() {
            out.insert(key.into(), json!(values));
        }
    }
    if page.stale {
        out.insert("stale".into(), json!(true));
    }
    out.insert("headings".into(), Value::Array(page.sections.iter().map(heading).collect()));
    Value::Object(out)
}

/// A heading: its text alone where the anchor follows from it, else with its anchor.
fn heading(heading: &Heading) -> Value {
    match &heading.anchor {
        None => json!([heading.heading]),
        Some(anchor) if heading.heading.is_ascii() && *anchor == slug(&heading.heading) => {
            json!(heading.heading)
        }
        Some(anchor) => json!([heading.heading, anchor]),
    }
}

/// The usual anchor of a heading in ASCII.
pub(crate) fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter(|char| char.is_ascii_alphanumeric() || " -_".contains(*char))
        .map(|char| if char == ' ' { '-' } else { char.to_ascii_lowercase() })
        .collect()
}

/// Writes which pages have which value of each facet: `{"service": {"checkout": [3, 0, 7]}}` with
/// the gaps between the pages' numbers.
pub(super) fn write_facets(pages: &[Analyzed], files: &mut Files) -> String {
    let mut facets: BTreeMap<&str, BTreeMap<String, Vec<u32>>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let number = number as u32;
        let page = &page.page;
        let mut add = |facet: &'static str, value: &str| {
            let values = facets.entry(facet).or_default().entry(value.to_string()).or_default();
            if values.last() != Some(&number) {
                values.push(number);
            }
        };
        let single = [
            ("severity", &page.severity),
            ("version", &page.version),
            ("package", &page.package),
            ("audience", &page.audience),
            ("date", &page.date),
        ];
        for (facet, value) in single {
            if let Some(value) = value {
                add(facet, value);
            }
        }
        for (facet, values) in [("service", &page.services), ("tag", &page.tags), ("alert", &page.alerts)] {
            for value in values {
                add(facet, value);
            }
        }
        add("lang", &page.lang);
        if page.stale {
            add("is", "stale");
        }
    }
    let json: Map<String, Value> = facets
        .into_iter()
        .map(|(facet, values)| {
            let values: Map<String, Value> =
                values.into_iter().map(|(value, numbers)| (value, json!(gaps(&numbers)))).collect();
            (facet.to_string(), Value::Object(values))
        })
        .collect();
    files.add('f', &[Value::Object(json).to_string().into_bytes()]).pop().unwrap_or_default()
}

fn gaps(numbers: &[u32]) -> Vec<u32> {
    let mut next = 0;
    numbers
        .iter()
        .map(|&number| {
            let gap = number - next;
            next = number + 1;
            gap
        })
        .collect()
}
