//! A project on disk: where it is, its settings, and everything in it read once.

use super::URLS_FILE;
use super::backstage;
use super::catalogue::Catalogue;
use super::codeowners::CodeOwners;
use super::git::{self, PageHistory, SourceHistory};
use super::library::{Asset, Library, StaticFile};
use super::page::{Page, PageContext};
use super::parsed::Kept;
use super::walk::{self, Found};
use super::watch_list;
use super::withheld;
use crate::config::source::SourceConfig;
use crate::config::{self, CATALOGUE_FILE, Config, MountConfig};
use crate::diagnostic::{Diagnostic, SourceMap, Span, sort};
use crate::record::{Audience, Kind, Moment};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

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
    fn place(&self, path: &str) -> PathBuf {
        match &self.copy {
            Some(copy) if copy.leads_out(path) => copy.root.join(path),
            _ => self.root.join(path),
        }
    }

    /// The kind that a page's place gives it.
    fn kind_at(&self, path: &str) -> Kind {
        let set = self.config.section_setting(path, |section| section.kind.clone());
        let kinds = &self.config.all_kinds;
        if let Some(kind) = set.and_then(|name| kinds.parse(&name).ok()) {
            return kind;
        }
        let top = path.split_once('/').map_or("", |(top, _)| top);
        kinds.of_folder(top).unwrap_or_default()
    }

    /// Reads one page.
    fn page(
        &self,
        file: &Found,
        at: &str,
        shown: &str,
        hidden: &Catalogue,
        kept: &Kept,
    ) -> Result<Page, Diagnostic> {
        let name: Arc<str> = shown.into();
        let unreadable =
            |message: String| Diagnostic::error("source/unreadable", message).at(Span::file(name.clone()));
        let bytes =
            fs::read(&file.disk).map_err(|error| unreadable(format!("this file can't be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1;
            Diagnostic::error(
                "source/encoding",
                format!("this file is not UTF-8: the first bad byte is in line {line}"),
            )
            .at(Span::file(name.clone()))
            .help("save the file as UTF-8")
        })?;
        let path = if at.is_empty() { file.path.clone() } else { format!("{at}/{}", file.path) };
        let taxonomies: Vec<&str> = self.config.taxonomies.keys().map(String::as_str).collect();
        let folder = file.disk.parent().unwrap_or(&self.root).to_path_buf();
        let context = PageContext {
            kind: self.kind_at(&path),
            kinds: &self.config.all_kinds,
            audience: self.config.content.audience,
            built_for: self.built_for,
            taxonomies: &taxonomies,
            smart_punctuation: self.config.markdown.smart_punctuation,
            hidden,
            include: &|written| self.include(&folder, written),
            kept,
        };
        Ok(Page::read(name, path, text.into(), &context))
    }

    /// The file that a page includes, confined to the project.
    fn include(&self, folder: &Path, written: &str) -> (String, Result<Arc<str>, String>) {
        let path = match written.strip_prefix('/') {
            Some(rest) => self.root.join(rest),
            None => folder.join(written),
        };
        let Some(target) = walk::inside(&path, &self.root) else {
            return (written.to_owned(), Err(format!("there is no file `{written}` inside the project")));
        };
        let root = fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        let file = slashes(target.strip_prefix(&root).unwrap_or(&target));
        let hidden = file.split('/').any(|part| part.starts_with('.'));
        if hidden {
            return (file, Err(format!("`{written}` is hidden and can't be included")));
        }
        let text = fs::read_to_string(&target).map_err(|error| format!("`{written}` can't be read: {error}"));
        (file, text.map(Arc::from))
    }
}

/// A path with `/`, for people and for the site.
pub(super) fn slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A folder of pages: `content`, or a mount.
struct Tree {
    /// Where it is.
    folder: PathBuf,
    /// What symbolic links may not leave.
    root: PathBuf,
    /// Its place in the content tree.
    at: String,
    /// How diagnostics name it.
    shown: String,
}

/// A page's file as it was when it was read, so that an unchanged one is not read again.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let data = fs::metadata(path).ok()?;
        Some(Self { modified: data.modified().ok(), length: data.len() })
    }

    fn same(&self, other: &Self) -> bool {
        self.length == other.length && self.modified.is_some() && self.modified == other.modified
    }
}

/// Reads everything in the project. Pages of `before` whose files have not changed are taken over.
pub fn read(project: &Project, before: Option<&Library>) -> Library {
    read_with(project, before, Histories::Read)
}

