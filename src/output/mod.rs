//! Writing: a site's routes into a folder that is, at any moment, the complete old site or the complete new one.

mod cache;
mod compress;
mod folder;
mod index;
mod manifest;
mod media;
mod pack;
mod portable;
mod writer;

pub use cache::{Cache, Record, SPARE, load_highlighted, save_highlighted};
pub use folder::{Failure, Staging};
pub use index::search_index;
pub use manifest::{FileRecord, Manifest, PATH as MANIFEST};
pub use media::media_type;
pub use portable::{Portable, portable};

use self::writer::Writer;
use crate::diagnostic::Diagnostic;
use crate::leak::Search;
use crate::render::{OFFLINE_LIST, Renderer};
use crate::search::Update;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

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
    let config = &renderer.site.library.config.output;
    let writer = Writer::new(staging, old, search, config.provenance);
    let written = renderer.site.routes.par_iter().filter_map(|route| {
        let record = writer.route(renderer, route);
        progress();
        record
    });
    let mut records: Vec<Record> = written.collect();
    for (path, bytes) in renderer.theme_assets() {
        records.extend(writer.put(path, bytes, "theme", None));
    }
    for file in &index.files {
        records.extend(writer.put(&file.path, &file.bytes, "search", None));
    }
    let kept = index.kept.iter().filter_map(|path| old.record(path));
    records.extend(kept.map(|record| writer.taken_over(record)));
    let offline = offline_list(renderer, &records);
    records.extend(offline.and_then(|list| writer.put(OFFLINE_LIST, list.as_bytes(), "annals", None)));
    // What is made of all files that came before it comes after them.
    records.extend(writer.compressed(&records, &config.precompress));
    records.sort_by(|a, b| a.path.cmp(&b.path));
    records.extend(writer.provenance(&renderer.site, &records));
    records.sort_by(|a, b| a.path.cmp(&b.path));
    let changed = writer.finish()?;
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
        changed,
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
