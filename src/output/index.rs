//! The search index of a site, with the analysis of unchanged pages kept between builds.

use super::pack::{Key, Pack, PackWriter, Place, Stored};
use crate::config::search::SearchConfig;
use crate::render::{Findable, Renderer};
use crate::search::{self, Analyzed, Document, Update};
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Analyses of the whole site. As large as the site, it is not written anew for each page that changes.
const ALL: &str = "search.bin";
/// Analyses of what has changed since.
const RECENT: &str = "search-recent.bin";
/// The file of all is written anew when the recent ones are more than one in so many.
const RECENT_SHARE: usize = 8;

/// Makes the index. `cache` is the folder where analyses are kept, if they are; `known` tells which files of the index
/// need not be made again.
pub fn search_index(
    renderer: &Renderer,
    config: &SearchConfig,
    cache: Option<&Path>,
    known: &(dyn Fn(&str) -> bool + Sync),
) -> Update {
    if let Some(folder) = cache {
        match with_cache(renderer, config, folder, known) {
            Ok(update) => return update,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // A cache that is damaged or can't be written costs time, nothing else.
            Err(_) => [ALL, RECENT].iter().for_each(|name| drop(fs::remove_file(folder.join(name)))),
        }
    }
    let pages = renderer.findable().into_par_iter().filter_map(|findable| {
        let (_, document) = renderer.document_facts(findable)?;
        Some(analyze(renderer, config, findable, document))
    });
    // Texts in memory can be read.
    search::update(pages.collect(), config, known).unwrap_or_default()
}

fn analyze(
    renderer: &Renderer,
    config: &SearchConfig,
    findable: Findable,
    mut document: Document,
) -> (Analyzed, String) {
    document.sections = renderer.document_sections(findable);
    search::analyze(&document, config)
}

/// What is to be done for a page.
enum Task {
    /// To take its analysis from the file of all.
    All(Place),
    /// To take it from the recent ones.
    Recent(Place),
    /// To analyse it.
    New(Findable, Box<Document>),
}

/// Where an analysis is once its task is done.
enum Source {
    All(Place),
    Recent(Place),
    New(Place),
}

fn with_cache(
    renderer: &Renderer,
    config: &SearchConfig,
    folder: &Path,
    known: &(dyn Fn(&str) -> bool + Sync),
) -> io::Result<Update> {
    let settings = settings(config);
    let (path_of_all, path_of_recent) = (folder.join(ALL), folder.join(RECENT));
    let all = Pack::open(&path_of_all, &settings);
    let recent = Pack::open(&path_of_recent, &settings);
    let place = |pack: &Option<Pack>, key: &Key| pack.as_ref().and_then(|pack| pack.place(key));
    let tasks: Vec<(Key, Task)> = renderer
        .findable()
        .into_par_iter()
        .filter_map(|findable| {
            let (key, document) = renderer.document_facts(findable)?;
            let task = match (place(&all, &key), place(&recent, &key)) {
                (Some(place), _) => Task::All(place),
                (None, Some(place)) => Task::Recent(place),
                (None, None) => Task::New(findable, Box::new(document)),
            };
            Some((key, task))
        })
        .collect();
    let count = |is: fn(&Task) -> bool| tasks.iter().filter(|(_, task)| is(task)).count();
    let from_all = count(|task| matches!(task, Task::All(_)));
    let from_recent = count(|task| matches!(task, Task::Recent(_)));
    let kept = |pack: &Option<Pack>| pack.as_ref().map_or(0, Pack::len);
    let stale = kept(&all).saturating_sub(from_all);
    let anew = (tasks.len() - from_all).max(stale) * RECENT_SHARE > from_all;
    let path = if anew { &path_of_all } else { &path_of_recent };
    let is_new = from_all + from_recent < tasks.len() || kept(&recent) > from_recent || anew;
    let writer = if is_new { Some(Mutex::new(PackWriter::new(path, &settings)?)) } else { None };
    let keep = |key: Key, analyzed: &Analyzed, text: &str| -> io::Result<Option<Place>> {
        let Some(writer) = &writer else { return Ok(None) };
        let analysis = postcard::to_allocvec(analyzed).map_err(io::Error::other)?;
        writer.lock().unwrap_or_else(PoisonError::into_inner).add(key, &analysis, text).map(Some)
    };
    // What is not analysed now is read, and written again if the file that it goes into is written anew.
    let take = |pack: &Option<Pack>, key: Key, place: Place, again: bool| -> io::Result<Analyzed> {
        let pack = pack.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let analyzed = pack.analysis(place)?;
        if again {
            keep(key, &analyzed, &pack.text(place)?)?;
        }
        Ok(analyzed)
    };
    let pages: Vec<(Analyzed, Source)> = tasks
        .into_par_iter()
        .map(|(key, task)| {
            Ok(match task {
                Task::All(place) => (take(&all, key, place, anew)?, Source::All(place)),
                Task::Recent(place) => (take(&recent, key, place, true)?, Source::Recent(place)),
                Task::New(findable, document) => {
                    let (analyzed, text) = analyze(renderer, config, findable, *document);
                    let place = keep(key, &analyzed, &text)?.ok_or(io::ErrorKind::NotFound)?;
                    (analyzed, Source::New(place))
                }
            })
        })
        .collect::<io::Result<_>>()?;
    let written = match writer {
        Some(writer) => Some(writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish(path)?),
        None => None,
    };
    if anew && written.is_some() {
        let _ = fs::remove_file(&path_of_recent);
    }
    let stored = |source| {
        let (pack, place) = match source {
            Source::All(place) => (&all, place),
            Source::Recent(place) => (&recent, place),
            Source::New(place) => (&written, place),
        };
        pack.as_ref().map(|pack| Stored { pack, place })
    };
    let pages = pages.into_iter().filter_map(|(page, source)| Some((page, stored(source)?))).collect();
    search::update(pages, config, known)
}

/// A hash of all that analyses depend on but the pages.
fn settings(config: &SearchConfig) -> [u8; 32] {
    let mut settings = blake3::Hasher::new();
    settings.update(env!("CARGO_PKG_VERSION").as_bytes());
    // Writing to a hasher can't fail.
    let _ = serde_json::to_writer(&mut settings, config);
    *settings.finalize().as_bytes()
}
