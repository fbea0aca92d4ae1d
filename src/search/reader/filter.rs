//! Which pages a query may find at all.

use super::Index;
use super::plan::Group;
use super::store::Error;
use crate::search::fold::fold;
use crate::search::query::Query;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Whether each page may be found; none if all may.
pub(super) fn allowed(
    index: &Index<'_>,
    query: &Query,
    groups: &[Group],
) -> Result<Option<Vec<bool>>, Error> {
    if query.filters.is_empty() && query.without.is_empty() && query.phrases.is_empty() {
        return Ok(None);
    }
    let mut allowed = vec![true; index.pages()];
    let mut by_key: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in &query.filters {
        by_key.entry(key).or_default().push(value);
    }
    for (key, values) in by_key {
        let mut has = vec![false; index.pages()];
        // Several values of one key are alternatives, but the ends of a span of time are not.
        for value in values {
            mark(index, key, value, &mut has)?;
        }
        and(&mut allowed, &has);
    }
    for words in &query.without {
        for (page, allowed) in allowed.iter_mut().enumerate() {
            *allowed &= !has_phrase(index, words, page as u32)?;
        }
    }
    for &(first, last) in &query.phrases {
        let words: Vec<String> =
            groups.iter().take(last + 1).skip(first).map(|group| group.text.clone()).collect();
        for (page, allowed) in allowed.iter_mut().enumerate() {
            *allowed = *allowed && has_phrase(index, &words, page as u32)?;
        }
    }
    Ok(Some(allowed))
}

fn and(allowed: &mut [bool], has: &[bool]) {
    for (allowed, has) in allowed.iter_mut().zip(has) {
        *allowed &= has;
    }
}

/// Marks the pages that a filter lets through.
fn mark(index: &Index<'_>, key: &str, value: &str, has: &mut [bool]) -> Result<(), Error> {
    if key == "kind" {
        let value = fold(value);
        for (page, has) in has.iter_mut().enumerate() {
            *has |= fold(index.kind(page as u32)) == value;
        }
        return Ok(());
    }
    let facet = if matches!(key, "before" | "after") { "date" } else { key };
    for (candidate, gaps) in index.facet(facet)?.iter() {
        let matches = match key {
            "before" => candidate.as_str() < value,
            "after" => candidate.as_str() >= value,
            "version" => version_matches(candidate, value),
            _ => fold(candidate) == fold(value),
        };
        if !matches {
            continue;
        }
        let mut next = 0;
        for gap in gaps {
            let page = next + *gap as usize;
            next = page + 1;
            if let Some(has) = has.get_mut(page) {
                *has = true;
            }
        }
    }
    Ok(())
}

/// Whether a version is as asked: `2.3` is any 2.3.x, `>=2.3`, `<3`, `>2`, `<=2.3` compare.
fn version_matches(version: &str, asked: &str) -> bool {
    for (sign, wanted) in
        [(">=", [Ordering::Greater, Ordering::Equal]), ("<=", [Ordering::Less, Ordering::Equal])]
    {
        if let Some(other) = asked.strip_prefix(sign) {
            return wanted.contains(&compare_versions(version, other));
        }
    }
    if let Some(other) = asked.strip_prefix('>') {
        return compare_versions(version, other) == Ordering::Greater;
    }
    if let Some(other) = asked.strip_prefix('<') {
        return compare_versions(version, other) == Ordering::Less;
    }
    let asked: Vec<String> = pieces(asked.trim_start_matches('='));
    pieces(version).get(..asked.len()).is_some_and(|start| start == asked)
}

/// The pieces of a version: `v2.3.0-rc.1` is 2, 3, 0, rc, 1.
fn pieces(version: &str) -> Vec<String> {
    version
        .trim_start_matches(['v', 'V'])
        .split(['.', '-', '+'])
        .filter(|piece| !piece.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Numbers by value, words after nothing's end as pre-releases: 2.3.0-rc.1 < 2.3.0; 2.3 = 2.3.0.
fn compare_versions(a: &str, b: &str) -> Ordering {
    let (a, b) = (pieces(a), pieces(b));
    for index in 0..a.len().max(b.len()) {
        let order = rank(a.get(index)).cmp(&rank(b.get(index)));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// A piece's place: a word below any number, what is absent like 0.
fn rank(piece: Option<&String>) -> (bool, u64, &str) {
    match piece {
        None => (true, 0, ""),
        Some(piece) => match piece.parse() {
            Ok(number) => (true, number, ""),
            Err(_) => (false, 0, piece),
        },
    }
}

/// Whether a page has the words one after another in one field of one section. Stop words and
/// common ones may stand anywhere, since their places are not kept, but they keep their room.
fn has_phrase(index: &Index<'_>, words: &[String], page: u32) -> Result<bool, Error> {
    let mut lists = Vec::new();
    for word in words {
        let Some(postings) = index.term(word)? else { return Ok(false) };
        let Some(at) = postings.find(page) else { return Ok(false) };
        lists.push((index.is_stop(word) || index.is_unplaced(&postings), postings, at));
    }
    if lists.len() == 1 {
        return Ok(true);
    }
    let mut starts: Option<Vec<(u32, u8, u32)>> = None;
    for (offset, (unplaced, postings, at)) in lists.iter().enumerate() {
        if *unplaced {
            continue;
        }
        let mut found = Vec::new();
        postings.occurrences(*at, |section, field, position| {
            if let Some(start) = position.checked_sub(offset as u32) {
                found.push((section, field, start));
            }
        });
        starts = Some(match starts {
            None => found,
            Some(starts) => starts.into_iter().filter(|start| found.contains(start)).collect(),
        });
    }
    Ok(starts.is_none_or(|starts| !starts.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number_and_pre_releases_come_first() {
        assert!(version_matches("v2.10.0", ">=2.3"));
        assert!(!version_matches("2.3.0-rc.1", ">=2.3.0"));
        assert!(version_matches("2.3.0", ">=2.3"));
        assert!(version_matches("2.3.7", "2.3"));
        assert!(!version_matches("2.30.0", "2.3"));
        assert!(version_matches("1.9.0", "<2"));
    }
}
