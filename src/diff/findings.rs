//! Findings that one tree has and another has not.

use crate::diagnostic::{Diagnostic, SourceMap};
use std::collections::{BTreeMap, HashMap};

/// A tree's findings with the texts that they point into.
#[derive(Debug, Clone, Copy)]
pub struct Findings<'a> {
    /// What was found.
    pub list: &'a [Diagnostic],
    /// The texts.
    pub sources: &'a SourceMap,
    /// What files of this tree are called in the other one, where that differs.
    pub renamed: &'a BTreeMap<String, String>,
}

type Key = (&'static str, String, String, String);

/// What a finding is known by in another tree: its rule, its file, its line's text and its message.
fn key(finding: &Diagnostic, tree: Findings<'_>) -> Key {
    let (file, line) = match &finding.span {
        Some(span) => {
            let file = tree.renamed.get(&*span.file).map_or(&*span.file, String::as_str);
            let text = tree.sources.text(&span.file).map_or("", |text| text);
            let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
            let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
            (file.to_owned(), line.trim().to_owned())
        }
        None => Default::default(),
    };
    (finding.rule, file, line, finding.message.clone())
}

/// The findings of `these` that `others` has not, in their order. A line that was edited keeps its finding, so one without
/// a counterpart on its line is looked for in its file.
pub fn only_in<'a>(these: Findings<'a>, others: Findings<'_>) -> Vec<&'a Diagnostic> {
    let mut exact: HashMap<Key, usize> = HashMap::new();
    for finding in others.list {
        *exact.entry(key(finding, others)).or_default() += 1;
    }
    let mut left: Vec<(&Diagnostic, Key)> = Vec::new();
    for finding in these.list {
        let key = key(finding, these);
        match exact.get_mut(&key) {
            Some(count) if *count > 0 => *count -= 1,
            _ => left.push((finding, key)),
        }
    }
    let mut loose: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for ((rule, file, _, message), count) in &exact {
        *loose.entry((rule, file, message)).or_default() += count;
    }
    let mut only = Vec::new();
    for (finding, (rule, file, _, message)) in &left {
        match loose.get_mut(&(*rule, file.as_str(), message.as_str())) {
            Some(count) if *count > 0 => *count -= 1,
            _ => only.push(*finding),
        }
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn a_finding_is_the_same_where_it_moved_and_another_where_it_repeats() {
        let map = |text: &str, file: &str| {
            let mut sources = SourceMap::default();
            sources.insert(file, text);
            sources
        };
        let at =
            |file: &str, start: usize| Diagnostic::warning("a/b", "m").at(Span::new(file, start..start + 1));
        let (old, new) = (map("x\n", "a.md"), map("new line\nx\nx\n", "b.md"));
        let before = [at("a.md", 0)];
        let now = [at("b.md", 9), at("b.md", 11)];
        let renamed = BTreeMap::from([("a.md".to_owned(), "b.md".to_owned())]);
        let none = BTreeMap::new();
        let now = Findings { list: &now, sources: &new, renamed: &none };
        let moved = Findings { list: &before, sources: &old, renamed: &renamed };
        assert_eq!(only_in(now, moved).len(), 1, "one of the two is new");
        assert!(only_in(moved, now).is_empty());
        let other = Findings { renamed: &none, ..moved };
        assert_eq!(only_in(now, other).len(), 2, "another file, another finding");
    }
}
