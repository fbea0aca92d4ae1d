//! What a channel is to be told, given what it was told before.

use super::ledger::{ChannelLedger, Entry, State};
use super::news::News;
use crate::config::broadcast::{ChannelConfig, NewsKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What happened to a piece of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is new.
    New,
    /// A runbook says something else.
    Changed,
    /// What was told was not right, or is not all.
    Correction,
    /// It is gone.
    Withdrawn,
}

/// Something to tell a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What happened.
    pub what: What,
    /// To what. What is gone has no more than its title.
    pub news: News,
}

/// What is to be done for a channel.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is to be told.
    pub events: Vec<Event>,
    /// What is to be noted without being told.
    pub noted: BTreeMap<String, Entry>,
    /// Ids that are to be forgotten.
    pub forgotten: Vec<String>,
    /// News of which a run that broke off left unknown whether they arrived.
    pub uncertain: Vec<Event>,
}

impl Entry {
    /// An entry about a piece of news.
    pub fn of(news: &News, state: State) -> Self {
        // A title that was never told is nobody's to take back: a large site has thousands of them.
        let told = |text: &String| if state == State::Known { String::new() } else { text.clone() };
        Self {
            fingerprint: news.fingerprint.clone(),
            kind: news.kind,
            title: told(&news.title),
            url: told(&news.url),
            state,
            sending: None,
        }
    }
}

/// Whether a channel wants a piece of news.
fn is_wanted(channel: &ChannelConfig, news: &News) -> bool {
    let name = |text: &String| text.trim_start_matches('@').to_lowercase();
    let within = |list: &[String], values: &[String]| {
        list.is_empty() || values.iter().any(|value| list.iter().any(|wanted| name(wanted) == name(value)))
    };
    (channel.kinds.is_empty() || channel.kinds.contains(&news.kind))
        && within(&channel.services, &news.services)
        && within(&channel.owners, news.owner.as_slice())
        && (!channel.breaking || news.breaking)
        && (channel.prereleases || !news.prerelease)
}

/// Holds the news of a site against what a channel was told. `is_whole` tells whether the history is: releases that a
/// shallow clone lacks were not withdrawn.
pub fn decide(channel: &ChannelConfig, told: &ChannelLedger, all: &[News], is_whole: bool) -> Decision {
    let mut decision = Decision::default();
    let there: BTreeSet<&str> = all.iter().map(|news| news.id.as_str()).collect();
    let mut gone: BTreeMap<&str, &Entry> = told
        .news
        .iter()
        .map(|(id, entry)| (id.as_str(), entry))
        .filter(|(id, _)| !there.contains(id))
        .collect();
    for news in all {
        if !is_wanted(channel, news) {
            // If the channel asks for more one day, that begins with what is new then.
            if !told.news.contains_key(&news.id) {
                decision.noted.insert(news.id.clone(), Entry::of(news, State::Known));
            }
            continue;
        }
        let Some(entry) = told.news.get(&news.id) else {
            // A page that was renamed says the same elsewhere. Another version of a package is another release.
            let is_page = is_kept(news.kind) && news.kind != NewsKind::Release;
            let moved = gone
                .iter()
                .filter(|_| is_page)
                .find(|(_, entry)| entry.kind == news.kind && entry.fingerprint == news.fingerprint);
            match moved.map(|(id, entry)| (*id, *entry)) {
                Some((id, entry)) => {
                    gone.remove(id);
                    decision.forgotten.push(id.to_owned());
                    decision.noted.insert(news.id.clone(), Entry::of(news, entry.state));
                }
                None if news.withdrawn => {
                    decision.noted.insert(news.id.clone(), Entry::of(news, State::Known));
                }
                None => decision.events.push(Event { what: What::New, news: news.clone() }),
            }
            continue;
        };
        let is_same = entry.fingerprint == news.fingerprint;
        let event = |what| Event { what, news: news.clone() };
        match entry.state {
            State::Sending => decision.uncertain.push(event(entry.sending.unwrap_or(What::New))),
            State::Withdrawn if !news.withdrawn => decision.events.push(event(What::New)),
            State::Withdrawn => {}
            State::Sent if news.withdrawn => decision.events.push(event(What::Withdrawn)),
            _ if is_same => {}
            // Another annals made it of other texts: only from now on is a difference one.
            state if format_of(&entry.fingerprint) != format_of(&news.fingerprint) => {
                decision.noted.insert(news.id.clone(), Entry::of(news, state));
            }
            _ if news.kind == NewsKind::Runbook => decision.events.push(event(What::Changed)),
            State::Sent if is_kept(news.kind) => decision.events.push(event(What::Correction)),
            // Who was never told needs no correction.
            state => drop(decision.noted.insert(news.id.clone(), Entry::of(news, state))),
        }
    }
    for (id, entry) in gone {
        match entry.state {
            State::Withdrawn => {}
            State::Sending if is_kept(entry.kind) => {
                decision.uncertain.push(Event { what: What::Withdrawn, news: remains(id, entry) });
            }
            State::Sent if is_kept(entry.kind) && (is_whole || entry.kind != NewsKind::Release) => {
                decision.events.push(Event { what: What::Withdrawn, news: remains(id, entry) });
            }
            // An action item that is done and a page that was reviewed are no news any more.
            _ if is_whole || entry.kind != NewsKind::Release => decision.forgotten.push(id.to_owned()),
            _ => {}
        }
    }
    decision
}

