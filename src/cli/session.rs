//! What most commands begin with: the project found, read and planned.

use super::ui::{Exit, Ui};
use crate::changelog;
use crate::config::FILE_NAME;
use crate::diagnostic::{Diagnostic, SourceMap};
use crate::markdown::highlight::Highlighter;
use crate::output;
use crate::record::{Audience, Moment};
use crate::render::{self, Renderer};
use crate::site::{Site, plan};
use crate::source::{Library, Project, Renamed, find_root, read};
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A project that was opened.
pub(super) struct Session {
    pub project: Project,
    /// Time by stage.
    pub timings: Vec<(&'static str, Duration)>,
    started: Instant,
}

/// A site that can be rendered, and what is wrong with it.
pub(super) struct Planned {
    pub renderer: Option<Renderer>,
    pub library: Arc<Library>,
    pub found: Vec<Diagnostic>,
    /// Where pages went, if that was asked.
    pub renamed: BTreeMap<String, Renamed>,
}

impl Session {
    /// Opens the project of `directory`, or the nearest one above the working folder.
    pub fn open(directory: Option<&Path>, ui: &Ui) -> Result<Self, Exit> {
        let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let root = match directory {
            Some(directory) if directory.is_dir() => directory.to_path_buf(),
            Some(directory) => {
                ui.complain(&format!("error: there is no folder `{}`", directory.display()));
                return Err(Exit::Usage);
            }
            None => match find_root(&here) {
                Some(root) => root,
                None => {
                    ui.complain(&format!("error: there is no {FILE_NAME} here or in a folder above"));
                    ui.complain("  = help: `annals init` makes a site; `-C DIR` names the folder of one");
                    return Err(Exit::Usage);
                }
            },
        };
        let root = std::fs::canonicalize(&root).unwrap_or(root);
        match Project::open(&root) {
            Ok(project) => Ok(Self { project, timings: Vec::new(), started: Instant::now() }),
            Err((mut found, sources)) => {
                ui.show(&mut found, &sources);
                Err(Exit::Usage)
            }
        }
    }

    /// Sets what the command line sets.
    pub fn with(&mut self, drafts: bool, audience: Option<Audience>, now: Option<Moment>) {
        self.project.drafts |= drafts;
        self.project.built_for = audience.unwrap_or(self.project.built_for);
        self.project.now = now.or(self.project.now);
    }

    /// Notes how long a stage took.
    pub fn lap(&mut self, stage: &'static str) {
        self.timings.push((stage, self.started.elapsed()));
        self.started = Instant::now();
    }

    /// Reads and plans the site.
    pub fn plan(&mut self) -> Planned {
        let library = Arc::new(read(&self.project, None));
        self.lap("read");
        let blocks = self.project.cache.as_deref().map(output::load_highlighted).unwrap_or_default();
        let highlighter = Arc::new(Highlighter::with(blocks));
        let planned = planned(library, highlighter);
        self.lap("plan");
        planned
    }
}

/// Plans a site from its records and gathers all findings.
pub(super) fn planned(library: Arc<Library>, highlighter: Arc<Highlighter>) -> Planned {
    let (theme, theme_found) = Theme::load(&library.config, &library.theme_files, &render::global(&library));
    let mut found = library.found.clone();
    let (changelogs, mistakes) =
        changelog::of_histories(&library.histories, &library.config.changelog, &library.root);
    found.extend(mistakes);
    let (site, plan_found): (Site, _) = plan(library.clone(), &Arc::new(changelogs));
    for page in library.pages() {
        found.extend(page.found.iter().cloned());
    }
    found.extend(plan_found);
    found.extend(theme_found);
    once_each(&mut found);
    let renderer = theme.map(|theme| Renderer::new(Arc::new(site), Arc::new(theme), highlighter));
    Planned { renderer, library, found, renamed: BTreeMap::new() }
}

/// What another tool left is said once for each name, at its first place, with how often it is there.
fn once_each(found: &mut Vec<Diagnostic>) {
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.rule == "markdown/foreign") {
        *seen.entry(diagnostic.message.clone()).or_default() += 1;
    }
    let mut said: std::collections::HashSet<String> = std::collections::HashSet::new();
    found.sort();
    found.retain_mut(|diagnostic| {
        if diagnostic.rule != "markdown/foreign" {
            return true;
        }
        let count = seen.get(&diagnostic.message).copied().unwrap_or(1);
        let first = said.insert(diagnostic.message.clone());
        if first && count > 1 {
            diagnostic.message.push_str(&format!(" (in {count} places)"));
        }
        first
    });
}

impl Planned {
    /// Texts for showing what is wrong.
    pub fn sources(&self) -> SourceMap {
        self.library.source_map()
    }
}
