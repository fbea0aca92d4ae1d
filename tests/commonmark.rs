//! The examples of the CommonMark specification, through the pipeline that every page goes through, with raw HTML
//! allowed and without what pages add to plain HTML.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use annals::markdown::highlight::Highlighter;
use annals::markdown::{HtmlPolicy, LinkTarget, RenderOptions, Resolve, Style, outline, prepare, render};

struct AsWritten;

impl Resolve for AsWritten {
    fn resolve(&self, dest: &str) -> LinkTarget {
        LinkTarget { href: dest.to_owned(), ..LinkTarget::default() }
    }
}

fn html(markdown: &str) -> String {
    let prepared = prepare(markdown, true, &|_| Err("no files here".into()));
    let outline = outline(&prepared, false);
    let options = RenderOptions {
        html: HtmlPolicy::Raw,
        style: Style::Plain,
        smart_punctuation: false,
        skip_heading: None,
        links: &AsWritten,
        highlighter: &Highlighter::default(),
        labels: &(),
    };
    render(&prepared, &outline, &options)
}

/// What HTML may write in two ways without meaning two things: quotes in text, and line breaks around blocks, as the
/// specification's own test program has it.
fn normal(html: &str) -> String {
    let text = html.replace("&#x27;", "'").replace("&quot;", "\"").replace("%5B", "[").replace("%5D", "]");
    let text = text.replace("<li>\n", "<li>").replace("\n</li>", "</li>");
    text.trim().to_owned()
}

#[test]
fn every_example_of_the_specification_renders_as_it_says() {
    let text = include_str!("commonmark/spec-0.31.2.jsonl");
    let mut failed = Vec::new();
    let mut count = 0;
    for line in text.lines() {
        let example: serde_json::Value = serde_json::from_str(line).unwrap();
        let number = &example["example"];
        count += 1;
        let (markdown, expected) = (example["markdown"].as_str().unwrap(), example["html"].as_str().unwrap());
        let found = html(markdown);
        if normal(&found) != normal(expected) {
            failed.push(format!(
                "example {number}\n--- markdown\n{markdown}--- expected\n{expected}--- found\n{found}"
            ));
        }
    }
    assert_eq!(count, 652);
    assert!(failed.is_empty(), "{} examples differ:\n{}", failed.len(), failed.join("\n"));
}
