//! Which releases contain a commit, a pull request, an issue, a ticket or an advisory.

use super::plan::{PackagePlan, Plan};
use super::version::Version;
use crate::commit::{reference, text::split_subject};
use crate::source::git::Number;
use serde::Serialize;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A commit, by the beginning of its hash.
    Commit(String),
    /// A pull request or an issue, as `12` or `owner/repo#12`.
    Number(String),
    /// A ticket or an advisory.
    Name(String),
    /// Words of the description.
    Words(String),
}

impl Wanted {
    /// Reads what a user typed.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let bare = text.strip_prefix(['#', '!']).unwrap_or(text);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number(bare) && (bare.len() < 7 || bare.len() < text.len()) {
            return Self::Number(bare.to_owned());
        }
        if text.contains('#') && text.contains('/') && !text.contains(' ') {
            return Self::Number(text.to_owned());
        }
        if (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Self::Commit(text.to_ascii_lowercase());
        }
        let upper = text.to_ascii_uppercase();
        let found = reference::parse(&upper);
        if !text.contains(' ') && (!found.tickets.is_empty() || !found.advisories.is_empty()) {
            return Self::Name(text.to_owned());
        }
        Self::Words(text.to_lowercase())
    }
}

/// A commit that was found, and where it landed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The commit, full hash.
    pub hash: String,
    /// Its subject.
    pub subject: String,
    /// Hashes of the same change elsewhere.
    pub copies: Vec<String>,
    /// For each package that it touches, what has it.
    pub packages: Vec<Landing>,
}

/// Where a change landed in one package.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Landing {
    /// The package.
    pub package: String,
    /// The first final release with it on each line, ascending.
    pub releases: Vec<Version>,
    /// The first pre-releases with it, ascending.
    pub prereleases: Vec<Version>,
    /// Whether HEAD has it.
    pub merged: bool,
    /// The release that it is expected in, if it is merged and in no final release yet.
    pub expected: Option<Version>,
    /// Maintained branches that have it and did not release it yet.
    pub waiting: Vec<Waiting>,
    /// Maintained branches that lack it.
    pub missing_on: Vec<String>,
    /// Releases in which it was taken back; `Unreleased` stands for HEAD.
    pub reverted_in: Vec<String>,
}

/// A branch that has a change and did not release it yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waiting {
    /// The branch.
    pub branch: String,
    /// The release that is expected to have it.
    pub expected: Option<Version>,
}

/// A maintained branch with what it contains.
#[derive(Debug)]
pub struct Line<'a> {
    branch: &'a str,
    commit: Number,
    has: Vec<bool>,
}

/// More commits than this are not told one by one.
pub const MOST: usize = 50;

