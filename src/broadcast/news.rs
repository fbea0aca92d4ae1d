//! What a site has to tell, as data.

use super::text::line;
use crate::changelog::Release;
use crate::config::broadcast::NewsKind;
use crate::record::{Fields, Kind, Moment};
use crate::site::review::owner;
use crate::site::{Action, ActionState, Entry, Package, Site, names};
use jiff::ToSpan;
use serde::Serialize;

/// Characters of a title that are told.
const TITLE: usize = 200;
/// Characters of a paragraph that are told.
const PARAGRAPH: usize = 600;
/// Notes and breaking changes of a release that are told.
const NOTES: usize = 8;
/// Changes of a release without notes that are told.
const CHANGES: usize = 5;
/// Changes with what fingerprints are made of. Those of another format tell nothing of whether a text differs.
const FORMAT: u32 = 1;

/// Something to tell. All texts are single lines, and untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// What it is, the same for ever: neither the commit of a release nor that of its tag is part of it.
    pub id: String,
    /// Its sort.
    pub kind: NewsKind,
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub summary: String,
    /// Its address in the site.
    pub url: String,
    /// Its day.
    pub date: Option<String>,
    /// Services that it is about.
    pub services: Vec<String>,
    /// Team or person.
    pub owner: Option<String>,
    /// Whether something breaks.
    pub breaking: bool,
    /// Whether it is a pre-release.
    pub prerelease: bool,
    /// How bad the incident was.
    pub severity: Option<String>,
    /// When the action item or the review is due.
    pub due: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// What breaks, each with what to do about it.
    pub breaks: Vec<String>,
    /// What is said for users.
    pub notes: Vec<String>,
    /// Whether it was taken back, as a yanked release is.
    pub withdrawn: bool,
    /// A hash of what is told.
    #[serde(skip)]
    pub fingerprint: String,
}

impl News {
    fn new(id: String, kind: NewsKind, title: &str, url: &str) -> Self {
        Self {
            id,
            kind,
            title: line(title, TITLE),
            summary: String::new(),
            url: url.to_owned(),
            date: None,
            services: Vec::new(),
            owner: None,
            breaking: false,
            prerelease: false,
            severity: None,
            due: None,
            overdue: false,
            breaks: Vec::new(),
            notes: Vec::new(),
            withdrawn: false,
            fingerprint: String::new(),
        }
    }

    /// What is left of a piece of news that the site does not have any more.
    pub(super) fn gone(id: &str, kind: NewsKind, title: &str, url: &str, fingerprint: &str) -> Self {
        let news = Self::new(id.to_owned(), kind, title, url);
        Self { withdrawn: true, fingerprint: fingerprint.to_owned(), ..news }
    }

    /// With the hash of texts that change when it has to be told again.
    fn told<'a>(mut self, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for text in texts {
            // White space and its length are no news.
            for word in text.split_whitespace() {
                hasher.update(word.as_bytes()).update(b" ");
            }
            hasher.update(&[0]);
        }
        let hash: String = hasher.finalize().to_hex().chars().take(32).collect();
        self.fingerprint = format!("{FORMAT}:{hash}");
        self
    }
}

/// What a site has to tell, the oldest first. `due_days` before its day an action item is told.
pub fn news(site: &Site, due_days: u16) -> Vec<News> {
    let mut all = Vec::new();
    for package in site.packages.iter() {
        let releases = package.history().map_or(0, |history| history.releases.len());
        all.extend((0..releases).filter_map(|at| release(site, package, at)));
    }
    all.extend(site.entries.iter().filter_map(|entry| page(site, entry)));
    all.extend(site.records.actions.iter().filter_map(|action| action_due(site, action, due_days)));
    let stale = site.records.reviews.iter().filter(|review| review.is_late);
    all.extend(stale.filter_map(|review| {
        let entry = site.entry(review.entry)?;
        let due = review.due?.day();
        let id = format!("stale:{}:{due}", entry.page.path);
        let mut news = News::new(id, NewsKind::Stale, &entry.page.title, &entry.url);
        news.services = names(&site.library, entry, "services");
        (news.owner, news.due, news.overdue) = (review.owner.clone(), Some(due), true);
        Some(news.told([]))
    }));
    // Releases of one day keep the order of their history, which has the newest first.
    all.reverse();
    all.sort_by(|a, b| a.date.cmp(&b.date));
    all
}

