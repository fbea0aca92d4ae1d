//! What public content says itself: a string of internal content that stands there, too, is no secret, and finding it in
//! an output would tell nothing.

use super::Restricted;
use super::finder::Finder;
use crate::config;
use crate::markdown::passages;
use crate::record::front_matter::schema_of;
use crate::record::{Audience, Fields, Kind};
use crate::site::{Entry, Place, Site};
use crate::source::Catalogue;
use crate::theme;
use rayon::prelude::*;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Leaves out the strings that something public says.
pub(super) fn without_public(site: &Site, all: Vec<Restricted>) -> Vec<Restricted> {
    let finder = Finder::new(all.iter().map(|string| string.text.as_str()).zip(0..));
    let said: Mutex<HashSet<usize>> = Mutex::default();
    // Search parts words at humps, so that `RunBooks` in public makes `books` in the index: parts of words count as said.
    let look = |text: &str| {
        finder.find_parts(text.as_bytes(), &mut |number| {
            said.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
        });
    };
    // What annals says itself: its theme, and the words of its settings and fields.
    for bytes in theme::built_in().values() {
        look(&String::from_utf8_lossy(bytes));
    }
    look(crate::search::synonym::BUILTIN);
    look(&config::schema().to_string());
    look(&Catalogue::schema().to_string());
    for kind in Kind::ALL {
        look(&schema_of(kind).to_string());
        look(&format!("{} {} {}", kind.name(), kind.label(), kind.plural()));
    }
    // What the site says to everybody.
    let config = &site.library.config;
    for value in [
        serde_json::to_string(&config.site),
        serde_json::to_string(&config.kinds),
        serde_json::to_string(&config.taxonomies),
        serde_json::to_string(&config.mounts),
        serde_json::to_string(&site.library.catalogue),
    ] {
        look(&value.unwrap_or_default());
    }
    site.entries.par_iter().for_each(|entry| page(entry, &look));
    for history in site.library.histories.iter() {
        let graph = &history.graph;
        for number in graph.order.iter().copied().filter(|number| !history.hidden.contains(number)) {
            graph.messages.with(number, look);
        }
        graph.people.iter().for_each(|person| look(&person.name));
        for (tag, _) in &history.tags {
            look(&tag.name);
            look(tag.message.as_deref().unwrap_or_default());
        }
        history.packages.iter().for_each(|package| look(&package.name));
        look(history.branch.as_deref().unwrap_or_default());
    }
    let said = said.into_inner().unwrap_or_else(PoisonError::into_inner);
    let disclosed: HashSet<String> =
        config.check.disclosed.iter().map(|text| text.trim().to_lowercase()).collect();
    all.into_iter()
        .enumerate()
        .filter(|(number, string)| !said.contains(number) && !disclosed.contains(&string.text.to_lowercase()))
        .map(|(_, string)| string)
        .collect()
}

/// What a public page says in words.
fn page(entry: &Entry, look: &impl Fn(&str)) {
    let page = &entry.page;
    let common = &page.front.common;
    look(&page.path);
    look(&page.title);
    for text in [&common.link_title, &common.description, &common.slug].into_iter().flatten() {
        look(&text.0);
    }
    let lists = [&common.tags.0, &common.aliases.0, &common.services.0, &common.authors.0];
    lists.into_iter().chain(page.front.taxonomies.values()).flatten().for_each(|text| look(text));
    look(&serde_json::to_string(&page.front.extra).unwrap_or_default());
    look(&fields(&page.front.fields).unwrap_or_default());
    look(&entry.url);
    // As it is written, for its copy in Markdown; but destinations of links that lead nowhere name internal pages.
    let prepared = page.prepared(Audience::Public);
    let mut text = String::new();
    let mut at = 0;
    for range in &prepared.removed {
        text.push_str(page.body().get(at..range.start).unwrap_or_default());
        at = range.end;
    }
    text.push_str(page.body().get(at..).unwrap_or_default());
    for (link, place) in page.outline.links.iter().zip(&entry.links) {
        if *place == Place::Broken {
            text =
                text.replace(&format!("]({}", link.dest), "](").replace(&format!("]: {}", link.dest), "]:");
        }
    }
    look(&text);
    // As words without marks, for all other outputs.
    for passage in passages(&prepared, &page.outline, false) {
        for text in [&passage.heading, &passage.text, &passage.code] {
            look(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

/// What the fields of a page's kind say. A retro's name pages, which may be internal, and say nothing else.
fn fields(fields: &Fields) -> serde_json::Result<String> {
    match fields {
        Fields::Article | Fields::Retro(_) => Ok(String::new()),
        Fields::Runbook(fields) => serde_json::to_string(fields),
        Fields::ReleaseNote(fields) => serde_json::to_string(fields),
        Fields::Log(fields) | Fields::Review(fields) => serde_json::to_string(fields),
        Fields::Demo(fields) => serde_json::to_string(fields),
        Fields::Decision(fields) => serde_json::to_string(fields),
        Fields::Path(fields) => serde_json::to_string(fields),
        Fields::Own(fields) => serde_json::to_string(fields),
    }
}
