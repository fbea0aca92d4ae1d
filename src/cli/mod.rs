//! The command line: one file a command, from arguments through a few library calls to a report.

mod alerts;
mod ask;
mod broadcast;
mod build;
pub mod changelog;
mod check;
pub mod check_commits;
pub mod compare;
mod coverage;
mod create;
mod diff;
pub mod export;
mod export_codeowners;
mod export_host;
mod fix;
pub mod history;
pub mod import;
mod init;
mod kept;
pub mod next_version;
mod prefill;
mod publish;
mod report;
mod review;
mod revision;
mod schema;
pub mod search;
mod search_eval;
mod serve;
mod session;
mod theme;
mod ui;
mod verify;
pub mod which;

pub use ui::{Exit, Ui};

use self::history::Call;
use crate::config::source::ChangelogConfig;
use crate::diagnostic::{Counts, Diagnostic, SourceMap};
use crate::source::{Project, find_root};
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// A knowledge base, a postmortem archive and release notes from Markdown and git history, as one searchable site.
#[derive(Debug, Parser)]
#[command(
    name = "annals",
    version,
    about,
    after_help = "Exit codes: 0 all is well, 1 the content has errors or nothing was found, 2 wrong usage or configuration, 3 the machine refused (disk, network, port).\n\nStart: annals init my-site && cd my-site && annals serve"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Folder of the site; by default the nearest one above that has a site.toml
    #[arg(short = 'C', long, global = true, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// Say more: all warnings, time by stage
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = ui::Color::Auto)]
    color: ui::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new site
    Init(init::InitArgs),
    /// Add a page that is half written already
    New(create::NewArgs),
    /// Build the site into a folder
    Build(build::BuildArgs),
    /// Put the built site where readers are: a folder, a branch or an S3-compatible store
    Publish(publish::PublishArgs),
    /// Tell people what is new, by chat, webhook and mail: nothing twice
    Broadcast(broadcast::BroadcastArgs),
    /// Compare a built or a published site with its provenance
    Verify(verify::VerifyArgs),
    /// Preview the site; the browser follows every change
    Serve(serve::ServeArgs),
    /// Find what is probably not meant: broken links, missing owners, secrets, blame
    Check(check::CheckArgs),
    /// Stamp the day of a review into pages
    Review(review::ReviewArgs),
    /// Draft a review of a month from its releases, incidents, figures and action items
    Report(report::ReportArgs),
    /// Hold Prometheus rules against the runbooks: alerts without one, dead links, annotations to add
    Alerts(alerts::AlertsArgs),
    /// Tell what a change does to the site, as a comment for its pull request
    Diff(diff::DiffArgs),
    /// Search a built or a published site
    Search(search::SearchArgs),
    /// Tell what changed, from commits and tags
    Changelog(changelog::ChangelogArgs),
    /// Tell what changed between two versions
    Compare(compare::CompareArgs),
    /// Tell which releases have a commit, pull request, issue, ticket or advisory
    Which(which::WhichArgs),
    /// Tell what the next version is
    NextVersion(next_version::NextVersionArgs),
    /// Check commit messages
    CheckCommits(check_commits::CheckCommitsArgs),
    /// Make pages of other tools' files
    Import(import::ImportArgs),
    /// Write data for other programs
    Export(export::ExportArgs),
    /// Print a JSON Schema, for editors
    Schema(schema::SchemaArgs),
    /// List, show or copy the files of the built-in theme
    Theme(theme::ThemeArgs),
    /// Print a script that completes commands in a shell
    Completions(CompletionArgs),
}

/// Arguments of `annals completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  annals completions bash > ~/.local/share/bash-completion/completions/annals"
)]
struct CompletionArgs {
    /// The shell
    shell: clap_complete::Shell,
}

