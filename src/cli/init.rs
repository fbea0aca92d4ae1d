//! `annals init`: a site that works, with what a team needs around it.

use super::ask::{self, Question};
use super::export_codeowners::{self, Syntax};
use super::schema;
use super::ui::{Exit, Ui};
use crate::config::source::ForgeKind;
use crate::site::url;
use crate::source::git::{prefix, remote};
use crate::source::{Project, read};
use crate::theme;
use crate::theme::archetype::yaml_text;
use clap::Args;
use rust_embed::RustEmbed;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tera::{Context, Tera};

/// The files of a new site, and those of each forge.
#[derive(RustEmbed)]
#[folder = "starter/"]
struct Starter;

/// Archetypes that a new site has as files of its own.
const ARCHETYPES: [&str; 3] = ["article", "retro", "runbook"];

/// Arguments of `annals init`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Examples:\n  annals init kb\n  annals init kb --yes --title 'Acme knowledge base' --repository https://github.com/acme/kb\n  cd kb && annals serve\n\nIn a terminal it asks for what no option says; `--yes` takes the defaults."
)]
pub struct InitArgs {
    /// Folder of the new site
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The site's name
    #[arg(long)]
    title: Option<String>,
    /// A service that the team runs, for the examples
    #[arg(long, value_name = "NAME", value_parser = name)]
    service: Option<String>,
    /// The team that owns it
    #[arg(long, value_name = "NAME", value_parser = name)]
    team: Option<String>,
    /// Web address of the repository that will hold it: by default that of the remote `origin`
    #[arg(long, value_name = "URL", value_parser = web)]
    repository: Option<String>,
    /// The forge for which CI, CODEOWNERS and a template for pull requests are written
    #[arg(long, value_enum)]
    forge: Option<Forge>,
    /// Address at which the site will be published
    #[arg(long, value_name = "URL", value_parser = web)]
    base_url: Option<String>,
    /// The command by which CI installs annals
    #[arg(long, value_name = "COMMAND", default_value_t = default_install())]
    install: String,
    /// Ask nothing
    #[arg(short, long)]
    yes: bool,
}

/// Where the site is reviewed and built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Forge {
    /// GitHub
    Github,
    /// GitLab
    Gitlab,
    /// Forgejo and Gitea
    Forgejo,
    /// None: the site alone
    None,
}

/// What the files of a new site are made with.
struct Answers {
    title: String,
    service: String,
    team: String,
    repository: Option<String>,
    forge: Forge,
    base_url: Option<String>,
}

/// A name as the catalogue has it.
fn name(text: &str) -> Result<String, String> {
    match url::segment(text) {
        slug if slug == text && text.starts_with(char::is_alphabetic) => Ok(slug),
        slug => Err(format!("names have small letters, digits and dashes, such as `{slug}`")),
    }
}

fn web(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !text.contains(['"', '\\', ' ', '\n']) => Ok(text.to_owned()),
        _ => Err("expected an address such as https://github.com/acme/kb".into()),
    }
}

/// The released version of this program, from its repository where that is known.
fn default_install() -> String {
    let version = env!("CARGO_PKG_VERSION");
    match option_env!("CARGO_PKG_REPOSITORY").filter(|repository| !repository.is_empty()) {
        Some(repository) => format!("cargo install --locked --git {repository} --tag v{version} annals"),
        None => format!("cargo install --locked annals --version {version}"),
    }
}

pub(super) fn run(args: &InitArgs, ui: &Ui) -> Exit {
    match make(args, ui) {
        Ok(()) => Exit::Clean,
        Err((message, exit)) => {
            ui.complain(&format!("error: {message}"));
            exit
        }
    }
}

type Failure = (String, Exit);

fn make(args: &InitArgs, ui: &Ui) -> Result<(), Failure> {
    let prefix = nearest_folder(&args.folder).map(|folder| inside(&folder, &args.folder)).unwrap_or_default();
    let answers = answers(args)?;
    // CI and CODEOWNERS belong to the repository, of which the site may be a folder.
    let top =
        prefix.split('/').filter(|part| !part.is_empty()).fold(args.folder.clone(), |at, _| at.join(".."));
    let mut files = site_files(args, &answers)?;
    files.extend(forge_files(args, &answers, &top, &prefix)?);
    let taken: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.exists())
        .map(|(path, _)| format!("`{}` exists", path.display()))
        .collect();
    if !taken.is_empty() {
        let help = "nothing was written; choose an empty folder, or `--forge none` to leave CI as it is";
        return Err((format!("{}\n  = help: {help}", taken.join("\nerror: ")), Exit::Usage));
    }
    for (path, text) in &files {
        write_new(path, text).map_err(|error| {
            (format!("`{}` can't be written: {error}", path.display()), Exit::Environment)
        })?;
    }
    let owners = code_owners(args, &answers, &top)?;
    let count = files.len() + usize::from(owners.is_some());
    let folder = args.folder.display().to_string();
    ui.say(&format!("made a site of {count} files in {folder}"));
    if owners.is_none() && answers.forge != Forge::None {
        ui.say(
            "without `--repository` there is no CODEOWNERS: `annals export codeowners --org NAME` writes one",
        );
    }
    let go = if folder == "." { String::new() } else { format!("cd {folder} && ") };
    ui.say(&format!("next: {go}annals serve"));
    Ok(())
}

