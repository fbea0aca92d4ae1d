//! What earlier builds made, kept in `.annals/cache`. It may be deleted at any time and never changes a byte of output.

use crate::markdown::highlight::{Blocks, Highlighter};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// What the last build wrote, by path.
#[derive(Debug, Default)]
pub struct Cache {
    records: HashMap<String, Record>,
    /// The fingerprint of the restricted strings that none of these files has, if they were looked for.
    pub(super) clean_of: Option<[u8; 32]>,
}

/// A file that the last build wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Path in the site.
    pub path: String,
    /// Hash of what its bytes were made from.
    pub key: Option<[u8; 32]>,
    /// Hash of its bytes.
    pub hash: [u8; 32],
    /// SHA-256 of its bytes, where the site's provenance is told.
    pub sha256: Option<[u8; 32]>,
    /// Bytes.
    pub size: u64,
    /// What it comes from.
    pub origin: String,
}

/// The file: version and format, the output folder, what its files are clean of, and they themselves.
type Kept<'a> = (&'a str, u32, String, Option<[u8; 32]>, Vec<Record>);

/// Changes with the format of the cache.
const FORMAT: u32 = 4;
/// What another version wrote counts for nothing.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The folder of the site before the one that is served, in the folder of the cache.
pub const SPARE: &str = "spare";
/// The file of what was written.
const OUTPUT: &str = "output.bin";
/// The file of highlighted blocks.
const HIGHLIGHTED: &str = "highlight.bin";
/// Beyond this many bytes of highlighted code the cache starts anew.
const HIGHLIGHT_LIMIT: usize = 256 << 20;

impl Cache {
    /// What was written to a path.
    pub fn record(&self, path: &str) -> Option<&Record> {
        self.records.get(path)
    }

    pub(super) fn from_records(records: Vec<Record>) -> Self {
        let records = records.into_iter().map(|record| (record.path.clone(), record)).collect();
        Self { records, clean_of: None }
    }

    pub(super) fn count_missing(&self, records: &[Record]) -> usize {
        let now: std::collections::HashSet<&str> =
            records.iter().map(|record| record.path.as_str()).collect();
        self.records.keys().filter(|path| !now.contains(path.as_str())).count()
    }

    /// Reads what the last build of `output` wrote. Anything unreadable counts as nothing.
    pub fn load(folder: &Path, output: &Path) -> Self {
        let bytes = fs::read(folder.join(OUTPUT)).unwrap_or_default();
        match postcard::from_bytes::<Kept<'_>>(&bytes) {
            Ok((VERSION, FORMAT, path, clean_of, records)) if path == output.to_string_lossy() => {
                Self { clean_of, ..Self::from_records(records) }
            }
            _ => Self::default(),
        }
    }

    /// Writes it for the next build. A cache that can't be written costs time, nothing else.
    pub fn save(&self, folder: &Path, output: &Path) {
        let mut records: Vec<&Record> = self.records.values().collect();
        records.sort_by(|a, b| a.path.cmp(&b.path));
        let Ok(bytes) =
            postcard::to_allocvec(&(VERSION, FORMAT, output.to_string_lossy(), self.clean_of, records))
        else {
            return;
        };
        write_whole(&folder.join(OUTPUT), |file| file.write_all(&bytes));
    }
}

/// Highlighted blocks of earlier builds.
pub fn load_highlighted(folder: &Path) -> Blocks {
    let bytes = fs::read(folder.join(HIGHLIGHTED)).unwrap_or_default();
    Blocks::read(bytes).filter(|blocks| blocks.size() <= HIGHLIGHT_LIMIT).unwrap_or_default()
}

/// Keeps highlighted blocks for the next build.
pub fn save_highlighted(folder: &Path, highlighter: &Highlighter) {
    if highlighter.has_new() {
        write_whole(&folder.join(HIGHLIGHTED), |file| highlighter.write(file));
    }
}

/// Writes beside and renames, so that a killed build leaves the old file.
pub(super) fn write_whole(path: &Path, write: impl FnOnce(&mut BufWriter<fs::File>) -> io::Result<()>) {
    let beside = path.with_extension("new");
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut file = BufWriter::new(fs::File::create(&beside)?);
        write(&mut file)?;
        file.flush()
    });
    let _ = match written {
        Ok(()) => fs::rename(&beside, path),
        Err(_) => fs::remove_file(&beside),
    };
}
