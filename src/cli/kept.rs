//! Rendered releases, kept between calls by what they were made from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"annalst1";

/// The texts of one file in the cache.
#[derive(Debug, Default)]
pub(super) struct Kept {
    file: Option<PathBuf>,
    old: HashMap<[u8; 32], String>,
    used: Vec<([u8; 32], String)>,
    is_new: bool,
}

impl Kept {
    /// Reads the file in a cache folder; damaged or missing, it is empty.
    pub(super) fn load(cache: Option<&Path>) -> Self {
        let file = cache.map(|cache| cache.join("changelog.bin"));
        let old = file.as_deref().and_then(|file| std::fs::read(file).ok()).and_then(|data| parse(&data));
        Self { file, old: old.unwrap_or_default(), ..Self::default() }
    }

    /// The text for a fingerprint: the kept one, or what `make` makes.
    pub(super) fn text(&mut self, fingerprint: Option<[u8; 32]>, make: impl FnOnce() -> String) -> String {
        let Some(fingerprint) = fingerprint.filter(|_| self.file.is_some()) else { return make() };
        let text = self.old.remove(&fingerprint).unwrap_or_else(|| {
            self.is_new = true;
            make()
        });
        self.used.push((fingerprint, text.clone()));
        text
    }

    /// Writes the file if there is anything new. What was not asked for this time is kept too, up to
    /// a bound. Failing is no matter.
    pub(super) fn store(self) {
        const LONGEST: usize = 32 << 20;
        let (Some(file), true) = (self.file, self.is_new) else { return };
        let mut body = Vec::new();
        let mut old: Vec<_> = self.old.into_iter().collect();
        old.sort_unstable();
        for (fingerprint, text) in self.used.into_iter().chain(old) {
            if body.len() + text.len() > LONGEST {
                break;
            }
            body.extend_from_slice(&fingerprint);
            body.extend_from_slice(&u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
            body.extend_from_slice(text.as_bytes());
        }
        let mut data = MAGIC.to_vec();
        data.extend_from_slice(blake3::hash(&body).as_bytes());
        data.extend_from_slice(&body);
        let part = file.with_extension(format!("part-{}", std::process::id()));
        let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
        if made && std::fs::write(&part, &data).is_ok() {
            let _ = std::fs::rename(&part, file);
        }
    }
}

fn parse(data: &[u8]) -> Option<HashMap<[u8; 32], String>> {
    let mut rest = data.get(40..)?;
    if data.get(..8)? != MAGIC || data.get(8..40)? != blake3::hash(rest).as_bytes() {
        return None;
    }
    let mut found = HashMap::new();
    while !rest.is_empty() {
        let (fingerprint, tail) = rest.split_first_chunk::<32>()?;
        let (length, tail) = tail.split_first_chunk::<4>()?;
        let (text, tail) = tail.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        found.insert(*fingerprint, std::str::from_utf8(text).ok()?.to_owned());
        rest = tail;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_and_a_damaged_file_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let mut kept = Kept::load(Some(dir.path()));
        assert_eq!(kept.text(Some([1; 32]), || "a".into()), "a");
        kept.store();
        let mut kept = Kept::load(Some(dir.path()));
        assert_eq!(kept.text(Some([1; 32]), || "b".into()), "a");
        assert_eq!(kept.text(None, || "b".into()), "b");
        std::fs::write(dir.path().join("changelog.bin"), "junk").unwrap();
        assert_eq!(Kept::load(Some(dir.path())).text(Some([1; 32]), || "b".into()), "b");
    }
}
