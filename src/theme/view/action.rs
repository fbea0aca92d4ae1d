//! Views of action items.

use super::value::{CommitView, LinkView};
use serde::Serialize;

/// An action item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionView {
    /// Its stable id.
    pub id: String,
    /// Where it stands.
    pub url: String,
    /// What is to be done.
    pub text: String,
    /// How far it is: `overdue`, `open`, `merged`, `released`, `done`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: String,
    /// Team or person.
    pub owner: Option<String>,
    /// Due day.
    pub due: Option<String>,
    /// What it does about incidents of its sort.
    pub kind: Option<&'static str>,
    /// Ticket or pull request.
    pub tracker: Option<String>,
    /// The retro.
    pub retro: Option<LinkView>,
    /// Commits that name it.
    pub commits: Vec<CommitView>,
    /// Releases that have them.
    pub releases: Vec<LinkView>,
}

/// How many action items a retro has.
#[derive(Debug, Clone, Serialize)]
pub struct ActionsView {
    /// All.
    pub count: usize,
    /// Those that are done.
    pub done: usize,
}
