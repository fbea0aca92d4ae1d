//! The grammar of [Conventional Commits 1.0.0](https://www.conventionalcommits.org/en/v1.0.0/).
//!
//! Numbers in comments are those of the specification's list. Where its prose and its reference
//! grammar differ, the prose decides: the space after the colon is required (1).

use super::footer::{self, Footer};
use serde::Serialize;

/// A message that conforms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conventional<'a> {
    /// The type as written, such as `feat`. Compare with [`Conventional::is`]: case doesn't matter (15).
    pub kind: &'a str,
    /// The scope, without its parentheses (4).
    pub scope: Option<&'a str>,
    /// Whether `!` stands before the colon (13).
    pub bang: bool,
    /// What follows the colon and the space (5).
    pub description: &'a str,
    /// Free text between description and footers (6, 7).
    pub body: Option<&'a str>,
    /// The footers, in their order (8–10).
    pub footers: Vec<Footer<'a>>,
    /// What the message gets wrong after a good first line; it is read as it was meant.
    pub faults: Vec<Fault>,
}

/// How a message departs from the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The message has no text.
    Empty,
    /// There is no `type:` at its start.
    NoType,
    /// The type is empty or not one word.
    BadType,
    /// A parenthesis of the scope is missing, or the scope is empty or holds parentheses.
    BadScope,
    /// There is no colon after type and scope.
    NoColon,
    /// The colon is not followed by a space.
    NoSpace,
    /// There is nothing after the colon.
    NoDescription,
    /// The body doesn't begin one blank line after the description (6).
    NoBlankLine,
    /// `BREAKING CHANGE:` stands inside a paragraph of the body (8).
    BreakingInBody,
}

impl Fault {
    /// The fault in words, to follow "this message".
    pub fn words(self) -> &'static str {
        match self {
            Fault::Empty => "is empty",
            Fault::NoType => "has no type at its start",
            Fault::BadType => "has a type that is not a single word",
            Fault::BadScope => "has a scope that is empty, unclosed or holds parentheses",
            Fault::NoColon => "has no colon after its type",
            Fault::NoSpace => "has no space after the colon",
            Fault::NoDescription => "has nothing after the colon",
            Fault::NoBlankLine => "has no blank line between description and body",
            Fault::BreakingInBody => "has BREAKING CHANGE inside a paragraph, not after a blank line",
        }
    }
}

/// Why a message is not conventional, and the byte at which it stops being so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotConventional {
    /// What is wrong.
    pub fault: Fault,
    /// Byte offset in the message.
    pub at: usize,
}

impl Conventional<'_> {
    /// Whether this is of the given type; case doesn't matter (15).
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// What breaks, if something does: the `BREAKING CHANGE` footer's text (12), otherwise the
    /// description of a type with `!` (13).
    pub fn breaking(&self) -> Option<&str> {
        let footer = self.footers.iter().find(|footer| footer.is_breaking());
        footer.map(|footer| footer.value.trim()).or(self.bang.then_some(self.description))
    }
}

/// The parts of a first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The type.
    pub kind: &'a str,
    /// The scope.
    pub scope: Option<&'a str>,
    /// Whether there is a `!`.
    pub bang: bool,
    /// The description.
    pub description: &'a str,
}

/// Reads a first line: `type[(scope)][!]: description`.
pub fn parse_header(line: &str) -> Result<Header<'_>, NotConventional> {
    let fail = |fault, at| Err(NotConventional { fault, at });
    if line.trim().is_empty() {
        return fail(Fault::Empty, 0);
    }
    let Some(end) = line.find(|char: char| char.is_whitespace() || "():!".contains(char)) else {
        return fail(Fault::NoType, 0);
    };
    let (kind, mut rest) = line.split_at(end);
    let place = |rest: &str| line.len() - rest.len();
    if kind.is_empty() {
        return fail(Fault::NoType, 0);
    }
    if rest.starts_with(char::is_whitespace) {
        // "Merge branch": prose. "feat (x): y" and "feat : y": somebody meant it.
        let meant = rest.trim_start().starts_with([':', '(', '!']);
        return fail(if meant { Fault::BadType } else { Fault::NoType }, end);
    }
    let mut scope = None;
    if let Some(inner) = rest.strip_prefix('(') {
        let Some(close) = inner.find(['(', ')']) else { return fail(Fault::BadScope, end) };
        let (name, tail) = inner.split_at(close);
        let Some(tail) = tail.strip_prefix(')') else { return fail(Fault::BadScope, end + 1 + close) };
        if name.trim().is_empty() {
            return fail(Fault::BadScope, end + 1);
        }
        scope = Some(name);
        rest = tail;
    }
    let bang = rest.starts_with('!');
    rest = rest.strip_prefix('!').unwrap_or(rest);
    let Some(after) = rest.strip_prefix(':') else { return fail(Fault::NoColon, place(rest)) };
    if after.trim().is_empty() {
        return fail(Fault::NoDescription, place(after));
    }
    let Some(description) = after.strip_prefix(' ') else { return fail(Fault::NoSpace, place(after)) };
    Ok(Header { kind, scope, bang, description: description.trim() })
}

/// Reads a whole message. The first line decides whether it conforms; what is amiss below it is
/// kept as [`Conventional::faults`], because hiding a fix over a missing blank line helps nobody.
pub fn parse(message: &str) -> Result<Conventional<'_>, NotConventional> {
    let start = message.len() - message.trim_start_matches(['\n', ' ', '\t']).len();
    let message = message.get(start..).unwrap_or_default().trim_end();
    let (line, rest) = message.split_once('\n').unwrap_or((message, ""));
    let header = parse_header(line)
        .map_err(|error| NotConventional { fault: error.fault, at: error.at.saturating_add(start) })?;
    let mut faults = Vec::new();
    if rest.lines().next().is_some_and(|line| !line.trim().is_empty()) {
        faults.push(Fault::NoBlankLine);
    }
    let (body, section) = footer::split(rest);
    let footers = footer::parse(section.text);
    if section.inside_paragraph {
        faults.push(Fault::BreakingInBody);
    }
    let body = body.trim_matches('\n').trim_end();
    Ok(Conventional {
        kind: header.kind,
        scope: header.scope,
        bang: header.bang,
        description: header.description,
        body: (!body.is_empty()).then_some(body),
        footers,
        faults,
    })
}

#[cfg(test)]
#[path = "conventional_tests.rs"]
mod tests;
