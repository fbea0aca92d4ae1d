//! What the preview shows now, and how it gets there from what it showed before.

use crate::changelog::{self, SourceChangelog};
use crate::diagnostic::{Counts, Diagnostic, SourceMap, human};
use crate::markdown::highlight::Highlighter;
use crate::output::search_index;
use crate::render::{self, Renderer};
use crate::search::IndexFile;
use crate::site::plan;
use crate::source::{Library, Project, read, reread};
use crate::theme::Theme;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// A site that is being shown.
pub(super) struct Shown {
    pub renderer: Renderer,
    changelogs: Arc<Vec<SourceChangelog>>,
    /// Made when somebody searches.
    index: OnceLock<Vec<IndexFile>>,
}

impl Shown {
    /// A file of the search index.
    pub fn index_file(&self, path: &str) -> Option<&[u8]> {
        let config = &self.renderer.site.library.config.search;
        let index = self.index.get_or_init(|| search_index(&self.renderer, config, None, &|_| false).files);
        index.iter().find(|file| file.path == path).map(|file| file.bytes.as_slice())
    }
}

struct Now {
    /// Counts every change, so that a browser can ask for the next one.
    generation: u64,
    shown: Option<Arc<Shown>>,
    /// What the last change was: `page` or `style`.
    kind: &'static str,
    /// The errors of the newest state, as text; the site shown is then an older one.
    errors: Option<String>,
}

/// The preview of a project.
pub struct Preview {
    project: Mutex<Project>,
    now: Mutex<Now>,
    changed: Condvar,
    highlighter: Arc<Highlighter>,
}

impl Preview {
    /// Reads and plans the project.
    pub fn new(project: Project) -> Self {
        let preview = Self {
            project: Mutex::new(project),
            now: Mutex::new(Now { generation: 0, shown: None, kind: "page", errors: None }),
            changed: Condvar::new(),
            highlighter: Arc::default(),
        };
        let library = read(&preview.project(), None);
        preview.show(library);
        preview
    }

