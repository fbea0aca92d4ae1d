//! annals: a folder of Markdown and its git history as one searchable site.

pub mod diagnostic;
pub mod data;
pub mod config;
pub mod markdown;
pub mod record;
pub mod source;
pub mod site;
pub mod feed;
pub mod render;
pub mod theme;
