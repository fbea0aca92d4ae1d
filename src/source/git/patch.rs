//! One change under several hashes, told by its patch: the lines that it adds and takes away, with
//! whitespace and line numbers left aside, as `git patch-id` does it.
//!
//! Making a patch costs a hundred times what reading a commit does. So it is made only where an
//! answer matters and is likely: for commits that HEAD lacks, and for those that share with one of
//! them the subject or the author and the moment of writing. Where few commits are left over, those
//! that touch the same files are compared too. Patches are kept by the commit's id.

use super::graph::{Graph, Number};
use super::object::Id;
use super::patches::Patches;
use super::reader::Objects;
use super::tree::differences;
use crate::commit::reference::strip_pull_request;
use crate::commit::text::split_subject;
use git2::{Diff, DiffLine, DiffOptions, Repository};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// Commits under one key, beyond which the key says nothing: `chore: update`.
const CROWD: usize = 16;
/// With more commits than this to choose from, files are not compared.
const FEW: usize = 4_000;
/// A commit that touches more files than this is no backport of one change.
const MOST_FILES: usize = 300;
/// A file longer than this is told by its id.
const LONGEST: i64 = 1 << 20;
/// Changed bytes that are needed where nothing but the files hints at a copy.
const SUBSTANCE: u32 = 40;
/// Parts of subjects shorter than this are not compared.
const SHORTEST: usize = 8;

/// The hash of a patch, and how many bytes it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// The hash.
    pub hash: [u8; 16],
    /// Bytes in its changed lines, without whitespace.
    pub bytes: u32,
}

/// Pairs of commits with the same patch. `folder` is where patches are kept.
pub fn same(
    repository: &Repository,
    objects: &Objects<'_>,
    graph: &Graph,
    head: Option<Number>,
    folder: Option<&Path>,
) -> Vec<(Number, Number)> {
    let Some(head) = head else { return Vec::new() };
    let on_head = graph.ancestors([head]);
    let is_on_head = |number: Number| on_head.get(number as usize).copied().unwrap_or(true);
    let single = |&number: &Number| graph.parents(number).len() == 1;
    let aside: Vec<Number> =
        graph.order.iter().copied().filter(|&number| !is_on_head(number)).filter(single).collect();
    if aside.is_empty() {
        return Vec::new();
    }
    let mut finder = Finder { repository, objects, graph, patches: Patches::load(folder, repository) };
    let mut pairs = finder.with_hints(&aside, is_on_head);
    let settled: HashSet<Number> = pairs.iter().flat_map(|&(left, right)| [left, right]).collect();
    let open: Vec<Number> = aside.into_iter().filter(|number| !settled.contains(number)).collect();
    pairs.extend(finder.by_files(&open, is_on_head));
    finder.patches.store();
    pairs
}

struct Finder<'a, 'r> {
    repository: &'a Repository,
    objects: &'a Objects<'r>,
    graph: &'a Graph,
    patches: Patches,
}

