//! What became of the paths that runbooks watch. Only looked for where a page watches something, since it takes a walk
//! over the newer history of each source.

use super::git::{self, Touch};
use super::page::Page;
use super::project::Project;
use crate::config::source::{ForgeConfig, SourceConfig};
use crate::record::{Fields, Moment};
use std::collections::BTreeMap;
use std::fs;

/// Watched paths, as pages write them.
pub type Watched = BTreeMap<String, WatchedPath>;

/// A watched path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchedPath {
    /// Whether a source could be read that might have it; else nothing is known.
    pub is_known: bool,
    /// Whether a source has it.
    pub exists: bool,
    /// Commits that changed it since the earliest review of a page that watches it, the newest first.
    pub commits: Vec<WatchedCommit>,
}

/// A commit that changed a watched path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedCommit {
    /// Its hash.
    pub hash: String,
    /// When it was committed.
    pub at: Moment,
    /// The first line of its message. Empty in a public build: what a source's commits say may be internal.
    pub subject: String,
    /// The forge of its source.
    pub forge: Option<ForgeConfig>,
}

/// Looks up what pages watch: `deploy/edge.yaml` in any source, `api:deploy/edge.yaml` in the source of that name. A
/// path may be a file, a folder or a glob.
pub(super) fn watched<'a>(
    project: &Project,
    pages: impl Iterator<Item = &'a Page>,
    ignored: &[String],
) -> Watched {
    let mut found = Watched::new();
    let mut since = i64::MAX;
    for page in pages {
        let Fields::Runbook(runbook) = &page.front.fields else { continue };
        if let Some(reviewed) = page.front.common.reviewed.filter(|_| !runbook.watches.0.is_empty()) {
            since = since.min(reviewed.at.as_second());
        }
        found.extend(runbook.watches.0.iter().map(|path| (path.clone(), WatchedPath::default())));
    }
    if found.is_empty() {
        return found;
    }
    let own = SourceConfig { name: project.config.site.title.clone(), ..SourceConfig::default() };
    let sources = &project.config.sources;
    let sources = if sources.is_empty() { std::slice::from_ref(&own) } else { sources };
    for source in sources {
        let wanted: Vec<(String, String)> = found
            .keys()
            .filter_map(|path| match path.split_once(':') {
                Some((name, inner)) if name == source.name => Some((path.clone(), inner.to_owned())),
                Some(_) => None,
                None => Some((path.clone(), path.clone())),
            })
            .collect();
        if wanted.is_empty() {
            continue;
        }
        let mut skipped = ignored.to_vec();
        skipped.extend(source.path.iter().flat_map(|path| ignored_commits(&project.root.join(path))));
        let inner: Vec<&str> = wanted.iter().map(|(_, inner)| inner.as_str()).collect();
        let cache = project.cache.as_deref();
        let Some((forge, touched)) = git::touched(source, &project.root, cache, since, &inner, &skipped)
        else {
            continue;
        };
        let is_public = project.built_for == crate::record::Audience::Public;
        for ((path, _), touched) in wanted.iter().zip(touched) {
            let Some(slot) = found.get_mut(path) else { continue };
            slot.is_known = true;
            slot.exists |= touched.exists;
            let commit = |touch: Touch| {
                Some(WatchedCommit {
                    at: Moment::from_seconds(touch.seconds)?,
                    hash: touch.hash,
                    subject: if is_public { String::new() } else { touch.subject },
                    forge: forge.clone(),
                })
            };
            slot.commits.extend(touched.commits.into_iter().filter_map(commit));
            slot.commits.sort_by_key(|commit| std::cmp::Reverse(commit.at));
        }
    }
    found
}

/// Commits that changed only the looks of files, as `git blame` is told to ignore them.
pub(super) fn ignored_commits(folder: &std::path::Path) -> Vec<String> {
    let ignored = fs::read_to_string(folder.join(".git-blame-ignore-revs")).unwrap_or_default();
    ignored
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}
