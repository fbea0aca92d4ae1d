//! `annals broadcast`

mod channels;
mod site;

use super::session::Session;
use super::ui::{Exit, Ui};
use crate::broadcast::Sender;
use crate::config::broadcast::{BroadcastConfig, ChannelConfig};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, SourceMap};
use crate::record::Moment;
use channels::Run;
use clap::Args;
use site::Site;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::path::Path;
use std::time::Duration;

/// Arguments of `annals broadcast`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals broadcast --dry-run\n  annals broadcast\n  annals broadcast --channel team --since 2026-11-01\n\nThe first run for a channel tells nothing: all that is there counts as told already, but for what `--since` names. Addresses and passwords come from the environment variables that site.toml names.\n\nExit codes: 0 all was told, 1 nobody knows whether a message arrived, 2 wrong usage or configuration, 3 a receiver could not be reached or refused."
)]
pub struct BroadcastArgs {
    /// Print exactly what would go out; send and note nothing
    #[arg(long)]
    dry_run: bool,
    /// Only this channel; may be given several times
    #[arg(long, value_name = "NAME")]
    channel: Vec<String>,
    /// For a channel that was never told anything: also tell what is of this day or later
    #[arg(long, value_parser = super::build::moment, value_name = "DATE", conflicts_with = "baseline")]
    since: Option<Moment>,
    /// Tell nothing, and note all that is there as told
    #[arg(long, conflicts_with = "dry_run")]
    baseline: bool,
    /// Send again what a run that broke off left uncertain
    #[arg(long)]
    resend: bool,
    /// The present: by default, now
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
}

pub(super) fn run(args: &BroadcastArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let config = session.project.config.clone();
    let config = &config.broadcast;
    let channels = match chosen(config, &args.channel) {
        Ok(channels) => channels,
        Err(diagnostic) => return complain(ui, *diagnostic, Exit::Usage),
    };
    let now = args.now.unwrap_or_else(|| Moment::from_timestamp(jiff::Timestamp::now()));
    let mut sites = BTreeMap::new();
    for channel in &channels {
        if let Slot::Vacant(slot) = sites.entry(channel.audience) {
            match Site::of(&mut session, channel.audience, now, config, ui) {
                Ok(site) => slot.insert(site),
                Err(exit) => return exit,
            };
        }
    }
    let root = session.project.root.clone();
    let sender = Sender::new(Duration::from_secs(config.timeout));
    let run = Run { args, config, root, now, sites, sender, ui };
    match run.all(&channels) {
        Ok(exit) => exit,
        Err(diagnostic) => {
            let exit = match diagnostic.rule {
                "broadcast/template" | "broadcast/most" | "broadcast/environment" => Exit::Usage,
                "output/leak" => Exit::Findings,
                _ => Exit::Environment,
            };
            complain(ui, *diagnostic, exit)
        }
    }
}

fn complain(ui: &Ui, diagnostic: Diagnostic, exit: Exit) -> Exit {
    ui.show(&mut vec![diagnostic], &SourceMap::default());
    exit
}

/// The channels that are to be told.
fn chosen<'a>(
    config: &'a BroadcastConfig,
    names: &[String],
) -> Result<Vec<&'a ChannelConfig>, Box<Diagnostic>> {
    if config.channels.is_empty() {
        let help = "name one under `[[broadcast.channels]]`, as the how-to on a first broadcast shows";
        return Err(Box::new(
            Diagnostic::error("broadcast/channel", "site.toml names no channel").help(help),
        ));
    }
    let known = || config.channels.iter().map(|channel| channel.name.as_str());
    if let Some(name) = names.iter().find(|name| !known().any(|known| known == name.as_str())) {
        let diagnostic =
            Diagnostic::error("broadcast/channel", format!("site.toml names no channel `{name}`"));
        return Err(Box::new(match nearest(name, known()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("it names {}", known().collect::<Vec<_>>().join(", "))),
        }));
    }
    Ok(config.channels.iter().filter(|channel| names.is_empty() || names.contains(&channel.name)).collect())
}
