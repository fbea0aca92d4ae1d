//! Walking folders: which files there are, in an order that is the same everywhere.

use crate::diagnostic::{Diagnostic, Span};
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::fs;
use std::path::{Path, PathBuf};

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Relative to the walked folder, with `/`.
    pub path: String,
    /// Where it is.
    pub disk: PathBuf,
}

/// The files below `folder`, sorted by path. Hidden files, editors' leavings and what `exclude` matches are left out;
/// symbolic links are followed to files inside `root` and reported otherwise.
pub(super) fn files(
    folder: &Path,
    root: &Path,
    exclude: &GlobSet,
    name: impl Fn(&str) -> String,
) -> (Vec<Found>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    let mut waiting = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                diagnostics.push(
                    Diagnostic::error("source/unreadable", format!("this folder can't be read: {error}"))
                        .at(Span::file(name(&prefix))),
                );
                continue;
            }
        };
        for entry in entries.flatten() {
            let Ok(file_name) = entry.file_name().into_string() else {
                let shown = entry.file_name().to_string_lossy().into_owned();
                diagnostics.push(
                    Diagnostic::error("source/file-name", format!("the name of `{shown}` is not UTF-8"))
                        .at(Span::file(name(&format!("{prefix}{shown}")))),
                );
                continue;
            };
            if file_name.starts_with('.')
                || file_name.ends_with('~')
                || file_name.contains(['\\', '\n', '\r'])
            {
                continue;
            }
            let path = format!("{prefix}{file_name}");
            if exclude.is_match(&path) {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_symlink() {
                match inside(&entry.path(), root) {
                    Some(target) if target.is_file() => found.push(Found { path, disk: entry.path() }),
                    Some(_) => diagnostics.push(
                        Diagnostic::note("source/symlink", "a symbolic link to a folder is not followed")
                            .at(Span::file(name(&path))),
                    ),
                    None => diagnostics.push(
                        Diagnostic::error(
                            "source/symlink",
                            "this symbolic link leads out of the project, or nowhere",
                        )
                        .at(Span::file(name(&path)))
                        .help("copy the file, or mount its folder in site.toml"),
                    ),
                }
            } else if kind.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() {
                found.push(Found { path, disk: entry.path() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    (found, diagnostics)
}

/// Where a path leads, if that is inside `root`.
pub(super) fn inside(path: &Path, root: &Path) -> Option<PathBuf> {
    let target = fs::canonicalize(path).ok()?;
    let root = fs::canonicalize(root).ok()?;
    target.starts_with(root).then_some(target)
}

/// Globs as one set; those that can't be read are reported.
pub(super) fn globs(patterns: &[String]) -> (GlobSet, Vec<Diagnostic>) {
    let mut builder = GlobSetBuilder::new();
    let mut diagnostics = Vec::new();
    for pattern in patterns {
        match Glob::new(pattern) {
            Ok(glob) => {
                builder.add(glob);
            }
            Err(error) => diagnostics.push(
                Diagnostic::error("config/value", format!("`{pattern}` is not a glob: {}", error.kind()))
                    .at(Span::file(crate::config::FILE_NAME)),
            ),
        }
    }
    (builder.build().unwrap_or_default(), diagnostics)
}
/// A path with `/`, for people and for the site.
pub(super) fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
