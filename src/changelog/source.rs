//! A source from its configuration to its releases: what the pipeline calls.

use super::model::PackageHistory;
use super::plan::plan;
use crate::config::source::{ChangelogConfig, ForgeConfig, SourceConfig};
use crate::diagnostic::Diagnostic;
use crate::source::git::{self, Facts, SourceHistory, some};
use serde::Serialize;
use std::path::Path;

/// A source's releases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceChangelog {
    /// The source's name.
    pub name: String,
    /// Its packages with their releases.
    pub packages: Vec<PackageHistory>,
    /// The forge to link to.
    pub forge: Option<ForgeConfig>,
    /// The branch that is released from, unless HEAD is detached.
    pub branch: Option<String>,
    /// What the history lacks.
    pub facts: Facts,
}

/// Reads a source and makes its releases. What was left out is a note.
pub fn read_source(
    config: &SourceConfig,
    changelog: &ChangelogConfig,
    root: &Path,
    cache: Option<&Path>,
) -> (Option<SourceChangelog>, Vec<Diagnostic>) {
    let (history, mut diagnostics) = git::read_source(config, root, cache);
    let Some(history) = history else { return (None, diagnostics) };
    let (changelog, found) = of_history(&history, changelog);
    diagnostics.extend(found);
    (Some(changelog), diagnostics)
}

/// Makes the releases of a history that was read. What was left out is a note.
pub fn of_history(
    history: &SourceHistory,
    changelog: &ChangelogConfig,
) -> (SourceChangelog, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let plan = plan(history, changelog);
    let unclaimed: Vec<String> = plan.unclaimed_tags().into_iter().map(str::to_owned).collect();
    if !unclaimed.is_empty() {
        let message = format!(
            "{} tags of `{}` are no release of any package: {}",
            unclaimed.len(),
            history.name,
            some(&unclaimed)
        );
        diagnostics.push(
            Diagnostic::note("changelog/unclaimed-tag", message)
                .help("set `tags` of a package if they should be"),
        );
    }
    let packages = plan.histories();
    let changelog = SourceChangelog {
        name: history.name.clone(),
        packages,
        forge: history.forge.clone(),
        branch: history.branch.clone(),
        facts: history.facts.clone(),
    };
    (changelog, diagnostics)
}
