//! The next version of a package, from what is not released yet.
//!
//! [SemVer](https://semver.org) by the rule of Conventional Commits: what breaks raises the major
//! number, a `feat` the minor one, anything else that is shown the patch number. While the major
//! number is zero everything moves one place down (a break raises the minor number, a `feat` the
//! patch number), as Cargo and npm read `^0.y`; that can be switched off. Calendar versions take the
//! date of the commit that is released, and count within their month or day.

use super::model::{Reason, Release};
use super::plan::{PackagePlan, Plan, ReleasePlan};
use super::version::{Step, Version};
use crate::config::source::{VersionScheme, ZeroMajor};
use crate::source::git::{Number, Stamp};
use serde::Serialize;

/// The answer for a package.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Next {
    /// The package.
    pub package: String,
    /// The newest version that HEAD contains.
    pub current: Option<Version>,
    /// The version to come; the same as `current` if there is nothing to release.
    pub next: Version,
    /// What it raises; none if there is nothing to release.
    pub step: Option<Step>,
    /// The changes that decided it, as their descriptions, a few at most.
    pub because: Vec<String>,
}

/// How many reasons are given.
const REASONS: usize = 5;

impl Plan<'_> {
    /// The next version of a package. With `pre` it is a pre-release of that name, such as `rc`.
    /// `now` is the date for calendar versions; that of HEAD if there is none.
    pub fn next_version(
        &self,
        package: &PackagePlan<'_>,
        pre: Option<&str>,
        now: Option<Stamp>,
    ) -> Option<Next> {
        let head = package.head?;
        let tip = Tip { commit: self.history.head?, is_main: true };
        self.next_from(package, tip, &|place| package.all.is_in(place, head), pre, now)
    }

    /// The next version of a package on a maintained branch, of which `has` tells what it contains.
    pub(super) fn next_on_line(
        &self,
        package: &PackagePlan<'_>,
        commit: Number,
        has: &[bool],
    ) -> Option<Next> {
        let holds = |place: u32| {
            let tagged = package.tagged.get(place as usize);
            tagged.and_then(|tagged| has.get(tagged.commit as usize)).copied().unwrap_or(false)
        };
        self.next_from(package, Tip { commit, is_main: false }, &holds, None, None)
    }

    fn next_from(
        &self,
        package: &PackagePlan<'_>,
        tip: Tip,
        holds: &dyn Fn(u32) -> bool,
        pre: Option<&str>,
        now: Option<Stamp>,
    ) -> Option<Next> {
        let tagged = |place: u32| package.tagged.get(place as usize).map(|tagged| &tagged.version);
        let count = u32::try_from(package.tagged.len()).unwrap_or(u32::MAX);
        // Places ascend with the versions, so the last that the tip contains is the current one.
        let last = (0..count).rev().find(|&place| holds(place));
        let last_final = (0..count)
            .rev()
            .find(|&place| holds(place) && tagged(place).is_some_and(|version| !version.is_prerelease()));
        let (wanted, because) = wish(&self.since(package, tip.commit, last_final));
        let name = package.package.name.clone();
        let Some(current) = last.and_then(tagged) else {
            let next = Version::parse(&self.config.initial_version).or_else(|| Version::parse("0.1.0"))?;
            return Some(Next { package: name, current: None, next, step: Some(Step::Minor), because });
        };
        let has_new = last == last_final || wish(&self.since(package, tip.commit, last)).0.is_some();
        let Some(step) = wanted.filter(|_| pre.is_none() || has_new) else {
            let (current, next) = (Some(current.clone()), current.clone());
            return Some(Next { package: name, current, next, step: None, because: Vec::new() });
        };
        let all: Vec<&Version> = package.tagged.iter().map(|tagged| &tagged.version).collect();
        let base = last_final.and_then(tagged);
        let mut text = if is_calendar(package.package.versions, current) {
            let core = calendar(current, &all, now.unwrap_or(self.history.graph.committed(tip.commit)))?;
            core_text(&all, &core).join(".")
        } else {
            let elsewhere = (0..count).filter(|&place| !holds(place)).filter_map(tagged);
            let taken: Vec<&Version> = elsewhere.filter(|version| !version.is_prerelease()).collect();
            let bumped = base.map(|base| free(base, step, self.config.zero_major, &taken, tip.is_main));
            // A pre-release has announced its version; what came since may call for a higher one.
            let open = current.is_prerelease().then(|| core_of(current));
            let core = bumped.into_iter().chain(open).max()?;
            core.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
        };
        if let Some(pre) = pre {
            let last = all.iter().filter_map(|version| counter(version.as_str(), &text, pre)).max();
            text = format!("{text}-{pre}.{}", last.unwrap_or(0).saturating_add(1));
        }
        let next = Version::parse(&text)?;
        let step = Some(base.map_or(Step::Minor, |base| next.step_from(base)));
        Some(Next { package: name, current: Some(current.clone()), next, step, because })
    }

    /// What a tip has and the release at `place` doesn't, as a release.
    fn since(&self, package: &PackagePlan<'_>, head: Number, place: Option<u32>) -> Release {
        let graph = &self.history.graph;
        let tip = place.and_then(|place| package.tagged.get(place as usize)).map(|tagged| tagged.commit);
        let has = graph.ancestors(tip);
        let in_head = graph.ancestors([head]);
        let at = |list: &[bool], number: u32| list.get(number as usize).copied().unwrap_or(false);
        let members = graph
            .order
            .iter()
            .copied()
            .filter(|&number| at(&in_head, number) && !at(&has, number) && self.belongs(package, number))
            .collect();
        self.release_text(
            package,
            &ReleasePlan { place: None, previous: place, commit: head, members, moved: Vec::new() },
        )
    }
}

