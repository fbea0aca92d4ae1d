//! One Markdown file as a page.

use super::catalogue::Catalogue;
use super::front::{self, Front};
use super::parsed::{Kept, Parsed};
use crate::diagnostic::{Diagnostic, Span};
use crate::markdown::{self, Outline, Prepared, outline, prepare};
use crate::record::front_matter::{self, Fields, FrontMatter};
use crate::record::{ActionItem, Audience, Kind, Kinds, Moment, TimelineEntry, action_items, timeline};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// A page: a Markdown file with what it says.
#[derive(Debug)]
pub struct Page {
    /// The file, as diagnostics name it: relative to the project's root where it lies inside.
    pub file: Arc<str>,
    /// Its place in the site's content tree: `runbooks/edge.md`. A mounted page has its mount's path before it.
    pub path: String,
    /// The whole file.
    pub source: Arc<str>,
    /// Where the body starts in it.
    pub body: usize,
    /// Kind of page.
    pub kind: Kind,
    /// What its front matter says.
    pub front: FrontMatter,
    /// Its title: from front matter, else from the first H1, else from the file's name.
    pub title: String,
    /// The heading, by index, that is the title and not shown again.
    pub title_heading: Option<usize>,
    /// Its day: from front matter, else from the file's name.
    pub date: Option<Moment>,
    /// Headings, links and facts of the body. Places count from the body's start.
    pub outline: Outline,
    /// A retro's timeline.
    pub timeline: Vec<TimelineEntry>,
    /// A retro's action items.
    pub actions: Vec<ActionItem>,
    /// Files that it includes.
    pub includes: Vec<Included>,
    /// Who may read it.
    pub audience: Audience,
    /// Hash of everything that the body is rendered from.
    pub hash: [u8; 32],
    /// What is wrong with it.
    pub found: Vec<Diagnostic>,
}

/// A file that a page includes.
#[derive(Debug, Clone)]
pub struct Included {
    /// As the page names it.
    pub written: String,
    /// Relative to the project's root.
    pub file: String,
    /// Its text, or why it can't be had.
    pub text: IncludedText,
}

/// The text of an included file, or why it can't be had.
pub type IncludedText = Result<Arc<str>, String>;

/// What a page is read with.
pub(super) struct PageContext<'a> {
    /// Kind that its folder gives it.
    pub kind: Kind,
    /// The kinds of the site.
    pub kinds: &'a Kinds,
    /// Audience of pages that name none.
    pub audience: Audience,
    /// For whom the site is built.
    pub built_for: Audience,
    /// Names of the site's own taxonomies.
    pub taxonomies: &'a [&'a str],
    /// Typographic quotes and dashes.
    pub smart_punctuation: bool,
    /// Services and teams that the audience may not know of.
    pub hidden: &'a Catalogue,
    /// Finds a file to include: project-relative path and text.
    pub include: &'a dyn Fn(&str) -> (String, IncludedText),
    /// What earlier builds parsed.
    pub kept: &'a Kept,
}