impl Plan<'_> {
    /// The commits that a reference means, the newest first.
    pub fn which(&self, wanted: &Wanted) -> Vec<Number> {
        let graph = &self.history.graph;
        if let Wanted::Commit(prefix) = wanted {
            return graph.with_prefix(prefix);
        }
        let is_meant = |message: &str| match wanted {
            Wanted::Commit(_) => false,
            Wanted::Number(number) => {
                // The digits must be there at all before the message is taken apart.
                message.contains(number.as_str()) && {
                    let found = reference::parse(message);
                    let own = number.parse().is_ok_and(|number| found.pull_request == Some(number));
                    let first = reference::first_pull_request(message.lines().next().unwrap_or_default());
                    own || number.parse().is_ok_and(|number| first == Some(number))
                        || found.closes.contains(number)
                        || found.mentions.contains(number)
                }
            }
            Wanted::Name(name) => message
                .split(|char: char| !(char.is_alphanumeric() || char == '-'))
                .any(|word| word.eq_ignore_ascii_case(name)),
            Wanted::Words(words) => {
                let subject = split_subject(message).0.to_lowercase();
                !words.is_empty() && words.split_whitespace().all(|word| subject.contains(word))
            }
        };
        graph.order.iter().copied().filter(|&number| graph.messages.with(number, is_meant)).collect()
    }

    /// The maintained branches that were read, except those that the main line contains.
    pub fn lines(&self) -> Vec<Line<'_>> {
        let graph = &self.history.graph;
        let main = graph.ancestors(self.history.head);
        let is_apart = |&commit: &Number| !main.get(commit as usize).copied().unwrap_or(false);
        self.history
            .lines
            .iter()
            .filter(|(_, commit)| is_apart(commit))
            .map(|(branch, commit)| Line { branch, commit: *commit, has: graph.ancestors([*commit]) })
            .collect()
    }

    /// Where a commit landed.
    pub fn landing(&self, number: Number, lines: &[Line<'_>]) -> Found {
        let graph = &self.history.graph;
        let mut same = vec![number];
        same.extend(self.survey.copies(number));
        same.sort_unstable();
        let packages = self
            .packages
            .iter()
            .filter(|package| same.iter().any(|&commit| self.belongs(package, commit)))
            .map(|package| self.landing_in(package, &same, lines))
            .collect();
        Found {
            hash: graph.id(number).hex(),
            subject: graph.messages.with(number, |message| split_subject(message).0.into_owned()),
            copies: same
                .iter()
                .filter(|&&other| other != number)
                .map(|&other| graph.id(other).hex())
                .collect(),
            packages,
        }
    }

    fn landing_in(&self, package: &PackagePlan<'_>, same: &[Number], lines: &[Line<'_>]) -> Landing {
        let version = |place: u32| package.tagged.get(place as usize).map(|tagged| &tagged.version);
        let count = u32::try_from(package.tagged.len()).unwrap_or(u32::MAX);
        let has = |place: u32| same.iter().any(|&commit| package.all.contains(place, commit));
        let with: Vec<u32> = (0..count).filter(|&place| has(place)).collect();
        // The first on a line: no other one that has the change is contained in it.
        let first = |is_final: bool| -> Vec<Version> {
            let of_kind: Vec<u32> = with
                .iter()
                .copied()
                .filter(|&place| version(place).is_some_and(|version| version.is_prerelease() != is_final))
                .collect();
            let is_first = |&place: &u32| {
                !of_kind.iter().any(|&other| {
                    other != place
                        && package.all.is_in(other, place)
                        && !(package.all.is_in(place, other) && place < other)
                })
            };
            of_kind.iter().copied().filter(is_first).filter_map(version).cloned().collect()
        };
        let releases = first(true);
        let merged = package.head.is_some_and(has);
        let in_final = package.head.is_some_and(|head| {
            with.iter().any(|&place| {
                package.all.is_in(place, head)
                    && version(place).is_some_and(|version| !version.is_prerelease())
            })
        });
        let expected = (merged && !in_final).then(|| self.next_version(package, None, None)).flatten();
        let (mut waiting, mut missing_on) = (Vec::new(), Vec::new());
        for line in lines {
            let holds = |number: Number| line.has.get(number as usize).copied().unwrap_or(false);
            let tagged = || package.tagged.iter().filter(|tagged| holds(tagged.commit));
            let is_released = |place: &u32| {
                let tagged = package.tagged.get(*place as usize);
                tagged.is_some_and(|tagged| !tagged.version.is_prerelease() && holds(tagged.commit))
            };
            if !same.iter().any(|&commit| holds(commit)) {
                // A branch without a release of the package is no line of it.
                missing_on.extend(tagged().next().map(|_| line.branch.to_owned()));
            } else if !with.iter().any(is_released) {
                let next = self.next_on_line(package, line.commit, &line.has);
                let expected = next.filter(|next| next.step.is_some()).map(|next| next.next);
                waiting.push(Waiting { branch: line.branch.to_owned(), expected });
            }
        }
        let mut reverted_in = Vec::new();
        for revert in same.iter().flat_map(|&commit| self.survey.undone_by(commit)) {
            let firsts = package.all.firsts(revert);
            reverted_in.extend(
                firsts.iter().map(|&place| {
                    version(place).map_or_else(|| "Unreleased".to_owned(), ToString::to_string)
                }),
            );
        }
        reverted_in.sort();
        reverted_in.dedup();
        Landing {
            package: package.package.name.clone(),
            releases,
            prereleases: first(false),
            merged,
            expected: expected.filter(|next| next.step.is_some()).map(|next| next.next),
            waiting,
            missing_on,
            reverted_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(Wanted::parse("#12"), Wanted::Number("12".into()));
        assert_eq!(Wanted::parse("o/r#12"), Wanted::Number("o/r#12".into()));
        assert_eq!(Wanted::parse("AB12cd3"), Wanted::Commit("ab12cd3".into()));
        assert_eq!(Wanted::parse("1234567"), Wanted::Commit("1234567".into()));
        assert_eq!(Wanted::parse("#1234567"), Wanted::Number("1234567".into()));
        assert_eq!(Wanted::parse("cve-2024-12345"), Wanted::Name("cve-2024-12345".into()));
        assert_eq!(Wanted::parse("OPS-7"), Wanted::Name("OPS-7".into()));
        assert_eq!(Wanted::parse("retry loop"), Wanted::Words("retry loop".into()));
    }
}
