//! `annals broadcast` through the binary, against receivers on loopback that check what arrives, refuse, ask to wait, do not
//! answer, or end the run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

mod deliver;
mod formats;
mod ledger;
mod site;
