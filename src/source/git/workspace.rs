//! The members of the workspaces that a tree declares: Cargo, npm and yarn, pnpm, Go.
//!
//! Manifests are read from the repository, not from the disk, so that a bare clone and a working
//! tree with changes give the same packages.

use super::folders::{self, Folder};
use super::object::Id;
use super::reader::Objects;
use super::tree::at_path;
use std::collections::{BTreeMap, BTreeSet};

/// Which tool a package is for; it decides how its tags are usually called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ecosystem {
    /// `package.json`.
    Npm,
    /// `Cargo.toml`.
    Cargo,
    /// `go.mod`.
    Go,
}

/// A package of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its folder; empty for the root.
    pub path: String,
    /// The tool.
    pub ecosystem: Ecosystem,
    /// Whether it says that it is never published.
    pub is_private: bool,
}

/// Members by folder, and the manifests that can't be read, each with the reason.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The members, without the root.
    pub members: Vec<Member>,
    /// Path and reason.
    pub unreadable: Vec<(String, String)>,
}

/// A manifest longer than this is not read.
const LONGEST: usize = 1 << 20;

/// Reads the workspaces that the root of a tree declares.
pub fn workspace(objects: &Objects<'_>, root: Id) -> Workspace {
    let mut reader = Reader { objects, root, unreadable: Vec::new() };
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    for found in [cargo(&mut reader), npm(&mut reader), go(&mut reader)] {
        for member in found {
            members.entry(member.path.clone()).or_insert(member);
        }
    }
    members.remove("");
    Workspace { members: members.into_values().collect(), unreadable: reader.unreadable }
}

struct Reader<'a, 'r> {
    objects: &'a Objects<'r>,
    root: Id,
    unreadable: Vec<(String, String)>,
}

impl Reader<'_, '_> {
    fn text(&self, folder: Id, file: &str) -> Option<String> {
        let blob = at_path(self.objects, folder, file).ok()??;
        let bytes = self.objects.blob(blob, LONGEST)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A manifest as `parse` reads it; one that it can't read is noted.
    fn read<T>(
        &mut self,
        folder: (&str, Id),
        file: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(folder.1, file)?;
        let path = if folder.0.is_empty() { file.to_owned() } else { format!("{}/{file}", folder.0) };
        parse(&text).map_err(|reason| self.unreadable.push((path, reason))).ok()
    }

    /// The folders that globs name, without those that other globs take away.
    fn folders<'g>(
        &self,
        include: impl IntoIterator<Item = &'g str>,
        exclude: impl Fn(&str) -> bool,
    ) -> Vec<Folder> {
        let mut found = Vec::new();
        for glob in include {
            found.extend(folders::expand(self.objects, self.root, glob));
        }
        found.retain(|folder| !exclude(&folder.path));
        found.sort();
        found.dedup();
        found
    }
}

fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| error.to_string())
}

fn toml_table(text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error: toml::de::Error| error.message().to_owned())
}

