//! Patches that were made before, on disk. They are keyed by the commit's id and can't become wrong.

use super::cache;
use super::object::Id;
use super::patch::Patch;
use git2::Repository;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"annalsp1";
/// A commit's id, what is known of it, its files, its patch.
const RECORD: usize = 20 + 1 + 8 + 16 + 4;
const HAS_FILES: u8 = 1;
const NO_FILES: u8 = 2;
const HAS_PATCH: u8 = 4;
const NO_PATCH: u8 = 8;

/// The patches of a repository's commits.
#[derive(Debug, Default)]
pub struct Patches {
    file: Option<PathBuf>,
    known: HashMap<Id, Known>,
    is_new: bool,
}

/// What is known of a commit; the inner option is the answer.
#[derive(Debug, Default, Clone, Copy)]
struct Known {
    files: Option<Option<u64>>,
    patch: Option<Option<Patch>>,
}

impl Patches {
    /// Reads the file of a repository; damaged or missing, it is empty.
    pub fn load(folder: Option<&Path>, repository: &Repository) -> Self {
        let file = folder.map(|folder| cache::file(folder, repository.path()).with_extension("patches"));
        let data = file.as_deref().and_then(|file| std::fs::read(file).ok());
        let known = data.and_then(|data| parse(&data)).unwrap_or_default();
        Self { file, known, is_new: false }
    }

    /// The files of a commit, if they were looked at.
    pub fn files(&self, id: &Id) -> Option<Option<u64>> {
        self.known.get(id)?.files
    }

    /// The patch of a commit, if it was made.
    pub fn patch(&self, id: &Id) -> Option<Option<Patch>> {
        self.known.get(id)?.patch
    }

    /// Adds the files of a commit.
    pub fn add_files(&mut self, id: Id, files: Option<u64>) {
        self.known.entry(id).or_default().files = Some(files);
        self.is_new = true;
    }

    /// Adds the patch of a commit.
    pub fn add_patch(&mut self, id: Id, patch: Option<Patch>) {
        self.known.entry(id).or_default().patch = Some(patch);
        self.is_new = true;
    }

    /// Writes the file, if there is anything new. Failing is no matter.
    pub fn store(self) {
        let (Some(file), true) = (self.file, self.is_new) else { return };
        let mut known: Vec<_> = self.known.into_iter().collect();
        known.sort_unstable_by_key(|(id, _)| *id);
        let mut body = Vec::with_capacity(known.len() * RECORD);
        for (id, known) in known {
            let flag = |answer: Option<bool>, yes, no| answer.map_or(0, |is| if is { yes } else { no });
            let flags = flag(known.files.map(|files| files.is_some()), HAS_FILES, NO_FILES)
                | flag(known.patch.map(|patch| patch.is_some()), HAS_PATCH, NO_PATCH);
            let patch = known.patch.flatten().unwrap_or(Patch { hash: [0; 16], bytes: 0 });
            body.extend_from_slice(&id.0);
            body.push(flags);
            body.extend_from_slice(&known.files.flatten().unwrap_or(0).to_le_bytes());
            body.extend_from_slice(&patch.hash);
            body.extend_from_slice(&patch.bytes.to_le_bytes());
        }
        let mut data = MAGIC.to_vec();
        data.extend_from_slice(blake3::hash(&body).as_bytes());
        data.extend_from_slice(&body);
        let part = file.with_extension(format!("patches-part-{}", std::process::id()));
        let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
        if made && std::fs::write(&part, &data).is_ok() {
            let _ = std::fs::rename(&part, file);
        }
    }
}

fn parse(data: &[u8]) -> Option<HashMap<Id, Known>> {
    let body = data.get(40..)?;
    if data.get(..8)? != MAGIC || data.get(8..40)? != blake3::hash(body).as_bytes() {
        return None;
    }
    let mut known = HashMap::with_capacity(body.len() / RECORD);
    for record in body.chunks_exact(RECORD) {
        let (id, rest) = record.split_first_chunk::<20>()?;
        let (flags, rest) = rest.split_first()?;
        let (files, rest) = rest.split_first_chunk::<8>()?;
        let (hash, rest) = rest.split_first_chunk::<16>()?;
        let bytes = u32::from_le_bytes(*rest.first_chunk::<4>()?);
        let of = |yes, no| match flags & (yes | no) {
            0 => None,
            flag => Some(flag & yes != 0),
        };
        let files = of(HAS_FILES, NO_FILES).map(|has| has.then(|| u64::from_le_bytes(*files)));
        let patch = of(HAS_PATCH, NO_PATCH).map(|has| has.then_some(Patch { hash: *hash, bytes }));
        known.insert(Id(*id), Known { files, patch });
    }
    Some(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_comes_back_and_a_damaged_file_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(dir.path().join("r.git")).unwrap();
        let load = || Patches::load(Some(dir.path()), &repository);
        let mut patches = load();
        let patch = Patch { hash: [7; 16], bytes: 3 };
        patches.add_files(Id([1; 20]), Some(5));
        patches.add_patch(Id([1; 20]), Some(patch));
        patches.add_patch(Id([2; 20]), None);
        let file = patches.file.clone().unwrap();
        patches.store();
        let kept = load();
        assert_eq!((kept.files(&Id([1; 20])), kept.patch(&Id([1; 20]))), (Some(Some(5)), Some(Some(patch))));
        assert_eq!((kept.files(&Id([2; 20])), kept.patch(&Id([2; 20]))), (None, Some(None)));
        assert_eq!(kept.patch(&Id([3; 20])), None);
        let mut data = std::fs::read(&file).unwrap();
        data[60] ^= 1;
        std::fs::write(&file, data).unwrap();
        assert!(load().known.is_empty());
    }
}
