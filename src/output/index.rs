//! The search index of a site, with the analysis of unchanged pages kept between builds.

use super::cache::write_whole;
use crate::config::search::SearchConfig;
use crate::render::Renderer;
use crate::search::{self, Analyzed, IndexFile};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Changes with what analysis makes of a page, so that kept analyses are dropped.
const FORMAT: u32 = 5;

/// Makes the index. `cache` is the folder where analyses are kept, if they are.
pub fn search_index(renderer: &Renderer, config: &SearchConfig, cache: Option<&Path>) -> Vec<IndexFile> {
    let mut settings = blake3::Hasher::new();
    settings.update(env!("CARGO_PKG_VERSION").as_bytes());
    // Writing to a hasher can't fail.
    let _ = serde_json::to_writer(&mut settings, config);
    let settings = *settings.finalize().as_bytes();
    let bytes =
        cache.map(|folder| fs::read(folder.join("search.bin")).unwrap_or_default()).unwrap_or_default();
    let kept = index(&bytes, &settings);
    let pages: Vec<([u8; 32], Analyzed, bool)> = renderer
        .findable()
        .into_par_iter()
        .filter_map(|findable| {
            let (key, mut document) = renderer.document_facts(findable)?;
            if let Some(analyzed) = kept.get(&key).and_then(|part| postcard::from_bytes(part).ok()) {
                return Some((key, analyzed, true));
            }
            document.sections = renderer.document_sections(findable);
            Some((key, search::analyze(&document, config), false))
        })
        .collect();
    let unchanged = pages.len() == kept.len() && pages.iter().all(|(_, _, known)| *known);
    drop(kept);
    drop(bytes);
    if let Some(folder) = cache.filter(|_| !unchanged) {
        save(folder, &settings, &pages);
    }
    search::build(pages.into_iter().map(|(_, analyzed, _)| analyzed).collect(), config)
}

/// Where each kept analysis lies in the file, by its key. They are read one by one, when they are needed: all of them
/// at once would be as large as the site.
fn index<'a>(bytes: &'a [u8], settings: &[u8; 32]) -> HashMap<[u8; 32], &'a [u8]> {
    let mut kept = HashMap::new();
    let Some(mut rest) = bytes.strip_prefix(header(settings).as_slice()) else { return kept };
    while let Some((key, after)) = rest.split_first_chunk::<32>() {
        let Some((length, after)) = after.split_first_chunk::<4>() else { break };
        let Some((part, after)) = after.split_at_checked(u32::from_le_bytes(*length) as usize) else { break };
        kept.insert(*key, part);
        rest = after;
    }
    kept
}

fn save(folder: &Path, settings: &[u8; 32], pages: &[([u8; 32], Analyzed, bool)]) {
    // Written piece by piece: as one text it would be the largest thing in memory.
    write_whole(&folder.join("search.bin"), |file| {
        file.write_all(&header(settings))?;
        for (key, analyzed, _) in pages {
            let Ok(part) = postcard::to_allocvec(analyzed) else { continue };
            let Ok(length) = u32::try_from(part.len()) else { continue };
            file.write_all(key)?;
            file.write_all(&length.to_le_bytes())?;
            file.write_all(&part)?;
        }
        Ok(())
    });
}

fn header(settings: &[u8; 32]) -> Vec<u8> {
    let mut header = FORMAT.to_le_bytes().to_vec();
    header.extend_from_slice(settings);
    header
}
