//! Each rule of `check` has a page in the reference, whose example trips it as the page says.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SITE: &str = "[site]\ntitle = \"T\"\n[content]\naudience = \"public\"\n";

/// Rules whose example needs more than a folder of files: a history, another host, a mounted folder, a public build.
const NOT_RUN: &[&str] = &[
    "demo/unknown-release",
    "external/gone",
    "external/moved",
    "external/unknown",
    "output/leak",
    "retro/before-cause",
    "retro/unknown-release",
    "runbook/watched-changed",
    "runbook/watched-missing",
    "source/encoding",
    "source/file-name",
    "source/symlink",
    "source/twice",
    "source/unreadable",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/rules")
}

/// The page of each rule, by the rule's name.
fn pages() -> BTreeMap<String, String> {
    let read = |rule: &annals::check::Rule| {
        let file = folder().join(format!("{}.md", rule.name.replace('/', "-")));
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} is missing", file.display()));
        (rule.name.to_owned(), text)
    };
    annals::check::RULES.iter().map(read).collect()
}

/// The fenced blocks under “Example”: what stands after the language, and the text.
fn example(page: &str) -> Vec<(String, String)> {
    let (_, rest) = page.split_once("\n## Example\n").unwrap();
    let mut blocks = Vec::new();
    let mut lines = rest.split_inclusive('\n');
    while let Some(line) = lines.next().filter(|line| !line.starts_with("## How")) {
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            continue;
        }
        let fence = &line[..ticks];
        let text: String = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
        blocks.push((line[ticks..].trim().to_owned(), text));
    }
    blocks
}

/// What `check` finds in an example, each as the pages write it.
fn findings(blocks: &[(String, String)]) -> BTreeSet<String> {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("site.toml"), SITE).unwrap();
    for (info, text) in blocks {
        let Some((_, path)) = info.split_once("title=\"") else { continue };
        let file = root.path().join(path.trim_end_matches('"'));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root.path())
        .args(["check", "--format", "json", "--drafts", "--now", "2026-06-01"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let found = report["diagnostics"].as_array().unwrap();
    found
        .iter()
        .map(|one| format!("{}[{}]: {}", text(&one["level"]), text(&one["rule"]), text(&one["message"])))
        .collect()
}

#[test]
fn each_page_is_of_a_rule_and_has_its_parts() {
    let pages = pages();
    let files = fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, pages.len() + 1, "a page of no rule is in {}", folder().display());
    for rule in annals::check::RULES {
        let text = &pages[rule.name];
        assert!(text.contains(&format!("title: \"{}\"", rule.name)), "{}: its title", rule.name);
        let about = rule.about.replace('"', "\\\"");
        assert!(text.contains(&format!("description: \"{about}\"")), "{}: its description", rule.name);
        let headings: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        let parts = ["## Why", "## Example", "## How to mend it", "## How to switch it off"];
        let own: Vec<&str> = headings.into_iter().filter(|heading| parts.contains(heading)).collect();
        assert_eq!(own, parts, "{}", rule.name);
    }
}

#[test]
fn each_example_trips_its_rule_as_the_page_says() {
    let wrong: Vec<String> = pages()
        .into_iter()
        .filter(|(rule, _)| !NOT_RUN.contains(&rule.as_str()))
        .filter_map(|(rule, text)| {
            let blocks = example(&text);
            let (_, said) = blocks.iter().find(|(info, _)| info == "text")?;
            let found = findings(&blocks);
            let fits = said.contains(&format!("[{rule}]")) && found.contains(said.trim_end());
            (!fits).then(|| format!("{rule}: the page says {said:?}, and the check {found:#?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn all_but_a_few_examples_are_run() {
    for (rule, text) in pages() {
        let said = example(&text).iter().any(|(info, _)| info == "text");
        assert_eq!(said, !NOT_RUN.contains(&rule.as_str()), "{rule}: a block `text` says what is found");
    }
}
