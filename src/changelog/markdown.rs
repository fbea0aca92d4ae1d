//! A changelog as Markdown, in the form of [Keep a Changelog 1.1](https://keepachangelog.com/en/1.1.0/).

use super::model::{Change, Release};
use super::version::Version;
use std::fmt::Write as _;

/// What stands at the top of a new file.
pub const PREAMBLE: &str = "# Changelog\n\nAll notable changes are listed here, the newest release first. The form is that of\n[Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n";

/// How links to releases are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStyle {
    /// `## [1.2.3]`, with the address at the end of the file: see [`reference`].
    Reference,
    /// `## [1.2.3](address)`, where several packages share a text and versions would clash.
    Inline,
}

/// One release: its heading, what breaks, its groups.
pub fn release(release: &Release, style: LinkStyle) -> String {
    let mut out = String::new();
    let title = escape(release.title());
    let heading = match address(release).filter(|_| style == LinkStyle::Inline) {
        Some(url) => format!("[{title}]({url})"),
        None => format!("[{title}]"),
    };
    let _ = write!(out, "## {heading}");
    if let Some(date) = &release.date {
        let _ = write!(out, " - {date}");
    }
    if release.yanked {
        out.push_str(" [YANKED]");
    }
    out.push('\n');
    if !release.notes.is_empty() {
        out.push_str("\n### Highlights\n\n");
        for note in &release.notes {
            let issue = note.issue.as_ref().map(|issue| format!(" (#{issue})")).unwrap_or_default();
            let _ = writeln!(out, "- {}{issue}", line(&note.text));
        }
    }
    if !release.breaking.is_empty() {
        out.push_str("\n### Breaking changes\n\n");
        for breaking in &release.breaking {
            let _ = write!(out, "- {}{}", scope(breaking.scope.as_deref()), line(&breaking.text));
            out.push('\n');
            for paragraph in breaking.upgrade.iter().flat_map(|upgrade| upgrade.split("\n\n")) {
                let _ = write!(out, "\n  {}\n", line(paragraph));
            }
        }
    }
    for group in &release.groups {
        let _ = write!(out, "\n### {}\n\n", escape(&group.title));
        for change in &group.changes {
            let _ = writeln!(out, "- {}", change_line(change));
        }
    }
    out
}

/// One change on one line, without the bullet.
pub fn change_line(change: &Change) -> String {
    let mut out = scope(change.scope.as_deref());
    if change.breaking.is_some() {
        out.insert_str(0, "**breaking** ");
    }
    out.push_str(&line(&change.description));
    match (change.pull_request, &change.pull_request_url) {
        (Some(number), Some(url)) => {
            let _ = write!(out, " ([#{number}]({url}))");
        }
        (Some(number), None) => {
            let _ = write!(out, " (#{number})");
        }
        (None, _) => {
            let short = change.hash.get(..7).unwrap_or(&change.hash);
            match &change.url {
                Some(url) => {
                    let _ = write!(out, " ([`{short}`]({url}))");
                }
                None if !short.is_empty() => {
                    let _ = write!(out, " (`{short}`)");
                }
                None => {}
            }
        }
    }
    let list = |versions: &[Version]| versions.iter().map(Version::as_str).collect::<Vec<_>>().join(", ");
    if !change.reverts.is_empty() {
        let _ = write!(out, " – takes back a change of {}", list(&change.reverts));
    }
    if !change.also_in.is_empty() {
        let _ = write!(out, " – also in {}", list(&change.also_in));
    }
    if change.erratum {
        out.push_str(" – corrected after the release");
    }
    if !change.reverted_in.is_empty() {
        let _ = write!(out, " – taken back in {}", list(&change.reverted_in));
    }
    out
}

fn scope(scope: Option<&str>) -> String {
    scope.map(|scope| format!("**{}:** ", escape(scope))).unwrap_or_default()
}

/// The link definition that goes with a heading, at the end of the file.
pub fn reference(release: &Release) -> Option<String> {
    Some(format!("[{}]: {}\n", escape(&release.title().to_lowercase()), address(release)?))
}

fn address(release: &Release) -> Option<&str> {
    release.compare_url.as_deref().or(release.url.as_deref())
}

/// Text of a message on one line of Markdown: its own inline markup stays, what would begin a block
/// or be taken for HTML is escaped.
pub fn line(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let out = escape(&joined);
    let begins_block = match out.split(' ').next().unwrap_or_default() {
        "-" | "+" | "*" | ">" => true,
        word => {
            let number = word.trim_end_matches(['.', ')']);
            (!word.is_empty() && word.bytes().all(|byte| byte == b'#'))
                || (number.len() < word.len()
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit()))
                || word.starts_with('>')
        }
    };
    // `[x]` at the start of an item is a task's box.
    let is_box = ["[ ]", "[x]", "[X]"].iter().any(|mark| out.starts_with(mark));
    match (begins_block, out.find(['.', ')'])) {
        (true, Some(at)) if out.starts_with(|char: char| char.is_ascii_digit()) => {
            format!("{}\\{}", out.get(..at).unwrap_or_default(), out.get(at..).unwrap_or_default())
        }
        (true, _) => format!("\\{out}"),
        _ if is_box => format!("\\{out}"),
        _ => out,
    }
}

/// Whether text needs no care: it begins with a letter, and nothing in it is markup or more than a space.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && !bytes.ends_with(b" ")
        && bytes.iter().all(|byte| *byte >= b' ' && !matches!(byte, b'<' | b'`' | 0x7f..))
        && !text.contains("  ")
}

/// Escapes `<` outside of code, and drops control characters.
fn escape(text: &str) -> String {
    if text.bytes().all(|byte| byte >= b' ' && !matches!(byte, b'<' | b'`' | 0x7f..)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if char == '`' {
            let run = rest.len() - rest.trim_start_matches('`').len();
            let ticks = rest.get(..run).unwrap_or_default();
            let inner = rest.get(run..).unwrap_or_default();
            let (taken, after) = match closing(inner, ticks) {
                Some(end) => rest.split_at_checked(run + end + run).unwrap_or((rest, "")),
                // An unclosed run would swallow what follows on some renderers.
                None => {
                    out.push_str(&"\\`".repeat(run));
                    ("", inner)
                }
            };
            out.extend(taken.chars().filter(|char| !char.is_control()));
            rest = after;
            continue;
        }
        match char {
            '<' if !out.ends_with('\\') => out.push_str("\\<"),
            char if char.is_control() => {}
            char => out.push(char),
        }
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
    }
    out
}

/// Where a run of exactly these backticks closes a code span.
pub(super) fn closing(text: &str, ticks: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find('`') {
        let start = at + found;
        let rest = text.get(start..)?;
        let run = rest.len() - rest.trim_start_matches('`').len();
        if run == ticks.len() {
            return Some(start);
        }
        at = start + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_on_its_line_and_is_no_html() {
        assert_eq!(line("use <Tabs> and `<b>`"), "use \\<Tabs> and `<b>`");
        assert_eq!(line("a\n\n# b\u{7}"), "a # b");
        assert_eq!(line("# a"), "\\# a");
        assert_eq!(line("1. a"), "1\\. a");
        assert_eq!(line("- a"), "\\- a");
        assert_eq!(line("[x] a"), "\\[x] a");
        assert_eq!(line("a ``b"), "a \\`\\`b");
        assert_eq!(line(""), "");
    }
}
