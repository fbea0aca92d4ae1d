//! What the commands that read a history share: which sources and packages are meant.

use crate::changelog::{ByHand, Plan, plan, read_by_hand};
use crate::config::source::{ChangelogConfig, SourceConfig};
use crate::diagnostic::{Diagnostic, Level, nearest::nearest};
use crate::source::git::{Extent, SourceHistory, private_cache, read_extent};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which part of the histories a command is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Selection {
    /// Only this source, by its name in site.toml
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Only this package
    #[arg(long, short, value_name = "NAME")]
    pub package: Option<String>,
    /// Read everything anew, and keep nothing for the next time
    #[arg(long)]
    pub no_cache: bool,
}

/// What the commands that read a history start from.
#[derive(Debug, Default)]
pub struct Histories {
    /// The histories of the selected sources.
    pub sources: Vec<SourceHistory>,
    /// What people wrote beside the commits.
    pub by_hand: ByHand,
    /// Where work may be kept.
    pub cache: Option<PathBuf>,
}

/// What a command on histories is called with.
pub struct Call<'a> {
    /// The configured sources.
    pub sources: &'a [SourceConfig],
    /// How commits are told.
    pub changelog: &'a ChangelogConfig,
    /// The project, or the folder that the user stands in.
    pub root: &'a Path,
    /// Where the answer goes.
    pub out: &'a mut dyn Write,
    /// Findings that are no errors, which are shown after the answer.
    pub notes: &'a mut Vec<Diagnostic>,
}

impl Call<'_> {
    /// The histories of the selected sources: of the repository that `root` stands in where none is
    /// configured.
    pub fn histories(&mut self, selection: &Selection, extent: Extent) -> Result<Histories, Vec<Diagnostic>> {
        let Self { sources, changelog, root, .. } = *self;
        let standing_in = [SourceConfig::default()];
        let sources = if sources.is_empty() { &standing_in[..] } else { sources };
        let cache = if selection.no_cache {
            None
        } else if root.join("site.toml").is_file() {
            Some(root.join(".annals/cache"))
        } else {
            private_cache(root)
        };
        let (by_hand, mut diagnostics) = read_by_hand(changelog, root);
        let (mut histories, mut names) = (Vec::new(), Vec::new());
        for source in sources {
            if let (Some(wanted), false) = (&selection.source, source.name.is_empty())
                && *wanted != source.name
            {
                names.push(source.name.clone());
                continue;
            }
            let (history, found) = read_extent(source, root, cache.as_deref(), extent);
            diagnostics.extend(found);
            if let Some(history) = history {
                names.push(history.name.clone());
                if selection.source.as_ref().is_none_or(|wanted| *wanted == history.name) {
                    histories.push(history);
                }
            }
        }
        if let (Some(wanted), true) = (&selection.source, histories.is_empty())
            && !diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
        {
            diagnostics.push(unknown("source", wanted, &names));
        }
        if diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error) {
            return Err(diagnostics);
        }
        self.notes.extend(diagnostics);
        Ok(Histories { sources: histories, by_hand, cache })
    }
}

impl Histories {
    /// Their plans, cut down to the selected package.
    pub fn plans<'a>(
        &'a self,
        selection: &Selection,
        config: &'a ChangelogConfig,
    ) -> Result<Vec<Plan<'a>>, Vec<Diagnostic>> {
        let mut plans: Vec<Plan<'a>> =
            self.sources.iter().map(|history| plan(history, config, &self.by_hand)).collect();
        if let Some(wanted) = &selection.package {
            let names: Vec<String> = plans
                .iter()
                .flat_map(|plan| &plan.packages)
                .map(|package| package.package.name.clone())
                .collect();
            // The scope of an npm name may be left out, where no package is called so itself.
            let is_whole = names.contains(wanted);
            let is_meant = |name: &str| match name.rsplit_once('/') {
                Some((_, short)) if !is_whole => short == wanted,
                _ => name == wanted,
            };
            for plan in &mut plans {
                plan.packages.retain(|package| is_meant(&package.package.name));
            }
            plans.retain(|plan| !plan.packages.is_empty());
            if plans.is_empty() {
                return Err(vec![unknown("package", wanted, &names)]);
            }
        }
        Ok(plans)
    }
}

/// A name that is not there, with the nearest one that is.
pub fn unknown(what: &str, wanted: &str, known: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error("usage/unknown-name", format!("there is no {what} `{wanted}`"));
    let help = match nearest(wanted, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => return diagnostic,
        None => format!("there is {}", crate::source::git::some(known)),
    };
    diagnostic.help(help)
}
