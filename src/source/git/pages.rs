//! When each page was created and changed, and by whom: one walk for all of them.
//!
//! Times are those of the commits' committers: they say when a change entered this history, and
//! don't jump back when an old branch is merged. A file that moved unchanged keeps its history;
//! that is known from the ids alone, so no content is compared.

use super::graph::{Graph, Person};
use super::object::Id;
use super::open::open_path;
use super::page_changes::{CommitChanges, PageChanges, Recorder};
use super::reader::Objects;
use super::refs;
use super::source::{mailmap, shallow_commits};
use super::stamp::Stamp;
use super::tree::{at_path, differences};
use super::walk::{Keep, Nothing, Walk, walk};
use crate::commit::footer;
use crate::diagnostic::Diagnostic;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// The history of the files below one folder.
#[derive(Debug, Default, Clone)]
pub struct PageHistory {
    /// The commit that the folder is at.
    pub head: Option<HeadFacts>,
    /// Path of the folder in its repository, without a slash at the end; empty for the root.
    pub prefix: String,
    /// What each commit did to which page, if that was asked.
    pub changes: PageChanges,
    pages: BTreeMap<String, PageFacts>,
}

impl PageHistory {
    /// The facts of a file, by its path below the folder, with `/`.
    pub fn page(&self, path: &str) -> Option<&PageFacts> {
        self.pages.get(path)
    }

    /// All files that HEAD has, by path below the folder.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &PageFacts)> {
        self.pages.iter().map(|(path, facts)| (path.as_str(), facts))
    }
}

/// The commit that a site is built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeadFacts {
    /// Its hash.
    pub commit: String,
    /// When it was committed.
    pub time: Stamp,
    /// The branch, unless HEAD is detached.
    pub branch: Option<String>,
    /// Whether the clone is shallow.
    pub shallow: bool,
}

/// What the history knows of one file.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct PageFacts {
    /// When it was added. None where the history doesn't reach that far.
    pub created: Option<Stamp>,
    /// When it was last changed. None where the history doesn't reach that far.
    pub updated: Option<Stamp>,
    /// Who changed it, the most commits first. Empty where the history is cut off: half a list
    /// would be taken for the whole.
    pub contributors: Vec<Contributor>,
    /// The commit that last changed it.
    pub commit: Option<String>,
    /// Its path in the repository.
    pub path_in_repo: String,
}

/// Somebody who changed a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contributor {
    /// The name, after `.mailmap`.
    pub name: String,
    /// The address, after `.mailmap`. Not for publishing as it is.
    #[serde(skip)]
    pub email: String,
    /// How many of the commits.
    pub commits: u32,
}

/// Reads the history of the files below `dir`. Commits in `ignore_revs` (hashes, whole or
/// abbreviated, as in `.git-blame-ignore-revs`) count neither as changes nor for contributors. `record` asks for
/// [`PageHistory::changes`], which tell of those commits, too.
pub fn page_history(dir: &Path, ignore_revs: &[String], record: bool) -> (PageHistory, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let shown = dir.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
    let repository = match open_path(dir, ".") {
        Ok(repository) => repository,
        Err(error) if error.rule == "git/no-repository" => {
            let message = format!(
                "`{shown}` is in no git repository: pages have no dates, authors or commits of their own"
            );
            return (PageHistory::default(), vec![Diagnostic::note("git/no-repository", message)]);
        }
        // A site can be built without its history; say what is missing and go on.
        Err(mut error) => {
            error.level = crate::diagnostic::Level::Warning;
            return (PageHistory::default(), vec![*error]);
        }
    };
    let Ok(objects) = Objects::new(&repository) else {
        let message = format!("the history of `{shown}` can't be read");
        return (PageHistory::default(), vec![Diagnostic::warning("git/unreadable", message)]);
    };
    let Some(head) = refs::head(&repository, None).filter(|head| !head.guessed) else {
        let message = format!(
            "the repository of `{shown}` has no commits yet: pages have no dates, authors or commits of their own"
        );
        return (PageHistory::default(), vec![Diagnostic::note("git/empty", message)]);
    };
    let prefix = prefix_of(&repository, dir);
    let shallow = shallow_commits(&repository);
    let mailmap = mailmap(&objects, head.commit);
    let Walk { graph, trees, findings, .. } =
        walk(&objects, &[head.commit], &shallow, mailmap.as_ref(), &Nothing, Keep::All);
    let Some(number) = graph.number(&head.commit) else {
        let message = format!("the commit {} that `{shown}` is at can't be read", head.commit.hex());
        return (PageHistory::default(), vec![Diagnostic::warning("git/missing-object", message)]);
    };
    if !shallow.is_empty() {
        let message = format!(
            "`{shown}` is in a shallow clone: dates and authors that lie before its edge are left out"
        );
        diagnostics.push(
            Diagnostic::note("git/shallow", message)
                .help("fetch the whole history (`git fetch --unshallow`; `fetch-depth: 0` on CI)"),
        );
    }
    for (missing, _) in &findings.missing {
        let message = format!(
            "the repository of `{shown}` lacks commit {}: what came before it is not told",
            missing.hex()
        );
        diagnostics.push(Diagnostic::warning("git/missing-object", message));
    }
    let facts = HeadFacts {
        commit: head.commit.hex(),
        time: graph.committed(number),
        branch: head.branch,
        shallow: !shallow.is_empty(),
    };
    let mut tracker = Tracker::new(&objects, &graph, &trees, &prefix, ignore_revs);
    // Below an edge nothing is known: what is first seen in an edge commit may be older than it.
    tracker.edges = shallow.iter().copied().collect();
    tracker.edges.extend(findings.missing.iter().filter_map(|(_, child)| *child));
    let (mut pages, changes) = tracker.run(head.commit, record, &mut diagnostics);
    for (path, page) in &mut pages {
        page.path_in_repo = if prefix.is_empty() { path.clone() } else { format!("{prefix}/{path}") };
    }
    (PageHistory { head: Some(facts), prefix, changes, pages }, diagnostics)
}

