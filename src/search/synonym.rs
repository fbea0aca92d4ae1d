//! Words that mean the same to people who run things.

use super::token::compounds;
use crate::config::search::SearchConfig;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of words and phrases of equal meaning, one a line, members apart by commas; or, with `>`,
/// words of everyday speech and the terms of the trade that pages use for them, one way only.
/// A stem's other forms need no mention where the site has the form that is listed.
pub const BUILTIN: &str = include_str!("synonyms.txt");

/// The synonyms of each word or phrase: phrase to phrases, folded, words apart by one space. Only
/// those are kept whose words are all in the dictionary, as `has` tells.
pub fn table(config: &SearchConfig, has: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
    let mut table: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |from: &[String], to: &[String]| {
        for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
            if from != to && !from.is_empty() && !to.is_empty() && to.split(' ').all(&has) {
                table.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    };
    for line in BUILTIN.lines().filter(|line| config.builtin_synonyms && !line.starts_with('#')) {
        match line.split_once('>') {
            Some((from, to)) => add(&phrases(from.split(',')), &phrases(to.split(','))),
            None => {
                let group = phrases(line.split(','));
                add(&group, &group);
            }
        }
    }
    for group in &config.synonyms {
        let group = phrases(group.iter().map(String::as_str));
        add(&group, &group);
    }
    table.into_iter().map(|(from, to)| (from, to.into_iter().collect())).collect()
}

fn phrases<'a>(members: impl Iterator<Item = &'a str>) -> Vec<String> {
    members.map(phrase_words).collect()
}

fn phrase_words(phrase: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    compounds(phrase, &mut |compound| words.extend(compound.parts().map(str::to_string)));
    words.join(" ")
}
