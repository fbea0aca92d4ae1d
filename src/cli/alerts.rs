//! `annals alerts`: rules of Prometheus held against the runbooks of a site.

use super::build::audience;
use super::check::Deny;
use super::session::{Planned, Session};
use super::ui::{Exit, Ui};
use crate::check::{RunbookLink, runbook_link};
use crate::diagnostic::{Counts, Diagnostic, SourceMap, human, json};
use crate::record::Audience;
use crate::site::{Alert, Site};
use crate::source::AlertRule;
use clap::Args;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `annals alerts`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals alerts monitoring/*.yml\n  annals alerts monitoring/*.yml --annotations\n  annals alerts monitoring/*.yml --deny warnings\n\nReads rule files of Prometheus and PrometheusRule manifests, also several in one file. Nothing is written: `--annotations` prints what to add."
)]
pub(super) struct AlertsArgs {
    /// Rule files or manifests; by default those of `alerts.rules` in site.toml
    #[arg(value_name = "RULES.yml")]
    files: Vec<PathBuf>,
    /// Print the annotations to add: for each alert with a runbook, whose rule has no link or a dead one
    #[arg(long, conflicts_with = "json")]
    annotations: bool,
    /// Print all alerts as JSON
    #[arg(long)]
    json: bool,
    /// Fail on findings of this level, too
    #[arg(long, value_name = "LEVEL")]
    deny: Option<Deny>,
    /// Hold them against the runbooks that this audience sees: by default all
    #[arg(long, value_parser = audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
}

pub(super) fn run(args: &AlertsArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    session.with(false, args.audience, None);
    let root = session.project.root.clone();
    if !args.files.is_empty() {
        let files = args.files.iter().map(|file| name_of(&root, file)).collect();
        Arc::make_mut(&mut session.project.config).alerts.rules = files;
    }
    if session.project.config.alerts.rules.is_empty() {
        ui.complain("error: no rule file is named\n  = help: annals alerts monitoring/*.yml, or `alerts.rules` in site.toml");
        return Exit::Usage;
    }
    let planned = session.plan();
    let sources = planned.sources();
    let Some(site) = planned.renderer.as_ref().map(|renderer| renderer.site.clone()) else {
        ui.show(&mut planned.found.clone(), &sources);
        return Exit::Usage;
    };
    let mut found = findings(&planned, &site);
    let counts = Counts::of(&found);
    if args.json {
        ui.print(&format!("{:#}\n", report(&site, &found, &sources)));
    } else if args.annotations {
        match annotations(&site, &sources) {
            Some(text) => ui.print(&text),
            None => {
                ui.complain(
                    "error: annotations need the site's address\n  = help: set `base_url` under `[site]` in site.toml",
                );
                return Exit::Usage;
            }
        }
        // What to add is not wrong as well.
        found.retain(|finding| finding.rule == "alert/syntax" || finding.rule == "source/unreadable");
        ui.show(&mut found, &sources);
    } else {
        ui.show(&mut found, &sources);
        ui.say(&summary(&site));
    }
    if Deny::fails(args.deny, counts) { Exit::Findings } else { Exit::Clean }
}

/// How a file of the command line is called in findings: from the site's root, where it lies below it.
fn name_of(root: &Path, file: &Path) -> String {
    let full = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let inner = full.strip_prefix(root).unwrap_or(&full);
    inner.to_string_lossy().replace('\\', "/")
}

/// Findings on alerts and their rules.
fn findings(planned: &Planned, site: &Site) -> Vec<Diagnostic> {
    let rules = &site.library.config.alerts.rules;
    let mut found = planned.checked();
    found.retain(|finding| {
        let in_rules =
            || finding.span.as_ref().is_some_and(|span| rules.iter().any(|file| **file == *span.file));
        finding.rule.starts_with("alert/") || finding.rule == "source/unreadable" && in_rules()
    });
    found
}

/// Whether a rule's alert has a runbook.
fn has_runbook(alert: Option<&Alert>) -> bool {
    alert.is_some_and(|alert| !alert.runbooks.is_empty())
}

/// Alerts that runbooks name and no rule raises.
fn without_rule(site: &Site) -> impl Iterator<Item = &Alert> {
    site.records.alerts.iter().filter(|alert| alert.rule.is_none())
}

fn summary(site: &Site) -> String {
    let rules = &site.library.alert_rules;
    let with = rules.iter().filter(|rule| has_runbook(site.records.alert(&rule.name))).count();
    let linked = rules.iter().filter(|rule| !needs_link(site, rule)).count();
    let of = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "{}: {with} with a runbook, {linked} with a link that leads somewhere; {} of runbooks without a rule",
        of(rules.len(), "rule that alerts", "rules that alert"),
        of(without_rule(site).count(), "alert", "alerts"),
    )
}

fn needs_link(site: &Site, rule: &AlertRule) -> bool {
    matches!(runbook_link(site, rule), RunbookLink::Missing | RunbookLink::Dead(_))
}

/// The annotations to add, as YAML with the place of each rule. None where the site does not know its address.
fn annotations(site: &Site, sources: &SourceMap) -> Option<String> {
    let base = site.library.config.site.base_url.as_deref()?;
    let mut out = String::new();
    for rule in site.library.alert_rules.iter().filter(|rule| needs_link(site, rule)) {
        let Some(alert) = site.records.alert(&rule.name).filter(|alert| has_runbook(Some(alert))) else {
            continue;
        };
        let line = sources.position(&rule.span).map_or_else(String::new, |(line, _)| format!(":{line}"));
        let instead = if rule.runbook_url.is_some() { ", instead of a dead link" } else { "" };
        out.push_str(&format!(
            "# {}{line} {}{instead}\nannotations:\n  runbook_url: {}\n",
            rule.span.file,
            human::printable(&rule.name).replace('\n', " "),
            crate::render::absolute(base, &alert.url)
        ));
    }
    Some(out)
}

fn report(site: &Site, found: &[Diagnostic], sources: &SourceMap) -> Value {
    let base = site.library.config.site.base_url.as_deref();
    let outside = |address: &str| {
        base.map_or_else(|| address.to_owned(), |base| crate::render::absolute(base, address))
    };
    let runbooks = |alert: Option<&Alert>| -> Vec<Value> {
        let entries = alert.into_iter().flat_map(|alert| &alert.runbooks).filter_map(|id| site.entry(*id));
        entries.map(|entry| json!({ "title": entry.page.title, "url": outside(&entry.url) })).collect()
    };
    let rules: Vec<Value> = site
        .library
        .alert_rules
        .iter()
        .map(|rule| {
            let alert = site.records.alert(&rule.name);
            let link = match runbook_link(site, rule) {
                RunbookLink::Missing => "missing",
                RunbookLink::Template => "template",
                RunbookLink::Elsewhere => "elsewhere",
                RunbookLink::Page => "page",
                RunbookLink::Dead(_) => "dead",
            };
            json!({
                "alert": rule.name,
                "file": rule.span.file,
                "line": sources.position(&rule.span).map(|(line, _)| line),
                "severity": rule.severity,
                "runbook_url": rule.runbook_url,
                "link": link,
                "url": alert.map(|alert| outside(&alert.url)),
                "runbooks": runbooks(alert),
            })
        })
        .collect();
    let gone: Vec<Value> = without_rule(site)
        .map(|alert| json!({ "alert": alert.name, "url": outside(&alert.url), "runbooks": runbooks(Some(alert)) }))
        .collect();
    json!({
        "rules": rules,
        "without_rule": gone,
        "counts": Counts::of(found),
        "diagnostics": json::records(found, sources),
    })
}
