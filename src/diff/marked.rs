//! Two versions of a page's HTML with the words marked that differ.

use super::words::{MOST, between};

/// Elements whose text is no words of the page.
const SILENT: [&str; 5] = ["script", "style", "title", "svg", "template"];

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    /// A tag, a comment, white space, or text that nobody reads.
    Other(&'a str),
    /// A word.
    Word(&'a str),
}

/// Marks, in the main part of two pages, the words that only one of them has: by `<del>` before, by `<ins>` after. Two
/// pages that are too long to compare are given back as they are.
pub(super) fn marked(before: &str, after: &str) -> (String, String) {
    let (left, right) = (Page::of(before), Page::of(after));
    let (old, new) = (left.words(), right.words());
    if old.len().saturating_mul(new.len()) > MOST {
        return (before.to_owned(), after.to_owned());
    }
    let (mut gone, mut fresh) = (vec![false; old.len()], vec![false; new.len()]);
    for (removed, added) in between(&old, &new) {
        removed.for_each(|at| gone.get_mut(at).into_iter().for_each(|word| *word = true));
        added.for_each(|at| fresh.get_mut(at).into_iter().for_each(|word| *word = true));
    }
    (left.with("del", &gone), right.with("ins", &fresh))
}

/// A page with its main part in pieces.
struct Page<'a> {
    head: &'a str,
    main: Vec<Piece<'a>>,
    tail: &'a str,
}

impl<'a> Page<'a> {
    fn of(html: &'a str) -> Self {
        let start = html.find("<main").unwrap_or(0);
        let end = html.rfind("</main>").filter(|end| *end > start).unwrap_or(html.len());
        let part = |range: std::ops::Range<usize>| html.get(range).unwrap_or_default();
        Self { head: part(0..start), main: pieces(part(start..end)), tail: part(end..html.len()) }
    }

    fn words(&self) -> Vec<&'a str> {
        let word = |piece: &Piece<'a>| match piece {
            Piece::Word(word) => Some(*word),
            Piece::Other(_) => None,
        };
        self.main.iter().filter_map(word).collect()
    }

    fn with(&self, tag: &str, marks: &[bool]) -> String {
        let mut out = self.head.to_owned();
        let mut marks = marks.iter();
        for piece in &self.main {
            match piece {
                Piece::Other(text) => out.push_str(text),
                Piece::Word(word) if marks.next() == Some(&true) => {
                    out.push_str(&format!("<{tag} class=\"differs\">{word}</{tag}>"));
                }
                Piece::Word(word) => out.push_str(word),
            }
        }
        out.push_str(self.tail);
        out
    }
}

/// Parts HTML that annals rendered: its text has no `<` or `>` that are not tags, and no attribute has a `>` unescaped.
fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut silent: Option<&str> = None;
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, is_tag) = match rest.find('<') {
            Some(0) if rest.starts_with("<!--") => (rest.find("-->").map_or(rest.len(), |end| end + 3), true),
            Some(0) => (rest.find('>').map_or(rest.len(), |end| end + 1), true),
            at => (at.unwrap_or(rest.len()), false),
        };
        let (piece, after) = rest.split_at(piece);
        rest = after;
        if is_tag {
            all.push(Piece::Other(piece));
            let name = piece.trim_start_matches(['<', '/']);
            let name = name.split([' ', '>', '/', '\n', '\t']).next().unwrap_or_default();
            let known = SILENT.iter().copied().find(|silent| name.eq_ignore_ascii_case(silent));
            match (silent, known) {
                (None, Some(name)) if !piece.starts_with("</") && !piece.ends_with("/>") => {
                    silent = Some(name)
                }
                (Some(open), Some(name)) if open == name && piece.starts_with("</") => silent = None,
                _ => {}
            }
        } else if silent.is_some() {
            all.push(Piece::Other(piece));
        } else {
            words(piece, &mut all);
        }
    }
    all
}

/// Parts text into words and the white space between them.
fn words<'a>(text: &'a str, all: &mut Vec<Piece<'a>>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let space = first.is_whitespace();
        let end = rest.find(|char: char| char.is_whitespace() != space).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        all.push(if space { Piece::Other(piece) } else { Piece::Word(piece) });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_are_marked_on_their_side_and_tags_are_left_alone() {
        let before =
            "<title>T</title><main id=\"m\"><p>Restart <code>the</code> proxy &amp; wait</p></main><footer>x";
        let after = "<title>U</title><main id=\"m\"><p>Restart <b>the</b> edge proxy &amp; wait</p><style>a b</style></main><footer>y";
        let (old, new) = marked(before, after);
        assert_eq!(old, before, "nothing went away");
        assert_eq!(
            new,
            after.replace("edge", "<ins class=\"differs\">edge</ins>"),
            "neither tags, nor styles, nor what stands outside of the main part"
        );
        let (old, new) = marked("<main>a b</main>", "<main>a c</main>");
        assert_eq!(old, "<main>a <del class=\"differs\">b</del></main>");
        assert_eq!(new, "<main>a <ins class=\"differs\">c</ins></main>");
    }

    proptest::proptest! {
        #[test]
        fn without_marks_each_side_is_as_it_was(before in "[<>a b/!-]{0,40}", after in "[<>a b/!-]{0,40}") {
            let (old, new) = marked(&before, &after);
            let plain = |text: &str, tag: &str| {
                text.replace(&format!("<{tag} class=\"differs\">"), "").replace(&format!("</{tag}>"), "")
            };
            proptest::prop_assert_eq!(plain(&old, "del"), before);
            proptest::prop_assert_eq!(plain(&new, "ins"), after);
        }
    }
}
