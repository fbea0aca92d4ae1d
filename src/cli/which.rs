//! `annals which`: the releases that have a commit, pull request, issue, ticket or advisory.

use super::history::{Call, Selection};
use super::next_version::Form;
use crate::changelog::Version;
use crate::changelog::which::{Found, Landing, MOST, Wanted};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::source::git::Extent;
use std::io::{self, Write};

/// Arguments of `annals which`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  annals which 3f2a91c              a commit\n  annals which '#482'               a pull request or an issue\n  annals which CVE-2026-1234        an advisory\n  annals which OPS-77               a ticket\n  annals which \"retry loop\"         words of the description"
)]
pub struct WhichArgs {
    /// A commit, `#` and a number, a ticket, an advisory, or words
    #[arg(value_name = "REF", required = true)]
    pub reference: Vec<String>,
    /// Which part of the histories
    #[command(flatten)]
    pub selection: Selection,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// Prints where each commit that is meant landed, on the main line and on each maintained branch. Exit code 0; 1 if there is none.
pub fn run(args: &WhichArgs, mut call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    let histories = call.histories(&args.selection, Extent::Lines)?;
    let plans = histories.plans(&args.selection, call.changelog)?;
    let wanted = Wanted::parse(&args.reference.join(" "));
    let mut found: Vec<Found> = Vec::new();
    let mut more = 0;
    for plan in &plans {
        let numbers = plan.which(&wanted);
        let lines = plan.lines();
        more += numbers.len().saturating_sub(MOST);
        for number in numbers.into_iter().take(MOST) {
            let hash = plan.history.graph.id(number).hex();
            // A copy of what was told already is the same change.
            if !found.iter().any(|known| known.hash == hash || known.copies.contains(&hash)) {
                found.push(plan.landing(number, &lines));
            }
        }
    }
    let written = match args.format {
        Form::Json => serde_json::to_string_pretty(&found)
            .map_err(io::Error::from)
            .and_then(|text| writeln!(call.out, "{text}")),
        Form::Text if found.is_empty() => {
            writeln!(
                call.out,
                "no commit of these histories is or names {}",
                printable(&args.reference.join(" "))
            )
        }
        Form::Text => tell(&found, more, call.out),
    };
    written.map_err(|error| vec![Diagnostic::error("io/write", error.to_string())])?;
    Ok(u8::from(found.is_empty()))
}

fn tell(found: &[Found], more: usize, out: &mut dyn Write) -> io::Result<()> {
    for found in found {
        writeln!(out, "{} {}", found.hash.get(..9).unwrap_or(&found.hash), printable(&found.subject))?;
        if found.packages.is_empty() {
            writeln!(out, "    touches no package")?;
        }
        for landing in &found.packages {
            writeln!(out, "    {}: {}", printable(&landing.package), words(landing))?;
        }
    }
    if more > 0 {
        writeln!(out, "and {more} more")?;
    }
    Ok(())
}

fn words(landing: &Landing) -> String {
    let list = |versions: &[Version]| versions.iter().map(Version::as_str).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    if !landing.releases.is_empty() {
        parts.push(list(&landing.releases));
    }
    if landing.releases.is_empty() && !landing.prereleases.is_empty() {
        parts.push(list(&landing.prereleases));
    }
    if let Some(expected) = &landing.expected {
        let what = if landing.releases.is_empty() {
            "merged, not released"
        } else {
            "on the main line merged, not released"
        };
        parts.push(format!("{what}, expected in {expected}"));
    } else if landing.releases.is_empty() && landing.prereleases.is_empty() {
        if landing.merged {
            parts.push("merged, not released".to_owned());
        } else if landing.waiting.is_empty() {
            parts.push("not merged".to_owned());
        }
    }
    for waiting in &landing.waiting {
        let branch = printable(&waiting.branch);
        parts.push(match &waiting.expected {
            Some(version) => format!("on {branch} merged, not released, expected in {version}"),
            None => format!("on {branch} merged, not released"),
        });
    }
    let mut branches: Vec<String> = landing.missing_on.iter().map(|branch| printable(branch)).collect();
    if !landing.merged && (!landing.releases.is_empty() || !landing.waiting.is_empty()) {
        branches.insert(0, "the main line".to_owned());
    }
    if !branches.is_empty() {
        parts.push(format!("not on {}", branches.join(", ")));
    }
    if !landing.reverted_in.is_empty() {
        parts.push(format!("taken back in {}", landing.reverted_in.join(", ")));
    }
    parts.join("; ")
}