impl Page {
    /// Reads a page from its text.
    pub(super) fn read(file: Arc<str>, path: String, source: Arc<str>, context: &PageContext<'_>) -> Self {
        let key = hash(&source, &[], context);
        let (front, kept) = match context.kept.get(&key) {
            Some(Parsed { node, body, outline }) => (Front { node, body, found: Vec::new() }, Some(outline)),
            None => (front::split(&file, &source), None),
        };
        let is_kept = kept.is_some();
        let has_mistakes = !front.found.is_empty();
        let mut found = front.found;
        let (kind, mut fields, mistakes) =
            front_matter::read(&front.node, &file, &source, context.kind, context.taxonomies, context.kinds);
        found.extend(mistakes);
        fields.common.services.0.retain(|name| !context.hidden.has_service(name));
        let is_hidden = |owner: &str| context.hidden.teams.contains_key(owner.trim_start_matches('@'));
        fields.common.owner = fields.common.owner.take().filter(|owner| !is_hidden(&owner.0));
        let body = source.get(front.body..).unwrap_or_default();
        let includes: RefCell<Vec<Included>> = RefCell::default();
        let lookup = |written: &str| {
            let (file, text) = (context.include)(written);
            includes.borrow_mut().push(Included { written: written.to_owned(), file, text: text.clone() });
            text
        };
        // A retro's text is data, too.
        let (prepared, outline) = match kept.flatten().filter(|_| kind != Kind::Retro) {
            Some(outline) => (Prepared::default(), outline),
            None => {
                let prepared = prepare(body, context.built_for == Audience::Internal, &lookup);
                let outline = outline(&prepared, context.smart_punctuation);
                (prepared, outline)
            }
        };
        let at =
            |range: &Range<usize>| Span::new(file.clone(), front.body + range.start..front.body + range.end);
        for (range, message) in &prepared.mistakes {
            found.push(Diagnostic::error("markdown/directive", message).at(at(range)));
        }
        for (range, name) in &prepared.unknown {
            found.push(
                Diagnostic::note(
                    "markdown/foreign",
                    format!("the container `:::{name}` has no meaning here: its text is shown as it is"),
                )
                .at(at(range)),
            );
        }
        for range in &outline.unclosed {
            found.push(
                Diagnostic::error(
                    "markdown/unclosed-fence",
                    "this code block is never closed: all that follows is code",
                )
                .at(at(range))
                .help("add a line of the same backticks or tildes where the code ends"),
            );
        }
        for (range, why) in &outline.undrawn {
            found.push(
                Diagnostic::warning(
                    "markdown/diagram",
                    format!("this diagram can't be drawn, so its source is shown: {why}"),
                )
                .at(at(range))
                .help("it is read as Mermaid has it: a kind in the first line, such as `flowchart LR`, then its parts"),
            );
        }
        for foreign in &outline.foreign {
            found.push(
                Diagnostic::note(
                    "markdown/foreign",
                    format!("the {} `{}` of another tool is shown as text", foreign.what, foreign.name),
                )
                .at(at(&foreign.span)),
            );
        }
        let (title, title_heading) = title(&fields, &outline, &path);
        let date = fields.common.date.or_else(|| date_in_name(&path));
        let day = match &fields.fields {
            Fields::Retro(retro) => retro.started.or(retro.detected).or(date),
            _ => date,
        };
        let (timeline, actions) = if kind == Kind::Retro {
            (timeline(&prepared, &outline, day.map(|day| day.date)), action_items(&prepared, &outline))
        } else {
            (Vec::new(), Vec::new())
        };
        let is_plain = prepared.mistakes.is_empty() && prepared.unknown.is_empty();
        drop(prepared);
        let includes = includes.into_inner();
        if !is_kept && !has_mistakes {
            let outline = (is_plain && includes.is_empty()).then(|| outline.clone());
            context.kept.keep(key, &Parsed { node: front.node, body: front.body, outline });
        }
        let audience = fields.common.audience.unwrap_or(context.audience);
        let body = front.body;
        let hash = if includes.is_empty() { key } else { hash(&source, &includes, context) };
        Self {
            file,
            path,
            body,
            kind,
            front: fields,
            title,
            title_heading,
            date,
            outline,
            timeline,
            actions,
            includes,
            audience,
            hash,
            found,
            source,
        }
    }

    /// The body as it is written.
    pub fn body(&self) -> &str {
        self.source.get(self.body..).unwrap_or_default()
    }

