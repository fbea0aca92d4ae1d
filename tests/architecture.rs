//! Holds the code to the order of folders in `docs/architecture.md`: each may use those before it, none after it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// The folders in the order of the table.
const ORDER: [&str; 24] = [
    "diagnostic",
    "data",
    "markdown",
    "commit",
    "record",
    "config",
    "external",
    "source",
    "changelog",
    "site",
    "check",
    "search",
    "feed",
    "theme",
    "leak",
    "render",
    "provenance",
    "output",
    "publish",
    "broadcast",
    "verify",
    "diff",
    "serve",
    "cli",
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files(&entry.path(), into);
        } else if entry.path().extension().is_some_and(|ending| ending == "rs") {
            into.push(entry.path());
        }
    }
}

/// The names that follow `crate::` in code, tests left out.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect())
        .collect()
}

#[test]
fn no_folder_uses_one_that_comes_after_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let place = |name: &str| ORDER.iter().position(|folder| *folder == name);
    let mut wrong = Vec::new();
    for (own, folder) in ORDER.iter().enumerate() {
        let mut all = Vec::new();
        files(&source.join(folder), &mut all);
        assert!(!all.is_empty(), "{folder} is a folder of src");
        for file in all {
            for name in used(&fs::read_to_string(&file).unwrap()) {
                if let Some(other) = place(&name).filter(|other| *other > own) {
                    wrong.push(format!(
                        "{} uses {}",
                        file.strip_prefix(&source).unwrap().display(),
                        ORDER[other]
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of docs/architecture.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_of_folders_is_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let mut folders: Vec<String> = fs::read_dir(root.join("src"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut known: Vec<String> = ORDER.iter().map(|name| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(folders, known);
    for folder in folders {
        assert!(text.contains(&format!("| `{folder}` |")), "{folder} is in the table");
    }
}

#[test]
fn every_setting_and_every_field_is_in_the_reference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = fs::read_to_string(root.join("content/reference/settings.md")).unwrap();
    let front_matter = fs::read_to_string(root.join("content/reference/front-matter.md")).unwrap();
    let keys = |schema: &serde_json::Value| -> Vec<String> {
        let parts = schema["$defs"].as_object().into_iter().flatten().map(|(_, part)| part);
        let all = parts.chain([schema]).filter_map(|part| part["properties"].as_object());
        all.flat_map(|properties| properties.keys().cloned()).collect()
    };
    for key in keys(&annals::config::schema()) {
        assert!(
            settings.contains(&format!("`{key}`")) || settings.contains(&format!("[{key}")),
            "{key} is in settings.md"
        );
    }
    for kind in annals::record::Kind::ALL {
        for key in keys(annals::record::front_matter::schema_of(kind)) {
            assert!(front_matter.contains(&format!("`{key}`")), "{key} is in front-matter.md");
        }
    }
}
