//! The strings of a site's internal content.

use super::Restricted;
use crate::diagnostic::Span;
use crate::record::{Audience, Fields};
use crate::site::{RouteKind, Site};
use crate::source::{Page, Service, Team};
use std::collections::BTreeMap;
use std::collections::HashSet;
use std::ops::Range;

/// Sentences are told by so many bytes and words at least; shorter ones stand anywhere.
const SENTENCE: (usize, usize) = (16, 3);
/// Marks at which the text of a page and its HTML part.
const MARKS: &[char] =
    &['*', '_', '[', ']', '(', ')', '<', '>', '&', '"', '\'', '|', '#', '`', '~', '\\', '!', '{', '}'];

/// All of them, each once, in order. Nothing where the site has no internal content, or is not built for the public.
pub(super) fn all(site: &Site) -> Vec<Restricted> {
    let library = &site.library;
    let mut strings = Strings::default();
    if library.built_for == Audience::Internal {
        return Vec::new();
    }
    for page in library.pages() {
        if page.audience == Audience::Internal {
            strings.page(page);
        } else if page.body().contains(":::") {
            for range in page.prepared(Audience::Public).removed {
                strings.sentences(page, &range, "text of an internal block");
            }
        }
    }
    strings.catalogue(site);
    strings.commits(site);
    // A site whose only secret is who owns its files has none that a build could tell by mistake elsewhere.
    if !strings.0.is_empty() {
        strings.assets(site);
        strings.code_owners(site);
    }
    strings.0.into_iter().map(|(text, (what, at))| Restricted { text, what, at }).collect()
}

