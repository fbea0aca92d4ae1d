//! `annals schema`: JSON Schemas, for editors.

use super::ui::{Exit, Ui};
use crate::config;
use crate::record::{Kind, front_matter};
use crate::source::Catalogue;
use clap::Args;

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

pub(super) fn run(args: &SchemaArgs, ui: &Ui) -> Exit {
    match text(&args.name) {
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
pub(super) fn text(name: &str) -> Result<String, String> {
    let mut schema = match name {
        "site" => config::schema(),
        "services" => Catalogue::schema(),
        name => match Kind::parse(name) {
            Ok(kind) => front_matter::schema_of(kind).clone(),
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
