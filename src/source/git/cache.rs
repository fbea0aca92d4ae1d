//! Commits that were read before, on disk.
//!
//! One file a repository: what the walk needs of each commit, with the packages it touches. It is
//! keyed by object id, so it can't be wrong about a commit, only lack it; the packages are kept
//! together with a fingerprint of the paths they were told from. A file that is damaged or of another
//! format is as good as none, and it is replaced in one step, so two builds may share it.

use super::graph::Graph;
use super::index::IdIndex;
use super::object::{Id, RawCommit, Signature};
use super::stamp::Stamp;
use super::walk::Known;
use crate::config::source::PackageConfig;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"annalsh1";
/// A history whose file would be longer is read anew each time: reading it would cost the memory
/// that the walk goes without.
const LONGEST: usize = 96 << 20;

/// A history with more commits is not kept at all, for the same reason.
pub const MOST: usize = 300_000;

/// A cache file's content.
#[derive(Debug, Default)]
pub struct Cache {
    data: Vec<u8>,
    ids: Vec<Id>,
    places: Vec<usize>,
    index: IdIndex,
    /// Whether the packages in it are those that are asked for now.
    same_packages: bool,
}

/// Where the cache of a repository is.
pub fn file(cache: &Path, repository: &Path) -> PathBuf {
    let path = repository.canonicalize().unwrap_or_else(|_| repository.to_owned());
    let hash = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    cache.join("history").join(format!("{}.bin", hash.get(..24).unwrap_or_default()))
}

/// What the packages of commits depend on beside the commits.
pub fn fingerprint(packages: &[PackageConfig]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for package in packages {
        for list in [&package.paths, &package.exclude] {
            hasher.update(&(list.len() as u64).to_le_bytes());
            for path in list {
                hasher.update(&(path.len() as u64).to_le_bytes());
                hasher.update(path.as_bytes());
            }
        }
    }
    *hasher.finalize().as_bytes()
}

impl Cache {
    /// Reads the file; an empty cache if that fails for any reason.
    pub fn load(file: &Path) -> Self {
        std::fs::read(file).ok().and_then(Self::parse).unwrap_or_default()
    }

    fn parse(data: Vec<u8>) -> Option<Self> {
        let mut reader = Reader { rest: data.get(8 + 32..)? };
        if data.get(..8)? != MAGIC || blake3::hash(reader.rest).as_bytes() != data.get(8..40)? {
            return None;
        }
        reader.bytes(32)?;
        let count = reader.number()? as usize;
        let mut cache = Self { ids: Vec::with_capacity(count.min(1 << 20)), ..Self::default() };
        for position in 0..u32::try_from(count).ok()? {
            let id = Id::from_bytes(reader.bytes(20)?)?;
            let length = reader.number()? as usize;
            cache.places.push(data.len() - reader.rest.len());
            cache.ids.push(id);
            cache.index.insert(&cache.ids, position);
            reader.bytes(length)?;
        }
        cache.data = data;
        Some(cache)
    }

    /// Says which packages are asked for; those of another configuration are forgotten.
    pub fn expect(&mut self, fingerprint: &[u8; 32]) {
        self.same_packages = self.data.get(40..72) == Some(fingerprint);
    }

    /// Whether a commit is in it.
    pub fn has(&self, id: &Id) -> bool {
        self.index.get(&self.ids, id).is_some()
    }

    /// Whether writing it anew is worth the time, with this many commits that it lacks: reading a few
    /// again costs less than writing all.
    pub fn is_worth_replacing(&self, fresh: usize) -> bool {
        const FEW: usize = 100;
        !self.same_packages || fresh > FEW || fresh * 4 > self.len()
    }

    /// How many commits are in it.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn record(&self, id: &Id) -> Option<Reader<'_>> {
        let position = self.index.get(&self.ids, id)?;
        Some(Reader { rest: self.data.get(*self.places.get(position as usize)?..)? })
    }

    /// The packages that a commit touches.
    pub fn packages(&self, id: Id) -> Option<Vec<u16>> {
        if !self.same_packages {
            return None;
        }
        let mut reader = self.record(&id)?;
        let count = reader.number()? as usize;
        (0..count).map(|_| reader.number().and_then(|number| u16::try_from(number).ok())).collect()
    }
}

