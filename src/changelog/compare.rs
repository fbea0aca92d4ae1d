//! What changed between two versions, decided by ancestry.
//!
//! What the newer one contains and the older one doesn't is the change, whatever the dates and the
//! numbers say; of that, what the older one has under another hash (a backport) is not news to its
//! user. The other direction matters as much: what a maintenance release has and the newer version
//! lacks would be lost by the upgrade.

use super::model::{Breaking, Group, Release};
use super::plan::{PackagePlan, Plan, ReleasePlan};
use super::version::Version;
use crate::source::git::Number;
use serde::Serialize;
use std::collections::HashMap;

/// One end of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The version; none for HEAD or a commit.
    pub place: Option<u32>,
    /// The commit.
    pub commit: Number,
    /// What the user called it.
    pub name: String,
}

/// Which way a comparison goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The target contains the origin, or is a higher version.
    Upgrade,
    /// The origin contains the target, or is a higher version.
    Downgrade,
    /// Both are the same commit.
    Same,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The package.
    pub package: String,
    /// From what.
    pub from: String,
    /// To what.
    pub to: String,
    /// Which way that is.
    pub direction: Direction,
    /// Whether neither contains the other: they are on different branches.
    pub diverged: bool,
    /// Withdrawn releases among the two.
    pub yanked: Vec<String>,
    /// What breaks, with what to do about it.
    pub breaking: Vec<Breaking>,
    /// The changes, security first.
    pub groups: Vec<Landed>,
    /// Changes of the origin that the target lacks.
    pub lost: Vec<Landed>,
    /// Changes that the origin has already, through backports.
    pub already: usize,
    /// Commits that are not shown.
    pub left_out: usize,
    /// The difference at the forge.
    pub url: Option<String>,
}

/// Changes of one sort, each with the release that it landed in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Landed {
    /// The changes.
    #[serde(flatten)]
    pub group: Group,
    /// For each change the release that has it first, among those that the target contains.
    pub landed: Vec<Option<Version>>,
}

impl Plan<'_> {
    /// The end that a name means: a version, a tag, `HEAD`, or a commit's hash.
    pub fn point(&self, package: &PackagePlan<'_>, name: &str) -> Option<Point> {
        if let Some(place) = package.find(name) {
            let commit = package.tagged.get(place as usize)?.commit;
            return Some(Point { place: Some(place), commit, name: name.to_owned() });
        }
        if name.eq_ignore_ascii_case("head") || name.eq_ignore_ascii_case("unreleased") {
            return Some(Point { place: None, commit: self.history.head?, name: "HEAD".to_owned() });
        }
        match (name.len() >= 4).then(|| self.history.graph.with_prefix(name))?.as_slice() {
            [commit] => Some(Point { place: None, commit: *commit, name: name.to_owned() }),
            _ => None,
        }
    }

    /// Compares two points of a package.
    pub fn compare(&self, package: &PackagePlan<'_>, from: &Point, to: &Point) -> Comparison {
        let graph = &self.history.graph;
        let (in_from, in_to) = (graph.ancestors([from.commit]), graph.ancestors([to.commit]));
        let at = |list: &[bool], number: Number| list.get(number as usize).copied().unwrap_or(false);
        let (mut news, mut already) = (Vec::new(), 0);
        let mut missing = Vec::new();
        for &number in graph.order.iter().filter(|&&number| self.belongs(package, number)) {
            match (at(&in_from, number), at(&in_to, number)) {
                (false, true) if self.survey.copies(number).any(|copy| at(&in_from, copy)) => already += 1,
                (false, true) => news.push(number),
                (true, false) if !self.survey.copies(number).any(|copy| at(&in_to, copy)) => {
                    missing.push(number)
                }
                _ => {}
            }
        }
        let version = |point: &Point| {
            point.place.and_then(|place| package.tagged.get(place as usize)).map(|tagged| &tagged.version)
        };
        let direction = match (at(&in_to, from.commit), at(&in_from, to.commit)) {
            (true, true) => Direction::Same,
            (true, false) => Direction::Upgrade,
            (false, true) => Direction::Downgrade,
            (false, false) => match (version(from), version(to)) {
                (Some(from), Some(to)) if to < from => Direction::Downgrade,
                _ => Direction::Upgrade,
            },
        };
        let made = |commit, members| {
            self.release_text(
                package,
                &ReleasePlan { place: None, previous: None, commit, members, moved: Vec::new() },
            )
        };
        let (gained, lost) = (made(to.commit, news), made(from.commit, missing));
        let name = |point: &Point| version(point).map_or_else(|| point.name.clone(), ToString::to_string);
        let links = super::forge::Links::new(self.history.forge.as_ref());
        let reference = |point: &Point| match point.place.and_then(|place| package.tagged.get(place as usize))
        {
            Some(tagged) => {
                self.history.tags.get(tagged.tag).map(|(tag, _)| tag.name.clone()).unwrap_or_default()
            }
            None => graph.id(point.commit).hex(),
        };
        let yanked = [from, to]
            .into_iter()
            .filter_map(version)
            .filter(|version| self.is_yanked(package, version))
            .map(ToString::to_string)
            .collect();
        Comparison {
            package: package.package.name.clone(),
            from: name(from),
            to: name(to),
            direction,
            diverged: direction != Direction::Same && !at(&in_to, from.commit) && !at(&in_from, to.commit),
            yanked,
            breaking: gained.breaking.clone(),
            left_out: gained.left_out.len(),
            groups: self.landed(package, gained, &in_to),
            lost: self.landed(package, lost, &in_from),
            already,
            url: links.compare(&reference(from), &reference(to)),
        }
    }

    /// Adds to each change the first release within `inside` that has it, and puts security first.
    fn landed(&self, package: &PackagePlan<'_>, release: Release, inside: &[bool]) -> Vec<Landed> {
        let graph = &self.history.graph;
        let mut first: HashMap<&str, Option<Version>> = HashMap::new();
        for change in release.changes() {
            first.entry(change.hash.as_str()).or_insert_with(|| {
                let number = graph.with_prefix(&change.hash).first().copied()?;
                let firsts =
                    package.all.firsts(number).iter().filter_map(|&place| package.tagged.get(place as usize));
                let inside =
                    firsts.filter(|tagged| inside.get(tagged.commit as usize).copied().unwrap_or(false));
                inside.map(|tagged| tagged.version.clone()).min()
            });
        }
        let landed: Vec<Vec<Option<Version>>> = release
            .groups
            .iter()
            .map(|group| {
                let of = |hash: &String| first.get(hash.as_str()).cloned().flatten();
                group.changes.iter().map(|change| of(&change.hash)).collect()
            })
            .collect();
        let mut release = release;
        // Where a change landed is said for each; in which other lines it is, is not the question.
        for change in release.groups.iter_mut().flat_map(|group| &mut group.changes) {
            change.also_in.clear();
        }
        let mut groups: Vec<Landed> =
            release.groups.into_iter().zip(landed).map(|(group, landed)| Landed { group, landed }).collect();
        groups.sort_by_key(|landed| landed.group.title != "Security");
        groups
    }
}