/// Where a release is made from.
#[derive(Clone, Copy)]
struct Tip {
    commit: Number,
    /// Whether it is the main line and no maintained branch.
    is_main: bool,
}

/// The version after `base` that no other line has. A maintained branch stays below what was released
/// elsewhere, whatever its changes call for; the main line leaves the numbers of a maintained branch to
/// that branch.
fn free(base: &Version, step: Step, zero: ZeroMajor, taken: &[&Version], is_main: bool) -> Vec<u64> {
    let wanted = bump(base, step, zero);
    let is_past = |version: &&&Version| **version > base && core_of(version) <= wanted;
    if is_main {
        let is_taken = taken.iter().any(|version| core_of(version) == wanted);
        return if is_taken { bump(base, Step::Minor, ZeroMajor::Plain) } else { wanted };
    }
    if taken.iter().any(|version| is_past(&version)) { bump(base, Step::Patch, zero) } else { wanted }
}

/// The largest step that a release's changes and fragments ask for, and why.
fn wish(release: &Release) -> (Option<Step>, Vec<String>) {
    let (step, because) = wish_of_changes(release);
    let asked =
        release.notes.iter().filter_map(|note| Some((note.step?, &note.text))).max_by_key(|(step, _)| *step);
    match asked {
        Some((asked, text)) if Some(asked) > step => (Some(asked), vec![text.clone()]),
        _ => (step, because),
    }
}

fn wish_of_changes(release: &Release) -> (Option<Step>, Vec<String>) {
    if !release.breaking.is_empty() {
        let because = release.breaking.iter().map(|breaking| breaking.description.clone());
        return (Some(Step::Major), because.take(REASONS).collect());
    }
    let is_feature = |kind: Option<&str>| matches!(kind, Some("feat" | "feature"));
    let features: Vec<String> = release
        .changes()
        .filter(|change| is_feature(change.kind.as_deref()))
        .map(|change| change.description.clone())
        .take(REASONS)
        .collect();
    if !features.is_empty() {
        return (Some(Step::Minor), features);
    }
    let others: Vec<String> =
        release.changes().map(|change| change.description.clone()).take(REASONS).collect();
    // A revert of something unreleased leaves nothing; unconventional commits count where they are hidden, too.
    let hidden = release.left_out.iter().any(|entry| entry.reason == Reason::Unconventional);
    (if others.is_empty() && !hidden { None } else { Some(Step::Patch) }, others)
}

fn is_calendar(scheme: VersionScheme, current: &Version) -> bool {
    match scheme {
        VersionScheme::Calver => true,
        VersionScheme::Semver => false,
        VersionScheme::Auto => current.is_calendar(),
    }
}

fn core_of(version: &Version) -> Vec<u64> {
    (0..version.numbers().len().max(3)).map(|at| version.number(at)).collect()
}

fn bump(base: &Version, step: Step, zero: ZeroMajor) -> Vec<u64> {
    let (major, minor, patch) = (base.number(0), base.number(1), base.number(2));
    let step = match (step, major, zero) {
        (Step::Major, 0, ZeroMajor::Shift) => Step::Minor,
        (Step::Minor, 0, ZeroMajor::Shift) => Step::Patch,
        (step, ..) => step,
    };
    match step {
        Step::Major => vec![major.saturating_add(1), 0, 0],
        Step::Minor => vec![major, minor.saturating_add(1), 0],
        Step::Patch | Step::Prerelease => vec![major, minor, patch.saturating_add(1)],
    }
}

