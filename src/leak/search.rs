//! Looking for restricted strings in outputs, and the report on it.

use super::Restricted;
use super::finder::Finder;
use crate::diagnostic::Diagnostic;
use crate::search::bytes::unscript;
use crate::site::{Site, url};
use libdeflater::Decompressor;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// No compressed file is unpacked beyond this.
const UNPACKED_LIMIT: usize = 256 << 20;
/// So many outputs of a leak are named.
const NAMED: usize = 3;

/// Restricted strings of a site, and what looking for them came to so far. Outputs may be looked at from several threads.
#[derive(Debug)]
pub struct Search {
    strings: Vec<Restricted>,
    finder: Finder,
    /// Strings of internal content that public content says, too.
    said: usize,
    /// A hash of the strings: outputs that were clean of the same ones are clean.
    pub fingerprint: [u8; 32],
    outputs: AtomicUsize,
    earlier: AtomicUsize,
    bytes: AtomicU64,
    found: Mutex<BTreeMap<usize, BTreeSet<String>>>,
}

/// What looking for restricted strings came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Strings that were looked for.
    pub strings: usize,
    /// Strings of internal content that were not, since public content says the same.
    pub said_in_public: usize,
    /// Outputs that were looked through.
    pub outputs: usize,
    /// Outputs of them that an earlier build has looked through for the same strings, and that are the same since.
    pub unchanged: usize,
    /// Bytes that were looked through, unpacked.
    pub bytes: u64,
    /// Strings that were found.
    pub found: usize,
}

impl Search {
    /// What to look for in a build of `site`; nothing if the site has nothing internal.
    pub fn of(site: &Site) -> Option<Self> {
        let all = super::gather::all(site);
        if all.is_empty() {
            return None;
        }
        let count = all.len();
        let strings = super::public::without_public(site, all);
        let said = count - strings.len();
        Some(Self::new(strings, said))
    }

    fn new(strings: Vec<Restricted>, said: usize) -> Self {
        let forms: Vec<(String, usize)> = strings
            .iter()
            .enumerate()
            .flat_map(|(number, string)| forms(&string.text).into_iter().map(move |form| (form, number)))
            .collect();
        let mut hasher = blake3::Hasher::new();
        for (form, _) in &forms {
            hasher.update(form.as_bytes()).update(&[0]);
        }
        Self {
            said,
            finder: Finder::new(forms.iter().map(|(form, number)| (form.as_str(), *number))),
            strings,
            fingerprint: *hasher.finalize().as_bytes(),
            outputs: AtomicUsize::new(0),
            earlier: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            found: Mutex::default(),
        }
    }

    /// Looks through an output: its path and its bytes, unpacked if they are a file of the search index or compressed.
    pub fn look(&self, path: &str, bytes: &[u8]) {
        self.outputs.fetch_add(1, Ordering::Relaxed);
        self.within(path, path.as_bytes());
        if let Ok(payload) = unscript(bytes) {
            self.within(path, &payload);
        } else if let Some(unpacked) = unpacked(path, bytes) {
            self.within(path, &unpacked);
        } else {
            self.within(path, bytes);
        }
    }

    /// Whether a text holds a restricted string. It is not reported.
    pub fn has(&self, text: &str) -> bool {
        let mut found = false;
        if !self.finder.is_empty() {
            self.finder.find(text.as_bytes(), &mut |_| found = true);
        }
        found
    }

    /// Counts an output that an earlier build has looked through for the same strings.
    pub fn known(&self, path: &str) {
        self.outputs.fetch_add(1, Ordering::Relaxed);
        self.earlier.fetch_add(1, Ordering::Relaxed);
        self.within(path, path.as_bytes());
    }

    fn within(&self, path: &str, bytes: &[u8]) {
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if self.finder.is_empty() {
            return;
        }
        self.finder.find(bytes, &mut |number| {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.entry(number).or_default().insert(path.to_owned());
        });
    }

    /// What it came to.
    pub fn report(&self) -> Report {
        Report {
            strings: self.strings.len(),
            said_in_public: self.said,
            outputs: self.outputs.load(Ordering::Relaxed),
            unchanged: self.earlier.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            found: self.found.lock().unwrap_or_else(PoisonError::into_inner).len(),
        }
    }

