//! The one walk over a history.

use super::cache::RawPeople;
use super::graph::{Graph, Interner, Number, Person};
use super::object::{Id, RawCommit};
use super::reader::Objects;
use super::stamp::Stamp;
use crate::commit::text::decode;
use git2::Mailmap;
use std::collections::{BinaryHeap, HashMap};

/// What a walk found beside the commits.
#[derive(Debug, Default)]
pub struct Findings {
    /// Commits that a shallow clone cuts off.
    pub cut: usize,
    /// Commits that are named but can't be read although the clone is not shallow, with the commit
    /// that names them.
    pub missing: Vec<(Id, Option<Id>)>,
}

/// A walk's result.
#[derive(Debug, Default)]
pub struct Walk {
    /// The commits.
    pub graph: Graph,
    /// Tree of each commit, as far as they are kept.
    pub trees: Vec<Id>,
    /// What was amiss.
    pub findings: Findings,
    /// Authors as the commits name them.
    pub raw_people: RawPeople,
    /// How many commits were not known before.
    pub fresh: usize,
}

/// What is kept of each commit beside the graph: its tree and its author as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// For comparing trees.
    All,
    /// For the cache, which is for histories of ordinary size.
    ForCache,
    /// Nothing.
    Nothing,
}

/// Commits that were read before, by id.
pub trait Known {
    /// Hands the commit to `read`, if it is known.
    fn commit<T>(&self, id: Id, read: impl FnOnce(RawCommit<'_>) -> T) -> Option<T>;
}

/// Nothing is known.
pub struct Nothing;

impl Known for Nothing {
    fn commit<T>(&self, _: Id, _: impl FnOnce(RawCommit<'_>) -> T) -> Option<T> {
        None
    }
}

/// Reads every commit that the tips contain, the newest first: that is the order in which packs
/// hold them. `known` answers before the repository is asked.
pub fn walk(
    objects: &Objects<'_>,
    tips: &[Id],
    shallow: &[Id],
    mailmap: Option<&Mailmap>,
    known: &impl Known,
    keep: Keep,
) -> Walk {
    let mut walker = Walker {
        walk: Walk::default(),
        pending: HashMap::new(),
        keep,
        people: Interner::new(),
        raw_people: Interner::new(),
        key: Vec::new(),
        canonical: Vec::new(),
        mailmap,
    };
    let mut queue = BinaryHeap::new();
    for &tip in tips {
        walker.visit(objects, known, tip, None, &mut queue);
    }
    while let Some((_, number)) = queue.pop() {
        let id = walker.walk.graph.id(number);
        let parents = walker.pending.remove(&number).unwrap_or_default();
        let start = u32::try_from(walker.walk.graph.parents.len()).unwrap_or(u32::MAX);
        if shallow.contains(&id) {
            walker.walk.findings.cut += parents.len();
        } else {
            for parent in parents {
                let parent = walker.visit(objects, known, parent, Some(id), &mut queue);
                walker.walk.graph.parents.extend(parent);
            }
        }
        walker.walk.graph.place_parents(number, start);
    }
    walker.walk.graph.sort();
    walker.walk
}

struct Walker<'m> {
    walk: Walk,
    /// Parents of the commits in the queue.
    pending: HashMap<Number, Vec<Id>>,
    keep: Keep,
    people: Interner<Person>,
    raw_people: Interner<Vec<u8>>,
    /// Name and address of the commit at hand, as one key.
    key: Vec<u8>,
    /// From the number of a raw signature to the person's.
    canonical: Vec<u32>,
    mailmap: Option<&'m Mailmap>,
}

impl Walker<'_> {
    fn visit(
        &mut self,
        objects: &Objects<'_>,
        known: &impl Known,
        id: Id,
        child: Option<Id>,
        queue: &mut BinaryHeap<(i64, Number)>,
    ) -> Option<Number> {
        if let Some(number) = self.walk.graph.number(&id) {
            return Some(number);
        }
        let added = known.commit(id, |commit| self.add(id, &commit)).or_else(|| {
            let added = objects.commit(id, |commit| self.add(id, &commit));
            self.walk.fresh += usize::from(added.is_some());
            added
        });
        match added {
            Some((number, when)) => {
                queue.push((when.seconds, number));
                Some(number)
            }
            None => {
                if !self.walk.findings.missing.iter().any(|(missing, _)| *missing == id) {
                    self.walk.findings.missing.push((id, child));
                }
                None
            }
        }
    }

    fn add(&mut self, id: Id, commit: &RawCommit<'_>) -> (Number, Stamp) {
        let author = self.person(commit.author.name, commit.author.email, commit.encoding);
        let graph = &mut self.walk.graph;
        let number = u32::try_from(graph.ids.len()).unwrap_or(u32::MAX);
        graph.ids.push(id);
        graph.index.insert(&graph.ids, number);
        graph.push_committed(commit.committed);
        graph.authored.push(commit.author.when.seconds);
        graph.authors.push(author);
        graph.messages.push(&decode(commit.message, commit.encoding));
        if self.keeps(number) {
            self.walk.trees.push(commit.tree);
        }
        self.pending.insert(number, commit.parents.clone());
        (number, commit.committed)
    }

    /// Whether the trees and raw authors are wanted of a commit with this number.
    fn keeps(&self, number: Number) -> bool {
        match self.keep {
            Keep::All => true,
            Keep::ForCache => (number as usize) < super::cache::MOST,
            Keep::Nothing => false,
        }
    }

    fn person(&mut self, name: &[u8], email: &[u8], encoding: Option<&[u8]>) -> u32 {
        // An author's many commits cost one look-up each: the bytes as they are make the key.
        self.key.clear();
        self.key.extend_from_slice(encoding.unwrap_or_default());
        for part in [name, email] {
            self.key.push(0);
            self.key.extend_from_slice(part);
        }
        let list = &mut self.walk.raw_people.list;
        let text = || {
            (
                decode(name, encoding).into_owned().into_bytes(),
                decode(email, encoding).into_owned().into_bytes(),
            )
        };
        let raw = self.raw_people.number(list, self.key.as_slice(), text);
        if self.keeps(u32::try_from(self.walk.graph.ids.len()).unwrap_or(u32::MAX)) {
            self.walk.raw_people.of_commit.push(raw);
        }
        if let Some(&person) = self.canonical.get(raw as usize) {
            return person;
        }
        let person = canonical(&decode(name, encoding), &decode(email, encoding), self.mailmap);
        let number = self.people.number(&mut self.walk.graph.people, &person, || person.clone());
        self.canonical.push(number);
        number
    }
}

/// A person under the name and address that `.mailmap` gives them.
pub fn canonical(name: &str, email: &str, mailmap: Option<&Mailmap>) -> Person {
    let plain = Person { name: name.to_owned(), email: email.to_owned() };
    let Some(mailmap) = mailmap else { return plain };
    let Ok(signature) = git2::Signature::new(name, email, &git2::Time::new(0, 0)) else { return plain };
    match mailmap.resolve_signature(&signature) {
        Ok(found) => Person {
            name: String::from_utf8_lossy(found.name_bytes()).into_owned(),
            email: String::from_utf8_lossy(found.email_bytes()).into_owned(),
        },
        Err(_) => plain,
    }
}
