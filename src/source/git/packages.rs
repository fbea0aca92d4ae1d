//! The packages of a source whose configuration leaves them open.

use super::listing::some;
use super::object::{Id, entries};
use super::pattern;
use super::reader::Objects;
use super::refs::Tag;
use super::tree::{at_path, load};
use super::workspace::{Ecosystem, Member, workspace};
use crate::config::source::PackageConfig;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use std::collections::BTreeMap;

/// Completes the configured packages with tag patterns, or finds the packages.
///
/// Those are the members of the workspaces (Cargo, npm, pnpm, Go) that have tags of their own, and the
/// names that tags carry besides. Plain tags such as `v1.2.0` release the whole source, which then
/// stands for the members without tags, too. Where nothing is tagged, every member that may be
/// published is a package; where others are, it becomes one with its first tag, since examples and
/// inner tools rarely say that they are private.
pub fn resolve(
    source: &str,
    configured: &[PackageConfig],
    tags: &[Tag],
    objects: &Objects<'_>,
    tree: Option<Id>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PackageConfig> {
    if !configured.is_empty() {
        return configured
            .iter()
            .map(|package| PackageConfig {
                tags: Some(package.tags.clone().unwrap_or_else(|| guess(package, tags))),
                ..package.clone()
            })
            .collect();
    }
    let workspace = tree.map(|tree| workspace(objects, tree)).unwrap_or_default();
    for (file, reason) in &workspace.unreadable {
        let (file, reason) = (printable(file), printable(reason));
        let message =
            format!("`{file}` of `{source}` can't be read, so its packages are not known: {reason}");
        let help = "mend it, or name the `packages` of the source";
        diagnostics.push(Diagnostic::note("git/bad-manifest", message).help(help));
    }
    let mut series = series(tags);
    let mut packages = Vec::new();
    let mut untagged = Vec::new();
    for member in &workspace.members {
        let forms = forms(member);
        let counts = forms.iter().filter_map(|form| Some((form, *series.get(form.as_str())?)));
        // The most tags; of equal counts the more usual form.
        match counts.rev().max_by_key(|&(_, count)| count) {
            Some((form, _)) => packages.push(package(&member.name, form, Some(&member.path))),
            None if member.is_private => {}
            None => {
                untagged.extend(forms.first().map(|form| package(&member.name, form, Some(&member.path))))
            }
        }
    }
    for found in &packages {
        series.remove(found.tags.as_deref().unwrap_or_default().trim_end_matches('*'));
    }
    let plain = ["v", "", "V"].into_iter().filter_map(|form| series.get(form).map(|count| (form, *count)));
    let plain = plain.max_by_key(|&(_, count)| count);
    let named = named(&series);
    let in_named: usize = named.values().map(|(_, count)| count).sum();
    // A few odd names beside a long plain series (`docs-1.0`) are no packages.
    if plain.is_none_or(|(_, count)| count <= in_named * 4) {
        let folders = tree.map(|tree| by_name(objects, tree)).unwrap_or_default();
        let rest = named.iter().filter(|(name, _)| !packages.iter().any(|known| known.name == **name));
        let rest: Vec<PackageConfig> =
            rest.map(|(name, (form, _))| package(name, form, place(name, &folders).as_deref())).collect();
        packages.extend(rest);
    }
    match plain {
        Some((form, _)) => {
            // A Go module ends where another one begins.
            let nested = workspace.members.iter().filter(|member| member.ecosystem == Ecosystem::Go);
            let nested = nested.filter(|member| packages.iter().any(|known| known.name == member.name));
            let exclude = nested.map(|member| member.path.clone()).collect();
            packages.push(PackageConfig { exclude, ..package(source, form, None) });
        }
        None if !packages.is_empty() => diagnostics.extend(left_out(source, &untagged)),
        None if untagged.len() < 2 => packages.push(package(source, "v", None)),
        None => packages.extend(untagged),
    }
    packages.sort_by(|left, right| left.name.cmp(&right.name));
    packages
}

/// A note of the members that are no packages.
fn left_out(source: &str, untagged: &[PackageConfig]) -> Option<Diagnostic> {
    let names: Vec<String> = untagged.iter().map(|package| package.name.clone()).collect();
    if names.is_empty() {
        return None;
    }
    let message = format!(
        "of the workspace members of `{source}`, {} have no tags and are no packages: {}",
        names.len(),
        some(&names)
    );
    let help = "each becomes one with its first tag; name the `packages` of the source to have them now";
    Some(Diagnostic::note("git/untagged-member", message).help(help))
}

fn package(name: &str, before: &str, path: Option<&str>) -> PackageConfig {
    PackageConfig {
        name: name.to_owned(),
        tags: Some(format!("{before}*")),
        paths: path.map(str::to_owned).into_iter().collect(),
        ..PackageConfig::default()
    }
}

/// How many tags have each beginning before their version.
fn series(tags: &[Tag]) -> BTreeMap<&str, usize> {
    let mut series = BTreeMap::new();
    for (before, _) in tags.iter().filter_map(|tag| pattern::split(&tag.name)) {
        *series.entry(before).or_default() += 1;
    }
    series
}

/// The longest series of each name.
fn named<'a>(series: &BTreeMap<&'a str, usize>) -> BTreeMap<&'a str, (&'a str, usize)> {
    let mut named: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for (&before, &count) in series {
        let name = pattern::package(before);
        if !name.is_empty() {
            let entry = named.entry(name).or_insert((before, 0));
            if count > entry.1 {
                *entry = (before, count);
            }
        }
    }
    named
}

/// What the tags of a member may begin with, the usual form first.
fn forms(member: &Member) -> Vec<String> {
    let name = member.name.as_str();
    let short = name.rsplit('/').next().unwrap_or(name);
    let mut forms = match member.ecosystem {
        Ecosystem::Npm => vec![format!("{name}@"), format!("{name}@v")],
        Ecosystem::Cargo => vec![format!("{name}-v"), format!("{name}/v"), format!("{name}@")],
        Ecosystem::Go => return vec![format!("{}/v", member.path)],
    };
    for name in [short, member.path.as_str(), member.path.rsplit('/').next().unwrap_or(short)] {
        for end in ["@", "-v", "/v", "@v", "-", "_v", "/"] {
            let form = format!("{name}{end}");
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// The first of the usual patterns that has tags.
fn guess(package: &PackageConfig, tags: &[Tag]) -> String {
    let name = package.name.as_str();
    let short = name.rsplit('/').next().unwrap_or(name);
    let path = package.paths.first().filter(|path| !path.contains(['*', '?', '[', '{']));
    let mut patterns = vec![
        format!("{name}@*"),
        format!("{name}-v*"),
        format!("{name}/v*"),
        format!("{name}-*"),
        format!("{short}@*"),
        format!("{short}-v*"),
        format!("{short}/v*"),
    ];
    patterns.extend(path.map(|path| format!("{}/v*", path.trim_end_matches('/'))));
    patterns.extend(["v*".to_owned(), "*".to_owned()]);
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
fn by_name(objects: &Objects<'_>, root: Id) -> BTreeMap<String, String> {
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