/// The number of `1.2.0-rc.3` for `1.2.0` and `rc`.
fn counter(version: &str, core: &str, pre: &str) -> Option<u64> {
    version.strip_prefix(core)?.strip_prefix('-')?.strip_prefix(pre)?.strip_prefix('.')?.parse().ok()
}

/// The numbers of the calendar version for a date: the form is that of the current one, `YYYY.MM`,
/// `YYYY.MM.MICRO`, `YYYY.MM.DD` or `YYYY.MICRO`, with two or four digits of the year. What holds a
/// third number above the days of a month anywhere counts.
fn calendar(current: &Version, all: &[&Version], now: Stamp) -> Option<Vec<u64>> {
    let date = now.date();
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if current.number(0) < 100 { year % 100 } else { year };
    let has_month = all.iter().all(|version| (1..=12).contains(&version.number(1)));
    if current.numbers().len() == 2 && !has_month {
        let count = if current.number(0) == year { current.number(1).saturating_add(1) } else { 1 };
        return Some(vec![year, count]);
    }
    let is_day = current.numbers().len() > 2
        && all.iter().all(|version| (1..=31).contains(&version.number(2)))
        && all.iter().any(|version| version.number(2) > 12);
    let mut head = vec![year, month];
    if is_day {
        head.push(day);
    } else if current.numbers().len() == 2 && !(current.number(0) == year && current.number(1) == month) {
        return Some(head);
    }
    let same = current.numbers().starts_with(&head);
    // Counting begins at zero or one, as it did before.
    let least = all.iter().map(|version| version.number(2)).min().unwrap_or(0).min(1);
    match (is_day, same) {
        (true, false) => {}
        (true, true) => head.push(current.numbers().get(3).copied().unwrap_or(0).saturating_add(1)),
        (false, true) => head.push(current.number(2).saturating_add(1)),
        (false, false) => head.push(least),
    }
    Some(head)
}

/// The numbers as text, the month and day with two digits if they have them anywhere.
fn core_text(all: &[&Version], core: &[u64]) -> Vec<String> {
    let is_padded = |at: usize| {
        all.iter().any(|version| {
            let part = version.as_str().split(['.', '-']).nth(at).unwrap_or_default();
            part.len() == 2 && part.starts_with('0')
        })
    };
    core.iter()
        .enumerate()
        .map(|(at, number)| if at > 0 && is_padded(at) { format!("{number:02}") } else { number.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calver(tags: &[&str], seconds: i64) -> String {
        let versions: Vec<Version> = tags.iter().map(|tag| Version::parse(tag).unwrap()).collect();
        let all: Vec<&Version> = versions.iter().collect();
        let core = calendar(all.last().unwrap(), &all, Stamp { seconds, offset: 0 }).unwrap();
        core_text(&all, &core).join(".")
    }

    #[test]
    fn calendar_versions_keep_their_form() {
        let march = 1_772_668_800; // 2026-03-05
        assert_eq!(calver(&["2026.02.0", "2026.02.1"], march), "2026.03.0");
        assert_eq!(calver(&["2026.02.0", "2026.03.0"], march), "2026.03.1");
        assert_eq!(calver(&["2026.2.1"], march), "2026.3.1");
        assert_eq!(calver(&["2025.11.30", "2026.03.04"], march), "2026.03.05");
        assert_eq!(calver(&["2025.11.30", "2026.03.05"], march), "2026.03.05.1");
        assert_eq!(calver(&["24.04", "24.10"], march), "26.03");
        assert_eq!(calver(&["2026.41"], march), "2026.42");
    }

    #[test]
    fn below_one_everything_moves_a_place_down() {
        let base = Version::parse("0.3.4").unwrap();
        assert_eq!(bump(&base, Step::Major, ZeroMajor::Shift), [0, 4, 0]);
        assert_eq!(bump(&base, Step::Minor, ZeroMajor::Shift), [0, 3, 5]);
        assert_eq!(bump(&base, Step::Major, ZeroMajor::Plain), [1, 0, 0]);
        assert_eq!(bump(&Version::parse("1.3.4").unwrap(), Step::Minor, ZeroMajor::Shift), [1, 4, 0]);
    }
}
