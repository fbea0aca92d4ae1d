//! What is wrong with a commit message, for the one who writes it: pull-request checks and the
//! `commit-msg` hook.

use super::conventional::{self, Fault};
use super::{footer, origin, text};
use crate::diagnostic::{Diagnostic, Span, nearest::nearest};

/// A first line longer than this is cut off in most places that show it.
const LONGEST_SUBJECT: usize = 100;

/// Checks one message. `name` stands for its file in the diagnostics; `types` are the types that the
/// changelog has a place for.
pub fn check(message: &str, name: &str, types: &[&str]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let (subject, _) = text::split_subject(message);
    let start = message.len() - message.trim_start_matches(['\n', ' ', '\t']).len();
    let end =
        message.get(start..).and_then(|rest| rest.find('\n')).map_or(message.len(), |length| start + length);
    let line = || Span::new(name, start..end);
    if origin::is_merge_subject(&subject) || origin::parse(message, false).revert_subject.is_some() {
        return found;
    }
    if ["fixup! ", "squash! ", "amend! "].iter().any(|mark| subject.starts_with(mark)) {
        let message = "this commit is meant to be squashed into another";
        return vec![
            Diagnostic::error("commit/fixup", message)
                .at(line())
                .help("run `git rebase --autosquash` before merging"),
        ];
    }
    match conventional::parse(message) {
        Err(error) => {
            let at = error.at.min(end);
            let span = Span::new(name, at..end.max(at));
            let diagnostic =
                Diagnostic::error("commit/unconventional", format!("this message {}", error.fault.words()));
            found.push(diagnostic.at(span).help(cure(error.fault)));
        }
        Ok(commit) => {
            if !types.iter().any(|kind| commit.is(kind)) {
                let span = Span::new(name, start..start + commit.kind.len());
                let message = format!("`{}` is no type that the changelog knows", commit.kind);
                let help = nearest(commit.kind, types.iter().copied()).map_or_else(
                    || format!("use one of {}", types.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                found.push(Diagnostic::warning("commit/unknown-type", message).at(span).help(help));
            }
            for fault in commit.faults {
                let at = place(message, fault, end);
                let diagnostic =
                    Diagnostic::error("commit/unconventional", format!("this message {}", fault.words()));
                found.push(diagnostic.at(Span::new(name, at)).help(cure(fault)));
            }
            found.extend(lower_case_breaking(message, name));
        }
    }
    let length = subject.chars().count();
    if length > LONGEST_SUBJECT {
        let message =
            format!("the first line has {length} characters; most places show {LONGEST_SUBJECT} at most");
        found.push(
            Diagnostic::warning("commit/long-subject", message).at(line()).help("move details into the body"),
        );
    }
    found
}

fn place(message: &str, fault: Fault, end: usize) -> std::ops::Range<usize> {
    let next = message
        .get(end + 1..)
        .and_then(|rest| rest.find('\n'))
        .map_or(message.len(), |length| end + 1 + length);
    match fault {
        Fault::BreakingInBody => {
            let at = message.find("\nBREAKING").map_or(end, |at| at + 1);
            at..at + "BREAKING CHANGE".len()
        }
        _ => (end + 1).min(message.len())..next,
    }
}

/// `Breaking change: …` looks like the footer and isn't: it must be in capitals (15).
fn lower_case_breaking(message: &str, name: &str) -> Option<Diagnostic> {
    let mut at = 0;
    for line in message.split_inclusive('\n') {
        let head = line.get(..16).unwrap_or_default();
        let looks =
            head.eq_ignore_ascii_case("breaking change:") || head.eq_ignore_ascii_case("breaking-change:");
        if at > 0 && looks && footer::token(line).is_none_or(|footer| !footer.is_breaking()) {
            let text = "`BREAKING CHANGE:` counts only in capitals, with a space after the colon";
            return Some(Diagnostic::error("commit/breaking-case", text).at(Span::new(name, at..at + 16)));
        }
        at += line.len();
    }
    None
}

fn cure(fault: Fault) -> &'static str {
    match fault {
        Fault::Empty | Fault::NoType | Fault::BadType | Fault::NoColon => {
            "write `type: description` or `type(scope): description`, such as `fix(api): retry on 503`"
        }
        Fault::BadScope => "write the scope in one pair of parentheses, such as `fix(api): …`",
        Fault::NoSpace => "put a space after the colon",
        Fault::NoDescription => "say after the colon what changed",
        Fault::NoBlankLine => "leave the second line blank",
        Fault::BreakingInBody => "leave a blank line before `BREAKING CHANGE:`",
    }
}

/// The message in a file that git gives to its `commit-msg` hook: without comments, and without the
/// diff below the scissors. Removed lines are left blank, so that line numbers hold.
pub fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.starts_with("# ------------------------ >8 ------------------------") {
            break;
        }
        out.push_str(if line.starts_with('#') { "\n" } else { line });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(message: &str) -> Vec<&'static str> {
        check(message, "m", &["feat", "fix"]).into_iter().map(|diagnostic| diagnostic.rule).collect()
    }

    #[test]
    fn each_mistake_has_its_rule() {
        assert!(rules("fix: a\n\nbody\n").is_empty());
        assert!(rules("Merge branch 'x'").is_empty());
        assert!(rules("Revert \"fix: a\"\n\nThis reverts commit 1234567.").is_empty());
        assert_eq!(rules("words"), ["commit/unconventional"]);
        assert_eq!(rules("feta: a"), ["commit/unknown-type"]);
        assert_eq!(rules("fix: a\nbody"), ["commit/unconventional"]);
        assert_eq!(rules("fix: a\n\nb\nBREAKING CHANGE: c"), ["commit/unconventional"]);
        assert_eq!(rules("fix: a\n\nBreaking change: c"), ["commit/breaking-case"]);
        assert_eq!(rules("fixup! fix: a"), ["commit/fixup"]);
        assert_eq!(rules(&format!("fix: {}", "é".repeat(120))), ["commit/long-subject"]);
        assert_eq!(rules(""), ["commit/unconventional"]);
    }

    #[test]
    fn comments_go_and_lines_stay() {
        let text = "fix: a\n# c\n\nb\n# ------------------------ >8 ------------------------\ndiff";
        assert_eq!(without_comments(text), "fix: a\n\n\nb\n");
    }
}
