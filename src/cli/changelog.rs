//! `annals changelog`: what changed, from the commits and tags.

use super::history::{Call, Selection};
use super::kept::Kept;
use crate::changelog::file::{self, Problem, Section};
use crate::changelog::markdown::{self, LinkStyle};
use crate::changelog::plan::{PackagePlan, Plan, ReleasePlan};
use crate::changelog::{PackageHistory, Release, Version, template};
use crate::diagnostic::Diagnostic;
use crate::source::git::Extent;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Arguments of `annals changelog`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
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
    /// Tell what is unreleased as this version, or as the `next` one
    #[arg(long = "as", value_name = "VERSION")]
    pub release_as: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    pub format: Format,
    /// Render a Tera template of your own, with `packages` as in the JSON form
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub template: Option<PathBuf>,
    /// Write between the markers of FILE (CHANGELOG.md), and nowhere else
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "CHANGELOG.md")]
    pub write: Option<PathBuf>,
    /// Put the releases that FILE (CHANGELOG.md) lacks above those it has
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "CHANGELOG.md", conflicts_with = "write")]
    pub prepend: Option<PathBuf>,
    /// Check that every feature, fix, improvement and break is in a note or waived with a reason
    #[arg(long, conflicts_with_all = ["write", "prepend", "template", "format"])]
    pub coverage: bool,
    /// With --write or --prepend: change nothing, and exit with 1 if the file would change
    #[arg(long)]
    pub check: bool,
}

const EXAMPLES: &str = "Examples:
  annals changelog                        the whole changelog
  annals changelog --unreleased           what the next release will hold
  annals changelog --latest               the newest release
  annals changelog 1.2.0..1.4.0           the releases after 1.2.0 up to 1.4.0
  annals changelog --format json          everything, for machines
  annals changelog --write                write CHANGELOG.md between its markers
  annals changelog --prepend --as next    add the coming release to CHANGELOG.md
  annals changelog --coverage             fail if users are not told of all that comes
  annals changelog --write --check        fail if CHANGELOG.md is out of date";

/// Forms of a changelog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Keep a Changelog 1.1
    #[default]
    Markdown,
    /// One array of packages, with every commit
    Json,
}

/// Prints the changelog, or writes it to a file. Exit code 0; 1 if `--check` finds the file out of date.
pub fn run(args: &ChangelogArgs, mut call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    let histories = call.histories(&args.selection, Extent::Released)?;
    let plans = histories.plans(&args.selection, call.changelog)?;
    let mut chosen = Vec::new();
    for plan in &plans {
        for package in &plan.packages {
            let titled = titled(args, plan, package)?;
            chosen.push(Chosen { plan, package, releases: select(args, package)?, titled });
        }
    }
    if args.coverage {
        let is_chosen = args.range.is_some() || args.latest || args.unreleased;
        let covered = super::coverage::run(&chosen, is_chosen, call.root, call.out)
            .map_err(|error| failed("written", &error))?;
        return Ok(u8::from(!covered));
    }
    if let Some(file) = args.write.as_ref().or(args.prepend.as_ref()) {
        return into_file(args, &chosen, &call.root.join(file), file, call.out);
    }
    let written = match (&args.template, args.format) {
        (Some(template), _) => return through(&call.root.join(template), template, &chosen, call.out),
        (None, Format::Markdown) => write_markdown(&chosen, args, histories.cache.as_deref(), call.out),
        (None, Format::Json) => write_json(&chosen, call.out),
    };
    written.map(|()| 0).map_err(|error| failed("written", &error))
}

/// A package, and the releases of it that are told.
pub(super) struct Chosen<'a> {
    pub(super) plan: &'a Plan<'a>,
    package: &'a PackagePlan<'a>,
    pub(super) releases: Vec<&'a ReleasePlan>,
    /// The version that what is unreleased is told as.
    titled: Option<Version>,
}

impl Chosen<'_> {
    fn release(&self, planned: &ReleasePlan) -> Release {
        self.named(planned, self.plan.release(self.package, planned))
    }

    pub(super) fn release_text(&self, planned: &ReleasePlan) -> Release {
        self.named(planned, self.plan.release_text(self.package, planned))
    }

    fn named(&self, planned: &ReleasePlan, mut release: Release) -> Release {
        if let (None, Some(version)) = (&release.version, &self.titled) {
            let date = self.plan.history.graph.committed(planned.commit);
            release.date = Some(date.date());
            release.time = Some(date);
            release.version = Some(version.clone());
        }
        release
    }
}

fn titled(
    args: &ChangelogArgs,
    plan: &Plan<'_>,
    package: &PackagePlan<'_>,
) -> Result<Option<Version>, Vec<Diagnostic>> {
    match args.release_as.as_deref() {
        None => Ok(None),
        Some("next") => Ok(plan.next_version(package, None, None).map(|next| next.next)),
        Some(text) => match Version::parse(text.strip_prefix('v').unwrap_or(text)) {
            Some(version) => Ok(Some(version)),
            None => Err(vec![
                Diagnostic::error("usage/version", format!("`{text}` is no version"))
                    .help("give it as 1.2.3, or `next`"),
            ]),
        },
    }
}

fn failed(what: &str, error: &dyn std::fmt::Display) -> Vec<Diagnostic> {
    vec![Diagnostic::error("io/write", format!("the changelog can't be {what}: {error}"))]
}

