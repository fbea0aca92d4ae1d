//! Reading a configured source.

use super::attribute::{Territory, attribute};
use super::cache::{self, Cache};
use super::graph::{Graph, Number};
use super::listing::some;
use super::object::Id;
use super::open::{Opened, open};
use super::reader::Objects;
use super::refs::{self, Tag};
use super::walk::{Keep, Walk, walk};
use super::{packages, patch, remote};
use crate::config::source::{CommitFilter, ForgeConfig, PackageConfig, SourceConfig};
use crate::diagnostic::Diagnostic;
use git2::{Mailmap, Repository};
use std::collections::HashSet;
use std::path::Path;

/// A source's history as plain data. `changelog` makes releases of it.
#[derive(Debug, Default)]
pub struct SourceHistory {
    /// The source's name.
    pub name: String,
    /// Its packages, each with its tag pattern.
    pub packages: Vec<PackageConfig>,
    /// The commits that HEAD and all tags contain.
    pub graph: Graph,
    /// The tags that point to commits, by name, with the commit's number.
    pub tags: Vec<(Tag, Number)>,
    /// The commit that is released from.
    pub head: Option<Number>,
    /// Its branch, unless HEAD is detached.
    pub branch: Option<String>,
    /// Maintained branches beside it with their last commits, if they were asked for.
    pub lines: Vec<(String, Number)>,
    /// The forge to link to.
    pub forge: Option<ForgeConfig>,
    /// Which commits are told, in all packages.
    pub commits: CommitFilter,
    /// Pairs of commits with the same patch, of which HEAD lacks one at least.
    pub same_patch: Vec<(Number, Number)>,
    /// Commits that a public build does not tell: they change nothing but internal pages.
    pub hidden: HashSet<Number>,
    /// What the history can't say.
    pub facts: Facts,
}

/// What a history lacks.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Facts {
    /// Whether the clone is shallow.
    pub shallow: bool,
    /// How many parents are cut off by it.
    pub cut: usize,
    /// Commits that are named and can't be read.
    pub missing_commits: Vec<String>,
    /// Trees that can't be read.
    pub missing_trees: usize,
    /// Objects replaced through `refs/replace`.
    pub replaced: usize,
    /// Tags that point to no commit.
    pub odd_tags: Vec<String>,
}

/// How much of a history is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Extent {
    /// What HEAD and the tags contain: what was released, and what the main line will release. A clone
    /// with other branches gives the same.
    #[default]
    Released,
    /// Also what the maintained branches contain.
    Lines,
}

/// Reads the history of a source: opens it, walks it once, and tells which packages each commit
/// touches. `cache` is a folder that may be deleted at any time; without it nothing is kept and no
/// URL can be cloned.
pub fn read_source(
    config: &SourceConfig,
    root: &Path,
    cache: Option<&Path>,
) -> (Option<SourceHistory>, Vec<Diagnostic>) {
    read_extent(config, root, cache, Extent::Released)
}

/// The same to another extent.
pub fn read_extent(
    config: &SourceConfig,
    root: &Path,
    cache: Option<&Path>,
    extent: Extent,
) -> (Option<SourceHistory>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let Some(Opened { repository, name }) = open(config, root, cache, &mut diagnostics) else {
        return (None, diagnostics);
    };
    let history = read(config, &repository, name, cache, extent, &mut diagnostics);
    (history, diagnostics)
}

