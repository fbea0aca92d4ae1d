//! What one commit has to do with another: reverts, and one change under several hashes.
//!
//! Two commits are the same change if one says that it was cherry-picked from the other, if author,
//! moment of writing and subject are equal (which cherry-pick and rebase keep), if subject and pull
//! request are, or if their patches are; and if neither contains the other, since then somebody did a
//! thing twice.

use crate::commit::text::split_subject;
use crate::commit::{origin, reference};
use crate::source::git::{Graph, Number};
use std::collections::{BTreeMap, HashMap};

/// Relations between the commits of a history. Commits without any are in none of the maps.
#[derive(Debug, Default)]
pub struct Survey {
    group_of: HashMap<Number, u32>,
    groups: Vec<Vec<Number>>,
    reverts: HashMap<Number, Vec<Number>>,
    /// From a commit to those that take it back.
    undone_by: HashMap<Number, Vec<Number>>,
}

/// Ancestry is asked for at most this many pairs; a history with more candidates has a broken importer.
const MOST_QUESTIONS: usize = 20_000;

impl Survey {
    /// Looks at every message once. `same_patch` holds pairs of commits with equal patches.
    pub fn new(graph: &Graph, same_patch: &[(Number, Number)]) -> Self {
        let mut survey = Self::default();
        // Halves of a hash, and the commit: twelve bytes where a pair with a u64 takes sixteen.
        // With room for two each from the start: growing would hold the list twice for a moment.
        let mut same: Vec<(u32, u32, Number)> = Vec::with_capacity(graph.len() * 2);
        let mut picked: Vec<(Number, Number)> = Vec::new();
        let mut by_subject: BTreeMap<Number, String> = BTreeMap::new();
        for &number in &graph.order {
            if graph.parents(number).len() > 1 {
                continue;
            }
            graph.messages.with(number, |message| {
                survey.relations(graph, number, message, &mut picked, &mut by_subject);
                let (subject, _) = split_subject(message);
                let (bare, request) = reference::strip_pull_request(&subject);
                let author = graph.authors.get(number as usize);
                let authored = graph.authored.get(number as usize);
                let author = author.copied().unwrap_or(0);
                let authored = authored.copied().unwrap_or(0);
                let [high, low] =
                    hash_of(&[&[0], &author.to_le_bytes(), &authored.to_le_bytes(), bare.as_bytes()]);
                same.push((high, low, number));
                if request.is_some() {
                    let first = reference::first_pull_request(&subject).unwrap_or(0);
                    let [high, low] = hash_of(&[&[1], &first.to_le_bytes(), bare.as_bytes()]);
                    same.push((high, low, number));
                }
            });
        }
        survey.by_subject(graph, &by_subject);
        for (&revert, targets) in &survey.reverts {
            for &target in targets {
                survey.undone_by.entry(target).or_default().push(revert);
            }
        }
        same.sort_unstable();
        let mut pairs = picked;
        pairs.extend_from_slice(same_patch);
        for equal in same.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
            if let [(_, _, first), others @ ..] = equal {
                pairs.extend(others.iter().map(|&(_, _, other)| (*first, other)));
            }
        }
        drop(same);
        survey.join(graph, &pairs);
        survey
    }

    fn relations(
        &mut self,
        graph: &Graph,
        number: Number,
        message: &str,
        picked: &mut Vec<(Number, Number)>,
        by_subject: &mut BTreeMap<Number, String>,
    ) {
        let may_revert = message.contains("evert");
        if !may_revert && !message.contains("cherry picked from") && !message.starts_with("Reapply") {
            return;
        }
        let is_type = message.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("revert"))
            && crate::commit::conventional::parse_header(message.lines().next().unwrap_or_default()).is_ok();
        let origin = origin::parse(message, is_type);
        picked.extend(origin.picked.iter().filter_map(|hash| only(graph, hash)).map(|from| (from, number)));
        let mut targets: Vec<Number> = Vec::new();
        for hash in &origin.reverts {
            if let Some(target) = only(graph, hash) {
                targets.extend(merged_by(graph, target));
            }
        }
        targets.retain(|&target| target != number);
        if !targets.is_empty() {
            self.reverts.insert(number, targets);
        } else if let Some(subject) = origin.revert_subject {
            by_subject.insert(number, reference::strip_pull_request(subject).0.to_owned());
        } else if let Some(subject) = origin::reapplied(message.lines().next().unwrap_or_default()) {
            let subject = format!("Revert \"{subject}\"");
            by_subject.insert(number, reference::strip_pull_request(&subject).0.to_owned());
        }
    }

    /// Finds what is reverted by its subject alone: the last commit before the revert that has it.
    fn by_subject(&mut self, graph: &Graph, wanted: &BTreeMap<Number, String>) {
        if wanted.is_empty() {
            return;
        }
        // In the walk's order the revert comes first; what it quotes is the next with that subject.
        let mut open: HashMap<String, Vec<Number>> = HashMap::new();
        for &number in &graph.order {
            graph.messages.with(number, |message| {
                let (subject, _) = split_subject(message);
                let bare = reference::strip_pull_request(&subject).0;
                for revert in open.remove(bare).unwrap_or_default() {
                    self.reverts.insert(revert, vec![number]);
                }
            });
            if let Some(subject) = wanted.get(&number) {
                open.entry(subject.clone()).or_default().push(number);
            }
        }
    }

    fn join(&mut self, graph: &Graph, pairs: &[(Number, Number)]) {
        if pairs.is_empty() {
            return;
        }
        let mut ranks = vec![0_u32; graph.len()];
        for (rank, &number) in (0..).zip(&graph.order) {
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank;
            }
        }
        for &(left, right) in pairs.iter().take(MOST_QUESTIONS) {
            if left == right || is_related(graph, &ranks, left, right) {
                continue;
            }
            match (self.group_of.get(&left).copied(), self.group_of.get(&right).copied()) {
                (None, None) => {
                    let group = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
                    self.groups.push(vec![left, right]);
                    self.group_of.extend([(left, group), (right, group)]);
                }
                (Some(group), None) => self.add(group, right),
                (None, Some(group)) => self.add(group, left),
                (Some(into), Some(from)) if into != from => {
                    let moved = self.groups.get_mut(from as usize).map(std::mem::take).unwrap_or_default();
                    for number in moved {
                        self.add(into, number);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, group: u32, number: Number) {
        if let Some(list) = self.groups.get_mut(group as usize) {
            list.push(number);
            self.group_of.insert(number, group);
        }
    }

    /// The commits that are the same change as this one, itself not among them.
    pub fn copies(&self, number: Number) -> impl Iterator<Item = Number> + '_ {
        let group = self.group_of.get(&number).and_then(|&group| self.groups.get(group as usize));
        group.into_iter().flatten().copied().filter(move |&other| other != number)
    }

    /// The change that a commit belongs to, as a number shared by its copies.
    pub fn change(&self, number: Number) -> Option<u32> {
        self.group_of.get(&number).copied()
    }

    /// The commits that this one takes back.
    pub fn reverts(&self, number: Number) -> &[Number] {
        self.reverts.get(&number).map_or(&[], Vec::as_slice)
    }

    /// The commits that take this one or a copy of it back.
    pub fn undone_by(&self, number: Number) -> impl Iterator<Item = Number> + '_ {
        let same = std::iter::once(number).chain(self.copies(number));
        same.filter_map(|number| self.undone_by.get(&number)).flatten().copied()
    }
}

