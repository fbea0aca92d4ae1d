//! What became of the paths that a runbook watches, for templates.

use super::Renderer;
use super::release::short;
use crate::changelog::forge::Links;
use crate::site::review;
use crate::source::{Page, WatchedCommit};
use crate::theme::view::{CommitLineView, CommitView, DriftView};

/// Commits that are listed of a path.
const COMMITS: usize = 20;

impl Renderer {
    pub(super) fn drift(&self, page: &Page) -> Vec<DriftView> {
        let view = |drift: review::Drift<'_>| {
            let commits = drift.commits.unwrap_or_default();
            DriftView {
                path: drift.path.to_owned(),
                is_gone: drift.commits.is_none(),
                count: commits.len(),
                counted: self.theme.counted("n_commits", commits.len()),
                last: commits.first().map(|commit| commit.at.day()),
                commits: commits.iter().take(COMMITS).map(change).collect(),
            }
        };
        review::drift(&self.site.library, page).into_iter().map(view).collect()
    }
}

fn change(commit: &WatchedCommit) -> CommitLineView {
    CommitLineView {
        commit: CommitView {
            short: short(&commit.hash),
            url: Links::new(commit.forge.as_ref()).commit(&commit.hash),
        },
        day: commit.at.day(),
        subject: commit.subject.clone(),
    }
}
