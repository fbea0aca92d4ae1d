//! The packages of a source whose configuration leaves them open.

use super::object::{Id, entries};
use super::pattern;
use super::reader::Objects;
use super::refs::Tag;
use super::tree::{at_path, load};
use crate::config::source::PackageConfig;
use std::collections::BTreeMap;

/// Completes the configured packages with tag patterns, or finds the packages: one for each name
/// that tags carry, at the path that the workspace files or the folder names give it; otherwise one
/// for the whole source, named as it.
pub fn resolve(
    source: &str,
    configured: &[PackageConfig],
    tags: &[Tag],
    objects: &Objects<'_>,
    tree: Option<Id>,
) -> Vec<PackageConfig> {
    if !configured.is_empty() {
        return configured
            .iter()
            .map(|package| {
                let mut package = package.clone();
                package.tags.get_or_insert_with(|| guess(&package.name, tags));
                package
            })
            .collect();
    }
    let mut series: BTreeMap<&str, usize> = BTreeMap::new();
    for (before, _) in tags.iter().filter_map(|tag| pattern::split(&tag.name)) {
        *series.entry(before).or_default() += 1;
    }
    let mut named: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for (&before, &count) in &series {
        let name = pattern::package(before);
        if !name.is_empty() {
            let entry = named.entry(name).or_insert((before, 0));
            if count > entry.1 {
                *entry = (before, count);
            }
        }
    }
    let plain =
        ["v", "", "V"].into_iter().filter_map(|before| series.get(before).map(|count| (before, *count)));
    let plain = plain.max_by_key(|&(_, count)| count);
    let (unnamed, in_named) =
        (plain.map_or(0, |(_, count)| count), named.values().map(|(_, count)| count).sum::<usize>());
    // A few odd names beside a long plain series (`docs-1.0`) are no packages.
    if named.is_empty() || unnamed > in_named * 4 {
        return vec![PackageConfig {
            name: source.to_owned(),
            tags: Some(format!("{}*", plain.map_or("v", |(before, _)| before))),
            ..PackageConfig::default()
        }];
    }
    let folders = tree.map(|tree| workspace(objects, tree)).unwrap_or_default();
    let mut packages: Vec<PackageConfig> = named
        .into_iter()
        .map(|(name, (before, _))| PackageConfig {
            name: name.to_owned(),
            tags: Some(format!("{before}*")),
            paths: place(name, &folders).into_iter().collect(),
            ..PackageConfig::default()
        })
        .collect();
    if unnamed > 0 {
        packages.push(PackageConfig {
            name: source.to_owned(),
            tags: Some(format!("{}*", plain.map_or("v", |(before, _)| before))),
            ..PackageConfig::default()
        });
    }
    packages
}

/// The first of the usual patterns that has tags.
fn guess(name: &str, tags: &[Tag]) -> String {
    let patterns = [
        format!("{name}@*"),
        format!("{name}-v*"),
        format!("{name}/v*"),
        format!("{name}-*"),
        "v*".into(),
        "*".into(),
    ];
    let has = |pattern: &String| tags.iter().any(|tag| pattern::version(pattern, &tag.name).is_some());
    patterns.into_iter().find(has).unwrap_or_else(|| "v*".into())
}

fn place(name: &str, folders: &BTreeMap<String, String>) -> Option<String> {
    let short = name.rsplit('/').next().unwrap_or(name);
    folders.get(name).or_else(|| folders.get(short)).cloned()
}

/// Folders that workspaces keep their packages in.
const PARENTS: [&str; 9] =
    ["packages", "crates", "apps", "libs", "modules", "services", "plugins", "tools", "cmd"];

/// A manifest longer than this is not read.
const LONGEST: usize = 1 << 20;

/// Packages by name with their folders: those whose `package.json`, `Cargo.toml` or `go.mod` tells
/// their name, and by the names of the folders themselves.
fn workspace(objects: &Objects<'_>, root: Id) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = Vec::new();
    let Ok(top) = load(objects, Some(root)) else { return found };
    for entry in entries(&top).filter(|entry| entry.is_tree) {
        let name = String::from_utf8_lossy(entry.name).into_owned();
        if PARENTS.contains(&name.as_str())
            && let Ok(tree) = load(objects, Some(entry.id))
        {
            for below in entries(&tree).filter(|below| below.is_tree) {
                folders.push((format!("{name}/{}", String::from_utf8_lossy(below.name)), below.id));
            }
        }
        folders.push((name, entry.id));
    }
    for (path, id) in &folders {
        let short = path.rsplit('/').next().unwrap_or(path);
        found.entry(short.to_owned()).or_insert_with(|| path.clone());
        for (file, read) in MANIFESTS {
            let Ok(Some(blob)) = at_path(objects, *id, file) else { continue };
            let text = objects.blob(blob, LONGEST).unwrap_or_default();
            if let Some(name) = read(&String::from_utf8_lossy(&text)) {
                found.insert(name, path.clone());
            }
        }
    }
    found
}

type Manifest = (&'static str, fn(&str) -> Option<String>);

const MANIFESTS: [Manifest; 3] =
    [("package.json", npm_name), ("Cargo.toml", cargo_name), ("go.mod", go_name)];

fn npm_name(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("name")?.as_str().map(str::to_owned)
}

fn cargo_name(text: &str) -> Option<String> {
    let value: toml::Table = text.parse().ok()?;
    value.get("package")?.get("name")?.as_str().map(str::to_owned)
}

/// The last part of a module's path, `/v2` aside; Go tags a module in a folder as `folder/v1.2.3`.
fn go_name(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    let path = line.trim().trim_matches('"');
    let is_major = |part: &&str| part.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok());
    path.rsplit('/').find(|part| !is_major(part)).map(str::to_owned)
}
