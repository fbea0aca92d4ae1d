//! Git's objects, read from their raw bytes.
//!
//! libgit2's own parsers refuse or normalise what odd histories hold; these take what is there and
//! never fail on it. Formats: `git help cat-file`, `Documentation/gitformat-*` in git's sources.

use super::stamp::Stamp;
use std::fmt;

/// An object's id (SHA-1).
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 20]);

impl Id {
    /// Reads forty hexadecimal digits.
    pub fn from_hex(hex: &[u8]) -> Option<Self> {
        if hex.len() != 40 {
            return None;
        }
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |at: usize| pair.get(at).and_then(|&byte| char::from(byte).to_digit(16));
            *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
        }
        Some(Self(id))
    }

    /// Takes twenty bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// All forty digits.
    pub fn hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |&digit| char::from(digit));
        self.0.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    /// The first eight bytes as a number: a fine hash, since ids are hashes.
    pub fn prefix(&self) -> u64 {
        self.0.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}

impl From<Id> for git2::Oid {
    fn from(id: Id) -> Self {
        // Twenty bytes are what it asks for; the zero id stands for the error that can't be.
        git2::Oid::from_bytes(&id.0).unwrap_or(git2::Oid::ZERO_SHA1)
    }
}

impl From<git2::Oid> for Id {
    fn from(oid: git2::Oid) -> Self {
        Self::from_bytes(oid.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.hex())
    }
}

/// A commit's fields, borrowed from its bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RawCommit<'a> {
    /// Its tree.
    pub tree: Id,
    /// Its parents, in order.
    pub parents: Vec<Id>,
    /// Who wrote it, and when.
    pub author: Signature<'a>,
    /// When it was put into the history.
    pub committed: Stamp,
    /// The encoding that the message declares.
    pub encoding: Option<&'a [u8]>,
    /// The message.
    pub message: &'a [u8],
}

/// A name, an address and a moment.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    /// The name.
    pub name: &'a [u8],
    /// The address.
    pub email: &'a [u8],
    /// The moment.
    pub when: Stamp,
}

/// Reads a commit. Missing headers leave their fields empty.
pub fn commit(bytes: &[u8]) -> RawCommit<'_> {
    let mut commit = RawCommit::default();
    commit.message = headers(bytes, |key, value| match key {
        b"tree" => commit.tree = Id::from_hex(value).unwrap_or_default(),
        b"parent" => commit.parents.extend(Id::from_hex(value)),
        b"author" => commit.author = signature(value),
        b"committer" => commit.committed = signature(value).when,
        b"encoding" => commit.encoding = Some(value),
        _ => {}
    });
    commit
}

/// An annotated tag's fields.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RawTag<'a> {
    /// What it points to.
    pub target: Id,
    /// When it was made.
    pub when: Option<Stamp>,
    /// Its message, with a signature if there is one.
    pub message: &'a [u8],
}

/// Reads an annotated tag.
pub fn tag(bytes: &[u8]) -> RawTag<'_> {
    let mut tag = RawTag::default();
    tag.message = headers(bytes, |key, value| match key {
        b"object" => tag.target = Id::from_hex(value).unwrap_or_default(),
        b"tagger" => tag.when = Some(signature(value).when),
        _ => {}
    });
    tag
}

/// Walks `key value` lines up to the first empty one; returns what follows it.
fn headers<'a>(bytes: &'a [u8], mut each: impl FnMut(&'a [u8], &'a [u8])) -> &'a [u8] {
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        rest = tail.get(1..).unwrap_or_default();
        if line.is_empty() {
            return rest;
        }
        // A line that begins with a space continues a signature.
        if let Some(space) = line.iter().position(|&byte| byte == b' ').filter(|&at| at > 0) {
            let (key, value) = line.split_at(space);
            each(key, value.get(1..).unwrap_or_default());
        }
    }
    &[]
}

fn signature(value: &[u8]) -> Signature<'_> {
    let open = value.iter().position(|&byte| byte == b'<').unwrap_or(value.len());
    let close = value.iter().rposition(|&byte| byte == b'>').filter(|&at| at > open).unwrap_or(value.len());
    let name = value.get(..open).unwrap_or_default().trim_ascii();
    let email = value.get(open + 1..close).unwrap_or_default().trim_ascii();
    let mut words = value.get(close + 1..).unwrap_or_default().split(|&byte| byte == b' ');
    let mut number = || {
        let word = words.find(|word| !word.is_empty())?;
        std::str::from_utf8(word).ok()?.parse::<i64>().ok()
    };
    let seconds = number().unwrap_or(0);
    // +0530 is five hours and thirty minutes.
    let zone = number().unwrap_or(0).clamp(-9999, 9999);
    let offset = i16::try_from(zone / 100 * 60 + zone % 100).unwrap_or(0);
    Signature { name, email, when: Stamp { seconds, offset } }
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// Its object.
    pub id: Id,
    /// Whether it is a folder.
    pub is_tree: bool,
}

/// The entries of a tree, in git's order. A damaged tree ends early.
pub fn entries(bytes: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let space = rest.iter().position(|&byte| byte == b' ')?;
        let nul = rest.iter().position(|&byte| byte == 0)?;
        let mode = rest.get(..space)?;
        let name = rest.get(space + 1..nul)?;
        let id = Id::from_bytes(rest.get(nul + 1..nul + 21)?)?;
        rest = rest.get(nul + 21..)?;
        Some(Entry { name, id, is_tree: matches!(mode, b"40000" | b"040000") })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read() {
        let id = "667ecc1654a317a13331b17617d973392f415f02";
        let text = format!(
            "tree {id}\nparent {id}\nparent {id}\nauthor A <a@b.c> 1700000000 +0530\ncommitter B <b> 1700000001 \
             -0100\ngpgsig -----BEGIN\n parent no\nencoding latin1\n\nfix: x\n"
        );
        let commit = commit(text.as_bytes());
        assert_eq!(commit.tree.hex(), id);
        assert_eq!(commit.parents.len(), 2);
        assert_eq!((commit.author.name, commit.author.email), (&b"A"[..], &b"a@b.c"[..]));
        assert_eq!(commit.author.when, Stamp { seconds: 1_700_000_000, offset: 330 });
        assert_eq!(commit.committed.offset, -60);
        assert_eq!(commit.encoding, Some(&b"latin1"[..]));
        assert_eq!(commit.message, b"fix: x\n");
    }

    #[test]
    fn damaged_objects_do_not_panic() {
        for text in [
            &b""[..],
            b"tree",
            b"author <",
            b"author >< 1 +1",
            b"parent zz\n\n",
            b" x",
            b"author A <a> 9999999999999999999999 +99999",
        ] {
            commit(text);
            tag(text);
            entries(text).count();
        }
        assert_eq!(entries(b"40000 a\0short").count(), 0);
    }
}
