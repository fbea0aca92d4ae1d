//! Pages of releases.

use super::{Renderer, Shell};
use crate::changelog::forge::Links;
use crate::changelog::inline::html;
use crate::changelog::version::{Step, Version};
use crate::changelog::{Change, Release};
use crate::config::source::ForgeConfig;
use crate::diagnostic::Diagnostic;
use crate::record::{Kind, Moment};
use crate::site::{EntryId, Package, SectionId};
use crate::theme::view::{LinkView, TimeView};
use serde::Serialize;

/// A release for its template.
#[derive(Debug, Serialize)]
pub(super) struct ReleaseView {
    /// Package and version.
    title: String,
    /// Its tag; missing for what is not released yet.
    tag: Option<String>,
    /// First characters of the tag's commit.
    commit: Option<String>,
    /// Its day.
    date: Option<TimeView>,
    /// What it breaks.
    breaking: Vec<ChangeView>,
    /// All its changes.
    groups: Vec<ChangesView>,
    /// How many commits it has.
    commits: usize,
    /// The commits at the forge.
    compare_url: Option<String>,
    /// Who made the commits.
    contributors: Vec<String>,
    /// The release before it.
    previous: Option<LinkView>,
    /// The release after it.
    next: Option<LinkView>,
    /// What the release is: `major`, `minor`, `patch`, `prerelease`.
    step: Option<Step>,
    /// Whether it was withdrawn.
    yanked: bool,
    /// Whether the main line contains it.
    on_head: bool,
    /// What the messages of commits give as release notes; HTML, made safe.
    notes: Vec<String>,
    /// Commits that are not shown.
    left_out: usize,
    /// Where any two versions can be compared.
    compare: LinkView,
    /// The list of all changes, at this release: what stands above it came after.
    since: Option<LinkView>,
    /// Retros of incidents that it caused.
    caused: Vec<LinkView>,
    /// Demos that show it.
    demos: Vec<LinkView>,
    /// Retros of incidents that it repaired.
    repaired: Vec<LinkView>,
}

/// A group of changes.
#[derive(Debug, Serialize)]
pub(super) struct ChangesView {
    /// The heading's id.
    pub(super) id: String,
    /// What the group is called, in English: for `label`.
    pub(super) title: String,
    /// The changes.
    pub(super) changes: Vec<ChangeView>,
}

/// A change. `text` is HTML, made safe.
#[derive(Debug, Default, Serialize)]
pub(super) struct ChangeView {
    /// What part it is about.
    scope: Option<String>,
    /// What changed; HTML, made safe.
    text: String,
    /// What one has to do; HTML, made safe.
    upgrade: Option<String>,
    /// Whether it breaks something.
    breaking: bool,
    /// First characters of its commit.
    short: String,
    /// The commit at the forge.
    url: Option<String>,
    /// Number of its pull request.
    pull_request: Option<u64>,
    /// Its address.
    pull_request_url: Option<String>,
    /// Issues that it closes or names.
    issues: Vec<IssueView>,
    /// Other releases that have it.
    also_in: Vec<LinkView>,
    /// Releases of which it takes back a change.
    reverts: Vec<LinkView>,
    /// Releases that take it back.
    reverted_in: Vec<LinkView>,
    /// Whether its message was corrected after the release.
    erratum: bool,
    /// Who made it.
    author: String,
}

/// An issue that a change closes or names.
#[derive(Debug, Default, Serialize)]
pub(super) struct IssueView {
    /// `#12`, or as the tracker writes it.
    name: String,
    /// Its address.
    url: Option<String>,
}

/// Characters of a commit's hash that people read.
pub(super) const SHORT: usize = 7;

pub(super) fn short(hash: &str) -> String {
    hash.get(..SHORT).unwrap_or(hash).to_owned()
}

impl Renderer {
    /// The address of a release: its note's page, or its own.
    pub(super) fn release_url(&self, package: &Package, index: usize) -> String {
        let Some(place) = package.releases.get(index) else { return package.url.clone() };
        place
            .note
            .and_then(|id| self.site.entry(id))
            .map_or_else(|| place.own_url.clone(), |entry| entry.url.clone())
    }

    /// The release that a hand-written note is about.
    pub(super) fn release_of(&self, note: EntryId) -> Option<ReleaseView> {
        // Most pages are no notes, and need not look at every release.
        self.site.entry(note).filter(|entry| entry.page.kind == Kind::ReleaseNote)?;
        self.site.packages.iter().find_map(|package| {
            let index = package.releases.iter().position(|place| place.note == Some(note))?;
            self.release_view(package, index)
        })
    }

