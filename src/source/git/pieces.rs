//! A part of a file, read in pieces of which the last ones are kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::rc::Rc;

/// A part of a file.
#[derive(Debug)]
pub struct Pieces {
    file: File,
    start: u64,
    end: u64,
    /// Bytes of a piece.
    size: u64,
    most: usize,
    kept: RefCell<HashMap<u64, Rc<[u8]>>>,
}

impl Pieces {
    /// The bytes from `start` to `end`, in pieces of `size` bytes, of which `most` are kept.
    pub fn new(file: File, start: u64, size: u64, end: u64, most: usize) -> Self {
        Self { file, start, end, size, most, kept: RefCell::default() }
    }

    /// Bytes from `at`, counted from the start of the part, to its end.
    pub fn rest(&self, at: u64) -> u64 {
        (self.end - self.start).saturating_sub(at)
    }

    /// Hands `length` bytes from `at` to `read`; none if there are not so many.
    pub fn read<T>(&self, at: u64, length: usize, read: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let inside = usize::try_from(at % self.size).ok()?;
        let piece = self.piece(at / self.size)?;
        if let Some(bytes) = piece.get(inside..inside.checked_add(length)?) {
            return Some(read(bytes));
        }
        let mut joined = piece.get(inside..)?.to_vec();
        let mut number = at / self.size;
        while joined.len() < length {
            number += 1;
            let piece = self.piece(number)?;
            let more = piece.len().min(length - joined.len());
            joined.extend_from_slice(piece.get(..more).filter(|more| !more.is_empty())?);
        }
        Some(read(&joined))
    }

    fn piece(&self, number: u64) -> Option<Rc<[u8]>> {
        if let Some(piece) = self.kept.borrow().get(&number) {
            return Some(piece.clone());
        }
        let from = self.start.checked_add(number.checked_mul(self.size)?)?;
        let length = self.end.checked_sub(from)?.min(self.size);
        let mut piece: Rc<[u8]> = std::iter::repeat_n(0, usize::try_from(length).ok()?).collect();
        read_at(&self.file, Rc::get_mut(&mut piece)?, from).ok()?;
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= self.most {
            kept.clear();
        }
        kept.insert(number, piece.clone());
        Some(piece)
    }
}

#[cfg(unix)]
pub(crate) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
pub(crate) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_from_one_piece_or_several_and_none_from_behind_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, b"..0123456789..").unwrap();
        let pieces = Pieces::new(File::open(&path).unwrap(), 2, 4, 12, 2);
        let read = |at, length| pieces.read(at, length, |bytes| String::from_utf8(bytes.to_vec()).unwrap());
        assert_eq!(read(1, 2).as_deref(), Some("12"));
        assert_eq!(read(2, 7).as_deref(), Some("2345678"));
        assert_eq!(read(6, 4).as_deref(), Some("6789"));
        assert_eq!((read(6, 5), read(10, 1), read(u64::MAX, 1)), (None, None, None));
        assert_eq!(pieces.rest(6), 4);
    }
}