/// Whether it is news when it is gone.
fn is_kept(kind: NewsKind) -> bool {
    !matches!(kind, NewsKind::Action | NewsKind::Stale)
}

/// The format of a fingerprint, which stands before it.
fn format_of(fingerprint: &str) -> &str {
    fingerprint.split_once(':').map_or("", |(format, _)| format)
}

/// What is left of a piece of news that is gone.
fn remains(id: &str, entry: &Entry) -> News {
    News::gone(id, entry.kind, &entry.title, &entry.url, &entry.fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(settings: &str) -> ChannelConfig {
        let text = format!("name = 'c'\ntype = 'slack'\nurl_env = 'U'\n{settings}");
        toml::from_str(&text).unwrap()
    }

    fn news(id: &str, kind: NewsKind, fingerprint: &str) -> News {
        News { withdrawn: false, ..News::gone(id, kind, id, "u/", fingerprint) }
    }

    fn told(entries: &[(&str, NewsKind, &str, State)]) -> ChannelLedger {
        let entry = |(id, kind, fingerprint, state): &(&str, NewsKind, &str, State)| {
            ((*id).to_owned(), Entry::of(&news(id, *kind, fingerprint), *state))
        };
        ChannelLedger { digest: None, news: entries.iter().map(entry).collect() }
    }

    fn events(decision: &Decision) -> Vec<(What, &str)> {
        decision.events.iter().map(|event| (event.what, event.news.id.as_str())).collect()
    }

    use NewsKind::{Action, Release, Retro, Runbook};

    #[test]
    fn each_piece_of_news_is_told_once_corrected_once_and_taken_back_once() {
        let all = [news("new", Release, "1"), news("same", Release, "1"), news("other", Release, "2")];
        let before = told(&[
            ("same", Release, "1", State::Sent),
            ("other", Release, "1", State::Sent),
            ("gone", Retro, "1", State::Sent),
            ("long gone", Retro, "1", State::Withdrawn),
        ]);
        let decision = decide(&channel(""), &before, &all, true);
        assert_eq!(
            events(&decision),
            [(What::New, "new"), (What::Correction, "other"), (What::Withdrawn, "gone")]
        );
    }

    #[test]
    fn who_was_never_told_needs_no_correction_but_a_runbook_that_changed_is_news() {
        let all = [news("r", Release, "2"), news("b", Runbook, "2")];
        let before = told(&[
            ("r", Release, "1", State::Known),
            ("b", Runbook, "1", State::Known),
            ("gone", Retro, "1", State::Known),
        ]);
        let decision = decide(&channel(""), &before, &all, true);
        assert_eq!(events(&decision), [(What::Changed, "b")]);
        assert_eq!(decision.noted["r"].fingerprint, "2");
        assert_eq!(decision.forgotten, ["gone"]);
    }

    #[test]
    fn another_annals_does_not_correct_everything() {
        let all = [news("r", Release, "2:a"), news("b", Runbook, "2:a")];
        let before = told(&[("r", Release, "1:b", State::Sent), ("b", Runbook, "1:b", State::Known)]);
        let decision = decide(&channel(""), &before, &all, true);
        assert_eq!(events(&decision), []);
        assert_eq!(decision.noted["b"].fingerprint, "2:a");
    }

    #[test]
    fn a_page_that_was_renamed_is_no_news() {
        let before = told(&[("old", Retro, "1", State::Sent)]);
        let decision = decide(&channel(""), &before, &[news("new", Retro, "1")], true);
        assert_eq!(events(&decision), []);
        assert_eq!((decision.forgotten, decision.noted["new"].state), (vec!["old".to_owned()], State::Sent));
        // A version that was taken back for another one is.
        let before = told(&[("a@1", Release, "1", State::Sent)]);
        let decision = decide(&channel(""), &before, &[news("a@2", Release, "1")], true);
        assert_eq!(events(&decision), [(What::New, "a@2"), (What::Withdrawn, "a@1")]);
    }

    #[test]
    fn what_a_shallow_clone_lacks_was_not_taken_back() {
        let before = told(&[("r", Release, "1", State::Sent), ("a", Action, "1", State::Sent)]);
        let decision = decide(&channel(""), &before, &[], false);
        assert_eq!((events(&decision), &decision.forgotten), (vec![], &vec!["a".to_owned()]));
        let decision = decide(&channel(""), &before, &[], true);
        assert_eq!(events(&decision), [(What::Withdrawn, "r")]);
    }

    #[test]
    fn a_yanked_release_is_taken_back_where_it_was_told() {
        let yanked = News { withdrawn: true, ..news("r", Release, "1") };
        let of = |state| {
            decide(&channel(""), &told(&[("r", Release, "1", state)]), std::slice::from_ref(&yanked), true)
        };
        assert_eq!(events(&of(State::Sent)), [(What::Withdrawn, "r")]);
        assert_eq!(events(&of(State::Withdrawn)), []);
        assert_eq!(events(&of(State::Known)), []);
        assert_eq!(events(&decide(&channel(""), &told(&[]), std::slice::from_ref(&yanked), true)), []);
    }

    #[test]
    fn filters_leave_out_and_a_wider_one_begins_with_what_is_new() {
        let of = |settings: &str| {
            let mut one = news("a", Release, "1");
            one.services = vec!["Web".to_owned()];
            one.owner = Some("edge".to_owned());
            decide(&channel(settings), &told(&[]), &[one], true)
        };
        for wanted in ["services = ['web']", "owners = ['@edge']", "kinds = ['release', 'retro']", ""] {
            assert_eq!(events(&of(wanted)).len(), 1, "{wanted}");
        }
        for unwanted in ["services = ['api']", "owners = ['ops']", "kinds = ['retro']", "breaking = true"] {
            let decision = of(unwanted);
            assert_eq!(events(&decision), [], "{unwanted}");
            assert_eq!(decision.noted["a"].state, State::Known, "{unwanted}");
        }
    }

    #[test]
    fn what_a_run_left_uncertain_is_told_of_and_not_sent() {
        let before = told(&[("a", Release, "1", State::Sending)]);
        let decision = decide(&channel(""), &before, &[news("a", Release, "1")], true);
        assert_eq!((events(&decision), decision.uncertain.len()), (vec![], 1));
        // A page that is gone since: nobody knows whether that was told.
        let decision = decide(&channel(""), &before, &[], true);
        assert_eq!((events(&decision), decision.uncertain.len()), (vec![], 1));
    }
}
