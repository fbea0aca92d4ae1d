//! Which incidents are alike: by their cause, their runbooks and alerts, their services, and by rare words that they share.
//!
//! Nobody's retro is compared with every other: only with those that share something rare, so that the time grows with
//! the number of retros and not with its square.

use super::entry::{Entry, EntryId};
use super::records::{Alert, Incident};
use crate::record::Fields;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Incidents that one page names.
const MOST: usize = 4;
/// What more incidents share tells nothing.
const COMMON: usize = 40;
/// Rare words that two incidents must share, with a service in common and without one.
const WORDS: (usize, usize) = (2, 4);

/// An incident that is like another, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// Its retro.
    pub entry: EntryId,
    /// Whether one package caused both.
    pub same_cause: bool,
    /// Whether they name one runbook.
    pub same_runbook: bool,
    /// Alerts that both tell of.
    pub alerts: Vec<String>,
    /// Services that both concern.
    pub services: Vec<String>,
    /// Rare words that both use, the rarest first.
    pub words: Vec<String>,
}

/// What an incident can share with another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Feature {
    Cause(String),
    Runbook(String),
    Alert(String),
    Word(String),
}

/// For each incident, those that are like it. `alerts` are all that the site knows.
pub(super) fn similar(entries: &[Entry], incidents: &[Incident], alerts: &[Alert]) -> Vec<Vec<Similar>> {
    let alerts: HashSet<&str> = alerts.iter().map(|alert| alert.name.as_str()).collect();
    let features: Vec<BTreeSet<Feature>> =
        incidents.par_iter().map(|incident| features(entries, incident, &alerts)).collect();
    let mut postings: HashMap<&Feature, Vec<usize>> = HashMap::new();
    for (index, own) in features.iter().enumerate() {
        for feature in own {
            postings.entry(feature).or_default().push(index);
        }
    }
    // A word that a tenth of all retros use is not rare.
    let rare = (incidents.len() / 10).clamp(2, COMMON);
    postings.retain(|feature, list| {
        let most = if matches!(feature, Feature::Word(_)) { rare } else { COMMON };
        (2..=most).contains(&list.len())
    });
    features.par_iter().enumerate().map(|(index, own)| alike(index, own, &postings, incidents)).collect()
}

#[derive(Default)]
struct Shared<'a> {
    cause: bool,
    runbook: bool,
    alerts: Vec<&'a str>,
    /// Each with the number of incidents that use it.
    words: Vec<(usize, &'a str)>,
}

fn alike(
    index: usize,
    own: &BTreeSet<Feature>,
    postings: &HashMap<&Feature, Vec<usize>>,
    incidents: &[Incident],
) -> Vec<Similar> {
    let mut others: BTreeMap<usize, Shared<'_>> = BTreeMap::new();
    for feature in own {
        let Some(list) = postings.get(feature) else { continue };
        for other in list.iter().filter(|other| **other != index) {
            let shared = others.entry(*other).or_default();
            match feature {
                Feature::Cause(_) => shared.cause = true,
                Feature::Runbook(_) => shared.runbook = true,
                Feature::Alert(name) => shared.alerts.push(name),
                Feature::Word(word) => shared.words.push((list.len(), word)),
            }
        }
    }
    let Some(incident) = incidents.get(index) else { return Vec::new() };
    let mut found: Vec<(f64, Similar)> = others
        .into_iter()
        .filter_map(|(other, mut shared)| {
            let other = incidents.get(other)?;
            let services: Vec<String> =
                incident.services.iter().filter(|name| other.services.contains(name)).cloned().collect();
            let needed = if services.is_empty() { WORDS.1 } else { WORDS.0 };
            let tells = shared.cause || shared.runbook || !shared.alerts.is_empty();
            if !tells && shared.words.len() < needed {
                return None;
            }
            // An alert is named as such, and not once more as a word.
            shared
                .words
                .retain(|(_, word)| !shared.alerts.iter().any(|alert| alert.eq_ignore_ascii_case(word)));
            shared.words.sort_unstable();
            let words: f64 = shared.words.iter().map(|(count, _)| 1.0 / f64::from(clamped(*count))).sum();
            let score = 4.0 * f64::from(u8::from(shared.cause))
                + 3.0 * f64::from(u8::from(shared.runbook))
                + 3.0 * f64::from(u8::from(!shared.alerts.is_empty()))
                + 2.0 * f64::from(u8::from(!services.is_empty()))
                + words;
            let similar = Similar {
                entry: other.entry,
                same_cause: shared.cause,
                same_runbook: shared.runbook,
                alerts: shared.alerts.iter().take(MOST).map(|name| (*name).to_owned()).collect(),
                services,
                words: shared.words.iter().take(MOST).map(|(_, word)| (*word).to_owned()).collect(),
            };
            Some((score, similar))
        })
        .collect();
    // Incidents stand newest first, and the order of equals is kept.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MOST).map(|(_, similar)| similar).collect()
}

