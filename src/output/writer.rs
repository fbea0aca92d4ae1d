//! One file after another into a staging folder: taken over where the last build wrote the same, looked through for what is
//! restricted, and noted with its hashes.

use super::cache::{Cache, Record};
use super::compress;
use super::folder::Staging;
use crate::config::output::Encoding;
use crate::data::sha256;
use crate::diagnostic::{Diagnostic, Span};
use crate::leak::Search;
use crate::provenance::{self, Predicate};
use crate::render::{Content, Renderer};
use crate::site::{Route, Site};
use rayon::prelude::*;
use std::collections::HashSet;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Writes files. Several threads may use it.
pub(super) struct Writer<'a> {
    staging: &'a Staging,
    /// What the last build wrote.
    old: &'a Cache,
    search: Option<&'a Search>,
    /// Whether the last build's files were looked through for the same strings.
    is_clean: bool,
    has_provenance: bool,
    changed: AtomicUsize,
    problems: Mutex<Vec<Diagnostic>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        staging: &'a Staging,
        old: &'a Cache,
        search: Option<&'a Search>,
        has_provenance: bool,
    ) -> Self {
        Self {
            staging,
            old,
            search,
            is_clean: search.is_some_and(|search| old.clean_of == Some(search.fingerprint)),
            has_provenance,
            changed: AtomicUsize::new(0),
            problems: Mutex::default(),
        }
    }

    /// How many files have new bytes; or what went wrong.
    pub(super) fn finish(self) -> Result<usize, Vec<Diagnostic>> {
        let problems = self.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        if problems.is_empty() { Ok(self.changed.into_inner()) } else { Err(problems) }
    }

    fn complain(&self, diagnostic: Diagnostic) {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).push(diagnostic);
    }

    /// Renders a route and writes it, unless the last build made its file from the same things.
    pub(super) fn route(&self, renderer: &Renderer, route: &Route) -> Option<Record> {
        let prepared = renderer.prepare(route);
        let key = prepared.key;
        if let Some(record) = self.made_from(&route.path, key) {
            return Some(Record { origin: route.origin.clone(), ..record });
        }
        match renderer.render_prepared(route, prepared) {
            Ok(Content::Bytes(bytes)) => self.put(&route.path, &bytes, &route.origin, key),
            Ok(Content::File(file)) => match fs::read(&file) {
                Ok(bytes) => self.put(&route.path, &bytes, &route.origin, None),
                Err(error) => {
                    let message = format!("this file can't be read: {error}");
                    let at = Span::file(route.origin.as_str());
                    self.complain(Diagnostic::error("source/unreadable", message).at(at));
                    None
                }
            },
            Err(diagnostic) => {
                self.complain(diagnostic);
                None
            }
        }
    }

    /// Takes over the file that the last build made from what `key` is a hash of.
    fn made_from(&self, path: &str, key: Option<[u8; 32]>) -> Option<Record> {
        let record = self.old.record(path).filter(|record| key.is_some() && record.key == key)?;
        self.staging.keep(record).then(|| self.taken_over(record))
    }

    /// A file that was taken over as it is.
    pub(super) fn taken_over(&self, record: &Record) -> Record {
        let mut record = record.clone();
        let read = || match self.staging.read(&record.path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.complain(super::unwritable(&record.path, &error));
                None
            }
        };
        // It was looked through when it was written, unless the strings are others now.
        match self.search {
            None => {}
            Some(search) if self.is_clean => search.known(&record.path),
            Some(search) => read().iter().for_each(|bytes| search.look(&record.path, bytes)),
        }
        // One that was written while nobody asked for its digest is read again, once.
        if self.has_provenance && record.sha256.is_none() {
            record.sha256 = read().map(|bytes| sha256(&bytes));
        }
        record
    }

    /// Writes a file, unless it is there with the same bytes.
    pub(super) fn put(
        &self,
        path: &str,
        bytes: &[u8],
        origin: &str,
        key: Option<[u8; 32]>,
    ) -> Option<Record> {
        let hash = *blake3::hash(bytes).as_bytes();
        if let Some(search) = self.search {
            search.look(path, bytes);
        }
        let before = self.old.record(path).filter(|record| record.hash == hash);
        let known = before.and_then(|record| record.sha256);
        let sha256 = self.has_provenance.then(|| known.unwrap_or_else(|| sha256(bytes)));
        if !before.is_some_and(|record| self.staging.keep(record)) {
            self.changed.fetch_add(1, Ordering::Relaxed);
            if let Err(error) = self.staging.write(path, bytes) {
                self.complain(super::unwritable(path, &error));
                return None;
            }
        }
        Some(Record {
            path: path.to_owned(),
            key,
            hash,
            sha256,
            size: bytes.len() as u64,
            origin: origin.to_owned(),
        })
    }

    /// Text files in some encodings beside themselves. A file of the site's own at such a path wins.
    pub(super) fn compressed(&self, records: &[Record], encodings: &[Encoding]) -> Vec<Record> {
        let taken: HashSet<&str> = match encodings {
            [] => return Vec::new(),
            _ => records.iter().map(|record| record.path.as_str()).collect(),
        };
        let one = |record: &Record, encoding: Encoding| {
            let path = format!("{}{}", record.path, encoding.ending());
            if taken.contains(path.as_str()) {
                return None;
            }
            let key = Some(compress::key(&record.hash, encoding));
            if let Some(before) = self.made_from(&path, key) {
                return Some(before);
            }
            let bytes = self.staging.read(&record.path);
            match bytes.and_then(|bytes| compress::compress(&bytes, encoding)) {
                Ok(bytes) => self.put(&path, &bytes, &record.origin, key),
                Err(error) => {
                    self.complain(super::unwritable(&path, &error));
                    None
                }
            }
        };
        let texts = records.par_iter().filter(|record| compress::is_text(&record.path, record.size));
        texts.flat_map_iter(|record| encodings.iter().filter_map(|encoding| one(record, *encoding))).collect()
    }

    /// What the site was made from, with the digests of all `records`, which are in order. A file of the site's own at that
    /// path wins.
    pub(super) fn provenance(&self, site: &Site, records: &[Record]) -> Option<Record> {
        let is_taken = records.binary_search_by(|record| record.path.as_str().cmp(provenance::PATH)).is_ok();
        if !self.has_provenance || is_taken {
            return None;
        }
        let files = records.iter().filter_map(|record| Some((record.path.as_str(), record.sha256?)));
        let text = provenance::text(&Predicate::of(site), files);
        self.put(provenance::PATH, text.as_bytes(), "annals", None)
    }
}
