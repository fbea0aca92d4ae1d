//! Reading: files and git histories into a [`Library`]. All input happens here; nothing below opens a file.

mod alerts;
mod backstage;
mod catalogue;
mod codeowners;
mod files;
mod front;
pub mod git;
mod histories;
mod library;
mod page;
mod page_file;
mod parsed;
mod project;
mod read;
mod renames;
mod rotation;
mod tree;
mod walk;
mod watch_list;
mod withheld;

pub use alerts::AlertRule;
pub use catalogue::{Catalogue, Service, Team};
pub use codeowners::{CodeOwners, Owner};
pub use library::{Asset, Library, StaticFile};
pub use page::{Included, Page};
pub use project::{CopyOf, Project, find_root};
pub use read::{read, read_files, reread};
pub use renames::{Renamed, renames};
pub use rotation::{Override, Rota, Rotation};
pub use watch_list::{Watched, WatchedCommit};

/// The file beside `site.toml` with every address that was published.
pub const URLS_FILE: &str = "urls.txt";
