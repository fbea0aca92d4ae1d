//! Runs the program in a folder, the same whatever the terminal and the environment are.

use std::path::Path;
use std::process::{Command, Output};

/// What the program does with these arguments.
pub fn annals(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}
