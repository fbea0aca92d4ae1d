//! What differs between two sites: which files, which pages and words, which findings, and why.
//!
//! Takes two [`Renderer`]s, of the site before and of the site after, and gives a [`Difference`]: data, which `markdown`
//! makes a comment of. It agrees with a byte comparison of both builds: files are equal if their bytes are, and nothing
//! is rendered whose [`Renderer::prepare`] keys are the same.

pub mod findings;
mod markdown;
mod marked;
mod pages;
mod preview;
mod routes;
mod words;

pub use markdown::{Told, comment};
pub use preview::preview;
pub use words::Hunk;

use crate::diagnostic::Diagnostic;
use crate::render::Renderer;
use crate::search::Update;
use serde::Serialize;
use std::collections::BTreeMap;

/// One of the two sites.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The site.
    pub renderer: &'a Renderer,
    /// Its search index, all files of it.
    pub index: &'a Update,
}

/// What a file of the site went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is new.
    Added,
    /// Its bytes differ.
    Changed,
    /// Its page has another address.
    Moved,
    /// It is gone.
    Removed,
}

/// A file of the site that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Its path in the site.
    pub path: String,
    /// What happened to it.
    pub status: Status,
    /// What it comes from: a file, or what generates it.
    pub origin: String,
}

/// A page, or another HTML page of the site, that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PageChange {
    /// Its address.
    pub url: String,
    /// Its address before, if it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Its title.
    pub title: String,
    /// Its kind: `runbook`, `retro`; `list`, `release` for what is generated.
    pub kind: &'static str,
    /// What happened to it.
    pub status: Status,
    /// Whether the old address of a moved or removed page leads nowhere.
    pub gone: bool,
    /// What it comes from.
    pub origin: String,
    /// Why it differs, where that can be told.
    pub causes: Vec<String>,
    /// The words that differ. Empty where only markup does.
    pub words: Vec<Hunk>,
}

/// What differs between two sites.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Pages that differ: those that people wrote, then generated ones; by address.
    pub pages: Vec<PageChange>,
    /// Every file that differs, by path.
    pub files: Vec<FileChange>,
    /// Files of the site before.
    pub files_before: usize,
    /// Files of the site after.
    pub files_after: usize,
    /// Bytes that the site grew by.
    pub bytes: i64,
}

/// Compares two sites. `renamed` gives the sources' names of now by those of before.
pub fn compare(
    before: Side<'_>,
    after: Side<'_>,
    renamed: &BTreeMap<String, String>,
) -> Result<Difference, Vec<Diagnostic>> {
    let compared = routes::compare(before, after)?;
    let pages = pages::changes(before.renderer, after.renderer, &compared.files, renamed);
    let files = compared.files.iter().map(|file| FileChange {
        path: file.path.to_owned(),
        status: file.status,
        origin: file.origin.to_owned(),
    });
    Ok(Difference {
        pages,
        files: files.collect(),
        files_before: compared.files_before,
        files_after: compared.files_after,
        bytes: compared.bytes,
    })
}
