//! Analysed pages to index files.
//!
//! | file | holds | fetched |
//! | --- | --- | --- |
//! | `root.js` | names of the other files, four bytes a page, synonyms and weights | on the first focus of the field |
//! | `t-….js` | a range of the dictionary with posting lists | for a word in its range |
//! | `d-….js` | titles and facts of a run of pages | for a page that is shown |
//! | `x-….js` | headings and texts of a run of pages | for an excerpt |
//! | `w-….js` | words that texts have codes for | for the first excerpt |
//! | `s-….js` | words of a range of lengths | for a word that the dictionary lacks |
//! | `f-….js` | facets: which pages have which service, tag, … | with the first results |
//! | `files.json` | names and sizes of all files | by the service worker |
//!
//! All but the root are named by their content, so that a browser may keep them for ever.

mod invert;
mod pages;
mod priors;
mod root;
mod spell;
mod terms;

pub(crate) use root::query_key;

use super::analyze::Analyzed;
use crate::config::search::SearchConfig;
use rayon::prelude::*;

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFile {
    /// Path in the site, `search/root.js`.
    pub path: String,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// The folder of the index in the site.
pub const FOLDER: &str = "search";
/// The format's version; a client refuses another.
pub const FORMAT: u32 = 2;
/// How hard files are deflated: beyond this, time grows faster than bytes shrink.
pub(super) const LEVEL: u8 = 6;

/// Writes the index of the site's pages. Pure: the same pages in any order give the same bytes.
pub fn build(mut pages: Vec<Analyzed>, config: &SearchConfig) -> Vec<IndexFile> {
    let excluded = excluded(config);
    pages.retain(|page| !excluded.is_match(&page.page.url));
    pages.sort_by(|a, b| a.page.url.cmp(&b.page.url));
    pages.dedup_by(|a, b| a.page.url == b.page.url);
    let common = common(pages.len());
    let mut files = Files::default();
    // The texts first: once they are written their room is free for the dictionary, which needs as much.
    let runs = pages::write(&pages, &mut files);
    pages.iter_mut().for_each(|page| page.text = String::new());
    let dictionary = invert::invert(&pages, common);
    let terms = terms::write(&dictionary, &mut files);
    let spell = spell::write(&dictionary, &mut files);
    let facets = pages::write_facets(&pages, &mut files);
    root::write(&pages, &dictionary, config, &root::Parts { terms, spell, runs, facets }, &mut files);
    files.0.sort_by(|a, b| a.path.cmp(&b.path));
    files.0.dedup_by(|a, b| a.path == b.path);
    files.0
}

/// A word on more pages than this is common: where it stands in a section is left out, since
/// for the words of every second page that would be most of a large site's index.
pub(super) fn common(pages: usize) -> u32 {
    (pages / 12).max(400) as u32
}

/// The globs of pages that search must not find. A glob that can't be read excludes nothing;
/// the configuration's own check reports it.
fn excluded(config: &SearchConfig) -> globset::GlobSet {
    let mut set = globset::GlobSetBuilder::new();
    for glob in config.exclude.iter().filter_map(|glob| globset::Glob::new(glob).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// The files written so far.
#[derive(Debug, Default)]
pub(super) struct Files(pub(super) Vec<IndexFile>);

impl Files {
    /// Writes payloads to files named for their content, with a letter for their sort; their
    /// names in order. Deflating is most of the writer's time and runs in parallel.
    pub(super) fn add(&mut self, sort: char, payloads: &[Vec<u8>]) -> Vec<String> {
        let made: Vec<(String, IndexFile)> = payloads
            .par_iter()
            .map(|payload| {
                let hash = blake3::hash(payload).to_hex();
                let name = format!("{sort}-{}", hash.get(..10).unwrap_or_default());
                let bytes = super::bytes::script(&name, payload, LEVEL);
                let path = format!("{FOLDER}/{name}.js");
                (name, IndexFile { path, bytes })
            })
            .collect();
        made.into_iter()
            .map(|(name, file)| {
                self.0.push(file);
                name
            })
            .collect()
    }
}
