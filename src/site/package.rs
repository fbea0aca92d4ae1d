//! Packages and their releases in the site: addresses, and hand-written notes joined to the releases they are about.

use super::entry::{Entry, EntryId};
use super::url;
use crate::changelog::{PackageHistory, Release, SourceChangelog};
use crate::config::source::ForgeConfig;
use crate::record::Fields;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Where packages live in the site.
pub const ROOT: &str = "packages/";
/// Where the feed of breaking changes lives.
pub const BREAKING: &str = "packages/breaking/";

/// A package with its releases in the site.
#[derive(Debug, Clone)]
pub struct Package {
    /// Its address: `packages/annals/`.
    pub url: String,
    /// For each release of its history, where it is.
    pub releases: Vec<ReleasePlace>,
    /// The sources' changelogs, and which of their packages this is.
    all: Arc<Vec<SourceChangelog>>,
    source: usize,
    package: usize,
}

/// Where a release is in the site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReleasePlace {
    /// The address that the release would have without a note: `packages/annals/1.2.0/`.
    pub own_url: String,
    /// The hand-written note about it, whose page is then the release's page.
    pub note: Option<EntryId>,
    /// The retros that say it caused their incident.
    pub caused: Vec<EntryId>,
    /// The retros that say it repaired their incident.
    pub repaired: Vec<EntryId>,
    /// The demos that show it.
    pub demos: Vec<EntryId>,
}

impl Package {
    /// The package's history.
    pub fn history(&self) -> Option<&PackageHistory> {
        self.all.get(self.source)?.packages.get(self.package)
    }

    /// The forge of its source.
    pub fn forge(&self) -> Option<&ForgeConfig> {
        self.all.get(self.source)?.forge.as_ref()
    }

    /// A release and its place.
    pub fn release(&self, index: usize) -> Option<(&Release, &ReleasePlace)> {
        Some((self.history()?.releases.get(index)?, self.releases.get(index)?))
    }
}

/// The years in which anything was released, ascending.
pub fn release_years(packages: &[Package]) -> BTreeSet<String> {
    let releases = packages.iter().filter_map(Package::history).flat_map(|history| &history.releases);
    releases.filter_map(|release| release.date.as_deref()?.get(..4).map(str::to_owned)).collect()
}

/// Address of a year's releases.
pub fn year_url(year: &str) -> String {
    // A package may be called 2026; `in-2026` is no name that is likely.
    format!("{ROOT}in-{year}/")
}

/// Gives packages and releases their addresses and joins notes to releases.
pub(super) fn packages(all: &Arc<Vec<SourceChangelog>>, entries: &[Entry]) -> Vec<Package> {
    let count: usize = all.iter().map(|source| source.packages.len()).sum();
    let notes = notes(entries);
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut packages = Vec::with_capacity(count);
    for (source, changelog) in all.iter().enumerate() {
        for (package, history) in changelog.packages.iter().enumerate() {
            let mut slug = url::segment(&history.name);
            // Two sources may have a package of one name.
            if *taken.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(1) > 1 {
                slug = format!("{}-{slug}", url::segment(&changelog.name));
            }
            let address = format!("{ROOT}{slug}/");
            let mut used: HashMap<String, usize> = HashMap::new();
            let releases = history
                .releases
                .iter()
                .map(|release| {
                    let version = release.version.as_ref().map_or("unreleased", |version| version.as_str());
                    let mut name = url::segment(version);
                    let repeats = used.entry(name.clone()).or_default();
                    *repeats += 1;
                    if *repeats > 1 {
                        name = format!("{name}-{repeats}");
                    }
                    let keys = [Some(history.name.as_str()), (count == 1).then_some("")];
                    let note = keys.into_iter().flatten().find_map(|package| {
                        notes.get(&(package.to_owned(), bare(version).to_owned())).copied()
                    });
                    ReleasePlace {
                        own_url: format!("{address}{name}/"),
                        note: note.filter(|_| release.version.is_some()),
                        ..ReleasePlace::default()
                    }
                })
                .collect();
            packages.push(Package { url: address, releases, all: all.clone(), source, package });
        }
    }
    join_retros(&mut packages, entries);
    join_demos(&mut packages, entries);
    packages
}

/// Tells the releases that retros name of those retros.
fn join_retros(packages: &mut [Package], entries: &[Entry]) {
    for entry in entries {
        let Fields::Retro(retro) = &entry.page.front.fields else { continue };
        for (name, is_cause) in [(&retro.caused_by, true), (&retro.fixed_by, false)] {
            let found = name.as_ref().and_then(|name| release_named(packages, &name.0));
            let Some((package, index)) = found else { continue };
            let place = packages.get_mut(package).and_then(|package| package.releases.get_mut(index));
            if let Some(place) = place {
                let list = if is_cause { &mut place.caused } else { &mut place.repaired };
                list.push(entry.id);
            }
        }
    }
}

/// Tells the releases that demos show of those demos.
fn join_demos(packages: &mut [Package], entries: &[Entry]) {
    for entry in entries {
        let Fields::Demo(demo) = &entry.page.front.fields else { continue };
        let Some((package, index)) = demo.release.as_ref().and_then(|name| release_named(packages, &name.0))
        else {
            continue;
        };
        let place = packages.get_mut(package).and_then(|package| package.releases.get_mut(index));
        if let Some(place) = place {
            place.demos.push(entry.id);
        }
    }
}

/// The package and the release that `api@1.2.0` names; the package may be left out where there is one.
pub fn release_named(packages: &[Package], name: &str) -> Option<(usize, usize)> {
    let (package, version) = name.trim().rsplit_once('@').unwrap_or(("", name.trim()));
    let version = bare(version);
    let is_meant = |history: &PackageHistory| {
        if package.is_empty() { packages.len() == 1 } else { history.name == package }
    };
    packages.iter().enumerate().find_map(|(at, one)| {
        let history = one.history().filter(|history| is_meant(history))?;
        let is_version = |release: &Release| {
            release.version.as_ref().is_some_and(|own| own.as_str() == version)
                || release.tag.as_deref() == Some(name)
        };
        Some((at, history.releases.iter().position(is_version)?))
    })
}

/// Release notes by package (empty where a note names none) and version.
fn notes(entries: &[Entry]) -> HashMap<(String, String), EntryId> {
    let mut notes = HashMap::new();
    for entry in entries.iter().filter(|entry| !entry.is_section) {
        let Fields::ReleaseNote(note) = &entry.page.front.fields else { continue };
        let stem = entry.page.stem();
        let version = note.version.as_ref().map_or(stem, |version| &version.0);
        let package = note.package.as_ref().map(|package| package.0.clone()).unwrap_or_default();
        notes.insert((package, bare(version).to_owned()), entry.id);
    }
    notes
}

/// A version without the `v` that tags and file names put before it.
fn bare(version: &str) -> &str {
    version
        .strip_prefix('v')
        .filter(|rest| rest.starts_with(|char: char| char.is_ascii_digit()))
        .unwrap_or(version)
}
