//! annals: a folder of Markdown and its git history as one searchable site.

pub mod changelog;
pub mod cli;
pub mod commit;
pub mod config;
pub mod diagnostic;
pub mod source;
