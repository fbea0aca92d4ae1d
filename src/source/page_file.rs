//! The file of a page: its text, the kind that its place gives it, and the files that it includes.

use super::catalogue::Catalogue;
use super::page::{Page, PageContext};
use super::parsed::Kept;
use super::project::Project;
use super::walk::{Found, inside, slashes};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Kind;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A page's file.
pub(super) struct PageFile {
    /// Where it is, and its path in its tree.
    pub file: Found,
    /// The place of its tree among the content.
    pub at: String,
    /// How diagnostics name it.
    pub shown: String,
}

/// A page's file as it was when it was read, so that an unchanged one is not read again.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    /// That of a file of which nothing is known, which is read each time.
    pub(super) const UNKNOWN: Self = Self { modified: None, length: 0 };

    /// That of the file at `path`; none if it can't be told.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let data = fs::metadata(path).ok()?;
        Some(Self { modified: data.modified().ok(), length: data.len() })
    }

    /// Whether the file has surely not changed.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.length == other.length && self.modified.is_some() && self.modified == other.modified
    }
}

impl PageFile {
    /// Reads the page. What it may not say is in `hidden`; what is known of it already, in `kept`.
    pub(super) fn read(
        &self,
        project: &Project,
        hidden: &Catalogue,
        kept: &Kept,
    ) -> Result<Page, Diagnostic> {
        let Self { file, at, shown } = self;
        let name: Arc<str> = shown.as_str().into();
        let unreadable =
            |message: String| Diagnostic::error("source/unreadable", message).at(Span::file(name.clone()));
        let bytes =
            fs::read(&file.disk).map_err(|error| unreadable(format!("this file can't be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
            Diagnostic::error(
                "source/encoding",
                format!("this file is not UTF-8: the first bad byte is in line {line}"),
            )
            .at(Span::file(name.clone()))
            .help("save the file as UTF-8")
        })?;
        let path = if at.is_empty() { file.path.clone() } else { format!("{at}/{}", file.path) };
        let taxonomies: Vec<&str> = project.config.taxonomies.keys().map(String::as_str).collect();
        let folder = file.disk.parent().unwrap_or(&project.root).to_path_buf();
        let context = PageContext {
            kind: kind_at(&project.config, &path),
            kinds: &project.config.all_kinds,
            audience: project.config.content.audience,
            built_for: project.built_for,
            taxonomies: &taxonomies,
            smart_punctuation: project.config.markdown.smart_punctuation,
            hidden,
            include: &|written| include(&project.root, &folder, written),
            kept,
        };
        Ok(Page::read(name, path, text.into(), &context))
    }
}

/// The kind that a page's place gives it.
fn kind_at(config: &Config, path: &str) -> Kind {
    let set = config.section_setting(path, |section| section.kind.clone());
    let kinds = &config.all_kinds;
    if let Some(kind) = set.and_then(|name| kinds.parse(&name).ok()) {
        return kind;
    }
    let top = path.split_once('/').map_or("", |(top, _)| top);
    kinds.of_folder(top).unwrap_or_default()
}

/// The file that a page includes, confined to the project.
fn include(root: &Path, folder: &Path, written: &str) -> (String, Result<Arc<str>, String>) {
    let path = match written.strip_prefix('/') {
        Some(rest) => root.join(rest),
        None => folder.join(written),
    };
    let Some(target) = inside(&path, root) else {
        return (written.to_owned(), Err(format!("there is no file `{written}` inside the project")));
    };
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
    let file = slashes(target.strip_prefix(&root).unwrap_or(&target));
    let hidden = file.split('/').any(|part| part.starts_with('.'));
    if hidden {
        return (file, Err(format!("`{written}` is hidden and can't be included")));
    }
    let text = fs::read_to_string(&target).map_err(|error| format!("`{written}` can't be read: {error}"));
    (file, text.map(Arc::from))
}
