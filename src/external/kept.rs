//! What addresses came to, kept between checks.

use super::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Verdicts with the time at which they were found, in a file.
#[derive(Debug)]
pub(super) struct Kept {
    file: Option<PathBuf>,
    entries: BTreeMap<String, Entry>,
    now: u64,
    changed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    verdict: Verdict,
    /// Seconds since 1970.
    at: u64,
}

impl Kept {
    /// Reads the file; what is older than so many days, or from the future, is left out. A damaged file counts as none.
    pub(super) fn load(file: Option<&Path>, days: u32) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let bytes = file.and_then(|file| fs::read(file).ok()).unwrap_or_default();
        let mut entries: BTreeMap<String, Entry> = serde_json::from_slice(&bytes).unwrap_or_default();
        let oldest = now.saturating_sub(u64::from(days) * 86_400);
        entries.retain(|_, entry| days > 0 && (oldest..=now).contains(&entry.at));
        Self { file: file.map(Path::to_path_buf), entries, now, changed: false }
    }

    pub(super) fn get(&self, address: &str) -> Option<Verdict> {
        self.entries.get(address).map(|entry| entry.verdict.clone())
    }

    /// Keeps what was found. What may be mended tomorrow is asked for again.
    pub(super) fn put(&mut self, address: &str, verdict: &Verdict) {
        if matches!(verdict, Verdict::Fine | Verdict::Moved(_)) {
            self.entries.insert(address.to_owned(), Entry { verdict: verdict.clone(), at: self.now });
            self.changed = true;
        }
    }

    /// Writes the file beside and renames it. That it can't be written costs time, nothing else.
    pub(super) fn save(&self) {
        let Some(file) = self.file.as_deref().filter(|_| self.changed) else { return };
        let Ok(text) = serde_json::to_vec_pretty(&self.entries) else { return };
        let beside = file.with_extension("new");
        let made = file.parent().is_none_or(|folder| fs::create_dir_all(folder).is_ok());
        if made && fs::write(&beside, text).is_ok() {
            let _ = fs::rename(&beside, file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_fine_is_known_for_some_days_and_what_failed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache/external.json");
        let mut kept = Kept::load(Some(&file), 7);
        kept.put("https://a.example/", &Verdict::Fine);
        kept.put("https://b.example/", &Verdict::Moved("https://c.example/".into()));
        kept.put("https://d.example/", &Verdict::Gone("x".into()));
        kept.save();
        let mut again = Kept::load(Some(&file), 7);
        assert_eq!(again.get("https://a.example/"), Some(Verdict::Fine));
        assert_eq!(again.get("https://b.example/"), Some(Verdict::Moved("https://c.example/".into())));
        assert_eq!(again.get("https://d.example/"), None);
        assert_eq!(Kept::load(Some(&file), 0).get("https://a.example/"), None, "nothing is kept for no days");
        again.entries.values_mut().for_each(|entry| entry.at -= 8 * 86_400);
        again.changed = true;
        again.save();
        assert_eq!(Kept::load(Some(&file), 7).get("https://a.example/"), None, "it is too old");
        fs::write(&file, "junk").unwrap();
        assert_eq!(Kept::load(Some(&file), 7).get("https://a.example/"), None);
    }
}
