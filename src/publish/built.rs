//! A site that `annals build` wrote, read file by file and held to its manifest.

use crate::diagnostic::Diagnostic;
use crate::output::{FileRecord, MANIFEST, Manifest};
use std::fs;
use std::path::{Path, PathBuf};

/// A built site.
#[derive(Debug)]
pub struct Built {
    /// Its folder.
    pub folder: PathBuf,
    /// Its files.
    pub manifest: Manifest,
    /// The bytes of its manifest.
    pub text: Vec<u8>,
}

impl Built {
    /// Opens the folder that a build wrote.
    pub fn open(folder: &Path) -> Result<Self, Box<Diagnostic>> {
        let shown = folder.display();
        let text = fs::read(folder.join(MANIFEST)).map_err(|error| {
            let message =
                format!("`{shown}` is no site that was built: its {MANIFEST} can't be read ({error})");
            Box::new(
                Diagnostic::error("publish/not-built", message)
                    .help("run `annals build` first, or name the folder that it wrote with `--site`"),
            )
        })?;
        let manifest = parse(&text).map_err(|reason| {
            let message = format!("the manifest of `{shown}` is damaged: {reason}");
            Box::new(Diagnostic::error("publish/not-built", message).help("run `annals build` again"))
        })?;
        Ok(Self { folder: folder.to_path_buf(), manifest, text })
    }

    /// The bytes of a file, if they are those that the manifest tells.
    pub fn read(&self, file: &FileRecord) -> Result<Vec<u8>, Box<Diagnostic>> {
        let wrong = |reason: String| {
            let message = format!("`{}` in `{}` {reason}", file.path, self.folder.display());
            Box::new(
                Diagnostic::error("publish/not-built", message)
                    .help("nothing but `annals build` may write into that folder; build again"),
            )
        };
        let bytes = fs::read(self.folder.join(&file.path))
            .map_err(|error| wrong(format!("can't be read: {error}")))?;
        if blake3::hash(&bytes).to_hex().as_str() != file.blake3 {
            return Err(wrong("is not what the build wrote".to_owned()));
        }
        Ok(bytes)
    }
}

/// A manifest whose paths all lead into the site.
pub(super) fn parse(text: &[u8]) -> Result<Manifest, String> {
    let manifest: Manifest = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let leads_out =
        |path: &str| path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains('\\');
    match manifest.files.iter().find(|file| leads_out(&file.path)) {
        Some(file) => Err(format!("`{}` is no path in a site", file.path)),
        None => Ok(manifest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_nothing_outside_the_site() {
        let of = |path: &str| {
            format!(
                r#"{{"version":1,"generator":"a","files":[{{"path":"{path}","blake3":"","size":0,"source":""}}]}}"#
            )
        };
        assert!(parse(of("a/b.html").as_bytes()).is_ok());
        for wrong in ["../a", "/etc/passwd", "a//b", "a/./b", "..\\\\a"] {
            assert!(parse(of(wrong).as_bytes()).is_err(), "{wrong}");
        }
        assert!(parse(b"{").is_err());
    }
}
