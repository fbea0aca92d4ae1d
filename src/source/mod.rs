//! Reading: files and git histories into a [`Library`]. All input happens here; nothing below opens a file.

mod alerts;
mod backstage;
mod catalogue;
mod front;
pub mod git;
mod library;
mod page;
mod project;
mod walk;
mod watch_list;

pub use alerts::AlertRule;
pub use catalogue::{Catalogue, Service, Team};
pub use library::{Asset, Library, StaticFile};
pub use page::{Included, Page};
pub use project::{Project, find_root, read, reread};
pub use watch_list::Watched;
