//! Wording that any page may have: names as the site spells them, and what templates left behind.

use super::rules::*;
use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::markdown::prose;
use crate::site::Entry;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Names and the spellings that are taken for them.
pub(super) struct Words {
    names: Vec<(String, Regex)>,
}

impl Words {
    pub(super) fn new(names: &BTreeMap<String, Vec<String>>) -> Self {
        let pattern = |spellings: &Vec<String>| {
            let any = spellings.iter().map(|spelling| regex::escape(spelling)).collect::<Vec<_>>().join("|");
            Regex::new(&format!(r"\b(?:{any})\b")).ok()
        };
        let names = names
            .iter()
            .filter(|(_, spellings)| !spellings.is_empty())
            .filter_map(|(name, spellings)| Some((name.clone(), pattern(spellings)?)));
        Self { names: names.collect() }
    }
}

static PLACEHOLDERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:TODO|TBD|FIXME|TKTK)\b|(?i:lorem ipsum)|\{\{\s*(?:title|date|author)\s*\}\}").ok()
});

pub(super) fn page(entry: &Entry, words: &Words, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let body = page.body();
    let maybe = ["TODO", "TBD", "FIXME", "TKTK", "orem ipsum", "{{"].iter().any(|word| body.contains(word));
    if !maybe && words.names.is_empty() {
        return;
    }
    let text = prose(body);
    let at = |start: usize, end: usize| Span::new(page.file.clone(), page.body + start..page.body + end);
    if maybe && let Some(placeholders) = &*PLACEHOLDERS {
        for left in placeholders.find_iter(&text) {
            found.push(
                PLACEHOLDER
                    .finding(format!("`{}` was left in", left.as_str()))
                    .at(at(left.start(), left.end()))
                    .help("fill it in, or take it out"),
            );
        }
    }
    for (name, spellings) in &words.names {
        for spelling in spellings.find_iter(&text).filter(|spelling| spelling.as_str() != name) {
            found.push(
                SPELLING
                    .finding(format!("`{}` is spelled `{name}` on this site", spelling.as_str()))
                    .at(at(spelling.start(), spelling.end()))
                    .fix(Edit { span: at(spelling.start(), spelling.end()), text: name.clone() }),
            );
        }
    }
}