    /// The project as it is now.
    pub fn project(&self) -> Project {
        self.project.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is shown, if anything could be.
    pub(super) fn shown(&self) -> Option<Arc<Shown>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).shown.clone()
    }

    /// The errors of the newest state, as text.
    pub fn errors(&self) -> Option<String> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).errors.clone()
    }

    /// Waits for a change after `generation`, and tells what to do about it.
    pub(super) fn wait(&self, generation: u64, patience: Duration) -> Value {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let (now, _) = self
            .changed
            .wait_timeout_while(now, patience, |now| now.generation <= generation)
            .unwrap_or_else(PoisonError::into_inner);
        let style = now.shown.as_ref().and_then(|shown| {
            shown
                .renderer
                .theme
                .assets
                .iter()
                .find(|asset| asset.name == "app.css")
                .map(|asset| asset.path.clone())
        });
        json!({ "generation": now.generation, "kind": now.kind, "style": style, "errors": now.errors })
    }

    /// Takes up changed files.
    pub fn update(&self, changed: &[PathBuf]) {
        let mut project = self.project();
        let settings = project.root.join(crate::config::FILE_NAME);
        if changed.contains(&settings) {
            match Project::open(&project.root) {
                Ok(mut opened) => {
                    (opened.drafts, opened.built_for, opened.now) = (true, project.built_for, project.now);
                    *self.project.lock().unwrap_or_else(PoisonError::into_inner) = opened.clone();
                    self.show(read(&opened, None));
                }
                Err((found, sources)) => self.fail(&found, &sources),
            }
            return;
        }
        let shown = self.shown();
        let before = shown.as_ref().map(|shown| &*shown.renderer.site.library);
        let git = changed.iter().any(|path| path.components().any(|part| part.as_os_str() == ".git"));
        if let (Some(shown), false) = (&shown, git)
            && self.errors().is_none()
            && self.show_text(shown, &project, changed)
        {
            return;
        }
        let library = match before {
            Some(before) if !git => {
                reread(&project, before, changed).unwrap_or_else(|| read(&project, Some(before)))
            }
            _ => {
                project.drafts = true;
                read(&project, None)
            }
        };
        self.show(library);
    }

    /// The quick way: where only the text of pages differs, the plan stands. Tells whether it could be gone.
    fn show_text(&self, shown: &Shown, project: &Project, changed: &[PathBuf]) -> bool {
        let old = &shown.renderer.site;
        let Some(library) = reread(project, &old.library, changed).map(Arc::new) else { return false };
        let before = old.library.pages().zip(library.pages());
        let pages: Vec<_> = before.filter(|(old, new)| !Arc::ptr_eq(old, new)).map(|(_, new)| new).collect();
        if pages.iter().any(|page| !page.found.is_empty()) {
            return false;
        }
        let mut site = (**old).clone();
        for page in pages {
            match site.with_text(library.clone(), page) {
                Some(next) => site = next,
                None => return false,
            }
        }
        let renderer = Renderer::new(Arc::new(site), shown.renderer.theme.clone(), self.highlighter.clone());
        let shown = Shown { renderer, changelogs: shown.changelogs.clone(), index: OnceLock::new() };
        self.put(shown, "page", None);
        true
    }

    /// Shows something new, and tells those who wait.
    fn put(&self, shown: Shown, kind: &'static str, errors: Option<String>) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.generation += 1;
        now.kind = kind;
        now.errors = errors;
        now.shown = Some(Arc::new(shown));
        drop(now);
        self.changed.notify_all();
    }

    fn show(&self, library: Library) {
        let library = Arc::new(library);
        let before = self.shown();
        let mut found = library.found.clone();
        found.extend(library.pages().flat_map(|page| page.found.iter().cloned()));
        let changelogs = match &before {
            Some(shown) if Arc::ptr_eq(&shown.renderer.site.library.histories, &library.histories) => {
                shown.changelogs.clone()
            }
            _ => {
                let config = &library.config.changelog;
                Arc::new(changelog::of_histories(&library.histories, config, &library.root).0)
            }
        };
        let same_theme = before.as_ref().filter(|shown| {
            let old = &shown.renderer.site.library;
            old.theme_files == library.theme_files
                && old.config.look == library.config.look
                && render::global(old) == render::global(&library)
        });
        let (theme, restyled) = match same_theme {
            Some(shown) => (Some(shown.renderer.theme.clone()), false),
            None => {
                let (theme, mistakes) =
                    Theme::load(&library.config, &library.theme_files, &render::global(&library));
                found.extend(mistakes);
                (theme.map(Arc::new), before.is_some())
            }
        };
        let only_style = restyled && before.as_ref().is_some_and(|shown| only_style(shown, &library));
        let (site, mistakes) = plan(library.clone(), &changelogs);
        found.extend(mistakes);
        let failed = Counts::of(&found).errors > 0;
        let Some(theme) = theme.filter(|_| !failed || before.is_none()) else {
            return self.fail(&found, &library.source_map());
        };
        let renderer = Renderer::new(Arc::new(site), theme, self.highlighter.clone());
        let errors = failed.then(|| errors_as_text(&found, &library.source_map()));
        let shown = Shown { renderer, changelogs, index: OnceLock::new() };
        self.put(shown, if only_style { "style" } else { "page" }, errors);
    }

    /// Keeps showing what was shown, and tells why.
    fn fail(&self, found: &[Diagnostic], sources: &SourceMap) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.generation += 1;
        now.errors = Some(errors_as_text(found, sources));
        drop(now);
        self.changed.notify_all();
    }
}

fn errors_as_text(found: &[Diagnostic], sources: &SourceMap) -> String {
    let mut errors: Vec<Diagnostic> = found
        .iter()
        .filter(|diagnostic| diagnostic.level == crate::diagnostic::Level::Error)
        .cloned()
        .collect();
    crate::diagnostic::sort(&mut errors);
    human::render(&errors, sources, false)
}

/// Whether nothing but stylesheets differs.
fn only_style(shown: &Shown, library: &Library) -> bool {
    let old = &shown.renderer.site.library.theme_files;
    let names: std::collections::BTreeSet<&String> = old.keys().chain(library.theme_files.keys()).collect();
    names.into_iter().all(|name| name.ends_with(".css") || old.get(name) == library.theme_files.get(name))
}
