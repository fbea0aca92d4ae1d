//! Titles, headings, images, and what else a page is built of.

use super::rules::*;
use super::{in_body, in_front};
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::LinkKind;
use crate::record::Kind;
use crate::site::{Entry, Place, Site};
use jiff::ToSpan;
use std::collections::{BTreeMap, HashMap};

pub(super) fn page(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let outline = &page.outline;
    if outline.words == 0
        && outline.links.is_empty()
        && !outline.has_html
        && !entry.is_section
        && !has_release(site, entry)
    {
        found.push(EMPTY.finding(format!("`{}` has no text", page.title)).at(Span::file(page.file.clone())));
    }
    headings(entry, found);
    images(site, entry, found);
    dates(site, entry, found);
    if page.kind == Kind::Runbook {
        for block in &outline.bare_code {
            found.push(
                NO_LANGUAGE
                    .finding("this code block names no language")
                    .at(in_body(entry, block))
                    .help("name it after the backticks, for example ```` ```bash ````; `text` is for output"),
            );
        }
    }
}

/// Whether a page shows a release, so that it may have no text of its own.
fn has_release(site: &Site, entry: &Entry) -> bool {
    site.packages.iter().flat_map(|package| &package.releases).any(|place| place.note == Some(entry.id))
}

fn headings(entry: &Entry, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    // The title counts as the heading of level 1, whether it stands in the text or in front matter.
    let mut before = 1;
    let mut texts: HashMap<String, &std::ops::Range<usize>> = HashMap::new();
    let mut titles = usize::from(page.title_heading.is_none() && page.front.common.title.is_some());
    for heading in &page.outline.headings {
        if heading.text.trim().is_empty() {
            found.push(HEADING_EMPTY.finding("this heading has no text").at(in_body(entry, &heading.span)));
            continue;
        }
        if heading.level > before + 1 {
            found.push(
                LEVEL_SKIPPED
                    .finding(format!("a heading of level {} follows one of level {before}", heading.level))
                    .at(in_body(entry, &heading.span))
                    .help(format!(
                        "make it level {}: those who listen to pages find their way by levels",
                        before + 1
                    )),
            );
        }
        before = heading.level;
        if heading.level == 1 {
            titles += 1;
            if titles == 2 {
                found.push(
                    SECOND_TITLE
                        .finding("the page has a title already")
                        .at(in_body(entry, &heading.span))
                        .help("use level 2 below the title"),
                );
            }
        }
        if let Some(first) = texts.insert(heading.text.to_lowercase(), &heading.span) {
            found.push(
                HEADING_TWICE
                    .finding(format!("`{}` is a heading twice", heading.text))
                    .at(in_body(entry, &heading.span))
                    .related(in_body(entry, first), "the first")
                    .help("give each a text of its own, or an id: `## Text {#id}`"),
            );
        }
    }
}

fn images(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    for (link, place) in entry.page.outline.links.iter().zip(&entry.links) {
        if link.kind != LinkKind::Image {
            continue;
        }
        if link.text.trim().is_empty() {
            found.push(
                NO_ALT
                    .finding(format!("the image `{}` has no text", link.dest))
                    .at(in_body(entry, &link.span))
                    .help("say between `![` and `]` what it shows"),
            );
        }
        if *place == Place::External && !link.dest.starts_with("data:") {
            let own =
                site.library.config.site.base_url.as_deref().is_some_and(|base| link.dest.starts_with(base));
            if !own {
                found.push(
                    OTHER_HOST
                        .finding(format!("the image `{}` lies on another host", link.dest))
                        .at(in_body(entry, &link.span))
                        .help("put it beside the page: it is then there when the other host is not"),
                );
            }
        }
    }
}

fn dates(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let common = &entry.page.front.common;
    if let (Some(date), Some(now)) = (entry.page.date, site.library.now)
        && let Ok(tomorrow) = now.date.checked_add(1.day())
        && date.date > tomorrow
    {
        found.push(
            DATE_IN_FUTURE.finding(format!("{} lies in the future", date.day())).at(in_front(entry, "date")),
        );
    }
    if let (Some(date), Some(updated)) = (common.date, common.updated)
        && updated.date < date.date
    {
        found.push(
            UPDATED_BEFORE_DATE
                .finding(format!("updated on {}, but dated {}", updated.day(), date.day()))
                .at(in_front(entry, "updated")),
        );
    }
}

pub(super) fn site(site: &Site, found: &mut Vec<Diagnostic>) {
    let expires = site.library.config.security.as_ref().map(|security| security.expires);
    if let Some((expires, _)) = expires.zip(site.library.now).filter(|(expires, now)| expires.at <= now.at) {
        found.push(
            SECURITY_EXPIRED
                .finding(format!("`security.txt` has expired on {}", expires.day()))
                .at(Span::file(crate::config::FILE_NAME))
                .help("see that the contacts still hold, and set `security.expires` to a day within a year"),
        );
    }
    let mut titles: BTreeMap<(usize, String), &Entry> = BTreeMap::new();
    for entry in &site.entries {
        // Sections may have the title of a page in them, and logs of a rota all have one.
        if entry.is_section || entry.page.kind == Kind::Log {
            continue;
        }
        if let Some(first) = titles.insert((entry.section.0, entry.page.title.to_lowercase()), entry) {
            found.push(
                TITLE_TWICE
                    .finding(format!("`{}` is the title of two pages", entry.page.title))
                    .at(in_front(entry, "title"))
                    .related(Span::file(first.page.file.clone()), "the other")
                    .help("say in the title what sets them apart"),
            );
        }
        if entry.backlinks.is_empty() && matches!(entry.page.kind, Kind::Article) {
            found.push(
                ORPHAN
                    .finding(format!("no page links to `{}`", entry.page.title))
                    .at(Span::file(entry.page.file.clone()))
                    .help("link to it from where a reader would want it"),
            );
        }
    }
}
