//! Pages that front matter names: by path like a link, or by the file's name alone.

use super::Site;
use super::entry::{Entry, EntryId};
use super::link::{self, Place};
use crate::record::{Fields, Kind};
use std::collections::HashMap;

/// Pages by the names of their files, to look one up without going through all of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Stems(Vec<EntryId>);

impl Stems {
    pub fn of(entries: &[Entry]) -> Self {
        let mut ids: Vec<EntryId> =
            entries.iter().filter(|entry| !entry.is_section).map(|entry| entry.id).collect();
        ids.sort_by(|a, b| stem(entries, *a).cmp(stem(entries, *b)).then(a.cmp(b)));
        Self(ids)
    }

    fn find<'a>(&'a self, entries: &'a [Entry], name: &str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let (from, until) = (
            self.0.partition_point(|id| stem(entries, *id) < name),
            self.0.partition_point(|id| stem(entries, *id) <= name),
        );
        self.0.get(from..until).unwrap_or_default().iter().filter_map(|id| entries.get(id.0))
    }
}

fn stem(entries: &[Entry], id: EntryId) -> &str {
    entries.get(id.0).map_or("", |entry| entry.page.stem())
}

impl Site {
    /// The page that another one names. A bare name is that of a file of the kind, wherever it lies.
    pub fn named(&self, from: &Entry, name: &str, kind: Option<Kind>) -> Option<&Entry> {
        if let Place::Entry(id, _) = link::look_up(&self.places, &self.entries, from, name).place {
            return self.entry(id);
        }
        let mut same = self.stems.find(&self.entries, name);
        same.find(|entry| kind.is_none_or(|kind| entry.page.kind == kind))
    }

    /// Decisions that a decision took the place of.
    pub fn replaced(&self, by: EntryId) -> &[EntryId] {
        self.replaces.get(&by).map(Vec::as_slice).unwrap_or_default()
    }

    /// Joins decisions to those that they took the place of.
    pub(super) fn join_decisions(&self) -> HashMap<EntryId, Vec<EntryId>> {
        let mut all: HashMap<EntryId, Vec<EntryId>> = HashMap::new();
        for entry in &self.entries {
            let Fields::Decision(decision) = &entry.page.front.fields else { continue };
            let Some(name) = &decision.replaced_by else { continue };
            if let Some(by) = self.named(entry, name, Some(Kind::Decision)) {
                all.entry(by.id).or_default().push(entry.id);
            }
        }
        all
    }
}
