//! `annals compare`: what changed between two versions.

use super::history::{Call, Selection, unknown};
use super::next_version::Form;
use crate::changelog::compare::{Comparison, Direction, Landed};
use crate::changelog::markdown::{change_line, line};
use crate::changelog::plan::{PackagePlan, Plan};
use crate::diagnostic::Diagnostic;
use crate::source::git::Extent;
use std::fmt::Write as _;

/// Arguments of `annals compare`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  annals compare 2.3.1 2.7.0           what a user of 2.3.1 gets with 2.7.0\n  annals compare 2.3.1                 the same with the newest release\n  annals compare 2.7.0 HEAD            what is not released yet\n  annals compare 2.7.0 2.3.1           what a downgrade loses"
)]
pub struct CompareArgs {
    /// From this version, tag or commit
    #[arg(value_name = "FROM")]
    pub from: String,
    /// To this version, tag or commit (the newest release)
    #[arg(value_name = "TO")]
    pub to: Option<String>,
    /// Which part of the histories
    #[command(flatten)]
    pub selection: Selection,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// Prints what changed, as Markdown or JSON. Exit code 0.
pub fn run(args: &CompareArgs, mut call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    let histories = call.histories(&args.selection, Extent::Released)?;
    let plans = histories.plans(&args.selection, call.changelog)?;
    let mut comparisons = Vec::new();
    for (plan, package) in
        plans.iter().flat_map(|plan| plan.packages.iter().map(move |package| (plan, package)))
    {
        let Some(from) = plan.point(package, &args.from) else { continue };
        let to = match &args.to {
            Some(to) => plan.point(package, to),
            None => newest(plan, package).and_then(|name| plan.point(package, &name)),
        };
        if let Some(to) = to {
            comparisons.push(plan.compare(package, &from, &to));
        }
    }
    if comparisons.is_empty() {
        return Err(vec![not_found(args, &plans)]);
    }
    let text = match args.format {
        Form::Json => serde_json::to_string_pretty(&comparisons).map(|text| text + "\n"),
        Form::Text => Ok(comparisons.iter().map(told).collect::<Vec<_>>().join("\n")),
    };
    let written = text.map_err(std::io::Error::from).and_then(|text| call.out.write_all(text.as_bytes()));
    written.map(|()| 0).map_err(|error| vec![Diagnostic::error("io/write", error.to_string())])
}

/// The newest final release that was not withdrawn, or the newest one.
fn newest(plan: &Plan<'_>, package: &PackagePlan<'_>) -> Option<String> {
    let good = |is_final: bool| {
        package
            .tagged
            .iter()
            .rev()
            .map(|tagged| &tagged.version)
            .find(|version| (!version.is_prerelease() || !is_final) && !plan.is_yanked(package, version))
    };
    good(true).or_else(|| good(false)).map(ToString::to_string)
}

fn not_found(args: &CompareArgs, plans: &[Plan<'_>]) -> Diagnostic {
    let known: Vec<String> = plans
        .iter()
        .flat_map(|plan| &plan.packages)
        .flat_map(|package| package.tagged.iter().rev().map(|tagged| tagged.version.to_string()))
        .collect();
    let is_known = |name: &str| {
        plans.iter().any(|plan| plan.packages.iter().any(|package| plan.point(package, name).is_some()))
    };
    match args.to.as_deref() {
        Some(to) if is_known(&args.from) && is_known(to) => {
            Diagnostic::error("usage/unknown-name", format!("no package has both `{}` and `{to}`", args.from))
        }
        Some(to) if is_known(&args.from) => unknown("version", to, &known),
        _ => unknown("version", &args.from, &known),
    }
}

fn told(comparison: &Comparison) -> String {
    let Comparison { package, from, to, .. } = comparison;
    let mut out = format!("# {}: {} → {}\n", line(package), line(from), line(to));
    let mut say = |text: &str| {
        let _ = write!(out, "\n{text}\n");
    };
    match comparison.direction {
        Direction::Same => say("Both are the same commit."),
        Direction::Downgrade => say(&format!(
            "This is a downgrade: {to} is older than {from}. What would be lost is listed last."
        )),
        Direction::Upgrade => {}
    }
    if comparison.diverged {
        say(&format!("Neither contains the other: {from} and {to} come from different branches."));
    }
    for yanked in &comparison.yanked {
        say(&format!("**{yanked} was withdrawn.** Choose another version."));
    }
    if !comparison.breaking.is_empty() {
        say("## Breaking changes");
        out.push('\n');
        for breaking in &comparison.breaking {
            let scope =
                breaking.scope.as_ref().map(|scope| format!("**{}:** ", line(scope))).unwrap_or_default();
            let _ = writeln!(out, "- {scope}{}", line(&breaking.text));
            if let Some(upgrade) = &breaking.upgrade {
                let _ = writeln!(out, "\n  Upgrade: {}", line(upgrade));
            }
        }
    }
    for group in &comparison.groups {
        section(&mut out, &group.group.title, group);
    }
    if !comparison.lost.is_empty() {
        let _ = write!(out, "\n## Not in {to}\n");
        for group in &comparison.lost {
            section(&mut out, &format!("{} in {from}", group.group.title), group);
        }
    }
    if comparison.already > 0 {
        let more = if comparison.already == 1 { "change is" } else { "changes are" };
        let _ = write!(out, "\n{} more {more} in {from} already, as backports.\n", comparison.already);
    }
    if let Some(url) = &comparison.url {
        let _ = write!(out, "\n<{url}>\n");
    }
    out
}

fn section(out: &mut String, title: &str, group: &Landed) {
    let _ = write!(out, "\n## {}\n\n", line(title));
    for (change, landed) in group.group.changes.iter().zip(&group.landed) {
        let landed = landed.as_ref().map(|version| format!(" – {version}")).unwrap_or_default();
        let _ = writeln!(out, "- {}{landed}", change_line(change));
    }
}
