//! `annals export host`: the rules of a site for a web server.

use super::session::planned;
use crate::diagnostic::{Counts, Diagnostic, Level};
use crate::markdown::highlight::Highlighter;
use crate::record::Audience;
use crate::render::Server;
use crate::source::{Project, read};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `annals export host`.
#[derive(Debug, Clone, Args)]
pub struct HostArgs {
    /// The web server
    #[arg(value_enum)]
    server: ServerName,
    /// Folder that the server serves the site from: by default the one that site.toml names
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// For whom the site is built: `public` leaves out the redirects of internal pages
    #[arg(long, value_parser = super::build::audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ServerName {
    Nginx,
    Caddy,
}

/// Runs the command on a project.
pub(super) fn run(args: &HostArgs, mut project: Project, out: &mut dyn Write) -> Result<u8, Vec<Diagnostic>> {
    project.built_for = args.audience.unwrap_or(project.built_for);
    let folder = args.folder.clone().unwrap_or_else(|| project.root.join(&project.config.site.output));
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    let planned = planned(Arc::new(read(&project, None)), Arc::new(Highlighter::default()));
    let errors: Vec<Diagnostic> =
        planned.found.iter().filter(|found| found.level == Level::Error).cloned().collect();
    let (0, Some(renderer)) = (Counts::of(&errors).errors, &planned.renderer) else { return Err(errors) };
    let server = match args.server {
        ServerName::Nginx => Server::Nginx,
        ServerName::Caddy => Server::Caddy,
    };
    let text = renderer.host(server, &folder.to_string_lossy());
    out.write_all(text.as_bytes())
        .map_err(|error| vec![Diagnostic::error("export/output", format!("can't write: {error}"))])?;
    Ok(0)
}
