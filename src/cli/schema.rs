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
    let mut schema = match args.name.as_str() {
        "site" => config::schema(),
        "services" => Catalogue::schema(),
        name => match Kind::parse(name) {
            Ok(kind) => front_matter::schema_of(kind).clone(),
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
