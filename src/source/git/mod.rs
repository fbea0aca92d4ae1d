//! Git histories: what a source's commits and tags are, and who wrote the pages when.
//!
//! This is the only module that opens repositories to read them. In comes configuration, out go plain values
//! ([`SourceHistory`], [`PageHistory`]) and diagnostics that name the repository and the object.
//! What the commits mean is for `commit` and `changelog` to say.

pub mod attribute;
pub mod cache;
pub mod folders;
pub mod graph;
pub mod index;
mod listing;
pub mod messages;
pub mod object;
pub mod open;
pub mod pack;
pub mod pack_index;
pub mod packages;
pub mod page_changes;
pub mod pages;
pub mod patch;
pub mod patches;
pub mod pattern;
pub mod pieces;
pub mod range;
pub mod reader;
pub mod refs;
pub mod remote;
pub mod revision;
pub mod source;
pub mod stamp;
pub mod touched;
pub mod tree;
pub mod walk;
mod withheld;
pub mod workspace;

pub use graph::{Graph, Number, Person};
pub(crate) use listing::some;
pub use object::Id;
pub use open::{git, open_path, private_cache, without_password};
pub use page_changes::{CommitChanges, PageChanges, What};
pub use pages::{Contributor, HeadFacts, PageFacts, PageHistory, page_history};
pub(crate) use pieces::read_at;
pub use refs::Tag;
pub use revision::{Changes, Revision, prefix};
pub use source::{Extent, Facts, SourceHistory, read_extent, read_source};
pub use stamp::Stamp;
pub use touched::{Touch, Touched, touched};
pub use withheld::hidden_commits;
