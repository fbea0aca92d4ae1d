//! `annals schema`: JSON Schemas, for editors.

use super::ui::{Exit, Ui};
use crate::config;
use crate::record::Kinds;
use crate::source::{Catalogue, Project, find_root};
use clap::Args;
use std::path::Path;
use std::sync::Arc;

/// Arguments of `annals schema`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals schema site > site.schema.json\n  annals schema retro\n\nAn editor that knows JSON Schema completes site.toml and front matter with them."
)]
pub struct SchemaArgs {
    /// `site` for site.toml, `services` for the catalogue, or a kind of page for its front matter
    #[arg(default_value = "site")]
    name: String,
}

/// The kinds of the site of a folder, or the built-in ones where there is no site.
fn kinds(directory: Option<&Path>) -> Arc<Kinds> {
    let here = directory.map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_path_buf);
    let project = find_root(&here).and_then(|root| Project::open(&root).ok());
    project.map(|project| project.config.all_kinds.clone()).unwrap_or_default()
}

pub(super) fn run(args: &SchemaArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let kinds = kinds(directory);
    let mut schema = match args.name.as_str() {
        "site" => config::schema(),
        "services" => Catalogue::schema(),
        name => match kinds.parse(name) {
            Ok(kind) => kinds.schema(kind).clone(),
            Err(help) => {
                ui.complain(&format!(
                    "error: there is no schema `{name}`\n  = help: `site`, `services` or a kind; {help}"
                ));
                return Exit::Usage;
            }
        },
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    }
    ui.print(&format!("{schema:#}\n"));
    Exit::Clean
}
