//! Writing: a site's routes into a folder that is, at any moment, the complete old site or the complete new one.

mod cache;
mod folder;
mod index;
mod manifest;
mod pack;

pub use cache::{Cache, Record, load_highlighted, save_highlighted};
pub use folder::{Failure, Staging};
pub use index::search_index;
pub use manifest::{FileRecord, Manifest};

use crate::diagnostic::{Diagnostic, Span};
use crate::render::{Content, Renderer};
use crate::search::Update;
use rayon::prelude::*;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What writing a site came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Bytes of the site.
    pub bytes: u64,
    /// Files whose bytes are new.
    pub changed: usize,
    /// Files of the old site that are gone.
    pub removed: usize,
}

/// Renders every route into `staging`, with the files of the search `index` beside them, and writes the manifest. The caller swaps the
/// folder in. Unchanged files keep their bytes and their times.
pub fn write(
    renderer: &Renderer,
    index: &Update,
    staging: &Staging,
    cache: &mut Cache,
    progress: &(dyn Fn() + Sync),
) -> Result<Written, Vec<Diagnostic>> {
    let old = cache;
    let changed = AtomicUsize::new(0);
    let problems: Mutex<Vec<Diagnostic>> = Mutex::default();
    let complain = |diagnostic: Diagnostic| {
        problems.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(diagnostic);
    };
    let put = |path: &str, bytes: &[u8], origin: &str, key: Option<[u8; 32]>| -> Option<cache::Record> {
        let hash = *blake3::hash(bytes).as_bytes();
        let before = old.record(path).filter(|record| record.hash == hash);
        let kept = before.is_some_and(|record| staging.keep(path, record.size));
        if !kept {
            changed.fetch_add(1, Ordering::Relaxed);
            if let Err(error) = staging.write(path, bytes) {
                complain(unwritable(path, &error));
                return None;
            }
        }
        Some(cache::Record {
            path: path.to_owned(),
            key,
            hash,
            size: bytes.len() as u64,
            origin: origin.to_owned(),
        })
    };
    let mut records: Vec<cache::Record> = renderer
        .site
        .routes
        .par_iter()
        .filter_map(|route| {
            let prepared = renderer.prepare(route);
            let key = prepared.key;
            if let (Some(key), Some(record)) = (key, old.record(&route.path))
                && record.key == Some(key)
                && staging.keep(&route.path, record.size)
            {
                progress();
                return Some(cache::Record { origin: route.origin.clone(), ..record.clone() });
            }
            let record = match renderer.render_prepared(route, prepared) {
                Ok(Content::Bytes(bytes)) => put(&route.path, &bytes, &route.origin, key),
                Ok(Content::File(file)) => match fs::read(&file) {
                    Ok(bytes) => put(&route.path, &bytes, &route.origin, None),
                    Err(error) => {
                        let message = format!("this file can't be read: {error}");
                        complain(
                            Diagnostic::error("source/unreadable", message)
                                .at(Span::file(route.origin.as_str())),
                        );
                        None
                    }
                },
                Err(diagnostic) => {
                    complain(diagnostic);
                    None
                }
            };
            progress();
            record
        })
        .collect();
    for (path, bytes) in renderer.theme_assets() {
        records.extend(put(path, bytes, "theme", None));
    }
    for file in &index.files {
        records.extend(put(&file.path, &file.bytes, "search", None));
    }
    records.extend(index.kept.iter().filter_map(|path| old.record(path).cloned()));
    let problems = problems.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !problems.is_empty() {
        return Err(problems);
    }
    records.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = Manifest::of(&records);
    staging
        .write(manifest::PATH, manifest.to_json().as_bytes())
        .map_err(|error| vec![unwritable(manifest::PATH, &error)])?;
    let written = Written {
        files: records.len(),
        bytes: records.iter().map(|record| record.size).sum(),
        changed: changed.into_inner(),
        removed: old.count_missing(&records),
    };
    *old = Cache::from_records(records);
    Ok(written)
}

fn unwritable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("output/write", format!("`{path}` can't be written: {error}"))
        .help("free some space or correct the permissions; the old site is untouched")
}