    fn release_view(&self, package: &Package, index: usize) -> Option<ReleaseView> {
        let (release, _) = package.release(index)?;
        let forge = package.forge();
        let place = package.releases.get(index);
        let neighbour = |index: Option<usize>| {
            let index = index?;
            let (release, _) = package.release(index)?;
            Some(LinkView { title: release.title().to_owned(), url: self.release_url(package, index) })
        };
        Some(ReleaseView {
            title: format!("{} {}", release.package, release.title()),
            tag: release.tag.clone(),
            commit: release.commit.as_deref().map(short),
            date: date(release),
            breaking: release
                .breaking
                .iter()
                .map(|breaking| ChangeView {
                    scope: breaking.scope.clone(),
                    text: html(&breaking.text, forge),
                    upgrade: breaking.upgrade.as_deref().map(|upgrade| html(upgrade, forge)),
                    short: short(&breaking.hash),
                    url: breaking.url.clone(),
                    ..ChangeView::default()
                })
                .collect(),
            groups: release
                .groups
                .iter()
                .map(|group| ChangesView {
                    id: group.key.clone(),
                    title: group.title.clone(),
                    changes: group.changes.iter().map(|one| self.change(package, one, forge)).collect(),
                })
                .collect(),
            commits: release.commit_count,
            compare_url: release.compare_url.clone(),
            contributors: release.contributors.iter().map(|person| person.name.clone()).collect(),
            previous: neighbour(Some(index + 1)),
            next: neighbour(index.checked_sub(1)),
            step: release.step,
            yanked: release.yanked,
            on_head: release.on_head,
            notes: release.notes.iter().map(|note| html(&note.text, forge)).collect(),
            left_out: release.left_out.len(),
            compare: compare_link(package, release),
            since: self.changes_link(package, index),
            caused: place.map(|place| self.retros(&place.caused)).unwrap_or_default(),
            demos: place.map(|place| self.retros(&place.demos)).unwrap_or_default(),
            repaired: place.map(|place| self.retros(&place.repaired)).unwrap_or_default(),
        })
    }

    fn retros(&self, retros: &[EntryId]) -> Vec<LinkView> {
        let entries = retros.iter().filter_map(|id| self.site.entry(*id));
        entries.map(|entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() }).collect()
    }

    /// The release that a page names, such as `api@1.2.0`, with its address if the site has it.
    pub(super) fn release_link(&self, name: &str) -> LinkView {
        let found = crate::site::release_named(&self.site.packages, name);
        let url = found
            .and_then(|(package, index)| Some(self.release_url(self.site.packages.get(package)?, index)));
        LinkView { title: name.to_owned(), url: url.unwrap_or_default() }
    }

    /// Versions with the addresses of their releases, relative to the root.
    fn version_links(&self, package: &Package, versions: &[Version]) -> Vec<LinkView> {
        let Some(history) = package.history().filter(|_| !versions.is_empty()) else { return Vec::new() };
        let place = |version: &Version| {
            history.releases.iter().position(|release| release.version.as_ref() == Some(version))
        };
        let link = |version: &Version| LinkView {
            title: version.as_str().to_owned(),
            url: place(version).map(|index| self.release_url(package, index)).unwrap_or_default(),
        };
        versions.iter().map(link).collect()
    }

    pub(super) fn change(
        &self,
        package: &Package,
        change: &Change,
        forge: Option<&ForgeConfig>,
    ) -> ChangeView {
        let links = Links::new(forge);
        let issues = change.issues.iter().map(|issue| {
            let name = if issue.contains('#') { issue.clone() } else { format!("#{issue}") };
            IssueView { url: links.issue(issue), name }
        });
        let tickets =
            change.tickets.iter().map(|ticket| IssueView { url: links.ticket(ticket), name: ticket.clone() });
        let advisories = change.advisories.iter().map(|name| IssueView { url: None, name: name.clone() });
        ChangeView {
            scope: change.scope.clone(),
            text: html(&change.description, forge),
            issues: issues.chain(tickets).chain(advisories).collect(),
            reverts: self.version_links(package, &change.reverts),
            reverted_in: self.version_links(package, &change.reverted_in),
            erratum: change.erratum,
            upgrade: None,
            breaking: change.breaking.is_some(),
            short: short(&change.hash),
            url: change.url.clone(),
            pull_request: change.pull_request,
            pull_request_url: change.pull_request_url.clone(),
            also_in: self.version_links(package, &change.also_in),
            author: change.author.clone(),
        }
    }

    /// The page of a release that has no hand-written note.
    pub(super) fn release(&self, package: usize, index: usize) -> Result<String, Diagnostic> {
        let Some(package) = self.site.packages.get(package) else { return Ok(String::new()) };
        let Some(view) = self.release_view(package, index) else { return Ok(String::new()) };
        let address = package.releases.get(index).map(|place| place.own_url.clone()).unwrap_or_default();
        let name = package.history().map(|history| history.name.clone()).unwrap_or_default();
        let mut nav = self.nav(SectionId(0), &address, None);
        nav.trail = vec![self.packages_link(), LinkView { title: name, url: package.url.clone() }];
        let mut context = self.context(Shell {
            title: view.title.clone(),
            description: String::new(),
            noindex: false,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav,
            url: address,
        });
        context.insert("release", &view);
        self.theme.render("release.html", &context)
    }
}

pub(super) fn date(release: &Release) -> Option<TimeView> {
    release.time.and_then(|time| Moment::from_seconds(time.seconds)).map(|moment| TimeView {
        day: moment.day(),
        human: moment.human(),
        machine: moment.machine(),
    })
}

/// The comparison of a release with the one before it.
fn compare_link(package: &Package, release: &Release) -> LinkView {
    let to = if release.version.is_some() { release.title() } else { "HEAD" };
    let from =
        release.previous_version.as_ref().map(|version| format!("from={version}&")).unwrap_or_default();
    LinkView { title: release.title().to_owned(), url: format!("{}compare/?{from}to={to}", package.url) }
}
