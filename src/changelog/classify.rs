//! What becomes of a commit: the changes it stands for, or the reason why it is not shown.

use super::model::{Change, Reason};
use crate::commit::{Conventional, conventional, footer, origin, reference, squash, text};
use crate::config::source::{ChangelogConfig, Squashes, Unconventional};
use crate::source::git::{Graph, Number};
use std::collections::HashMap;

/// Title of each type, unless configured otherwise. An empty title leaves the type out.
const TYPES: [(&str, &str); 24] = [
    ("feat", "Added"),
    ("feature", "Added"),
    ("fix", "Fixed"),
    ("bugfix", "Fixed"),
    ("hotfix", "Fixed"),
    ("perf", "Performance"),
    ("security", "Security"),
    ("sec", "Security"),
    ("deprecate", "Deprecated"),
    ("remove", "Removed"),
    ("change", "Changed"),
    ("refactor", "Changed"),
    ("revert", "Reverted"),
    ("docs", "Documentation"),
    ("doc", "Documentation"),
    ("build", ""),
    ("chore", ""),
    ("ci", ""),
    ("release", ""),
    ("style", ""),
    ("test", ""),
    ("tests", ""),
    ("types", "Fixed"),
    ("wip", ""),
];

/// The order of groups: that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/), then ours.
const GROUPS: [&str; 9] = [
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
    "Fixed",
    "Security",
    "Performance",
    "Reverted",
    "Documentation",
];

/// The configuration, made ready for many commits.
#[derive(Debug)]
pub struct Classifier<'a> {
    config: &'a ChangelogConfig,
    types: HashMap<String, String>,
}

/// What a commit is.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It stands for these changes, each with its group's title.
    Shown(Vec<(String, Change)>),
    /// It is not shown.
    LeftOut(Reason),
}

impl<'a> Classifier<'a> {
    /// Prepares a configuration.
    pub fn new(config: &'a ChangelogConfig) -> Self {
        let mut types: HashMap<String, String> =
            TYPES.iter().map(|(kind, title)| ((*kind).to_owned(), (*title).to_owned())).collect();
        for (kind, title) in &config.types {
            types.insert(kind.to_ascii_lowercase(), title.clone());
        }
        Self { config, types }
    }

    /// The place of a group's title in the order that groups are shown in.
    pub fn rank(&self, title: &str) -> (usize, usize) {
        let configured = self.config.groups.iter().position(|group| group == title);
        let built_in = GROUPS.iter().position(|group| *group == title);
        let last = if title == self.config.other { usize::MAX } else { GROUPS.len() };
        (configured.unwrap_or(usize::MAX), built_in.unwrap_or(last))
    }

    /// The types that have a title or are left out on purpose, sorted.
    pub fn known_types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = self.types.keys().map(String::as_str).collect();
        types.sort_unstable();
        types
    }

    /// Whether a name is a bot's.
    pub fn is_bot(&self, name: &str) -> bool {
        name.ends_with("[bot]") || self.config.bot_names.iter().any(|bot| bot == name)
    }

    /// Judges a commit by its message, parents and author.
    pub fn judge(&self, graph: &Graph, number: Number) -> Verdict {
        let author = graph.author(number).map_or("", |person| person.name.as_str());
        graph.messages.with(number, |message| {
            let (subject, _) = text::split_subject(message);
            let parsed = conventional::parse(message);
            let is_merge = graph.parents(number).len() > 1;
            // A merge whose subject is a change of its own is how some teams land pull requests.
            if is_merge && !self.config.merges && (parsed.is_err() || origin::is_merge_subject(&subject)) {
                return Verdict::LeftOut(Reason::Merge);
            }
            if !self.config.bots && self.is_bot(author) {
                return Verdict::LeftOut(Reason::Bot);
            }
            if !self.config.fixups
                && ["fixup! ", "squash! ", "amend! "].iter().any(|prefix| subject.starts_with(prefix))
            {
                return Verdict::LeftOut(Reason::Fixup);
            }
            self.changes(message)
        })
    }

    /// The changes that a message tells, with what hashes and authors fill in left open.
    pub fn changes(&self, message: &str) -> Verdict {
        if let Some(instead) = squash::override_block(message) {
            return self.all(&parts(instead));
        }
        let splits = match self.config.squashes {
            Squashes::Split => true,
            Squashes::Keep => false,
            Squashes::Auto => conventional::parse(message).is_err(),
        };
        if splits {
            let (_, body) = text::split_subject(message);
            let items = squash::items(body);
            if !items.is_empty() {
                let request = reference::parse(message).pull_request;
                let verdict = self.all(&items);
                return match verdict {
                    Verdict::Shown(mut changes) => {
                        for (_, change) in &mut changes {
                            change.pull_request = change.pull_request.or(request);
                        }
                        Verdict::Shown(changes)
                    }
                    // None of its parts is shown: it is judged by its own first line.
                    Verdict::LeftOut(_) => self.one(message),
                };
            }
        }
        self.one(message)
    }

    fn all(&self, messages: &[&str]) -> Verdict {
        let mut shown = Vec::new();
        let mut reason = Reason::Type;
        for message in messages {
            match self.one(message) {
                Verdict::Shown(changes) => shown.extend(changes),
                Verdict::LeftOut(why) => reason = why,
            }
        }
        if shown.is_empty() { Verdict::LeftOut(reason) } else { Verdict::Shown(shown) }
    }

    fn one(&self, message: &str) -> Verdict {
        let references = reference::parse(message);
        let mut change = Change {
            pull_request: references.pull_request,
            issues: references.closes.into_iter().chain(references.mentions).collect(),
            tickets: references.tickets.into_iter().collect(),
            advisories: references.advisories.into_iter().collect(),
            ..Change::default()
        };
        let Ok(commit) = conventional::parse(message) else {
            let (subject, body) = text::split_subject(message);
            reference::strip_pull_request(&subject).0.clone_into(&mut change.description);
            change.body = (!body.is_empty()).then(|| body.to_owned());
            return self.other(change, Reason::Unconventional);
        };
        fill(&mut change, &commit);
        let kind = commit.kind.to_ascii_lowercase();
        let title = self.types.get(&kind).map(String::as_str);
        change.kind = Some(kind);
        if !change.advisories.is_empty()
            || commit.scope.is_some_and(|scope| scope.eq_ignore_ascii_case("security"))
        {
            return Verdict::Shown(vec![("Security".to_owned(), change)]);
        }
        match title {
            // A breaking change concerns the reader whatever its type is.
            Some("") if change.breaking.is_some() => Verdict::Shown(vec![("Changed".to_owned(), change)]),
            Some("") => Verdict::LeftOut(Reason::Type),
            Some(title) => Verdict::Shown(vec![(title.to_owned(), change)]),
            None => self.other(change, Reason::Type),
        }
    }

    fn other(&self, change: Change, reason: Reason) -> Verdict {
        match self.config.unconventional {
            Unconventional::Show => Verdict::Shown(vec![(self.config.other.clone(), change)]),
            Unconventional::Hide | Unconventional::Refuse => Verdict::LeftOut(reason),
        }
    }
}

