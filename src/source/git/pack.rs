//! Objects out of packs, in little memory and without checking what git checked when it wrote them.
//!
//! What is not here, odd or damaged is for libgit2, which reads everything and says what is wrong.
//! The format is that of `gitformat-pack`.

use super::object::Id;
use super::pack_index::PackIndex;
use super::pieces::Pieces;
use git2::ObjectType;
use libdeflater::Decompressor;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// With more packs than this looking an object up costs more than libgit2 takes.
const MOST_PACKS: usize = 24;
/// Bytes of a pack that are read at a time, and how many such pieces are kept.
const PIECE: u64 = 64 << 10;
const KEPT: usize = 96;
/// Bytes of objects that others may be built from.
const BASES: usize = 4 << 20;
/// A larger object is left to libgit2.
const LARGEST: u64 = 32 << 20;
/// Objects that one is built from, at most; git makes chains of 50.
const LONGEST_CHAIN: usize = 1000;

/// The files in the folder of packs.
fn packs_in(objects: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(objects.join("pack"));
    entries.map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

/// The packs of a repository.
#[derive(Debug, Default)]
pub struct Packs {
    packs: Vec<Pack>,
    /// The pack that had the last object: it has most likely the next one.
    last: Cell<usize>,
    bases: RefCell<Bases>,
    inflater: RefCell<Inflater>,
}

#[derive(Debug)]
struct Pack {
    index: PackIndex,
    data: Pieces,
}

type Object = (ObjectType, Rc<Vec<u8>>);

#[derive(Debug, Default)]
struct Bases {
    known: HashMap<(usize, u64), Object>,
    bytes: usize,
}

#[derive(Default)]
struct Inflater(Option<Decompressor>);

impl std::fmt::Debug for Inflater {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Inflater")
    }
}

impl Packs {
    /// Opens the packs below an `objects` folder.
    pub fn open(objects: &Path) -> Self {
        let mut paths: Vec<PathBuf> = packs_in(objects);
        // A repository may borrow the objects of others (`gitrepository-layout`).
        let others = std::fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
        for other in others.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '"'])) {
            paths.extend(packs_in(&objects.join(other)));
        }
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "idx"));
        paths.sort();
        if paths.len() > MOST_PACKS {
            return Self::default();
        }
        let packs = paths.iter().filter_map(|path| {
            let data = path.with_extension("pack");
            let length = std::fs::metadata(&data).ok()?.len();
            // A checksum ends the file.
            let data = Pieces::new(File::open(&data).ok()?, 0, PIECE, length.checked_sub(20)?, KEPT);
            Some(Pack { index: PackIndex::open(path)?, data })
        });
        Self { packs: packs.collect(), ..Self::default() }
    }

    /// An object's kind and bytes; none if it isn't here or can't be read.
    pub fn read(&self, id: &Id) -> Option<(ObjectType, Rc<Vec<u8>>)> {
        let last = self.last.get();
        let others = (0..self.packs.len()).filter(|&at| at != last);
        let (at, offset) = std::iter::once(last)
            .chain(others)
            .find_map(|at| Some((at, self.packs.get(at)?.index.find(id)?)))?;
        self.last.set(at);
        self.object(at, offset)
    }

    fn object(&self, at: usize, offset: u64) -> Option<Object> {
        let pack = self.packs.get(at)?;
        let (mut here, mut deltas) = (offset, Vec::new());
        let (kind, mut data) = loop {
            if let Some(known) = self.bases.borrow().known.get(&(at, here)) {
                break known.clone();
            }
            let entry = entry(pack, here)?;
            let bytes = self.inflate(pack, &entry)?;
            let base = match entry.kind {
                Kind::Whole(kind) => {
                    let data = Rc::new(bytes);
                    // Trees are what other trees are built from; a commit is rarely read twice.
                    if kind == ObjectType::Tree || !deltas.is_empty() {
                        self.keep((at, here), (kind, data.clone()));
                    }
                    break (kind, data);
                }
                Kind::Before(distance) => here.checked_sub(distance).filter(|base| *base < here)?,
                Kind::On(id) => pack.index.find(&id)?,
            };
            deltas.push((here, bytes));
            if deltas.len() > LONGEST_CHAIN {
                return None;
            }
            here = base;
        };
        while let Some((own, delta)) = deltas.pop() {
            data = Rc::new(apply(&data, &delta)?);
            self.keep((at, own), (kind, data.clone()));
        }
        Some((kind, data))
    }

    fn keep(&self, place: (usize, u64), object: Object) {
        let mut bases = self.bases.borrow_mut();
        bases.bytes += object.1.len();
        if bases.bytes > BASES {
            bases.known.clear();
            bases.bytes = object.1.len();
        }
        bases.known.insert(place, object);
    }

    fn inflate(&self, pack: &Pack, entry: &Entry) -> Option<Vec<u8>> {
        if entry.size > LARGEST {
            return None;
        }
        let size = usize::try_from(entry.size).ok()?;
        // What can't be made smaller is stored with five bytes for each 16 kB, and has six around it.
        let most = entry.size + (entry.size >> 11) + 64;
        let most = usize::try_from(most.min(pack.data.rest(entry.start))).ok()?;
        let mut inflater = self.inflater.borrow_mut();
        let inflater = inflater.0.get_or_insert_with(Decompressor::new);
        pack.data.read(entry.start, most, |bytes| {
            let mut out = vec![0; size];
            let length = inflater.zlib_decompress(bytes, &mut out).ok()?;
            (length == size).then_some(out)
        })?
    }
}

