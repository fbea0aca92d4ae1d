//! The command line: arguments to a few calls of the library, and a report.

mod build;
pub mod changelog;
pub mod history;
pub mod search;
mod search_eval;
mod serve;
mod session;
mod ui;

pub use ui::{Exit, Ui};

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// A knowledge base, a postmortem archive and release notes from Markdown and git history, as one searchable site.
#[derive(Debug, Parser)]
#[command(
    name = "annals",
    version,
    about,
    after_help = "Exit codes: 0 all is well, 1 the content has errors, 2 wrong usage or configuration, 3 the machine refused (disk, network, port).\n\nStart: annals init my-site && cd my-site && annals serve"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Folder of the site; by default the nearest one above that has a site.toml.
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Say more: all warnings, time by stage.
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Say only what is wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = ui::Color::Auto)]
    color: ui::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the site into a folder
    Build(build::BuildArgs),
    /// Preview the site; the browser follows every change
    Serve(serve::ServeArgs),
}

/// Runs a command and returns the process's exit code.
pub fn run() -> u8 {
    let cli = Cli::parse();
    let ui = Ui::new(cli.verbose, cli.quiet, cli.color);
    let directory = cli.directory.as_deref();
    let exit = match &cli.command {
        Command::Build(args) => build::run(args, directory, &ui),
        Command::Serve(args) => serve::run(args, directory, &ui),
    };
    exit.code()
}
