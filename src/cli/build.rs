//! `annals build`

use super::session::Session;
use super::ui::{Exit, Ui};
use crate::config::output::Encoding;
use crate::diagnostic::{Counts, Diagnostic, json, sort};
use crate::leak::{Report, Search};
use crate::output::{self, Cache, Failure, SPARE, Staging, Written};
use crate::record::{Audience, Kind, Moment};
use crate::site::Site;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Arguments of `annals build`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals build\n  annals build --output /tmp/site --audience public\n  annals build --offline\n  annals build --json > report.json"
)]
pub struct BuildArgs {
    /// Folder to write, instead of the one that site.toml names.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Include pages with `draft: true`.
    #[arg(long)]
    drafts: bool,
    /// For whom: `public` leaves out all that is internal.
    #[arg(long, value_parser = audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
    /// The present, for what is overdue or stale: by default the day of the last commit.
    #[arg(long, value_parser = moment, value_name = "DATE")]
    now: Option<Moment>,
    /// Also write text files compressed, beside each: `gzip`, `brotli`, `zstd`, instead of what site.toml names.
    #[arg(long, value_parser = Encoding::parse, value_delimiter = ',', value_name = "ENCODINGS")]
    precompress: Option<Vec<Encoding>>,
    /// Also write a copy that works without a server, beside the site: the folder `dist-offline` and the archive
    /// `dist-offline.zip`.
    #[arg(long)]
    offline: bool,
    /// Fail on warnings, too.
    #[arg(long)]
    strict: bool,
    /// Print a report as JSON on standard output.
    #[arg(long)]
    json: bool,
    /// Do not use or write the cache.
    #[arg(long)]
    no_cache: bool,
}

pub(super) fn audience(text: &str) -> Result<Audience, String> {
    match text {
        "public" => Ok(Audience::Public),
        "internal" => Ok(Audience::Internal),
        _ => Err("possible are `public` and `internal`".into()),
    }
}

pub(super) fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "expected a date such as 2026-03-14 or 2026-03-14T09:02Z".into())
}

pub(super) fn run(args: &BuildArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let whole = Instant::now();
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    session.with(args.drafts, args.audience, args.now);
    if let Some(encodings) = &args.precompress {
        Arc::make_mut(&mut session.project.config).output.precompress.clone_from(encodings);
    }
    if args.no_cache {
        session.project.cache = None;
    }
    let planned = session.plan();
    let mut found = planned.found.clone();
    let counts = Counts::of(&found);
    let stop = counts.errors > 0 || (args.strict && counts.warnings > 0);
    let target =
        args.output.clone().unwrap_or_else(|| session.project.root.join(&session.project.config.site.output));
    let result = match &planned.renderer {
        Some(renderer) if !stop => write(renderer, &target, &mut session, ui),
        _ => Ok(None),
    };
    let mut leaks = None;
    let (written, mut exit) = match result {
        Ok(Some(Outcome { written, search })) => {
            leaks = search.as_ref().map(Search::report);
            found.extend(search.iter().flat_map(Search::leaks));
            let clean = leaks.as_ref().is_none_or(|report| report.found == 0);
            if clean { (Some(written), Exit::Clean) } else { (None, Exit::Findings) }
        }
        Ok(None) => (None, Exit::Findings),
        Err((mistakes, exit)) => {
            found.extend(mistakes);
            (None, exit)
        }
    };
    let mut copy = None;
    if args.offline && written.is_some() {
        match output::portable(&target, &copy_place(&target)) {
            Ok(made) => copy = Some(made),
            Err(error) => {
                let (mistakes, failed) = failure(error);
                found.extend(mistakes);
                exit = failed;
            }
        }
    }
    if args.json {
        sort(&mut found);
        let site = planned.renderer.as_ref().map(|renderer| &*renderer.site);
        let report = json!({
            "output": written.as_ref().map(|_| target.to_string_lossy()),
            "pages": site.map(kinds),
            "files": written.as_ref().map(|written| written.files),
            "bytes": written.as_ref().map(|written| written.bytes),
            "changed": written.as_ref().map(|written| written.changed),
            "removed": written.as_ref().map(|written| written.removed),
            "offline": copy.as_ref().map(|copy| copy.archive.to_string_lossy()),
            "leaks": leaks,
            "counts": Counts::of(&found),
            "diagnostics": json::records(&found, &planned.sources()),
            "milliseconds": session.timings.iter().map(|(stage, time)| (*stage, time.as_millis() as u64)).collect::<BTreeMap<_, _>>(),
        });
        ui.print(&format!("{report:#}\n"));
        return exit;
    }
    let counts = ui.show(&mut found, &planned.sources());
    match (&written, &planned.renderer) {
        (Some(written), Some(renderer)) => {
            ui.say(&summary(&renderer.site, written, &target, counts, whole.elapsed()));
            if let Some(report) = &leaks {
                ui.say(&searched(report));
            }
            if let Some(copy) = &copy {
                let place = copy.archive.with_extension("");
                ui.say(&format!(
                    "a copy that works without a server: {} files, {} → {} and {}",
                    copy.files,
                    size(copy.bytes),
                    place.display(),
                    copy.archive.display()
                ));
            }
        }
        _ => ui.complain(&format!("not built: {}. The old site is untouched.", describe(counts))),
    }
    if ui.verbose {
        for (stage, time) in &session.timings {
            ui.say(&format!("  {stage:<10} {:>8.1} ms", time.as_secs_f64() * 1000.0));
        }
    }
    exit
}

