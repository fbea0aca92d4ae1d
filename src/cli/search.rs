//! `annals search`: the reader's search from a terminal.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::search::excerpt::{self, Excerpt, Terms};
use crate::search::query::{self, FILTERS, Query};
use crate::search::reader::store::{Folder, Site};
use crate::search::reader::{Error, Found, Hit, How, Index, SectionText, Store};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder that is searched without `--site`.
pub const DEFAULT_SITE: &str = "dist";

/// Sections shown of a page, at most.
const SECTIONS: usize = 3;

/// Search a built or published site
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  annals search 'upstream connect error 503'
  annals search --kind runbook 'pod crash looping'
  annals search '\"lost leader\" -staging version:>=3.4' --site https://docs.example.org/
  annals search --eval queries.jsonl --minimum 0.85")]
pub struct SearchArgs {
    /// Words, "quoted phrases", -without, key:value filters; or a pasted log line
    #[arg(required_unless_present = "eval", num_args = 1..)]
    pub query: Vec<String>,
    /// A built site's folder, or the address of a published one
    #[arg(long, default_value = DEFAULT_SITE, value_name = "DIR|URL")]
    pub site: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Show at most so many pages
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Show what each score is made of
    #[arg(long)]
    pub explain: bool,
    /// Only pages of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// Only pages about this service
    #[arg(long, value_name = "NAME")]
    pub service: Vec<String>,
    /// Only incidents of this severity
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Vec<String>,
    /// Only pages with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Only releases of this version, or range: `>=2.3`
    #[arg(long, value_name = "VERSION")]
    pub version: Vec<String>,
    /// Only pages dated before
    #[arg(long, value_name = "DATE")]
    pub before: Option<String>,
    /// Only pages dated on this day or after
    #[arg(long, value_name = "DATE")]
    pub after: Option<String>,
    /// Score judged queries: a JSON object a line with `query` and `judgements` (address or path to grade 0-3)
    #[arg(long, value_name = "FILE")]
    pub eval: Option<PathBuf>,
    /// With --eval: fail below this nDCG@10
    #[arg(long, value_name = "SCORE", requires = "eval")]
    pub minimum: Option<f64>,
    /// With --eval: another built site to compare with, such as that of the base revision
    #[arg(long, value_name = "DIR|URL", requires = "eval")]
    pub base: Option<String>,
}

/// Runs the command. The exit code is 0, or 1 where nothing was found or a score is too low.
pub fn run(args: &SearchArgs, out: &mut dyn Write, color: bool) -> Result<u8, Vec<Diagnostic>> {
    let store = open(&args.site);
    let index = Index::open(&*store).map_err(|error| unreadable(&error, &args.site))?;
    if let Some(file) = &args.eval {
        return super::search_eval::run(args, file, &index, out);
    }
    let query = parse(args);
    let found = index.search(&query).map_err(|error| unreadable(&error, &args.site))?;
    let view = View { index: &index, found: &found, terms: excerpt::terms(&found.groups), args, color };
    let code = u8::from(found.hits.is_empty());
    let written = if args.json { view.json(out) } else { view.human(out) };
    written.map_err(|failure| match failure {
        Failure::Index(error) => unreadable(&error, &args.site),
        Failure::Output(error) => {
            vec![Diagnostic::error("search/output", format!("can't write the results: {error}"))]
        }
    })?;
    Ok(code)
}

/// The store that `--site` names.
pub(super) fn open(site: &str) -> Box<dyn Store> {
    if site.starts_with("http://") || site.starts_with("https://") {
        Box::new(Site::new(site))
    } else {
        Box::new(Folder(PathBuf::from(site)))
    }
}

pub(super) fn unreadable(error: &Error, site: &str) -> Vec<Diagnostic> {
    let help = match error {
        Error::Missing(_) if Path::new(site).is_dir() => "build the site again: `annals build`",
        Error::Missing(_) => "build the site first (`annals build`), or name it with `--site DIR|URL`",
        Error::Unreachable(..) => "check the address and the network, then try again",
        Error::Damaged(_) => "build or upload the site again",
        Error::Format(_) => "use the version of annals that built the site, or build it again",
    };
    vec![Diagnostic::error("search/index", error.to_string()).help(help)]
}

