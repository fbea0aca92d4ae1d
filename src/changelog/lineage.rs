//! Which release contains which, and where each change landed: all that a reader needs to compare any
//! two versions without a repository.
//!
//! A change is new between two versions if a release that has it first is in the newer one and none of
//! them is in the older one. Copies of a change (backports) count as the change, so what a customer has
//! through a backport is not new to them.

use super::model::{PackageHistory, Release};
use super::plan::{PackagePlan, Plan};
use super::version::Version;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// The releases of a package as a graph.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lineage {
    /// The versions in ascending order; HEAD is the last, if something is unreleased.
    pub points: Vec<Point>,
    /// For each shown change, by full hash: the points that have it, or a copy of it, first.
    pub landed: BTreeMap<String, Vec<u32>>,
}

/// A version, or HEAD.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Point {
    /// The version; none for HEAD.
    pub version: Option<Version>,
    /// The points before it in its own ancestry.
    pub before: Vec<u32>,
}

impl Lineage {
    /// Makes the lineage of a package whose releases were made.
    pub(super) fn new(plan: &Plan<'_>, package: &PackagePlan<'_>, releases: &[Release]) -> Self {
        let has_head = releases.iter().any(|release| release.version.is_none());
        let mut before = package.all.predecessors();
        before.truncate(package.tagged.len() + usize::from(has_head && package.head.is_some()));
        let points = before
            .into_iter()
            .enumerate()
            .map(|(place, mut before)| {
                before.sort_unstable();
                Point { version: package.tagged.get(place).map(|tagged| tagged.version.clone()), before }
            })
            .collect();
        let mut landed = BTreeMap::new();
        for change in releases.iter().flat_map(Release::changes) {
            if landed.contains_key(&change.hash) {
                continue;
            }
            let Some(&number) = plan.history.graph.with_prefix(&change.hash).first() else { continue };
            let mut places: Vec<u32> = package.all.firsts(number).to_vec();
            places.extend(plan.survey.copies(number).flat_map(|copy| package.all.firsts(copy)));
            places.sort_unstable();
            places.dedup();
            landed.insert(change.hash.clone(), places);
        }
        Self { points, landed }
    }

    /// The point of a release.
    pub fn point_of(&self, release: &Release) -> Option<u32> {
        let at = self.points.iter().position(|point| point.version == release.version)?;
        u32::try_from(at).ok()
    }
}

/// Changes that one file of the comparison's data holds, about: so many that few are fetched, and so few
/// that each is small.
const SHARD: usize = 200;

impl PackageHistory {
    /// The releases, by their places in the list, that each file of the comparison's data holds.
    pub fn shards(&self) -> Vec<Vec<usize>> {
        let mut shards: Vec<Vec<usize>> = Vec::new();
        let mut room = 0;
        for (at, release) in self.releases.iter().enumerate() {
            let size = release.changes().count();
            match shards.last_mut().filter(|_| size <= room) {
                Some(shard) => {
                    shard.push(at);
                    room -= size;
                }
                None => {
                    shards.push(vec![at]);
                    room = SHARD.saturating_sub(size);
                }
            }
        }
        shards
    }

    /// The changes that a release has first: those of its list that are not in it only because it sums
    /// up its pre-releases. Where the pre-releases are not listed themselves, they are told here.
    pub fn firsts<'a>(&'a self, release: &'a Release) -> impl Iterator<Item = (&'a str, &'a super::Change)> {
        let own = self.lineage.point_of(release);
        let listed: HashSet<u32> =
            self.releases.iter().filter_map(|release| self.lineage.point_of(release)).collect();
        let is_first = move |hash: &str| match (self.lineage.landed.get(hash), own) {
            (Some(places), Some(own)) => {
                places.contains(&own) || !places.iter().any(|place| listed.contains(place))
            }
            _ => true,
        };
        let all = release
            .groups
            .iter()
            .flat_map(|group| group.changes.iter().map(move |change| (group.title.as_str(), change)));
        all.filter(move |(_, change)| is_first(&change.hash))
    }
}
