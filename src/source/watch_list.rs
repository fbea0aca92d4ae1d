//! When the paths that runbooks watch last changed. Only looked for where a page watches something, since it takes a
//! walk over the whole history of a source.

use super::git;
use super::page::Page;
use super::project::Project;
use crate::record::{Fields, Moment};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Watched paths with the time of their last change; none for a path that no source has, or of which the history does
/// not reach far enough to tell.
pub type Watched = BTreeMap<String, Option<Moment>>;

/// Looks up what pages watch: `deploy/edge.yaml` in any source, `api:deploy/edge.yaml` in the source of that name. A
/// path may be a file, a folder or a glob.
pub(super) fn watched<'a>(
    project: &Project,
    pages: impl Iterator<Item = &'a Page>,
    ignored: &[String],
) -> Watched {
    let paths: BTreeSet<&str> = pages
        .filter_map(|page| match &page.front.fields {
            Fields::Runbook(runbook) => Some(&runbook.watches.0),
            _ => None,
        })
        .flatten()
        .map(String::as_str)
        .collect();
    if paths.is_empty() {
        return Watched::new();
    }
    let mut sources: Vec<(String, PathBuf)> = project
        .config
        .sources
        .iter()
        .filter_map(|source| Some((source.name.clone(), project.root.join(source.path.as_ref()?))))
        .collect();
    if sources.is_empty() {
        sources.push((project.config.site.title.clone(), project.root.clone()));
    }
    let mut found: Watched = paths.iter().map(|path| ((*path).to_owned(), None)).collect();
    for (name, folder) in sources {
        // What is wrong with a source is told where its releases are read.
        let (history, _) = git::page_history(&folder, ignored, false);
        for path in &paths {
            let inner = match path.split_once(':') {
                Some((source, inner)) if source == name => inner,
                Some(_) => continue,
                None => path,
            };
            let inner = inner.trim_start_matches("./").trim_matches('/');
            let glob = globset::Glob::new(inner).ok().map(|glob| glob.compile_matcher());
            let is_meant = |file: &str| {
                file.strip_prefix(inner).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    || glob.as_ref().is_some_and(|glob| glob.is_match(file))
            };
            let last = history
                .pages()
                .filter(|(file, _)| is_meant(file))
                .filter_map(|(_, facts)| Moment::from_seconds(facts.updated?.seconds))
                .max();
            if let Some(slot) = found.get_mut(*path) {
                *slot = (*slot).max(last);
            }
        }
    }
    found
}
