//! `annals theme`: look into the built-in theme, and copy files out of it.

use super::session::Session;
use super::ui::{Exit, Ui};
use crate::theme;
use clap::{Args, Subcommand};
use std::fs;
use std::path::Path;

/// Arguments of `annals theme`.
#[derive(Debug, Args)]
pub struct ThemeArgs {
    #[command(subcommand)]
    command: ThemeCommand,
}

#[derive(Debug, Subcommand)]
enum ThemeCommand {
    /// List the files of the built-in theme
    List,
    /// Print a file of the built-in theme
    Show {
        /// Its path, as `list` prints it
        file: String,
    },
    /// Copy files of the built-in theme into the site's own, to change them there
    #[command(
        after_help = "Examples:\n  annals theme eject templates/page.html\n  annals theme eject --name ours\n\nA file in the site's theme takes the place of the built-in one; copy only what you change."
    )]
    Eject {
        /// Files to copy, as `list` prints them; all of them without any
        files: Vec<String>,
        /// Name of the site's own theme
        #[arg(long, default_value = "site")]
        name: String,
    },
}

pub(super) fn run(args: &ThemeArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let built_in = theme::built_in();
    match &args.command {
        ThemeCommand::List => {
            for path in built_in.keys() {
                ui.print(&format!("{path}\n"));
            }
            ui.say(&format!("the template API has version {}", theme::api::VERSION));
            Exit::Clean
        }
        ThemeCommand::Show { file } => match built_in.get(file) {
            Some(bytes) => {
                ui.print(&String::from_utf8_lossy(bytes));
                Exit::Clean
            }
            None => unknown(file, &built_in, ui),
        },
        ThemeCommand::Eject { files, name } => {
            if let Some(file) = files.iter().find(|file| !built_in.contains_key(*file)) {
                return unknown(file, &built_in, ui);
            }
            let plain = |char: char| char.is_alphanumeric() || "-_".contains(char);
            if name.is_empty() || !name.chars().all(plain) {
                ui.complain(&format!("error: `{name}` is no name for a theme: letters, digits, `-` and `_`"));
                return Exit::Usage;
            }
            let session = match Session::open(directory, ui) {
                Ok(session) => session,
                Err(exit) => return exit,
            };
            let folder = session.project.root.join("themes").join(name);
            let chosen = |path: &String| match path == theme::api::FILE {
                // A theme of one's own has a name of its own.
                true => false,
                false => files.is_empty() || files.contains(path),
            };
            if let Err(error) = begin(&folder, name, ui) {
                ui.complain(&format!("error: `{}` can't be written: {error}", folder.display()));
                return Exit::Environment;
            }
            for (path, bytes) in built_in.iter().filter(|(path, _)| chosen(path)) {
                let target = folder.join(path);
                if target.exists() {
                    ui.say(&format!("kept   themes/{name}/{path}"));
                    continue;
                }
                let written = target
                    .parent()
                    .map_or(Ok(()), fs::create_dir_all)
                    .and_then(|()| fs::write(&target, bytes));
                if let Err(error) = written {
                    ui.complain(&format!("error: `{}` can't be written: {error}", target.display()));
                    return Exit::Environment;
                }
                ui.say(&format!("copied themes/{name}/{path}"));
            }
            if session.project.config.site.theme.as_deref() != Some(name) {
                ui.say(&format!("next: set `theme = \"{name}\"` under [site] in site.toml"));
            }
            Exit::Clean
        }
    }
}

/// Says in a new theme which templates it is written for.
fn begin(folder: &Path, name: &str, ui: &Ui) -> std::io::Result<()> {
    let file = folder.join(theme::api::FILE);
    if file.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(&file, theme::api::new_file(name))?;
    ui.say(&format!("wrote  themes/{name}/{}", theme::api::FILE));
    Ok(())
}

fn unknown(file: &str, built_in: &std::collections::BTreeMap<String, Vec<u8>>, ui: &Ui) -> Exit {
    ui.complain(&format!("error: the built-in theme has no file `{file}`"));
    let near = crate::diagnostic::nearest::nearest(file, built_in.keys().map(String::as_str));
    ui.complain(&near.map_or_else(
        || "  = help: `annals theme list` lists them".to_owned(),
        |near| format!("  = help: did you mean `{near}`?"),
    ));
    Exit::Usage
}