/// Where the copy without a server goes.
fn copy_place(target: &Path) -> PathBuf {
    let name = target.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned());
    target.with_file_name(format!("{name}-offline"))
}

/// What was written, and what was looked for in it.
struct Outcome {
    written: Written,
    search: Option<Search>,
}

type WriteError = (Vec<Diagnostic>, Exit);

fn write(
    renderer: &crate::render::Renderer,
    target: &Path,
    session: &mut Session,
    ui: &Ui,
) -> Result<Option<Outcome>, WriteError> {
    let mut staging = Staging::new(target).map_err(failure)?;
    let folder = session.project.cache.clone();
    let old = folder.as_deref().map(|folder| Cache::load(folder, target)).unwrap_or_default();
    let spare = folder.as_deref().map(|folder| folder.join(SPARE));
    if let Some(spare) = &spare {
        staging.begin_with(spare);
    }
    session.lap("prepare");
    let known = |path: &str| old.record(path).is_some_and(|record| staging.keep(record));
    let index = output::search_index(renderer, &session.project.config.search, folder.as_deref(), &known);
    session.lap("search");
    let bar = progress(renderer.site.routes.len() as u64, ui);
    let (started, done) = (Instant::now(), AtomicU64::new(0));
    let progress = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if started.elapsed() > Duration::from_secs(1) {
            bar.set_position(done);
        }
    };
    let search = Search::of(&renderer.site);
    session.lap("restricted");
    let (written, cache) = output::write(renderer, &index, &staging, &old, search.as_ref(), &progress)
        .map_err(|found| (found, Exit::Environment))?;
    bar.finish_and_clear();
    session.lap("render");
    if search.as_ref().is_some_and(|search| search.report().found > 0) {
        return Ok(Some(Outcome { written, search }));
    }
    staging.swap(spare.as_deref()).map_err(failure)?;
    session.lap("swap");
    if let Some(folder) = folder {
        cache.save(&folder, target);
        output::save_highlighted(&folder, &renderer.highlighter);
        session.lap("cache");
    }
    Ok(Some(Outcome { written, search }))
}

fn failure(failure: Failure) -> WriteError {
    let exit = if matches!(failure, Failure::Foreign(_)) { Exit::Usage } else { Exit::Environment };
    (vec![failure.told()], exit)
}

/// A bar that shows itself only where somebody watches and it takes longer than a second.
fn progress(length: u64, ui: &Ui) -> ProgressBar {
    if ui.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}

fn kinds(site: &Site) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for entry in site.entries.iter().filter(|entry| !entry.is_section) {
        *counts.entry(entry.page.kind.name()).or_default() += 1;
    }
    counts
}

fn summary(site: &Site, written: &Written, target: &Path, counts: Counts, time: Duration) -> String {
    let by_kind = kinds(site);
    let all = &site.library.config.all_kinds;
    let kinds: Vec<String> = all
        .all()
        .filter_map(|kind| {
            let count = by_kind.get(kind.name())?;
            let name = match kind {
                // Readers see the site's own words; who builds knows the field's.
                Kind::Own(_) if *count == 1 => all.label(kind).to_lowercase(),
                Kind::Own(_) => all.plural(kind).to_lowercase(),
                _ => plural(kind, *count),
            };
            Some(format!("{count} {name}"))
        })
        .collect();
    let pages = if kinds.is_empty() { "no pages".to_owned() } else { kinds.join(", ") };
    format!(
        "built {pages}\n{} files, {}, {} changed, {} removed → {}\n{} in {:.2} s",
        written.files,
        size(written.bytes),
        written.changed,
        written.removed,
        target.display(),
        describe(counts),
        time.as_secs_f64()
    )
}

/// The proof that a public build has nothing internal, in a line.
fn searched(report: &Report) -> String {
    format!(
        "{} strings of internal content looked for in {} outputs, {}: none found",
        report.strings,
        report.outputs,
        size(report.bytes)
    )
}

fn plural(kind: Kind, count: usize) -> String {
    if count == 1 { kind.label().to_lowercase() } else { kind.plural().to_lowercase() }
}

/// Bytes as people read them.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// `2 errors, 1 warning`
pub(super) fn describe(counts: Counts) -> String {
    let of = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    if counts.errors == 0 && counts.warnings == 0 {
        return match counts.notes {
            0 => "nothing to complain about".to_owned(),
            notes => of(notes, "note"),
        };
    }
    [(counts.errors, "error"), (counts.warnings, "warning"), (counts.notes, "note")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| of(count, word))
        .collect::<Vec<_>>()
        .join(", ")
}
