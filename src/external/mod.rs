//! Whether links to other sites lead somewhere: each address is asked for once, politely.
//!
//! Hosts are asked side by side, one host by a few connections at most; HEAD comes first, GET where a server does not
//! answer that; `Retry-After` is waited for; what was fine is not asked again for days.

mod ask;
mod kept;

pub use ask::joined;

use crate::config::check::ExternalConfig;
use crate::record::period;
use ask::Client;
use kept::Kept;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What an address came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It leads somewhere.
    Fine,
    /// It leads somewhere else for good: its new address.
    Moved(String),
    /// It leads nowhere, and why.
    Gone(String),
    /// It could not be told, and why: a timeout, a server that is broken or does not want to be asked.
    Unknown(String),
}

/// What asking came to.
#[derive(Debug, Default)]
pub struct Visited {
    /// What each address came to. Addresses that are not to be asked are not there.
    pub verdicts: BTreeMap<String, Verdict>,
    /// How many were asked now; the others were known.
    pub asked: usize,
}

/// Hosts that are asked side by side.
const HOSTS: usize = 16;
/// Names that lead nowhere by agreement (RFC 2606, RFC 6761, RFC 6762, RFC 8375), and this machine.
const LOCAL: [&str; 9] = [
    "localhost",
    "example",
    "example.com",
    "example.net",
    "example.org",
    "invalid",
    "test",
    "local",
    "internal",
];

/// Asks for addresses (their fragments left out), with what is known from `cache`, a file that may be deleted at any time.
pub fn visit(addresses: &BTreeSet<String>, config: &ExternalConfig, cache: Option<&Path>) -> Visited {
    let skip: Vec<Regex> = config.skip.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
    let wanted = addresses.iter().filter(|address| is_asked(address, config, &skip));
    let mut kept = Kept::load(cache, period::days(&config.keep).unwrap_or(0));
    let mut visited = Visited::default();
    let mut by_host: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for address in wanted {
        match kept.get(address) {
            Some(verdict) => {
                visited.verdicts.insert(address.clone(), verdict);
            }
            None => by_host.entry(host(address).unwrap_or_default()).or_default().push(address),
        }
    }
    let lanes = by_host.into_values().flat_map(|all| lanes(all, config.per_host.max(1))).collect();
    let client = Client::new(Duration::from_secs(config.timeout.max(1)));
    let answers = side_by_side(lanes, &client);
    visited.asked = answers.len();
    // Where nothing at all answers, it is this machine that has no way out.
    let offline = !answers.is_empty() && answers.values().all(|answer| !answer.answered);
    for (address, answer) in answers {
        let verdict = match answer.verdict {
            Verdict::Gone(why) if offline => Verdict::Unknown(why),
            verdict => verdict,
        };
        kept.put(&address, &verdict);
        visited.verdicts.insert(address, verdict);
    }
    kept.save();
    visited
}

/// Whether settings let an address be asked: `hosts` names all that may be, `skip` those that may not.
fn is_asked(address: &str, config: &ExternalConfig, skip: &[Regex]) -> bool {
    let Some(host) = host(address) else { return false };
    let listed = config.hosts.iter().any(|name| is_below(host, name));
    let is_local = LOCAL.iter().any(|name| is_below(host, name))
        || host.starts_with('[')
        || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (listed || (config.hosts.is_empty() && !is_local))
        && !skip.iter().any(|pattern| pattern.is_match(address))
}

/// Whether a host is a name or stands below it.
fn is_below(host: &str, name: &str) -> bool {
    let rest = host.len().checked_sub(name.len()).and_then(|at| Some((host.get(..at)?, host.get(at..)?)));
    rest.is_some_and(|(before, end)| {
        end.eq_ignore_ascii_case(name) && (before.is_empty() || before.ends_with('.'))
    })
}

/// The host of an address of the web, without port.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.starts_with('[') {
        true => authority.split_inclusive(']').next()?,
        false => authority.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// The addresses of one host in as many rows as it may have connections.
fn lanes(all: Vec<&String>, count: usize) -> Vec<Vec<&String>> {
    let mut lanes: Vec<Vec<&String>> = vec![Vec::new(); count.min(all.len())];
    for (at, address) in all.into_iter().enumerate() {
        if let Some(lane) = lanes.get_mut(at % count) {
            lane.push(address);
        }
    }
    lanes
}

/// Asks row by row, several rows at a time.
fn side_by_side(lanes: VecDeque<Vec<&String>>, client: &Client) -> BTreeMap<String, ask::Answer> {
    let (waiting, answers) = (Mutex::new(lanes), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..HOSTS {
            scope.spawn(|| {
                loop {
                    let lane = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(lane) = lane else { break };
                    for address in lane {
                        let answer = client.ask(address);
                        answers
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .insert(address.clone(), answer);
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_that_may_be_asked_are() {
        let asked = |address: &str, config: &ExternalConfig| {
            let skip: Vec<Regex> = config.skip.iter().map(|text| Regex::new(text).unwrap()).collect();
            is_asked(address, config, &skip)
        };
        let all = ExternalConfig::default();
        assert!(asked("https://www.rust-lang.org/learn", &all));
        for local in [
            "http://localhost:8080/",
            "https://kb.example.org",
            "http://127.0.0.1/",
            "http://[::1]/",
            "mailto:a@b.c",
        ] {
            assert!(!asked(local, &all), "{local}");
        }
        let some = ExternalConfig {
            hosts: vec!["rust-lang.org".into(), "127.0.0.1".into()],
            skip: vec!["/secret".into()],
            ..ExternalConfig::default()
        };
        assert!(asked("https://doc.rust-lang.org/", &some) && asked("http://127.0.0.1:8080/x", &some));
        assert!(!asked("https://not-rust-lang.org/", &some) && !asked("https://rust-lang.org/secret", &some));
    }

    #[test]
    fn a_host_is_asked_by_a_few_connections() {
        let all: Vec<String> = ('a'..='e').map(String::from).collect();
        let lanes = lanes(all.iter().collect(), 2);
        assert_eq!(lanes, [vec!["a", "c", "e"], vec!["b", "d"]]);
        assert_eq!(host("https://u:p@h.example:8080?q"), Some("h.example"));
    }
}
