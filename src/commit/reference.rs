//! References in messages: pull requests, issues, tickets, CVEs.

use serde::Serialize;
use std::collections::BTreeSet;

/// What a message refers to.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct References {
    /// The pull or merge request that brought the commit.
    pub pull_request: Option<u64>,
    /// Issues named after a closing keyword, as `12` or `owner/repo#12`.
    pub closes: BTreeSet<String>,
    /// Other issues and requests that are named.
    pub mentions: BTreeSet<String>,
    /// Tickets of a tracker, as `OPS-123`.
    pub tickets: BTreeSet<String>,
    /// `CVE-2024-1234` and `GHSA-xxxx-xxxx-xxxx`, upper and lower case as their lists write them.
    pub advisories: BTreeSet<String>,
}

/// The pull-request number that a forge put at the end of a subject, and the subject without it.
///
/// GitHub's squash merges end in ` (#12)`, Bitbucket's in ` (pull request #12)`; a backport carries
/// two, of which the last is its own.
pub fn strip_pull_request(subject: &str) -> (&str, Option<u64>) {
    let mut text = subject.trim_end();
    let mut found = None;
    while let Some(inner) = text.strip_suffix(')') {
        let Some(open) = inner.rfind(" (") else { break };
        let (before, group) = inner.split_at(open);
        let group = group.trim_start_matches(" (");
        let digits = group.strip_prefix("pull request #").or_else(|| group.strip_prefix(['#', '!']));
        let Some(number) = digits.and_then(number) else { break };
        found = found.or(Some(number));
        text = before.trim_end();
    }
    (if text.is_empty() { subject } else { text }, found)
}

/// The first number in parentheses at the end of a subject: of a backport with two, that of the
/// original.
pub fn first_pull_request(subject: &str) -> Option<u64> {
    let bare = strip_pull_request(subject).0;
    let rest = subject.get(bare.len()..)?.trim_start().trim_start_matches(['(', '#', '!']);
    let rest = rest.strip_prefix("pull request #").unwrap_or(rest);
    rest.split(')').next().and_then(number)
}

fn number(text: &str) -> Option<u64> {
    (!text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// The number in the subject of a forge's merge commit, or in GitLab's `See merge request` line.
fn merged_request(message: &str) -> Option<u64> {
    let leading = |text: &str| {
        let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end).and_then(number)
    };
    let subject = message.lines().next().unwrap_or_default();
    for prefix in ["Merge pull request #", "Merge pull request !"] {
        if let Some(rest) = subject.strip_prefix(prefix) {
            return leading(rest);
        }
    }
    let line = message.lines().find(|line| line.starts_with("See merge request "))?;
    leading(line.rsplit_once('!')?.1)
}

/// Bytes that end a word.
fn ends(byte: &u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'..=b'\r' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b';' | b'"' | b'\'' | b'`'
    )
}

/// Start and end of the word that holds the byte at `at`.
fn word_around(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = bytes.get(..at).unwrap_or_default();
    let start = before.iter().rposition(ends).map_or(0, |end| end + 1);
    let after = bytes.get(at..).unwrap_or_default();
    (start, at + after.iter().position(ends).unwrap_or(after.len()))
}

/// Whether the word before `start` closes what follows; `Fixes #1, #2 and #3` closes all three, for
/// which the end of the last closed one is given.
fn closes_before(message: &str, start: usize, closed_until: Option<usize>) -> bool {
    let mut before = message.get(..start).unwrap_or_default();
    for _ in 0..2 {
        before = before.trim_end_matches(|char: char| char.is_ascii() && ends(&(char as u8)));
        if closed_until == Some(before.len()) {
            return true;
        }
        let word = before
            .rfind(|char: char| char.is_ascii() && ends(&(char as u8)))
            .map_or(before, |at| before.get(at + 1..).unwrap_or_default());
        if is_closing(word) {
            return true;
        }
        if !word.eq_ignore_ascii_case("and") {
            return false;
        }
        before = before.get(..before.len() - word.len()).unwrap_or_default();
    }
    false
}

/// The keywords by which forges close issues, with or without a colon.
fn is_closing(word: &str) -> bool {
    const CLOSING: [&str; 9] =
        ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];
    let word = word.strip_suffix(':').unwrap_or(word);
    (3..=8).contains(&word.len())
        && word.starts_with(['c', 'C', 'f', 'F', 'r', 'R'])
        && CLOSING.iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// Reads all references of a message.
