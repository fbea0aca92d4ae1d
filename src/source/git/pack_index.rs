//! From an object's id to its place in a pack, by reading the index file piece by piece.
//!
//! Mapped into memory, the index of a million commits with their trees and files is 140 MB that all
//! get touched, since ids are spread evenly. That evenness is also what makes one read enough: the
//! place of an id in the sorted list can be told from its first bytes. The format is that of
//! `gitformat-pack`, version 2.

use super::object::Id;
use super::pieces::Pieces;
use std::fs::File;
use std::path::Path;

const MAGIC: &[u8; 8] = b"\xfftOc\0\0\0\x02";
const HEADER: u64 = 8 + 256 * 4;
/// Ids that are read at a time: about as far as the guess is off among some million.
const IDS: u64 = 200;
/// Places that are read at a time.
const PLACES: u64 = 128;
/// Pieces of each table that are kept of a large index, where hardly one is asked for twice.
const KEPT: usize = 256;
/// An index of so many objects is kept whole, piece by piece.
const SMALL: u64 = 1 << 20;

/// The index of a pack.
#[derive(Debug)]
pub struct PackIndex {
    /// How many ids begin with each byte or a lower one.
    fanout: Vec<u32>,
    count: u64,
    ids: Pieces,
    places: Pieces,
    far: Pieces,
}

impl PackIndex {
    /// Opens an index; none if it is of another format.
    pub fn open(path: &Path) -> Option<Self> {
        let open = || File::open(path).ok();
        let length = std::fs::metadata(path).ok()?.len();
        let head = Pieces::new(open()?, 0, HEADER, length, 1);
        let head = head.read(0, usize::try_from(HEADER).ok()?, |bytes| bytes.to_vec())?;
        let table = head.strip_prefix(MAGIC)?;
        let fanout: Vec<u32> =
            table.chunks_exact(4).filter_map(|word| word.try_into().ok().map(u32::from_be_bytes)).collect();
        let count = u64::from(*fanout.last().filter(|_| fanout.is_sorted())?);
        let places = HEADER + count * 24;
        let far = places + count * 4;
        // Two checksums end the file.
        if length < far + 40 {
            return None;
        }
        let kept = if count <= SMALL { usize::MAX } else { KEPT };
        Some(Self {
            ids: Pieces::new(open()?, HEADER, IDS * 20, HEADER + count * 20, kept),
            places: Pieces::new(open()?, places, PLACES * 4, far, kept),
            far: Pieces::new(open()?, far, PLACES * 8, length - 40, 16),
            fanout,
            count,
        })
    }

    /// Where an object begins in the pack.
    pub fn find(&self, id: &Id) -> Option<u64> {
        let at = self.position(id)?;
        let word = self.places.read(at * 4, 4, |bytes| bytes.try_into().ok().map(u32::from_be_bytes))??;
        if word >> 31 == 0 {
            return Some(u64::from(word));
        }
        let far = u64::from(word & 0x7fff_ffff);
        self.far.read(far * 8, 8, |bytes| bytes.try_into().ok().map(u64::from_be_bytes))?
    }

    /// The place of an id in the sorted list.
    fn position(&self, id: &Id) -> Option<u64> {
        let first = usize::from(*id.0.first()?);
        let bound = |at: Option<usize>| at.and_then(|at| self.fanout.get(at)).copied().map_or(0, u64::from);
        let (mut low, mut high) = (bound(first.checked_sub(1)), bound(Some(first)).min(self.count));
        // Where it stands if ids are spread evenly: by the four bytes after the first.
        let next: [u8; 4] = id.0.get(1..5)?.try_into().ok()?;
        let mut guess = low + (((high - low) * u64::from(u32::from_be_bytes(next))) >> 32);
        while low < high {
            let piece = guess.clamp(low, high - 1) / IDS;
            let (from, to) = (low.max(piece * IDS), high.min((piece + 1) * IDS));
            let length = usize::try_from((to - from) * 20).ok()?;
            let found = self.ids.read(from * 20, length, |bytes| search(bytes, id))??;
            match found {
                Found::At(at) => return Some(from + at),
                Found::Before => high = from,
                Found::After => low = to,
                Found::Nowhere => return None,
            }
            // Most often it is in the next piece.
            guess = if found == Found::Before { high.saturating_sub(1) } else { low };
        }
        None
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Found {
    At(u64),
    Before,
    After,
    Nowhere,
}

/// Looks for an id in a part of the sorted list.
fn search(bytes: &[u8], id: &Id) -> Option<Found> {
    let (ids, _) = bytes.as_chunks::<20>();
    if *ids.first()? > id.0 {
        return Some(Found::Before);
    }
    if *ids.last()? < id.0 {
        return Some(Found::After);
    }
    let at = ids.binary_search(&id.0).ok().and_then(|at| u64::try_from(at).ok());
    Some(at.map_or(Found::Nowhere, Found::At))
}
