//! What authors allow: `<!-- annals: allow retro/blame, the words are a quotation -->` before a block, or
//! `allow-page` for the whole page.

use super::rules::{self, NO_REASON, NOT_NEEDED, RULES, UNKNOWN_RULE};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::markdown::raw_html;
use crate::site::Site;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What an author allows.
struct Allowed {
    rule: String,
    reason: bool,
    /// The comment itself.
    at: Range<usize>,
    /// Where it holds.
    over: Range<usize>,
}

const OPEN: &str = "<!-- annals: allow";

/// Takes out what is allowed, and adds what is wrong with how it is allowed.
pub(super) fn apply(site: &Site, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut allowed: HashMap<Arc<str>, Vec<(Allowed, bool)>> = HashMap::new();
    for page in site.entries.iter().map(|entry| &entry.page).filter(|page| page.source.contains(OPEN)) {
        allowed.insert(
            page.file.clone(),
            read(page.source.as_ref(), page.body).into_iter().map(|one| (one, false)).collect(),
        );
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    for diagnostic in found {
        let file = diagnostic.span.as_ref().and_then(|span| Some((allowed.get_mut(&span.file)?, span)));
        let is_allowed = file.is_some_and(|(list, span)| {
            let fits = |one: &Allowed| {
                one.rule == diagnostic.rule
                    && (one.over.contains(&span.start) || span.end == 0 && one.over.start == 0)
            };
            let one = list.iter_mut().find(|(one, _)| fits(one));
            one.map(|(_, used)| *used = true).is_some()
        });
        // What stops a build can't be talked away.
        if !is_allowed || is_reading_error(&diagnostic) {
            kept.push(diagnostic);
        }
    }
    for (file, list) in allowed {
        for (one, used) in list {
            let at = Span::new(file.clone(), one.at.clone());
            match rules::find(&one.rule) {
                None => {
                    let near = nearest(&one.rule, RULES.iter().map(|rule| rule.name));
                    let finding = UNKNOWN_RULE.finding(format!("there is no rule `{}`", one.rule)).at(at);
                    kept.push(match near {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding,
                    });
                }
                Some(_) if !one.reason => kept.push(
                    NO_REASON
                        .finding(format!("`{}` is allowed without a reason", one.rule))
                        .at(at)
                        .help(format!("say why: `{OPEN} {}, because … -->`", one.rule)),
                ),
                // Other sites are asked only now and then.
                Some(rule) if !used && !rule.name.starts_with("external/") => {
                    kept.push(NOT_NEEDED.finding(format!("`{}` finds nothing here", one.rule)).at(at));
                }
                Some(_) => {}
            }
        }
    }
    kept
}

fn is_reading_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.level == Level::Error
        && ["front-matter/", "source/", "markdown/", "site/"]
            .iter()
            .any(|group| diagnostic.rule.starts_with(group))
}

/// Reads the comments of a page whose body starts at `body`. Those in code are examples.
fn read(text: &str, body: usize) -> Vec<Allowed> {
    let mut all = Vec::new();
    for html in raw_html(text.get(body..).unwrap_or_default()) {
        let (first, last) = (body + html.start, body + html.end);
        let Some(start) = text.get(first..last).and_then(|html| html.find(OPEN)).map(|at| first + at) else {
            continue;
        };
        let inner = start + OPEN.len();
        let Some(length) = text.get(inner..).and_then(|rest| rest.find("-->")) else { break };
        let end = inner + length + 3;
        let words = text.get(inner..inner + length).unwrap_or_default();
        let whole = words.starts_with("-page");
        let words = words.trim_start_matches("-page").trim();
        let cut = words.find([',', ' ', ':']).unwrap_or(words.len());
        let (rule, reason) = words.split_at(cut);
        all.push(Allowed {
            rule: rule.to_owned(),
            reason: reason.chars().any(char::is_alphabetic),
            at: start..end,
            over: if whole { 0..text.len() + 1 } else { start..block_end(text, end) },
        });
    }
    all
}

/// The end of the block that begins at or after `from`: the next empty line after some text.
fn block_end(text: &str, from: usize) -> usize {
    let mut at = from;
    let mut seen = false;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let empty = line.trim().is_empty();
        if empty && seen {
            break;
        }
        seen |= !empty;
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_holds_for_its_block_or_for_the_page() {
        let text = "a\n\n<!-- annals: allow retro/blame, a quotation -->\nb\nc\n\nd\n";
        let all = read(text, 0);
        assert_eq!(all.len(), 1);
        assert!(all[0].reason && all[0].rule == "retro/blame");
        assert_eq!(&text[all[0].over.clone()], "<!-- annals: allow retro/blame, a quotation -->\nb\nc\n");
        let all = read("<!-- annals: allow-page page/orphan -->\n", 0);
        assert!(!all[0].reason && all[0].over.start == 0);
        assert!(read("```\n<!-- annals: allow page/orphan, an example -->\n```\n", 0).is_empty());
    }
}
