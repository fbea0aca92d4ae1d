//! `annals export`: what other programs read.

use super::export_codeowners::{self, CodeOwnersArgs};
use super::export_host::{self, HostArgs};
use super::search::{open, unreadable};
use crate::config::FILE_NAME;
use crate::diagnostic::Diagnostic;
use crate::search::export::{Format, MANIFEST, Manifest, export};
use crate::search::reader::Index;
use crate::source::{Project, find_root};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Export data for other programs
#[derive(Debug, Clone, clap::Args)]
pub struct ExportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum What {
    /// Write the sections of a built site as records of a search server
    #[command(after_help = "Examples:
  annals export search --format opensearch --out search-records
  curl -H 'Content-Type: application/x-ndjson' --data-binary @search-records/records.ndjson \"$OPENSEARCH/_bulk\"

A second export into the same folder writes what changed since the first, with deletions.")]
    Search(SearchExportArgs),
    /// Print a CODEOWNERS file of the owners of pages and services
    #[command(after_help = "Example:
  annals export codeowners --org acme > .github/CODEOWNERS")]
    Codeowners(CodeOwnersArgs),
    /// Print the addresses, redirects and headers of the site for a web server
    #[command(after_help = "Examples:
  annals export host nginx --folder /srv/www/kb > /etc/nginx/snippets/kb.conf
  annals export host caddy --folder /srv/www/kb > /etc/caddy/kb.caddy

The path that the site is served below is that of `site.base_url`.")]
    Host(HostArgs),
}

#[derive(Debug, Clone, clap::Args)]
struct SearchExportArgs {
    /// The server's format
    #[arg(long, value_enum)]
    format: Format,
    /// The folder to write to
    #[arg(long, default_value = "search-records", value_name = "DIR")]
    out: PathBuf,
    /// A built site's folder, or the address of a published one
    #[arg(long, default_value = "dist", value_name = "DIR|URL")]
    site: String,
    /// Write all records, not just those that changed since the last export into the folder
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub fn run(args: &ExportArgs, directory: Option<&Path>, out: &mut dyn Write) -> Result<u8, Vec<Diagnostic>> {
    let args = match &args.what {
        What::Search(args) => args,
        What::Host(args) => return export_host::run(args, project(directory)?, out),
        What::Codeowners(args) => return export_codeowners::run(args, &project(directory)?, out),
    };
    let store = open(&args.site);
    let index = Index::open(&*store).map_err(|error| unreadable(&error, &args.site))?;
    let before = if args.all { Manifest::default() } else { read(&args.out.join(MANIFEST))? };
    let made = export(&index, args.format, &before).map_err(|error| unreadable(&error, &args.site))?;
    let failed = |path: &Path, error: &std::io::Error| {
        vec![Diagnostic::error("export/output", format!("can't write `{}`: {error}", path.display()))]
    };
    std::fs::create_dir_all(&args.out).map_err(|error| failed(&args.out, &error))?;
    for old in ["deleted.json", "deleted.txt"] {
        // Most exports delete nothing, and a list of the one before would delete again.
        let _ = std::fs::remove_file(args.out.join(old));
    }
    // The manifest comes last: an export that broke off is made again.
    let last = made.files.iter().filter(|(name, _)| *name == MANIFEST);
    for (name, text) in made.files.iter().filter(|(name, _)| *name != MANIFEST).chain(last) {
        let path = args.out.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    }
    let line = format!(
        "{} of {} records written, {} deleted → {}",
        made.written,
        made.total,
        made.deleted,
        args.out.display()
    );
    writeln!(out, "{line}").map_err(|error| failed(&args.out, &error))?;
    Ok(0)
}

fn project(directory: Option<&Path>) -> Result<Project, Vec<Diagnostic>> {
    let here = directory.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_path_buf);
    let root = find_root(&here).ok_or_else(|| {
        let message = format!("there is no {FILE_NAME} here or in a folder above");
        vec![Diagnostic::error("config/missing", message).help("`-C DIR` names the folder of a site")]
    })?;
    Project::open(&root).map_err(|(found, _)| found)
}

fn read(path: &Path) -> Result<Manifest, Vec<Diagnostic>> {
    let Ok(text) = std::fs::read(path) else { return Ok(Manifest::default()) };
    serde_json::from_slice(&text).map_err(|error| {
        vec![
            Diagnostic::error("export/manifest", format!("can't read `{}`: {error}", path.display()))
                .help("remove it, or use `--all`, to export all records again"),
        ]
    })
}
