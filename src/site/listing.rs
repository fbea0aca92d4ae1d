//! Lists of records: all that have one value in common, with an address of their own.

use super::url;
use std::collections::BTreeMap;

/// A list of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What the records have in common: `service`. Empty for the list of all.
    pub group: &'static str,
    /// The value that they have in common: `checkout`.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The records, by their place among all, in their order.
    pub rows: Vec<usize>,
}

impl Listing {
    pub(super) fn new(group: &'static str, name: &str, url: String) -> Self {
        Self { group, name: name.to_owned(), url, rows: Vec::new() }
    }
}

/// Values of one group that a page links to: as many as a page can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The group.
    pub group: &'static str,
    /// Its fullest lists, of times the newest, by their place among all, in the lists' order.
    pub shown: Vec<usize>,
    /// Lists that are left out.
    pub more: usize,
}

/// Values that a page links to at most.
const MOST: usize = 24;

/// What lists can be narrowed to, group by group.
pub(super) fn facets(lists: &[Listing]) -> Vec<Facet> {
    let mut facets = Vec::new();
    let mut start = 0;
    for group in lists.chunk_by(|a, b| a.group == b.group) {
        let mut shown: Vec<usize> = (start..start + group.len()).collect();
        start += group.len();
        if shown.len() > MOST {
            // Of times the newest stand first and are wanted most, however little happened in them.
            let is_time = group.first().is_some_and(|list| matches!(list.group, "month" | "year"));
            if !is_time {
                shown.sort_by_key(|at| std::cmp::Reverse(lists.get(*at).map_or(0, |list| list.rows.len())));
            }
            shown.truncate(MOST);
            shown.sort_unstable();
        }
        let more = group.len() - shown.len();
        facets.extend(group.first().map(|first| Facet { group: first.group, shown, more }));
    }
    facets
}

/// Puts a record into the list of a value. `place` is the group's rank among the groups and the address above it.
pub(super) fn add(
    lists: &mut BTreeMap<(usize, String), Listing>,
    place: (usize, &str),
    group: &'static str,
    name: &str,
    row: usize,
) {
    let slug = url::segment(name);
    if slug.is_empty() {
        return;
    }
    let (rank, root) = place;
    let list = lists
        .entry((rank, slug.clone()))
        .or_insert_with(|| Listing::new(group, name, format!("{root}{group}/{slug}/")));
    if list.rows.last() != Some(&row) {
        list.rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_links_to_the_fullest_lists_in_their_order() {
        let mut lists: Vec<Listing> = (0..30)
            .map(|number| Listing {
                rows: vec![0; number],
                ..Listing::new("tag", &number.to_string(), String::new())
            })
            .collect();
        lists.insert(0, Listing::new("year", "2026", String::new()));
        let found = facets(&lists);
        assert_eq!((found[0].group, found[0].shown.as_slice(), found[0].more), ("year", &[0][..], 0));
        assert_eq!(found[1].shown, (7..31).collect::<Vec<_>>());
        assert_eq!(found[1].more, 6);
    }
}
