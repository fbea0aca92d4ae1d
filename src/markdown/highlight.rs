//! Code to HTML with a few short classes.
//!
//! syntect parses with the syntaxes of bat, but for the languages that runbooks are full of: [`OWN`] has short
//! syntaxes for these, which tell apart what the theme colours and take a fifth of the time. syntect's long scope names
//! are folded into the classes of [`CLASSES`] and neighbouring spans of one class are merged. A block is highlighted
//! once: results are kept by content.

use super::escape::escape_into;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use syntect::parsing::{ClearAmount, ParseState, Scope, ScopeStackOp, SyntaxReference, SyntaxSet};
use syntect::parsing::{SyntaxDefinition, SyntaxSetBuilder};

/// Scope prefixes and their class, most specific first. A stylesheet needs rules for these letters only:
/// `c`omment, `s`tring, `n`umber or constant, `k`eyword, `f`unction, `t`ype or key, `a`ttribute, `i`nserted,
/// `d`eleted.
const CLASSES: &[(&str, Option<u8>)] = &[
    ("meta.interpolation", None),
    ("source.shell.embedded", None),
    ("comment", Some(b'c')),
    ("constant", Some(b'n')),
    ("string.unquoted", None),
    ("string", Some(b's')),
    ("keyword.operator", None),
    ("keyword", Some(b'k')),
    ("storage", Some(b'k')),
    ("entity.name.function", Some(b'f')),
    ("support.function", Some(b'f')),
    ("variable.function", Some(b'f')),
    ("entity.name.tag", Some(b't')),
    ("entity.other.attribute-name", Some(b'a')),
    ("entity.name", Some(b't')),
    ("support.type", Some(b't')),
    ("support.class", Some(b't')),
    ("variable.language", Some(b'n')),
    ("variable.other.readwrite", Some(b'a')),
    ("markup.inserted", Some(b'i')),
    ("markup.deleted", Some(b'd')),
    ("markup.heading", Some(b'f')),
    ("meta.diff", Some(b'c')),
];

/// Longer lines and blocks are shown without colours: they are data, and the parser's time is not bounded.
const LONGEST_LINE: usize = 2_000;
const LARGEST_BLOCK: usize = 200_000;

/// Changes whenever the same code may give other HTML, so that kept results are dropped.
pub const VERSION: u32 = 3;

