//! `annals diff`

use super::build::{audience, moment};
use super::revision::{Earlier, read_at};
use super::session::{Planned, Session, planned};
use super::ui::{Exit, Ui};
use crate::diagnostic::place::Context;
use crate::diagnostic::{Diagnostic, Level, SourceMap, json};
use crate::diff::findings::{Findings, only_in};
use crate::diff::{self, Difference, Side, Told};
use crate::markdown::highlight::Highlighter;
use crate::output;
use crate::record::{Audience, Moment};
use crate::render::Renderer;
use crate::source::git::{Changes, Revision};
use crate::source::{Library, read};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `annals diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals diff main\n  annals diff origin/main > comment.md\n  annals diff origin/main --html preview\n  annals diff v1.2.0 v1.3.0 --format json\n\nBASE is taken at the commit where HEAD left it, as a pull request shows it. Without HEAD, the working tree is compared, with what is not committed yet."
)]
pub struct DiffArgs {
    /// The site before: a branch, a tag or a commit
    #[arg(value_name = "BASE")]
    base: String,
    /// The site after: by default the working tree
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// `markdown` for a comment, or `json` for programs
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Also write a folder that shows each page before and after, side by side
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
    /// Compare drafts, too
    #[arg(long)]
    drafts: bool,
    /// Compare what this audience sees: by default everything
    #[arg(long, value_parser = audience, value_name = "AUDIENCE")]
    audience: Option<Audience>,
    /// The present of both sites, for what is overdue or stale: by default that of HEAD
    #[arg(long, value_parser = moment, value_name = "DATE")]
    now: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Markdown,
    Json,
}

/// Both sites, and what git says of the files between them.
struct Both {
    before: Earlier,
    after: After,
    changes: Changes,
    prefix: String,
}

/// The site after: the working tree, or a revision.
enum After {
    Now(Box<Planned>),
    Then(Box<Earlier>),
}

impl After {
    fn planned(&self) -> &Planned {
        match self {
            Self::Now(planned) => planned,
            Self::Then(earlier) => &earlier.planned,
        }
    }
}

type Mistakes = (Vec<Diagnostic>, SourceMap);

pub(super) fn run(args: &DiffArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    session.with(args.drafts, args.audience, args.now);
    let outcome = both(args, &session).and_then(|both| {
        let text = report(args, &session, &both)?;
        Ok((both, text))
    });
    match outcome {
        Ok((_, text)) => {
            ui.print(&text);
            Exit::Clean
        }
        Err((mut found, sources)) => {
            ui.show(&mut found, &sources);
            Exit::Usage
        }
    }
}

/// Writes the preview, if it is asked for.
fn write_preview(
    args: &DiffArgs,
    old: &Renderer,
    new: &Renderer,
    difference: &Difference,
) -> Result<(), Vec<Diagnostic>> {
    let Some(folder) = &args.html else { return Ok(()) };
    let files = diff::preview(old, new, difference)?;
    output::write_folder(folder, &files).map_err(|failure| vec![failure.told()])
}

fn both(args: &DiffArgs, session: &Session) -> Result<Both, Mistakes> {
    let plain = |found: Box<Diagnostic>| (vec![*found], SourceMap::default());
    let root = &session.project.root;
    let base = Revision::open(root, &args.base).map_err(plain)?;
    let head = args.head.as_deref().map(|name| Revision::open(root, name)).transpose().map_err(plain)?;
    let base = base.fork_point(head.as_ref());
    let changes = base.changes(head.as_ref()).map_err(plain)?;
    let after = match &head {
        Some(head) => After::Then(Box::new(read_at(session, head, &|_| {})?)),
        None => {
            let library = Arc::new(read(&session.project, None));
            After::Now(Box::new(planned(library, Arc::new(Highlighter::default()))))
        }
    };
    let now = |library: &mut Library| as_of(library, &after.planned().library);
    let before = read_at(session, &base, &now)?;
    let prefix = base.prefix().to_owned();
    Ok(Both { before, after, changes, prefix })
}

/// Gives a library the present and the commit of another, so that two sites differ in nothing but their content.
fn as_of(library: &mut Library, other: &Library) {
    library.now = other.now;
    library.set_head(other.head());
}

fn report(args: &DiffArgs, session: &Session, both: &Both) -> Result<String, Mistakes> {
    let (before, after) = (&both.before.planned, both.after.planned());
    let mistakes = |planned: &Planned| {
        let errors = planned.found.iter().filter(|found| found.level == Level::Error);
        (errors.cloned().collect::<Vec<_>>(), planned.sources())
    };
    let (Some(old), Some(new)) = (&before.renderer, &after.renderer) else {
        return Err(mistakes(if before.renderer.is_none() { before } else { after }));
    };
    let cache = session.project.cache.as_deref();
    let index = |renderer, config| output::search_index(renderer, config, cache, &|_| false);
    let old_index = index(old, &before.library.config.search);
    let new_index = index(new, &after.library.config.search);
    let difference = diff::compare(
        Side { renderer: old, index: &old_index },
        Side { renderer: new, index: &new_index },
        &both.changes.renamed,
    )
    .map_err(|found| (found, after.sources()))?;
    write_preview(args, old, new, &difference).map_err(|found| (found, after.sources()))?;
    let (old_sources, new_sources) = (before.sources(), after.sources());
    let (old_found, new_found) = (before.checked(), after.checked());
    let none = BTreeMap::new();
    let earlier = Findings { list: &old_found, sources: &old_sources, renamed: &both.changes.renamed };
    let later = Findings { list: &new_found, sources: &new_sources, renamed: &none };
    let (fresh, fixed) = (only_in(later, earlier), only_in(earlier, later));
    Ok(match args.format {
        Format::Markdown => diff::comment(
            &difference,
            Told { list: &fresh, context: Context { sources: &new_sources, prefix: &both.prefix } },
            Told { list: &fixed, context: Context { sources: &old_sources, prefix: &both.prefix } },
        ),
        Format::Json => as_json(&difference, (&fresh, &new_sources), (&fixed, &old_sources)),
    })
}

fn as_json(
    difference: &Difference,
    (fresh, new_sources): (&[&Diagnostic], &SourceMap),
    (fixed, old_sources): (&[&Diagnostic], &SourceMap),
) -> String {
    let own = |list: &[&Diagnostic]| list.iter().map(|found| (*found).clone()).collect::<Vec<_>>();
    let (fresh, fixed) = (own(fresh), own(fixed));
    let report = json!({
        "pages": difference.pages,
        "files": difference.files,
        "files_before": difference.files_before,
        "files_after": difference.files_after,
        "bytes": difference.bytes,
        "new": json::records(&fresh, new_sources),
        "fixed": json::records(&fixed, old_sources),
    });
    format!("{report:#}\n")
}
