//! Which files of two sites differ, by their bytes.

use super::words::{self, Hunk};
use super::{Side, Status};
use crate::diagnostic::{Diagnostic, Span};
use crate::render::{Content, Renderer};
use crate::site::{RecordRoute, Route, RouteKind};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;

/// A file that differs.
pub(super) struct File<'a> {
    pub path: &'a str,
    pub origin: &'a str,
    pub status: Status,
    /// The route before and after, where it is one.
    pub before: Option<&'a Route>,
    pub after: Option<&'a Route>,
    /// The words that differ, of a page that is on both sides.
    pub words: Vec<Hunk>,
    /// The words of a page that is on one side.
    pub text: String,
    /// Bytes that it grew by.
    bytes: i64,
}

/// All files that differ, by path, and how many there are.
pub(super) struct Compared<'a> {
    pub files: Vec<File<'a>>,
    pub files_before: usize,
    pub files_after: usize,
    pub bytes: i64,
}

/// What makes a file of one side.
#[derive(Clone, Copy)]
enum Maker<'a> {
    Route(&'a Renderer, &'a Route),
    Bytes(&'a [u8], &'static str),
}

impl<'a> Maker<'a> {
    fn origin(self) -> &'a str {
        match self {
            Self::Route(_, route) => &route.origin,
            Self::Bytes(_, origin) => origin,
        }
    }

    fn route(self) -> Option<&'a Route> {
        match self {
            Self::Route(_, route) => Some(route),
            Self::Bytes(..) => None,
        }
    }

    fn bytes(self) -> Result<Vec<u8>, Diagnostic> {
        match self {
            Self::Route(renderer, route) => content(route, renderer.render(route)?),
            Self::Bytes(bytes, _) => Ok(bytes.to_vec()),
        }
    }
}

/// Whether a route tells what changed in the content.
fn is_audit(kind: &RouteKind) -> bool {
    let RouteKind::Record(route) = kind else { return false };
    matches!(route, RecordRoute::Audit(..) | RecordRoute::AuditJson | RecordRoute::AuditCsv)
}

/// All files of a side but its manifest, which tells of all others.
fn makers(side: Side<'_>) -> BTreeMap<&str, Maker<'_>> {
    let renderer = side.renderer;
    // The audit differs by the commits themselves, which a change that is not merged yet has none of.
    let told = renderer.site.routes.iter().filter(|route| !is_audit(&route.kind));
    let routes = told.map(|route| (route.path.as_str(), Maker::Route(renderer, route)));
    let theme = renderer.theme_assets().map(|(path, bytes)| (path, Maker::Bytes(bytes, "theme")));
    let index = side.index.files.iter().map(|file| (file.path.as_str(), Maker::Bytes(&file.bytes, "search")));
    routes.chain(theme).chain(index).collect()
}

pub(super) fn compare<'a>(before: Side<'a>, after: Side<'a>) -> Result<Compared<'a>, Vec<Diagnostic>> {
    // A key says nothing of settings, which are the same between two builds of one site.
    let keyed = settings(before.renderer) == settings(after.renderer);
    let (old, new) = (makers(before), makers(after));
    let mut paths: Vec<&'a str> = old.keys().chain(new.keys()).copied().collect();
    paths.sort_unstable();
    paths.dedup();
    let compared: Vec<Result<Option<File<'a>>, Diagnostic>> = paths
        .into_par_iter()
        .map(|path| file(path, old.get(path).copied(), new.get(path).copied(), keyed))
        .collect();
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for result in compared {
        match result {
            Ok(file) => files.extend(file),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let bytes = files.iter().map(|file| file.bytes).sum();
    Ok(Compared { files, files_before: old.len(), files_after: new.len(), bytes })
}

fn settings(renderer: &Renderer) -> String {
    serde_json::to_string(&*renderer.site.library.config).unwrap_or_default()
}

/// A file, if it differs.
fn file<'a>(
    path: &'a str,
    before: Option<Maker<'a>>,
    after: Option<Maker<'a>>,
    keyed: bool,
) -> Result<Option<File<'a>>, Diagnostic> {
    let is_page = path.ends_with(".html");
    let of_page =
        |bytes: &[u8]| if is_page { words::of_page(&String::from_utf8_lossy(bytes)) } else { String::new() };
    let length = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let (status, bytes, words, text) = match (before, after) {
        (Some(before), Some(after)) => {
            let Some((old, new)) = both(before, after, keyed)? else { return Ok(None) };
            let words = words::differences(&of_page(&old), &of_page(&new));
            (Status::Changed, length(&new) - length(&old), words, String::new())
        }
        (Some(before), None) => {
            let bytes = before.bytes()?;
            (Status::Removed, -length(&bytes), Vec::new(), of_page(&bytes))
        }
        (None, Some(after)) => {
            let bytes = after.bytes()?;
            (Status::Added, length(&bytes), Vec::new(), of_page(&bytes))
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(File {
        path,
        origin: after.or(before).map_or("", Maker::origin),
        status,
        before: before.and_then(Maker::route),
        after: after.and_then(Maker::route),
        words,
        text,
        bytes,
    }))
}

/// Bytes before and after.
type Pair = (Vec<u8>, Vec<u8>);

/// Both makers' bytes, if they differ.
fn both(left: Maker<'_>, right: Maker<'_>, keyed: bool) -> Result<Option<Pair>, Diagnostic> {
    let (old, new) = match (left, right) {
        (Maker::Route(before, old), Maker::Route(after, new)) if keyed => {
            let (old_made, new_made) = (before.prepare(old), after.prepare(new));
            if old_made.key.is_some() && old_made.key == new_made.key {
                return Ok(None);
            }
            let old = content(old, before.render_prepared(old, old_made)?)?;
            (old, content(new, after.render_prepared(new, new_made)?)?)
        }
        _ => (left.bytes()?, right.bytes()?),
    };
    Ok((old != new).then_some((old, new)))
}

fn content(route: &Route, content: Content) -> Result<Vec<u8>, Diagnostic> {
    match content {
        Content::Bytes(bytes) => Ok(bytes),
        Content::File(file) => fs::read(&file).map_err(|error| {
            Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                .at(Span::file(route.origin.as_str()))
        }),
    }
}
