//! Writing: a site's routes into a folder that is, at any moment, the complete old site or the complete new one.

mod cache;
mod compress;
mod folder;
mod index;
mod manifest;
mod media;
mod pack;

pub use cache::{Cache, Record, SPARE, load_highlighted, save_highlighted};
pub use folder::{Failure, Staging};
pub use index::search_index;
pub use manifest::{FileRecord, Manifest, PATH as MANIFEST};
pub use media::media_type;

use crate::config::output::Encoding;
use crate::data::sha256;
use crate::diagnostic::{Diagnostic, Span};
use crate::leak::Search;
use crate::provenance;
use crate::render::{Content, OFFLINE_LIST, Renderer};
use crate::search::Update;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;
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

/// Renders every route into `staging`, with the files of the search `index` beside them, and writes the manifest. The
/// caller swaps the folder in. Files that are as `old` tells keep their bytes and their times. Gives what was written, in
/// numbers and file by file. What is restricted is looked for in all files by `search`; the caller does not swap in a
/// folder in which it found something.
pub fn write(
    renderer: &Renderer,
    index: &Update,
    staging: &Staging,
    old: &Cache,
    search: Option<&Search>,
    progress: &(dyn Fn() + Sync),
) -> Result<(Written, Cache), Vec<Diagnostic>> {
    let has_provenance = renderer.site.library.config.output.provenance;
    let changed = AtomicUsize::new(0);
    let problems: Mutex<Vec<Diagnostic>> = Mutex::default();
    let complain = |diagnostic: Diagnostic| {
        problems.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(diagnostic);
    };
    let is_clean = search.is_some_and(|search| old.clean_of == Some(search.fingerprint));
    // A file that is taken over as it is was looked through when it was written, unless the strings are others now.
    let taken_over = |path: &str| match search {
        None => {}
        Some(search) if is_clean => search.known(path),
        Some(search) => match staging.read(path) {
            Ok(bytes) => search.look(path, &bytes),
            Err(error) => complain(unwritable(path, &error)),
        },
    };
    // A file that was written while nobody asked for its digest is read again, once.
    let complete = |record: &mut cache::Record| {
        if has_provenance && record.sha256.is_none() {
            match staging.read(&record.path) {
                Ok(bytes) => record.sha256 = Some(sha256(&bytes)),
                Err(error) => complain(unwritable(&record.path, &error)),
            }
        }
    };
    let put = |path: &str, bytes: &[u8], origin: &str, key: Option<[u8; 32]>| -> Option<cache::Record> {
        let hash = *blake3::hash(bytes).as_bytes();
        if let Some(search) = search {
            search.look(path, bytes);
        }
        let before = old.record(path).filter(|record| record.hash == hash);
        let sha256 =
            has_provenance.then(|| before.and_then(|record| record.sha256).unwrap_or_else(|| sha256(bytes)));
        let kept = before.is_some_and(|record| staging.keep(record));
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
            sha256,
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
                && staging.keep(record)
            {
                taken_over(&route.path);
                progress();
                let mut record = cache::Record { origin: route.origin.clone(), ..record.clone() };
                complete(&mut record);
                return Some(record);
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
    index.kept.iter().for_each(|path| taken_over(path));
    records.extend(index.kept.iter().filter_map(|path| old.record(path).cloned()).map(|mut record| {
        complete(&mut record);
        record
    }));
    records.extend(
        offline_list(renderer, &records).and_then(|list| put(OFFLINE_LIST, list.as_bytes(), "annals", None)),
    );
    let taken: HashSet<&str> = records.iter().map(|record| record.path.as_str()).collect();
    let encodings = &renderer.site.library.config.output.precompress;
    let compressed = |record: &cache::Record, encoding: Encoding| {
        let path = format!("{}{}", record.path, encoding.ending());
        // A file of the site's own at that path wins.
        if taken.contains(path.as_str()) {
            return None;
        }
        let key = compress::key(&record.hash, encoding);
        if let Some(before) = old.record(&path).filter(|before| before.key == Some(key))
            && staging.keep(before)
        {
            let mut before = before.clone();
            complete(&mut before);
            taken_over(&path);
            return Some(before);
        }
        let bytes = staging.read(&record.path).and_then(|bytes| compress::compress(&bytes, encoding));
        match bytes {
            Ok(bytes) => put(&path, &bytes, &record.origin, Some(key)),
            Err(error) => {
                complain(unwritable(&path, &error));
                None
            }
        }
    };
    let texts = records.par_iter().filter(|record| compress::is_text(&record.path, record.size));
    let compressed: Vec<cache::Record> = texts
        .flat_map_iter(|record| encodings.iter().filter_map(|encoding| compressed(record, *encoding)))
        .collect();
    records.extend(compressed);
    records.sort_by(|a, b| a.path.cmp(&b.path));
    // A file of the site's own at that path wins.
    if has_provenance
        && records.binary_search_by(|record| record.path.as_str().cmp(provenance::PATH)).is_err()
    {
        let files = records.iter().filter_map(|record| Some((record.path.as_str(), record.sha256?)));
        let text = provenance::text(&provenance::Predicate::of(&renderer.site), files);
        records.extend(put(provenance::PATH, text.as_bytes(), "annals", None));
        records.sort_by(|a, b| a.path.cmp(&b.path));
    }
    let problems = problems.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !problems.is_empty() {
        return Err(problems);
    }
    let manifest = Manifest::of(&records);
    let manifest = manifest.to_json();
    if let Some(search) = search {
        search.look(manifest::PATH, manifest.as_bytes());
    }
    staging
        .write(manifest::PATH, manifest.as_bytes())
        .and_then(|()| staging.finish(&records))
        .map_err(|error| vec![unwritable(manifest::PATH, &error)])?;
    let written = Written {
        files: records.len(),
        bytes: records.iter().map(|record| record.size).sum(),
        changed: changed.into_inner(),
        removed: old.count_missing(&records),
    };
    let mut cache = Cache::from_records(records);
    cache.clean_of = search.map(|search| search.fingerprint);
    Ok((written, cache))
}

/// Writes a folder of files that is no site, such as a preview, in the place of an earlier one.
pub fn write_folder(target: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    let staging = Staging::new(target)?;
    let mut records = Vec::new();
    for (path, bytes) in files {
        staging.write(path, bytes).map_err(|error| Failure::Io(target.join(path), error))?;
        records.push(cache::Record {
            path: path.clone(),
            key: None,
            hash: *blake3::hash(bytes).as_bytes(),
            sha256: None,
            size: bytes.len() as u64,
            origin: "annals".to_owned(),
        });
    }
    // By its manifest the next one knows that the folder may be replaced.
    let manifest = Manifest::of(&records).to_json();
    staging
        .write(manifest::PATH, manifest.as_bytes())
        .map_err(|error| Failure::Io(target.join(manifest::PATH), error))?;
    staging.swap(None)
}

/// The list of what browsers keep ahead; none if a file of the site's own is at its path.
fn offline_list(renderer: &Renderer, records: &[cache::Record]) -> Option<String> {
    let files: HashMap<&str, &cache::Record> =
        records.iter().map(|record| (record.path.as_str(), record)).collect();
    if files.contains_key(OFFLINE_LIST) {
        return None;
    }
    let shards =
        records.iter().filter(|record| record.path.starts_with("search/") && record.path.ends_with(".js"));
    let search = shards.map(|record| record.size).sum();
    renderer.offline_list(|path| files.get(path).map(|record| (record.hash, record.size)), search)
}

fn unwritable(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("output/write", format!("`{path}` can't be written: {error}"))
        .help("free some space or correct the permissions; the old site is untouched")
}
