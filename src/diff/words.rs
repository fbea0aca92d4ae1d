//! The words that differ between two rendered pages.

use crate::markdown;
use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Words shown before and after a difference.
const AROUND: usize = 6;
/// Two texts of which more pairs of words would be compared than this are told as one difference: the time that the
/// shortest takes grows with their product.
pub(super) const MOST: usize = 30_000_000;

/// A place where words differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hunk {
    /// Words before it that are the same.
    pub before: String,
    /// Words that are gone.
    pub removed: String,
    /// Words that are new.
    pub added: String,
    /// Words after it that are the same.
    pub after: String,
}

/// The words that a reader sees of a page: those of its main part, where there is one.
pub fn of_page(html: &str) -> String {
    let main = html.find("<main").and_then(|start| {
        let end = html.rfind("</main>").filter(|end| *end > start)?;
        html.get(start..end)
    });
    markdown::seen(main.unwrap_or(html))
}

/// Where two texts differ, word by word.
pub fn differences(old: &str, new: &str) -> Vec<Hunk> {
    let old: Vec<&str> = old.split_whitespace().collect();
    let new: Vec<&str> = new.split_whitespace().collect();
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let pairs = (old.len() - same).saturating_mul(new.len() - same);
    let operations = if pairs > MOST {
        let (old_len, new_len) = (old.len() - same, new.len() - same);
        vec![DiffOp::Replace { old_index: same, old_len, new_index: same, new_len }]
    } else {
        capture_diff_slices(Algorithm::Myers, &old, &new)
    };
    let text = |words: &[&str], range: Range<usize>| words.get(range).unwrap_or_default().join(" ");
    operations
        .iter()
        .filter(|operation| !matches!(operation, DiffOp::Equal { .. }))
        .map(|operation| {
            let (left, right) = (operation.old_range(), operation.new_range());
            Hunk {
                before: text(&new, right.start.saturating_sub(AROUND)..right.start),
                after: text(&new, right.end..(right.end + AROUND).min(new.len())),
                removed: text(&old, left),
                added: text(&new, right),
            }
        })
        .collect()
}

/// Where two lists of words differ: the places that are gone from the one, and that are new in the other.
pub(super) fn between(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let operations = capture_diff_slices(Algorithm::Myers, old, new);
    let differ = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    differ.map(|operation| (operation.old_range(), operation.new_range())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_with_the_words_around_them() {
        let hunks = differences("restart the proxy and wait", "restart the edge proxy and wait");
        assert_eq!(hunks.len(), 1);
        assert_eq!((hunks[0].removed.as_str(), hunks[0].added.as_str()), ("", "edge"));
        assert_eq!((hunks[0].before.as_str(), hunks[0].after.as_str()), ("restart the", "proxy and wait"));
        assert!(differences("a  b\nc", "a b c").is_empty(), "spaces are no words");
    }

    #[test]
    fn only_the_main_part_of_a_page_counts() {
        let page =
            "<html><nav>Menu</nav><main id=\"m\"><p>One<b>two</b></p><p>three</p></main><footer>F</footer>";
        assert_eq!(of_page(page).split_whitespace().collect::<Vec<_>>(), ["Onetwo", "three"]);
    }
}
