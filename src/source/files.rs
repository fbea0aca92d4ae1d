//! Single files of the project and small folders beside the pages: the catalogue, owners, static files, the site's theme.

use super::backstage;
use super::catalogue::Catalogue;
use super::codeowners::CodeOwners;
use super::library::StaticFile;
use super::walk::{self, slashes};
use crate::config::{self, CATALOGUE_FILE, Config};
use crate::diagnostic::{Diagnostic, Span};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// The files that the site has as they are.
pub(super) fn statics(root: &Path, config: &Config, found: &mut Vec<Diagnostic>) -> Vec<StaticFile> {
    let folder = root.join(&config.content.static_folder);
    if !folder.is_dir() {
        return Vec::new();
    }
    let none = globset::GlobSet::empty();
    let shown = |path: &str| format!("{}/{path}", config.content.static_folder);
    let (files, mistakes) = walk::files(&folder, root, &none, shown);
    found.extend(mistakes);
    files
        .into_iter()
        .map(|file| StaticFile { name: shown(&file.path), path: file.path, disk: file.disk })
        .collect()
}

/// The repository's CODEOWNERS, and the project's path in it.
pub(super) fn code_owners(root: &Path) -> (Option<Arc<CodeOwners>>, String) {
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
        return (CodeOwners::find(root, "").map(Arc::new), String::new());
    };
    let below = root.strip_prefix(top).map(slashes).unwrap_or_default();
    let prefix = if below.is_empty() { below } else { format!("{below}/") };
    (CodeOwners::find(top, &"../".repeat(prefix.matches('/').count())).map(Arc::new), prefix)
}

/// The text of a file that need not be there.
pub(super) fn optional(path: &Path, name: &str, found: &mut Vec<Diagnostic>) -> Option<Arc<str>> {
    match fs::read_to_string(path) {
        Ok(text) => Some(text.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("this file can't be read: {error}");
            found.push(Diagnostic::error("source/unreadable", message).at(Span::file(name)));
            None
        }
    }
}

/// The services and teams: of the file that the settings name, else of Backstage's.
pub(super) fn catalogue(root: &Path, config: &Config, found: &mut Vec<Diagnostic>) -> Catalogue {
    let name = &config.content.services;
    match fs::read_to_string(root.join(name)) {
        Ok(text) => {
            if !backstage::is_backstage(name) {
                let (catalogue, mistakes) = Catalogue::read(name, &text);
                found.extend(mistakes);
                return catalogue;
            }
            let (catalogue, mistakes) = backstage::read(name, &text);
            found.extend(mistakes);
            // Backstage knows no rotations.
            match optional(&root.join(CATALOGUE_FILE), CATALOGUE_FILE, found) {
                Some(text) => {
                    let (catalogue, mistakes) = Catalogue::read_over(catalogue, CATALOGUE_FILE, &text);
                    found.extend(mistakes);
                    catalogue
                }
                None => catalogue,
            }
        }
        // A repository that Backstage knows needs no second catalogue.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = fs::read_to_string(root.join(backstage::FILE)).unwrap_or_default();
            let (catalogue, mistakes) = backstage::read(backstage::FILE, &text);
            found.extend(mistakes);
            catalogue
        }
        Err(error) => {
            found.push(
                Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                    .at(Span::file(name.as_str())),
            );
            Catalogue::default()
        }
    }
}

/// The files of the site's own theme, by path inside it.
pub(super) fn theme(root: &Path, config: &Config, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Some(theme) = &config.site.theme else { return files };
    let folder = root.join("themes").join(theme);
    if theme.contains(['/', '\\']) || theme.starts_with('.') || !folder.is_dir() {
        found.push(
            Diagnostic::error("theme/missing", format!("there is no theme `themes/{theme}`"))
                .at(Span::file(config::FILE_NAME))
                .help("`annals theme eject` makes one out of the built-in theme"),
        );
        return files;
    }
    let shown = |path: &str| format!("themes/{theme}/{path}");
    let (listed, mistakes) = walk::files(&folder, root, &globset::GlobSet::empty(), shown);
    found.extend(mistakes);
    for file in listed {
        match fs::read(&file.disk) {
            Ok(bytes) => {
                files.insert(file.path, bytes);
            }
            Err(error) => found.push(
                Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                    .at(Span::file(shown(&file.path))),
            ),
        }
    }
    files
}
