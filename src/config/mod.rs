//! What `site.toml` can set.

pub mod source;