/// FNV-1a over all parts. Two changes with one hash would still have to be unrelated commits to be
/// taken for copies; at 64 bits that doesn't happen by chance.
fn hash_of(parts: &[&[u8]]) -> [u32; 2] {
    let bytes = parts.iter().copied().flatten();
    let hash: u64 = bytes
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let [a, b, c, d, e, f, g, h] = hash.to_be_bytes();
    [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]
}

/// The one commit that a hash, whole or abbreviated, names.
fn only(graph: &Graph, hash: &str) -> Option<Number> {
    match graph.with_prefix(hash).as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// A revert of a merge takes back what the merge brought; any other names its commit.
fn merged_by(graph: &Graph, number: Number) -> Vec<Number> {
    const MOST: usize = 1000;
    let [first, others @ ..] = graph.parents(number) else { return vec![number] };
    if others.is_empty() {
        return vec![number];
    }
    let main = graph.ancestors([*first]);
    let (mut found, mut stack) = (vec![number], others.to_vec());
    while let Some(at) = stack.pop() {
        if found.len() < MOST && !main.get(at as usize).copied().unwrap_or(true) && !found.contains(&at) {
            found.push(at);
            stack.extend(graph.parents(at));
        }
    }
    found
}

/// Whether one of two commits contains the other.
fn is_related(graph: &Graph, ranks: &[u32], left: Number, right: Number) -> bool {
    let rank = |number: Number| ranks.get(number as usize).copied().unwrap_or(0);
    // The one that comes first in the walk is the only one that can contain the other.
    let (late, early) = if rank(left) < rank(right) { (left, right) } else { (right, left) };
    let mut seen = std::collections::HashSet::new();
    let mut stack = vec![late];
    while let Some(number) = stack.pop() {
        if number == early {
            return true;
        }
        if rank(number) < rank(early) && seen.insert(number) {
            stack.extend(graph.parents(number));
        }
    }
    false
}