/// Runs a command and returns the process's exit code.
pub fn run() -> u8 {
    let cli = Cli::parse();
    let ui = Ui::new(cli.verbose, cli.quiet, cli.color);
    let directory = cli.directory.as_deref();
    let exit = match &cli.command {
        Command::Init(args) => init::run(args, &ui),
        Command::New(args) => create::new(args, directory, &ui),
        Command::Build(args) => build::run(args, directory, &ui),
        Command::Publish(args) => publish::run(args, directory, &ui),
        Command::Broadcast(args) => broadcast::run(args, directory, &ui),
        Command::Verify(args) => verify::run(args, directory, &ui),
        Command::Check(args) => check::run(args, directory, &ui),
        Command::Review(args) => review::run(args, directory, &ui),
        Command::Report(args) => report::run(args, directory, &ui),
        Command::Alerts(args) => alerts::run(args, directory, &ui),
        Command::Diff(args) => diff::run(args, directory, &ui),
        Command::Serve(args) => serve::run(args, directory, &ui),
        Command::Search(args) => {
            let args = search_where(args, directory);
            reported(&ui, |out| search::run(&args, out, ui.color_out))
        }
        Command::Export(args) => reported(&ui, |out| export::run(args, directory, out)),
        Command::Changelog(args) => histories(directory, &ui, |call| changelog::run(args, call)),
        Command::Compare(args) => histories(directory, &ui, |call| compare::run(args, call)),
        Command::Which(args) => histories(directory, &ui, |call| which::run(args, call)),
        Command::NextVersion(args) => histories(directory, &ui, |call| next_version::run(args, call)),
        Command::CheckCommits(args) => histories(directory, &ui, |call| check_commits::run(args, call)),
        Command::Import(args) => histories(directory, &ui, |call| import::run(args, call)),
        Command::Schema(args) => schema::run(args, directory, &ui),
        Command::Theme(args) => theme::run(args, directory, &ui),
        Command::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "annals", &mut std::io::stdout());
            Exit::Clean
        }
    };
    exit.code()
}

type Outcome = Result<u8, Vec<Diagnostic>>;

/// Runs a command that writes to standard output, and shows what is wrong.
fn reported(ui: &Ui, command: impl FnOnce(&mut dyn Write) -> Outcome) -> Exit {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let outcome = command(&mut out);
    let flushed = out.flush();
    match outcome {
        // A reader that has seen enough (`| head`) is no failure of ours.
        Ok(code) if flushed.is_ok() || is_broken_pipe(&flushed) => Exit::Code(code),
        Ok(_) => Exit::Environment,
        Err(mut found) => {
            let counts = ui.show(&mut found, &SourceMap::default());
            if counts == Counts::default() { Exit::Environment } else { Exit::Usage }
        }
    }
}

fn is_broken_pipe(result: &std::io::Result<()>) -> bool {
    matches!(result, Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Runs a command on the histories of a site, or of the repository that one stands in where there is no site.
fn histories(directory: Option<&Path>, ui: &Ui, command: impl FnOnce(Call<'_>) -> Outcome) -> Exit {
    let mut notes = Vec::new();
    let here = directory.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_path_buf);
    let exit = match find_root(&here) {
        None => reported(ui, |out| {
            let changelog = &ChangelogConfig::default();
            command(Call { sources: &[], changelog, root: &here, out, notes: &mut notes })
        }),
        Some(root) => match Project::open(&root) {
            Ok(project) => {
                let config = &project.config;
                let (sources, changelog) = (&config.sources, &config.changelog);
                reported(ui, |out| command(Call { sources, changelog, root: &root, out, notes: &mut notes }))
            }
            Err((mut found, sources)) => {
                ui.show(&mut found, &sources);
                return Exit::Usage;
            }
        },
    };
    ui.show(&mut notes, &SourceMap::default());
    exit
}

/// Without `--site`, the folder that the site of the working folder is built into.
fn search_where(args: &search::SearchArgs, directory: Option<&Path>) -> search::SearchArgs {
    let mut args = args.clone();
    let here = directory.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_path_buf);
    if args.site == search::DEFAULT_SITE
        && let Some(root) = find_root(&here)
        && let Ok(project) = Project::open(&root)
    {
        args.site = root.join(&project.config.site.output).to_string_lossy().into_owned();
    }
    args
}
