//! Whether users are told: every feature, fix, improvement and break of a release is in a note or
//! waived with a reason, a break has upgrade steps, and no note claims what the release doesn't hold.

use super::model::{Change, Release};
use crate::commit::reference;
use crate::diagnostic::{Diagnostic, Span};
use std::collections::BTreeSet;

/// A hand-written note: a release-note page or a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteText {
    /// Its file.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Types whose changes users must be told of.
const TOLD: [&str; 4] = ["feat", "feature", "fix", "perf"];

/// Checks a release against its notes. `waived` gives the reason why a commit needs none.
pub fn check(
    release: &Release,
    notes: &[NoteText],
    waived: impl Fn(&str) -> Option<String>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let name = format!("{} {}", release.package, release.title());
    for change in release.changes() {
        let is_told =
            change.breaking.is_some() || change.kind.as_deref().is_some_and(|kind| TOLD.contains(&kind));
        if !is_told || waived(&change.hash).is_some() || is_waived(change) {
            continue;
        }
        let short = change.hash.get(..9).unwrap_or(&change.hash);
        let what = format!("`{}` ({short}) of {name}", change.description);
        let has_trailer = change.note.is_some()
            || release.notes.iter().any(|note| covers(&note.text, note.issue.as_deref(), change));
        if !has_trailer && !notes.iter().any(|note| covers(&note.text, None, change)) {
            let help = "name it by number or hash in a note, write a fragment, or waive it in the overrides with a reason";
            found.push(
                Diagnostic::error("changelog/uncovered", format!("no note tells of {what}")).help(help),
            );
        }
        if change.breaking.is_some() {
            let steps = release
                .breaking
                .iter()
                .any(|breaking| breaking.hash == change.hash && breaking.upgrade.is_some());
            if !steps && !notes.iter().any(|note| has_steps(&note.text, change)) {
                let help = "add an `Upgrade:` footer, a second paragraph to `BREAKING CHANGE:`, or an \"Upgrade\" section that names it to a note";
                found.push(
                    Diagnostic::error(
                        "changelog/no-upgrade-steps",
                        format!("{what} breaks without upgrade steps"),
                    )
                    .help(help),
                );
            }
        }
    }
    let held: BTreeSet<String> = release.changes().flat_map(numbers).collect();
    for note in notes {
        for claimed in claims(&note.text) {
            if !held.contains(&claimed) {
                let mark = format!("#{}", claimed.rsplit('#').next().unwrap_or(&claimed));
                let at = note.text.find(&mark).unwrap_or(0);
                let message = format!("this note names #{claimed}, which is not in {name}");
                found.push(
                    Diagnostic::error("changelog/false-claim", message)
                        .at(Span::new(note.file.as_str(), at..at + mark.len())),
                );
            }
        }
    }
    found
}

/// `Release-Note: none (reason)` is a waiver.
fn is_waived(change: &Change) -> bool {
    change.note.as_deref().is_some_and(|note| {
        let note = note.to_lowercase();
        note.strip_prefix("none")
            .is_some_and(|rest| rest.trim_matches([' ', '(', ')', ':', ',', '-']).len() > 2)
    })
}

/// All numbers that a change goes by.
fn numbers(change: &Change) -> Vec<String> {
    let own = change.pull_request.map(|number| number.to_string());
    let mut numbers: Vec<String> = own.into_iter().chain(change.issues.iter().cloned()).collect();
    let foreign: Vec<String> = numbers
        .iter()
        .filter_map(|number| number.split_once('#').map(|(_, number)| number.to_owned()))
        .collect();
    numbers.extend(foreign);
    numbers
}

/// What a note claims: the numbers that it names outside of links to elsewhere.
fn claims(text: &str) -> BTreeSet<String> {
    let found = reference::parse(&format!("note\n{text}"));
    found.closes.into_iter().chain(found.mentions).filter(|number| !number.contains('/')).collect()
}

fn covers(text: &str, issue: Option<&str>, change: &Change) -> bool {
    let numbers = numbers(change);
    if issue.is_some_and(|issue| numbers.iter().any(|number| number == issue)) {
        return true;
    }
    let named = claims(text);
    numbers.iter().any(|number| named.contains(number))
        || names_hash(text, &change.hash)
        || text.to_lowercase().contains(&change.description.to_lowercase())
}

fn names_hash(text: &str, hash: &str) -> bool {
    text.split(|char: char| !char.is_ascii_hexdigit())
        .any(|word| word.len() >= 7 && hash.starts_with(&word.to_ascii_lowercase()))
}

/// Whether a section of the note whose heading speaks of upgrading names the change, or is the only
/// place that could.
fn has_steps(text: &str, change: &Change) -> bool {
    let mut in_section = false;
    let mut section = String::new();
    for line in text.lines() {
        if line.starts_with('#') {
            let heading = line.to_lowercase();
            in_section = ["upgrad", "migrat"].iter().any(|word| heading.contains(word));
        } else if in_section {
            section.push_str(line);
            section.push('\n');
        }
    }
    !section.trim().is_empty() && covers(&section, None, change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changelog::model::{Breaking, Group};

    fn release() -> Release {
        let change = |kind: &str, number: u64, breaking: Option<&str>| Change {
            kind: Some(kind.into()),
            description: format!("what {number} does"),
            pull_request: Some(number),
            hash: format!("{number:040}"),
            breaking: breaking.map(str::to_owned),
            ..Change::default()
        };
        let breaking = change("feat", 3, Some("it broke"));
        Release {
            package: "app".into(),
            breaking: vec![Breaking { hash: breaking.hash.clone(), ..Breaking::default() }],
            groups: vec![Group {
                changes: vec![change("feat", 1, None), change("docs", 2, None), breaking],
                ..Group::default()
            }],
            ..Release::default()
        }
    }

    fn rules(text: &str, waived: &str) -> Vec<&'static str> {
        let notes = [NoteText { file: "n.md".into(), text: text.into() }];
        check(&release(), &notes, |hash| (hash == waived).then(|| "why".into()))
            .iter()
            .map(|one| one.rule)
            .collect()
    }

    #[test]
    fn what_is_told_waived_and_claimed_is_checked() {
        assert_eq!(
            rules("", ""),
            ["changelog/uncovered", "changelog/uncovered", "changelog/no-upgrade-steps"]
        );
        assert_eq!(rules("- a (#1)\n\n## Upgrading\n\nFor #3, rename it.", ""), Vec::<&str>::new());
        assert_eq!(rules("What 1 does, and #3", ""), ["changelog/no-upgrade-steps"]);
        assert_eq!(rules("#1 and #77", &format!("{:040}", 3)), ["changelog/false-claim"]);
    }
}
