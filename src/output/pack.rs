//! A file of analysed pages with their texts, each under the hash of what it was made from.
//!
//! ```text
//! FORMAT, settings          what the whole depends on
//! analysis, text            of each page; the analysis as postcard
//! key, place                of each page, as postcard
//! bytes before the table    u64
//! END
//! ```
//!
//! It is read piece by piece: all of it at once is as large as the site.

use crate::search::{Analyzed, Text};
use crate::source::git::read_at;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Changes with what analysis makes of a page, so that kept analyses are dropped.
const FORMAT: u32 = 9;
/// Stands at the end of a file that was written whole.
const END: [u8; 8] = *b"annals.\n";

/// The hash of what an analysis was made from.
pub(super) type Key = [u8; 32];

/// Where a page's analysis and text stand in a file, one behind the other.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Place {
    start: u64,
    analysis: u32,
    text: u32,
    /// Hash of the text.
    hash: [u8; 32],
}

/// A file of analysed pages.
#[derive(Debug)]
pub(super) struct Pack {
    file: File,
    places: HashMap<Key, Place>,
}

impl Pack {
    /// Opens a file, if it is whole and of these settings.
    pub(super) fn open(path: &Path, settings: &[u8; 32]) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let head = header(settings);
        let mut read = vec![0; head.len()];
        read_at(&file, &mut read, 0).ok()?;
        let mut tail = [0; 16];
        read_at(&file, &mut tail, length.checked_sub(16)?).ok()?;
        let (start, end) = tail.split_first_chunk()?;
        let start = u64::from_le_bytes(*start);
        if read != head || *end != END {
            return None;
        }
        let mut table = vec![0; usize::try_from(length.checked_sub(16)?.checked_sub(start)?).ok()?];
        read_at(&file, &mut table, start).ok()?;
        let places: Vec<(Key, Place)> = postcard::from_bytes(&table).ok()?;
        Some(Self { file, places: places.into_iter().collect() })
    }

    /// How many pages it has.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where a page stands.
    pub(super) fn place(&self, key: &Key) -> Option<Place> {
        self.places.get(key).copied()
    }

    /// The analysis at a place.
    pub(super) fn analysis(&self, place: Place) -> io::Result<Analyzed> {
        let mut bytes = vec![0; place.analysis as usize];
        read_at(&self.file, &mut bytes, place.start)?;
        postcard::from_bytes(&bytes).map_err(|_| damaged())
    }

    /// The text at a place.
    pub(super) fn text(&self, place: Place) -> io::Result<String> {
        let mut bytes = vec![0; place.text as usize];
        read_at(&self.file, &mut bytes, place.start + u64::from(place.analysis))?;
        if *blake3::hash(&bytes).as_bytes() != place.hash {
            return Err(damaged());
        }
        String::from_utf8(bytes).map_err(|_| damaged())
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a kept analysis is damaged")
}

/// A text in a file.
#[derive(Debug)]
pub(super) struct Stored<'a> {
    pub(super) pack: &'a Pack,
    pub(super) place: Place,
}

impl Text for Stored<'_> {
    fn length(&self) -> usize {
        self.place.text as usize
    }

    fn hash(&self) -> [u8; 32] {
        self.place.hash
    }

    fn read(&self) -> io::Result<Cow<'_, str>> {
        self.pack.text(self.place).map(Cow::Owned)
    }
}

/// A new file, written beside the old one.
#[derive(Debug)]
pub(super) struct PackWriter {
    file: BufWriter<File>,
    beside: PathBuf,
    at: u64,
    table: Vec<(Key, Place)>,
}

impl PackWriter {
    /// Begins the file that [`PackWriter::finish`] puts at `path`. It fails with `WouldBlock` while another build writes
    /// it.
    pub(super) fn new(path: &Path, settings: &[u8; 32]) -> io::Result<Self> {
        let beside = path.with_extension("new");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&beside)?;
        // Another build may be writing it.
        file.try_lock()?;
        file.set_len(0)?;
        let head = header(settings);
        let mut file = BufWriter::with_capacity(1 << 16, file);
        file.write_all(&head)?;
        Ok(Self { file, beside, at: head.len() as u64, table: Vec::new() })
    }

    /// Adds a page.
    pub(super) fn add(&mut self, key: Key, analysis: &[u8], text: &str) -> io::Result<Place> {
        let length =
            |bytes: usize| u32::try_from(bytes).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge));
        let place = Place {
            start: self.at,
            analysis: length(analysis.len())?,
            text: length(text.len())?,
            hash: blake3::hash(text.as_bytes()).into(),
        };
        self.file.write_all(analysis)?;
        self.file.write_all(text.as_bytes())?;
        self.at += u64::from(place.analysis) + u64::from(place.text);
        self.table.push((key, place));
        Ok(place)
    }

    /// Ends the file and puts it in its place.
    pub(super) fn finish(mut self, path: &Path) -> io::Result<Pack> {
        let table = postcard::to_allocvec(&self.table).map_err(io::Error::other)?;
        self.file.write_all(&table)?;
        self.file.write_all(&self.at.to_le_bytes())?;
        self.file.write_all(&END)?;
        let file = self.file.into_inner()?;
        fs::rename(&self.beside, path)?;
        Ok(Pack { file, places: self.table.into_iter().collect() })
    }
}

fn header(settings: &[u8; 32]) -> Vec<u8> {
    let mut header = FORMAT.to_le_bytes().to_vec();
    header.extend_from_slice(settings);
    header
}
