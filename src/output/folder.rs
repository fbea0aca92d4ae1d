//! The output folder: a new one is written beside the old one and swapped in.
//!
//! The site before the old one may be kept as a **spare**: most of its files are those of the new site, and to take them
//! as they are costs less than to link and to delete ten thousands of files.

use super::cache::Record;
use super::manifest::{self, Manifest};
use crate::diagnostic::Diagnostic;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
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

impl Failure {
    /// Says it to a person.
    pub fn told(self) -> Diagnostic {
        match self {
            Self::Foreign(path) => {
                let message = format!("`{}` holds files that annals did not write", path.display());
                Diagnostic::error("output/foreign", message)
                    .help("name another folder, or empty this one: it is replaced as a whole")
            }
            Self::Busy => Diagnostic::error("output/busy", "another build is writing the same folder")
                .help("wait for it to end, or write into another folder"),
            Self::Io(path, error) => {
                Diagnostic::error("output/write", format!("`{}` can't be written: {error}", path.display()))
                    .help("free some space or correct the permissions; the old site is untouched")
            }
        }
    }
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
    /// Folders that exist already, by their paths in the site.
    made: Mutex<HashSet<String>>,
    /// The hashes of the files that the folder had before it was written, if it was a spare.
    spare: Option<HashMap<String, [u8; 32]>>,
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
        Ok(Self { target: target.to_path_buf(), folder, _lock: lock, made: Mutex::default(), spare: None })
    }

    /// Begins with the site in the folder `spare`, if there is one.
    pub fn begin_with(&mut self, spare: &Path) {
        // What it holds is told by its own manifest: a list kept elsewhere might be that of another site.
        let Ok(manifest) = fs::read(spare.join(manifest::PATH)) else { return };
        let Ok(manifest) = serde_json::from_slice::<Manifest>(&manifest) else { return };
        if fs::remove_dir(&self.folder).is_ok() {
            if fs::rename(spare, &self.folder).is_ok() {
                let hashes = manifest.files.into_iter().filter_map(|file| {
                    Some((file.path, *blake3::Hash::from_hex(file.blake3).ok()?.as_bytes()))
                });
                self.spare = Some(hashes.collect());
            } else {
                let _ = fs::create_dir_all(&self.folder);
            }
        }
    }

    /// Writes a file.
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.prepare(path)?;
        fs::write(file, bytes)
    }

    /// Takes a file over from an older site that has it. It keeps its time.
    pub fn keep(&self, record: &Record) -> bool {
        let has = |file: &Path| {
            fs::symlink_metadata(file).is_ok_and(|data| data.is_file() && data.len() == record.size)
        };
        let before = self.spare.as_ref().and_then(|spare| spare.get(&record.path));
        if before == Some(&record.hash) && has(&self.folder.join(&record.path)) {
            return true;
        }
        let old = self.target.join(&record.path);
        if !has(&old) {
            return false;
        }
        let Ok(new) = self.prepare(&record.path) else { return false };
        match fs::hard_link(&old, &new) {
            Ok(()) => true,
            // It was taken over before: two parts of an index may be the same. To copy a file onto itself would empty it,
            // in the old site, too.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => has(&new),
            Err(_) => copy_with_time(&old, &new).is_ok(),
        }
    }

    /// Reads a file that was written or taken over.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(path))
    }

    /// The file of a path, its folder made, and nothing in its place.
    fn prepare(&self, path: &str) -> io::Result<PathBuf> {
        let file = self.folder.join(path);
        if self.spare.is_some() {
            self.clear(path, &file)?;
        }
        if let Some((parent, _)) = path.rsplit_once('/') {
            let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if !made.contains(parent) {
                fs::create_dir_all(self.folder.join(parent))?;
                made.insert(parent.to_owned());
            }
        }
        Ok(file)
    }

    /// Removes what a spare has in a file's place, or in that of a folder above it. A file must not be written over: the
    /// old site has the same one.
    fn clear(&self, path: &str, file: &Path) -> io::Result<()> {
        let mut above = self.folder.clone();
        for part in path.split('/') {
            above.push(part);
            match fs::symlink_metadata(&above) {
                Ok(data) if data.is_dir() && above == *file => fs::remove_dir_all(&above)?,
                Ok(data) if data.is_dir() => {}
                Ok(_) => return fs::remove_file(&above),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Removes from a spare what is no file of the new site.
    pub fn finish(&self, records: &[Record]) -> io::Result<()> {
        if self.spare.is_none() {
            return Ok(());
        }
        let files: HashSet<&str> =
            records.iter().map(|record| record.path.as_str()).chain([manifest::PATH]).collect();
        retain(&self.folder, "", &files).map(drop)
    }

    /// Puts the new folder in the old one's place. The old one becomes the spare, if there is a place for it.
    pub fn swap(self, spare: Option<&Path>) -> Result<(), Failure> {
        let fail = |error| Failure::Io(self.target.clone(), error);
        let retire = |old: &Path| {
            let is_kept = spare.is_some_and(|spare| {
                let _ = fs::remove_dir_all(spare);
                fs::rename(old, spare).is_ok()
            });
            if is_kept { Ok(()) } else { remove(old) }
        };
        if !self.target.exists() {
            return fs::rename(&self.folder, &self.target).map_err(fail);
        }
        if exchange(&self.folder, &self.target) {
            // What lies at the new folder's path now is the old site.
            return retire(&self.folder).map_err(fail);
        }
        let name =
            self.target.file_name().map_or_else(|| "site".into(), |name| name.to_string_lossy().into_owned());
        let old = self.target.with_file_name(format!(".{name}.annals-old"));
        fs::rename(&self.target, &old).map_err(fail)?;
        if let Err(error) = fs::rename(&self.folder, &self.target) {
            let _ = fs::rename(&old, &self.target);
            return Err(fail(error));
        }
        retire(&old).map_err(fail)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes all but `files`, and the folders that are empty then; whether anything is left.
fn retain(folder: &Path, at: &str, files: &HashSet<&str>) -> io::Result<bool> {
    let entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    let left = entries.par_iter().map(|entry| {
        let name = entry.file_name();
        let path = format!("{at}{}", name.to_string_lossy());
        if entry.file_type()?.is_dir() {
            let is_left = retain(&entry.path(), &format!("{path}/"), files)?;
            if !is_left {
                fs::remove_dir(entry.path())?;
            }
            return Ok(is_left);
        }
        let is_left = files.contains(path.as_str());
        if !is_left {
            fs::remove_file(entry.path())?;
        }
        Ok(is_left)
    });
    left.try_reduce(|| false, |a, b| Ok(a || b))
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
        staging.swap(None).unwrap();
        assert_eq!(fs::read_to_string(target.join("a.html")).unwrap(), "new");
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left.len(), 2, "the site and the lock: {left:?}");
    }

    #[test]
    fn a_file_may_be_taken_over_twice() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("dist");
        ours(&target, "old");
        let staging = Staging::new(&target).unwrap();
        let record = Record {
            path: "a.html".to_owned(),
            key: None,
            hash: [0; 32],
            sha256: None,
            size: 3,
            origin: String::new(),
        };
        assert!(staging.keep(&record) && staging.keep(&record));
        assert_eq!(fs::read_to_string(target.join("a.html")).unwrap(), "old");
        assert_eq!(staging.read("a.html").unwrap(), b"old");
    }

    #[test]
    fn a_spare_becomes_the_new_site_and_leaves_the_old_one_alone() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("dist");
        let spare = root.path().join("spare");
        let record = |path: &str, text: &str| Record {
            path: path.to_owned(),
            key: None,
            hash: *blake3::hash(text.as_bytes()).as_bytes(),
            sha256: None,
            size: text.len() as u64,
            origin: String::new(),
        };
        let build = |files: &[(&str, &str)], old: &[(&str, &str)]| {
            let records: Vec<Record> = files.iter().map(|(path, text)| record(path, text)).collect();
            let mut staging = Staging::new(&target).unwrap();
            staging.begin_with(&spare);
            for (path, text) in files {
                let is_old = old.contains(&(path, text));
                if !(is_old && staging.keep(&record(path, text))) {
                    staging.write(path, text.as_bytes()).unwrap();
                }
            }
            staging.write(manifest::PATH, Manifest::of(&records).to_json().as_bytes()).unwrap();
            staging.finish(&records).unwrap();
            staging.swap(Some(&spare)).unwrap();
            for (path, text) in files {
                assert_eq!(fs::read_to_string(target.join(path)).unwrap(), *text, "{path}");
            }
        };
        let first = [("a.html", "one"), ("b/c.html", "same"), ("d", "file"), ("e/f/g", "deep")];
        build(&first, &[]);
        let second = [("a.html", "two"), ("b/c.html", "same"), ("d/x", "inside"), ("e", "shallow")];
        build(&second, &first);
        assert!(spare.join("e/f/g").is_file(), "the first site is the spare");
        fs::write(spare.join("letter.txt"), "mine").unwrap();
        let time = |path: &str| fs::metadata(target.join(path)).unwrap().modified().unwrap();
        let before = time("b/c.html");
        let third = [("a.html", "thr"), ("b/c.html", "same"), ("d", "file"), ("e/f/g", "deep")];
        build(&third, &second);
        assert_eq!(time("b/c.html"), before);
        assert!(!target.join("letter.txt").exists());
        assert_eq!(
            fs::read_to_string(spare.join("a.html")).unwrap(),
            "two",
            "the old site was not written to"
        );
        build(&first, &third);
        assert!(!target.join("d/x").exists() && target.join("e/f/g").is_file());
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
