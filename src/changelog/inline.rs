//! The inline markup of commit messages as safe HTML: code, links, emphasis, references.
//!
//! Messages are untrusted. All that reaches the page as markup is written here; every other character
//! is escaped, and an address is linked to only if it is of the web or of mail. Blocks don't exist: a
//! description that begins with `#` or `-` is text.

use super::forge::Links;
use super::markdown::closing;
use crate::config::source::ForgeConfig;
use std::fmt::Write as _;

/// Emphasis within emphasis deeper than this is text.
const DEEPEST: u8 = 4;
/// In text longer than this only code is looked for: no description is, and pairing brackets in a
/// megabyte of them would take its square.
const LONGEST: usize = 8 * 1024;

/// Text of a commit message as HTML, for use inside a paragraph or list item. References to issues,
/// pull requests and tickets are linked through the forge, if there is one.
pub fn html(text: &str, forge: Option<&ForgeConfig>) -> String {
    let mut writer = Writer { links: Links::new(forge), out: String::with_capacity(text.len() + 16) };
    let depth = if text.len() > LONGEST { DEEPEST } else { 0 };
    writer.inline(text, depth, false);
    writer.out
}

/// Text of a commit message without its inline markup, for titles and search.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        match char {
            '`' => {}
            '*' if rest.starts_with("**") => rest = rest.get(1..).unwrap_or_default(),
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
    }
    out
}

struct Writer<'a> {
    links: Links<'a>,
    out: String,
}