/// The path of a folder below its repository's working tree.
pub(super) fn prefix_of(repository: &git2::Repository, dir: &Path) -> String {
    let Some(workdir) = repository.workdir().and_then(|path| path.canonicalize().ok()) else {
        return String::new();
    };
    let Ok(dir) = dir.canonicalize() else { return String::new() };
    let Ok(below) = dir.strip_prefix(&workdir) else { return String::new() };
    below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

struct Tracker<'a> {
    objects: &'a Objects<'a>,
    graph: &'a Graph,
    trees: &'a [Id],
    prefix: &'a str,
    ignored: HashSet<u32>,
    edges: HashSet<Id>,
    /// Pages as they are collected.
    found: Vec<Found>,
    /// From a path, as it was called at this point of the history, to its page.
    alive: HashMap<Vec<u8>, usize>,
    /// Records all changes, if that was asked.
    recorder: Option<Recorder>,
}

#[derive(Default)]
struct Found {
    path: String,
    created: Option<Stamp>,
    updated: Option<Stamp>,
    commit: Option<Id>,
    people: HashMap<Person, u32>,
    cut: bool,
}

/// A file that a commit changed: its path, its id before and after.
type Changed = (Vec<u8>, Option<Id>, Option<Id>);

impl<'a> Tracker<'a> {
    fn new(
        objects: &'a Objects<'a>,
        graph: &'a Graph,
        trees: &'a [Id],
        prefix: &'a str,
        ignore: &[String],
    ) -> Self {
        let ignored = ignore.iter().flat_map(|hash| graph.with_prefix(hash.trim())).collect();
        Self {
            objects,
            graph,
            trees,
            prefix,
            ignored,
            edges: HashSet::new(),
            found: Vec::new(),
            alive: HashMap::new(),
            recorder: None,
        }
    }

