//! What a commit message says: Conventional Commits 1.0.0, trailers, references, reverts.
//!
//! In comes the text of one message, out go typed parts that borrow from it. Nothing here knows of
//! repositories, releases or the network, and no input panics: messages are untrusted text.

pub mod conventional;
pub mod footer;
pub mod lint;
pub mod origin;
pub mod reference;
pub mod squash;
pub mod text;

pub use conventional::{Conventional, Fault, parse};
pub use footer::Footer;
