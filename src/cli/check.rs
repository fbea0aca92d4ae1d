//! `annals check`

use super::build::{audience, moment};
use super::fix;
use super::revision::{Unread, read_at};
use super::session::{Planned, Session, planned};
use super::ui::{Exit, Ui};
use crate::check;
use crate::config::FILE_NAME;
use crate::diagnostic::place::Context;
use crate::diagnostic::{Counts, Diagnostic, Level, SourceMap, github, gitlab, json, junit, sarif, sort};
use crate::diff::findings::{Findings, only_in};
use crate::external;
use crate::markdown::highlight::Highlighter;
use crate::record::{Audience, Moment};
use crate::source::git::{self, Revision};
use crate::source::{URLS_FILE, read, renames};
use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Arguments of `annals check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals check\n  annals check --deny warnings\n  annals check --changed-since origin/main\n  annals check --fix\n  annals check --list\n\nA rule's level is set in site.toml: `[check.rules]` with `\"page/orphan\" = \"off\"`. A page allows one with a comment before the block: `<!-- annals: allow retro/blame, a quotation -->`."
)]
pub struct CheckArgs {
    /// Fail on findings of this level, too
    #[arg(long, value_name = "LEVEL")]
    deny: Option<Deny>,
    /// Name all rules and what they find
    #[arg(long)]
    list: bool,
    /// Mend what can safely be mended, then check again
    #[arg(long)]
    fix: bool,
    /// Ask other sites whether links to them lead somewhere
    #[arg(long, conflicts_with = "fix")]
    external: bool,
    /// Write urls.txt: every address that the site has now, so that none is lost unnoticed
    #[arg(long, conflicts_with_all = ["audience", "drafts", "changed_since", "fix", "external"])]
    accept_urls: bool,
    /// Report only what has changed since a revision, and what that breaks elsewhere
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// How to report: `human` on standard error; all others on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Check drafts, too
    #[arg(long)]
    drafts: bool,
    /// Check what this audience sees: by default everything
    #[arg(long, value_parser = audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
    /// The present, for what is overdue or stale: by default the machine's clock
    #[arg(long, value_parser = moment, value_name = "DATE")]
    now: Option<Moment>,
}

/// The lowest level that fails a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Deny {
    Warnings,
    Notes,
}

