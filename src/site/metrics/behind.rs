//! The records behind figures: which releases and incidents a span of days has.

use super::Scope;
use crate::site::package::Package;
use crate::site::records::{Incident, Records};
use crate::source::Library;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What happened in a span of days.
#[derive(Default)]
pub struct Behind<'a> {
    /// Releases that count.
    pub deployments: Vec<Deployment<'a>>,
    /// Incidents that began.
    pub incidents: Vec<&'a Incident>,
    /// Pre-releases, which don't count.
    pub prereleases: usize,
}

/// A release that counts.
pub struct Deployment<'a> {
    /// Its package.
    pub package: &'a Package,
    /// Its place among the package's releases.
    pub index: usize,
    /// When it was released.
    pub day: Date,
    /// Whether a retro names it as its cause.
    pub failed: bool,
    /// Hours from each of its commits to it.
    pub lead_hours: Vec<i64>,
}

/// What happened in each of `count` spans. `place` tells in which one a day lies.
pub(super) fn behind<'a>(
    library: &Library,
    packages: &'a [Package],
    records: &'a Records,
    scope: Scope<'_>,
    (count, place): (usize, &dyn Fn(Date) -> Option<usize>),
) -> Vec<Behind<'a>> {
    let mut spans: Vec<Behind<'_>> = (0..count).map(|_| Behind::default()).collect();
    for package in packages {
        let Some(history) = package.history() else { continue };
        if !scope.has_package(library, &history.name) {
            continue;
        }
        for (index, release) in history.releases.iter().enumerate() {
            let Some(day) = day_of(release) else { continue };
            let Some(span) = place(day).and_then(|at| spans.get_mut(at)) else { continue };
            if release.prerelease {
                span.prereleases += 1;
                continue;
            }
            let time = release.time.map(|time| time.seconds);
            let hours = |change: i64| time.map(|time| (time - change) / 3600).filter(|hours| *hours >= 0);
            span.deployments.push(Deployment {
                package,
                index,
                day,
                failed: package.releases.get(index).is_some_and(|place| !place.caused.is_empty()),
                lead_hours: release.changes().filter_map(|change| hours(change.time.seconds)).collect(),
            });
        }
    }
    for incident in &records.incidents {
        if !matches!(scope, Scope::All)
            && !incident.services.iter().any(|service| scope.has_service(library, service))
        {
            continue;
        }
        let at = incident.day.and_then(|day| place(day.date));
        if let Some(span) = at.and_then(|at| spans.get_mut(at)) {
            span.incidents.push(incident);
        }
    }
    spans
}

/// The day of a release; none for what is not released yet.
fn day_of(release: &crate::changelog::Release) -> Option<Date> {
    release.version.as_ref()?;
    release.date.as_deref()?.parse().ok()
}

/// The first days of the months in which anything happened, up to the present.
pub fn months(library: &Library, packages: &[Package], records: &Records) -> BTreeSet<Date> {
    let Some(now) = library.now else { return BTreeSet::new() };
    let releases = packages.iter().filter_map(Package::history).flat_map(|history| &history.releases);
    let incidents = records.incidents.iter().filter_map(|incident| incident.day).map(|day| day.date);
    let days = releases.filter_map(day_of).chain(incidents);
    days.filter(|day| *day <= now.date).map(Date::first_of_month).collect()
}
