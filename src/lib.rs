//! annals: a folder of Markdown and its git history as one searchable site.

pub mod commit;
pub mod diagnostic;
