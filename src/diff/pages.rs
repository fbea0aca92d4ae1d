//! The pages among the files that differ: what they are called, where they were, and why they differ.

use super::routes::File;
use super::{PageChange, Status, words};
use crate::render::Renderer;
use crate::site::{Entry, Route, RouteKind, Site, url};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All HTML pages that differ: those that people wrote, then generated ones; by address.
pub(super) fn changes(
    before: &Renderer,
    after: &Renderer,
    files: &[File<'_>],
    renamed: &BTreeMap<String, String>,
) -> Vec<PageChange> {
    let moved = moved(&before.site, &after.site, files, renamed);
    let old_texts: HashMap<&str, &str> = files
        .iter()
        .filter(|file| file.status == Status::Removed)
        .map(|file| (file.path, file.text.as_str()))
        .collect();
    let sources: BTreeSet<&str> = moved.values().map(String::as_str).collect();
    let mut pages: Vec<PageChange> = files
        .iter()
        .filter_map(|file| {
            // The old address of a page that moved is told with the new one.
            if sources.contains(file.path) && file.status != Status::Added {
                return None;
            }
            let mut page = page(before, after, file)?;
            if let Some(from) = moved.get(file.path) {
                page.status = Status::Moved;
                page.gone = after.site.route(from).is_none();
                page.words = old_texts
                    .get(from.as_str())
                    .map(|old| words::differences(old, &file.text))
                    .unwrap_or_default();
                page.from = Some(address(from));
            }
            Some(page)
        })
        .collect();
    let generated = |page: &PageChange| matches!(page.kind, "list" | "release" | "redirect" | "generated");
    pages.sort_by(|a, b| (generated(a), &a.url).cmp(&(generated(b), &b.url)));
    pages
}

fn address(path: &str) -> String {
    path.strip_suffix("index.html").unwrap_or(path).to_owned()
}

/// Old paths of pages by their new ones: pages whose file is the same or was renamed.
fn moved(
    before: &Site,
    after: &Site,
    files: &[File<'_>],
    renamed: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let added: BTreeSet<&str> =
        files.iter().filter(|file| file.status == Status::Added).map(|file| file.path).collect();
    let by_file: HashMap<&str, &Entry> =
        after.entries.iter().map(|entry| (&*entry.page.file, entry)).collect();
    before
        .entries
        .iter()
        .filter_map(|old| {
            let file = renamed.get(&*old.page.file).map_or(&*old.page.file, String::as_str);
            let new = by_file.get(file)?;
            let (from, to) = (url::output(&old.url), url::output(&new.url));
            (from != to && added.contains(to.as_str())).then_some((to, from))
        })
        .collect()
}

fn page(before: &Renderer, after: &Renderer, file: &File<'_>) -> Option<PageChange> {
    let route = file.after.or(file.before).filter(|_| file.path.ends_with(".html"))?;
    let site = if file.after.is_some() { &after.site } else { &before.site };
    let (title, kind) = name(site, route);
    let causes = match (file.before, file.after) {
        (Some(old), Some(new)) => causes(before, after, old, new),
        _ => Vec::new(),
    };
    let mut words = file.words.clone();
    if let (Some(old), Some(new)) = (commit(before, file.before), commit(after, file.after)) {
        words.retain(|hunk| (old, new) != (hunk.removed.as_str(), hunk.added.as_str()));
    }
    Some(PageChange {
        url: address(file.path),
        from: None,
        title,
        kind,
        status: file.status,
        gone: file.status == Status::Removed,
        origin: file.origin.to_owned(),
        causes,
        words,
    })
}

/// The commit that last changed a page, as it is shown: it is no word of the page.
fn commit<'a>(renderer: &'a Renderer, route: Option<&Route>) -> Option<&'a str> {
    let RouteKind::Page(id) = &route?.kind else { return None };
    let entry = renderer.site.entry(*id)?;
    renderer.site.library.page_facts(&entry.page)?.commit.as_deref()?.get(..7)
}

