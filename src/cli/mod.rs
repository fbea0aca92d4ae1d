//! The commands: one file each, from arguments through a few library calls to a report.

pub mod changelog;
pub mod check_commits;
pub mod compare;
mod coverage;
pub mod history;
pub mod import;
mod kept;
pub mod next_version;
pub mod which;
