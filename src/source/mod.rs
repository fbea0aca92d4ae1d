//! Reading: files and git histories into a [`Library`]. All input happens here; nothing below opens a file.

mod alerts;
mod backstage;
mod catalogue;
mod codeowners;
mod front;
pub mod git;
mod library;
mod page;
mod parsed;
mod project;
mod renames;
mod rotation;
mod walk;
mod watch_list;
mod withheld;

pub use alerts::AlertRule;
pub use catalogue::{Catalogue, Service, Team};
pub use codeowners::{CodeOwners, Owner};
pub use library::{Asset, Library, StaticFile};
pub use page::{Included, Page};
pub use project::{CopyOf, Project, find_root, read, read_files, reread};
pub use renames::{Renamed, renames};
pub use rotation::{Override, Rota, Rotation};
pub use watch_list::{Watched, WatchedCommit};

/// The file beside `site.toml` with every address that was published.
pub const URLS_FILE: &str = "urls.txt";
