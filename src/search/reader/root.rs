//! The root file, read.

use super::store::Error;
use crate::search::bytes::Bytes;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What every search starts with.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Root {
    pub(super) format: u32,
    pub(super) pages: usize,
    pub(super) kinds: Vec<String>,
    stop: String,
    pub(super) synonyms: BTreeMap<String, Vec<String>>,
    pub(super) pinned: Vec<(String, u32)>,
    pub(super) terms: Vec<(String, String)>,
    pub(super) spell: Vec<(usize, usize, String)>,
    pub(super) facts_run: usize,
    pub(super) facts: Vec<String>,
    pub(super) texts_run: usize,
    pub(super) texts: Vec<String>,
    pub(super) words: String,
    pub(super) common: usize,
    pub(super) facets: BTreeMap<String, String>,
    #[serde(skip)]
    pub(super) stop_words: BTreeSet<String>,
    #[serde(skip)]
    columns: Vec<u8>,
}

impl Root {
    /// Reads the payload of the root file.
    pub(super) fn read(payload: &[u8]) -> Result<Self, Error> {
        let damaged = || Error::Damaged("root.js".into());
        let mut bytes = Bytes::new(payload);
        let length = bytes.number() as usize;
        let mut root: Self = serde_json::from_slice(bytes.take(length)).map_err(|_| damaged())?;
        if root.format != super::FORMAT {
            return Err(Error::Format(root.format));
        }
        root.columns = payload.get(bytes.at()..).unwrap_or_default().to_vec();
        if root.columns.len() != root.pages.saturating_mul(4) {
            return Err(damaged());
        }
        root.stop_words = root.stop.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect();
        Ok(root)
    }

    fn column(&self, column: usize, page: u32) -> u8 {
        self.columns.get(self.pages * column + page as usize).copied().unwrap_or(0)
    }

    /// Index of the page's kind.
    pub(super) fn kind(&self, page: u32) -> u8 {
        self.column(0, page)
    }

    /// The page's length over the mean length.
    pub(super) fn length(&self, page: u32) -> f64 {
        f64::from(self.column(1, page)) / 16.0
    }

    /// How many tokens the title has.
    pub(super) fn title(&self, page: u32) -> f64 {
        f64::from(self.column(2, page))
    }

    /// The page's prior.
    pub(super) fn prior(&self, page: u32) -> f64 {
        f64::from(self.column(3, page)) / 64.0
    }
}
