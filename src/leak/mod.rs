//! The proof that nothing internal is in a public build.
//!
//! [`Restricted::of`] gathers the strings of internal content that nothing public says: titles, addresses, headings,
//! names, sentences, subjects of commits. [`Search`] looks for all of them in every output as it is written, at once.
//! A site that has nothing internal has nothing to look for, and pays nothing.

mod finder;
mod gather;
mod public;
mod search;

pub use search::{Report, Search};

use crate::diagnostic::Span;

/// A string that no output of a public build may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restricted {
    /// The string.
    pub text: String,
    /// What it is: `the title of a page`.
    pub what: &'static str,
    /// Where it stands.
    pub at: Option<Span>,
}
