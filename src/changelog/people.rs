//! Who contributed to a release.

use super::classify::Classifier;
use super::model::People;
use crate::source::git::pages::co_authors;
use crate::source::git::{Graph, Number, Person};
use std::collections::{BTreeMap, HashSet};

/// The authors and co-authors of commits, the most changes first. Bots are nobody.
pub fn contributors(graph: &Graph, shown: &[Number], classifier: &Classifier<'_>) -> Vec<People> {
    let mut counts: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for &number in shown {
        let mut people: Vec<Person> = graph.author(number).cloned().into_iter().collect();
        graph.messages.with(number, |message| people.extend(co_authors(message)));
        let mut seen = HashSet::new();
        for person in people {
            if classifier.is_bot(&person.name) || !seen.insert(person.name.to_lowercase()) {
                continue;
            }
            let entry = counts.entry(person.name.to_lowercase()).or_insert_with(|| (person.name, 0));
            entry.1 += 1;
        }
    }
    let mut people: Vec<People> =
        counts.into_values().map(|(name, changes)| People { name, changes }).collect();
    people.sort_by(|left, right| right.changes.cmp(&left.changes).then_with(|| left.name.cmp(&right.name)));
    people
}