fn texts(value: Option<&serde_json::Value>) -> Vec<String> {
    let list = value.and_then(serde_json::Value::as_array).into_iter().flatten();
    list.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Members of `[workspace]`: those that `members` names, and those that others depend on by path, as
/// Cargo itself does it.
fn cargo(reader: &mut Reader<'_, '_>) -> Vec<Member> {
    let root = reader.root;
    let Some(top) = reader.read(("", root), "Cargo.toml", toml_table) else { return Vec::new() };
    let Some(workspace) = top.get("workspace").and_then(toml::Value::as_table) else { return Vec::new() };
    let list = |key: &str| -> Vec<String> {
        let items = workspace.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let excluded: Vec<String> = list("exclude").iter().map(|path| normal("", path)).collect();
    let is_excluded = |path: &str| {
        excluded
            .iter()
            .any(|out| path == out || path.strip_prefix(out).is_some_and(|rest| rest.starts_with('/')))
    };
    let included = list("members");
    let mut open = reader.folders(included.iter().map(String::as_str), is_excluded);
    let mut seen: BTreeSet<String> = open.iter().map(|folder| folder.path.clone()).collect();
    let by_path = path_dependencies("", &top);
    let (mut members, mut paths) = (Vec::new(), by_path);
    loop {
        for path in std::mem::take(&mut paths) {
            if !is_excluded(&path)
                && seen.insert(path.clone())
                && let Ok(Some(id)) = at_path(reader.objects, root, &path)
            {
                open.push(Folder { path, id });
            }
        }
        let Some(folder) = open.pop() else { break };
        let Some(manifest) = reader.read((&folder.path, folder.id), "Cargo.toml", toml_table) else {
            continue;
        };
        paths = path_dependencies(&folder.path, &manifest);
        let Some(package) = manifest.get("package").and_then(toml::Value::as_table) else { continue };
        let publish = package.get("publish");
        let is_private = match publish {
            Some(toml::Value::Boolean(publish)) => !publish,
            Some(toml::Value::Array(registries)) => registries.is_empty(),
            _ => false,
        };
        let name = package.get("name").and_then(toml::Value::as_str);
        members.push(Member {
            name: name.unwrap_or_else(|| last(&folder.path)).to_owned(),
            path: folder.path,
            ecosystem: Ecosystem::Cargo,
            is_private,
        });
    }
    members
}

/// Folders inside the repository that a manifest's dependencies name by path.
fn path_dependencies(folder: &str, manifest: &toml::Table) -> Vec<String> {
    const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let workspace = manifest.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    TABLES
        .iter()
        .filter_map(|table| manifest.get(*table))
        .chain(workspace)
        .filter_map(toml::Value::as_table)
        .flat_map(toml::Table::values)
        .filter_map(|dependency| dependency.get("path")?.as_str())
        .map(|path| normal(folder, path))
        .filter(|path| !path.is_empty() && !path.starts_with(".."))
        .collect()
}

/// Members of `workspaces` in `package.json` and of `pnpm-workspace.yaml`.
fn npm(reader: &mut Reader<'_, '_>) -> Vec<Member> {
    #[derive(serde::Deserialize)]
    struct Pnpm {
        #[serde(default)]
        packages: Vec<String>,
    }
    let root = reader.root;
    let pnpm =
        |text: &str| serde_yaml::from_str::<Pnpm>(text).map_err(|error| first_line(&error.to_string()));
    let globs = if let Some(pnpm) = reader.read(("", root), "pnpm-workspace.yaml", pnpm) {
        pnpm.packages
    } else {
        let Some(top) = reader.read(("", root), "package.json", json) else { return Vec::new() };
        match top.get("workspaces") {
            Some(object @ serde_json::Value::Object(_)) => texts(object.get("packages")),
            list => texts(list),
        }
    };
    let without: Vec<String> =
        globs.iter().filter_map(|glob| glob.strip_prefix('!')).map(|glob| normal("", glob)).collect();
    let without = folders::set(&without);
    let with = globs.iter().filter(|glob| !glob.starts_with('!')).map(String::as_str);
    let mut members = Vec::new();
    for folder in reader.folders(with, |path| without.is_match(path)) {
        let Some(manifest) = reader.read((&folder.path, folder.id), "package.json", json) else { continue };
        let name = manifest.get("name").and_then(serde_json::Value::as_str);
        members.push(Member {
            name: name.unwrap_or_else(|| last(&folder.path)).to_owned(),
            is_private: manifest.get("private").and_then(serde_json::Value::as_bool).unwrap_or(false),
            path: folder.path,
            ecosystem: Ecosystem::Npm,
        });
    }
    members
}

/// Modules that `go.work` uses; without it, and with a module at the root, those below it. A module
/// in a folder is released as `folder/v1.2.3`, so the folder is its name.
fn go(reader: &mut Reader<'_, '_>) -> Vec<Member> {
    let root = reader.root;
    let found = match reader.text(root, "go.work") {
        Some(work) => {
            let used = used(&work);
            reader.folders(used.iter().map(String::as_str), |_| false)
        }
        None if reader.text(root, "go.mod").is_some() => folders::with_file(reader.objects, root, "go.mod"),
        None => Vec::new(),
    };
    found
        .into_iter()
        // `v2` below a module is its next major version: the same package, with tags of the same form.
        .filter(|folder| !is_major(last(&folder.path)))
        .filter(|folder| reader.text(folder.id, "go.mod").is_some())
        .map(|folder| Member {
            name: folder.path.clone(),
            path: folder.path,
            ecosystem: Ecosystem::Go,
            is_private: false,
        })
        .collect()
}

/// The folders of the `use` directives of a `go.work`.
fn used(text: &str) -> Vec<String> {
    let mut in_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let path = match line.strip_prefix("use") {
            _ if in_block => line,
            Some(rest) if rest.starts_with([' ', '\t', '(']) => rest.trim(),
            _ => continue,
        };
        match path {
            "(" => in_block = true,
            ")" => in_block = false,
            "" => {}
            path => found.push(path.trim_matches(['"', '`']).to_owned()),
        }
    }
    found
}

fn is_major(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|digits| digits.parse::<u32>().is_ok())
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// A path relative to `folder` as one relative to the root, `.` and `..` resolved. One that leads out
/// of the repository begins with `..`.
fn normal(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root() {
        assert_eq!(normal("crates/a", "../b"), "crates/b");
        assert_eq!(normal("", "./packages//x/"), "packages/x");
        assert_eq!(normal("a", "../../out"), "../out");
    }

    #[test]
    fn both_forms_of_use_are_read() {
        assert_eq!(used("go 1.22\nuse ./a\nuse (\n\t./b // x\n\t\"./c d\"\n)\n"), ["./a", "./b", "./c d"]);
        assert!(used("user ./a\n").is_empty());
    }
}
