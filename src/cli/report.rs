//! `annals report`: the draft of a review of a period, from the site's own records.

use super::create::today;
use super::init::write_new;
use super::session::Session;
use super::ui::{Exit, Ui};
use crate::record::{Moment, period};
use crate::site::report::report;
use crate::theme;
use clap::Args;
use std::collections::BTreeMap;
use std::path::Path;
use tera::{Context, Tera};

/// Arguments of `annals report`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals report\n  annals report --period 2026-10\n  annals report --period 2026-Q3 --template status --print\n\nThe draft comes from `archetypes/report.md` of the site's theme, else from the built-in one (`annals theme show archetypes/report.md`)."
)]
pub(super) struct ReportArgs {
    /// The period: `2026-10`, `2026-Q3`, `2026-W42`, `2026`; by default the last month that is over
    #[arg(long)]
    period: Option<String>,
    /// Shape of the report: the files `archetypes/report-NAME.md`; `status` is a short one for stakeholders
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// The present, for what is overdue and for the last month: by default today
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
    /// Print the report instead of writing it into the folder of reviews
    #[arg(long)]
    print: bool,
}

pub(super) fn run(args: &ReportArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let today = today(args.now);
    session.project.now = args.now.or_else(|| Moment::parse(&today));
    let last_month = || today.get(..7).and_then(period::before);
    let Some(name) = args.period.clone().or_else(last_month).filter(|name| period::span(name).is_some())
    else {
        let name = args.period.as_deref().unwrap_or(&today);
        ui.complain(&format!("error: `{name}` is no period\n  = help: 2026-10, 2026-Q3, 2026-W42 or 2026"));
        return Exit::Usage;
    };
    let planned = session.plan();
    let Some(renderer) = &planned.renderer else {
        ui.show(&mut planned.found.clone(), &planned.sources());
        return Exit::Usage;
    };
    let Some(found) = report(&renderer.site, &name) else { return Exit::Usage };
    let mut context = Context::new();
    context.insert("report", &found);
    context.insert("date", &today);
    let text = match rendered(args.template.as_deref(), &planned.library.theme_files, &context) {
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
    let config = &session.project.config;
    let review = crate::record::Kind::Review;
    let folder = config.all_kinds.folders(review).first().copied().unwrap_or("reviews").to_owned();
    let shape = args.template.as_ref().map(|shape| format!("-{shape}")).unwrap_or_default();
    let inner =
        Path::new(&config.content.folder).join(folder).join(format!("{}{shape}.md", name.to_lowercase()));
    match write_new(&session.project.root.join(&inner), &text) {
        Ok(()) => {
            ui.print(&format!("{}\n", inner.display()));
            Exit::Clean
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            ui.complain(&format!(
                "error: `{}` exists\n  = help: `--print` shows the new draft without writing it",
                inner.display()
            ));
            Exit::Usage
        }
        Err(error) => {
            ui.complain(&format!("error: `{}` can't be written: {error}", inner.display()));
            Exit::Environment
        }
    }
}

/// The report's text, from the site's own template or the built-in one.
fn rendered(
    shape: Option<&str>,
    own: &BTreeMap<String, Vec<u8>>,
    context: &Context,
) -> Result<String, String> {
    let name = match shape {
        Some(shape) => format!("archetypes/report-{shape}.md"),
        None => "archetypes/report.md".to_owned(),
    };
    let built_in = theme::built_in();
    let bytes = own.get(&name).or_else(|| built_in.get(&name)).ok_or_else(|| {
        let all = own.keys().chain(built_in.keys());
        let shapes = all.filter_map(|name| name.strip_prefix("archetypes/report-")?.strip_suffix(".md"));
        let shapes: std::collections::BTreeSet<String> = shapes.map(|shape| format!("`{shape}`")).collect();
        let shapes = shapes.into_iter().collect::<Vec<_>>().join(", ");
        format!("there is no `{name}`\n  = help: there are {shapes}")
    })?;
    let text = String::from_utf8(bytes.clone()).map_err(|_| format!("`{name}` is not UTF-8"))?;
    Tera::one_off(&text, context, false).map_err(|error| format!("{name}: {error}"))
}