impl Known for Cache {
    fn commit<T>(&self, id: Id, read: impl FnOnce(RawCommit<'_>) -> T) -> Option<T> {
        let mut reader = self.record(&id)?;
        for _ in 0..reader.number()? {
            reader.number()?;
        }
        let tree = Id::from_bytes(reader.bytes(20)?)?;
        let parents =
            (0..reader.number()?).map(|_| Id::from_bytes(reader.bytes(20)?)).collect::<Option<_>>()?;
        let committed = reader.stamp()?;
        let author = Signature { when: reader.stamp()?, name: reader.text()?, email: reader.text()? };
        let message = reader.text()?;
        // Texts were decoded before they were kept.
        Some(read(RawCommit { tree, parents, author, committed, encoding: None, message }))
    }
}

/// Writes the commits of a graph. Failing is no matter: the next build reads them again.
pub fn store(file: &Path, graph: &Graph, trees: &[Id], raw: &RawPeople, fingerprint: &[u8; 32]) {
    if graph.len() > MOST || trees.len() < graph.len() {
        return;
    }
    let mut data = Vec::new();
    data.extend_from_slice(MAGIC);
    data.extend_from_slice(&[0; 32]);
    data.extend_from_slice(fingerprint);
    number(&mut data, u32::try_from(graph.len()).unwrap_or(0));
    let mut record = Vec::new();
    for (at, id) in (0_u32..).zip(&graph.ids) {
        record.clear();
        let packages = graph.packages(at);
        number(&mut record, u32::try_from(packages.len()).unwrap_or(0));
        for &package in packages {
            number(&mut record, u32::from(package));
        }
        record.extend_from_slice(&trees.get(at as usize).copied().unwrap_or_default().0);
        let parents = graph.parents(at);
        number(&mut record, u32::try_from(parents.len()).unwrap_or(0));
        for &parent in parents {
            record.extend_from_slice(&graph.id(parent).0);
        }
        stamp(&mut record, graph.committed(at));
        let authored = graph.authored.get(at as usize).copied().unwrap_or(0);
        stamp(&mut record, Stamp { seconds: authored, offset: 0 });
        let (name, email) = raw.of(at);
        text(&mut record, name);
        text(&mut record, email);
        graph.messages.with(at, |message| text(&mut record, message.as_bytes()));
        data.extend_from_slice(&id.0);
        number(&mut data, u32::try_from(record.len()).unwrap_or(0));
        data.extend_from_slice(&record);
        if data.len() > LONGEST {
            return;
        }
    }
    let hash = data.get(40..).map(blake3::hash);
    if let (Some(slot), Some(hash)) = (data.get_mut(8..40), hash) {
        slot.copy_from_slice(hash.as_bytes());
    }
    let Some(folder) = file.parent() else { return };
    let part = file.with_extension(format!("part-{}", std::process::id()));
    if std::fs::create_dir_all(folder).is_ok() && std::fs::write(&part, &data).is_ok() {
        let _ = std::fs::rename(&part, file);
    }
}

/// Authors as the commits name them, before `.mailmap`, which may change while the commits stay.
#[derive(Debug, Default)]
pub struct RawPeople {
    /// Distinct names and addresses, as text.
    pub list: Vec<(Vec<u8>, Vec<u8>)>,
    /// For each commit its author's place in the list.
    pub of_commit: Vec<u32>,
}

impl RawPeople {
    fn of(&self, number: u32) -> (&[u8], &[u8]) {
        let at = self.of_commit.get(number as usize).copied().unwrap_or(0);
        self.list.get(at as usize).map_or((&[], &[]), |(name, email)| (name.as_slice(), email.as_slice()))
    }
}

fn number(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_le_bytes());
}

fn text(out: &mut Vec<u8>, text: &[u8]) {
    number(out, u32::try_from(text.len()).unwrap_or(0));
    out.extend_from_slice(text);
}

fn stamp(out: &mut Vec<u8>, stamp: Stamp) {
    out.extend_from_slice(&stamp.seconds.to_le_bytes());
    out.extend_from_slice(&stamp.offset.to_le_bytes());
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.bytes(4)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()? as usize;
        self.bytes(length)
    }

    fn stamp(&mut self) -> Option<Stamp> {
        let seconds = i64::from_le_bytes(self.bytes(8)?.try_into().ok()?);
        let offset = i16::from_le_bytes(self.bytes(2)?.try_into().ok()?);
        Some(Stamp { seconds, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history/a.bin");
        let mut graph = Graph::default();
        graph.ids.push(Id([7; 20]));
        graph.messages.push("fix: x");
        store(&path, &graph, &[Id([1; 20])], &RawPeople::default(), &[9; 32]);
        let cache = Cache::load(&path);
        assert_eq!(cache.commit(Id([7; 20]), |commit| commit.message.to_vec()).unwrap(), b"fix: x");
        assert!(cache.commit(Id([8; 20]), |_| ()).is_none());
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(Cache::load(&path).is_empty());
        }
        let mut flipped = whole;
        flipped[90] ^= 1;
        std::fs::write(&path, flipped).unwrap();
        assert!(Cache::load(&path).is_empty());
    }
}
