//! `annals import changelog`: a CHANGELOG.md becomes release-note pages.

use super::history::Call;
use crate::changelog::import::{Imported, parse};
use crate::config::source::SourceConfig;
use crate::diagnostic::Diagnostic;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Arguments of `annals import`.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// What is imported
    #[command(subcommand)]
    pub what: What,
}

/// What can be imported.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum What {
    /// A Keep a Changelog file, one release-note page for each version
    Changelog(ChangelogFile),
}

/// Arguments of `annals import changelog`.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  annals import changelog CHANGELOG.md\n  annals import changelog packages/api/CHANGELOG.md --package api --into content/releases/api"
)]
pub struct ChangelogFile {
    /// The file
    #[arg(value_name = "FILE", default_value = "CHANGELOG.md")]
    pub file: PathBuf,
    /// The package that its versions are of (the name of the first source)
    #[arg(long, short, value_name = "NAME")]
    pub package: Option<String>,
    /// The folder that the pages go to
    #[arg(long, value_name = "FOLDER", default_value = "content/releases")]
    pub into: PathBuf,
    /// Replace pages that are there and differ
    #[arg(long)]
    pub force: bool,
}

/// Writes the pages. Exit code 0.
pub fn run(args: &ImportArgs, call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    let Call { out, root, .. } = call;
    let What::Changelog(args) = &args.what;
    let name = args.file.display();
    let text = std::fs::read_to_string(root.join(&args.file))
        .map_err(|error| vec![Diagnostic::error("io/read", format!("`{name}` can't be read: {error}"))])?;
    let imported = parse(&text);
    if imported.sections.is_empty() {
        let message = format!("`{name}` has no `## [version]` headings");
        return Err(vec![
            Diagnostic::error("import/no-releases", message)
                .help("each release must have a heading of the second level"),
        ]);
    }
    // The promise is that nothing is lost, so it is kept here and not only in tests.
    if imported.rebuild() != text {
        return Err(vec![Diagnostic::error(
            "import/lossy",
            format!("`{name}` can't be taken apart without loss"),
        )]);
    }
    let package =
        args.package.clone().or_else(|| first_package(call.sources)).unwrap_or_else(|| folder_name(root));
    let mut pages: BTreeMap<PathBuf, String> = BTreeMap::new();
    let mut problems = Vec::new();
    for section in &imported.sections {
        let path = args.into.join(Imported::file_name(section, &package));
        if pages.insert(path.clone(), imported.page(section, &package)).is_some() {
            let message = format!(
                "`{name}` has two sections for {}",
                crate::diagnostic::human::printable(&section.version)
            );
            problems.push(Diagnostic::error("import/twice", message));
        }
    }
    for (path, page) in &pages {
        let is_other = std::fs::read_to_string(root.join(path)).is_ok_and(|there| there != *page);
        if is_other && !args.force {
            let message = format!("`{}` is there already and differs", path.display());
            problems.push(Diagnostic::error("import/exists", message).help("move it away, or use --force"));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for (path, page) in &pages {
        let file = root.join(path);
        let written =
            file.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&file, page));
        written.map_err(|error| {
            vec![Diagnostic::error("io/write", format!("`{}` can't be written: {error}", path.display()))]
        })?;
    }
    let into = args.into.display();
    writeln!(out, "{} releases of {package} are pages in {into} now", pages.len())
        .map(|()| 0)
        .map_err(|error| vec![Diagnostic::error("io/write", error.to_string())])
}

fn first_package(sources: &[SourceConfig]) -> Option<String> {
    let source = sources.first()?;
    let name = source.packages.first().map_or(&source.name, |package| &package.name);
    (!name.is_empty()).then(|| name.clone())
}

fn folder_name(root: &Path) -> String {
    let path = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    path.file_name().map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned())
}
