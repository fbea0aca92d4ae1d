//! Everything that was read, as immutable records.

use super::alerts::AlertRule;
use super::catalogue::Catalogue;
use super::codeowners::{CodeOwners, Owner};
use super::git::{HeadFacts, PageFacts, PageHistory, SourceHistory};
use super::page::Page;
use super::page_file::Stamp;
use super::rotation::Rota;
use super::watch_list::Watched;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, SourceMap};
use crate::record::{Audience, Moment};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What a project consists of.
#[derive(Debug, Clone)]
pub struct Library {
    /// The project's folder.
    pub root: PathBuf,
    /// Its settings.
    pub config: Arc<Config>,
    /// For whom it was read.
    pub built_for: Audience,
    /// Whether drafts are part of the site.
    pub drafts: bool,
    /// All pages by path, with what their files were like.
    pub(super) pages: Vec<(Arc<Page>, Stamp)>,
    /// Files beside pages.
    pub assets: Vec<Asset>,
    /// Files of the static folder.
    pub statics: Vec<StaticFile>,
    /// Services and teams that the audience may know of.
    pub catalogue: Catalogue,
    /// Who is on call for what. A public build has none: they name people.
    pub rotas: Vec<Rota>,
    /// Services and teams that it may not.
    pub hidden: Catalogue,
    /// Alerts of the rule files that `site.toml` names.
    pub alert_rules: Vec<AlertRule>,
    /// What became of the paths that runbooks watch.
    pub watched: Arc<Watched>,
    /// Who owns which files, as the repository says.
    pub code_owners: Option<Arc<CodeOwners>>,
    /// Path of the project in its repository, with a slash at the end; empty at the root.
    pub prefix: String,
    /// The addresses that were published, as `urls.txt` lists them.
    pub urls: Option<Arc<str>>,
    /// Files of the site's own theme, by path inside it.
    pub theme_files: BTreeMap<String, Vec<u8>>,
    /// What git says of the pages, by the place of their folder in the content tree.
    pub page_histories: Arc<Vec<(String, PageHistory)>>,
    /// The histories that releases are made of.
    pub histories: Arc<Vec<SourceHistory>>,
    /// The present, as far as the site is concerned.
    pub now: Option<Moment>,
    /// What was wrong beside the pages.
    pub found: Vec<Diagnostic>,
}

/// A file beside pages.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its place in the content tree.
    pub path: String,
    /// As diagnostics name it.
    pub name: String,
    /// Where it is.
    pub disk: PathBuf,
    /// Width and height of an image, in pixels.
    pub size: Option<(usize, usize)>,
}

impl Asset {
    pub(super) fn read(path: String, name: String, disk: PathBuf) -> Self {
        let lower = path.to_lowercase();
        let image =
            [".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"].iter().any(|ending| lower.ends_with(ending));
        let size = image.then(|| imagesize::size(&disk).ok()).flatten().map(|size| (size.width, size.height));
        Self { path, name, disk, size }
    }
}

/// A file of the static folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Its place in the site.
    pub path: String,
    /// As diagnostics name it.
    pub name: String,
    /// Where it is.
    pub disk: PathBuf,
}

impl Library {
    /// All pages, by path.
    pub fn pages(&self) -> impl ExactSizeIterator<Item = &Arc<Page>> {
        self.pages.iter().map(|(page, _)| page)
    }

    /// The commit that the content is at.
    pub fn head(&self) -> Option<&HeadFacts> {
        self.page_histories.iter().find_map(|(_, history)| history.head.as_ref())
    }

    /// Says that the content is at another commit, so that two revisions differ in nothing but their content.
    pub fn set_head(&mut self, head: Option<&HeadFacts>) {
        for (_, history) in Arc::make_mut(&mut self.page_histories) {
            history.head = history.head.take().and_then(|_| head.cloned());
        }
    }

    /// What git says of a page.
    pub fn page_facts(&self, page: &Page) -> Option<&PageFacts> {
        self.page_histories.iter().find_map(|(at, history)| {
            let inner = if at.is_empty() {
                Some(page.path.as_str())
            } else {
                page.path.strip_prefix(at)?.strip_prefix('/')
            };
            history.page(inner?)
        })
    }

    /// The teams of the catalogue that own a page: the one that it names, else those that CODEOWNERS names for its file.
    /// What CODEOWNERS says is for those inside.
    pub fn owners(&self, page: &Page) -> Vec<String> {
        if let Some(owner) = &page.front.common.owner {
            return vec![owner.0.trim_start_matches('@').to_owned()];
        }
        let Some(all) = self.code_owners.as_ref().filter(|_| self.built_for == Audience::Internal) else {
            return Vec::new();
        };
        let owners = all.owners(&format!("{}{}", self.prefix, page.file));
        let teams = owners.into_iter().filter_map(Owner::team);
        teams.filter(|team| self.catalogue.teams.contains_key(*team)).map(str::to_owned).collect()
    }

    /// The texts that diagnostics point into.
    pub fn source_map(&self) -> SourceMap {
        let mut map = SourceMap::default();
        for page in self.pages() {
            map.insert(page.file.clone(), page.source.clone());
        }
        let rules = self.config.alerts.rules.iter().map(String::as_str);
        let own = [
            crate::config::FILE_NAME,
            crate::config::CATALOGUE_FILE,
            super::backstage::FILE,
            self.config.content.services.as_str(),
        ];
        let rotations = self.catalogue.rotations.values();
        let calendars = rotations.filter_map(|rotation| rotation.calendar.as_deref());
        for name in own.into_iter().chain(rules).chain(calendars) {
            if let Ok(text) = std::fs::read_to_string(self.root.join(name)) {
                map.insert(name, text);
            }
        }
        if let Some(owners) = &self.code_owners {
            map.insert(owners.file.clone(), owners.text.clone());
        }
        if let Some(urls) = &self.urls {
            map.insert(super::URLS_FILE, urls.clone());
        }
        for (path, bytes) in &self.theme_files {
            if let (Some(theme), Ok(text)) = (&self.config.site.theme, std::str::from_utf8(bytes)) {
                map.insert(format!("themes/{theme}/{path}"), text);
            }
        }
        map
    }
}
