//! Parses arguments, calls one command, exits.

use mimalloc::MiMalloc;
use std::process::ExitCode;

// A build makes millions of short texts on all cores; this allocator halves what that costs.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(annals::cli::run())
}