/// What the options say, what is asked for, and what is taken where nobody is there to ask.
fn answers(args: &InitArgs) -> Result<Answers, Failure> {
    let failed = |error: io::Error| (format!("the terminal can't be read: {error}"), Exit::Environment);
    let mut terminal = ask::terminal().filter(|_| !args.yes);
    let mut ask = |given: Option<String>, question: Question<'_>| match (given, &mut terminal) {
        (Some(given), _) => Ok(given),
        (None, Some(terminal)) => terminal.ask(&question).map_err(failed),
        (None, None) => Ok(question.default.to_owned()),
    };
    let any = |_: &str| Ok(());
    let title = ask(args.title.clone(), Question::new("Name of the site", "Knowledge base", &any))?;
    let is_name = |text: &str| name(text).map(drop);
    let service = ask(args.service.clone(), Question::new("A service that you run", "checkout", &is_name))?;
    let team = ask(args.team.clone(), Question::new("The team that owns it", "platform", &is_name))?;
    let origin = nearest_folder(&args.folder).and_then(|folder| remote::origin(&folder)).unwrap_or_default();
    let is_web = |text: &str| if text.is_empty() { Ok(()) } else { web(text).map(drop) };
    let question = Question::new("Web address of its repository, if there is one", &origin, &is_web);
    let repository = Some(ask(args.repository.clone(), question)?).filter(|text| !text.is_empty());
    let guessed = repository.as_deref().and_then(forge_of).unwrap_or(Forge::None);
    let is_forge = |text: &str| forge_named(text).map(drop);
    let question = Question::new("Forge: github, gitlab, forgejo or none", forge_name(guessed), &is_forge);
    let given = args.forge.map(|forge| forge_name(forge).to_owned());
    let forge = forge_named(&ask(given, question)?).map_err(|message| (message, Exit::Usage))?;
    let question = Question::new("Address at which it will be published, if you know it", "", &is_web);
    let base_url = Some(ask(args.base_url.clone(), question)?).filter(|text| !text.is_empty());
    Ok(Answers { title, service, team, repository, forge, base_url })
}

fn forge_of(repository: &str) -> Option<Forge> {
    match remote::from_url(repository)?.kind {
        ForgeKind::Github => Some(Forge::Github),
        ForgeKind::Gitlab => Some(Forge::Gitlab),
        ForgeKind::Gitea => Some(Forge::Forgejo),
        ForgeKind::Bitbucket => None,
    }
}

fn forge_name(forge: Forge) -> &'static str {
    match forge {
        Forge::Github => "github",
        Forge::Gitlab => "gitlab",
        Forge::Forgejo => "forgejo",
        Forge::None => "none",
    }
}

fn forge_named(text: &str) -> Result<Forge, String> {
    match text {
        "github" => Ok(Forge::Github),
        "gitlab" => Ok(Forge::Gitlab),
        "forgejo" | "gitea" => Ok(Forge::Forgejo),
        "none" | "" => Ok(Forge::None),
        _ => Err("possible are github, gitlab, forgejo and none".into()),
    }
}

type Files = Vec<(PathBuf, String)>;

/// The site itself: settings, catalogue, examples, archetypes, and schemas for editors.
fn site_files(args: &InitArgs, answers: &Answers) -> Result<Files, Failure> {
    let mut context = Context::new();
    context.insert("title", &answers.title.replace(['"', '\\', '\n'], " "));
    context.insert("base_url", &answers.base_url);
    context.insert("repository", &answers.repository);
    context.insert("service", &answers.service);
    context.insert("service_words", &words(&answers.service));
    context.insert("team", &answers.team);
    context.insert("team_words", &words(&answers.team));
    context.insert("date", &jiff::ZonedDateTime::now().date().to_string());
    // The kind is said where the address does not tell it.
    let guessed = answers.repository.as_deref().and_then(forge_of);
    let kind = match answers.forge {
        forge if guessed == Some(forge) => None,
        Forge::Github => Some("github"),
        Forge::Gitlab => Some("gitlab"),
        Forge::Forgejo => Some("gitea"),
        Forge::None => None,
    };
    context.insert("kind", &kind);
    let mut files = Files::new();
    for name in Starter::iter() {
        let Some(inner) = name.strip_prefix("site/") else { continue };
        let target = match inner.strip_prefix("vscode/") {
            Some(file) => format!(".vscode/{file}"),
            None if inner == "gitignore" => ".gitignore".to_owned(),
            None => inner.replace("SERVICE", &answers.service),
        };
        files.push((args.folder.join(target), rendered(&name, &context)?));
    }
    for name in ["site", "services"] {
        let text = schema::text(name, &crate::record::Kinds::default())
            .map_err(|message| (message, Exit::Environment))?;
        files.push((args.folder.join(format!(".vscode/{name}.schema.json")), text));
    }
    let built_in = theme::built_in();
    for kind in ARCHETYPES {
        let path = format!("archetypes/{kind}.md");
        let text = built_in.get(&path).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        files.push((args.folder.join("themes/site").join(path), text.unwrap_or_default()));
    }
    Ok(files)
}

