//! What git says: of pages, and the histories that releases are made of.

use super::git::{self, PageHistory, SourceHistory};
use super::library::Library;
use super::page::Page;
use super::page_file::Stamp;
use super::project::Project;
use super::tree::Tree;
use super::watch_list::{self, Watched};
use super::withheld;
use crate::config::source::SourceConfig;
use crate::diagnostic::Diagnostic;
use crate::record::Audience;
use std::path::Path;
use std::sync::Arc;

/// The histories of a project.
#[derive(Default)]
pub(super) struct Histories {
    /// Of the pages of each folder, by its place among the content.
    pub pages: Arc<Vec<(String, PageHistory)>>,
    /// Those that releases are made of.
    pub sources: Arc<Vec<SourceHistory>>,
    /// What became of the paths that runbooks watch.
    pub watched: Arc<Watched>,
}

impl Histories {
    /// Those of a library that was read before.
    pub(super) fn of(library: &Library) -> Self {
        Self {
            pages: library.page_histories.clone(),
            sources: library.histories.clone(),
            watched: library.watched.clone(),
        }
    }

    /// Reads them. A public build's say nothing of what touches internal pages alone.
    pub(super) fn read(
        project: &Project,
        trees: &[Tree],
        pages: &[(Arc<Page>, Stamp)],
        found: &mut Vec<Diagnostic>,
    ) -> Self {
        let page_histories = page_histories(project, trees, found);
        let pages = pages.iter().map(|(page, _)| &**page);
        let mut histories = histories(project, found);
        // After the histories, whose clones it reads.
        let watched =
            watch_list::watched(project, pages.clone(), &watch_list::ignored_commits(&project.root));
        // After the histories: what they are read from is there then.
        if project.built_for == Audience::Public {
            let trees: Vec<(&str, &Path)> =
                trees.iter().map(|tree| (tree.at.as_str(), &*tree.folder)).collect();
            withheld::hide_commits(&trees, pages, &page_histories, &mut histories);
        }
        Self { pages: Arc::new(page_histories), sources: Arc::new(histories), watched: Arc::new(watched) }
    }
}

/// What git says of the pages of each folder.
fn page_histories(
    project: &Project,
    trees: &[Tree],
    found: &mut Vec<Diagnostic>,
) -> Vec<(String, PageHistory)> {
    let ignored = watch_list::ignored_commits(&project.root);
    let mut histories = Vec::new();
    for tree in trees.iter().filter(|tree| tree.folder.is_dir()) {
        let (history, mistakes) = git::page_history(&tree.folder, &ignored, project.config.audit.enabled);
        // A mount's history is a gift: only the content folder's own is missed.
        found.extend(mistakes.into_iter().filter(|_| tree.at.is_empty()));
        histories.push((tree.at.clone(), history));
    }
    histories
}

/// The histories that releases are made of: those that site.toml names, else the repository that holds the site, if it
/// has tags.
fn histories(project: &Project, found: &mut Vec<Diagnostic>) -> Vec<SourceHistory> {
    let cache = project.cache.as_deref();
    if !project.config.sources.is_empty() {
        return project
            .config
            .sources
            .iter()
            .filter_map(|source| {
                let (history, mistakes) = git::read_source(source, &project.root, cache);
                found.extend(mistakes);
                history
            })
            .collect();
    }
    // Named after the site, not after the folder: a clone elsewhere must give the same bytes.
    let source = SourceConfig { name: project.config.site.title.clone(), ..SourceConfig::default() };
    let (history, _) = git::read_source(&source, &project.root, cache);
    history.filter(|history| !history.tags.is_empty()).into_iter().collect()
}
