//! A history as plain arrays: who came before whom, when, by whom, touching which packages.

use super::index::IdIndex;
use super::messages::Messages;
use super::object::Id;
use super::stamp::Stamp;
use std::collections::HashMap;

/// A commit's number within its [`Graph`].
pub type Number = u32;

/// Commits by number. The numbers are those of the walk's reading; [`Graph::order`] gives children
/// before parents.
#[derive(Debug, Default)]
pub struct Graph {
    /// Id of each commit.
    pub ids: Vec<Id>,
    /// From id to number.
    pub index: IdIndex,
    /// Where the parents of each commit begin in `parents`, and how many they are.
    parent_starts: Vec<u32>,
    parent_counts: Vec<u16>,
    /// Parents of all commits, one after another. A parent that can't be read is not among them.
    pub(super) parents: Vec<Number>,
    /// When each commit was put into the history: seconds, and minutes of its zone.
    committed: Vec<i64>,
    zones: Vec<i16>,
    /// When each commit was written.
    pub authored: Vec<i64>,
    /// Author of each commit, in [`Graph::people`].
    pub authors: Vec<u32>,
    /// Authors, after `.mailmap`.
    pub people: Vec<Person>,
    /// Set of packages that each commit touches, in [`Graph::sets`].
    pub touches: Vec<u32>,
    /// Distinct sets of packages, each in ascending order.
    pub sets: Vec<Vec<u16>>,
    /// Messages.
    pub messages: Messages,
    /// Numbers, children before parents, newer before older otherwise.
    pub order: Vec<Number>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Graph {
    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of a commit.
    pub fn number(&self, id: &Id) -> Option<Number> {
        self.index.get(&self.ids, id)
    }

    /// The numbers of the commits whose hash begins with these hexadecimal digits.
    pub fn with_prefix(&self, prefix: &str) -> Vec<Number> {
        let prefix = prefix.to_ascii_lowercase();
        if let Some(id) = Id::from_hex(prefix.as_bytes()) {
            return self.number(&id).into_iter().collect();
        }
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Vec::new();
        }
        // Compared digit by digit: writing out a million ids would take longer than the walk.
        let digits: Vec<u8> = prefix.bytes().map(|byte| (byte & 15) + (byte >> 6) * 9).collect();
        let begins = |id: &Id| {
            digits.len() <= 40
                && digits.chunks(2).zip(&id.0).all(|(pair, &byte)| match pair {
                    [high, low] => byte == high << 4 | low,
                    [high] => byte >> 4 == *high,
                    _ => true,
                })
        };
        (0_u32..).zip(&self.ids).filter(|(_, id)| begins(id)).map(|(number, _)| number).collect()
    }

    /// A commit's id.
    pub fn id(&self, number: Number) -> Id {
        self.ids.get(number as usize).copied().unwrap_or_default()
    }

    /// A commit's parents.
    pub fn parents(&self, number: Number) -> &[Number] {
        let at = number as usize;
        let start = self.parent_starts.get(at).copied().unwrap_or(0) as usize;
        let count = self.parent_counts.get(at).copied().unwrap_or(0);
        self.parents.get(start..start + usize::from(count)).unwrap_or_default()
    }

    /// Says that the parents of a commit are those from `start` on.
    pub(super) fn place_parents(&mut self, number: Number, start: u32) {
        let size = self.ids.len();
        self.parent_starts.resize(size.max(self.parent_starts.len()), 0);
        self.parent_counts.resize(size.max(self.parent_counts.len()), 0);
        let count = u16::try_from(self.parents.len() - start as usize).unwrap_or(u16::MAX);
        if let (Some(first), Some(many)) =
            (self.parent_starts.get_mut(number as usize), self.parent_counts.get_mut(number as usize))
        {
            (*first, *many) = (start, count);
        }
    }

    /// Adds the moment of the next commit.
    pub(super) fn push_committed(&mut self, stamp: Stamp) {
        self.committed.push(stamp.seconds);
        self.zones.push(stamp.offset);
    }

    /// When a commit was put into the history.
    pub fn committed(&self, number: Number) -> Stamp {
        let seconds = self.committed.get(number as usize).copied().unwrap_or_default();
        let offset = self.zones.get(number as usize).copied().unwrap_or_default();
        Stamp { seconds, offset }
    }

    /// Who wrote a commit.
    pub fn author(&self, number: Number) -> Option<&Person> {
        self.people.get(*self.authors.get(number as usize)? as usize)
    }

    /// The packages that a commit touches.
    pub fn packages(&self, number: Number) -> &[u16] {
        let set = self.touches.get(number as usize).copied().unwrap_or(0);
        self.sets.get(set as usize).map_or(&[], Vec::as_slice)
    }

    /// Every commit that `tips` contain, themselves included.
    pub fn ancestors(&self, tips: impl IntoIterator<Item = Number>) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut stack: Vec<Number> = tips.into_iter().collect();
        while let Some(number) = stack.pop() {
            match seen.get_mut(number as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            stack.extend(self.parents(number));
        }
        seen
    }

    /// Computes [`Graph::order`]: Kahn's algorithm from the tips, the newest first where the
    /// history leaves a choice, so that wrong clocks bend the order but never break it.
    pub(super) fn sort(&mut self) {
        let mut children = vec![0_u32; self.len()];
        for &parent in &self.parents {
            if let Some(count) = children.get_mut(parent as usize) {
                *count += 1;
            }
        }
        let mut ready = std::collections::BinaryHeap::new();
        let key = |graph: &Self, number: Number| (graph.committed(number).seconds, graph.id(number), number);
        for (number, &count) in (0_u32..).zip(&children) {
            if count == 0 {
                ready.push(key(self, number));
            }
        }
        let mut order = Vec::with_capacity(self.len());
        while let Some((_, _, number)) = ready.pop() {
            order.push(number);
            for &parent in self.parents(number) {
                if let Some(count) = children.get_mut(parent as usize) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(key(self, parent));
                    }
                }
            }
        }
        self.order = order;
    }
}

/// Gives equal values one number.
#[derive(Debug, Default)]
pub struct Interner<K> {
    numbers: HashMap<K, u32>,
}

impl<K: Eq + std::hash::Hash> Interner<K> {
    /// An empty one.
    pub fn new() -> Self {
        Self { numbers: HashMap::new() }
    }

    /// The number of `key`; if it is new, what `value` makes of it is added to `list`.
    pub fn number<Q, V>(&mut self, list: &mut Vec<V>, key: &Q, value: impl FnOnce() -> V) -> u32
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + std::hash::Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(&number) = self.numbers.get(key) {
            return number;
        }
        let number = u32::try_from(list.len()).unwrap_or(u32::MAX);
        list.push(value());
        self.numbers.insert(key.to_owned(), number);
        number
    }
}
