//! Holds `content/reference/templates.md` to the code: every template, every name that one receives, every field of what
//! it receives, and nothing else. What fields mean is told once, by the comments of the views.
//!
//! `ANNALS_UPDATE=1 cargo test --test template_reference` writes the tables of the views anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the tables of the views begin in the reference; they go on to its end.
const VIEWS: &str = "\n## What values have\n";

/// What templates are given.
struct View {
    name: String,
    about: String,
    /// Name, type and meaning of each.
    fields: Vec<(String, String, String)>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn reference() -> String {
    fs::read_to_string(root().join("content/reference/templates.md")).unwrap()
}

fn sources(folder: &str) -> Vec<String> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() { walk(&entry.path(), into) } else { into.push(entry.path()) }
        }
    }
    let mut files = Vec::new();
    walk(&root().join(folder), &mut files);
    files.sort();
    let code =
        |path: &PathBuf| fs::read_to_string(path).unwrap().split("#[cfg(test)]").next().unwrap().to_owned();
    files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).map(code).collect()
}

/// What stands after `struct` or before the colon of a field, whatever its visibility.
fn declared(line: &str) -> &str {
    let line = line.trim().trim_start_matches("pub");
    line.strip_prefix('(').and_then(|rest| rest.split_once(')')).map_or(line, |(_, rest)| rest).trim()
}

/// The views of a source file: structs that are serialised and named as views are.
fn views_of(code: &str) -> Vec<View> {
    let (mut found, mut open): (Vec<View>, Option<View>) = (Vec::new(), None);
    let (mut about, mut is_serialised) = (Vec::new(), false);
    for line in code.lines() {
        let comment = line.trim().strip_prefix("///").map(str::trim);
        if let Some(comment) = comment {
            about.push(comment.to_owned());
        } else if line.starts_with("#[derive") {
            is_serialised = line.contains("Serialize");
        } else if let Some(view) = &mut open {
            if line == "}" {
                found.extend(open.take());
            } else if let Some((name, sort)) = declared(line).split_once(": ") {
                let sort = sort.trim_end_matches(',').to_owned();
                view.fields.push((name.to_owned(), sort, about.drain(..).collect::<Vec<_>>().join(" ")));
            }
        } else if let Some(name) =
            declared(line).strip_prefix("struct ").and_then(|rest| rest.strip_suffix(" {"))
        {
            let is_view = ["View", "Row", "NavItem", "TocEntry"].iter().any(|end| name.ends_with(end));
            let about = about.drain(..).collect::<Vec<_>>().join(" ");
            if is_serialised && is_view {
                open = Some(View { name: name.to_owned(), about, fields: Vec::new() });
            }
            is_serialised = false;
        } else if !line.starts_with("#[") {
            about.clear();
        }
    }
    found
}

fn views() -> BTreeMap<String, View> {
    let mut all = BTreeMap::new();
    for code in ["src/theme", "src/render", "src/markdown"].iter().flat_map(|folder| sources(folder)) {
        for view in views_of(&code) {
            let name = title(&view.name);
            assert!(all.insert(name.clone(), view).is_none(), "two views are called {name}");
        }
    }
    all
}

/// `TimeView` as a heading: `Time`; `NavItem`: `Nav item`.
fn title(name: &str) -> String {
    let mut out = String::new();
    for char in name.strip_suffix("View").unwrap_or(name).chars() {
        match char.is_uppercase() && !out.is_empty() {
            true => out.extend([' ', char.to_ascii_lowercase()]),
            false => out.push(char),
        }
    }
    out
}

/// A type of Rust as somebody who writes templates sees it.
fn sort(rust: &str) -> String {
    let inside = |name: &str| rust.strip_prefix(name).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inside("Option<") {
        return format!("{}, or nothing", sort(inner));
    }
    if let Some(inner) = inside("Vec<") {
        return format!("list of {}", sort(inner));
    }
    match rust {
        "String" | "&'static str" | "Step" | "What" => "text".into(),
        "bool" => "true or false".into(),
        "u8" | "u32" | "u64" | "i64" | "usize" => "number".into(),
        "serde_json::Map<String, serde_json::Value>" => "table".into(),
        _ => {
            let title = title(rust);
            format!("[{}](#{})", title.to_lowercase(), title.to_lowercase().replace(' ', "-"))
        }
    }
}