fn release(site: &Site, package: &Package, at: usize) -> Option<News> {
    let (release, place) = package.release(at)?;
    let version = release.version.as_ref()?.as_str();
    let note = place.note.and_then(|id| site.entry(id));
    let url = note.map_or(place.own_url.as_str(), |note| note.url.as_str());
    let title = format!("{} {version}", release.package);
    let mut news =
        News::new(format!("release:{}@{version}", release.package), NewsKind::Release, &title, url);
    news.summary = summary(release, note);
    news.date.clone_from(&release.date);
    let service = site.library.catalogue.service_name(&release.package);
    news.services = note.map(|note| names(&site.library, note, "services")).unwrap_or_default();
    if let Some(service) = service.filter(|service| !news.services.iter().any(|other| other == service)) {
        news.services.push(service.to_owned());
    }
    news.owner = note.and_then(|note| owner(&site.library, note)).or_else(|| {
        let service = news.services.first()?;
        site.library.catalogue.services.get(service)?.owner.clone()
    });
    news.breaking = !release.breaking.is_empty();
    (news.prerelease, news.withdrawn) = (release.prerelease, release.yanked);
    let breaks = release.breaking.iter().map(|breaking| match &breaking.upgrade {
        Some(upgrade) => line(&format!("{}: {upgrade}", breaking.text), PARAGRAPH),
        None => line(&breaking.text, PARAGRAPH),
    });
    news.breaks = breaks.take(NOTES).collect();
    news.notes = notes(release, note.is_some());
    let texts = release_texts(release, note);
    Some(news.told(texts.iter().map(String::as_str)))
}

/// What is said for users; where nobody wrote anything, the first changes themselves.
fn notes(release: &Release, has_page: bool) -> Vec<String> {
    let written: Vec<String> =
        release.notes.iter().take(NOTES).map(|note| line(&note.text, PARAGRAPH)).collect();
    if !written.is_empty() || has_page {
        return written;
    }
    let changes = release.changes().filter(|change| change.breaking.is_none()).map(|change| {
        let scope = change.scope.as_deref().map(|scope| format!("{scope}: ")).unwrap_or_default();
        line(&format!("{scope}{}", change.description), PARAGRAPH)
    });
    changes.take(CHANGES).collect()
}

fn summary(release: &Release, note: Option<&Entry>) -> String {
    if let Some(note) = note {
        return line(&note.page.description(), PARAGRAPH);
    }
    let counts = release.groups.iter().map(|group| format!("{}: {}", group.title, group.changes.len()));
    line(&counts.collect::<Vec<_>>().join(", "), PARAGRAPH)
}

/// What a release says. A rebase gives its commits other ids and a new tag another commit: neither is part of it.
fn release_texts(release: &Release, note: Option<&Entry>) -> Vec<String> {
    let mut texts: Vec<String> = release.notes.iter().map(|note| note.text.clone()).collect();
    for breaking in &release.breaking {
        texts.push(breaking.text.clone());
        texts.extend(breaking.upgrade.clone());
    }
    let mut changes: Vec<String> = release.changes().map(|change| change.description.clone()).collect();
    changes.sort_unstable();
    texts.extend(changes);
    if let Some(note) = note {
        texts.push(note.page.title.clone());
        texts.push(note.page.body().to_owned());
    }
    texts
}

fn page(site: &Site, entry: &Entry) -> Option<News> {
    let page = &entry.page;
    let common = &page.front.common;
    let kind = match page.kind {
        Kind::Retro => NewsKind::Retro,
        Kind::Runbook => NewsKind::Runbook,
        Kind::Review => NewsKind::Review,
        _ => return None,
    };
    if entry.is_section || common.draft {
        return None;
    }
    let name = if kind == NewsKind::Retro {
        "retro"
    } else if kind == NewsKind::Runbook {
        "runbook"
    } else {
        "review"
    };
    let mut news = News::new(format!("{name}:{}", page.path), kind, &page.title, &entry.url);
    news.summary = line(&page.description(), PARAGRAPH);
    news.services = names(&site.library, entry, "services");
    news.owner = owner(&site.library, entry);
    news.date = match kind {
        NewsKind::Runbook => site.changed(entry).map(|at| at.day()),
        _ => page.date.map(|at| at.day()),
    };
    if let Fields::Retro(retro) = &page.front.fields {
        news.severity = retro.severity.as_ref().map(|severity| line(&severity.label, TITLE));
    }
    let told = match kind {
        // Who follows a runbook has to know of every change to it.
        NewsKind::Runbook => vec![news.title.clone(), page.body().to_owned()],
        // A retro is worked on for weeks: what is told of it is news, not each word.
        _ => vec![news.title.clone(), news.summary.clone(), news.severity.clone().unwrap_or_default()],
    };
    Some(news.told(told.iter().map(String::as_str)))
}

fn action_due(site: &Site, action: &Action, due_days: u16) -> Option<News> {
    let (due, now) = (action.due?, site.library.now?);
    let is_open = matches!(action.state, ActionState::Open | ActionState::Overdue);
    let begins = due.date.checked_sub(i64::from(due_days).days()).ok()?;
    if !is_open || now.date < begins {
        return None;
    }
    let overdue = action.state == ActionState::Overdue;
    let phase = if overdue { "overdue" } else { "due" };
    let id = format!("action:{}:{}:{phase}", action.id, due.day());
    let mut news = News::new(id, NewsKind::Action, &action.text, &action.url);
    news.summary = site.entry(action.retro).map(|retro| line(&retro.page.title, TITLE)).unwrap_or_default();
    news.services.clone_from(&action.services);
    news.owner.clone_from(&action.owner);
    (news.due, news.overdue, news.date) = (Some(due.day()), overdue, Some(Moment::day(&due)));
    Some(news.told([]))
}