impl Finder<'_, '_> {
    /// Compares commits with one subject, and those with one author and moment.
    fn with_hints(&mut self, aside: &[Number], is_on_head: impl Fn(Number) -> bool) -> Vec<(Number, Number)> {
        let mut buckets: HashMap<u64, Vec<Number>> = HashMap::new();
        for &number in aside {
            for key in keys(self.graph, number) {
                buckets.entry(key).or_default().push(number);
            }
        }
        for &number in self.graph.order.iter().filter(|&&number| is_on_head(number)) {
            if self.graph.parents(number).len() < 2 {
                for key in keys(self.graph, number) {
                    if let Some(bucket) = buckets.get_mut(&key) {
                        bucket.push(number);
                    }
                }
            }
        }
        // By key, so that the pairs don't depend on a map's order.
        let mut buckets: Vec<(u64, Vec<Number>)> =
            buckets.into_iter().filter(|(_, bucket)| (2..=CROWD).contains(&bucket.len())).collect();
        buckets.sort_unstable();
        let mut pairs = Vec::new();
        for (_, bucket) in buckets {
            if !self.is_told_by_message(&bucket) {
                pairs.extend(self.equal(&bucket, 0));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// Whether author, moment and subject say already that these are copies.
    fn is_told_by_message(&self, bucket: &[Number]) -> bool {
        let subject = |number: Number| {
            self.graph
                .messages
                .with(number, |message| strip_pull_request(&split_subject(message).0).0.to_owned())
        };
        let fact = |number: Number| {
            let at = number as usize;
            (self.graph.authors.get(at).copied(), self.graph.authored.get(at).copied(), subject(number))
        };
        let mut facts = bucket.iter().map(|&number| fact(number));
        let first = facts.next();
        facts.all(|fact| Some(fact) == first)
    }

    /// Compares commits that touch the same files, of those that nothing else told.
    fn by_files(&mut self, open: &[Number], is_on_head: impl Fn(Number) -> bool) -> Vec<(Number, Number)> {
        // Originals came after the line began.
        let starts = open.iter().flat_map(|&number| self.graph.parents(number)).copied();
        let Some(since) =
            starts.filter(|&parent| is_on_head(parent)).map(|at| self.graph.committed(at).seconds).min()
        else {
            return Vec::new();
        };
        let main: Vec<Number> = self
            .graph
            .order
            .iter()
            .copied()
            .filter(|&number| is_on_head(number) && self.graph.committed(number).seconds >= since)
            .filter(|&number| self.graph.parents(number).len() == 1)
            .take(FEW + 1)
            .collect();
        if open.len() + main.len() > FEW {
            return Vec::new();
        }
        let mut buckets: BTreeMap<u64, Vec<Number>> = BTreeMap::new();
        for &number in open {
            if let Some(files) = self.files(number) {
                buckets.entry(files).or_default().push(number);
            }
        }
        for &number in &main {
            if let Some(bucket) = self.files(number).and_then(|files| buckets.get_mut(&files)) {
                bucket.push(number);
            }
        }
        let crowds = buckets.into_values().filter(|bucket| (2..=CROWD).contains(&bucket.len()));
        let mut pairs = Vec::new();
        for bucket in crowds {
            pairs.extend(self.equal(&bucket, SUBSTANCE));
        }
        pairs
    }

    /// Pairs within a bucket whose patches are equal and change at least so many bytes.
    fn equal(&mut self, bucket: &[Number], least: u32) -> Vec<(Number, Number)> {
        let mut first: HashMap<[u8; 16], Number> = HashMap::new();
        let mut pairs = Vec::new();
        for &number in bucket {
            let Some(patch) = self.patch(number).filter(|patch| patch.bytes >= least) else { continue };
            match first.get(&patch.hash) {
                Some(&other) if other != number => pairs.push((other, number)),
                Some(_) => {}
                None => drop(first.insert(patch.hash, number)),
            }
        }
        pairs
    }

    fn trees(&self, number: Number) -> Option<(Id, Id)> {
        let parent = *self.graph.parents(number).first()?;
        let tree = |number| self.objects.commit(self.graph.id(number), |commit| commit.tree);
        Some((tree(parent)?, tree(number)?))
    }

    /// A hash of the paths that a commit touches.
    fn files(&mut self, number: Number) -> Option<u64> {
        let id = self.graph.id(number);
        if let Some(files) = self.patches.files(&id) {
            return files;
        }
        let mut hasher = blake3::Hasher::new();
        let mut count = 0;
        let compared = self.trees(number).map(|(old, new)| {
            differences(self.objects, Some(old), Some(new), b"", &mut |difference| {
                count += 1;
                hasher.update(difference.path);
                hasher.update(&[0]);
            })
        });
        let files = matches!(compared, Some(Ok(()))) && (1..=MOST_FILES).contains(&count);
        let files =
            files.then(|| hasher.finalize().as_bytes().first_chunk().map(|bytes| u64::from_le_bytes(*bytes)));
        let files = files.flatten();
        self.patches.add_files(id, files);
        files
    }

    /// A commit's patch; none if it is empty, too large, or a part of it can't be read.
    fn patch(&mut self, number: Number) -> Option<Patch> {
        let id = self.graph.id(number);
        if let Some(patch) = self.patches.patch(&id) {
            return patch;
        }
        let patch = self.trees(number).and_then(|(old, new)| {
            let (old, new) =
                (self.repository.find_tree(old.into()).ok()?, self.repository.find_tree(new.into()).ok()?);
            let mut options = DiffOptions::new();
            options.context_lines(0).max_size(LONGEST).skip_binary_check(false);
            let diff = self.repository.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options)).ok()?;
            hash(&diff)
        });
        self.patches.add_patch(id, patch);
        patch
    }
}

/// Hashes a diff without whitespace and line numbers.
fn hash(diff: &Diff<'_>) -> Option<Patch> {
    if !(1..=MOST_FILES).contains(&diff.deltas().len()) {
        return None;
    }
    let hasher = std::cell::RefCell::new(blake3::Hasher::new());
    let mut bytes = 0;
    let mut line = |_: git2::DiffDelta<'_>, _: Option<git2::DiffHunk<'_>>, line: DiffLine<'_>| {
        let mut hasher = hasher.borrow_mut();
        hasher.update(line.origin().encode_utf8(&mut [0; 4]).as_bytes());
        for word in line.content().split(u8::is_ascii_whitespace) {
            hasher.update(word);
            bytes += u32::try_from(word.len()).unwrap_or(u32::MAX);
        }
        true
    };
    diff.foreach(
        &mut |delta, _| {
            let mut hasher = hasher.borrow_mut();
            for file in [delta.old_file(), delta.new_file()] {
                hasher.update(file.path_bytes().unwrap_or_default());
                hasher.update(&[0]);
            }
            true
        },
        Some(&mut |delta, _| {
            // What has no lines is told by its content.
            hasher.borrow_mut().update(delta.new_file().id().as_bytes());
            true
        }),
        None,
        Some(&mut line),
    )
    .ok()?;
    let hash = *hasher.into_inner().finalize().as_bytes().first_chunk()?;
    Some(Patch { hash, bytes })
}

