//! annals: a folder of Markdown and its git history as one searchable site.
//!
//! The pipeline, in the order in which data flows through it:
//!
//! ```text
//! config ─► source ─► Library ─► changelog, site ─► Site ─► render ─► output, serve
//!           (reads)   (records)  (pure)            (model) (pure)    (write)
//! ```
//!
//! Every command is a caller of it; see `docs/architecture.md` for what each folder may know.

pub mod broadcast;
pub mod changelog;
pub mod check;
pub mod cli;
pub mod commit;
pub mod config;
pub mod data;
pub mod diagnostic;
pub mod diff;
pub mod external;
pub mod feed;
pub mod leak;
pub mod markdown;
pub mod output;
pub mod provenance;
pub mod publish;
pub mod record;
pub mod render;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod theme;
pub mod verify;
