//! A difference as a folder of HTML: an index, for each page its two versions side by side with the words marked that
//! differ, and both versions as they are built.
//!
//! The folder stands alone: it has the theme's files and the pictures that its pages show, no script of its own, and a
//! Content-Security-Policy that allows nothing from elsewhere.

use super::marked::marked;
use super::{Difference, PageChange, Status};
use crate::diagnostic::{Diagnostic, Span};
use crate::render::{Content, Renderer};
use crate::site::{RouteKind, url};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use tera::{Context, Tera};

/// Pages that are shown; a change to the theme would show all.
const SHOWN: usize = 200;
const INDEX: &str = include_str!("preview/index.html");
const PAGE: &str = include_str!("preview/page.html");
const STYLE: &str = include_str!("preview/preview.css");

/// A page in the index and on its own page.
#[derive(Serialize)]
struct Shown<'a> {
    page: &'a PageChange,
    /// What happened to it, in a word.
    status: &'static str,
    /// Its page of the preview.
    href: String,
    /// Its built versions and those with marks, from the preview's root.
    before: Option<Version>,
    after: Option<Version>,
}

#[derive(Serialize)]
struct Version {
    built: String,
    marked: String,
}

/// The files of the preview, by path.
pub fn preview(
    before: &Renderer,
    after: &Renderer,
    difference: &Difference,
) -> Result<BTreeMap<String, Vec<u8>>, Vec<Diagnostic>> {
    let one = |found: Diagnostic| vec![found];
    let mut files = BTreeMap::from([("preview.css".to_owned(), STYLE.as_bytes().to_vec())]);
    let (mut shown, mut number) = (Vec::new(), 0);
    for page in difference.pages.iter().filter(|page| page.kind != "redirect").take(SHOWN) {
        number += 1;
        let new_path = url::output(&page.url);
        let old_path = page.from.as_deref().map_or_else(|| new_path.clone(), url::output);
        let old = html(before, &old_path).map_err(one)?;
        let new = html(after, &new_path).map_err(one)?;
        let (left, right) = match (&old, &new) {
            (Some(old), Some(new)) => marked(old, new),
            _ => (old.clone().unwrap_or_default(), new.clone().unwrap_or_default()),
        };
        let mut put =
            |side: &'static str, renderer: &Renderer, path: &str, built: Option<String>, marked: String| {
                let built = built?;
                add_pictures(side, renderer, path, &built, &mut files);
                let name = path.strip_suffix(".html").unwrap_or(path);
                let version =
                    Version { built: format!("{side}/{path}"), marked: format!("{side}/{name}.marked.html") };
                let depth = version.marked.matches('/').count();
                files.insert(version.marked.clone(), styled(&marked, depth).into_bytes());
                files.insert(version.built.clone(), built.into_bytes());
                Some(Version { built: url::encode(&version.built), marked: url::encode(&version.marked) })
            };
        let status = match page.status {
            Status::Added => "added",
            Status::Changed => "changed",
            Status::Moved => "moved",
            Status::Removed => "removed",
        };
        shown.push(Shown {
            page,
            status,
            href: format!("compare/{number}.html"),
            before: put("before", before, &old_path, old, left),
            after: put("after", after, &new_path, new, right),
        });
    }
    for (side, renderer) in [("before", before), ("after", after)] {
        for (path, bytes) in renderer.theme_assets() {
            files.insert(format!("{side}/{path}"), bytes.to_vec());
        }
    }
    for (at, page) in shown.iter().enumerate() {
        let mut context = Context::new();
        context.insert("shown", page);
        context.insert("previous", &at.checked_sub(1).and_then(|at| shown.get(at)).map(|page| &page.href));
        context.insert("next", &shown.get(at + 1).map(|page| &page.href));
        files.insert(page.href.clone(), rendered(PAGE, &context).map_err(one)?.into_bytes());
    }
    let (written, generated): (Vec<_>, Vec<_>) =
        shown.iter().partition(|shown| !super::markdown::is_generated(shown.page));
    let mut context = Context::new();
    context.insert("written", &written);
    context.insert("generated", &generated);
    context.insert("more", &difference.pages.len().saturating_sub(SHOWN));
    context.insert("files", &difference.files.len());
    context.insert("title", &after.site.library.config.site.title);
    files.insert("index.html".to_owned(), rendered(INDEX, &context).map_err(one)?.into_bytes());
    Ok(files)
}

/// The built page at a path, if there is one.
fn html(renderer: &Renderer, path: &str) -> Result<Option<String>, Diagnostic> {
    let Some(route) = renderer.site.route(path) else { return Ok(None) };
    match renderer.render(route)? {
        Content::Bytes(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Content::File(file) => fs::read_to_string(&file).map(Some).map_err(|error| {
            Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                .at(Span::file(route.origin.as_str()))
        }),
    }
}

/// Adds the files beside pages that a page shows.
fn add_pictures(
    side: &str,
    renderer: &Renderer,
    path: &str,
    html: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for part in html.split(" src=\"").skip(1) {
        let Some((address, _)) = part.split_once('"') else { continue };
        let Some(place) = url::join(folder, &url::decode(address)) else { continue };
        if let Some(RouteKind::Copy(disk)) = renderer.site.route(&place).map(|route| &route.kind)
            && let Ok(bytes) = fs::read(disk)
        {
            files.insert(format!("{side}/{place}"), bytes);
        }
    }
}

/// A page with the style of the marks.
fn styled(html: &str, depth: usize) -> String {
    let link = format!("<link rel=\"stylesheet\" href=\"{}preview.css\">\n</head>", "../".repeat(depth));
    html.replacen("</head>", &link, 1)
}

fn rendered(template: &str, context: &Context) -> Result<String, Diagnostic> {
    Tera::one_off(template, context, true).map_err(|error| {
        Diagnostic::error("theme/template", format!("the preview can't be written: {error}"))
    })
}
