//! From commits and tags to packages, releases and what changed between them.
//!
//! Everything here is pure: a [`SourceHistory`](crate::source::git::SourceHistory) and the
//! configuration come in, plain data goes out. Commit text stays raw and untrusted in it; whoever
//! prints it escapes it ([`inline`] and [`markdown`] do).

pub mod classify;
pub mod compare;
pub mod contain;
pub mod coverage;
pub mod file;
mod filter;
mod fingerprint;
pub mod forge;
pub mod fragment;
pub mod import;
pub mod inline;
pub mod lineage;
pub mod markdown;
pub mod model;
mod moves;
pub mod next;
pub mod overrides;
pub mod people;
pub mod plan;
pub mod release;
pub mod source;
pub mod survey;
pub mod template;
pub mod version;
pub mod which;

pub use model::{Breaking, Change, Group, LeftOut, PackageHistory, Release};
pub use plan::{ByHand, Plan, plan};
pub use source::{SourceChangelog, of_histories, read_by_hand, read_source};
pub use version::Version;
