//! `site.toml`.

pub mod search;
