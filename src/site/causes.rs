//! Candidate causes: releases of the services concerned, shortly before an incident began.
//!
//! A release is shown because of its time, no more: whoever writes the retro says in `caused_by` what caused it.

use super::package::Package;
use super::records::Incident;
use crate::source::Library;
use std::collections::{BTreeSet, HashMap};

/// How long before the start of an incident a release may lie: three days, in seconds.
const BEFORE: i64 = 3 * 86_400;
/// People write minutes; and the release that is blamed first is the one that was out a moment before.
const AFTER: i64 = 60;
/// Candidates that are shown.
const MOST: usize = 6;

/// The releases of the packages of services: time in seconds since 1970, package and release.
pub fn releases_of(library: &Library, packages: &[Package], services: &[&str]) -> Vec<(i64, usize, usize)> {
    let by_name = by_name(packages);
    of_services(library, &by_name, services)
        .into_iter()
        .flat_map(|package| times(packages, package))
        .collect()
}

/// For each incident the releases that are candidates for its cause, the nearest to its start first. Services that the
/// incident's own depend on count as well.
pub(super) fn candidates(
    library: &Library,
    packages: &[Package],
    incidents: &[Incident],
) -> Vec<Vec<(usize, usize)>> {
    if packages.is_empty() {
        return vec![Vec::new(); incidents.len()];
    }
    let by_name = by_name(packages);
    // Sorted by time, once for each package, so that an incident looks at its own three days.
    let sorted: Vec<Vec<(i64, usize, usize)>> = (0..packages.len())
        .map(|package| {
            let mut all: Vec<_> = times(packages, package).collect();
            all.sort_unstable();
            all
        })
        .collect();
    let of = |incident: &Incident| {
        let Some(started) = incident.milestones.started.filter(|started| started.has_time) else {
            return Vec::new();
        };
        let started = started.at.as_second();
        let mut services: BTreeSet<&str> = incident.services.iter().map(String::as_str).collect();
        for name in &incident.services {
            let service = library.catalogue.services.get(name);
            services.extend(service.into_iter().flat_map(|service| &service.depends_on).map(String::as_str));
        }
        let services: Vec<&str> = services.into_iter().collect();
        let mut found: Vec<(i64, usize, usize)> = of_services(library, &by_name, &services)
            .into_iter()
            .filter_map(|package| sorted.get(package))
            .flat_map(|all| {
                let from = all.partition_point(|(time, ..)| *time < started - BEFORE);
                let until = all.partition_point(|(time, ..)| *time <= started + AFTER);
                all.get(from..until).unwrap_or_default()
            })
            .copied()
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().take(MOST).map(|(_, package, release)| (package, release)).collect()
    };
    incidents.iter().map(of).collect()
}

fn by_name(packages: &[Package]) -> HashMap<&str, usize> {
    let named = packages.iter().enumerate();
    named.filter_map(|(at, package)| Some((package.history()?.name.as_str(), at))).collect()
}

fn of_services(library: &Library, by_name: &HashMap<&str, usize>, services: &[&str]) -> BTreeSet<usize> {
    services
        .iter()
        .filter_map(|name| library.catalogue.services.get(*name))
        .flat_map(|service| &service.packages)
        .filter_map(|name| by_name.get(name.as_str()).copied())
        .collect()
}

fn times(packages: &[Package], package: usize) -> impl Iterator<Item = (i64, usize, usize)> {
    let history = packages.get(package).and_then(|package| package.history());
    let releases = history.into_iter().flat_map(|history| &history.releases).enumerate();
    releases
        .filter(|(_, release)| release.version.is_some())
        .filter_map(move |(at, release)| Some((release.time?.seconds, package, at)))
}