impl Deny {
    /// Whether findings fail a check.
    pub(super) fn fails(deny: Option<Self>, counts: Counts) -> bool {
        let denied = match deny {
            None => counts.errors,
            Some(Self::Warnings) => counts.errors + counts.warnings,
            Some(Self::Notes) => counts.errors + counts.warnings + counts.notes,
        };
        denied > 0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
}

pub(super) fn run(args: &CheckArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    if args.list {
        ui.print(&list());
        return Exit::Clean;
    }
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let now = args.now.or_else(|| Some(Moment::from_timestamp(Timestamp::now())));
    session.with(args.drafts, args.audience, now);
    let mut planned = plan(&session);
    if args.accept_urls {
        return accept(&planned, ui);
    }
    if args.external {
        ask(&session, &mut planned, ui);
    }
    let mut found = planned.checked();
    if args.fix {
        planned = mend(&session, planned, &mut found, ui);
    }
    let sources = planned.sources();
    if let Some(name) = &args.changed_since
        && let Err((mut mistakes, sources)) = changed_since(&session, name, &planned, &mut found)
    {
        ui.show(&mut mistakes, &sources);
        return Exit::Usage;
    }
    let counts = Counts::of(&found);
    let prefix = git::prefix(&session.project.root);
    report(args, &mut found, Context { sources: &sources, prefix: &prefix }, ui);
    if Deny::fails(args.deny, counts) { Exit::Findings } else { Exit::Clean }
}

fn plan(session: &Session) -> Planned {
    let mut planned = planned(Arc::new(read(&session.project, None)), Arc::new(Highlighter::default()));
    // Git is asked where pages went only if an address is lost.
    if planned.renderer.as_ref().is_some_and(|renderer| check::loses(&renderer.site)) {
        planned.renamed = renames(&session.project);
    }
    planned
}

/// Rounds of edits: one may have to wait for another that touches it.
const ROUNDS: usize = 10;

/// Makes the edits that findings offer until none is left. Gives the site as it is then, with what is found in it.
fn mend(session: &Session, mut planned: Planned, found: &mut Vec<Diagnostic>, ui: &Ui) -> Planned {
    let mut all = 0;
    for _ in 0..ROUNDS {
        let (made, problems) = fix::apply(&session.project.root, found, &planned.sources());
        all += made;
        if made > 0 {
            planned = plan(session);
            *found = planned.checked();
        }
        let stop = made == 0 || !problems.is_empty();
        found.extend(problems);
        if stop {
            break;
        }
    }
    ui.say(&format!("mended {all}"));
    planned
}

/// Asks for the addresses of other sites that pages link to, and adds what is wrong to what was found.
fn ask(session: &Session, planned: &mut Planned, ui: &Ui) {
    let Some(renderer) = &planned.renderer else { return };
    let addresses = check::external::addresses(&renderer.site);
    let config = &session.project.config.check.external;
    let cache = session.project.cache.as_deref().map(|folder| folder.join("external.json"));
    let visited = external::visit(&addresses, config, cache.as_deref());
    let known = visited.verdicts.len() - visited.asked;
    let left_out = addresses.len() - visited.verdicts.len();
    ui.say(&format!(
        "asked for {} external links; {known} were known, {left_out} are not to be asked for",
        visited.asked
    ));
    planned.found.extend(check::external::findings(&renderer.site, &visited));
}

fn accept(planned: &Planned, ui: &Ui) -> Exit {
    let errors = planned.found.iter().filter(|found| found.level == Level::Error);
    let errors: Vec<Diagnostic> = errors.cloned().collect();
    let accepted =
        if errors.is_empty() { fix::accept(planned).map_err(|error| vec![error]) } else { Err(errors) };
    match accepted {
        Ok((count, new, lost)) => {
            ui.say(&format!("{URLS_FILE} has {count} addresses: {new} are new, {lost} were given up"));
            Exit::Clean
        }
        Err(mut found) => {
            ui.show(&mut found, &planned.sources());
            Exit::Findings
        }
    }
}

/// Keeps the findings that stand in files that have changed since a revision, and those that its tree did not have: a
/// page that links to one that was removed has not changed, but is broken now.
fn changed_since(
    session: &Session,
    name: &str,
    planned: &Planned,
    found: &mut Vec<Diagnostic>,
) -> Result<(), Unread> {
    let plain = |found: Box<Diagnostic>| (vec![*found], SourceMap::default());
    let base = Revision::open(&session.project.root, name).map_err(plain)?.fork_point(None);
    let changes = base.changes(None).map_err(plain)?;
    let before = read_at(session, &base, &|library| library.now = planned.library.now)?;
    let (old, old_sources, sources) = (before.planned.checked(), before.planned.sources(), planned.sources());
    let none = BTreeMap::new();
    let earlier = Findings { list: &old, sources: &old_sources, renamed: &changes.renamed };
    let later = Findings { list: found, sources: &sources, renamed: &none };
    let new: Vec<Diagnostic> = only_in(later, earlier).into_iter().cloned().collect();
    let touched =
        |finding: &Diagnostic| finding.span.as_ref().is_some_and(|span| changes.files.contains(&*span.file));
    found.retain(touched);
    // The base's links were not asked for, so what those elsewhere came to is not known to be new.
    let asked = |finding: &Diagnostic| finding.rule.starts_with("external/");
    found.extend(new.into_iter().filter(|finding| !touched(finding) && !asked(finding)));
    sort(found);
    Ok(())
}

fn report(args: &CheckArgs, found: &mut Vec<Diagnostic>, context: Context<'_>, ui: &Ui) {
    let text = match args.format {
        Format::Human => {
            let counts = ui.show(found, context.sources);
            ui.say(&if found.is_empty() {
                "nothing to mend".to_owned()
            } else {
                super::build::describe(counts)
            });
            return;
        }
        Format::Json => {
            let records = json::records(found, context.sources);
            let report = json!({ "counts": Counts::of(found), "diagnostics": records });
            format!("{report:#}\n")
        }
        Format::Sarif => {
            let rules: Vec<sarif::RuleFacts> =
                check::RULES.iter().map(|rule| (rule.name, rule.level, rule.about)).collect();
            sarif::render(found, context, &rules)
        }
        Format::Github => github::render(found, context),
        Format::Gitlab => gitlab::render(found, context, FILE_NAME),
        Format::Junit => junit::render(found, context),
    };
    ui.print(&text);
}

/// All rules, as a table.
fn list() -> String {
    let mut rules: Vec<_> = check::RULES.iter().collect();
    rules.sort_by_key(|rule| rule.name);
    let level = |level| match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    rules.iter().map(|rule| format!("{:<28} {:<8} {}\n", rule.name, level(rule.level), rule.about)).collect()
}
