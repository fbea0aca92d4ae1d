//! Putting a built site where readers are: another folder, a branch of the repository, an S3-compatible store, or where
//! a program such as rsync brings it.
//!
//! In come a folder that `annals build` wrote and a [`Target`]; out comes what changed there. What a target has is told by
//! the manifest that was published with it, so that only differences are written; the manifest is the last thing that is
//! written, so that a publication that broke off is not taken for a whole one. Nothing here renders, and nothing reads
//! content.

mod branch;
mod built;
mod changes;
mod command;
mod folder;
mod store;
mod target;

pub use branch::{BranchOptions, publish_branch};
pub use built::Built;
pub use changes::Changes;
pub use command::{Step, publish_command, steps};
pub use folder::publish_folder;
pub use store::publish_store;
pub use target::Target;

use crate::diagnostic::Diagnostic;

/// What a publication gives: what changed, or why it did not come about.
pub type Outcome = Result<Changes, Box<Diagnostic>>;