/// Reads the project's files, and no history: for what is told of pages, services and owners alone.
pub fn read_files(project: &Project) -> Library {
    read_with(project, None, Histories::Skip)
}

/// What to do about histories.
enum Histories {
    /// Read them, or take those of the library from before.
    Read,
    /// Go without any.
    Skip,
}

fn read_with(project: &Project, before: Option<&Library>, wanted: Histories) -> Library {
    let (exclude, mut found) = walk::globs(&project.config.content.exclude);
    found.extend(project.config.doubts.iter().cloned());
    let config = &project.config;
    let mut trees = vec![Tree {
        folder: project.root.join(&config.content.folder),
        root: project.root.clone(),
        at: String::new(),
        shown: config.content.folder.clone(),
    }];
    trees.extend(config.mounts.iter().map(|mount| mount_tree(project, mount)));

    let mut page_files: Vec<(Found, String, String)> = Vec::new();
    let mut assets: Vec<Asset> = Vec::new();
    let mut claimed: HashMap<String, String> = HashMap::new();
    for tree in &trees {
        if !tree.folder.is_dir() {
            found.push(missing_folder(tree));
            continue;
        }
        let shown = |path: &str| format!("{}/{path}", tree.shown);
        let (files, mistakes) = walk::files(&tree.folder, &tree.root, &exclude, shown);
        found.extend(mistakes);
        for file in files {
            let name = shown(&file.path);
            let at =
                if tree.at.is_empty() { file.path.clone() } else { format!("{}/{}", tree.at, file.path) };
            if let Some(other) = claimed.insert(at.clone(), name.clone()) {
                found.push(
                    Diagnostic::error(
                        "source/twice",
                        format!("two files for one place: `{other}` and `{name}`"),
                    )
                    .at(Span::file(name)),
                );
            } else if is_page(&file.path) {
                page_files.push((file, tree.at.clone(), name));
            } else {
                assets.push(Asset::read(at, name, file.disk));
            }
        }
    }

    let (catalogue, hidden) = visible_catalogue(project, &mut found);
    let old: HashMap<&str, (&Arc<Page>, &Stamp)> = before
        .filter(|library| library.hidden == hidden)
        .map(|library| library.pages.iter().map(|(page, stamp)| (&*page.file, (page, stamp))).collect())
        .unwrap_or_default();
    let kept = project.cache.as_deref().map(Kept::load).unwrap_or_default();
    let read: Vec<Result<(Arc<Page>, Stamp), Diagnostic>> = page_files
        .par_iter()
        .map(|(file, at, shown)| {
            let stamp = Stamp::of(&file.disk).unwrap_or(Stamp { modified: None, length: 0 });
            if let Some((page, before)) = old.get(shown.as_str())
                && before.same(&stamp)
                && page.includes.is_empty()
            {
                return Ok(((*page).clone(), stamp));
            }
            Ok((Arc::new(project.page(file, at, shown, &hidden, &kept)?), stamp))
        })
        .collect();
    let mut pages = Vec::with_capacity(read.len());
    for result in read {
        match result {
            Ok(page) => pages.push(page),
            Err(diagnostic) => found.push(diagnostic),
        }
    }
    pages.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    if let Some(folder) = &project.cache {
        kept.save(folder);
    }

    let statics = statics(project, &mut found);
    let rotas = match project.built_for {
        Audience::Internal => super::rotation::read(project, &catalogue, &mut found),
        Audience::Public => Vec::new(),
    };
    let alert_rules = super::alerts::read(project, &mut found);
    let theme_files = theme(project, &mut found);
    let (code_owners, prefix) = code_owners(&project.root);
    let urls = optional(&project.root.join(URLS_FILE), URLS_FILE, &mut found);
    let (page_histories, histories, watched) = match (before, wanted) {
        (_, Histories::Skip) => Default::default(),
        (Some(library), _) => {
            (library.page_histories.clone(), library.histories.clone(), library.watched.clone())
        }
        (None, Histories::Read) => {
            let page_histories = page_histories(project, &trees, &mut found);
            let pages = pages.iter().map(|(page, _)| &**page);
            let mut histories = histories(project, &mut found);
            // After the histories, whose clones it reads.
            let watched =
                watch_list::watched(project, pages.clone(), &watch_list::ignored_commits(&project.root));
            // After the histories: what they are read from is there then.
            if project.built_for == Audience::Public {
                let trees: Vec<(&str, &Path)> =
                    trees.iter().map(|tree| (tree.at.as_str(), &*tree.folder)).collect();
                withheld::hide_commits(&trees, pages, &page_histories, &mut histories);
            }
            (Arc::new(page_histories), Arc::new(histories), Arc::new(watched))
        }
    };
    let head = page_histories.iter().find_map(|(_, history)| history.head.as_ref());
    let now = project.now.or_else(source_date_epoch);
    let now = now.or_else(|| head.and_then(|head| Moment::from_seconds(head.time.seconds)));
    let now = now.or_else(|| pages.iter().filter_map(|(page, _)| page.date).max());
    sort(&mut found);
    Library {
        root: project.root.clone(),
        config: project.config.clone(),
        built_for: project.built_for,
        drafts: project.drafts,
        pages,
        assets,
        statics,
        catalogue,
        rotas,
        hidden,
        alert_rules,
        watched,
        code_owners,
        prefix,
        urls,
        theme_files,
        page_histories,
        histories,
        now: now.or_else(|| Moment::from_seconds(0)),
        found,
    }
}

