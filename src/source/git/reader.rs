//! Objects of one repository, with replace refs honoured as git does.

use super::object::{Id, RawCommit, commit};
use super::pack::Packs;
use git2::{ObjectType, Odb, OdbObject, Repository};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Trees at hand, in bytes; a commit's tree is its child's parent tree a moment later.
const TREES: usize = 4 << 20;

/// Trees by id, and their bytes in all.
type Trees = (HashMap<Id, Rc<[u8]>>, usize);

/// Reads objects.
pub struct Objects<'r> {
    odb: Odb<'r>,
    packs: Packs,
    replaced: HashMap<Id, Id>,
    trees: RefCell<Trees>,
}

/// An object.
pub enum Object<'a> {
    /// Out of a pack that was read here.
    Packed(ObjectType, Rc<Vec<u8>>),
    /// Out of whatever else libgit2 knows.
    Other(OdbObject<'a>),
}

impl Object<'_> {
    /// Its kind.
    pub fn kind(&self) -> ObjectType {
        match self {
            Self::Packed(kind, _) => *kind,
            Self::Other(object) => object.kind(),
        }
    }

    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        match self {
            Self::Packed(_, bytes) => bytes,
            Self::Other(object) => object.data(),
        }
    }
}

/// Bytes of a pack that are mapped at a time, and in all. Left to itself libgit2 maps whole packs,
/// which for a large history is more memory than everything that is made of it.
const WINDOW: usize = 1 << 20;
const MAPPED: usize = 24 << 20;

#[allow(unsafe_code)]
fn limit_mapping() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: these set two numbers that libgit2 reads when it maps a window, without a lock of
        // their own. No object was read yet: this is the only way to an object, and the first.
        // Failing leaves the defaults, which cost memory only.
        let _ = unsafe { git2::opts::set_mwindow_size(WINDOW) };
        let _ = unsafe { git2::opts::set_mwindow_mapped_limit(MAPPED) };
    });
}

impl<'r> Objects<'r> {
    /// Opens the object database of a repository.
    pub fn new(repository: &'r Repository) -> Result<Self, git2::Error> {
        // libgit2 would keep up to 256 MB of objects that are read once.
        git2::opts::enable_caching(false);
        limit_mapping();
        let mut replaced = HashMap::new();
        if let Ok(references) = repository.references_glob("refs/replace/*") {
            for reference in references.flatten() {
                let name = reference.name_bytes().rsplit(|&byte| byte == b'/').next().unwrap_or_default();
                if let (Some(from), Some(to)) = (Id::from_hex(name), reference.target()) {
                    replaced.insert(from, to.into());
                }
            }
        }
        let packs = Packs::open(&repository.commondir().join("objects"));
        Ok(Self { odb: repository.odb()?, packs, replaced, trees: RefCell::default() })
    }

    /// How many objects are replaced by `refs/replace`.
    pub fn replaced(&self) -> usize {
        self.replaced.len()
    }

    /// An object, or what stands in for it.
    pub fn read(&self, id: Id) -> Result<Object<'_>, git2::Error> {
        let id = self.replaced.get(&id).copied().unwrap_or(id);
        match self.packs.read(&id) {
            Some((kind, bytes)) => Ok(Object::Packed(kind, bytes)),
            None => self.odb.read(id.into()).map(Object::Other),
        }
    }

    /// Hands a commit's fields to `read`; none if it is missing, damaged or no commit.
    pub fn commit<T>(&self, id: Id, read: impl FnOnce(RawCommit<'_>) -> T) -> Option<T> {
        let object = self.read(id).ok()?;
        (object.kind() == ObjectType::Commit).then(|| read(commit(object.data())))
    }

    /// A tree's bytes.
    pub fn tree(&self, id: Id) -> Option<Rc<[u8]>> {
        if let Some(tree) = self.trees.borrow().0.get(&id) {
            return Some(tree.clone());
        }
        let object = self.read(id).ok().filter(|object| object.kind() == ObjectType::Tree)?;
        let tree: Rc<[u8]> = object.data().into();
        let (trees, bytes) = &mut *self.trees.borrow_mut();
        *bytes += tree.len();
        if *bytes > TREES {
            trees.clear();
            *bytes = tree.len();
        }
        trees.insert(id, tree.clone());
        Some(tree)
    }

    /// A file's bytes, if it is not longer than `longest`.
    pub fn blob(&self, id: Id, longest: usize) -> Option<Vec<u8>> {
        let object = self.read(id).ok()?;
        (object.kind() == ObjectType::Blob && object.data().len() <= longest).then(|| object.data().to_vec())
    }
}
