//! The preview: a site in memory, each route rendered when a browser asks for it, a new site when a file changes.
//!
//! The same [`Renderer`](crate::render::Renderer) makes the bytes as in `build`; only the script that listens for
//! changes is put into pages on their way out.

mod http;
mod live;
mod range;
mod state;
mod watch;

pub use http::{Listener, listen, run};
pub use state::Preview;
pub use watch::watch;
