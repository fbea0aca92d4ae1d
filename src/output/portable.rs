//! A copy of a built site that works from a folder, without a server: links lead to files, and what only servers and
//! browsers on the web use is left out. Beside it the same as an archive.

use super::cache::Record;
use super::folder::{Failure, Staging};
use super::manifest::{self, Manifest};
use crate::config::output::Encoding;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Files that mean nothing without a server.
const FOR_SERVERS: [&str; 13] = [
    "404.html",
    "CNAME",
    "_headers",
    "_redirects",
    "app.webmanifest",
    "offline.json",
    "opensearch.xml",
    "provenance.json",
    "robots.txt",
    "search/files.json",
    "sitemap.xml",
    "speculation-rules.json",
    "sw.js",
];

/// What a copy came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portable {
    /// Its files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// The archive.
    pub archive: PathBuf,
}

/// Copies the built site `from` into the folder `to` and writes the archive `to.zip`. Both are exchanged with older ones
/// in one step each. The same site gives the same bytes.
pub fn portable(from: &Path, to: &Path) -> Result<Portable, Failure> {
    let fail = |path: &Path| {
        let path = path.to_path_buf();
        move |error| Failure::Io(path, error)
    };
    let path = from.join(manifest::PATH);
    let text = fs::read(&path).map_err(fail(&path))?;
    let site: Manifest =
        serde_json::from_slice(&text).map_err(|error| Failure::Io(path, io::Error::other(error)))?;
    let archive = beside(to, ".zip");
    let part = beside(to, ".zip.part");
    let staging = Staging::new(to)?;
    let mut zip = ZipWriter::new(io::BufWriter::new(fs::File::create(&part).map_err(fail(&part))?));
    let root = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The time that the format begins with: a time of ours would make each archive another one.
    let options =
        SimpleFileOptions::default().last_modified_time(zip::DateTime::default()).unix_permissions(0o644);
    let mut records = Vec::new();
    for file in site.files.iter().filter(|file| !is_for_servers(&file.path)) {
        let place = from.join(&file.path);
        let mut bytes = fs::read(&place).map_err(fail(&place))?;
        if file.path.ends_with(".html") {
            bytes = to_files(&String::from_utf8_lossy(&bytes)).into_bytes();
        }
        staging.write(&file.path, &bytes).map_err(fail(&to.join(&file.path)))?;
        let method =
            if is_packed(&file.path) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(format!("{root}/{}", file.path), options.compression_method(method))
            .map_err(io::Error::other)
            .and_then(|()| zip.write_all(&bytes))
            .map_err(fail(&part))?;
        records.push(Record {
            path: file.path.clone(),
            key: None,
            hash: *blake3::hash(&bytes).as_bytes(),
            sha256: None,
            size: bytes.len() as u64,
            origin: file.source.clone(),
        });
    }
    zip.finish()
        .map_err(io::Error::other)
        .and_then(|file| file.into_inner().map_err(io::IntoInnerError::into_error))
        .and_then(|file| file.sync_all())
        .map_err(fail(&part))?;
    staging
        .write(manifest::PATH, Manifest::of(&records).to_json().as_bytes())
        .and_then(|()| staging.finish(&records))
        .map_err(fail(&to.join(manifest::PATH)))?;
    staging.swap(None)?;
    fs::rename(&part, &archive).map_err(fail(&archive))?;
    Ok(Portable { files: records.len(), bytes: records.iter().map(|record| record.size).sum(), archive })
}

/// A path beside another, with an ending of its own.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn is_for_servers(path: &str) -> bool {
    let compressed = Encoding::ALL.iter().any(|encoding| {
        path.strip_suffix(encoding.ending()).is_some_and(|inner| super::compress::is_text(inner, u64::MAX))
    });
    FOR_SERVERS.contains(&path) || path.starts_with(".well-known/") || compressed
}

/// Whether a file is compressed by its own format.
fn is_packed(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    ["png", "jpg", "jpeg", "gif", "webp", "avif", "mp4", "webm", "mp3", "ogg", "pdf", "zip", "gz", "woff2"]
        .contains(&ending)
}

/// A page whose links lead to files: a folder has no page of its own without a server.
fn to_files(html: &str) -> String {
    const STARTS: [&str; 3] = [" href=\"", " action=\"", "; url="];
    let mut out = String::with_capacity(html.len() + html.len() / 32);
    let mut rest = html;
    while let Some((at, start)) =
        STARTS.iter().filter_map(|start| Some((rest.find(start)?, *start))).min_by_key(|(at, _)| *at)
    {
        let (before, after) = rest.split_at(at + start.len());
        out.push_str(before);
        let end = after.find('"').unwrap_or(after.len());
        let (address, tail) = after.split_at(end);
        let path_end = address.find(['?', '#']).unwrap_or(address.len());
        let (path, more) = address.split_at(path_end);
        out.push_str(path);
        let is_folder = path.ends_with('/') || matches!(path, "." | "..") || path.ends_with("/..");
        if is_folder && !path.starts_with('/') && !path.contains(':') {
            out.push_str(if path.ends_with('/') { "index.html" } else { "/index.html" });
        }
        out.push_str(more);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_folders_lead_to_their_pages() {
        for (address, expected) in [
            ("./", "./index.html"),
            ("../../runbooks/edge/", "../../runbooks/edge/index.html"),
            ("../edge/#step-4", "../edge/index.html#step-4"),
            ("../search/?q=a/b/", "../search/index.html?q=a/b/"),
            ("..", "../index.html"),
            ("#top", "#top"),
            ("?q=1", "?q=1"),
            ("", ""),
            ("../a.pdf", "../a.pdf"),
            ("https://sample.example/a/", "https://sample.example/a/"),
            ("//sample.example/a/", "//sample.example/a/"),
            ("mailto:a@sample.example", "mailto:a@sample.example"),
        ] {
            let page = format!(
                "<a class=\"x\" href=\"{address}\">text href=&quot;a/&quot;</a><form action=\"{address}\">"
            );
            let wanted = format!(
                "<a class=\"x\" href=\"{expected}\">text href=&quot;a/&quot;</a><form action=\"{expected}\">"
            );
            assert_eq!(to_files(&page), wanted, "{address}");
        }
        assert_eq!(to_files("<meta content=\"0; url=../a/\">"), "<meta content=\"0; url=../a/index.html\">");
    }

    #[test]
    fn what_only_servers_use_is_left_out() {
        for path in [
            "sw.js",
            "_headers",
            "runbooks/edge/index.html.gz",
            "assets/app.1.css.br",
            ".well-known/security.txt",
        ] {
            assert!(is_for_servers(path), "{path}");
        }
        for path in ["index.html", "a/backup.tar.gz", "search/root.js", "runbooks/sw.js"] {
            assert!(!is_for_servers(path), "{path}");
        }
    }
}
