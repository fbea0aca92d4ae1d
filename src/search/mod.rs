//! Search: an index written at build time and read alike by the browser and by `annals search`.

pub mod analyze;
pub mod bytes;
pub mod client;
mod coding;
pub mod document;
pub mod edit;
pub mod excerpt;
pub mod export;
pub mod fold;
mod hump;
mod letters;
pub mod posting;
pub mod query;
pub mod reader;
pub mod stop;
pub mod synonym;
pub mod token;
pub mod writer;

pub use analyze::{Analyzed, analyze};
pub use document::{Document, Section};
pub use writer::{IndexFile, Text, Update, build, update};