/// The query of the arguments, with filters from options and signs alike.
fn parse(args: &SearchArgs) -> Query {
    let mut query = query::parse(&args.query.join(" "));
    let options: [(&str, &[String]); 5] = [
        ("kind", &args.kind),
        ("service", &args.service),
        ("severity", &args.severity),
        ("tag", &args.tag),
        ("version", &args.version),
    ];
    let dates = [("before", &args.before), ("after", &args.after)];
    let lists = options.iter().flat_map(|(key, values)| values.iter().map(|value| (*key, value)));
    let all = lists.chain(dates.iter().filter_map(|(key, value)| value.as_ref().map(|value| (*key, value))));
    for (key, value) in all {
        debug_assert!(FILTERS.contains(&key));
        query.filters.push((key.to_string(), value.clone()));
    }
    query
}

enum Failure {
    Index(Error),
    Output(std::io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Index(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

struct View<'a> {
    index: &'a Index<'a>,
    found: &'a Found,
    terms: Terms,
    args: &'a SearchArgs,
    color: bool,
}

impl View<'_> {
    fn json(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let mut hits = Vec::new();
        for hit in self.found.hits.iter().take(self.args.limit) {
            let facts = self.index.facts(hit.page)?;
            let sections = self.sections(hit)?;
            let mut value = json!({
                "url": facts.url, "title": facts.title, "kind": self.index.kind(hit.page), "score": hit.score,
                "date": facts.date, "severity": facts.severity, "version": facts.version, "package": facts.package,
                "services": facts.services, "audience": facts.audience, "stale": facts.stale,
                "sections": sections.iter().map(|section| json!({
                    "heading": section.heading, "url": section.url, "excerpt": section.excerpt.text,
                    "marks": section.excerpt.marks.iter().map(|mark| [mark.start, mark.end]).collect::<Vec<_>>(),
                })).collect::<Vec<Value>>(),
            });
            if self.args.explain
                && let Some(object) = value.as_object_mut()
            {
                object.insert("explain".into(), json!(hit.parts));
            }
            hits.push(value);
        }
        let words: Vec<Value> = self.found.groups.iter().map(|group| json!(group)).collect();
        let whole = json!({
            "total": self.found.hits.len(), "words": words, "dropped": self.found.dropped, "hits": hits,
        });
        writeln!(out, "{whole:#}")?;
        Ok(())
    }

    fn human(&self, out: &mut dyn Write) -> Result<(), Failure> {
        if !self.found.dropped.is_empty() {
            writeln!(out, "{}", self.dim(&format!("left out: {}", self.found.dropped.join(", "))))?;
        }
        for (typed, meant) in corrections(self.found) {
            writeln!(out, "{}", self.dim(&format!("`{typed}` is not on this site; showing {meant}")))?;
        }
        for hit in self.found.hits.iter().take(self.args.limit) {
            self.hit(hit, out)?;
        }
        let total = self.found.hits.len();
        let shown = total.min(self.args.limit);
        let line = match total {
            0 => {
                "Nothing found. Fewer words, or other ones, may help; filters narrow the search.".to_string()
            }
            1 => "1 page".to_string(),
            _ if shown < total => format!("{shown} of {total} pages; --limit {total} shows all"),
            _ => format!("{total} pages"),
        };
        writeln!(out, "{}", self.dim(&line))?;
        Ok(())
    }

    fn hit(&self, hit: &Hit, out: &mut dyn Write) -> Result<(), Failure> {
        let facts = self.index.facts(hit.page)?;
        let mut line = self.paint("1", &self.marked(&excerpt::marked(&facts.title, &self.terms)));
        let kind = self.index.kind(hit.page).to_string();
        let details =
            [Some(kind), facts.severity, facts.version, facts.date, Some(facts.services.join(", "))];
        let details: Vec<String> = details.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        line.push_str("  ");
        line.push_str(&self.dim(&printable(&details.join(" · "))));
        if facts.stale {
            line.push_str(&self.paint("33", " · review overdue"));
        }
        writeln!(out, "{line}")?;
        let sections = self.sections(hit)?;
        if sections.is_empty() {
            writeln!(out, "  {}", self.dim(&printable(&facts.url)))?;
        }
        for section in sections {
            let heading = self.marked(&excerpt::marked(&section.heading, &self.terms));
            let heading = if section.heading.is_empty() { String::new() } else { format!("{heading}  ") };
            writeln!(out, "  › {heading}{}", self.dim(&printable(&section.url)))?;
            let text = self.marked(&section.excerpt).replace('\n', " ↵ ");
            if !text.is_empty() {
                writeln!(out, "    {text}")?;
            }
        }
        if self.args.explain {
            self.explain(hit, out)?;
        }
        writeln!(out)?;
        Ok(())
    }

    /// The sections to show of a page: the best ones, none much worse than the first.
    fn sections(&self, hit: &Hit) -> Result<Vec<Shown>, Failure> {
        let facts = self.index.facts(hit.page)?;
        let page = self.index.text(hit.page)?;
        let best = hit.sections.first().map_or(0.0, |section| section.score);
        let mut shown = Vec::new();
        for section in hit.sections.iter().take(SECTIONS).filter(|section| section.score * 2.0 >= best) {
            let SectionText { heading, anchor, prose, code } = page.section(section.number);
            let excerpt = excerpt::excerpt(&prose, &self.terms)
                .or_else(|| excerpt::excerpt(&code, &self.terms))
                .unwrap_or_else(|| {
                    excerpt::opening(if prose.is_empty() { &page.description } else { &prose })
                });
            let url = anchor.map_or_else(|| facts.url.clone(), |anchor| format!("{}#{anchor}", facts.url));
            shown.push(Shown { heading, url, excerpt });
        }
        Ok(shown)
    }

    fn explain(&self, hit: &Hit, out: &mut dyn Write) -> Result<(), Failure> {
        let parts = &hit.parts;
        let fields: Vec<String> = crate::search::posting::FIELD_NAMES
            .iter()
            .zip(parts.fields)
            .filter(|(_, value)| *value > 0.0)
            .map(|(name, value)| format!("{name} {value:.2}"))
            .collect();
        let pinned = if parts.pinned { " · pinned" } else { "" };
        writeln!(
            out,
            "    {}",
            self.dim(&format!(
                "score {:.3} = prior {:.2} × (words {:.3} at coverage {:.0} % + section {:.3} + near {:.3} + title {:.3}){pinned}",
                hit.score,
                parts.prior,
                parts.words,
                parts.coverage * 100.0,
                parts.section,
                parts.near,
                parts.title
            ))
        )?;
        writeln!(out, "    {}", self.dim(&format!("evidence by field: {}", fields.join(", "))))?;
        Ok(())
    }

    fn marked(&self, excerpt: &Excerpt) -> String {
        let mut text = String::new();
        let mut at = 0;
        for mark in excerpt.marks.iter().filter(|_| self.color) {
            text.push_str(&printable(excerpt.text.get(at..mark.start).unwrap_or_default()));
            text.push_str(
                &self.paint("1;33", &printable(excerpt.text.get(mark.clone()).unwrap_or_default())),
            );
            at = mark.end;
        }
        text.push_str(&printable(excerpt.text.get(at..).unwrap_or_default()));
        text
    }

    fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}

struct Shown {
    heading: String,
    url: String,
    excerpt: Excerpt,
}

/// The words that the index lacks, with what stands for them.
fn corrections(found: &Found) -> Vec<(String, String)> {
    found
        .groups
        .iter()
        .filter_map(|group| {
            let mended = group.terms.iter().find(|(_, how)| matches!(how, How::Typo | How::Split))?;
            let known = group.terms.iter().any(|(_, how)| matches!(how, How::Exact | How::Prefix));
            (!known).then(|| (group.text.clone(), mended.0.clone()))
        })
        .collect()
}
