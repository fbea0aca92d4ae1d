//! `annals init` and `annals new`: files that are half done.

use super::prefill::{Prefill, owner_of};
use super::session::Session;
use super::ui::{Exit, Ui};
use crate::config::Config;
use crate::record::{Kind, Kinds, Moment, Severity};
use crate::site::url;
use crate::source::Catalogue;
use crate::theme;
use clap::Args;
use rust_embed::RustEmbed;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tera::{Context, Tera};

/// The files of a new site.
#[derive(RustEmbed)]
#[folder = "starter/"]
struct Starter;

/// Arguments of `annals init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  annals init kb --title 'Acme knowledge base'\n  cd kb && annals serve")]
pub struct InitArgs {
    /// Folder of the new site
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The site's name
    #[arg(long, default_value = "Knowledge base")]
    title: String,
    /// Address at which it will be published
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Web address of the repository that will hold it
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
}

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

/// What is known beside the arguments. Only pages that tell of an incident or of a week need the site.
fn prefill(
    session: &mut Session,
    args: &NewArgs,
    (kind, catalogue): (Kind, &Catalogue),
    date: &str,
) -> Prefill {
    if !matches!(kind, Kind::Retro | Kind::Log) {
        return Prefill::of_owner(owner_of(catalogue, &args.service));
    }
    // Of today's shifts, the one at this moment; of another day's, the one at noon.
    let noon = || Moment::parse(&format!("{date}T12:00Z"));
    let clock = || Some(Moment::from_timestamp(jiff::Timestamp::now()));
    let now = args.now.map_or_else(clock, |now| if now.has_time { Some(now) } else { noon() });
    session.project.now = now;
    let planned = session.plan();
    match (&planned.renderer, now) {
        (Some(renderer), Some(now)) => Prefill::of(&renderer.site, &args.service, now),
        _ => Prefill::default(),
    }
}

