//! Wording of retros that blames a person. Sentence patterns, not bare words: a person must be the subject of a failing.
//!
//! The patterns follow what Etsy's and Google's guides to blameless retros call counterfactuals ("should have") and
//! judgements ("careless", "human error"). What to write instead is said with each.

use super::rules::BLAME;
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::prose;
use crate::record::Kind;
use crate::site::Entry;
use regex::Regex;

/// Who acts.
const PERSON: &str = r"(?:he|she|they|(?:the|an|our|one)\s+(?:on-?call\s+)?(?:engineer|operator|developer|administrator|admin|author|reviewer|responder|employee|contractor|intern|colleague|person|user|on-?call)s?|@[\w-]+)";

/// Patterns, with what to write instead. `{person}` stands for who acts.
const PATTERNS: &[(&str, &str)] = &[
    (
        r"\b{person}\s+(?:should|could|ought to)\s+(?:simply\s+|just\s+|easily\s+)?have\s+(?:known|noticed|checked|tested|read|realis|realiz|caught|been more|paid|asked|followed|waited|double)",
        "say what was known at the time, and what would have made it visible",
    ),
    (
        r"\b{person}\s+(?:failed|forgot|neglected|refused|omitted|did(?:n['’]t| not)\s+(?:even\s+)?(?:bother|care|think))\s+to\b",
        "say what the step depended on, and what made it easy to miss",
    ),
    (
        r"\b{person}(?:['’]s)?\s+(?:mistake|fault|carelessness|negligence|blunder|incompetence|screw-?up)\b",
        "say what the system let happen, and what would have stopped it",
    ),
    (
        r"\b(?:caused by|because of|due to|result of|was|were)\s+(?:a\s+)?(?:human|operator|user|engineer|pilot)\s+error\b",
        "a human error is where the question begins: say why it made sense at the time",
    ),
    (
        r"\b{person}\s+(?:was|were|is|are|had been)\s+(?:too\s+|so\s+|being\s+)?(?:careless|negligent|lazy|sloppy|reckless|incompetent|stupid|inattentive|to blame|at fault)\b",
        "describe what happened, not what somebody is like",
    ),
    (
        r"\b(?:fault|blame)\s+(?:lies|lay|is|was|rests|falls)\s+(?:with|on)\s+{person}\b",
        "say which conditions came together",
    ),
    (r"\b{person}\s+(?:carelessly|recklessly|negligently|stupidly|foolishly)\b", "leave the judgement out"),
];

/// All patterns, ready.
pub(super) struct Patterns(Vec<(Regex, &'static str)>);

impl Patterns {
    /// The built-in patterns and those of the site. One of the site's that can't be read is passed over: reading the
    /// settings has reported it.
    pub(super) fn new(own: &[String]) -> Self {
        let own = own.iter().map(|pattern| (pattern.clone(), "say what happened, not who is to blame"));
        let all =
            PATTERNS.iter().map(|(pattern, help)| (pattern.replace("{person}", PERSON), *help)).chain(own);
        Self(
            all.filter_map(|(pattern, help)| Some((Regex::new(&format!("(?i){pattern}")).ok()?, help)))
                .collect(),
        )
    }
}

pub(super) fn page(entry: &Entry, patterns: &Patterns, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    if !matches!(page.kind, Kind::Retro | Kind::Log) {
        return;
    }
    let text = prose(page.body());
    for (pattern, help) in &patterns.0 {
        for blame in pattern.find_iter(&text) {
            let range = page.body + blame.start()..page.body + blame.end();
            let words = blame.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
            found.push(
                BLAME
                    .finding(format!("“{words}” reads as if a person were the cause"))
                    .at(Span::new(page.file.clone(), range))
                    .help(*help),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_blamed_and_systems_are_not() {
        let patterns = Patterns::new(&[]);
        assert_eq!(patterns.0.len(), PATTERNS.len());
        let blames = |text: &str| patterns.0.iter().any(|(pattern, _)| pattern.is_match(text));
        for text in [
            "The engineer should have checked the config.",
            "She forgot to drain the node.",
            "The outage was caused by human error.",
            "It was the operator's mistake.",
            "They were careless.",
            "The blame lies with the developer.",
        ] {
            assert!(blames(text), "{text}");
        }
        for text in [
            "The alert should have fired at 09:00.",
            "The health check failed to notice the broken disk.",
            "The user error rate rose to 5 %.",
            "Requests failed because the cache forgot its keys.",
            "The engineer followed the runbook, which said nothing of the flag.",
            "We should have an alert on config age.",
        ] {
            assert!(!blames(text), "{text}");
        }
    }
}
