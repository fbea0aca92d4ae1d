//! What search is told of each page and each release.

use super::Renderer;
use super::item::severity;
use crate::changelog::Release;
use crate::markdown::{self, Passage};
use crate::record::fields::IncidentStatus;
use crate::record::{Fields, Kind, Moment};
use crate::search::{Document, Section};
use crate::site::{Entry, EntryId, Package};
use serde_json::Value;

/// Factor on a page whose title is made from its file's name.
const FILE_NAME: f32 = 0.95;

/// A thing that search finds.
#[derive(Debug, Clone, Copy)]
pub enum Findable {
    /// A page.
    Page(EntryId),
    /// A release without a hand-written note: package and release.
    Release(usize, usize),
}

impl Renderer {
    /// Everything that search finds, in a fixed order.
    pub fn findable(&self) -> Vec<Findable> {
        let pages = self.site.entries.iter().filter(|entry| entry.page.front.common.search != Some(false));
        let pages = pages.map(|entry| Findable::Page(entry.id));
        let releases = self.site.packages.iter().enumerate().flat_map(|(package, places)| {
            let own = places.releases.iter().enumerate().filter(|(_, place)| place.note.is_none());
            own.map(move |(release, _)| Findable::Release(package, release))
        });
        pages.chain(releases).collect()
    }

    /// A hash of what a document is made from, and the document without its sections.
    pub fn document_facts(&self, findable: Findable) -> Option<([u8; 32], Document)> {
        let mut hasher = blake3::Hasher::new();
        let document = match findable {
            Findable::Page(id) => {
                let entry = self.site.entry(id)?;
                hasher.update(&entry.page.hash);
                if let Some((package, index)) = self.joined(id) {
                    self.hash_release(package, index, &mut hasher);
                }
                self.page_document(entry)
            }
            Findable::Release(package, index) => {
                let package = self.site.packages.get(package)?;
                self.hash_release(package, index, &mut hasher);
                let (release, place) = package.release(index)?;
                Document {
                    url: place.own_url.clone(),
                    ..release_document(release, &self.site.library.config.site.language)
                }
            }
        };
        // Every field but the text; the text is in the hashes above.
        super::digest(&document, &mut hasher);
        Some((*hasher.finalize().as_bytes(), document))
    }

    /// The sections of a document.
    pub fn document_sections(&self, findable: Findable) -> Vec<Section> {
        match findable {
            Findable::Page(id) => {
                let Some(entry) = self.site.entry(id) else { return Vec::new() };
                let page = &entry.page;
                let prepared = page.prepared(self.site.library.built_for);
                let smart = self.site.library.config.markdown.smart_punctuation;
                let passages = markdown::passages(&prepared, &page.outline, smart);
                let mut sections: Vec<Section> = passages.into_iter().map(section).collect();
                if page.title_heading.is_some()
                    && let Some(first) = sections.iter_mut().find(|section| section.level == 1)
                {
                    // The title is not an address of its own: what stands below it opens at the page's top.
                    first.anchor = None;
                }
                if let Some((release, _)) =
                    self.joined(id).and_then(|(package, index)| package.release(index))
                {
                    sections.extend(release_sections(release));
                }
                sections
            }
            Findable::Release(package, index) => self
                .site
                .packages
                .get(package)
                .and_then(|package| package.release(index))
                .map(|(release, _)| release_sections(release))
                .unwrap_or_default(),
        }
    }

    /// The release that a note is about.
    fn joined(&self, note: EntryId) -> Option<(&Package, usize)> {
        self.site.entry(note).filter(|entry| entry.page.kind == Kind::ReleaseNote)?;
        self.site.packages.iter().find_map(|package| {
            let index = package.releases.iter().position(|place| place.note == Some(note))?;
            Some((package, index))
        })
    }

    fn hash_release(&self, package: &Package, index: usize, hasher: &mut blake3::Hasher) {
        if let Some((release, _)) = package.release(index) {
            hasher.update(&serde_json::to_vec(release).unwrap_or_default());
        }
    }