fn clamped(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).max(1)
}

fn features(entries: &[Entry], incident: &Incident, alerts: &HashSet<&str>) -> BTreeSet<Feature> {
    let Some(entry) = entries.get(incident.entry.0) else { return BTreeSet::new() };
    let page = &entry.page;
    let mut found = BTreeSet::new();
    if let Some(cause) = &incident.cause {
        let package = cause.rsplit_once('@').map_or(cause.as_str(), |(package, _)| package);
        found.insert(Feature::Cause(package.to_lowercase()));
    }
    if let Fields::Retro(retro) = &page.front.fields {
        let name = |name: &String| {
            let name = name.rsplit('/').next().unwrap_or(name);
            Feature::Runbook(name.trim_end_matches(".md").to_lowercase())
        };
        found.extend(retro.runbooks.0.iter().map(name));
    }
    if !alerts.is_empty() {
        let told = named(page.body()).filter(|word| alerts.contains(word));
        found.extend(told.map(|name| Feature::Alert(name.to_owned())));
    }
    let texts = [page.title.as_str(), page.outline.summary.as_str()]
        .into_iter()
        .chain(page.front.common.tags.0.iter().map(String::as_str))
        .chain(page.timeline.iter().map(|entry| entry.text.as_str()))
        .chain(page.actions.iter().map(|action| action.text.as_str()));
    for text in texts {
        found.extend(words(text).map(Feature::Word));
    }
    found
}

/// Shortest word that tells anything by itself.
const SHORT: usize = 4;

/// Words of every retro, which say nothing of what two of them have in common.
const STOP: &[&str] = &[
    "about",
    "after",
    "again",
    "alert",
    "alerts",
    "also",
    "another",
    "back",
    "because",
    "been",
    "before",
    "began",
    "being",
    "between",
    "both",
    "caused",
    "change",
    "could",
    "customers",
    "does",
    "down",
    "during",
    "each",
    "error",
    "errors",
    "every",
    "failed",
    "first",
    "fixed",
    "from",
    "gave",
    "have",
    "having",
    "incident",
    "into",
    "issue",
    "longer",
    "made",
    "make",
    "many",
    "minutes",
    "more",
    "most",
    "need",
    "needs",
    "normal",
    "only",
    "other",
    "outage",
    "over",
    "page",
    "paged",
    "pages",
    "problem",
    "release",
    "requests",
    "resolved",
    "rollback",
    "rolled",
    "same",
    "service",
    "should",
    "since",
    "some",
    "started",
    "still",
    "such",
    "team",
    "than",
    "that",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "through",
    "time",
    "until",
    "used",
    "users",
    "version",
    "very",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "will",
    "with",
    "without",
    "would",
];

/// What may be the name of an alert.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !(char.is_alphanumeric() || char == '_')).filter(|word| !word.is_empty())
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|char: char| !(char.is_alphanumeric() || char == '_'))
        .filter(|word| word.chars().count() >= SHORT && word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| STOP.binary_search(&word.as_str()).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_words_that_say_nothing_is_sorted() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn words_are_what_can_tell_incidents_apart() {
        let found: Vec<String> = words("The canary at 09:02 was paged: node_disk 5xx, Edge5xxHigh").collect();
        assert_eq!(found, ["canary", "node_disk", "edge5xxhigh"]);
    }
}
