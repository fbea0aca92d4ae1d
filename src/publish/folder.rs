//! Publishing into a folder: the new site is written beside the old one and exchanged with it in one step.

use super::{Built, Changes, Outcome, built};
use crate::diagnostic::Diagnostic;
use crate::output::{Failure, MANIFEST, Record, Staging};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Publishes a site into the folder `target`, or tells what that would change.
pub fn publish_folder(built: &Built, target: &Path, dry_run: bool) -> Outcome {
    let (from, to) = (real(&built.folder), real(target));
    if from.starts_with(&to) || to.starts_with(&from) {
        let message = format!("`{}` and the built site lie within each other", target.display());
        return Err(Box::new(
            Diagnostic::error("publish/target", message)
                .help("publish into a folder beside the one that is built"),
        ));
    }
    let old = fs::read(target.join(MANIFEST)).ok();
    if old.as_deref() == Some(&built.text) {
        return Ok(Changes::default());
    }
    let old = old.and_then(|text| built::parse(&text).ok());
    let changes = Changes::between(old.as_ref(), &built.manifest);
    if dry_run {
        return Ok(changes);
    }
    let staging = Staging::new(target).map_err(|failure| Box::new(failure.told()))?;
    let failed = |path: &str| {
        let path = target.join(path);
        move |error| Box::new(Failure::Io(path, error).told())
    };
    let old_files = old.iter().flat_map(|old| &old.files);
    let old: BTreeMap<&str, &str> =
        old_files.map(|file| (file.path.as_str(), file.blake3.as_str())).collect();
    for file in &built.manifest.files {
        let hash = blake3::Hash::from_hex(&file.blake3).ok();
        let is_kept = old.get(file.path.as_str()) == Some(&file.blake3.as_str())
            && hash.is_some_and(|hash| {
                let (path, origin) = (file.path.clone(), file.source.clone());
                staging.keep(&Record {
                    path,
                    key: None,
                    hash: *hash.as_bytes(),
                    sha256: None,
                    size: file.size,
                    origin,
                })
            });
        if !is_kept {
            staging.write(&file.path, &built.read(file)?).map_err(failed(&file.path))?;
        }
    }
    staging.write(MANIFEST, &built.text).map_err(failed(MANIFEST))?;
    staging.swap(None).map_err(|failure| Box::new(failure.told()))?;
    Ok(changes)
}

/// Where a path leads, its links followed as far as it exists.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let found = path.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    match found {
        Some((above, real)) => real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        None => path,
    }
}
