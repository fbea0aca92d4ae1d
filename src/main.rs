//! The command line.

use annals::cli::{changelog, check_commits, compare, import, next_version, which};
use annals::diagnostic::{SourceMap, human};
use clap::{Parser, Subcommand};
use std::io::{BufWriter, Write};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "annals", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell what changed, from commits and tags
    Changelog(changelog::ChangelogArgs),
    /// Check commit messages
    CheckCommits(check_commits::CheckCommitsArgs),
    /// Make pages of other tools' files
    Import(import::ImportArgs),
    /// Tell what changed between two versions
    Compare(compare::CompareArgs),
    /// Tell what the next version is
    NextVersion(next_version::NextVersionArgs),
    /// Tell which releases have a commit, pull request, issue, ticket or advisory
    Which(which::WhichArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let root = std::env::current_dir().unwrap_or_default();
    let config = annals::config::source::ChangelogConfig::default();
    let mut notes = Vec::new();
    let result = match &arguments.command {
        Command::Changelog(args) => changelog::run(args, &[], &config, &root, &mut out, &mut notes),
        Command::CheckCommits(args) => check_commits::run(args, &[], &config, &root, &mut out, &mut notes),
        Command::Import(args) => import::run(args, &[], &config, &root, &mut out, &mut notes),
        Command::Compare(args) => compare::run(args, &[], &config, &root, &mut out, &mut notes),
        Command::NextVersion(args) => next_version::run(args, &[], &config, &root, &mut out, &mut notes),
        Command::Which(args) => which::run(args, &[], &config, &root, &mut out, &mut notes),
    };
    let flushed = out.flush();
    eprint!("{}", human::render(&notes, &SourceMap::default(), false));
    match result {
        Ok(code) if flushed.is_ok() => ExitCode::from(code),
        Ok(_) => ExitCode::from(3),
        Err(diagnostics) => {
            eprint!("{}", human::render(&diagnostics, &SourceMap::default(), false));
            ExitCode::from(2)
        }
    }
}