/// Names that bat's syntaxes don't know, and the nearest that they do.
const ALIASES: &[(&str, &str)] = &[
    ("terraform", "tf"),
    ("hcl", "tf"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("golang", "go"),
    ("docker", "dockerfile"),
    ("ps1", "powershell"),
    ("pwsh", "powershell"),
    ("jinja", "html"),
    ("jinja2", "html"),
    ("text", ""),
    ("txt", ""),
    ("plain", ""),
    ("none", ""),
];

/// Syntaxes of the house, in the format of Sublime Text, each with the names that it goes by.
const OWN: [&str; 4] = [
    include_str!("syntaxes/shell.sublime-syntax"),
    include_str!("syntaxes/yaml.sublime-syntax"),
    include_str!("syntaxes/python.sublime-syntax"),
    include_str!("syntaxes/promql.sublime-syntax"),
];

static OWN_SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(|| {
    let mut set = SyntaxSetBuilder::new();
    // A test loads each of them, so that none is passed over here.
    OWN.iter()
        .flat_map(|text| SyntaxDefinition::load_from_str(text, true, None))
        .for_each(|own| set.add(own));
    set.build()
});
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// A syntax and the set that it belongs to.
#[derive(Clone, Copy)]
struct Syntax {
    set: &'static SyntaxSet,
    syntax: &'static SyntaxReference,
}

/// Key of a kept block: a hash of its language and code.
type BlockKey = [u8; 16];

/// Highlights code and keeps what it has done.
#[derive(Debug, Default)]
pub struct Highlighter {
    old: Blocks,
    fresh: Mutex<HashMap<BlockKey, Arc<str>>>,
}

impl Highlighter {
    /// A highlighter that starts with what an earlier one kept.
    pub fn with(old: Blocks) -> Self {
        Self { old, fresh: Mutex::default() }
    }

    /// Whether it has done any block that it did not start with.
    pub fn has_new(&self) -> bool {
        !self.fresh().is_empty()
    }

    /// Writes what it started with and what it has done, for [`Blocks::read`].
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        if self.old.bytes.is_empty() {
            out.write_all(&VERSION.to_le_bytes())?;
        }
        out.write_all(&self.old.bytes)?;
        let fresh = self.fresh();
        let mut blocks: Vec<_> = fresh.iter().collect();
        blocks.sort_by_key(|(key, _)| **key);
        for (key, html) in blocks {
            let Ok(length) = u32::try_from(html.len()) else { continue };
            out.write_all(key)?;
            out.write_all(&length.to_le_bytes())?;
            out.write_all(html.as_bytes())?;
        }
        Ok(())
    }

    fn fresh(&self) -> MutexGuard<'_, HashMap<BlockKey, Arc<str>>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a language has colours.
    pub fn knows(lang: &str) -> bool {
        syntax(lang).is_some()
    }

    /// The HTML of a block, without its `<pre>`: escaped text, lines as they were, spans with one-letter classes.
    pub fn html(&self, lang: &str, code: &str) -> Arc<str> {
        let syntax = if code.len() > LARGEST_BLOCK { None } else { syntax(lang) };
        let Some(syntax) = syntax else {
            let mut out = String::with_capacity(code.len() + 16);
            escape_into(&mut out, code);
            return out.into();
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(lang.as_bytes()).update(&[0]).update(code.as_bytes());
        let mut key = BlockKey::default();
        hasher.finalize_xof().fill(&mut key);
        if let Some(html) = self.old.get(&key) {
            return html.into();
        }
        if let Some(html) = self.fresh().get(&key) {
            return html.clone();
        }
        let html: Arc<str> = highlight(syntax, code).into();
        self.fresh().insert(key, html.clone());
        html
    }
}

/// Highlighted blocks as they were kept: a version, then for each its key, its length in four bytes, and its HTML.
#[derive(Debug, Default)]
pub struct Blocks {
    bytes: Vec<u8>,
    places: HashMap<BlockKey, Range<usize>>,
}

impl Blocks {
    /// Reads what a highlighter wrote; none if it is of another version or damaged.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut places = HashMap::new();
        let mut rest = bytes.strip_prefix(&VERSION.to_le_bytes())?;
        while !rest.is_empty() {
            let (key, after) = rest.split_first_chunk()?;
            let (length, after) = after.split_first_chunk()?;
            let start = bytes.len() - after.len();
            let (html, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            places.insert(*key, start..start + html.len());
            rest = after;
        }
        Some(Self { bytes, places })
    }

    /// Bytes in all.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    fn get(&self, key: &BlockKey) -> Option<&str> {
        let bytes = self.bytes.get(self.places.get(key)?.clone())?;
        std::str::from_utf8(bytes).ok()
    }
}