/// Strings with what they are and where they stand.
#[derive(Default)]
struct Strings(BTreeMap<String, (&'static str, Option<Span>)>);

impl Strings {
    fn add(&mut self, text: &str, what: &'static str, at: Option<Span>) {
        let text = text.trim();
        if text.len() >= super::finder::SHORTEST && text.chars().any(char::is_alphabetic) {
            self.0.entry(text.to_owned()).or_insert((what, at));
        }
    }

    /// All that an internal page says.
    fn page(&mut self, page: &Page) {
        let front = |field: &str| {
            Some(Span::new(page.file.clone(), page.front.places.get(field).cloned().unwrap_or(0..0)))
        };
        let common = &page.front.common;
        self.add(&page.title, "the title of an internal page", front("title"));
        self.add(
            common.link_title.as_ref().map_or("", |title| &title.0),
            "the title of an internal page",
            front("link_title"),
        );
        self.add(
            common.slug.as_ref().map_or("", |slug| &slug.0),
            "the slug of an internal page",
            front("slug"),
        );
        self.address(
            common.url.as_deref().unwrap_or_default(),
            "the address of an internal page",
            front("url"),
        );
        for alias in &common.aliases.0 {
            self.address(alias, "an alias of an internal page", front("aliases"));
        }
        let place = page.path.rsplit_once('.').map_or(page.path.as_str(), |(path, _)| path);
        if page.is_folder_file() {
            self.address(page.folder(), "the address of an internal page", front(""));
        } else {
            self.address(place, "the address of an internal page", front(""));
            self.add(page.stem(), "the file name of an internal page", front(""));
        }
        for tag in common.tags.0.iter().chain(page.front.taxonomies.values().flatten()) {
            self.add(tag, "a tag of internal pages", front("tags"));
        }
        if let Fields::Runbook(runbook) = &page.front.fields {
            for alert in &runbook.alerts.0 {
                self.add(alert, "an alert of an internal runbook", front("alerts"));
            }
            for error in &runbook.errors.0 {
                self.add(error, "an error of an internal runbook", front("errors"));
            }
        }
        for heading in page.outline.headings.iter() {
            self.add(&heading.text, "a heading of an internal page", Some(page.at(&heading.span)));
        }
        for link in &page.outline.links {
            if link.dest.contains("://") {
                self.add(&link.dest, "a link of an internal page", Some(page.at(&link.span)));
            }
        }
        for action in &page.actions {
            self.add(&action.text, "an action item of an internal page", Some(page.at(&action.span)));
        }
        self.sentences(page, &(0..page.body().len()), "text of an internal page");
    }

    /// An address, told by its slash from a word.
    fn address(&mut self, address: &str, what: &'static str, at: Option<Span>) {
        let address = address.trim_matches('/');
        if !address.is_empty() {
            self.add(&format!("{address}/"), what, at);
        }
    }

    /// What stands between marks in a part of a page's body, if it is as long as a sentence.
    fn sentences(&mut self, page: &Page, part: &Range<usize>, what: &'static str) {
        let mut at = part.start;
        let text = page.body().get(part.clone()).unwrap_or_default();
        for line in text.split_inclusive('\n') {
            for piece in line.split_inclusive(MARKS) {
                let run = sentence(piece.trim_end_matches(MARKS));
                if let Some(run) = run {
                    self.add(run, what, Some(page.at(&(at..at + piece.len()))));
                }
                at += piece.len();
            }
        }
    }

    /// Services and teams that the audience may not know of.
    fn catalogue(&mut self, site: &Site) {
        let library = &site.library;
        let file = library.config.content.services.as_str();
        let at = || Some(Span::file(file));
        for (name, service) in &library.hidden.services {
            let Service { title, description, links, aliases, .. } = service;
            self.add(name, "the name of an internal service", at());
            for other in title.iter().chain(aliases) {
                self.add(other, "the name of an internal service", at());
            }
            self.add(
                description.as_deref().unwrap_or_default(),
                "the description of an internal service",
                at(),
            );
            links.iter().for_each(|link| self.add(&link.url, "a link of an internal service", at()));
        }
        for (name, team) in &library.hidden.teams {
            let Team { title, description, contact, escalation, links, .. } = team;
            self.add(name, "the name of an internal team", at());
            self.add(title.as_deref().unwrap_or_default(), "the name of an internal team", at());
            for text in [description, contact, escalation].into_iter().flatten() {
                self.add(text, "what the catalogue says of an internal team", at());
            }
            links.iter().for_each(|link| self.add(&link.url, "a link of an internal team", at()));
        }
    }

    /// Messages of commits that change nothing public.
    fn commits(&mut self, site: &Site) {
        for history in site.library.histories.iter() {
            let mut hidden: Vec<_> = history.hidden.iter().copied().collect();
            hidden.sort_unstable();
            for number in hidden {
                history.graph.messages.with(number, |message| {
                    let subject = message.lines().next().unwrap_or_default();
                    // What a changelog shows of `fix(scope): words` is the words.
                    let words = subject.split_once(": ").map_or(subject, |(_, words)| words);
                    if words.split_whitespace().nth(1).is_some() {
                        self.add(words, "the subject of a commit to internal pages", None);
                    }
                    let body = message.lines().skip(1);
                    // Trailers name people, who are known from elsewhere.
                    for line in body.filter(|line| crate::commit::footer::token(line).is_none()) {
                        let piece = sentence(line).unwrap_or_default();
                        self.add(piece, "the message of a commit to internal pages", None);
                    }
                });
            }
        }
    }

    /// Names of files beside pages that are not part of the site.
    fn assets(&mut self, site: &Site) {
        let copied: HashSet<&std::path::Path> = site
            .routes
            .iter()
            .filter_map(|route| match &route.kind {
                RouteKind::Copy(disk) => Some(disk.as_path()),
                _ => None,
            })
            .collect();
        for asset in site.library.assets.iter().filter(|asset| !copied.contains(asset.disk.as_path())) {
            let name = asset.path.rsplit('/').next().unwrap_or_default();
            self.add(name, "the name of an internal file", Some(Span::file(asset.name.as_str())));
        }
    }

    /// Owners as CODEOWNERS writes them: those outside are not told who.
    fn code_owners(&mut self, site: &Site) {
        let Some(owners) = &site.library.code_owners else { return };
        for word in owners
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .flat_map(str::split_whitespace)
        {
            if word.starts_with('@') {
                self.add(word, "an owner in CODEOWNERS", Some(Span::file(owners.file.clone())));
            }
        }
    }
}

/// A piece of text without what stands around it, if it is as long as a sentence.
fn sentence(piece: &str) -> Option<&str> {
    let piece = piece.trim_matches(|char: char| !char.is_alphanumeric());
    let (bytes, words) = SENTENCE;
    (piece.len() >= bytes && piece.split_whitespace().nth(words - 1).is_some()).then_some(piece)
}
