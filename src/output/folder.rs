//! The output folder: a new one is written beside the old one and swapped in.

use super::manifest;
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Why an output folder can't be used.
#[derive(Debug)]
pub enum Failure {
    /// It holds files that annals did not write.
    Foreign(PathBuf),
    /// Another build is writing it.
    Busy,
    /// The system refused.
    Io(PathBuf, io::Error),
}

/// A new output folder, not yet swapped in. Dropped without [`Staging::swap`], it is removed.
#[derive(Debug)]
pub struct Staging {
    /// Where the site will be.
    target: PathBuf,
    /// Where it is written.
    folder: PathBuf,
    /// Held until the swap is done, so that two builds can't mix.
    _lock: fs::File,
    /// Folders that exist already.
    made: Mutex<std::collections::HashSet<PathBuf>>,
}

impl Staging {
    /// Prepares to write the site `target`. What a killed build left behind is removed.
    pub fn new(target: &Path) -> Result<Self, Failure> {
        let fail = |path: &Path| {
            let path = path.to_path_buf();
            move |error| Failure::Io(path, error)
        };
        let name =
            target.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned());
        let parent =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(fail(parent))?;
        let lock_path = parent.join(format!(".{name}.annals-lock"));
        let lock = fs::File::create(&lock_path).map_err(fail(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(Failure::Busy),
            Err(fs::TryLockError::Error(error)) => return Err(Failure::Io(lock_path, error)),
        }
        let old = parent.join(format!(".{name}.annals-old"));
        if !target.exists() && old.exists() {
            // A build without an atomic exchange was killed between its two renames: the old site comes back.
            fs::rename(&old, target).map_err(fail(&old))?;
        }
        let is_ours = target.join(manifest::PATH).is_file();
        let is_empty = fs::read_dir(target).map(|mut entries| entries.next().is_none()).unwrap_or(true);
        if !is_ours && !is_empty {
            return Err(Failure::Foreign(target.to_path_buf()));
        }
        let folder = parent.join(format!(".{name}.annals-new"));
        for leftover in [&folder, &old] {
            if leftover.exists() {
                fs::remove_dir_all(leftover).map_err(fail(leftover))?;
            }
        }
        fs::create_dir_all(&folder).map_err(fail(&folder))?;
        Ok(Self { target: target.to_path_buf(), folder, _lock: lock, made: Mutex::default() })
    }

    /// Writes a file.
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.prepare(path)?;
        fs::write(file, bytes)
    }

    /// Takes a file over from the old site, if it has one of that size there. It keeps its time.
    pub fn keep(&self, path: &str, size: u64) -> bool {
        let old = self.target.join(path);
        let is_same = fs::metadata(&old).is_ok_and(|data| data.is_file() && data.len() == size);
        if !is_same {
            return false;
        }
        let Ok(new) = self.prepare(path) else { return false };
        fs::hard_link(&old, &new).is_ok() || copy_with_time(&old, &new).is_ok()
    }

    /// Reads a file that was written or taken over.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(path))
    }

    fn prepare(&self, path: &str) -> io::Result<PathBuf> {
        let file = self.folder.join(path);
        if let Some(parent) = file.parent() {
            let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !made.contains(parent) {
                fs::create_dir_all(parent)?;
                made.insert(parent.to_path_buf());
            }
        }
        Ok(file)
    }

    /// Puts the new folder in the old one's place.
    pub fn swap(self) -> Result<(), Failure> {
        let fail = |error| Failure::Io(self.target.clone(), error);
        if !self.target.exists() {
            return fs::rename(&self.folder, &self.target).map_err(fail);
        }
        if exchange(&self.folder, &self.target) {
            // What lies at the new folder's path now is the old site.
            return remove(&self.folder).map_err(fail);
        }
        let name =
            self.target.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned());
        let old = self.target.with_file_name(format!(".{name}.annals-old"));
        fs::rename(&self.target, &old).map_err(fail)?;
        if let Err(error) = fs::rename(&self.folder, &self.target) {
            let _ = fs::rename(&old, &self.target);
            return Err(fail(error));
        }
        fs::remove_dir_all(&old).map_err(fail)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes a folder with all that is in it, the folders in it side by side: a large site has ten thousands of files.
fn remove(folder: &Path) -> io::Result<()> {
    let inner: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    inner.par_iter().filter(|path| path.is_dir() && !path.is_symlink()).try_for_each(fs::remove_dir_all)?;
    fs::remove_dir_all(folder)
}

fn copy_with_time(from: &Path, to: &Path) -> io::Result<()> {
    let time = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    fs::File::options().write(true).open(to)?.set_modified(time)
}

/// Exchanges two folders in one step, where the system can.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(a: &Path, b: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(folder: &Path, text: &str) {
        fs::create_dir_all(folder.join(".annals")).unwrap();
        fs::write(folder.join(manifest::PATH), "{}").unwrap();
        fs::write(folder.join("a.html"), text).unwrap();
    }

    #[test]
    fn the_old_site_stands_until_the_swap() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("dist");
        ours(&target, "old");
        let staging = Staging::new(&target).unwrap();
        staging.write("a.html", b"new").unwrap();
        assert_eq!(fs::read_to_string(target.join("a.html")).unwrap(), "old");
        staging.swap().unwrap();
        assert_eq!(fs::read_to_string(target.join("a.html")).unwrap(), "new");
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left.len(), 2, "the site and the lock: {left:?}");
    }

    #[test]
    fn a_build_that_fails_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("dist");
        drop(Staging::new(&target).unwrap());
        assert!(!target.exists() && !root.path().join(".dist.annals-new").exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_so_is_a_second_build() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("letter.txt"), "mine").unwrap();
        assert!(matches!(Staging::new(root.path()), Err(Failure::Foreign(_))));
        let target = root.path().join("dist");
        let first = Staging::new(&target).unwrap();
        assert!(matches!(Staging::new(&target), Err(Failure::Busy)));
        drop(first);
        assert!(Staging::new(&target).is_ok());
    }

    #[test]
    fn a_swap_that_was_cut_in_two_is_mended() {
        let root = tempfile::tempdir().unwrap();
        ours(&root.path().join(".dist.annals-old"), "old");
        let target = root.path().join("dist");
        drop(Staging::new(&target).unwrap());
        assert_eq!(fs::read_to_string(target.join("a.html")).unwrap(), "old");
    }
}