    fn run(
        mut self,
        head: Id,
        record: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (BTreeMap<String, PageFacts>, PageChanges) {
        let mut missing = None;
        if let Some(number) = self.graph.number(&head) {
            match self.changes(None, self.folder(number)) {
                Ok(files) => {
                    for (path, _, _) in files {
                        let name = String::from_utf8_lossy(&path).into_owned();
                        self.alive.insert(path, self.found.len());
                        self.found.push(Found { path: name, ..Found::default() });
                    }
                }
                Err(tree) => missing = Some((tree, head)),
            }
        }
        self.recorder =
            record.then(|| Recorder::new(self.found.iter().map(|found| found.path.clone()).collect()));
        for &number in &self.graph.order {
            let id = self.graph.id(number);
            match self.of_commit(number) {
                Ok(changes) if !changes.is_empty() => self.take(number, id, changes),
                Ok(_) => {}
                Err(tree) => missing = missing.or(Some((tree, id))),
            }
        }
        if let Some((tree, commit)) = missing {
            let message = format!(
                "tree {} of commit {} can't be read: its changes are not told",
                tree.hex(),
                commit.hex()
            );
            diagnostics.push(Diagnostic::warning("git/missing-object", message));
        }
        let changes = self.recorder.map(Recorder::finish).unwrap_or_default();
        (self.found.into_iter().map(|found| (found.path.clone(), found.facts())).collect(), changes)
    }

    /// The tree of the content folder in a commit.
    fn folder(&self, number: u32) -> Option<Id> {
        let tree = *self.trees.get(number as usize)?;
        at_path(self.objects, tree, self.prefix).ok().flatten()
    }

    fn changes(&self, old: Option<Id>, new: Option<Id>) -> Result<Vec<Changed>, Id> {
        let mut changes = Vec::new();
        differences(self.objects, old, new, b"", &mut |difference| {
            changes.push((difference.path.to_vec(), difference.old, difference.new));
        })?;
        Ok(changes)
    }

    /// What a commit itself changed: for a merge, that is what differs from all of its parents.
    fn of_commit(&self, number: u32) -> Result<Vec<Changed>, Id> {
        let new = self.folder(number);
        let Some((&first, others)) = self.graph.parents(number).split_first() else {
            return self.changes(None, new);
        };
        let old = self.folder(first);
        if old == new || others.iter().any(|&parent| self.folder(parent) == new) {
            return Ok(Vec::new());
        }
        let mut changes = self.changes(old, new)?;
        for &parent in others {
            let against: HashSet<Vec<u8>> =
                self.changes(self.folder(parent), new)?.into_iter().map(|(path, _, _)| path).collect();
            changes.retain(|(path, _, _)| against.contains(path));
        }
        Ok(changes)
    }

    fn take(&mut self, number: u32, id: Id, changes: Vec<Changed>) {
        let is_ignored = self.ignored.contains(&number);
        let is_edge = self.edges.contains(&id);
        let stamp = self.graph.committed(number);
        self.record(number, id, &changes);
        // Files that went away by the id of their content: where an added file may have come from.
        let removed: HashMap<Id, &Vec<u8>> =
            changes.iter().filter_map(|(path, old, new)| new.is_none().then_some(((*old)?, path))).collect();
        let people = if is_ignored { Vec::new() } else { self.people(number) };
        let mut moved = Vec::new();
        for (path, old, new) in &changes {
            let Some(&page) = self.alive.get(path) else { continue };
            let Some(found) = self.found.get_mut(page) else { continue };
            let added = old.is_none();
            if is_edge && added {
                found.cut = true;
                continue;
            }
            if new.is_none() {
                continue;
            }
            if !is_ignored {
                if found.updated.is_none() {
                    (found.updated, found.commit) = (Some(stamp), Some(id));
                }
                for person in &people {
                    *found.people.entry(person.clone()).or_default() += 1;
                }
            }
            if added {
                match new.and_then(|new| removed.get(&new)) {
                    Some(&from) => moved.push((from.clone(), page)),
                    // Older than what was seen, as the walk goes back in time.
                    None => found.created = Some(stamp),
                }
            }
        }
        for (from, page) in moved {
            self.alive.entry(from).or_insert(page);
        }
    }

    fn record(&mut self, number: u32, id: Id, changes: &[Changed]) {
        let Some(mut recorder) = self.recorder.take() else { return };
        recorder.take(changes, &self.alive, self.edges.contains(&id), |files| CommitChanges {
            commit: id.hex(),
            time: self.graph.committed(number),
            authors: self.people(number).into_iter().map(|person| person.name).collect(),
            subject: self
                .graph
                .messages
                .with(number, |message| message.lines().next().unwrap_or_default().trim().to_owned()),
            files,
        });
        self.recorder = Some(recorder);
    }

    fn people(&self, number: u32) -> Vec<Person> {
        let mut people: Vec<Person> = self.graph.author(number).cloned().into_iter().collect();
        self.graph.messages.with(number, |message| {
            people.extend(co_authors(message));
        });
        let mut seen = HashSet::new();
        people.retain(|person| seen.insert(person.email.to_ascii_lowercase()));
        people
    }
}

/// The people of `Co-authored-by` trailers.
pub fn co_authors(message: &str) -> Vec<Person> {
    let trailer = |line: &str| {
        let footer = footer::token(line).filter(|footer| footer.is("Co-authored-by"))?;
        let (name, rest) = footer.value.split_once('<')?;
        let email = rest.split('>').next().unwrap_or_default();
        Some(Person { name: name.trim().to_owned(), email: email.trim().to_owned() })
    };
    message.lines().skip(1).filter_map(trailer).filter(|person| !person.name.is_empty()).collect()
}

impl Found {
    fn facts(self) -> PageFacts {
        let mut contributors: Vec<Contributor> = self
            .people
            .into_iter()
            .map(|(person, commits)| Contributor { name: person.name, email: person.email, commits })
            .collect();
        contributors.sort_by(|left, right| {
            right
                .commits
                .cmp(&left.commits)
                .then_with(|| left.name.cmp(&right.name))
                .then_with(|| left.email.cmp(&right.email))
        });
        if self.cut {
            contributors.clear();
        }
        PageFacts {
            created: self.created.filter(|_| !self.cut),
            updated: self.updated,
            contributors,
            commit: self.commit.map(|id| id.hex()),
            path_in_repo: String::new(),
        }
    }
}