struct Entry {
    kind: Kind,
    /// Bytes when inflated.
    size: u64,
    /// Where the deflated bytes begin.
    start: u64,
}

enum Kind {
    Whole(ObjectType),
    /// Changes to the object that begins so many bytes before.
    Before(u64),
    /// Changes to another object.
    On(Id),
}

/// Bytes that the head of an entry takes at most: size, distance or id.
const HEAD: u64 = 10 + 20;

fn entry(pack: &Pack, at: u64) -> Option<Entry> {
    let length = usize::try_from(HEAD.min(pack.data.rest(at))).ok()?;
    let (kind, size, used) = pack.data.read(at, length, |bytes| {
        let mut rest = bytes.iter().copied();
        let first = rest.next()?;
        let (mut size, mut shift, mut byte) = (u64::from(first & 15), 4, first);
        while byte & 0x80 != 0 {
            byte = rest.next()?;
            size |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
        }
        let kind = match first >> 4 & 7 {
            1 => Kind::Whole(ObjectType::Commit),
            2 => Kind::Whole(ObjectType::Tree),
            3 => Kind::Whole(ObjectType::Blob),
            4 => Kind::Whole(ObjectType::Tag),
            6 => {
                let mut byte = rest.next()?;
                let mut distance = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = rest.next()?;
                    distance = distance.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
                }
                Kind::Before(distance)
            }
            7 => {
                let mut id = Id::default();
                for byte in &mut id.0 {
                    *byte = rest.next()?;
                }
                Kind::On(id)
            }
            _ => return None,
        };
        Some((kind, size, bytes.len() - rest.len()))
    })??;
    Some(Entry { kind, size, start: at + u64::try_from(used).ok()? })
}

/// Makes an object of the one that it is told by.
fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta;
    let mut next = || {
        let (&first, tail) = rest.split_first()?;
        rest = tail;
        Some(first)
    };
    let mut number = || {
        let (mut value, mut shift) = (0_usize, 0);
        loop {
            let byte = next()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    };
    let (from, size) = (number()?, number()?);
    if from != base.len() || size as u64 > LARGEST {
        return None;
    }
    let mut out = Vec::with_capacity(size);
    while let Some((&op, tail)) = rest.split_first() {
        rest = tail;
        if op & 0x80 == 0 {
            let (new, tail) = rest.split_at_checked(usize::from(op)).filter(|_| op != 0)?;
            out.extend_from_slice(new);
            rest = tail;
            continue;
        }
        let mut part = |bits: std::ops::Range<u8>| {
            let mut value = 0_usize;
            for (shift, bit) in bits.enumerate() {
                if op >> bit & 1 == 1 {
                    let (&byte, tail) = rest.split_first()?;
                    value |= usize::from(byte) << (shift * 8);
                    rest = tail;
                }
            }
            Some(value)
        };
        let (start, length) = (part(0..4)?, part(4..7)?);
        let length = if length == 0 { 0x1_0000 } else { length };
        out.extend_from_slice(base.get(start..start.checked_add(length)?)?);
        if out.len() > size {
            return None;
        }
    }
    (out.len() == size).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn a_delta_copies_and_inserts_and_a_damaged_one_gives_nothing() {
        // Copy 3 from 2, insert "xy", copy 2 from 0.
        let delta = [6, 7, 0x91, 2, 3, 2, b'x', b'y', 0x90, 2];
        assert_eq!(apply(b"abcdef", &delta).unwrap(), b"cdexyab");
        for length in 0..delta.len() {
            assert!(apply(b"abcdef", &delta[..length]).is_none(), "{length}");
        }
        assert!(apply(b"abcde", &delta).is_none(), "of another base");
        assert!(apply(b"abcdef", &[6, 3, 0x91, 9, 3]).is_none(), "from behind the end");
        assert!(apply(b"abcdef", &[6, 0, 0]).is_none(), "an operation that is none");
    }
}
