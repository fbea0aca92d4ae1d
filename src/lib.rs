//! annals: a folder of Markdown and its git history as one searchable site.

pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod search;
