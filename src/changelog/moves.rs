//! Commits that were moved to another release by hand.

use super::overrides::Override;
use super::plan::PackagePlan;
use crate::source::git::Number;
use std::collections::HashMap;

/// Moves commits between the releases of a package as the overrides say. A version that the package
/// doesn't have moves nothing.
pub(super) fn apply(package: &mut PackagePlan<'_>, overrides: &HashMap<Number, Override>) {
    let mut moves: Vec<(Number, &str)> =
        overrides.iter().filter_map(|(&number, entry)| Some((number, entry.release.as_deref()?))).collect();
    moves.sort_unstable();
    for (number, version) in moves {
        let target = if version.eq_ignore_ascii_case("unreleased") {
            Some(None)
        } else {
            package.find(version).map(Some)
        };
        let Some(target) = target else { continue };
        if !package.releases.iter().any(|release| release.members.contains(&number)) {
            continue;
        }
        for release in &mut package.releases {
            match (release.place == target, release.members.contains(&number)) {
                (true, false) => release.members.insert(0, number),
                (false, true) => release.moved.push(number),
                _ => {}
            }
        }
    }
}