/// What a commit may share with a copy of it: its subject, and its author with the moment of writing.
fn keys(graph: &Graph, number: Number) -> impl Iterator<Item = u64> {
    // FNV-1a: every commit of the history is asked, and a collision costs one needless comparison.
    let hash = |seed: u64, bytes: &mut dyn Iterator<Item = u8>| {
        bytes.fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let at = number as usize;
    let author = graph.authors.get(at).copied().unwrap_or(u32::MAX);
    let authored = graph.authored.get(at).copied().unwrap_or(0);
    let moment = hash(u64::from(author), &mut authored.to_le_bytes().into_iter());
    let subject = graph.messages.with(number, |message| {
        let (subject, _) = split_subject(message);
        let bare = bare(&subject);
        (bare.len() >= SHORTEST)
            .then(|| hash(1 << 40, &mut bare.bytes().map(|byte| byte.to_ascii_lowercase())))
    });
    [Some(moment), subject].into_iter().flatten()
}

/// A subject without what backports put around it: `[1.x] fix: a (#12)`, `Backport: fix: a`.
fn bare(subject: &str) -> &str {
    let mut text = strip_pull_request(subject).0.trim();
    loop {
        let lower = text.get(..8).unwrap_or_default();
        let rest = if text.starts_with('[') {
            text.split_once(']').map(|(_, rest)| rest)
        } else if lower.eq_ignore_ascii_case("backport") {
            text.split_once(':').or_else(|| text.split_once(' ')).map(|(_, rest)| rest)
        } else {
            None
        };
        match rest.map(str::trim) {
            Some(rest) if !rest.is_empty() => text = rest,
            _ => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn what_backports_put_around_a_subject_is_left_aside() {
        for text in ["fix: a", "[1.x] fix: a (#12) (#14)", "Backport: fix: a", "[v2][backport] fix: a"] {
            assert_eq!(bare(text), "fix: a");
        }
        assert_eq!(bare("[only]"), "[only]");
        assert_eq!(bare("backport"), "backport");
    }
}
