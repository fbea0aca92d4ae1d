//! The commands.

pub mod search;
mod search_eval;
