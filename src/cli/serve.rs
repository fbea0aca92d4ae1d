//! `annals serve`

use super::session::Session;
use super::ui::{Exit, Ui};
use crate::record::{Audience, Moment};
use crate::serve::{self, Preview};
use clap::Args;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Arguments of `annals serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  annals serve\n  annals serve --port 8080 --open")]
pub struct ServeArgs {
    /// Port to listen at; by default the first free one from 4000 on
    #[arg(short, long)]
    port: Option<u16>,
    /// Address to listen at. Any other than a loopback address shows the preview to the network
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Open the site in a browser
    #[arg(long)]
    open: bool,
    /// For whom: `public` leaves out all that is internal
    #[arg(long, value_parser = super::build::audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
    /// The present, for what is overdue or stale
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
}

pub(super) fn run(args: &ServeArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let started = Instant::now();
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    session.with(true, args.audience, args.now);
    let listener = match serve::listen(args.host, args.port) {
        Ok(listener) => listener,
        Err(message) => {
            ui.complain(&format!("error: {message}"));
            ui.complain("  = help: end the other program, or choose another port with `--port`");
            return Exit::Environment;
        }
    };
    let preview = Arc::new(Preview::new(session.project));
    let watcher = match serve::watch(&preview) {
        Ok(watcher) => Some(watcher),
        Err(message) => {
            ui.complain(&format!("warning: {message}; changes are shown after a restart"));
            None
        }
    };
    let address = format!("http://{}/", listener.address);
    if let Some(errors) = preview.errors() {
        ui.complain(errors.trim_end());
    }
    ui.say(&format!("serving at {address} after {:.2} s; Ctrl+C ends it", started.elapsed().as_secs_f64()));
    if args.open {
        open(&address, ui);
    }
    serve::run(&listener, &preview);
    drop(watcher);
    Exit::Clean
}

/// Opens the system's browser. What can't be opened is said, and the preview goes on.
fn open(address: &str, ui: &Ui) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if std::process::Command::new(program).arg(address).spawn().is_err() {
        ui.complain(&format!("warning: `{program}` can't be run; open {address} yourself"));
    }
}
