//! `annals new`: a page that is half written.

use super::init::write_new;
use super::prefill::{Prefill, owner_of};
use super::session::{Session, planned};
use super::ui::{Exit, Ui};
use crate::config::Config;
use crate::markdown::highlight::Highlighter;
use crate::record::{Kind, Moment, Severity};
use crate::site::url;
use crate::source::{Library, read, read_files};
use crate::theme::archetype::NewPage;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `annals new`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals new runbook 'Checkout returns 5xx' --service checkout\n  annals new retro 'Checkout returned 502' --service checkout --severity SEV2"
)]
pub struct NewArgs {
    /// Kind of page: article, runbook, retro, release-note, log, review, demo, decision, path, or one of the site's own
    kind: String,
    /// The page's title
    title: String,
    /// A service that it is about; may be given several times
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// Severity, for retros and runbooks
    #[arg(long)]
    severity: Option<String>,
    /// Version, for release notes
    #[arg(long)]
    version: Option<String>,
    /// Shape of the page, where there are several: `sre`, `pagerduty`, `etsy`, `howie` for retros, and the files
    /// `archetypes/KIND-NAME.md` of the site's theme
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// Folder below the content folder, instead of the kind's own
    #[arg(long, value_name = "DIR")]
    folder: Option<String>,
    /// Day of the page, by default today
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
    /// Print the page instead of writing it
    #[arg(long)]
    print: bool,
}

/// The day on which a page is made. Only here does annals ask the clock: a new page is of the day it is made.
pub(super) fn today(now: Option<Moment>) -> String {
    now.map_or_else(|| jiff::ZonedDateTime::now().date().to_string(), |moment| moment.day())
}

/// Whether a new page tells of releases and incidents: of those around an incident, or of a week. Only then are histories
/// read.
fn tells_of_the_site(kind: Kind) -> bool {
    matches!(kind, Kind::Retro | Kind::Log)
}

/// The moment that a page begins with. Of today's shifts, the one now counts; of another day's, the one at noon.
fn moment(now: Option<Moment>, date: &str) -> Option<Moment> {
    let noon = || Moment::parse(&format!("{date}T12:00Z"));
    let clock = || Some(Moment::from_timestamp(jiff::Timestamp::now()));
    now.map_or_else(clock, |now| if now.has_time { Some(now) } else { noon() })
}

/// What is known beside the arguments.
fn prefill(library: &Arc<Library>, args: &NewArgs, kind: Kind) -> Prefill {
    if !tells_of_the_site(kind) {
        return Prefill::of_owner(owner_of(&library.catalogue, &args.service));
    }
    let planned = planned(library.clone(), Arc::new(Highlighter::default()));
    match (&planned.renderer, library.now) {
        (Some(renderer), Some(now)) => Prefill::of(&renderer.site, &args.service, now),
        _ => Prefill::default(),
    }
}

pub(super) fn new(args: &NewArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let kind = match session.project.config.all_kinds.parse(&args.kind) {
        Ok(kind) => kind,
        Err(help) => {
            ui.complain(&format!("error: `{}` is not a kind of page\n  = help: {help}", args.kind));
            return Exit::Usage;
        }
    };
    if let Some(severity) = args.severity.as_deref().filter(|text| Severity::parse(text).is_none()) {
        ui.complain(&format!("error: `{severity}` is not a severity\n  = help: SEV1 to SEV5, or P0 to P4"));
        return Exit::Usage;
    }
    let date = today(args.now);
    let library = Arc::new(if tells_of_the_site(kind) {
        session.project.now = moment(args.now, &date);
        read(&session.project, None)
    } else {
        read_files(&session.project)
    });
    for service in &args.service {
        let known = &library.catalogue.services;
        if !known.is_empty() && library.catalogue.service_name(service).is_none() {
            let near = crate::diagnostic::nearest::nearest(service, known.keys().map(String::as_str));
            let help = near.map_or_else(String::new, |near| format!("\n  = help: did you mean `{near}`?"));
            ui.complain(&format!("error: no service is called `{service}`{help}"));
            return Exit::Usage;
        }
    }
    let prefill = prefill(&library, args, kind);
    let project = &session.project;
    let page = NewPage {
        kind,
        kinds: &project.config.all_kinds,
        shape: args.template.as_deref(),
        title: &args.title,
        date: &date,
        services: &args.service,
        severity: args.severity.as_deref(),
        version: args.version.as_deref(),
        known: serde_json::to_value(&prefill).ok(),
        names_kind: args.folder.is_some(),
    };
    let text = match page.text(&library.theme_files) {
        Ok(text) => text,
        Err(message) => {
            ui.complain(&format!("error: {message}"));
            return Exit::Usage;
        }
    };
    if args.print {
        ui.print(&text);
        return Exit::Clean;
    }
    let path = project.root.join(&project.config.content.folder).join(place(args, &page, &project.config));
    match write_new(&path, &text) {
        Ok(()) => {
            ui.print(&format!("{}\n", path.strip_prefix(&project.root).unwrap_or(&path).display()));
            Exit::Clean
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            ui.complain(&format!("error: `{}` exists\n  = help: choose another title", path.display()));
            Exit::Usage
        }
        Err(error) => {
            ui.complain(&format!("error: `{}` can't be written: {error}", path.display()));
            Exit::Environment
        }
    }
}

/// Where a new page goes, below the content folder.
fn place(args: &NewArgs, page: &NewPage<'_>, config: &Config) -> PathBuf {
    let folders = config.all_kinds.folders(page.kind);
    let folder = match &args.folder {
        Some(folder) => folder.split('/').map(url::segment).collect::<Vec<_>>().join("/"),
        None => folders.first().copied().unwrap_or("articles").to_owned(),
    };
    let slug = crate::markdown::slug(page.title);
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "page".to_owned() } else { slug };
    Path::new(&folder).join(url::segment(&page.file_name(&slug)))
}
