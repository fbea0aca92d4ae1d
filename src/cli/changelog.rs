//! `annals changelog`: what changed, from the commits and tags.

use super::history::{Selection, plans, read};
use crate::changelog::markdown::{self, LinkStyle};
use crate::changelog::plan::{PackagePlan, Plan, ReleasePlan};
use crate::config::source::{ChangelogConfig, SourceConfig};
use crate::diagnostic::Diagnostic;
use std::io::{self, Write};
use std::path::Path;

/// Arguments of `annals changelog`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  annals changelog                      the whole changelog\n  annals changelog --unreleased         what the next release will hold\n  annals changelog --latest             the newest release\n  annals changelog 1.2.0..1.4.0         the releases after 1.2.0 up to 1.4.0\n  annals changelog --format json        everything, for machines"
)]
pub struct ChangelogArgs {
    /// Which part of the histories
    #[command(flatten)]
    pub selection: Selection,
    /// Releases after FROM up to TO, as `FROM..TO`, `FROM..` or `..TO`, or a single version
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// Only what is not released yet
    #[arg(long, conflicts_with_all = ["range", "latest"])]
    pub unreleased: bool,
    /// Only the newest release
    #[arg(long, conflicts_with = "range")]
    pub latest: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    pub format: Format,
}

/// Forms of a changelog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Keep a Changelog 1.1
    #[default]
    Markdown,
    /// One array of packages, with every commit
    Json,
}

/// Prints the changelog. Exit code 0.
pub fn run(
    args: &ChangelogArgs,
    sources: &[SourceConfig],
    changelog: &ChangelogConfig,
    root: &Path,
    out: &mut dyn Write,
) -> Result<u8, Vec<Diagnostic>> {
    let (histories, _) = read(&args.selection, sources, root)?;
    let plans = plans(&args.selection, &histories, changelog)?;
    let mut chosen = Vec::new();
    for plan in &plans {
        for package in &plan.packages {
            chosen.push((plan, package, select(args, package)?));
        }
    }
    let written = match args.format {
        Format::Markdown => write_markdown(&chosen, args, out),
        Format::Json => write_json(&chosen, out),
    };
    written.map(|()| 0).map_err(|error| {
        vec![Diagnostic::error("io/write", format!("the changelog can't be written: {error}"))]
    })
}

type Chosen<'a> = (&'a Plan<'a>, &'a PackagePlan<'a>, Vec<&'a ReleasePlan>);

/// The releases that the arguments ask for.
fn select<'a>(
    args: &ChangelogArgs,
    package: &'a PackagePlan<'a>,
) -> Result<Vec<&'a ReleasePlan>, Vec<Diagnostic>> {
    if args.unreleased {
        return Ok(package.releases.iter().filter(|release| release.place.is_none()).collect());
    }
    if args.latest {
        return Ok(package.releases.iter().find(|release| release.place.is_some()).into_iter().collect());
    }
    let Some(range) = &args.range else { return Ok(package.releases.iter().collect()) };
    let place = |name: &str| -> Result<u32, Vec<Diagnostic>> {
        package.find(name).ok_or_else(|| {
            let known: Vec<String> = package.tagged.iter().map(|tagged| tagged.version.to_string()).collect();
            vec![super::history::unknown("version", name, &known)]
        })
    };
    let (from, to) = match range.split_once("..") {
        Some((from, to)) => {
            let from = if from.is_empty() { None } else { Some(place(from)?) };
            (from, if to.is_empty() || to == "HEAD" { None } else { Some(place(to)?) })
        }
        None => {
            let only = place(range)?;
            return Ok(package.releases.iter().filter(|release| release.place == Some(only)).collect());
        }
    };
    // Ancestry decides: what `to` contains and `from` doesn't.
    let is_wanted = |release: &&ReleasePlan| match release.place {
        None => to.is_none(),
        Some(place) => {
            to.is_none_or(|to| package.all.is_in(place, to))
                && from.is_none_or(|from| !package.all.is_in(place, from))
        }
    };
    Ok(package.releases.iter().filter(is_wanted).collect())
}

fn write_markdown(chosen: &[Chosen<'_>], args: &ChangelogArgs, out: &mut dyn Write) -> io::Result<()> {
    let style = if chosen.len() > 1 { LinkStyle::Inline } else { LinkStyle::Reference };
    let is_whole = !(args.unreleased || args.latest || args.range.is_some());
    let mut is_first = true;
    for (plan, package, releases) in chosen {
        if style == LinkStyle::Inline {
            writeln!(out, "{}# {}", if is_first { "" } else { "\n" }, markdown::line(&package.package.name))?;
        } else if is_whole {
            out.write_all(markdown::PREAMBLE.as_bytes())?;
        }
        is_first = is_first && !is_whole && style == LinkStyle::Reference;
        let mut references = String::new();
        for planned in releases {
            let release = plan.release(package, planned);
            let gap = if std::mem::take(&mut is_first) { "" } else { "\n" };
            write!(out, "{gap}{}", markdown::release(&release, style))?;
            references.extend(markdown::reference(&release).filter(|_| style == LinkStyle::Reference));
        }
        if !references.is_empty() {
            write!(out, "\n{references}")?;
        }
    }
    Ok(())
}

/// Writes release by release, so that a history of any length needs the memory of one.
fn write_json(chosen: &[Chosen<'_>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, (plan, package, releases)) in chosen.iter().enumerate() {
        let name = serde_json::to_string(&package.package.name)?;
        let source = serde_json::to_string(&plan.history.name)?;
        let unread = serde_json::to_string(&package.unread_tags)?;
        let comma = if at == 0 { "" } else { "," };
        write!(
            out,
            "{comma}\n{{\"name\":{name},\"source\":{source},\"unread_tags\":{unread},\"releases\":["
        )?;
        for (at, planned) in releases.iter().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &plan.release(package, planned))?;
        }
        out.write_all(b"]}")?;
    }
    out.write_all(b"]\n")
}
