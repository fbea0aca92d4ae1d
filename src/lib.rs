//! annals: a folder of Markdown and its git history as one searchable site.

pub mod cli;
pub mod config;
pub mod data;
pub mod diagnostic;
pub mod feed;
pub mod markdown;
pub mod output;
pub mod record;
pub mod render;
pub mod site;
pub mod source;
pub mod theme;