    /// An error for each string that was found.
    pub fn leaks(&self) -> Vec<Diagnostic> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found
            .iter()
            .filter_map(|(number, paths)| Some((self.strings.get(*number)?, paths)))
            .map(|(string, paths)| {
                let mut named = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
                if paths.len() > NAMED {
                    named.push_str(&format!(" and {} more", paths.len() - NAMED));
                }
                let message = format!("`{}`, {}, is in the public build: in {named}", string.text, string.what);
                let leak = Diagnostic::error("output/leak", message).help(
                    "find what puts it there: a template, a file that is copied, or annals itself; if everybody may \
                     read it, name it in `check.disclosed` of site.toml",
                );
                match &string.at {
                    Some(at) => leak.at(at.clone()),
                    None => leak,
                }
            })
            .collect()
    }
}

/// The forms that a string has in outputs: as it is, in HTML, in JSON and in an address.
fn forms(text: &str) -> BTreeSet<String> {
    let json = serde_json::Value::from(text).to_string();
    let html = crate::markdown::escape(text).to_string();
    // Templates escape quotes as numbers.
    let numbers = html.replace("&quot;", "&#34;").replace('\'', "&#39;");
    BTreeSet::from([
        text.to_owned(),
        html,
        numbers,
        json.get(1..json.len() - 1).unwrap_or_default().to_owned(),
        url::encode(text),
    ])
}

/// The bytes of a compressed file; none if it is none.
fn unpacked(path: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    if let Some(unpacked) = gunzip(bytes) {
        return Some(unpacked);
    }
    if bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        return limited(zstd::Decoder::with_buffer(bytes).ok()?);
    }
    // Brotli (RFC 7932) begins with no mark: only the name tells.
    path.ends_with(".br").then(|| limited(brotli::Decompressor::new(bytes, 1 << 16))).flatten()
}

/// All that a reader gives; none if it fails or gives too much.
fn limited(reader: impl Read) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    let read = reader.take(UNPACKED_LIMIT as u64 + 1).read_to_end(&mut unpacked).ok()?;
    (read <= UNPACKED_LIMIT).then_some(unpacked)
}

/// The bytes of a gzip file (RFC 1952); none if it is none. Its last four bytes tell how many there are.
fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, length) = bytes.strip_prefix(&[0x1F, 0x8B])?.split_last_chunk::<4>()?;
    let length =
        usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= UNPACKED_LIMIT)?;
    let mut unpacked = vec![0; length];
    Decompressor::new().gzip_decompress(bytes, &mut unpacked).ok()?;
    Some(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::bytes::script;

    #[test]
    fn compressed_files_are_looked_into() {
        let restricted = Restricted { text: "the ocelot plan".into(), what: "a title", at: None };
        let text = "Nobody knows of the ocelot plan yet. ".repeat(20);
        let of = |path: &str, bytes: &[u8]| {
            let search = Search::new(vec![restricted.clone()], 0);
            search.look(path, bytes);
            search.report().found
        };
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut text.as_bytes(), &mut brotli, &Default::default()).unwrap();
        assert_eq!(of("a/index.html.br", &brotli), 1);
        assert_eq!(of("a/index.html.zst", &zstd::bulk::compress(text.as_bytes(), 3).unwrap()), 1);
        assert_eq!(of("a/index.html.br", b"no Brotli at all"), 0);
    }

    #[test]
    fn strings_are_found_in_every_form_that_outputs_have() {
        let text = "Ocelot's \"plan\" & <more>";
        let restricted = Restricted { text: text.into(), what: "a title", at: None };
        let of = |bytes: &[u8]| {
            let search = Search::new(vec![restricted.clone()], 0);
            search.look("a/index.html", bytes);
            search.report().found
        };
        assert_eq!(of(text.as_bytes()), 1);
        assert_eq!(of(b"<p>ocelot's &quot;plan&quot; &amp; &lt;more&gt;</p>"), 1);
        assert_eq!(of(serde_json::json!({ "title": text }).to_string().as_bytes()), 1);
        assert_eq!(of(url::encode(text).as_bytes()), 1);
        assert_eq!(of(&script("t0", format!("\u{1}{text}\u{2}").as_bytes())), 1, "in the search index");
        assert_eq!(of(b"<p>Ocelot's plan and more</p>"), 0);
        let search = Search::new(vec![restricted], 0);
        search.look("x/Ocelot's \"plan\" & <more>/index.html", b"nothing");
        assert_eq!(search.leaks().len(), 1, "a file's path is an output, too");
    }
}
