//! `annals publish`

use super::session::Session;
use super::ui::{Exit, Ui};
use crate::config::publish::CommandConfig;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, SourceMap};
use crate::publish::{
    BranchOptions, Built, Changes, Target, publish_branch, publish_command, publish_folder, publish_store,
    steps,
};
use clap::Args;
use std::path::{Path, PathBuf};

/// Arguments of `annals publish`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals build && annals publish /srv/www/kb\n  annals publish branch:gh-pages --push origin\n  annals publish s3://my-bucket/kb --dry-run\n  annals publish command:web\n\nTARGET is a folder, `branch:NAME` of the repository that the site is in, `s3://BUCKET/PREFIX`, or `command:NAME` for a program such as rsync that site.toml names under `publish.commands`. A store's region, endpoint and credentials come from the environment: AWS_REGION, AWS_ENDPOINT, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY."
)]
pub struct PublishArgs {
    /// Where to: a folder, `branch:NAME`, `command:NAME` or `s3://BUCKET/PREFIX`
    #[arg(value_parser = Target::parse, value_name = "TARGET")]
    target: Target,
    /// Folder of the built site, instead of the one that site.toml names
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// For a branch: one commit without the history of earlier ones
    #[arg(long)]
    squash: bool,
    /// For a branch: push it to this remote
    #[arg(long, value_name = "REMOTE")]
    push: Option<String>,
    /// For a store: go on at once in the place of a publication that was killed
    #[arg(long)]
    take_over: bool,
}

pub(super) fn run(args: &PublishArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let root = &session.project.root;
    if let Some(option) = misplaced(args) {
        let message = format!("`{option}` is not for this target");
        return complain(
            ui,
            Diagnostic::error("publish/target", message)
                .help("`annals publish --help` says which is for what"),
        );
    }
    let folder = args.site.clone().unwrap_or_else(|| root.join(&session.project.config.site.output));
    if let Target::Command(name) = &args.target {
        let commands = &session.project.config.publish.commands;
        let Some(command) = commands.get(name) else {
            return complain(ui, unknown(name, commands.keys().map(String::as_str)));
        };
        return by_command(&folder, command, args.dry_run, ui);
    }
    let outcome = Built::open(&folder).and_then(|built| match &args.target {
        // It is run above.
        Target::Command(_) => Ok(Changes::default()),
        Target::Folder(target) => publish_folder(&built, target, args.dry_run),
        Target::Branch(name) => {
            let options =
                BranchOptions { squash: args.squash, push: args.push.as_deref(), dry_run: args.dry_run };
            publish_branch(&built, root, name, options)
        }
        Target::Store { bucket, prefix } => {
            publish_store(built, bucket, prefix, args.take_over, args.dry_run)
        }
    });
    match outcome {
        Ok(changes) => {
            tell(&changes, args.dry_run, ui);
            Exit::Clean
        }
        Err(diagnostic) => complain(ui, *diagnostic),
    }
}

fn unknown<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("publish/target", format!("site.toml has no `publish.commands.{name}`"));
    match nearest(name, names) {
        Some(near) => diagnostic.help(format!("did you mean `command:{near}`?")),
        None => diagnostic.help("name the program there, as the reference of settings shows"),
    }
}

/// Publishes by a program, or tells what would be run.
fn by_command(folder: &Path, command: &CommandConfig, is_dry: bool, ui: &Ui) -> Exit {
    let built = match Built::open(folder) {
        Ok(built) => built,
        Err(diagnostic) => return complain(ui, *diagnostic),
    };
    let steps = steps(&built, command);
    if is_dry {
        for step in &steps {
            ui.print(&format!("{} < {} paths\n", step.arguments.join(" "), step.paths.len()));
        }
        return Exit::Clean;
    }
    match publish_command(&built, &steps) {
        Ok(()) => {
            ui.say(&format!("published {} files", built.manifest.files.len()));
            Exit::Clean
        }
        Err(diagnostic) => complain(ui, *diagnostic),
    }
}

/// An option that the target knows nothing of.
fn misplaced(args: &PublishArgs) -> Option<&'static str> {
    let is_branch = matches!(args.target, Target::Branch(_));
    let is_store = matches!(args.target, Target::Store { .. });
    match args {
        _ if args.squash && !is_branch => Some("--squash"),
        _ if args.push.is_some() && !is_branch => Some("--push"),
        _ if args.take_over && !is_store => Some("--take-over"),
        _ => None,
    }
}

fn complain(ui: &Ui, diagnostic: Diagnostic) -> Exit {
    let exit = match diagnostic.rule {
        "publish/not-built" | "publish/target" | "output/foreign" => Exit::Usage,
        _ => Exit::Environment,
    };
    ui.show(&mut vec![diagnostic], &SourceMap::default());
    exit
}

fn tell(changes: &Changes, is_dry: bool, ui: &Ui) {
    if is_dry || ui.verbose {
        let lists = [('+', &changes.added), ('~', &changes.changed), ('-', &changes.removed)];
        for (sign, paths) in lists {
            paths.iter().for_each(|path| ui.print(&format!("{sign} {path}\n")));
        }
    }
    if changes.is_empty() {
        ui.say("nothing to publish: the target has this site");
        return;
    }
    let done = if is_dry { "would publish" } else { "published" };
    ui.say(&format!(
        "{done} {} new, {} changed, {} removed, {}",
        changes.added.len(),
        changes.changed.len(),
        changes.removed.len(),
        super::build::size(changes.bytes)
    ));
}