/// Reads the pages of `before` again that came from `changed` files; none if more than their text has changed.
pub fn reread(project: &Project, before: &Library, changed: &[PathBuf]) -> Option<Library> {
    let mut library = before.clone();
    for path in changed {
        let relative = slashes(path.strip_prefix(&project.root).ok()?);
        let content = format!("{}/", project.config.content.folder);
        let inner = relative.strip_prefix(&content)?;
        let slot = library.pages.iter_mut().find(|(page, _)| *page.file == *relative)?;
        let stamp = Stamp::of(path)?;
        let found = Found { path: inner.to_owned(), disk: path.clone() };
        let page = project.page(&found, "", &relative, &library.hidden, &Kept::default()).ok()?;
        *slot = (Arc::new(page), stamp);
    }
    Some(library)
}

fn is_page(path: &str) -> bool {
    let lower = path.to_lowercase();
    [".md", ".markdown", ".mdx"].iter().any(|ending| lower.ends_with(ending))
}

fn mount_tree(project: &Project, mount: &MountConfig) -> Tree {
    let folder = project.place(&mount.path);
    Tree {
        root: folder.clone(),
        folder,
        at: mount.at.trim_matches('/').to_owned(),
        shown: mount.path.trim_end_matches('/').to_owned(),
    }
}

fn missing_folder(tree: &Tree) -> Diagnostic {
    let message = format!("there is no folder `{}`", tree.shown);
    if tree.at.is_empty() {
        Diagnostic::error("source/no-content", message).help(
            "`annals init` makes a site to start from; `content.folder` in site.toml names another folder",
        )
    } else {
        Diagnostic::error("source/no-mount", message)
            .at(Span::file(config::FILE_NAME))
            .help("correct `path` under `[[mounts]]`")
    }
}

fn statics(project: &Project, found: &mut Vec<Diagnostic>) -> Vec<StaticFile> {
    let folder = project.root.join(&project.config.content.static_folder);
    if !folder.is_dir() {
        return Vec::new();
    }
    let none = globset::GlobSet::empty();
    let shown = |path: &str| format!("{}/{path}", project.config.content.static_folder);
    let (files, mistakes) = walk::files(&folder, &project.root, &none, shown);
    found.extend(mistakes);
    files
        .into_iter()
        .map(|file| StaticFile { name: shown(&file.path), path: file.path, disk: file.disk })
        .collect()
}

/// The repository's CODEOWNERS, and the project's path in it.
fn code_owners(root: &Path) -> (Option<Arc<CodeOwners>>, String) {
    let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else {
        return (CodeOwners::find(root, "").map(Arc::new), String::new());
    };
    let below = root.strip_prefix(top).map(slashes).unwrap_or_default();
    let prefix = if below.is_empty() { below } else { format!("{below}/") };
    (CodeOwners::find(top, &"../".repeat(prefix.matches('/').count())).map(Arc::new), prefix)
}

/// The text of a file that need not be there.
fn optional(path: &Path, name: &str, found: &mut Vec<Diagnostic>) -> Option<Arc<str>> {
    match fs::read_to_string(path) {
        Ok(text) => Some(text.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("this file can't be read: {error}");
            found.push(Diagnostic::error("source/unreadable", message).at(Span::file(name)));
            None
        }
    }
}

