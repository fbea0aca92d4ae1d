//! A project on disk: where it is, its settings, and how it is read.

use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, SourceMap, Span};
use crate::record::{Audience, Moment};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A project and how it is read.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder that holds `site.toml`.
    pub root: PathBuf,
    /// Its settings.
    pub config: Arc<Config>,
    /// For whom it is read.
    pub built_for: Audience,
    /// Whether drafts are part of it.
    pub drafts: bool,
    /// The present, where the caller sets it.
    pub now: Option<Moment>,
    /// Where caches are kept, if they are.
    pub cache: Option<PathBuf>,
    /// What `root` is a copy of, if it is one.
    pub copy: Option<CopyOf>,
}

/// What a project at another revision is a copy of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOf {
    /// The folder of the project itself.
    pub root: PathBuf,
    /// How many folders lie between the root of the repository and the project.
    pub depth: usize,
}

impl CopyOf {
    /// Whether a relative path leads out of the repository that was copied.
    fn leads_out(&self, path: &str) -> bool {
        let mut depth = self.depth;
        for part in path.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return true,
                },
                _ => depth += 1,
            }
        }
        false
    }
}

/// The folder that holds `site.toml`, at or above `from`.
pub fn find_root(from: &Path) -> Option<PathBuf> {
    let from = fs::canonicalize(from).ok()?;
    from.ancestors().find(|folder| folder.join(config::FILE_NAME).is_file()).map(Path::to_path_buf)
}

impl Project {
    /// Opens the project at `root`. A folder without `site.toml` is a project with the defaults.
    pub fn open(root: &Path) -> Result<Self, (Vec<Diagnostic>, SourceMap)> {
        let file = root.join(config::FILE_NAME);
        let mut sources = SourceMap::default();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                let found =
                    Diagnostic::error("config/unreadable", format!("site.toml can't be read: {error}"));
                return Err((vec![found.at(Span::file(config::FILE_NAME))], sources));
            }
        };
        sources.insert(config::FILE_NAME, text.as_str());
        let config = config::load(&text).map_err(|found| (found, sources))?;
        let drafts = config.content.drafts;
        Ok(Self {
            root: root.to_path_buf(),
            config: Arc::new(config),
            built_for: Audience::Internal,
            drafts,
            now: None,
            cache: Some(root.join(".annals/cache")),
            copy: None,
        })
    }

    /// The same project as it was at another revision, of which `root` is a copy. What site.toml names outside of the
    /// repository is taken from where it is now.
    pub fn at_copy(&self, root: &Path, depth: usize) -> Result<Self, (Vec<Diagnostic>, SourceMap)> {
        let copy = CopyOf { root: self.root.clone(), depth };
        let mut project = Self::open(root)?;
        project.built_for = self.built_for;
        project.drafts = self.drafts && !self.config.content.drafts || project.config.content.drafts;
        project.now = self.now;
        project.cache.clone_from(&self.cache);
        let config = Arc::make_mut(&mut project.config);
        for source in &mut config.sources {
            if let Some(path) = source.path.as_mut().filter(|path| copy.leads_out(path)) {
                *path = self.root.join(&*path).to_string_lossy().into_owned();
            }
        }
        project.copy = Some(copy);
        Ok(project)
    }

    /// Where a path of site.toml leads that may lie outside the project.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        match &self.copy {
            Some(copy) if copy.leads_out(path) => copy.root.join(path),
            _ => self.root.join(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_of_a_copied_repository_is_told_from_what_lies_inside() {
        let copy = CopyOf { root: PathBuf::from("/kb"), depth: 1 };
        for inside in ["docs", "../docs", ".", "a/../../b"] {
            assert!(!copy.leads_out(inside), "{inside}");
        }
        for outside in ["../../docs", "a/../../../b"] {
            assert!(copy.leads_out(outside), "{outside}");
        }
    }
}