    fn page_document(&self, entry: &Entry) -> Document {
        let page = &entry.page;
        let common = &page.front.common;
        let mut document = Document {
            url: entry.url.clone(),
            title: page.title.clone(),
            kind: page.kind.name().to_owned(),
            lang: common.lang.clone().unwrap_or_else(|| self.site.library.config.site.language.clone()),
            date: page.date.or_else(|| self.site.changed(entry)).map(|moment| moment.day()),
            services: crate::site::services(&self.site.library, entry),
            tags: common.tags.0.clone(),
            severity: severity(&page.front.fields).map(|severity| severity.label.clone()),
            stale: self.review(page).1,
            reviewed: common.reviewed.map(|moment| moment.day()),
            inbound: u32::try_from(entry.backlinks.len()).unwrap_or(u32::MAX),
            extra: extra(&page.front.extra),
            description: Some(page.description()).filter(|text| !text.is_empty()),
            ..Document::default()
        };
        match &page.front.fields {
            Fields::Runbook(runbook) => {
                document.alerts.clone_from(&runbook.alerts.0);
                document.errors.clone_from(&runbook.errors.0);
            }
            Fields::Retro(retro) => {
                document.fixed = retro.fixed_by.as_ref().map(|release| release.0.clone());
                document.open = retro.resolved.is_none()
                    && retro.status.is_some_and(|status| status != IncidentStatus::Resolved);
            }
            Fields::ReleaseNote(note) => {
                document.version = note.version.as_ref().map(|version| version.0.clone());
                document.package = note.package.as_ref().map(|package| package.0.clone());
            }
            _ => {}
        }
        if common.title.is_none() && page.title_heading.is_none() {
            // Of two pages of one title, that whose author wrote it comes first.
            document.boost = FILE_NAME;
        }
        if let Some((release, _)) = self.joined(entry.id).and_then(|(package, index)| package.release(index))
        {
            document.version = release.version.as_ref().map(|version| version.as_str().to_owned());
            document.package = Some(release.package.clone());
        }
        if page.kind == Kind::Runbook && entry.is_section {
            document.kind = Kind::Article.name().to_owned();
        }
        document
    }
}

fn section(passage: Passage) -> Section {
    Section {
        anchor: passage.anchor,
        heading: passage.heading,
        level: passage.level,
        text: passage.text,
        code: passage.code,
    }
}

fn release_document(release: &Release, lang: &str) -> Document {
    Document {
        title: format!("{} {}", release.package, release.title()),
        kind: "release".to_owned(),
        lang: lang.to_owned(),
        date: release.time.and_then(|time| Moment::from_seconds(time.seconds)).map(|moment| moment.day()),
        version: release.version.as_ref().map(|version| version.as_str().to_owned()),
        package: Some(release.package.clone()),
        ..Document::default()
    }
}

/// A release's groups as sections: a change is found by its words, its scope, its issues and its commit.
fn release_sections(release: &Release) -> Vec<Section> {
    release
        .groups
        .iter()
        .map(|group| {
            let (mut text, mut code) = (String::new(), String::new());
            for change in &group.changes {
                for part in change
                    .scope
                    .iter()
                    .chain([&change.description])
                    .chain(&change.breaking)
                    .chain(&change.note)
                {
                    text.push_str(part);
                    text.push(' ');
                }
                for issue in change.issues.iter().chain(&change.tickets).chain(&change.advisories) {
                    text.push_str(if issue.bytes().all(|byte| byte.is_ascii_digit()) { "#" } else { "" });
                    text.push_str(issue);
                    text.push(' ');
                }
                if let Some(number) = change.pull_request {
                    text.push_str(&format!("#{number} "));
                }
                text.push_str(&super::release::short(&change.hash));
                text.push('\n');
                // Whole, so that any longer beginning of it is found, and where excerpts don't show it.
                code.push_str(&change.hash);
                code.push('\n');
            }
            Section { anchor: Some(group.key.clone()), heading: group.title.clone(), level: 2, text, code }
        })
        .collect()
}

/// Most names and values of unknown front matter that are worth finding.
const EXTRA: usize = 40;
/// Longer values are texts of another tool's.
const EXTRA_LENGTH: usize = 80;

/// Names and short values of front matter that annals gives no meaning, in the order written.
fn extra(map: &serde_json::Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<(Option<&str>, &Value)> =
        map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect();
    open.reverse();
    while let Some((key, value)) = open.pop() {
        found.extend(key.map(str::to_owned));
        match value {
            Value::Object(map) => {
                open.extend(map.iter().rev().map(|(key, value)| (Some(key.as_str()), value)))
            }
            Value::Array(list) => open.extend(list.iter().rev().map(|value| (None, value))),
            Value::String(text) if text.len() <= EXTRA_LENGTH => found.push(text.clone()),
            _ => {}
        }
        if found.len() >= EXTRA {
            break;
        }
    }
    found
}