/// What the audience may know of the catalogue, and what it may not.
fn visible_catalogue(project: &Project, found: &mut Vec<Diagnostic>) -> (Catalogue, Catalogue) {
    let all = catalogue(project, found);
    match project.built_for {
        Audience::Internal => (all, Catalogue::default()),
        Audience::Public => all.parted(project.config.content.audience),
    }
}

fn catalogue(project: &Project, found: &mut Vec<Diagnostic>) -> Catalogue {
    let name = &project.config.content.services;
    match fs::read_to_string(project.root.join(name)) {
        Ok(text) => {
            if !backstage::is_backstage(name) {
                let (catalogue, mistakes) = Catalogue::read(name, &text);
                found.extend(mistakes);
                return catalogue;
            }
            let (catalogue, mistakes) = backstage::read(name, &text);
            found.extend(mistakes);
            // Backstage knows no rotations.
            match optional(&project.root.join(CATALOGUE_FILE), CATALOGUE_FILE, found) {
                Some(text) => {
                    let (catalogue, mistakes) = Catalogue::read_over(catalogue, CATALOGUE_FILE, &text);
                    found.extend(mistakes);
                    catalogue
                }
                None => catalogue,
            }
        }
        // A repository that Backstage knows needs no second catalogue.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = fs::read_to_string(project.root.join(backstage::FILE)).unwrap_or_default();
            let (catalogue, mistakes) = backstage::read(backstage::FILE, &text);
            found.extend(mistakes);
            catalogue
        }
        Err(error) => {
            found.push(
                Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                    .at(Span::file(name.as_str())),
            );
            Catalogue::default()
        }
    }
}

/// The files of the site's own theme, by path inside it.
fn theme(project: &Project, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Some(theme) = &project.config.site.theme else { return files };
    let folder = project.root.join("themes").join(theme);
    if theme.contains(['/', '\\']) || theme.starts_with('.') || !folder.is_dir() {
        found.push(
            Diagnostic::error("theme/missing", format!("there is no theme `themes/{theme}`"))
                .at(Span::file(config::FILE_NAME))
                .help("`annals theme eject` makes one out of the built-in theme"),
        );
        return files;
    }
    let shown = |path: &str| format!("themes/{theme}/{path}");
    let (listed, mistakes) = walk::files(&folder, &project.root, &globset::GlobSet::empty(), shown);
    found.extend(mistakes);
    for file in listed {
        match fs::read(&file.disk) {
            Ok(bytes) => {
                files.insert(file.path, bytes);
            }
            Err(error) => found.push(
                Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                    .at(Span::file(shown(&file.path))),
            ),
        }
    }
    files
}

/// What git says of the pages of each folder.
fn page_histories(
    project: &Project,
    trees: &[Tree],
    found: &mut Vec<Diagnostic>,
) -> Vec<(String, PageHistory)> {
    let ignored = watch_list::ignored_commits(&project.root);
    let mut histories = Vec::new();
    for tree in trees.iter().filter(|tree| tree.folder.is_dir()) {
        let (history, mistakes) = git::page_history(&tree.folder, &ignored, project.config.audit.enabled);
        // A mount's history is a gift: only the content folder's own is missed.
        found.extend(mistakes.into_iter().filter(|_| tree.at.is_empty()));
        histories.push((tree.at.clone(), history));
    }
    histories
}

/// The histories that releases are made of: those that site.toml names, else the repository that holds the site, if it
/// has tags.
fn histories(project: &Project, found: &mut Vec<Diagnostic>) -> Vec<SourceHistory> {
    let cache = project.cache.as_deref();
    if !project.config.sources.is_empty() {
        return project
            .config
            .sources
            .iter()
            .filter_map(|source| {
                let (history, mistakes) = git::read_source(source, &project.root, cache);
                found.extend(mistakes);
                history
            })
            .collect();
    }
    // Named after the site, not after the folder: a clone elsewhere must give the same bytes.
    let source = SourceConfig { name: project.config.site.title.clone(), ..SourceConfig::default() };
    let (history, _) = git::read_source(&source, &project.root, cache);
    history.filter(|history| !history.tags.is_empty()).into_iter().collect()
}

/// The time that reproducible builds set (<https://reproducible-builds.org/specs/source-date-epoch/>).
fn source_date_epoch() -> Option<Moment> {
    std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok().and_then(Moment::from_seconds)
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
