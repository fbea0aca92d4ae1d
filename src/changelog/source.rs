//! A source from its configuration to its releases: what the pipeline calls.

use super::fragment;
use super::model::{PackageHistory, Reason};
use super::overrides::Overrides;
use super::plan::{ByHand, plan};
use crate::config::source::{ChangelogConfig, ForgeConfig, SourceConfig, Unconventional};
use crate::diagnostic::human::printable;
use crate::diagnostic::{Diagnostic, Span};
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
    let (by_hand, found) = read_by_hand(changelog, root);
    diagnostics.extend(found);
    let (changelog, found) = of_history(&history, changelog, &by_hand);
    diagnostics.extend(found);
    (Some(changelog), diagnostics)
}

/// Makes the releases of all histories of a project that were read, with what was changed by hand.
pub fn of_histories(
    histories: &[SourceHistory],
    changelog: &ChangelogConfig,
    root: &Path,
) -> (Vec<SourceChangelog>, Vec<Diagnostic>) {
    if histories.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let (by_hand, mut diagnostics) = read_by_hand(changelog, root);
    let made = histories.iter().map(|history| {
        let (changelog, found) = of_history(history, changelog, &by_hand);
        diagnostics.extend(found);
        changelog
    });
    (made.collect(), diagnostics)
}

/// Makes the releases of a history that was read. What was left out is a note.
fn of_history(
    history: &SourceHistory,
    changelog: &ChangelogConfig,
    by_hand: &ByHand,
) -> (SourceChangelog, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let plan = plan(history, changelog, by_hand);
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
    if changelog.unconventional == Unconventional::Refuse {
        diagnostics.extend(refused(&packages));
    }
    let changelog = SourceChangelog {
        name: history.name.clone(),
        packages,
        forge: history.forge.clone(),
        branch: history.branch.clone(),
        facts: history.facts.clone(),
    };
    (changelog, diagnostics)
}

/// Unreleased commits that don't conform: those that can still be mended.
fn refused(packages: &[PackageHistory]) -> Vec<Diagnostic> {
    let unreleased =
        packages.iter().flat_map(|package| &package.releases).filter(|release| release.version.is_none());
    let mut found: Vec<Diagnostic> = unreleased
        .flat_map(|release| &release.left_out)
        .filter(|entry| entry.reason == Reason::Unconventional)
        .map(|entry| {
            let (hash, subject) = (entry.hash.get(..9).unwrap_or(&entry.hash), printable(&entry.subject));
            Diagnostic::warning(
                "changelog/unconventional",
                format!("{hash} `{subject}` is no conventional commit"),
            )
            .help("reword it, or say in the overrides what it should have said")
        })
        .collect();
    crate::diagnostic::sort(&mut found);
    found
}

/// A file longer than this is no fragment and no override.
const LONGEST: u64 = 1 << 20;

/// Reads the overrides and fragments of a project.
pub fn read_by_hand(changelog: &ChangelogConfig, root: &Path) -> (ByHand, Vec<Diagnostic>) {
    let mut by_hand = ByHand::default();
    let mut diagnostics = Vec::new();
    let name = changelog.overrides.as_deref().unwrap_or("changelog-overrides.toml");
    match read(&root.join(name)) {
        Ok(text) => (by_hand.overrides, diagnostics) = Overrides::parse(&text, name),
        Err(error) if changelog.overrides.is_some() => {
            diagnostics
                .push(Diagnostic::error("overrides/unreadable", format!("`{name}` can't be read: {error}")));
        }
        Err(_) => {}
    }
    let name = changelog.fragments.as_deref().unwrap_or("changes");
    let mut files: Vec<String> = match std::fs::read_dir(root.join(name)) {
        Ok(entries) => {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        }
        Err(error) => {
            if changelog.fragments.is_some() {
                let message = format!("the folder `{name}` can't be read: {error}");
                diagnostics.push(Diagnostic::error("fragments/unreadable", message));
            }
            Vec::new()
        }
    };
    files.retain(|file| file.ends_with(".md"));
    files.sort();
    for file in files {
        let shown = format!("{name}/{file}");
        match read(&root.join(&shown)) {
            Ok(text) => by_hand.fragments.extend(fragment::parse(&shown, &text)),
            Err(error) => {
                let message = format!("the fragment can't be read: {error}");
                diagnostics.push(Diagnostic::warning("fragments/unreadable", message).at(Span::file(shown)));
            }
        }
    }
    (by_hand, diagnostics)
}

fn read(path: &Path) -> std::io::Result<String> {
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() || meta.len() > LONGEST {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no file, or too long"));
    }
    std::fs::read_to_string(path)
}
