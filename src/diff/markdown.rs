//! A difference as Markdown for a comment on a pull request.
//!
//! Titles and words come from pages: they are escaped, or stand in fenced code, so that they can neither mention people
//! nor change the comment's own form.

use super::words::Hunk;
use super::{Difference, PageChange, Status};
use crate::diagnostic::place::Context;
use crate::diagnostic::{Diagnostic, Level};
use std::fmt::Write as _;

/// Pages, generated pages and findings that are listed; the rest is counted.
const LISTED: usize = 50;
/// Pages whose words are shown, and places of each.
const DETAILED: usize = 20;
const HUNKS: usize = 12;
/// Longest run of words that is shown whole.
const LONGEST: usize = 400;
/// GitHub takes 65,536 characters; GitLab takes more.
const MOST: usize = 60_000;

/// Findings to tell, with what is needed to say where they are.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The findings.
    pub list: &'a [&'a Diagnostic],
    /// Their texts.
    pub context: Context<'a>,
}

/// The comment.
pub fn comment(difference: &Difference, new: Told<'_>, fixed: Told<'_>) -> String {
    let mut out = String::from("### What this does to the site\n\n");
    out.push_str(&summary(difference));
    let (written, generated): (Vec<_>, Vec<_>) =
        difference.pages.iter().partition(|page| !is_generated(page));
    list("Pages", &written, &mut out);
    warn_of_gone(&difference.pages, &mut out);
    findings("New findings", new, &mut out);
    findings("Mended", fixed, &mut out);
    let with_words = difference.pages.iter().filter(|page| !page.words.is_empty());
    let with_words = with_words.filter(|page| !is_generated(page));
    for (index, page) in with_words.enumerate() {
        if index == DETAILED || out.len() > MOST {
            out.push_str("\nThe words of further pages are left out.\n");
            break;
        }
        words(page, &mut out);
    }
    if !generated.is_empty() && out.len() < MOST {
        let count = counted(generated.len(), "generated page");
        let _ = write!(out, "\n<details><summary>{count}: lists, releases, redirects</summary>\n");
        list("", &generated, &mut out);
        out.push_str("\n</details>\n");
    }
    out
}

pub(super) fn is_generated(page: &PageChange) -> bool {
    matches!(page.kind, "list" | "release" | "redirect" | "generated")
}

fn summary(difference: &Difference) -> String {
    if difference.files.is_empty() {
        return "Nothing: every file of the site stays the same.\n".to_owned();
    }
    let count =
        |status| difference.pages.iter().filter(|page| page.status == status && !is_generated(page)).count();
    let mut parts: Vec<String> = [
        (Status::Added, "added"),
        (Status::Changed, "changed"),
        (Status::Moved, "moved"),
        (Status::Removed, "removed"),
    ]
    .into_iter()
    .filter(|(status, _)| count(*status) > 0)
    .map(|(status, word)| format!("{} {word}", counted(count(status), "page")))
    .collect();
    if parts.is_empty() {
        parts.push("No page that people wrote differs".to_owned());
    }
    let sign = if difference.bytes < 0 { "−" } else { "+" };
    format!(
        "**{}.** {} of the site {}; it has {} files ({} before) and is {sign}{:.1} kB.\n",
        parts.join(", "),
        counted(difference.files.len(), "file"),
        if difference.files.len() == 1 { "differs" } else { "differ" },
        difference.files_after,
        difference.files_before,
        difference.bytes.unsigned_abs() as f64 / 1e3,
    )
}

fn list(title: &str, pages: &[&PageChange], out: &mut String) {
    if pages.is_empty() {
        return;
    }
    if !title.is_empty() {
        let _ = write!(out, "\n#### {title}\n");
    }
    out.push('\n');
    for page in pages.iter().take(LISTED) {
        let what = match page.status {
            Status::Added => "added",
            Status::Changed => "changed",
            Status::Moved => "moved",
            Status::Removed => "removed",
        };
        let _ = write!(out, "- {what} {}: **{}** {}", page.kind, escaped(&page.title), code(&page.url));
        if let Some(from) = &page.from {
            let _ = write!(out, ", was {}", code(from));
        }
        if page.status == Status::Changed {
            if !page.causes.is_empty() {
                let causes: Vec<String> = page.causes.iter().map(|cause| cause_text(cause)).collect();
                let _ = write!(out, ": {}", causes.join(", "));
            }
            if page.words.is_empty() {
                out.push_str(" (no words of its main part)");
            }
        }
        out.push('\n');
    }
    if pages.len() > LISTED {
        let _ = writeln!(out, "- … and {} more", pages.len() - LISTED);
    }
}

