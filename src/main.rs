//! Parses arguments, calls one command, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(annals::cli::run())
}
