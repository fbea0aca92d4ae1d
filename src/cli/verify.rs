//! `annals verify`

use super::revision::read_at;
use super::session::Session;
use super::ui::{Exit, Ui};
use crate::diagnostic::human::printable;
use crate::diagnostic::{Diagnostic, Level, SourceMap};
use crate::output::{self, Cache, Staging};
use crate::provenance::{Statement, parse};
use crate::record::Moment;
use crate::source::git::Revision;
use crate::verify::{self, Report, Web};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `annals verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals verify dist\n  annals verify https://kb.example.org/\n  annals verify https://kb.example.org/ --provenance kept/provenance.json\n  annals verify dist --rebuild\n\nExit codes: 0 nothing differs, 1 something does, 2 there is no provenance, 3 the site can't be read."
)]
pub struct VerifyArgs {
    /// The site: a folder, or the address that it is served at
    #[arg(value_name = "DIR|URL")]
    site: String,
    /// The statement to compare with, instead of the site's own: one that was kept elsewhere can't have been changed with
    /// the site
    #[arg(long, value_name = "FILE")]
    provenance: Option<PathBuf>,
    /// Also build the commit that the statement names, from the repository of this site, and compare
    #[arg(long)]
    rebuild: bool,
    /// Print the report as JSON on standard output
    #[arg(long)]
    json: bool,
}

type Refused = (Vec<Diagnostic>, SourceMap, Exit);

fn refused(diagnostic: Diagnostic, exit: Exit) -> Refused {
    (vec![diagnostic], SourceMap::default(), exit)
}

pub(super) fn run(args: &VerifyArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    match verified(args, directory, ui) {
        Ok((statement, report, rebuilt)) => {
            if args.json {
                print_json(args, &statement, &report, rebuilt.as_ref(), ui);
            } else {
                tell(&statement, &report, rebuilt.as_ref(), ui);
            }
            let is_same = report.is_same() && rebuilt.as_ref().is_none_or(Report::is_same);
            if is_same { Exit::Clean } else { Exit::Findings }
        }
        Err((mut found, sources, exit)) => {
            ui.show(&mut found, &sources);
            exit
        }
    }
}

type Verified = (Statement, Report, Option<Report>);

fn verified(args: &VerifyArgs, directory: Option<&Path>, ui: &Ui) -> Result<Verified, Refused> {
    let web = is_address(&args.site).then(|| Web::new(&args.site));
    let none = |reason: String| {
        let message = format!("`{}` has no provenance that can be read: {reason}", args.site);
        let help = "`annals build` writes provenance.json unless `output.provenance` is false";
        refused(Diagnostic::error("verify/provenance", message).help(help), Exit::Usage)
    };
    let statement = match (&args.provenance, &web) {
        (Some(file), _) => std::fs::read(file)
            .map_err(|error| error.to_string())
            .and_then(|bytes| parse(&bytes))
            .map_err(|reason| {
                let message = format!("`{}` can't be used: {reason}", file.display());
                let help = "name a provenance.json that annals wrote";
                refused(Diagnostic::error("verify/provenance", message).help(help), Exit::Usage)
            })?,
        (None, Some(web)) => web.statement().map_err(none)?,
        (None, None) => verify::statement_of_folder(Path::new(&args.site)).map_err(none)?,
    };
    let report = match &web {
        Some(web) => web.compare(&statement),
        None => verify::folder(&statement, Path::new(&args.site)).map_err(|error| error.to_string()),
    };
    let report = report.map_err(|reason| {
        let message = format!("`{}` can't be read: {reason}", args.site);
        refused(Diagnostic::error("verify/unreadable", message), Exit::Environment)
    })?;
    let rebuilt = match args.rebuild {
        true => Some(verify::statements(&statement, &rebuild(&statement, directory, ui)?)),
        false => None,
    };
    Ok((statement, report, rebuilt))
}

fn is_address(site: &str) -> bool {
    site.starts_with("https://") || site.starts_with("http://")
}

/// Builds the commit that a statement names, as it says, in a temporary folder; the statement of that build.
fn rebuild(statement: &Statement, directory: Option<&Path>, ui: &Ui) -> Result<Statement, Refused> {
    let predicate = &statement.predicate;
    let parameters = &predicate.definition.parameters;
    // It comes from elsewhere: an expression of git would be followed.
    let commit = predicate.commit().filter(|commit| commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(commit) = commit else {
        let message = "the provenance names no commit of the content";
        let help = "a site is rebuilt from the repository of its content: commit it, and build again";
        return Err(refused(Diagnostic::error("verify/commit", message).help(help), Exit::Usage));
    };
    let version = predicate.version().unwrap_or("?");
    if version != env!("CARGO_PKG_VERSION") {
        ui.complain(&format!(
            "note: the site was built by annals {version}, this is {}: what differs may come from that",
            env!("CARGO_PKG_VERSION")
        ));
    }
    let mut session =
        Session::open(directory, ui).map_err(|exit| (Vec::new(), SourceMap::default(), exit))?;
    let now = parameters.now.as_deref().and_then(Moment::parse);
    session.with(parameters.drafts, Some(parameters.audience), now);
    session.project.cache = None;
    let revision =
        Revision::open(&session.project.root, commit).map_err(|found| refused(*found, Exit::Usage))?;
    let earlier =
        read_at(&session, &revision, &|_| {}).map_err(|(found, sources)| (found, sources, Exit::Findings))?;
    let planned = &earlier.planned;
    let errors = planned.found.iter().filter(|found| found.level == Level::Error);
    let errors: Vec<Diagnostic> = errors.cloned().collect();
    let (true, Some(renderer)) = (errors.is_empty(), &planned.renderer) else {
        return Err((errors, planned.sources(), Exit::Findings));
    };
    let broken = |found: Vec<Diagnostic>| (found, planned.sources(), Exit::Environment);
    let folder = tempfile::Builder::new().prefix("annals-").tempdir().map_err(|error| {
        let message = format!("no temporary folder can be made: {error}");
        refused(Diagnostic::error("verify/rebuild", message), Exit::Environment)
    })?;
    let target = folder.path().join("site");
    let staging = Staging::new(&target).map_err(|failure| broken(vec![failure.told()]))?;
    let index = output::search_index(renderer, &planned.library.config.search, None, &|_| false);
    output::write(renderer, &index, &staging, &Cache::default(), None, &|| ()).map_err(broken)?;
    staging.swap(None).map_err(|failure| broken(vec![failure.told()]))?;
    verify::statement_of_folder(&target).map_err(|reason| {
        let message = format!("the commit {commit} has no provenance: {reason}");
        let help = "its site.toml sets `output.provenance` to false";
        refused(Diagnostic::error("verify/rebuild", message).help(help), Exit::Usage)
    })
}

fn print_json(args: &VerifyArgs, statement: &Statement, report: &Report, rebuilt: Option<&Report>, ui: &Ui) {
    let report = json!({
        "site": args.site,
        "commit": statement.predicate.commit(),
        "version": statement.predicate.version(),
        "same": report.is_same() && rebuilt.is_none_or(Report::is_same),
        "published": report,
        "rebuilt": rebuilt,
    });
    ui.print(&format!("{report:#}\n"));
}

fn tell(statement: &Statement, report: &Report, rebuilt: Option<&Report>, ui: &Ui) {
    let commit = statement.predicate.commit().map_or_else(String::new, |commit| format!(" of {commit}"));
    list(report, "", ui);
    let (files, differ) = (report.files, report.different.len());
    ui.say(&match report.is_same() {
        true => format!("{files} files{commit} are as the provenance says"),
        false => format!(
            "of {files} files{commit}, {differ} differ, {} are missing; {} are there beside",
            report.missing.len(),
            report.additional.len()
        ),
    });
    let lists = [
        ("not served, so not compared", &report.not_served),
        ("redirected to other pages of the site", &report.redirected),
    ];
    for (what, paths) in lists.iter().filter(|(_, paths)| !paths.is_empty()) {
        let paths: Vec<String> = paths.iter().map(|path| printable(path)).collect();
        ui.say(&format!("{what}: {}", paths.join(", ")));
    }
    let Some(rebuilt) = rebuilt else { return };
    list(rebuilt, "rebuilt ", ui);
    ui.say(&match rebuilt.is_same() {
        true => format!("rebuilt: {} files are the same", rebuilt.files),
        false => format!(
            "rebuilt: of {} files, {} differ, {} were not published; {} were published beside",
            rebuilt.files,
            rebuilt.different.len(),
            rebuilt.missing.len(),
            rebuilt.additional.len()
        ),
    });
}

fn list(report: &Report, what: &str, ui: &Ui) {
    let lists = [('~', &report.different), ('-', &report.missing), ('+', &report.additional)];
    for (sign, paths) in lists {
        for path in paths {
            ui.print(&format!("{what}{sign} {}\n", printable(path)));
        }
    }
}