fn read(
    config: &SourceConfig,
    repository: &Repository,
    name: String,
    cache: Option<&Path>,
    extent: Extent,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<SourceHistory> {
    let broken = |error: git2::Error| {
        Diagnostic::error(
            "git/unreadable",
            format!("the history of `{name}` can't be read: {}", error.message()),
        )
    };
    let objects = Objects::new(repository).map_err(|error| diagnostics.push(broken(error))).ok()?;
    let shallow = shallow_commits(repository);
    // What replace refs change is not in the ids that the cache goes by, and what a shallow clone
    // lacks may be there the next time.
    let cache = cache.filter(|_| objects.replaced() == 0 && shallow.is_empty());
    let file = cache.map(|cache| cache::file(cache, repository.path()));
    let mut kept = file.as_deref().map(Cache::load).unwrap_or_default();
    let tags = refs::tags(repository, &objects, |id| kept.has(id))
        .map_err(|error| diagnostics.push(broken(error)))
        .ok()?;
    let head = refs::head(repository, config.branch.as_deref());
    match (&head, &config.branch) {
        (None, Some(branch)) => {
            let message = format!("`{name}` has no branch `{branch}`");
            diagnostics
                .push(Diagnostic::error("git/no-branch", message).help("correct `branch` of the source"));
            return None;
        }
        (None, None) if tags.tags.is_empty() => {
            diagnostics
                .push(Diagnostic::note("git/empty", format!("the repository `{name}` has no commits yet")));
        }
        (None, None) => {
            let message = format!("HEAD of `{name}` names no commit: there is nothing unreleased");
            diagnostics.push(Diagnostic::note("git/no-head", message).help("set `branch` of the source"));
        }
        (Some(head), _) if head.guessed => {
            let branch = head.branch.as_deref().unwrap_or_default();
            let message = format!("HEAD of `{name}` names a branch without commits; `{branch}` is used");
            diagnostics.push(Diagnostic::note("git/no-head", message).help("set `branch` of the source"));
        }
        _ => {}
    }
    let mut tips: Vec<Id> = head.iter().map(|head| head.commit).collect();
    tips.extend(tags.tags.iter().map(|tag| tag.commit));
    let main = head.as_ref().and_then(|head| head.branch.as_deref());
    let lines = match extent {
        Extent::Released => Vec::new(),
        Extent::Lines => refs::lines(repository, &objects, &config.maintained, main),
    };
    tips.extend(lines.iter().map(|line| line.commit));
    let mailmap = head.as_ref().and_then(|head| mailmap(&objects, head.commit));
    let tree = head.as_ref().and_then(|head| objects.commit(head.commit, |commit| commit.tree));
    let packages = packages::resolve(&name, &config.packages, &tags.tags, &objects, tree, diagnostics);
    let (territory, problems) = Territory::new(&name, &packages);
    diagnostics.extend(problems);
    let keep = match (territory.is_everywhere(), &file) {
        (false, _) => Keep::All,
        (true, Some(_)) => Keep::ForCache,
        (true, None) => Keep::Nothing,
    };
    let Walk { mut graph, trees, findings, raw_people, fresh } =
        walk(&objects, &tips, &shallow, mailmap.as_ref(), &kept, keep);
    let head_number = head.as_ref().and_then(|head| graph.number(&head.commit));
    let fingerprint = cache::fingerprint(&packages);
    kept.expect(&fingerprint);
    let attributed =
        attribute(&objects, &territory, packages.len(), &trees, &mut graph, |id| kept.packages(id));
    let is_whole = findings.missing.is_empty() && attributed.missing.is_empty();
    if let Some(file) = file.filter(|_| is_whole && kept.is_worth_replacing(fresh)) {
        cache::store(&file, &graph, &trees, &raw_people, &fingerprint);
    }
    drop((kept, trees, raw_people));
    let same_patch = patch::same(repository, &objects, &graph, head_number, cache);
    let facts = Facts {
        shallow: !shallow.is_empty(),
        cut: findings.cut,
        missing_commits: findings.missing.iter().map(|(id, _)| id.hex()).collect(),
        missing_trees: attributed.missing.len(),
        replaced: objects.replaced(),
        odd_tags: tags.others,
    };
    for (missing, child) in &findings.missing {
        let by = child.map_or_else(|| "a reference".to_owned(), |child| format!("commit {}", child.hex()));
        let message = format!(
            "`{name}` lacks commit {}, which {by} names: what came before it is not told",
            missing.hex()
        );
        diagnostics.push(Diagnostic::warning("git/missing-object", message).help("run `git fsck` there"));
    }
    if let Some((tree, commit)) = attributed.missing.first() {
        let message = format!(
            "`{name}` lacks {} trees, such as {} of commit {}: their commits count for every package",
            attributed.missing.len(),
            tree.hex(),
            commit.hex()
        );
        diagnostics.push(
            Diagnostic::warning("git/missing-object", message)
                .help("clone it with its trees (`--filter=blob:none` is fine)"),
        );
    }
    if facts.shallow {
        let message = format!(
            "`{name}` is a shallow clone: releases before its edge are not told, and the first one may lack changes"
        );
        diagnostics.push(
            Diagnostic::note("git/shallow", message)
                .help("fetch the whole history (`git fetch --unshallow`; `fetch-depth: 0` on CI)"),
        );
    }
    if !facts.odd_tags.is_empty() {
        let message = format!(
            "{} tags of `{name}` point to no commit: {}",
            facts.odd_tags.len(),
            some(&facts.odd_tags)
        );
        diagnostics.push(Diagnostic::note("git/odd-tag", message));
    }
    let forge = config.forge.clone().or_else(|| remote::guess(repository));
    let tags = tags
        .tags
        .into_iter()
        .filter_map(|tag| graph.number(&tag.commit).map(|number| (tag, number)))
        .collect();
    let branch = head.and_then(|head| head.branch);
    let lines =
        lines.into_iter().filter_map(|line| graph.number(&line.commit).map(|at| (line.branch, at))).collect();
    let commits = config.commits.clone();
    Some(SourceHistory {
        commits,
        lines,
        name,
        packages,
        graph,
        tags,
        head: head_number,
        branch,
        forge,
        same_patch,
        hidden: HashSet::new(),
        facts,
    })
}

/// The commits at the edge of a shallow clone.
pub(super) fn shallow_commits(repository: &Repository) -> Vec<Id> {
    let text = std::fs::read(repository.commondir().join("shallow")).unwrap_or_default();
    text.split(|&byte| byte == b'\n').filter_map(|line| Id::from_hex(line.trim_ascii())).collect()
}

/// The `.mailmap` of a commit. The user's own configuration is not asked: the same commit gives the
/// same names on every machine.
pub(super) fn mailmap(objects: &Objects<'_>, commit: Id) -> Option<Mailmap> {
    const LONGEST: usize = 4 << 20;
    let tree = objects.commit(commit, |commit| commit.tree)?;
    let blob = super::tree::at_path(objects, tree, ".mailmap").ok()??;
    let text = objects.blob(blob, LONGEST)?;
    Mailmap::from_buffer(&String::from_utf8_lossy(&text).replace('\0', "")).ok()
}