    /// The body with its directives marked, for rendering.
    pub fn prepared(&self, built_for: Audience) -> Prepared<'_> {
        let lookup = |written: &str| {
            let found = self.includes.iter().find(|include| include.written == written);
            found.map_or_else(|| Err(format!("`{written}` was not read")), |include| include.text.clone())
        };
        prepare(self.body(), built_for == Audience::Internal, &lookup)
    }

    /// A place in the body as a place in the file.
    pub fn at(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.clone(), self.body + range.start..self.body + range.end)
    }

    /// One or two sentences: from front matter, else the first paragraph.
    pub fn description(&self) -> String {
        match &self.front.common.description {
            Some(text) => markdown::plain_text(&text.0),
            None => self.outline.summary.clone(),
        }
    }

    /// The file's name without its ending.
    pub fn stem(&self) -> &str {
        stem(&self.path)
    }

    /// Whether the file describes its folder: `_index.md`.
    pub fn is_section_file(&self) -> bool {
        self.stem() == "_index"
    }

    /// Whether the file stands for its folder, as a section or as a page with files beside it.
    pub fn is_folder_file(&self) -> bool {
        matches!(self.stem().to_lowercase().as_str(), "_index" | "index" | "readme")
    }

    /// The folder that it lies in, without a slash at the end.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn title(front: &FrontMatter, outline: &Outline, path: &str) -> (String, Option<usize>) {
    let first = outline.headings.first().filter(|heading| heading.level == 1 && outline.leads_with_title);
    match (&front.common.title, first) {
        (Some(title), Some(heading)) => {
            let title = markdown::plain_text(&title.0);
            let same = heading.text.trim().to_lowercase() == title.to_lowercase();
            (title, same.then_some(0))
        }
        (Some(title), None) => (markdown::plain_text(&title.0), None),
        (None, Some(heading)) if !heading.text.is_empty() => (heading.text.clone(), Some(0)),
        (None, _) => (title_from_path(path), None),
    }
}

/// A title out of a file's name: `2026-03-14-edge-proxy.md` is "Edge proxy".
fn title_from_path(path: &str) -> String {
    let mut name = stem(path);
    if matches!(name.to_lowercase().as_str(), "_index" | "index" | "readme") {
        name = path.rsplit('/').nth(1).unwrap_or("Home");
    }
    let name = name.get(11..).filter(|rest| date_in_name(path).is_some() && !rest.is_empty()).unwrap_or(name);
    let words = name.replace(['-', '_'], " ");
    let mut chars = words.trim().chars();
    chars.next().map_or_else(|| name.to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

/// The day at the start of a file's name.
fn date_in_name(path: &str) -> Option<Moment> {
    let day = stem(path).get(..10)?;
    day.is_char_boundary(4).then(|| Moment::parse(day)).flatten().filter(|moment| !moment.has_time)
}

fn hash(source: &str, includes: &[Included], context: &PageContext<'_>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(source.as_bytes());
    hasher.update(&[u8::from(context.smart_punctuation), context.built_for as u8]);
    for include in includes {
        hasher.update(include.written.as_bytes()).update(&[0]);
        match &include.text {
            Ok(text) => hasher.update(text.as_bytes()),
            Err(message) => hasher.update(message.as_bytes()),
        };
        hasher.update(&[0]);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Page {
        let context = PageContext {
            kind: Kind::Article,
            kinds: &Kinds::default(),
            audience: Audience::Public,
            built_for: Audience::Internal,
            taxonomies: &[],
            smart_punctuation: false,
            hidden: &Catalogue::default(),
            include: &|written| (written.to_owned(), Err("no such file".into())),
            kept: &Kept::default(),
        };
        Page::read(path.into(), path.into(), text.into(), &context)
    }

    #[test]
    fn a_title_comes_from_front_matter_then_h1_then_the_name() {
        assert_eq!(read("a.md", "---\ntitle: T `x`\n---\n# H\n").title, "T x");
        let page = read("a.md", "# H *x*\n\ntext\n");
        assert_eq!((page.title.as_str(), page.title_heading), ("H x", Some(0)));
        assert_eq!(read("r/2026-03-14-edge-proxy.md", "text\n").title, "Edge proxy");
        assert_eq!(read("edge-proxy/index.md", "text\n").title, "Edge proxy");
        assert_eq!(read("a.md", "---\ntitle: H\n---\n# H\n").title_heading, Some(0));
    }

    #[test]
    fn a_day_comes_from_the_name_where_front_matter_has_none() {
        assert_eq!(read("r/2026-03-14-x.md", "").date.unwrap().day(), "2026-03-14");
        assert_eq!(read("r/2026-99-14-x.md", "").date, None);
        assert_eq!(read("r/über-äöü-x.md", "").date, None);
    }

    #[test]
    fn a_missing_include_is_an_error_at_its_line() {
        let page = read("a.md", "---\ntitle: x\n---\n\n::include{file=\"no.txt\"}\n");
        assert_eq!(page.found[0].rule, "markdown/directive");
        let span = page.found[0].span.as_ref().unwrap();
        assert!(page.source[span.start..].starts_with("::include"));
    }
}