impl Writer<'_> {
    fn inline(&mut self, text: &str, depth: u8, in_link: bool) {
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            at += self.next(rest, before, depth, in_link);
        }
    }

    /// Writes what `rest` begins with; returns how many bytes that was.
    fn next(&mut self, rest: &str, before: Option<char>, depth: u8, in_link: bool) -> usize {
        let Some(char) = rest.chars().next() else { return 1 };
        let taken = match char {
            '`' => self.code(rest),
            '*' | '_' if depth < DEEPEST => self.emphasis(rest, char, before, depth, in_link),
            '[' if depth < DEEPEST && !in_link => self.link(rest, depth),
            '\\' => self.escaped(rest),
            _ if !in_link
                && before.is_none_or(|before| !before.is_alphanumeric() && !"/#&_".contains(before)) =>
            {
                self.reference(rest)
            }
            _ => None,
        };
        taken.unwrap_or_else(|| {
            // A run of backticks that opens nothing is text as a whole, or its tail would open.
            let run =
                if char == '`' { rest.len() - rest.trim_start_matches('`').len() } else { char.len_utf8() };
            self.text(rest.get(..run).unwrap_or_default());
            run
        })
    }

    fn text(&mut self, text: &str) {
        for char in text.chars() {
            match char {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                // Line breaks are spaces; what turns the direction of text could make it read as
                // something else than it is.
                char if char.is_control() => self.out.push(' '),
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                char => self.out.push(char),
            }
        }
    }

    fn code(&mut self, rest: &str) -> Option<usize> {
        let run = rest.len() - rest.trim_start_matches('`').len();
        let inner = rest.get(run..)?;
        let end = closing(inner, rest.get(..run)?)?;
        let code = inner.get(..end)?;
        // CommonMark: one space on both sides is for code that begins with a backtick.
        let stripped = code.strip_prefix(' ').and_then(|code| code.strip_suffix(' '));
        self.out.push_str("<code>");
        self.text(stripped.filter(|code| !code.trim().is_empty()).unwrap_or(code));
        self.out.push_str("</code>");
        Some(run + end + run)
    }

    fn emphasis(
        &mut self,
        rest: &str,
        mark: char,
        before: Option<char>,
        depth: u8,
        in_link: bool,
    ) -> Option<usize> {
        // `snake_case` and `2 * 3` are no emphasis.
        if mark == '_' && before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let width = if rest.chars().nth(1) == Some(mark) { 2 } else { 1 };
        let inner = rest.get(width..)?;
        if inner.starts_with(|char: char| char.is_whitespace() || char == mark) {
            return None;
        }
        let marks = rest.get(..width)?;
        let end = inner.match_indices(marks).map(|(at, _)| at).find(|&at| {
            let head = inner.get(..at).unwrap_or_default();
            let tail = inner.get(at + width..).unwrap_or_default();
            let closes = !head.is_empty() && !head.ends_with(char::is_whitespace) && !head.ends_with(mark);
            let inside_word = mark == '_' && tail.starts_with(char::is_alphanumeric);
            closes && !inside_word && !tail.starts_with(mark)
        })?;
        // `__init__` and `__DEV__` are names in more languages than messages have strong words.
        let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if marks == "__" && is_name(inner.get(..end)?) {
            return None;
        }
        let tag = if width == 2 { "strong" } else { "em" };
        let _ = write!(self.out, "<{tag}>");
        self.inline(inner.get(..end)?, depth + 1, in_link);
        let _ = write!(self.out, "</{tag}>");
        Some(width + end + width)
    }

    fn link(&mut self, rest: &str, depth: u8) -> Option<usize> {
        let middle = rest.find("](")?;
        let label = rest.get(1..middle)?;
        if label.contains('[') {
            return None;
        }
        let after = rest.get(middle + 2..)?;
        let end = after.find(')')?;
        let target = after.get(..end)?.split_whitespace().next().unwrap_or_default();
        let is_safe = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| target.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
        if is_safe {
            self.open(target);
        }
        self.inline(label, depth + 1, true);
        if is_safe {
            self.out.push_str("</a>");
        }
        Some(middle + 2 + end + 1)
    }

    fn open(&mut self, url: &str) {
        self.out.push_str("<a href=\"");
        self.text(url);
        self.out.push_str("\">");
    }

    fn anchor(&mut self, url: &str, text: &str) {
        self.open(url);
        self.text(text);
        self.out.push_str("</a>");
    }

    fn escaped(&mut self, rest: &str) -> Option<usize> {
        let next = rest.chars().nth(1).filter(char::is_ascii_punctuation)?;
        self.text(next.encode_utf8(&mut [0; 4]));
        Some(2)
    }

    /// A bare address, `#12`, `owner/repo#12` or a ticket at the start of a word.
    fn reference(&mut self, rest: &str) -> Option<usize> {
        if rest.starts_with("https://") || rest.starts_with("http://") {
            let end = rest
                .find(|char: char| char.is_whitespace() || char.is_control() || "<>\"'`".contains(char))
                .unwrap_or(rest.len());
            let url = rest.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
            // A closing parenthesis belongs to the text around, unless the address opened it.
            let url = if url.contains('(') { url } else { url.trim_end_matches(')') };
            (url.len() > "https://".len()).then(|| self.anchor(url, url))?;
            return Some(url.len());
        }
        let first = rest.chars().next()?;
        if !(first.is_ascii_alphanumeric() || first == '#' || first == '!') {
            return None;
        }
        let end = rest
            .find(|char: char| !(char.is_ascii_alphanumeric() || "#!/-_.".contains(char)))
            .unwrap_or(rest.len());
        let word = rest.get(..end)?.trim_end_matches(['.', '-', '/', '_', '!']);
        let (target, word) = self.target(word)?;
        self.anchor(&target, word);
        Some(word.len())
    }

    fn target<'t>(&self, word: &'t str) -> Option<(String, &'t str)> {
        let is_number =
            |text: &str| (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(number) = word.strip_prefix('#') {
            return is_number(number).then(|| self.links.issue(number)).flatten().map(|url| (url, word));
        }
        if let Some(number) = word.strip_prefix('!') {
            let request = number.parse().ok().filter(|_| is_number(number))?;
            return self.links.pull_request(request).map(|url| (url, word));
        }
        if let Some((repository, number)) = word.split_once('#') {
            let names = repository.split('/').filter(|name| !name.is_empty()).count();
            return (names == 2 && repository.matches('/').count() == 1 && is_number(number))
                .then(|| self.links.issue(word))
                .flatten()
                .map(|url| (url, word));
        }
        let (project, number) = word.split_once('-')?;
        let is_ticket =
            project.len() >= 2 && project.bytes().all(|byte| byte.is_ascii_uppercase()) && is_number(number);
        is_ticket.then(|| self.links.ticket(word)).flatten().map(|url| (url, word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::source::ForgeKind;
    use proptest::prelude::*;

    fn forge() -> ForgeConfig {
        ForgeConfig {
            kind: ForgeKind::Github,
            url: "https://github.com/a/b".into(),
            tickets: Some("https://t.example/{}".into()),
        }
    }

    fn bare(text: &str) -> String {
        html(text, None)
    }

    #[test]
    fn markup_is_rendered_and_everything_else_is_escaped() {
        assert_eq!(bare("use `<Tabs>` & <b>"), "use <code>&lt;Tabs&gt;</code> &amp; &lt;b&gt;");
        assert_eq!(
            bare("**a** *b* _c_ snake_case_name 2 * 3 * 4"),
            "<strong>a</strong> <em>b</em> <em>c</em> snake_case_name 2 * 3 * 4"
        );
        assert_eq!(
            bare("guard __DEV__ and __init__.py, __a b__"),
            "guard __DEV__ and __init__.py, <strong>a b</strong>"
        );
        assert_eq!(bare("`` a`b `` ```x"), "<code>a`b</code> ```x");
        assert_eq!(bare("# not a heading\n- nor a list"), "# not a heading - nor a list");
        assert_eq!(bare("\\*x\\*"), "*x*");
    }

    #[test]
    fn links_are_of_the_web_or_text() {
        assert_eq!(
            bare("[a *b*](https://x.example/?a=1&b)"),
            "<a href=\"https://x.example/?a=1&amp;b\">a <em>b</em></a>"
        );
        assert_eq!(bare("[a](javascript:alert(1))"), "a)");
        assert_eq!(bare("[a](\" onclick=x)"), "a");
        assert_eq!(
            bare("see https://x.example/a_b."),
            "see <a href=\"https://x.example/a_b\">https://x.example/a_b</a>."
        );
    }

    #[test]
    fn references_are_linked_through_the_forge() {
        let forge = forge();
        let html = |text: &str| html(text, Some(&forge));
        assert_eq!(html("(#12)"), "(<a href=\"https://github.com/a/b/issues/12\">#12</a>)");
        assert_eq!(html("fix c/d#5."), "fix <a href=\"https://github.com/c/d/issues/5\">c/d#5</a>.");
        assert_eq!(html("OPS-77"), "<a href=\"https://t.example/OPS-77\">OPS-77</a>");
        assert_eq!(html("x#12 #a 1/2#3#4"), "x#12 #a 1/2#3#4");
        assert_eq!(bare("#12"), "#12");
    }

    proptest! {
        /// Whatever comes in: the only tags are ours, and they are balanced.
        #[test]
        fn only_our_tags_come_out(text in "([<>&\"'`*_\\[\\]()#!\\\\/ -]|https://|javascript:|a|é|\\PC){0,40}") {
            let forge = forge();
            let out = html(&text, Some(&forge));
            let mut open = Vec::new();
            for piece in out.split('<').skip(1) {
                let tag = piece.split('>').next().unwrap();
                match tag.strip_prefix('/') {
                    Some(name) => prop_assert_eq!(open.pop().unwrap_or_default(), name),
                    None => {
                        let name = tag.split(' ').next().unwrap().to_owned();
                        prop_assert!(["a", "em", "strong", "code"].contains(&name.as_str()), "{}", out);
                        if name == "a" { prop_assert!(tag.starts_with("a href=\"http") || tag.starts_with("a href=\"mailto:")); prop_assert_eq!(tag.matches('"').count(), 2); }
                        open.push(name);
                    }
                }
            }
            prop_assert!(open.is_empty());
        }
    }
}
