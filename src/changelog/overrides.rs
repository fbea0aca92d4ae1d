//! Rewordings by hand: what a commit's message should have said, without rewriting history.
//!
//! A TOML file with one table for each commit, named by its hash (seven digits or more):
//!
//! ```toml
//! ["3f2a91c"]
//! message = "fix(api): retry on 503"   # read instead of the commit's own message
//!
//! ["77ab012"]
//! hide = "internal after all"           # left out, with the reason
//!
//! ["90cd3ee"]
//! release = "1.4.1"                     # told in that release of its package
//!
//! ["1b2c3d4"]
//! waive = "no user can see it"          # needs no release note
//! ```

use crate::diagnostic::{Diagnostic, Span};
use crate::source::git::{Graph, Number};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// What is said of one commit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Override {
    /// The message to be read instead.
    pub message: Option<String>,
    /// Why the commit is left out.
    pub hide: Option<String>,
    /// The version that it is told in.
    pub release: Option<String>,
    /// Why it needs no release note.
    pub waive: Option<String>,
}

impl Override {
    /// Whether it changes what a release says.
    pub fn rewords(&self) -> bool {
        self.message.is_some() || self.release.is_some()
    }
}

/// The overrides of a project, by hash as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    entries: BTreeMap<String, Override>,
}

impl Overrides {
    /// Reads the file. A fault in it is an error at its place.
    pub fn parse(text: &str, file: &str) -> (Self, Vec<Diagnostic>) {
        let entries: BTreeMap<String, Override> = match toml::from_str(text) {
            Ok(entries) => entries,
            Err(error) => {
                let span = Span::new(file, error.span().unwrap_or(0..0));
                let diagnostic = Diagnostic::error("overrides/invalid", error.message().to_owned()).at(span);
                return (Self::default(), vec![diagnostic]);
            }
        };
        let is_hash =
            |name: &str| (7..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let diagnostics = entries
            .keys()
            .filter(|name| !is_hash(name))
            .map(|name| {
                let at = text.find(name.as_str()).unwrap_or(0);
                let message = format!("`{name}` is no hash of a commit");
                Diagnostic::error("overrides/bad-hash", message)
                    .at(Span::new(file, at..at + name.len()))
                    .help("name the commit by seven to forty hexadecimal digits")
            })
            .collect();
        (Self { entries }, diagnostics)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Finds the commits in a history. Entries of other sources are passed over; a hash that several
    /// commits share is left alone.
    pub fn resolve(&self, graph: &Graph) -> HashMap<Number, Override> {
        let entries =
            self.entries.iter().filter_map(|(hash, entry)| match graph.with_prefix(hash).as_slice() {
                [only] => Some((*only, entry.clone())),
                _ => None,
            });
        entries.collect()
    }

    /// The hashes that none of these histories has.
    pub fn unknown<'a>(&'a self, graphs: &[&Graph]) -> Vec<&'a str> {
        let is_known = |hash: &str| graphs.iter().any(|graph| graph.with_prefix(hash).len() == 1);
        self.entries.keys().map(String::as_str).filter(|hash| !is_known(hash)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_at_their_place() {
        let (found, diagnostics) = Overrides::parse("[abcdef0]\nhide = 'x'\n", "o.toml");
        assert!(!found.is_empty() && diagnostics.is_empty());
        let (_, diagnostics) = Overrides::parse("[abcdef0]\nhid = 'x'\n", "o.toml");
        assert_eq!(diagnostics[0].rule, "overrides/invalid");
        let (_, diagnostics) = Overrides::parse("[nohash]\nhide = 'x'\n", "o.toml");
        assert_eq!(diagnostics[0].rule, "overrides/bad-hash");
    }
}