fn through(
    path: &Path,
    shown: &Path,
    chosen: &[Chosen<'_>],
    out: &mut dyn Write,
) -> Result<u8, Vec<Diagnostic>> {
    let shown = shown.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![Diagnostic::error("io/read", format!("`{shown}` can't be read: {error}"))])?;
    let packages: Vec<PackageHistory> = chosen
        .iter()
        .map(|chosen| PackageHistory {
            name: chosen.package.package.name.clone(),
            source: chosen.plan.history.name.clone(),
            releases: chosen.releases.iter().map(|planned| chosen.release(planned)).collect(),
            unread_tags: chosen.package.unread_tags.clone(),
            ..PackageHistory::default()
        })
        .collect();
    let told = template::render(&text, &packages)
        .map_err(|error| vec![Diagnostic::error("changelog/template", format!("`{shown}`: {error}"))])?;
    out.write_all(told.as_bytes()).map(|()| 0).map_err(|error| failed("written", &error))
}

/// Brings a CHANGELOG.md up to date, or says that it isn't.
fn into_file(
    args: &ChangelogArgs,
    chosen: &[Chosen<'_>],
    path: &Path,
    shown: &Path,
    out: &mut dyn Write,
) -> Result<u8, Vec<Diagnostic>> {
    let name = shown.display();
    let existing = match std::fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(vec![Diagnostic::error("io/read", format!("`{name}` can't be read: {error}"))]);
        }
    };
    let new = if args.write.is_some() {
        let mut body = Vec::new();
        let bare = ChangelogArgs { range: args.range.clone().or(Some(String::new())), ..args.clone() };
        write_markdown(chosen, &bare, None, &mut body).map_err(|error| failed("made", &error))?;
        file::write(existing.as_deref(), markdown::PREAMBLE, &String::from_utf8_lossy(&body))
    } else {
        let sections: Vec<Section> = chosen
            .iter()
            .flat_map(|chosen| chosen.releases.iter().map(|planned| chosen.release_text(planned)))
            .filter_map(|release| {
                let version = release.version.as_ref()?.to_string();
                Some(Section { version, text: markdown::release(&release, LinkStyle::Inline) })
            })
            .collect();
        file::prepend(existing.as_deref(), markdown::PREAMBLE, &sections)
    };
    let new = new.map_err(|problem| vec![marker_problem(&name.to_string(), problem)])?;
    let said = if existing.as_deref() == Some(new.as_str()) {
        writeln!(out, "{name} is up to date").map(|()| 0)
    } else if args.check {
        writeln!(out, "{name} is out of date").map(|()| 1)
    } else {
        // Beside it first, so that a full disk leaves the old file whole.
        let part = path.with_extension(format!("part-{}", std::process::id()));
        let moved = std::fs::write(&part, &new).and_then(|()| std::fs::rename(&part, path));
        moved.and_then(|()| writeln!(out, "{name} is written")).map(|()| 0)
    };
    said.map_err(|error| failed("written", &error))
}

fn marker_problem(name: &str, problem: Problem) -> Diagnostic {
    let (begin, end) = (file::BEGIN, file::END);
    match problem {
        Problem::NoMarkers => {
            Diagnostic::error("changelog/no-markers", format!("`{name}` has no markers to write between"))
                .help(format!(
                    "put the lines `{begin}` and `{end}` where the releases belong, or use --prepend"
                ))
        }
        Problem::OddMarkers => {
            Diagnostic::error("changelog/odd-markers", format!("the markers in `{name}` are no pair"))
                .help(format!("keep one `{begin}` and, below it, one `{end}`"))
        }
    }
}

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
    let Some(range) = args.range.as_deref().filter(|range| !range.is_empty()) else {
        return Ok(package.releases.iter().collect());
    };
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

fn write_markdown(
    chosen: &[Chosen<'_>],
    args: &ChangelogArgs,
    cache: Option<&Path>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = if chosen.len() > 1 { LinkStyle::Inline } else { LinkStyle::Reference };
    let is_whole = !(args.unreleased || args.latest || args.range.is_some());
    let mut is_first = true;
    let mut kept = Kept::load(cache);
    for chosen in chosen {
        if style == LinkStyle::Inline {
            let name = markdown::line(&chosen.package.package.name);
            writeln!(out, "{}# {name}", if is_first { "" } else { "\n" })?;
        } else if is_whole {
            out.write_all(markdown::PREAMBLE.as_bytes())?;
        }
        is_first = is_first && !is_whole && style == LinkStyle::Reference;
        let mut references = String::new();
        for planned in &chosen.releases {
            // What is unreleased changes with every commit.
            let fingerprint = planned
                .place
                .filter(|_| cache.is_some())
                .and_then(|_| chosen.plan.fingerprint(chosen.package, planned))
                .map(|mut fingerprint| {
                    fingerprint[0] ^= u8::from(style == LinkStyle::Inline);
                    fingerprint
                });
            let text = kept.text(fingerprint, || {
                let release = chosen.release_text(planned);
                let reference = markdown::reference(&release).unwrap_or_default();
                format!("{}\0{reference}", markdown::release(&release, style))
            });
            let (text, reference) = text.split_once('\0').unwrap_or((&text, ""));
            let gap = if std::mem::take(&mut is_first) { "" } else { "\n" };
            write!(out, "{gap}{text}")?;
            if style == LinkStyle::Reference {
                references.push_str(reference);
            }
        }
        if !references.is_empty() {
            write!(out, "\n{references}")?;
        }
    }
    kept.store();
    Ok(())
}

/// Writes release by release, so that a history of any length needs the memory of one.
fn write_json(chosen: &[Chosen<'_>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, chosen) in chosen.iter().enumerate() {
        let Chosen { plan, package, releases, .. } = chosen;
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
            serde_json::to_writer(&mut *out, &chosen.release(planned))?;
        }
        out.write_all(b"]}")?;
    }
    out.write_all(b"]\n")
}
