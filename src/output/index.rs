//! The search index of a site, with the analysis of unchanged pages kept between builds.

use super::cache::write_whole;
use crate::config::search::SearchConfig;
use crate::render::Renderer;
use crate::search::{self, Analyzed, Update};
use rayon::prelude::*;
use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Changes with what analysis makes of a page, so that kept analyses are dropped.
const FORMAT: u32 = 8;

/// Makes the index. `cache` is the folder where analyses are kept, if they are; `known` tells which files of the index
/// need not be made again.
pub fn search_index(
    renderer: &Renderer,
    config: &SearchConfig,
    cache: Option<&Path>,
    known: &(dyn Fn(&str) -> bool + Sync),
) -> Update {
    let mut settings = blake3::Hasher::new();
    settings.update(env!("CARGO_PKG_VERSION").as_bytes());
    // Writing to a hasher can't fail.
    let _ = serde_json::to_writer(&mut settings, config);
    let settings = *settings.finalize().as_bytes();
    let read =
        |name: &str| cache.map(|folder| fs::read(folder.join(name)).unwrap_or_default()).unwrap_or_default();
    let (all, recent) = (read(ALL), read(RECENT));
    let (in_all, in_recent) = (index(&all, &settings), index(&recent, &settings));
    let pages: Vec<Kept<'_>> = renderer
        .findable()
        .into_par_iter()
        .filter_map(|findable| {
            let (key, mut document) = renderer.document_facts(findable)?;
            if let Some(page) = in_all.get(&key).and_then(|part| postcard::from_bytes(part).ok()) {
                return Some(Kept { key, page, from: From::All });
            }
            if let Some(page) = in_recent.get(&key).and_then(|part| postcard::from_bytes(part).ok()) {
                return Some(Kept { key, page, from: From::Recent });
            }
            document.sections = renderer.document_sections(findable);
            Some(Kept { key, page: search::analyze(&document, config), from: From::Now })
        })
        .collect();
    if let Some(folder) = cache {
        let lost = in_all.len() + in_recent.len() > pages.len();
        save(folder, &settings, &pages, lost);
    }
    search::update(pages.into_iter().map(|kept| kept.page).collect(), config, known)
}

/// An analysis, under the hash of what it was made from.
struct Kept<'a> {
    key: [u8; 32],
    page: Analyzed<'a>,
    from: From,
}

/// Where an analysis comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// The file of all.
    All,
    /// The file of those that changed since that one was written.
    Recent,
    /// It is new.
    Now,
}

/// Analyses of the whole site. As large as the site, it is not written anew for each page that changes.
const ALL: &str = "search.bin";
/// Analyses of what has changed since.
const RECENT: &str = "search-recent.bin";
/// The file of all is written anew when the recent ones are more than one in so many.
const RECENT_SHARE: usize = 8;

/// Where each kept analysis lies in the file, by its key. They are read one by one, when they are needed, and not copied:
/// all of them at once are as large as the site.
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

/// Keeps analyses for the next build. `lost` tells that there are some that no page has any more.
fn save(folder: &Path, settings: &[u8; 32], pages: &[Kept<'_>], lost: bool) {
    let count = |from: From| pages.iter().filter(|page| page.from == from).count();
    let (old, recent, new) = (count(From::All), count(From::Recent), count(From::Now));
    if new == 0 && !lost {
        return;
    }
    if (recent + new) * RECENT_SHARE > old {
        write(&folder.join(ALL), settings, pages.iter());
        let _ = fs::remove_file(folder.join(RECENT));
    } else {
        write(&folder.join(RECENT), settings, pages.iter().filter(|page| page.from != From::All));
    }
}

fn write<'a, 'b: 'a>(path: &Path, settings: &[u8; 32], pages: impl Iterator<Item = &'a Kept<'b>>) {
    // Written piece by piece: as one text it would be the largest thing in memory.
    write_whole(path, |file| {
        file.write_all(&header(settings))?;
        for Kept { key, page, .. } in pages {
            let Ok(part) = postcard::to_allocvec(page) else { continue };
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
