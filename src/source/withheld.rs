//! Commits that a public build does not tell, since they change nothing but internal content.

use super::URLS_FILE;
use super::git::{PageHistory, SourceHistory, hidden_commits};
use super::page::Page;
use crate::record::Audience;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Marks, in histories of the content's own repository, the commits that touch nothing public. `trees` are the folders of
/// content with their places in the content tree. Without internal pages there is nothing to hide, and nothing is read.
pub(super) fn hide_commits<'a>(
    trees: &[(&str, &Path)],
    pages: impl Iterator<Item = &'a Page> + Clone,
    page_histories: &[(String, PageHistory)],
    histories: &mut [SourceHistory],
) {
    if histories.is_empty() || pages.clone().all(|page| page.audience == Audience::Public) {
        return;
    }
    let audiences: BTreeMap<&str, Audience> =
        pages.clone().map(|page| (page.path.as_str(), page.audience)).collect();
    let internal: BTreeSet<&str> =
        pages.filter(|page| page.audience == Audience::Internal).map(Page::folder).collect();
    // A page says for whom it is. Other files are internal where an internal page stands beside them. What is not there
    // any more says nothing, and is taken for internal: a removed page's name is not for everybody because it is gone.
    let is_internal = |path: &str, exists: bool| match audiences.get(path) {
        Some(audience) => *audience == Audience::Internal,
        None => !exists || internal.contains(path.rsplit_once('/').map_or("", |(folder, _)| folder)),
    };
    for (at, folder) in trees {
        let Some((_, pages)) = page_histories.iter().find(|(place, _)| place == at) else { continue };
        let Some(head) = &pages.head else { continue };
        let below = if pages.prefix.is_empty() { String::new() } else { format!("{}/", pages.prefix) };
        let is_hidden = |path: &str| {
            path.strip_prefix(&below).is_some_and(|inner| {
                let place = if at.is_empty() { inner.to_owned() } else { format!("{at}/{inner}") };
                is_internal(&place, pages.page(inner).is_some())
            })
        };
        // The list of addresses changes with every page.
        let is_neutral = |path: &str| path.rsplit('/').next() == Some(URLS_FILE);
        for history in histories.iter_mut() {
            // A clone elsewhere is the same history: it has the commit that the content is at.
            let is_same = history.graph.with_prefix(&head.commit).len() == 1;
            if is_same {
                let found = hidden_commits(folder, &pages.prefix, &history.graph, &is_hidden, &is_neutral);
                history.hidden.extend(found);
            }
        }
    }
}