/// A cause may name a file, in backticks.
fn cause_text(cause: &str) -> String {
    match cause.strip_prefix('`').and_then(|rest| rest.split_once("`, ")) {
        Some((file, rest)) => format!("{}, {rest}", code(file)),
        None => cause.to_owned(),
    }
}

fn warn_of_gone(pages: &[PageChange], out: &mut String) {
    let gone: Vec<&PageChange> = pages.iter().filter(|page| page.gone && !is_generated(page)).collect();
    if gone.is_empty() {
        return;
    }
    out.push_str("\n**Addresses that lead nowhere now**: add them to `aliases` of a page.\n\n");
    for page in gone.iter().take(LISTED) {
        let _ = writeln!(out, "- {}", code(page.from.as_ref().unwrap_or(&page.url)));
    }
    if gone.len() > LISTED {
        let _ = writeln!(out, "- … and {} more", gone.len() - LISTED);
    }
}

fn findings(title: &str, told: Told<'_>, out: &mut String) {
    if told.list.is_empty() {
        return;
    }
    let _ = write!(out, "\n#### {title}\n\n");
    for finding in told.list.iter().take(LISTED) {
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        };
        let _ = write!(out, "- {level} {}: {}", code(finding.rule), escaped(&finding.message));
        if let Some(span) = &finding.span {
            let place = told.context.place(span);
            let at = match place.range {
                Some(((line, _), _)) => format!("{}:{line}", place.file),
                None => place.file,
            };
            let _ = write!(out, " ({})", code(&at));
        }
        out.push('\n');
    }
    if told.list.len() > LISTED {
        let _ = writeln!(out, "- … and {} more", told.list.len() - LISTED);
    }
}

fn words(page: &PageChange, out: &mut String) {
    let mut text = String::new();
    for (index, hunk) in page.words.iter().take(HUNKS).enumerate() {
        if index > 0 {
            text.push('\n');
        }
        lines(hunk, &mut text);
    }
    if page.words.len() > HUNKS {
        let _ = write!(text, "\n… and {} more places\n", page.words.len() - HUNKS);
    }
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    let _ = write!(
        out,
        "\n<details><summary>{}</summary>\n\n{fence}diff\n{text}{fence}\n\n</details>\n",
        escaped(&page.title)
    );
}

fn lines(hunk: &Hunk, text: &mut String) {
    if !hunk.before.is_empty() {
        let _ = writeln!(text, "  … {}", hunk.before);
    }
    for (sign, words) in [('-', &hunk.removed), ('+', &hunk.added)] {
        if !words.is_empty() {
            let _ = writeln!(text, "{sign} {}", cut(words));
        }
    }
    if !hunk.after.is_empty() {
        let _ = writeln!(text, "  {} …", hunk.after);
    }
}

/// A long run of words, cut.
fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{} …", words.get(..at).unwrap_or_default()),
        None => words.to_owned(),
    }
}

/// `1 page`, `2 pages`
fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// Text that is shown as it is, and mentions nobody.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A comment of no length parts the sign from the name that it would call.
            '@' | '#' | '!' => {
                out.push(char);
                out.push_str("<!-- -->");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(char);
            }
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

/// Text as a span of code.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", if text.is_empty() { "/" } else { &text })
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_pages_stays_text() {
        assert_eq!(escaped("<b>@team #1 [x](y)"), "&lt;b&gt;@<!-- -->team #<!-- -->1 \\[x\\](y)");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "` / `");
    }

    #[test]
    fn words_can_not_close_their_fence() {
        let hunk =
            Hunk { before: String::new(), removed: "````".into(), added: "x".into(), after: String::new() };
        let page = PageChange {
            url: "a/".into(),
            from: None,
            title: "A".into(),
            kind: "article",
            status: Status::Changed,
            gone: false,
            origin: "content/a.md".into(),
            causes: Vec::new(),
            words: vec![hunk],
        };
        let mut out = String::new();
        words(&page, &mut out);
        assert!(out.contains("\n`````diff\n- ````\n+ x\n`````\n"), "{out}");
    }
}
