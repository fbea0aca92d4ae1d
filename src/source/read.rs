//! Everything in a project, read once into a [`Library`].

use super::URLS_FILE;
use super::catalogue::Catalogue;
use super::histories::Histories;
use super::library::Library;
use super::page::Page;
use super::page_file::{PageFile, Stamp};
use super::parsed::Kept;
use super::project::Project;
use super::walk::{self, Found, slashes};
use super::{alerts, files, rotation, tree};
use crate::diagnostic::{Diagnostic, sort};
use crate::record::{Audience, Moment};
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Reads everything in the project. Pages of `before` whose files have not changed are taken over.
pub fn read(project: &Project, before: Option<&Library>) -> Library {
    read_with(project, before, Wanted::All)
}

/// Reads the project's files, and no history: for what is told of pages, services and owners alone.
pub fn read_files(project: &Project) -> Library {
    read_with(project, None, Wanted::Files)
}

/// What of a project is read.
enum Wanted {
    /// Files and histories; those of the library from before, if there is one.
    All,
    /// Files, and no history.
    Files,
}

fn read_with(project: &Project, before: Option<&Library>, wanted: Wanted) -> Library {
    let (exclude, mut found) = walk::globs(&project.config.content.exclude);
    found.extend(project.config.doubts.iter().cloned());
    let trees = tree::trees(project);
    let (page_files, assets) = tree::list(&trees, &exclude, &mut found);
    let (catalogue, hidden) = visible_catalogue(project, &mut found);
    let pages = pages(project, before, &page_files, &hidden, &mut found);
    let statics = files::statics(&project.root, &project.config, &mut found);
    let rotas = match project.built_for {
        Audience::Internal => rotation::read(project, &catalogue, &mut found),
        Audience::Public => Vec::new(),
    };
    let alert_rules = alerts::read(project, &mut found);
    let theme_files = files::theme(&project.root, &project.config, &mut found);
    let (code_owners, prefix) = files::code_owners(&project.root);
    let urls = files::optional(&project.root.join(URLS_FILE), URLS_FILE, &mut found);
    let told = match (before, wanted) {
        (_, Wanted::Files) => Histories::default(),
        (Some(library), Wanted::All) => Histories::of(library),
        (None, Wanted::All) => Histories::read(project, &trees, &pages, &mut found),
    };
    let head = told.pages.iter().find_map(|(_, history)| history.head.as_ref());
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
        watched: told.watched,
        code_owners,
        prefix,
        urls,
        theme_files,
        page_histories: told.pages,
        histories: told.sources,
        now: now.or_else(|| Moment::from_seconds(0)),
        found,
    }
}

/// Reads the pages, in the order of their paths.
fn pages(
    project: &Project,
    before: Option<&Library>,
    page_files: &[PageFile],
    hidden: &Catalogue,
    found: &mut Vec<Diagnostic>,
) -> Vec<(Arc<Page>, Stamp)> {
    let old: HashMap<&str, (&Arc<Page>, &Stamp)> = before
        .filter(|library| library.hidden == *hidden)
        .map(|library| library.pages.iter().map(|(page, stamp)| (&*page.file, (page, stamp))).collect())
        .unwrap_or_default();
    let kept = project.cache.as_deref().map(Kept::load).unwrap_or_default();
    let read: Vec<Result<(Arc<Page>, Stamp), Diagnostic>> = page_files
        .par_iter()
        .map(|page_file| {
            let stamp = Stamp::of(&page_file.file.disk).unwrap_or(Stamp::UNKNOWN);
            if let Some((page, before)) = old.get(page_file.shown.as_str())
                && before.same(&stamp)
                && page.includes.is_empty()
            {
                return Ok(((*page).clone(), stamp));
            }
            Ok((Arc::new(page_file.read(project, hidden, &kept)?), stamp))
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
    pages
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
        let file = Found { path: inner.to_owned(), disk: path.clone() };
        let page_file = PageFile { file, at: String::new(), shown: relative };
        let page = page_file.read(project, &library.hidden, &Kept::default()).ok()?;
        *slot = (Arc::new(page), stamp);
    }
    Some(library)
}

/// What the audience may know of the catalogue, and what it may not.
fn visible_catalogue(project: &Project, found: &mut Vec<Diagnostic>) -> (Catalogue, Catalogue) {
    let all = files::catalogue(&project.root, &project.config, found);
    match project.built_for {
        Audience::Internal => (all, Catalogue::default()),
        Audience::Public => all.parted(project.config.content.audience),
    }
}

/// The time that reproducible builds set (<https://reproducible-builds.org/specs/source-date-epoch/>).
fn source_date_epoch() -> Option<Moment> {
    std::env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok().and_then(Moment::from_seconds)
}
