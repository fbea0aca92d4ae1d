//! Permanent addresses: what was published before leads somewhere still.
//!
//! `urls.txt` beside `site.toml` lists every path and heading anchor that was ever published, one a line, sorted. A page that
//! moves keeps its old path in `aliases`; a heading that is renamed keeps its old anchor in `<a id="old"></a>`. Aliases
//! lead to pages, never to aliases, so there are no chains of redirects and no cycles.

use super::front_edit::with_alias;
use super::rules::{ANCHOR_GONE, URL_GONE};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::markdown;
use crate::record::Audience;
use crate::site::{Entry, Route, RouteKind, Site, url};
use crate::source::{Renamed, URLS_FILE};
use std::collections::{BTreeMap, BTreeSet};

/// First lines of the file.
const HEAD: &str = "# Every address of this site that others may have kept: paths, and anchors of headings.\n# `annals check` finds those that lead nowhere; `annals check --accept-urls` writes this file.\n";

/// The addresses that a site has now, sorted.
pub fn addresses(site: &Site) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for route in site.routes.iter() {
        if let Some(address) = lasting(route) {
            all.insert(address.to_owned());
            if let RouteKind::Page(id) = &route.kind
                && let Some(entry) = site.entry(*id)
            {
                let headings = entry.page.outline.headings.iter().enumerate();
                let shown = headings.filter(|(index, _)| Some(*index) != entry.page.title_heading);
                all.extend(shown.map(|(_, heading)| format!("{address}#{}", heading.id)));
            }
        }
    }
    all
}

/// The address of a route that others may keep. Pages of lists, data of scripts and files for crawlers are none.
fn lasting(route: &Route) -> Option<&str> {
    match &route.kind {
        RouteKind::Section(_, number)
        | RouteKind::Term(_, _, number)
        | RouteKind::Package(_, number)
        | RouteKind::Changes(_, number)
        | RouteKind::Index(number)
            if *number > 1 =>
        {
            None
        }
        // Lists of records go on in pages whose number depends on how many there are.
        RouteKind::Record(_) if route.path.contains("/page/") => None,
        RouteKind::Copy(_) | RouteKind::Feed(..) => Some(&route.path),
        _ => route.path.strip_suffix("index.html").filter(|rest| rest.is_empty() || rest.ends_with('/')),
    }
}

/// The text of the file with all addresses of now.
pub fn accept(site: &Site) -> String {
    let mut text = HEAD.to_owned();
    // The home page's own address is empty, and nobody can lose it.
    for address in addresses(site).iter().filter(|address| !address.is_empty()) {
        text.push_str(address);
        text.push('\n');
    }
    text
}

/// Whether a line says something to people. An anchor of the home page begins with `#`, too, but has no space.
fn is_comment(line: &str) -> bool {
    line == "#" || line.starts_with("# ")
}

/// Whether an address of the list leads nowhere now, so that it is worth knowing where pages went.
pub fn loses(site: &Site) -> bool {
    let library = &site.library;
    let text =
        library.urls.as_deref().filter(|_| library.built_for == Audience::Internal).unwrap_or_default();
    let mut paths = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains('#'));
    paths.any(|path| site.route(&url::output(path)).is_none())
}

pub(super) fn site(site: &Site, renamed: &BTreeMap<String, Renamed>, found: &mut Vec<Diagnostic>) {
    let library = &site.library;
    // Without internal pages much leads nowhere that does elsewhere.
    let Some(text) = library.urls.as_deref().filter(|_| library.built_for == Audience::Internal) else {
        return;
    };
    let now = addresses(site);
    let kept: BTreeSet<&str> = text.lines().map(str::trim).collect();
    let by_path: BTreeMap<&str, &Entry> =
        site.entries.iter().map(|entry| (entry.url.as_str(), entry)).collect();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let at = Span::new(URLS_FILE, offset..offset + line.trim_end().len());
        offset += line.len();
        let address = line.trim();
        if address.is_empty() || is_comment(address) || now.contains(address) {
            continue;
        }
        let (path, anchor) = address.split_once('#').map_or((address, None), |(path, id)| (path, Some(id)));
        match anchor {
            None => found.push(gone(site, path, &kept, renamed, at)),
            Some(id) => {
                // A path that is gone is told once, not for each of its headings.
                let Some(entry) = target(site, &by_path, path) else { continue };
                if !site.has_anchor(entry, id) {
                    found.push(anchor_gone(entry, path, id, &kept, at));
                }
            }
        }
    }
}

/// The page that a path leads to, by itself or by an alias.
fn target<'a>(site: &'a Site, by_path: &BTreeMap<&str, &'a Entry>, path: &str) -> Option<&'a Entry> {
    let direct = by_path.get(path).copied();
    direct.or_else(|| match &site.route(&url::output(path))?.kind {
        RouteKind::Alias(to) => by_path.get(to.as_str()).copied(),
        _ => None,
    })
}

