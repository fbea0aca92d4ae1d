//! What each channel was told, in a file that outlives the run.
//!
//! A message is noted before it is sent and again when it has arrived. A run that breaks off in between leaves a note of a
//! message of which nobody knows whether it arrived: it is not sent again by itself.

use super::decide::{Event, What};
use crate::config::broadcast::NewsKind;
use crate::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// The version of the file.
const VERSION: u32 = 1;

/// What was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// The version of the format.
    version: u32,
    /// Channels by name. One that is not there was never told anything.
    pub channels: BTreeMap<String, ChannelLedger>,
}

/// What a channel was told.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLedger {
    /// The day of the last digest, in the digest's own zone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<String>,
    /// News by their ids.
    pub news: BTreeMap<String, Entry>,
}

/// What is known of a piece of news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The hash of what was told.
    pub fingerprint: String,
    /// Its sort.
    pub kind: NewsKind,
    /// Its title, for telling that it was withdrawn. Nothing where it was never told.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub title: String,
    /// Its address in the site.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub url: String,
    /// How far it is.
    pub state: State,
    /// What is being told of it, while it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sending: Option<What>,
}

/// How far a piece of news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was there before the channel was, and was never told.
    Known,
    /// It is being told, or a run broke off while it was.
    Sending,
    /// It was told.
    Sent,
    /// It was told that it is gone.
    Withdrawn,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { version: VERSION, channels: BTreeMap::new() }
    }
}

impl Ledger {
    /// Reads the file; none if there is none yet. A file that can't be read is an error: to take it for none would forget
    /// all that was told.
    pub fn load(file: &Path) -> Result<Option<Self>, Box<Diagnostic>> {
        let broken = |reason: String| {
            let message = format!("the ledger `{}` can't be read: {reason}", file.display());
            let help = "restore it from the last run; or remove it, and everything counts as told already";
            Box::new(Diagnostic::error("broadcast/ledger", message).help(help))
        };
        let text = match fs::read(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        let ledger: Self = serde_json::from_slice(&text).map_err(|error| broken(error.to_string()))?;
        if ledger.version != VERSION {
            return Err(broken(format!("it is of version {}, this annals knows {VERSION}", ledger.version)));
        }
        Ok(Some(ledger))
    }

    /// Notes that a channel is being told of events; what was noted before.
    pub fn begin(&mut self, channel: &str, events: &[Event]) -> Vec<(String, Option<Entry>)> {
        let told = self.channels.entry(channel.to_owned()).or_default();
        let begin = |event: &Event| {
            let id = event.news.id.clone();
            let entry = Entry { sending: Some(event.what), ..Entry::of(&event.news, State::Sending) };
            let before = told.news.insert(id.clone(), entry);
            (id, before)
        };
        events.iter().map(begin).collect()
    }

    /// Notes that a channel was told of events.
    pub fn settle(&mut self, channel: &str, events: &[Event]) {
        let told = self.channels.entry(channel.to_owned()).or_default();
        for event in events {
            let state = if event.what == What::Withdrawn { State::Withdrawn } else { State::Sent };
            told.news.insert(event.news.id.clone(), Entry::of(&event.news, state));
        }
    }

    /// Takes back what [`Ledger::begin`] noted.
    pub fn restore(&mut self, channel: &str, before: Vec<(String, Option<Entry>)>) {
        let told = self.channels.entry(channel.to_owned()).or_default();
        for (id, entry) in before {
            match entry {
                Some(entry) => told.news.insert(id, entry),
                None => told.news.remove(&id),
            };
        }
    }

    /// The file's text: a piece of news a line, so that `git diff` shows what was told.
    fn text(&self) -> String {
        let json = |value: &str| Value::from(value).to_string();
        let mut out = format!("{{\"version\":{},\"channels\":{{", self.version);
        for (at, (name, channel)) in self.channels.iter().enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            let digest = channel.digest.as_deref();
            let digest = digest.map(|day| format!("\"digest\":{},", json(day))).unwrap_or_default();
            out.push_str(&format!("{}:{{{digest}\"news\":{{", json(name)));
            for (at, (id, entry)) in channel.news.iter().enumerate() {
                let entry = serde_json::to_string(entry).unwrap_or_default();
                out.push_str(&format!("{}{}:{entry}", if at == 0 { "\n" } else { ",\n" }, json(id)));
            }
            out.push_str("\n}}");
        }
        out.push_str("\n}}\n");
        out
    }

    /// Writes the file in one step, and not only into the system's memory.
    pub fn save(&self, file: &Path) -> Result<(), Box<Diagnostic>> {
        let beside = file.with_extension("json.new");
        let write = || {
            let mut new = File::create(&beside)?;
            new.write_all(self.text().as_bytes())?;
            new.sync_all()?;
            fs::rename(&beside, file)
        };
        write().map_err(|error| {
            let message = format!("the ledger `{}` can't be written: {error}", file.display());
            let help = "nothing is sent that can't be noted: free some space or correct the permissions";
            Box::new(Diagnostic::error("broadcast/ledger", message).help(help))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("broadcast.json");
        assert_eq!(Ledger::load(&file).unwrap(), None);
        let mut ledger = Ledger::default();
        ledger.save(&file).unwrap();
        assert_eq!(Ledger::load(&file).unwrap().unwrap(), ledger);
        let entry = |state, sending| Entry {
            fingerprint: "f".into(),
            kind: NewsKind::Release,
            title: "with \"quotes\"\n".into(),
            url: String::new(),
            state,
            sending,
        };
        let news = BTreeMap::from([
            ("release:a\"@1".to_owned(), entry(State::Sending, Some(What::Correction))),
            ("retro:x".to_owned(), entry(State::Known, None)),
        ]);
        let digest = Some("2026-06-01".to_owned());
        ledger.channels.insert("a".to_owned(), ChannelLedger { digest, news });
        ledger.channels.insert("b".to_owned(), ChannelLedger::default());
        ledger.save(&file).unwrap();
        assert_eq!(Ledger::load(&file).unwrap().unwrap(), ledger);
        fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"version\":1", "\"version\":2"))
            .unwrap();
        assert!(Ledger::load(&file).is_err(), "a later annals knows more");
    }
}
