//! Which releases contain a commit, for all commits and releases in one pass.
//!
//! Going from children to parents, each commit gets the set of its *first* releases: those that
//! contain it and whose own ancestors among the releases don't. A release's own list is then the
//! commits that have it in their set, which is `git log RELEASE --not <every release it contains>`:
//! what is new relative to its predecessors in its own ancestry, whatever dates and branches say.
//!
//! There are few distinct sets, so a commit costs four bytes, and merging two is remembered.

use crate::source::git::{Graph, Number};
use std::collections::HashMap;

/// A release's place in the list that was given.
pub type Place = u32;

/// The result.
#[derive(Debug, Default)]
pub struct Containment {
    /// Distinct sets of places, ascending.
    sets: Vec<Vec<Place>>,
    /// Set of each commit.
    firsts: Vec<u32>,
    /// For each place, the places that contain it (itself included), as bits.
    contained_in: Vec<Vec<u64>>,
}

impl Containment {
    /// Computes the sets. `releases` holds a commit for each release; where several stand on one
    /// commit, the earlier in the list counts as contained in the later.
    pub fn new(graph: &Graph, releases: &[Number]) -> Self {
        let words = releases.len().div_ceil(64);
        let mut found = Self {
            sets: vec![Vec::new()],
            firsts: vec![0; graph.len()],
            contained_in: vec![vec![0; words]; releases.len()],
        };
        let mut at_commit: HashMap<Number, Vec<Place>> = HashMap::new();
        for (place, &commit) in (0..).zip(releases) {
            at_commit.entry(commit).or_default().push(place);
        }
        let mut known: HashMap<Vec<Place>, u32> = HashMap::from([(Vec::new(), 0)]);
        let mut merged: HashMap<(u32, u32), u32> = HashMap::new();
        for &number in &graph.order {
            let mut set = found.firsts.get(number as usize).copied().unwrap_or(0);
            if let Some(places) = at_commit.get(&number) {
                set = found.tagged(places, set, &mut known);
                if let Some(slot) = found.firsts.get_mut(number as usize) {
                    *slot = set;
                }
            }
            if set == 0 {
                continue;
            }
            for &parent in graph.parents(number) {
                let Some(&old) = found.firsts.get(parent as usize) else { continue };
                let new = match (old, set) {
                    (0, new) => new,
                    (old, new) if old == new => old,
                    (old, new) => {
                        let key = (old.min(new), old.max(new));
                        let ready = merged.get(&key).copied();
                        ready.unwrap_or_else(|| {
                            let union = found.minimal_union(key.0, key.1);
                            let set = intern(&mut found.sets, &mut known, union);
                            merged.insert(key, set);
                            set
                        })
                    }
                };
                if let Some(slot) = found.firsts.get_mut(parent as usize) {
                    *slot = new;
                }
            }
        }
        found
    }

    /// Enters the releases of one commit; `above` is the set of what contains them.
    fn tagged(&mut self, places: &[Place], above: u32, known: &mut HashMap<Vec<Place>, u32>) -> u32 {
        let words = self.contained_in.first().map_or(0, Vec::len);
        let mut bits = vec![0_u64; words];
        for &later in self.sets.get(above as usize).into_iter().flatten() {
            for (bit, more) in
                bits.iter_mut().zip(self.contained_in.get(later as usize).into_iter().flatten())
            {
                *bit |= more;
            }
        }
        for &place in places.iter().rev() {
            if let Some(word) = bits.get_mut(place as usize / 64) {
                *word |= 1 << (place % 64);
            }
            if let Some(row) = self.contained_in.get_mut(place as usize) {
                row.clone_from(&bits);
            }
        }
        let first = places.first().copied().into_iter().collect();
        intern(&mut self.sets, known, first)
    }

    /// The union of two sets without what another member is contained in.
    fn minimal_union(&self, left: u32, right: u32) -> Vec<Place> {
        let both = [left, right].into_iter().filter_map(|set| self.sets.get(set as usize)).flatten();
        let mut union: Vec<Place> = both.copied().collect();
        union.sort_unstable();
        union.dedup();
        let all = union.clone();
        union.retain(|&place| !all.iter().any(|&other| other != place && self.is_in(other, place)));
        union
    }

    /// Whether the release at `early` is contained in the one at `late`.
    pub fn is_in(&self, early: Place, late: Place) -> bool {
        let word = self.contained_in.get(early as usize).and_then(|row| row.get(late as usize / 64));
        word.is_some_and(|word| word >> (late % 64) & 1 == 1)
    }

    /// The first releases of a commit.
    pub fn firsts(&self, number: Number) -> &[Place] {
        let set = self.firsts.get(number as usize).copied().unwrap_or(0);
        self.sets.get(set as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether the release at `place` contains the commit.
    pub fn contains(&self, place: Place, number: Number) -> bool {
        self.firsts(number).iter().any(|&first| self.is_in(first, place))
    }

    /// For each release, the releases contained in it that no other such contains: its predecessors.
    pub fn predecessors(&self) -> Vec<Vec<Place>> {
        let count = u32::try_from(self.contained_in.len()).unwrap_or(u32::MAX);
        let weight = |place: Place| -> u32 {
            self.contained_in.get(place as usize).into_iter().flatten().map(|word| word.count_ones()).sum()
        };
        // What contains a release is contained in fewer releases than that one, so it comes first here.
        let mut latest_first: Vec<(u32, Place)> = (0..count).map(|place| (weight(place), place)).collect();
        latest_first.sort_unstable();
        (0..count)
            .map(|place| {
                let mut last: Vec<Place> = Vec::new();
                for &(_, other) in &latest_first {
                    if other != place
                        && self.is_in(other, place)
                        && !last.iter().any(|&later| self.is_in(other, later))
                    {
                        last.push(other);
                    }
                }
                last
            })
            .collect()
    }

    /// The commits that each release has first, in the order of the walk.
    pub fn members(&self, graph: &Graph, keep: impl Fn(Number) -> bool) -> Vec<Vec<Number>> {
        let mut members = vec![Vec::new(); self.contained_in.len()];
        for &number in &graph.order {
            if keep(number) {
                for &place in self.firsts(number) {
                    if let Some(list) = members.get_mut(place as usize) {
                        list.push(number);
                    }
                }
            }
        }
        members
    }
}

fn intern(sets: &mut Vec<Vec<Place>>, known: &mut HashMap<Vec<Place>, u32>, set: Vec<Place>) -> u32 {
    if let Some(&number) = known.get(&set) {
        return number;
    }
    let number = u32::try_from(sets.len()).unwrap_or(u32::MAX);
    sets.push(set.clone());
    known.insert(set, number);
    number
}