fn gone(
    site: &Site,
    path: &str,
    kept: &BTreeSet<&str>,
    renamed: &BTreeMap<String, Renamed>,
    at: Span,
) -> Diagnostic {
    let finding = URL_GONE.finding(format!("`{path}` was published, and leads nowhere now")).at(at);
    let give_up = format!("or take its line out of {URLS_FILE} to give it up");
    let moved = moved(site, path, renamed);
    let Some(entry) = moved.map(|(entry, _)| entry).or_else(|| successor(site, path, kept)) else {
        return finding.help(format!("name it in `aliases` of the page that is in its place, {give_up}"));
    };
    // Outside, the page at that address is not there, and its name may be a secret.
    let was = moved.map_or(site.library.config.content.audience, |(_, renamed)| renamed.audience);
    if was == Audience::Public && entry.page.audience == Audience::Internal {
        return finding.help(format!(
            "{} is in its place, and is internal: an address that everybody knew may not lead there; name it in \
             `aliases` of a public page, {give_up}",
            entry.page.file
        ));
    }
    let help = format!("add `aliases: [/{path}]` to {} (`--fix` does it), {give_up}", entry.page.file);
    match with_alias(&entry.page, &format!("/{path}")) {
        Some(edit) => finding.help(help).fix(edit),
        None => finding.help(help.replace(" (`--fix` does it)", "")),
    }
}

/// The page whose file was renamed from one that had an address, as git tells.
fn moved<'a, 'r>(
    site: &'a Site,
    path: &str,
    renamed: &'r BTreeMap<String, Renamed>,
) -> Option<(&'a Entry, &'r Renamed)> {
    let path = path.strip_suffix('/')?;
    let folder = &site.library.config.content.folder;
    // What can have had the address: a page, or one that stands for its folder.
    let names = ["", "/index", "/_index", "/README"].iter().map(|end| format!("{folder}/{path}{end}."));
    let found = names.filter_map(|start| {
        renamed.range(start.clone()..).next().filter(|(file, _)| file.starts_with(&start)).map(|(_, to)| to)
    });
    // Addresses are in lower case, file names need not be.
    let found = found.chain(renamed.iter().filter_map(|(file, to)| {
        let place = file.strip_prefix(folder.as_str())?.strip_prefix('/')?.rsplit_once('.')?.0;
        (place.split('/').map(url::segment).collect::<Vec<_>>().join("/") == path).then_some(to)
    }));
    found.filter_map(|to| Some((site.entries.iter().find(|entry| *entry.page.file == *to.to)?, to))).next()
}

/// The page that has most likely taken the place of one that is gone: the only new one with the same last part.
fn successor<'a>(site: &'a Site, path: &str, kept: &BTreeSet<&str>) -> Option<&'a Entry> {
    let last =
        |address: &str| address.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let wanted = last(path);
    let new = || site.entries.iter().filter(|entry| !kept.contains(entry.url.as_str()));
    let mut same = new().filter(|entry| last(&entry.url) == wanted);
    match (same.next(), same.next()) {
        (Some(entry), None) => Some(entry),
        (Some(_), Some(_)) => None,
        (None, _) => {
            let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside: Vec<(String, &Entry)> = new()
                .filter(|entry| entry.url.strip_prefix(folder).is_some_and(|rest| rest.len() > 1))
                .map(|entry| (last(&entry.url), entry))
                .collect();
            let near = nearest(&wanted, beside.iter().map(|(name, _)| name.as_str()))?.to_owned();
            beside.into_iter().find(|(name, _)| *name == near).map(|(_, entry)| entry)
        }
    }
}

fn anchor_gone(entry: &Entry, path: &str, id: &str, kept: &BTreeSet<&str>, at: Span) -> Diagnostic {
    let page = &entry.page;
    let finding = ANCHOR_GONE
        .finding(format!("`{path}#{id}` was published, and {} has no such heading now", page.file))
        .at(at);
    let new = || {
        page.outline
            .headings
            .iter()
            .filter(|heading| !kept.contains(format!("{}#{}", entry.url, heading.id).as_str()))
    };
    let mark = format!("<a id=\"{}\"></a>", markdown::escape(id));
    let Some(near) = similar(id, new().map(|heading| heading.id.as_str())) else {
        return finding
            .help(format!("put `{mark}` where it should lead, or take its line out of {URLS_FILE}"));
    };
    let help = format!("put `{mark}` before the heading `#{near}` (`--fix` does it)");
    let Some(heading) = page.outline.headings.iter().find(|heading| heading.id == near) else {
        return finding.help(help);
    };
    let start = page.body + heading.span.start;
    finding
        .help(help)
        .fix(Edit { span: Span::new(page.file.clone(), start..start), text: format!("{mark}\n\n") })
}

/// The id that shares most of its words with another, if that is half of them.
fn similar<'a>(id: &str, others: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let words = |id: &str| -> BTreeSet<String> {
        id.split('-').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let wanted = words(id);
    let score = |other: &str| {
        let other = words(other);
        let shared = wanted.intersection(&other).count();
        shared as f64 / wanted.union(&other).count().max(1) as f64
    };
    let best = others.map(|other| (score(other).max(strsim::normalized_levenshtein(id, other) - 0.2), other));
    best.filter(|(score, _)| *score >= 0.5).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}