/// What a route's page is called, and its kind.
fn name(site: &Site, route: &Route) -> (String, &'static str) {
    let package = |index: usize| {
        let history = site.packages.get(index).and_then(|package| package.history());
        history.map_or_else(String::new, |history| history.name.clone())
    };
    match &route.kind {
        RouteKind::Page(id) => match site.entry(*id) {
            Some(entry) => (entry.page.title.clone(), entry.page.kind.name()),
            None => (address(&route.path), "generated"),
        },
        RouteKind::Section(id, _) => {
            let title = site.section(*id).map_or_else(String::new, |section| section.title.clone());
            (title, "list")
        }
        RouteKind::Taxonomy(index) => {
            let title = site.taxonomies.get(*index).map(|taxonomy| taxonomy.plural.clone());
            (title.unwrap_or_default(), "list")
        }
        RouteKind::Term(index, term, _) => {
            let terms = site.taxonomies.get(*index).map(|taxonomy| &taxonomy.terms);
            let title = terms.and_then(|terms| terms.get(*term)).map(|term| term.title.clone());
            (title.unwrap_or_default(), "list")
        }
        RouteKind::Release(index, release) => {
            let found = site.packages.get(*index).and_then(|package| package.release(*release));
            let version =
                found.and_then(|(release, _)| release.version.as_ref().map(|v| v.as_str().to_owned()));
            (format!("{} {}", package(*index), version.as_deref().unwrap_or("unreleased")), "release")
        }
        RouteKind::Package(index, _) | RouteKind::Changes(index, _) | RouteKind::Compare(index) => {
            (package(*index), "list")
        }
        RouteKind::Alias(to) => (format!("redirect to {to}"), "redirect"),
        RouteKind::Copy(_) => (address(&route.path), "generated"),
        _ => (address(&route.path), "list"),
    }
}

/// Why a page differs: the parts of what it is made from that differ, in words.
fn causes(before: &Renderer, after: &Renderer, old: &Route, new: &Route) -> Vec<String> {
    let mut causes = Vec::new();
    if let (RouteKind::Page(old), RouteKind::Page(new)) = (&old.kind, &new.kind)
        && let (Some(old), Some(new)) = (before.site.entry(*old), after.site.entry(*new))
    {
        if old.page.source != new.page.source {
            causes.push("its text".to_owned());
        }
        for include in &new.page.includes {
            let earlier = old.page.includes.iter().find(|other| other.file == include.file);
            if earlier.is_none_or(|earlier| earlier.text != include.text) {
                causes.push(format!("`{}`, which it includes", include.file));
            }
        }
        causes.dedup();
    }
    let (left, right) = (before.parts(old), after.parts(new));
    for (name, part) in &right {
        if left.get(name) != Some(part) {
            causes.push(cause(name).to_owned());
        }
    }
    causes.extend(left.keys().filter(|name| !right.contains_key(*name)).map(|name| cause(name).to_owned()));
    let mut seen = BTreeSet::new();
    // What is on the page because of its text is no cause beside it.
    let own = causes.first().is_some_and(|first| first == "its text");
    causes.retain(|cause| seen.insert(cause.clone()) && !(own && OWN.contains(&cause.as_str())));
    causes
}

/// Causes that follow from a change to the page's own text.
const OWN: [&str; 3] = ["its facts", "its history in git", "where its links lead"];

/// A part of what a page is made from, in words.
fn cause(part: &str) -> &'static str {
    match part {
        "theme" => "the theme or the site's settings",
        "links" => "where its links lead",
        "backlinks" => "pages that link to it",
        "previous" | "next" => "its neighbours",
        "nav" => "the navigation",
        "updated" | "created" | "contributors" | "commit" | "history_url" | "source_url" | "edit_url"
        | "problem_url" | "helped_url" | "failed_url" | "drift" => "its history in git",
        "review_due" | "review_late" => "the day of its review",
        "services" | "owner" | "taxonomies" => "services, teams and tags",
        "release" | "caused_by" | "fixed_by" => "releases",
        "runbooks" => "pages that it names",
        "list" => "the pages that it lists",
        "home" => "what the home page shows",
        _ => "its facts",
    }
}
