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
    match text(&args.name, &kinds(directory)) {
        Ok(text) => {
            ui.print(&text);
            Exit::Clean
        }
        Err(message) => {
            ui.complain(&format!("error: {message}"));
            Exit::Usage
        }
    }
}

/// The schema of a name as JSON. The error is for people.
pub(super) fn text(name: &str, kinds: &Kinds) -> Result<String, String> {
    let mut schema = match name {
        "site" => config::schema(),
        "services" => Catalogue::schema(),
        name => match kinds.parse(name) {
            Ok(kind) => kinds.schema(kind).clone(),
            Err(help) => {
                return Err(format!(
                    "there is no schema `{name}`\n  = help: `site`, `services` or a kind; {help}"
                ));
            }
        },
    };
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    }
    Ok(format!("{schema:#}\n"))
}