fn syntax(lang: &str) -> Option<Syntax> {
    thread_local! {
        // Finding one walks through all of them.
        static FOUND: RefCell<HashMap<String, Option<Syntax>>> = RefCell::default();
    }
    FOUND.with(|found| {
        if let Some(known) = found.borrow().get(lang) {
            return *known;
        }
        let name = ALIASES.iter().find(|(name, _)| *name == lang).map_or(lang, |(_, known)| known);
        let sets: [&'static LazyLock<SyntaxSet>; 2] = [&OWN_SYNTAXES, &SYNTAXES];
        let syntax = sets.into_iter().filter(|_| !name.is_empty()).find_map(|set| {
            let syntax = set.find_syntax_by_token(name).filter(|syntax| syntax.name != "Plain Text")?;
            Some(Syntax { set, syntax })
        });
        found.borrow_mut().insert(lang.to_owned(), syntax);
        syntax
    })
}

fn highlight(Syntax { set, syntax }: Syntax, code: &str) -> String {
    MEMO.with(|memo| {
        let mut memo = memo.borrow_mut();
        let mut out = String::with_capacity(code.len() * 2);
        let mut state = State { parser: ParseState::new(syntax), stack: Stack::default() };
        let mut known = memo.number(syntax, &state);
        let mut stands_elsewhere = false;
        for line in code.split_inclusive('\n') {
            let key = known.map(|known| (known, *blake3::hash(line.as_bytes()).as_bytes()));
            if let Some((html, next)) = key.and_then(|key| memo.lines.get(&key)) {
                out.push_str(html);
                known = Some(*next);
                stands_elsewhere = true;
                continue;
            }
            // After lines that were known, the parser stands where the last of them left it.
            if stands_elsewhere && let Some(stood) = known.and_then(|known| memo.states.get(known)) {
                state = stood.1.clone();
                stands_elsewhere = false;
            }
            let start = out.len();
            highlight_line(&mut state, set, line, &mut out);
            known = memo.number(syntax, &state);
            if let (Some(key), Some(next)) = (key, known)
                && memo.lines.len() < MEMO_LINES
            {
                memo.lines.insert(key, (out.get(start..).unwrap_or_default().into(), next));
            }
        }
        out
    })
}

fn highlight_line(state: &mut State, set: &SyntaxSet, line: &str, out: &mut String) {
    let mut writer = Writer { out, class: None };
    let ops = if line.len() > LONGEST_LINE { None } else { state.parser.parse_line(line, set).ok() };
    let mut at = 0;
    for (offset, op) in ops.unwrap_or_default() {
        writer.text(state.stack.class(), line.get(at..offset).unwrap_or_default());
        at = offset.max(at);
        state.stack.apply(&op);
    }
    writer.text(state.stack.class(), line.get(at..).unwrap_or_default());
    writer.close();
}

/// Where the parser stands between two lines.
#[derive(Clone, PartialEq)]
struct State {
    parser: ParseState,
    stack: Stack,
}

/// Lines that a thread remembers.
const MEMO_LINES: usize = 8_192;
/// States between lines that a thread tells apart; in more than these, nothing is remembered.
const MEMO_STATES: usize = 128;

/// Lines seen before in the same state: `fi`, `limits:`, a prompt. Their HTML and the state after them are known.
#[derive(Default)]
struct Memo {
    states: Vec<(&'static str, State)>,
    lines: HashMap<(usize, [u8; 32]), (Box<str>, usize)>,
}

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::default();
}

impl Memo {
    /// The number of a state, if it can be remembered.
    fn number(&mut self, syntax: &'static SyntaxReference, state: &State) -> Option<usize> {
        let known = self.states.iter().position(|(name, known)| *name == syntax.name && known == state);
        known.or_else(|| {
            (self.states.len() < MEMO_STATES).then(|| {
                self.states.push((&syntax.name, state.clone()));
                self.states.len() - 1
            })
        })
    }
}

/// The classes of the open scopes: a scope without one has that of the scope around it.
#[derive(Default, Clone, PartialEq)]
struct Stack {
    open: Vec<Option<u8>>,
    cleared: Vec<Vec<Option<u8>>>,
}

impl Stack {
    fn class(&self) -> Option<u8> {
        self.open.last().copied().flatten()
    }

    fn apply(&mut self, op: &ScopeStackOp) {
        match op {
            ScopeStackOp::Push(scope) => self.push(*scope),
            ScopeStackOp::Pop(count) => self.open.truncate(self.open.len().saturating_sub(*count)),
            ScopeStackOp::Clear(amount) => {
                let keep = match amount {
                    ClearAmount::TopN(count) => self.open.len().saturating_sub(*count),
                    ClearAmount::All => 0,
                };
                self.cleared.push(self.open.split_off(keep));
            }
            ScopeStackOp::Restore => self.open.extend(self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }

    fn push(&mut self, scope: Scope) {
        let class = match class_of(scope) {
            Some(class) => class,
            None => self.class(),
        };
        self.open.push(class);
    }
}

thread_local! {
    // Scopes are numbers; their names lie behind a global lock, so each thread remembers what it has seen.
    static SCOPES: RefCell<HashMap<Scope, Option<Option<u8>>>> = RefCell::default();
}

fn class_of(scope: Scope) -> Option<Option<u8>> {
    SCOPES.with(|scopes| {
        *scopes.borrow_mut().entry(scope).or_insert_with(|| {
            let name = scope.build_string();
            CLASSES
                .iter()
                .find(|(prefix, _)| {
                    name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
                .map(|(_, class)| *class)
        })
    })
}

struct Writer<'a> {
    out: &'a mut String,
    class: Option<u8>,
}

impl Writer<'_> {
    fn text(&mut self, class: Option<u8>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space has no colour: it goes on in whatever span is open. Spans never cross a line, so that lines
        // can be marked one by one.
        let mut rest = text;
        while !rest.is_empty() {
            let (mut line, after) = rest.split_at(rest.find('\n').unwrap_or(rest.len()));
            if !line.is_empty() {
                let inked = line.trim_start();
                if !inked.is_empty() && class != self.class {
                    self.out.push_str(line.get(..line.len() - inked.len()).unwrap_or_default());
                    line = inked;
                    self.close();
                    if let Some(class) = class {
                        self.out.push_str("<span class=\"");
                        self.out.push(char::from(class));
                        self.out.push_str("\">");
                        self.class = Some(class);
                    }
                }
                escape_into(self.out, line);
            }
            rest = match after.strip_prefix('\n') {
                Some(after) => {
                    self.close();
                    self.out.push('\n');
                    after
                }
                None => after,
            };
        }
    }

    fn close(&mut self) {
        if self.class.take().is_some() {
            self.out.push_str("</span>");
        }
    }
}

#[cfg(test)]
mod tests;
