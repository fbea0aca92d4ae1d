//! A small Markdown reader that cuts a page into sections, so that search can be tested and
//! measured on any folder of pages without the rest of the pipeline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::search::{Document, Section};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::path::{Path, PathBuf};

/// Reads all Markdown files below `root`; each with its path relative to it.
pub fn read_folder(root: &Path) -> Vec<(String, Document)> {
    let mut files = Vec::new();
    walk(root, &mut files);
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            let relative = path.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/");
            let document = document(&relative, &text);
            Some((relative, document))
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

/// A page's text as a document.
pub fn document(path: &str, text: &str) -> Document {
    let (front, body) = front_matter(text);
    let mut document = Document {
        url: path.trim_end_matches(".md").trim_end_matches("/_index").trim_end_matches("/index").to_string()
            + "/",
        title: value(front, "title").unwrap_or_default(),
        description: value(front, "description"),
        kind: value(front, "kind").unwrap_or_else(|| "article".into()),
        severity: value(front, "severity"),
        date: value(front, "date"),
        services: value(front, "services").into_iter().collect(),
        tags: value(front, "tags").into_iter().collect(),
        open: value(front, "status").is_some_and(|status| status != "resolved"),
        reviewed: value(front, "reviewed"),
        fixed: value(front, "fixed_by"),
        alerts: value(front, "alerts").into_iter().collect(),
        errors: value(front, "errors").into_iter().collect(),
        ..Document::default()
    };
    sections(body, &mut document);
    if document.title.is_empty() {
        document.boost = 0.95;
        document.title = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md").to_string();
    }
    document
}

fn front_matter(text: &str) -> (&str, &str) {
    for fence in ["---", "+++"] {
        if let Some(rest) = text.strip_prefix(fence)
            && let Some((front, body)) = rest.split_once(&format!("\n{fence}"))
        {
            return (front, body);
        }
    }
    ("", text)
}

fn value(front: &str, key: &str) -> Option<String> {
    front.lines().find_map(|line| {
        let rest = line.strip_prefix(key)?.trim_start().strip_prefix([':', '='])?;
        let rest = rest.trim().trim_matches(['"', '\'']);
        (!rest.is_empty()).then(|| rest.to_string())
    })
}

fn sections(body: &str, document: &mut Document) {
    let mut section = Section::default();
    let (mut in_heading, mut in_code) = (false, false);
    for event in
        Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES)
    {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                document.sections.push(std::mem::take(&mut section));
                section.level = level as u8;
                in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                if section.level == 1 && document.title.is_empty() {
                    document.title = std::mem::take(&mut section.heading);
                    section.level = 0;
                } else {
                    section.anchor = Some(section.heading.to_lowercase().replace(' ', "-"));
                }
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) | Event::Code(text) if in_heading => section.heading.push_str(&text),
            Event::Text(text) if in_code => section.code.push_str(&text),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                section.text.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => section.text.push(' '),
            Event::End(_) if !in_heading => section.text.push_str(ending(&event)),
            _ => {}
        }
    }
    document.sections.push(section);
    document.sections.retain(|section| {
        !(section.heading.is_empty() && section.text.trim().is_empty() && section.code.is_empty())
    });
}

/// What stands after an element's text: nothing after inline ones, a space after blocks.
fn ending(event: &Event<'_>) -> &'static str {
    match event {
        Event::End(
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image | TagEnd::Strikethrough,
        ) => "",
        _ => " ",
    }
}