/// What the forge reads: CI, and the template for pull requests.
fn forge_files(args: &InitArgs, answers: &Answers, top: &Path, prefix: &str) -> Result<Files, Failure> {
    let (ci, target, template) = match answers.forge {
        Forge::Github => {
            ("github/site.yml", ".github/workflows/site.yml", ".github/pull_request_template.md")
        }
        Forge::Gitlab => {
            ("gitlab/gitlab-ci.yml", ".gitlab-ci.yml", ".gitlab/merge_request_templates/Default.md")
        }
        Forge::Forgejo => {
            ("forgejo/site.yml", ".forgejo/workflows/site.yml", ".forgejo/pull_request_template.md")
        }
        Forge::None => return Ok(Files::new()),
    };
    let mut context = Context::new();
    let folder = prefix.trim_end_matches('/');
    context
        .insert("at", &if folder.is_empty() { String::new() } else { format!("-C {} ", yaml_text(folder)) });
    context.insert("branch", "main");
    context.insert("install", &args.install);
    context.insert("install_key", concat!("annals-", env!("CARGO_PKG_VERSION")));
    Ok(vec![
        (top.join(target), rendered(&format!("forge/{ci}"), &context)?),
        (top.join(template), rendered("forge/pull-request.md", &context)?),
    ])
}

/// Writes CODEOWNERS from the owners of the services, where the organisation is known.
fn code_owners(args: &InitArgs, answers: &Answers, top: &Path) -> Result<Option<()>, Failure> {
    let Some(org) = answers.repository.as_deref().and_then(export_codeowners::organisation) else {
        return Ok(None);
    };
    let (path, syntax) = match answers.forge {
        Forge::Github => (".github/CODEOWNERS", Syntax::Globs),
        Forge::Gitlab => (".gitlab/CODEOWNERS", Syntax::Globs),
        Forge::Forgejo => (".gitea/CODEOWNERS", Syntax::Regex),
        Forge::None => return Ok(None),
    };
    let root = fs::canonicalize(&args.folder).unwrap_or_else(|_| args.folder.clone());
    let Ok(project) = Project::open(&root) else { return Ok(None) };
    let text = export_codeowners::text(&read(&project, None), org, syntax);
    let path = top.join(path);
    match write_new(&path, &text) {
        Ok(()) => Ok(Some(())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err((format!("`{}` can't be written: {error}", path.display()), Exit::Environment)),
    }
}

fn rendered(name: &str, context: &Context) -> Result<String, Failure> {
    let file = Starter::get(name).map(|file| file.data.into_owned()).unwrap_or_default();
    Tera::one_off(&String::from_utf8_lossy(&file), context, false)
        .map_err(|error| (format!("{name}: {error}"), Exit::Environment))
}

/// `edge-proxy` is `Edge proxy`.
fn words(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).map(|char| if char == '-' || char == '_' { ' ' } else { char }).collect()
}

/// The nearest folder that exists, from one that may not exist yet upwards.
fn nearest_folder(folder: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    absolute.ancestors().find(|path| path.is_dir()).map(Path::to_path_buf)
}

/// The path of a folder below its repository, which `existing` is a part of.
fn inside(existing: &Path, folder: &Path) -> String {
    let rest = std::path::absolute(folder)
        .ok()
        .and_then(|folder| folder.strip_prefix(existing).map(Path::to_path_buf).ok());
    let is_in_repository = existing.ancestors().any(|path| path.join(".git").exists());
    match rest {
        Some(rest) if is_in_repository => {
            let rest = rest.to_string_lossy().replace('\\', "/");
            format!("{}{rest}", prefix(existing))
        }
        _ => String::new(),
    }
}

/// Writes a file that must not exist yet.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::File::create_new(path)?.write_all(text.as_bytes())
}