pub fn parse(message: &str) -> References {
    let subject = message.lines().next().unwrap_or_default();
    let mut references = References {
        pull_request: strip_pull_request(subject).1.or_else(|| merged_request(message)),
        ..References::default()
    };
    // Only words with a mark can refer to something; a closing keyword matters only before one.
    let bytes = message.as_bytes();
    let mut at = 0;
    let mut closed_until = None;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'#' | b'-')))
    {
        let mark = at + found;
        let (start, end) = word_around(bytes, mark);
        at = end.max(mark + 1);
        let Some(bare) = message.get(start..end).map(|word| word.trim_end_matches(['.', ':', '!', '?']))
        else {
            continue;
        };
        if let Some(issue) = issue(bare) {
            let own = references.pull_request.is_some_and(|own| issue == own.to_string());
            if closes_before(message, start, closed_until) {
                closed_until = Some(end);
                references.closes.insert(issue);
            } else if !own {
                references.mentions.insert(issue);
            }
        } else {
            advisory_or_ticket(bare, &mut references);
        }
    }
    let closes = &references.closes;
    references.mentions.retain(|mention| !closes.contains(mention));
    references
}

/// `#12`, `GH-12` or `owner/repo#12` → `12` or `owner/repo#12`.
fn issue(word: &str) -> Option<String> {
    if let Some(digits) = word.strip_prefix('#').or_else(|| word.strip_prefix("GH-")) {
        return number(digits).map(|number| number.to_string());
    }
    let (repository, digits) = word.split_once('#')?;
    number(digits)?;
    let (owner, name) = repository.split_once('/')?;
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    (plain(owner) && plain(name)).then(|| word.to_owned())
}

fn advisory_or_ticket(word: &str, references: &mut References) {
    let Some((head, tail)) = word.split_once('-') else { return };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if head.eq_ignore_ascii_case("CVE") {
        if let Some((year, serial)) = tail.split_once('-')
            && year.len() == 4
            && digits(year)
            && serial.len() >= 4
            && digits(serial)
        {
            references.advisories.insert(word.to_ascii_uppercase());
        }
    } else if head.eq_ignore_ascii_case("GHSA") {
        let parts: Vec<&str> = tail.split('-').collect();
        if parts.len() == 3
            && parts
                .iter()
                .all(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            references.advisories.insert(format!("GHSA-{}", tail.to_ascii_lowercase()));
        }
    } else if (2..=10).contains(&head.len())
        && head.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && head.starts_with(|char: char| char.is_ascii_uppercase())
        && tail.len() <= 7
        && digits(tail)
        // Names of standards look like tickets.
        && !matches!(head, "UTF" | "SHA" | "ISO" | "RFC" | "AES" | "ES" | "CP" | "BASE" | "MD" | "HTTP" | "TLS")
    {
        references.tickets.insert(word.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(items: &[&str]) -> BTreeSet<String> {
        items.iter().map(|item| (*item).to_owned()).collect()
    }

    #[test]
    fn the_last_number_in_parentheses_is_the_pull_request() {
        assert_eq!(strip_pull_request("fix: a (#12)"), ("fix: a", Some(12)));
        assert_eq!(strip_pull_request("fix: a (#12) (#40)"), ("fix: a", Some(40)));
        assert_eq!(strip_pull_request("fix: a (close #12)"), ("fix: a (close #12)", None));
        assert_eq!(strip_pull_request("fix: a (pull request #7)"), ("fix: a", Some(7)));
        assert_eq!(first_pull_request("fix: a (#12) (#40)"), Some(12));
        assert_eq!(first_pull_request("fix: a"), None);
        assert_eq!(strip_pull_request("(#12)"), ("(#12)", None));
        assert_eq!(strip_pull_request(" (#12)"), (" (#12)", Some(12)));
    }

    #[test]
    fn closing_words_tell_what_is_closed() {
        let found =
            parse("fix: a (#9)\n\nFixes #1, #6 and #2, closes: o/r#3. See #4\nOPS-77 CVE-2024-12345 UTF-8");
        assert_eq!(found.pull_request, Some(9));
        assert_eq!(found.closes, set(&["1", "2", "6", "o/r#3"]));
        assert_eq!(found.mentions, set(&["4"]));
        assert_eq!(found.tickets, set(&["OPS-77"]));
        assert_eq!(found.advisories, set(&["CVE-2024-12345"]));
        assert_eq!(parse("Merge pull request #44 from a/b").pull_request, Some(44));
        assert_eq!(parse("Merge x\n\nSee merge request g/p!51").pull_request, Some(51));
    }
}
