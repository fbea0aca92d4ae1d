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
//! | `files.json` | names of all files | by the service worker |
//!
//! All but the root are named by their content, so that a browser may keep them for ever.

mod invert;
mod pages;
mod priors;
mod root;
mod spell;
mod terms;

pub use pages::Text;
pub(crate) use root::query_key;

use super::analyze::Analyzed;
use crate::config::search::SearchConfig;
use rayon::prelude::*;
use std::io;

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

/// Writes the index of the site's pages. Pure: the same pages in any order give the same bytes.
pub fn build(pages: Vec<(Analyzed, String)>, config: &SearchConfig) -> Vec<IndexFile> {
    // Texts in memory can be read.
    update(pages, config, &|_| false).unwrap_or_default().files
}

/// An index beside an older one.
#[derive(Debug, Default)]
pub struct Update {
    /// Its new files.
    pub files: Vec<IndexFile>,
    /// Paths of its files that the older index has.
    pub kept: Vec<String>,
}

/// Writes the index of the site's pages, but for the files that are there already: `known` is asked for each path that
/// is named by its content. It fails where a text can't be read.
pub fn update<T: Text>(
    mut pages: Vec<(Analyzed, T)>,
    config: &SearchConfig,
    known: Known<'_>,
) -> io::Result<Update> {
    let excluded = excluded(config);
    pages.retain(|(page, _)| !excluded.is_match(&page.page.url));
    pages.sort_by(|(a, _), (b, _)| a.page.url.cmp(&b.page.url));
    pages.dedup_by(|(a, _), (b, _)| a.page.url == b.page.url);
    let (mut pages, texts): (Vec<Analyzed>, Vec<T>) = pages.into_iter().unzip();
    let common = common(pages.len());
    let mut files = Files { made: Update::default(), known };
    // The texts first: once they are written their room is free for the dictionary, which needs as much.
    let runs = pages::write(&pages, &texts, &mut files)?;
    drop(texts);
    let dictionary = invert::invert(&mut pages, common);
    let terms = terms::write(&dictionary, &mut files);
    let spell = spell::write(&dictionary, &mut files);
    let facets = pages::write_facets(&pages, &mut files);
    root::write(&pages, &dictionary, config, &root::Parts { terms, spell, runs, facets }, &mut files);
    let mut made = files.made;
    made.files.sort_by(|a, b| a.path.cmp(&b.path));
    made.files.dedup_by(|a, b| a.path == b.path);
    made.kept.sort();
    made.kept.dedup();
    Ok(made)
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

/// The files made so far.
pub(super) struct Files<'a> {
    made: Update,
    known: Known<'a>,
}

/// Whether the older index has the file of a path.
type Known<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// A file's name, and the file, or its path where the older index has it.
fn file(
    sort: char,
    hash: &blake3::Hash,
    known: Known<'_>,
    payload: impl FnOnce() -> Vec<u8>,
) -> (String, Result<IndexFile, String>) {
    let name = format!("{sort}-{}", hash.to_hex().get(..10).unwrap_or_default());
    let path = format!("{FOLDER}/{name}.js");
    if known(&path) {
        return (name, Err(path));
    }
    let bytes = super::bytes::script(&name, &payload());
    (name, Ok(IndexFile { path, bytes }))
}

impl Files<'_> {
    /// Adds a file that has a name of its own.
    pub(super) fn push(&mut self, file: IndexFile) {
        self.made.files.push(file);
    }

    /// Writes a file for each part, named for its payload, with a letter for its sort; their names in order.
    pub(super) fn add<T: Sync>(
        &mut self,
        sort: char,
        parts: &[T],
        payload: impl Fn(&T) -> Vec<u8> + Sync,
    ) -> Vec<String> {
        self.make(parts, |part, known| {
            let payload = payload(part);
            file(sort, &blake3::hash(&payload), known, || payload)
        })
    }

    /// The same, but named by a hash of what the payload is made from, which costs less than to make it.
    pub(super) fn add_by<T: Sync>(
        &mut self,
        sort: char,
        parts: &[T],
        hash: impl Fn(&T) -> blake3::Hash + Sync,
        payload: impl Fn(&T) -> Vec<u8> + Sync,
    ) -> Vec<String> {
        self.make(parts, |part, known| file(sort, &hash(part), known, || payload(part)))
    }

    /// Making payloads and deflating them is most of the writer's time and runs in parallel; a payload lives no longer
    /// than its file takes to be written, since all of them are as large as the index.
    fn make<T: Sync>(
        &mut self,
        parts: &[T],
        file: impl Fn(&T, Known<'_>) -> (String, Result<IndexFile, String>) + Sync,
    ) -> Vec<String> {
        let made: Vec<_> = parts.par_iter().map(|part| file(part, self.known)).collect();
        made.into_iter()
            .map(|(name, file)| {
                match file {
                    Ok(file) => self.made.files.push(file),
                    Err(path) => self.made.kept.push(path),
                }
                name
            })
            .collect()
    }
}
