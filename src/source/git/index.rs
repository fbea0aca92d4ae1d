//! From an object id to its place in a list, in four bytes a slot: a history of a million commits
//! needs 8 MB here where a map with its own copy of the ids takes 50.

use super::object::Id;

const EMPTY: u32 = u32::MAX;

/// An open-addressing table of positions. The ids themselves stand in the list that is indexed.
#[derive(Debug, Default, Clone)]
pub struct IdIndex {
    slots: Vec<u32>,
    used: usize,
}

impl IdIndex {
    /// The position of `id` in `ids`.
    pub fn get(&self, ids: &[Id], id: &Id) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = start(id, mask);
        loop {
            let position = *self.slots.get(at)?;
            if position == EMPTY {
                return None;
            }
            if ids.get(position as usize) == Some(id) {
                return Some(position);
            }
            at = (at + 1) & mask;
        }
    }

    /// Records that the id at `position` of `ids` is there. It must not be in the table yet.
    pub fn insert(&mut self, ids: &[Id], position: u32) {
        if (self.used + 1) * 3 > self.slots.len() * 2 {
            let size = (self.slots.len() * 2).max(64);
            let old = std::mem::replace(&mut self.slots, vec![EMPTY; size]);
            for position in old.into_iter().filter(|&position| position != EMPTY) {
                self.place(ids, position);
            }
        }
        self.place(ids, position);
        self.used += 1;
    }

    fn place(&mut self, ids: &[Id], position: u32) {
        let (Some(id), Some(mask)) = (ids.get(position as usize), self.slots.len().checked_sub(1)) else {
            return;
        };
        let mut at = start(id, mask);
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == EMPTY {
                *slot = position;
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

fn start(id: &Id, mask: usize) -> usize {
    // The table is never longer than a usize, so cutting the hash to it is meant.
    #[allow(clippy::cast_possible_truncation)]
    let hash = id.prefix() as usize;
    hash & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inserted_is_found() {
        let ids: Vec<Id> = (0..500_u32)
            .map(|number| {
                let mut id = [0; 20];
                id[..4].copy_from_slice(&(number * 64).to_le_bytes());
                Id(id)
            })
            .collect();
        let mut index = IdIndex::default();
        for position in 0..499 {
            index.insert(&ids, position);
        }
        for position in 0..499 {
            assert_eq!(index.get(&ids, &ids[position as usize]), Some(position));
        }
        assert_eq!(index.get(&ids, &ids[499]), None);
        assert_eq!(IdIndex::default().get(&ids, &ids[0]), None);
    }
}
