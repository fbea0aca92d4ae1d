//! `annals review`: stamps the day of a review into pages.

use super::create::today;
use super::fix;
use super::session::Session;
use super::ui::{Exit, Ui};
use crate::check::reviewed;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::nearest::nearest;
use crate::record::Moment;
use crate::source::{Library, Page, read_files};
use clap::Args;
use std::path::Path;

/// Arguments of `annals review`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals review content/runbooks/edge.md\n  annals review edge-5xx rotate-certificates --by edge-team\n\nRead the page first as if you were on call. This sets `reviewed` in its front matter to today, `reviewed_by` to whoever you name, and changes nothing else."
)]
pub(super) struct ReviewArgs {
    /// Pages that were reviewed: a file, or its name without folder and ending
    #[arg(required = true, value_name = "PAGE")]
    pages: Vec<String>,
    /// Who reviewed them; kept as `reviewed_by`
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Day of the review, by default today
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
}

pub(super) fn run(args: &ReviewArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let root = &session.project.root;
    let library = read_files(&session.project);
    let day = today(args.now);
    let mut pages = Vec::new();
    let mut found = Vec::new();
    for name in &args.pages {
        match page(&library, root, name) {
            Ok(page) => {
                let note = Diagnostic::note("page/stale", format!("{} was reviewed", page.file));
                pages.push(page);
                let made = reviewed(page, &day, args.by.as_deref());
                found.extend(made.into_iter().map(|edit| note.clone().fix(edit)));
            }
            Err(message) => {
                // All or none: a slip in the last name must not leave half of them stamped.
                ui.complain(&format!("error: {message}"));
                return Exit::Usage;
            }
        }
    }
    let sources = library.source_map();
    let (made, mut problems) = fix::apply(root, &found, &sources);
    if !problems.is_empty() || made < found.len() {
        ui.show(&mut problems, &sources);
        ui.complain(&format!("error: {made} of {} changes could be written", found.len()));
        return Exit::Environment;
    }
    for page in pages {
        ui.print(&format!("{}: reviewed {day}\n", page.file));
    }
    Exit::Clean
}

/// The page that a name means.
fn page<'a>(library: &'a Library, root: &Path, name: &str) -> Result<&'a Page, String> {
    let file = std::fs::canonicalize(name).or_else(|_| std::fs::canonicalize(root.join(name)));
    let inner =
        file.ok().and_then(|file| Some(file.strip_prefix(root).ok()?.to_string_lossy().replace('\\', "/")));
    let pages = || library.pages().map(|page| &**page);
    if let Some(page) = inner.and_then(|inner| pages().find(|page| *page.file == inner)) {
        return Ok(page);
    }
    let same: Vec<&Page> = pages().filter(|page| page.stem() == name || page.path == name).collect();
    match same.as_slice() {
        [page] => Ok(page),
        [] => Err(match nearest(name, pages().map(Page::stem)) {
            Some(near) => format!("there is no page `{name}`\n  = help: did you mean `{near}`?"),
            None => format!(
                "there is no page `{name}`\n  = help: name its file, or the file's name without the ending"
            ),
        }),
        several => {
            let files: Vec<&str> = several.iter().map(|page| &*page.file).collect();
            Err(format!("several pages are called `{name}`\n  = help: name one of {}", files.join(", ")))
        }
    }
}
