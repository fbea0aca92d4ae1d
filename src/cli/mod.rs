//! The commands: one file each, from arguments through a few library calls to a report.

pub mod changelog;
pub mod history;