fn fill(change: &mut Change, commit: &Conventional<'_>) {
    reference::strip_pull_request(commit.description).0.clone_into(&mut change.description);
    change.scope = commit.scope.map(|scope| scope.trim().to_owned());
    change.breaking = commit.breaking().map(str::to_owned);
    change.body = commit.body.map(str::to_owned);
    change.note = footer::find(&commit.footers, "Release-Note").map(str::to_owned);
    change.upgrade = footer::find(&commit.footers, "Upgrade").map(str::to_owned);
    let items = commit.footers.iter().filter(|footer| footer.is("Action-Item"));
    change.action_items = items
        .flat_map(|footer| footer.value.split([',', ' ', '\n']))
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty())
        .collect();
}

/// The messages in an override block: each begins with a conventional first line.
fn parts(block: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut at = 0;
    let mut after_blank = true;
    for line in block.split_inclusive('\n') {
        // A footer looks like a first line, but has no blank line or block start before it.
        if (after_blank || starts.len() == 1 && at == 0)
            && conventional::parse_header(line.trim_end()).is_ok()
        {
            starts.push(at);
        }
        after_blank = line.trim().is_empty();
        at += line.len();
    }
    if starts.len() < 2 {
        return vec![block];
    }
    starts.push(block.len());
    starts
        .windows(2)
        .filter_map(|pair| match pair {
            [start, end] => block.get(*start..*end).map(str::trim),
            _ => None,
        })
        .collect()
}

/// A title as a class or anchor.
pub fn key(title: &str) -> String {
    let dashed: String =
        title.to_lowercase().chars().map(|char| if char.is_alphanumeric() { char } else { '-' }).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(message: &str) -> Vec<String> {
        let config = ChangelogConfig::default();
        match Classifier::new(&config).changes(message) {
            Verdict::Shown(changes) => changes
                .into_iter()
                .map(|(title, change)| format!("{title}: {}", change.description))
                .collect(),
            Verdict::LeftOut(reason) => vec![format!("{reason:?}")],
        }
    }

    #[test]
    fn types_go_to_their_groups() {
        assert_eq!(groups("FEAT(x): a (#4)"), ["Added: a"]);
        assert_eq!(groups("chore: a"), ["Type"]);
        assert_eq!(groups("chore!: a"), ["Changed: a"]);
        assert_eq!(groups("odd: a"), ["Other changes: a"]);
        assert_eq!(groups("Just words (#12)"), ["Other changes: Just words"]);
        assert_eq!(groups("fix: a hole (CVE-2024-12345)"), ["Security: a hole (CVE-2024-12345)"]);
    }

    #[test]
    fn squashes_and_overrides_are_split() {
        assert_eq!(groups("Big (#4)\n\n* feat: a\n\n* fix: b\n* chore: c"), ["Added: a", "Fixed: b"]);
        assert_eq!(groups("feat: all of it\n\n* feat: a\n* fix: b"), ["Added: all of it"]);
        let text = "fix: wrong\n\nBEGIN_COMMIT_OVERRIDE\nfeat: a\n\nbody\n\nfix: b\nEND_COMMIT_OVERRIDE";
        assert_eq!(groups(text), ["Added: a", "Fixed: b"]);
    }
}
