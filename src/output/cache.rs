//! What earlier builds made, kept in `.annals/cache`. It may be deleted at any time and never changes a byte of output.

use crate::markdown::highlight::{self, BlockKey};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

/// What the last build wrote, by path.
#[derive(Debug, Default)]
pub struct Cache {
    records: HashMap<String, Record>,
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
    /// Bytes.
    pub size: u64,
    /// What it comes from.
    pub origin: String,
}

/// Changes with the format of the cache.
const FORMAT: u32 = 1;
/// Beyond this many bytes of highlighted code the cache starts anew.
const HIGHLIGHT_LIMIT: usize = 256 << 20;

impl Cache {
    pub(super) fn record(&self, path: &str) -> Option<&Record> {
        self.records.get(path)
    }

    pub(super) fn from_records(records: Vec<Record>) -> Self {
        Self { records: records.into_iter().map(|record| (record.path.clone(), record)).collect() }
    }

    pub(super) fn count_missing(&self, records: &[Record]) -> usize {
        let now: std::collections::HashSet<&str> =
            records.iter().map(|record| record.path.as_str()).collect();
        self.records.keys().filter(|path| !now.contains(path.as_str())).count()
    }

    /// Reads what the last build of `output` wrote. Anything unreadable counts as nothing.
    pub fn load(folder: &Path, output: &Path) -> Self {
        let text = fs::read(folder.join("output.json")).unwrap_or_default();
        match serde_json::from_slice::<(u32, String, Vec<Record>)>(&text) {
            Ok((FORMAT, path, records)) if path == output.to_string_lossy() => Self::from_records(records),
            _ => Self::default(),
        }
    }

    /// Writes it for the next build. A cache that can't be written costs time, nothing else.
    pub fn save(&self, folder: &Path, output: &Path) {
        let mut records: Vec<&Record> = self.records.values().collect();
        records.sort_by(|a, b| a.path.cmp(&b.path));
        let value = (FORMAT, output.to_string_lossy(), records);
        write_whole(&folder.join("output.json"), |file| Ok(serde_json::to_writer(file, &value)?));
    }
}

/// Highlighted blocks of earlier builds.
pub fn load_highlighted(folder: &Path) -> HashMap<BlockKey, Arc<str>> {
    let bytes = fs::read(folder.join("highlight.bin")).unwrap_or_default();
    let mut kept = HashMap::new();
    let Some(mut rest) = bytes.strip_prefix(&highlight::VERSION.to_le_bytes()) else { return kept };
    while let Some((key, after)) = rest.split_first_chunk::<16>() {
        let Some((length, after)) = after.split_first_chunk::<4>() else { break };
        let length = u32::from_le_bytes(*length) as usize;
        let Some((html, after)) = after.split_at_checked(length) else { break };
        let Ok(html) = std::str::from_utf8(html) else { break };
        kept.insert(*key, Arc::from(html));
        rest = after;
    }
    kept
}

/// Keeps highlighted blocks for the next build.
pub fn save_highlighted(folder: &Path, kept: &HashMap<BlockKey, Arc<str>>) {
    if kept.values().map(|html| html.len()).sum::<usize>() > HIGHLIGHT_LIMIT {
        let _ = fs::remove_file(folder.join("highlight.bin"));
        return;
    }
    let mut blocks: Vec<_> = kept.iter().collect();
    blocks.sort_by_key(|(key, _)| **key);
    write_whole(&folder.join("highlight.bin"), |file| {
        file.write_all(&highlight::VERSION.to_le_bytes())?;
        for (key, html) in blocks {
            let Ok(length) = u32::try_from(html.len()) else { continue };
            file.write_all(key)?;
            file.write_all(&length.to_le_bytes())?;
            file.write_all(html.as_bytes())?;
        }
        Ok(())
    });
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