/// The tables of the views, as the reference has them.
fn tables() -> String {
    let mut out = format!("{VIEWS}\nA value that may be nothing is false to `if`.\n");
    for (title, view) in views() {
        assert!(!view.about.is_empty(), "{} says what it is", view.name);
        out += &format!("\n### {title}\n\n{}\n\n| name | is | meaning |\n| --- | --- | --- |\n", view.about);
        for (name, rust, meaning) in view.fields {
            assert!(!meaning.is_empty(), "{}.{name} says what it means", view.name);
            out += &format!("| `{name}` | {} | {meaning} |\n", sort(&rust));
        }
    }
    out
}

/// What stands in backticks in a text.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows of the table below a heading.
fn rows<'a>(reference: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, section) = reference.split_once(&format!("\n{heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap().split("\n### ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn every_field_that_a_template_can_use_is_in_the_reference() {
    let (reference, tables) = (reference(), tables());
    let at = reference.find(VIEWS).unwrap_or(reference.len());
    if std::env::var_os("ANNALS_UPDATE").is_some() {
        let path = root().join("content/reference/templates.md");
        fs::write(path, format!("{}{tables}", &reference[..at])).unwrap();
        return;
    }
    let (written, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (reference[at..].lines().collect(), tables.lines().collect());
    let missing: Vec<_> = wanted.difference(&written).collect();
    let odd: Vec<_> = written.difference(&wanted).collect();
    assert!(
        reference[at..] == tables,
        "templates.md is not what the views say; ANNALS_UPDATE=1 writes it anew\nit lacks {missing:#?}\nand has {odd:#?}"
    );
}

#[test]
fn every_template_is_in_the_reference_with_what_it_receives() {
    let reference = reference();
    let rows = rows(&reference, "## Templates");
    let written: BTreeSet<String> = rows.iter().flat_map(|row| quoted(row[0])).collect();
    let there: BTreeSet<String> = fs::read_dir(root().join("themes/default/templates"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(written, there);
    let received: BTreeSet<String> = rows.iter().flat_map(|row| quoted(row[2])).collect();
    let shared: BTreeSet<String> =
        self::rows(&reference, "## In every template").iter().flat_map(|row| quoted(row[0])).collect();
    let render = sources("src/render").concat();
    let mut given: BTreeSet<String> = render
        .split("context.insert(\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    // What the settings and the theme say, and what other templates pass on.
    given.extend(["site", "config", "t", "assets", "change"].map(str::to_owned));
    let known: BTreeSet<String> = received.union(&shared).cloned().collect();
    assert_eq!(known, given);
}

#[test]
fn what_templates_know_of_the_site_is_in_the_reference() {
    let code = fs::read_to_string(root().join("src/render/mod.rs")).unwrap();
    let (_, site) = code.split_once("        \"site\": {\n").unwrap();
    let keys =
        site.lines().take_while(|line| line.trim() != "},").filter_map(|line| line.trim().strip_prefix('"'));
    let keys: BTreeSet<String> = keys.map(|line| line.split('"').next().unwrap().to_owned()).collect();
    let reference = reference();
    let written: BTreeSet<String> =
        rows(&reference, "## `site`").iter().flat_map(|row| quoted(row[0])).collect();
    assert_eq!(written, keys);
}

#[test]
fn every_block_of_the_base_is_in_the_reference() {
    let base = fs::read_to_string(root().join("themes/default/templates/base.html")).unwrap();
    let name = |rest: &str| rest.split_whitespace().next().unwrap().to_owned();
    let blocks: BTreeSet<String> = base.split("{% block ").skip(1).map(name).collect();
    let reference = reference();
    let written: BTreeSet<String> =
        rows(&reference, "## Blocks").iter().flat_map(|row| quoted(row[0])).collect();
    assert_eq!(written, blocks);
}

#[test]
fn what_a_theme_adds_to_the_head_of_the_base_is_on_all_pages() {
    for entry in fs::read_dir(root().join("themes/default/templates")).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        let head = text.split_once("{% block head %}").map(|(_, head)| head.starts_with("{{ super() }}"));
        let is_base = entry.file_name() == "base.html";
        assert!(is_base || head != Some(false), "{} keeps what stands in `head`", entry.path().display());
    }
}

#[test]
fn every_component_is_in_the_reference_with_what_it_takes() {
    let text = fs::read_to_string(root().join("themes/default/templates/components.html")).unwrap();
    let signature = |rest: &str| rest.split_inclusive(')').next().unwrap().to_owned();
    let there: BTreeSet<String> = text.split("{% component ").skip(1).map(signature).collect();
    let reference = reference();
    let written: BTreeSet<String> =
        rows(&reference, "## Components").iter().flat_map(|row| quoted(row[0])).collect();
    assert_eq!(written, there);
}