pub(super) fn init(args: &InitArgs, ui: &Ui) -> Exit {
    let mut context = Context::new();
    context.insert("title", &args.title.replace(['"', '\\', '\n'], " "));
    context.insert("base_url", &args.base_url);
    context.insert("repository", &args.repository);
    context.insert("date", &today(None));
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for name in Starter::iter() {
        let Some(file) = Starter::get(&name) else { continue };
        let text = String::from_utf8_lossy(&file.data).into_owned();
        match Tera::one_off(&text, &context, false) {
            Ok(text) => {
                let target = if name == "gitignore" { ".gitignore" } else { &name };
                files.push((args.folder.join(target), text));
            }
            Err(error) => {
                ui.complain(&format!("error: {name}: {error}"));
                return Exit::Environment;
            }
        }
    }
    let taken: Vec<_> = files.iter().filter(|(path, _)| path.exists()).collect();
    if !taken.is_empty() {
        for (path, _) in taken {
            ui.complain(&format!("error: `{}` exists", path.display()));
        }
        ui.complain("  = help: nothing was written; choose an empty folder");
        return Exit::Usage;
    }
    let mut written = 0;
    for (path, text) in &files {
        if let Err(error) = write_new(path, text) {
            ui.complain(&format!("error: `{}` can't be written: {error}", path.display()));
            return Exit::Environment;
        }
        written += 1;
    }
    let folder = args.folder.display().to_string();
    ui.say(&format!("made a site of {written} files in {folder}"));
    let go = if folder == "." { String::new() } else { format!("cd {folder} && ") };
    ui.say(&format!("next: {go}annals serve"));
    Exit::Clean
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
    let library = crate::source::read(&session.project, None);
    for service in &args.service {
        let known = &library.catalogue.services;
        if !known.is_empty() && library.catalogue.service_name(service).is_none() {
            let near = crate::diagnostic::nearest::nearest(service, known.keys().map(String::as_str));
            let help = near.map_or_else(String::new, |near| format!("\n  = help: did you mean `{near}`?"));
            ui.complain(&format!("error: no service is called `{service}`{help}"));
            return Exit::Usage;
        }
    }
    let prefill = prefill(&mut session, args, (kind, &library.catalogue), &date);
    let project = &session.project;
    let kinds = &project.config.all_kinds;
    let text = match page(args, (kind, kinds), &date, &prefill, &library.theme_files) {
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
    let path =
        project.root.join(&project.config.content.folder).join(place(args, kind, &date, &project.config));
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

/// The page's text, from the site's own archetype or the built-in one.
fn page(
    args: &NewArgs,
    (kind, kinds): (Kind, &Kinds),
    date: &str,
    prefill: &Prefill,
    own: &std::collections::BTreeMap<String, Vec<u8>>,
) -> Result<String, String> {
    let shape = args.template.as_ref().map_or_else(String::new, |shape| format!("-{shape}"));
    let name = format!("archetypes/{}{shape}.md", kind.name());
    let built_in = theme::built_in();
    if matches!(kind, Kind::Own(_)) && args.template.is_none() && !own.contains_key(&name) {
        return Ok(skeleton(args, (kind, kinds), date));
    }
    let bytes = own.get(&name).or_else(|| built_in.get(&name)).ok_or_else(|| {
        let start = format!("archetypes/{}-", kind.name());
        let names = own.keys().chain(built_in.keys());
        let names = names.filter_map(|name| name.strip_prefix(&start)?.strip_suffix(".md"));
        let names: BTreeSet<String> = names.map(|name| format!("`{name}`")).collect();
        let names: Vec<String> = names.into_iter().collect();
        match (&args.template, names.is_empty()) {
            (Some(shape), false) => {
                let shapes = names.join(", ");
                format!("no template of a {} is called `{shape}`\n  = help: there are {shapes}", kind.name())
            }
            _ => format!("there is no `{name}`"),
        }
    })?;
    let text = String::from_utf8(bytes.clone()).map_err(|_| format!("`{name}` is not UTF-8"))?;
    let mut context = Context::new();
    context.insert("title", &yaml_text(&args.title));
    context.insert("date", date);
    let month = date.get(..7).unwrap_or(date);
    let period = match (kind, date.parse()) {
        (Kind::Log, Ok(day)) => crate::record::period::week_of(day),
        _ => month.to_owned(),
    };
    context.insert("period", &period);
    context.insert("known", prefill);
    context
        .insert("services", &args.service.iter().map(|name| yaml_text(name)).collect::<Vec<_>>().join(", "));
    context.insert("severity", &args.severity);
    context.insert("version", &args.version.as_deref().map(yaml_text));
    Tera::one_off(&text, &context, false).map_err(|error| format!("{name}: {error}"))
}

/// A text as a YAML scalar: quoted where it would be read as something else.
fn yaml_text(text: &str) -> String {
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|char| char.is_alphanumeric() || " -_./()".contains(char))
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off")
        && text.trim() == text;
    if plain { text.to_owned() } else { serde_json::Value::String(text.to_owned()).to_string() }
}

/// A page of a kind of the site's own that has no archetype: its fields, and the sections that it must have.
fn skeleton(args: &NewArgs, (kind, kinds): (Kind, &Kinds), date: &str) -> String {
    let mut out = format!("---\ntitle: {}\n", yaml_text(&args.title));
    // In a folder of its own, the folder says the kind.
    if args.folder.is_some() {
        out.push_str(&format!("kind: {}\n", kind.name()));
    }
    if kinds.is_dated(kind) {
        out.push_str(&format!("date: {date}\n"));
    }
    if !args.service.is_empty() {
        let names: Vec<String> = args.service.iter().map(|name| yaml_text(name)).collect();
        out.push_str(&format!("services: [{}]\n", names.join(", ")));
    }
    for field in kinds.fields(kind) {
        let choices = field.choices.join(", ");
        let hint = match (choices.is_empty(), field.required) {
            (false, _) => format!(" # {choices}"),
            (true, true) => " # required".to_owned(),
            (true, false) => String::new(),
        };
        out.push_str(&format!("{}:{hint}\n", field.name));
    }
    out.push_str("---\n");
    let sections = kinds.settings(kind).map(|config| config.sections.as_slice()).unwrap_or_default();
    for section in sections {
        out.push_str(&format!("\n## {section}\n"));
    }
    out
}

/// Where a new page goes, below the content folder.
fn place(args: &NewArgs, kind: Kind, date: &str, config: &Config) -> PathBuf {
    let folders = config.all_kinds.folders(kind);
    let folder = match &args.folder {
        Some(folder) => folder.split('/').map(url::segment).collect::<Vec<_>>().join("/"),
        None => folders.first().copied().unwrap_or("articles").to_owned(),
    };
    let slug = crate::markdown::slug(&args.title);
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "page".to_owned() } else { slug };
    let name = match (kind, &args.version) {
        (Kind::ReleaseNote, Some(version)) => format!("v{}", url::segment(version.trim_start_matches('v'))),
        (kind, _) if config.all_kinds.is_dated(kind) && kind != Kind::ReleaseNote => format!("{date}-{slug}"),
        _ => slug,
    };
    Path::new(&folder).join(format!("{name}.md"))
}

/// Writes a file that must not exist yet.
pub(super) fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::yaml_text;

    #[test]
    fn titles_stay_text_in_yaml() {
        assert_eq!(yaml_text("Checkout is slow"), "Checkout is slow");
        assert_eq!(yaml_text("a: b # c"), "\"a: b # c\"");
        assert_eq!(yaml_text("1.10"), "\"1.10\"");
        assert_eq!(yaml_text("true"), "\"true\"");
        assert_eq!(yaml_text("say \"x\""), "\"say \\\"x\\\"\"");
    }
}
