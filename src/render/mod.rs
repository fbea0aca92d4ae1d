//! One route to its bytes. Pure: nothing here opens a file; a route that is a copy names the file.

mod archive;
mod audit;
mod board;
mod card;
mod care;
mod compare;
mod csv;
mod documents;
mod drift;
mod feed;
mod home;
mod host;
mod incident;
mod item;
mod kinds;
mod links;
mod list;
mod machine;
mod metrics;
mod nav;
mod offline;
mod on_call;
mod package;
mod page;
mod parts;
mod records;
mod release;
mod release_feed;
mod search;
mod service;
mod timeline;

pub use documents::Findable;
pub use host::Server;
pub use links::absolute;
pub use offline::LIST as OFFLINE_LIST;

use crate::config::LinkPlace;
use crate::config::look;
use crate::diagnostic::Diagnostic;
use crate::markdown::highlight::{self, Highlighter};
use crate::markdown::{Link, Style};
use crate::record::{Audience, Kind};
use crate::site::{Entry, EntryId, Place, Route, RouteKind, Site, url};
use crate::source::Library;
use crate::theme::Theme;
use crate::theme::view::{FeedView, NavView};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tera::Context;

/// A route's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A file that is to be copied.
    File(PathBuf),
}

/// A site with all that rendering needs.
#[derive(Debug)]
pub struct Renderer {
    /// The site.
    pub site: Arc<Site>,
    /// The theme.
    pub theme: Arc<Theme>,
    /// Colours code, and remembers.
    pub highlighter: Arc<Highlighter>,
    /// Texts of pages as feeds show them: one page is in several feeds, and each feed is written in three formats.
    plain: Mutex<HashMap<EntryId, Arc<str>>>,
    /// Texts that new pages begin with, by kind: many sections have one kind.
    blank: Mutex<HashMap<Kind, Option<Arc<str>>>>,
}

/// What was gathered to render a route.
pub struct Prepared {
    /// A hash of everything that the route's bytes are made from, if it has one: equal keys give equal bytes.
    pub key: Option<[u8; 32]>,
    facts: Facts,
}

/// What a route's bytes are made from, gathered.
enum Facts {
    /// Nothing was gathered.
    None,
    /// A page's.
    Page(Box<page::PageFacts>),
    /// A list's.
    List(Box<list::ListFacts>),
    /// A page of records.
    Record(Box<records::RecordFacts>),
    /// A feed's.
    Feed(feed::FeedFacts),
}

impl Facts {
    fn list(facts: list::ListFacts) -> Self {
        Self::List(Box::new(facts))
    }
}

/// What a page's template is called with.
#[derive(Serialize)]
struct Shell {
    /// Address of the page.
    url: String,
    title: String,
    description: String,
    noindex: bool,
    markdown_url: Option<String>,
    feeds: Vec<FeedView>,
    nav: NavView,
}

/// Whether the site has fonts of its own, which pages may load only then.
fn has_fonts(library: &Library) -> bool {
    let paths = library.statics.iter().map(|file| &file.path);
    paths
        .chain(library.assets.iter().map(|asset| &asset.path))
        .chain(library.theme_files.keys())
        .any(|path| look::is_font(path))
}

/// Values that every template sees: the site's own, made once.
pub fn global(library: &Library) -> serde_json::Value {
    let config = &library.config;
    let site = &config.site;
    let announcement = config.look.announcement.as_ref().map(|announcement| {
        let told = serde_json::to_vec(announcement).unwrap_or_default();
        json!({
            "text": announcement.text,
            "link": announcement.link,
            "leads_outside": announcement.leads_outside(),
            "level": announcement.level,
            "label": announcement.level.label(),
            // Who has closed it sees the next one.
            "id": blake3::hash(&told).to_hex().get(..8),
        })
    });
    let links = |place: LinkPlace| -> Vec<serde_json::Value> {
        let links = site.links.iter().filter(|link| link.place == place);
        links
            .map(|link| {
                let leads_outside = look::leads_outside(&link.url);
                json!({ "title": link.title, "url": link.url, "leads_outside": leads_outside })
            })
            .collect()
    };
    json!({
        "site": {
            "title": site.title,
            "description": site.description,
            "base_url": site.base_url,
            "language": site.language,
            "repository": site.repository,
            "links": links(LinkPlace::Footer),
            "header_links": links(LinkPlace::Header),
            "has_fonts": has_fonts(library),
            "logo": config.look.logo.as_deref().map(url::encode),
            "favicon": config.look.favicon.as_deref().map(url::encode),
            "footer": config.look.footer,
            "announcement": announcement,
            "search_origin": config.search.server.as_ref().and_then(|server| server.origin()),
            "opensearch": site.base_url.is_some(),
            "offline": config.offline.enabled,
            "version": env!("CARGO_PKG_VERSION"),
        },
        "config": { "extra": config.extra },
    })
}

impl Renderer {
    /// A renderer of a site.
    pub fn new(site: Arc<Site>, theme: Arc<Theme>, highlighter: Arc<Highlighter>) -> Self {
        Self { site, theme, highlighter, plain: Mutex::default(), blank: Mutex::default() }
    }

    /// Renders one route.
    pub fn render(&self, route: &Route) -> Result<Content, Diagnostic> {
        self.render_prepared(route, self.prepare(route))
    }

    /// Gathers what a route is made from, and hashes it where that costs less than making the bytes.
    pub fn prepare(&self, route: &Route) -> Prepared {
        let mut hasher = blake3::Hasher::new();
        hasher.update(concat!(env!("CARGO_PKG_VERSION"), " page ").as_bytes());
        hasher.update(&[self.site.library.built_for as u8]).update(&highlight::VERSION.to_le_bytes());
        let facts = match &route.kind {
            RouteKind::Page(id) => self.site.entry(*id).map(|entry| {
                let facts = self.page_facts(entry);
                self.page_key(entry, &facts, &mut hasher);
                Facts::Page(Box::new(facts))
            }),
            RouteKind::Markdown(id) => {
                if let Some(entry) = self.site.entry(*id) {
                    hasher.update(b"markdown").update(&entry.page.hash).update(entry.page.title.as_bytes());
                    self.links_key(entry, &mut hasher);
                }
                None
            }
            RouteKind::Section(id, number) => {
                self.site.section(*id).map(|section| self.section_facts(section, *number)).map(Facts::list)
            }
            RouteKind::Taxonomy(index) => self.taxonomy_facts(*index).map(Facts::list),
            RouteKind::Term(taxonomy, term, number) => {
                self.term_facts(*taxonomy, *term, *number).map(Facts::list)
            }
            RouteKind::Record(route) => self.record_facts(*route).map(|facts| {
                self.record_key(&facts, &mut hasher);
                Facts::Record(Box::new(facts))
            }),
            RouteKind::Feed(scope, format) => {
                Some(Facts::Feed(self.feed_facts(*scope, *format, &mut hasher)))
            }
            _ => return Prepared { key: None, facts: Facts::None },
        };
        if let Some(Facts::List(facts)) = &facts {
            self.list_key(facts, &mut hasher);
        }
        if facts.is_none() && matches!(route.kind, RouteKind::Record(_)) {
            return Prepared { key: None, facts: Facts::None };
        }
        Prepared { key: Some(*hasher.finalize().as_bytes()), facts: facts.unwrap_or(Facts::None) }
    }

    /// Renders a route from what was gathered for it.
    pub fn render_prepared(&self, route: &Route, prepared: Prepared) -> Result<Content, Diagnostic> {
        let bytes = match &route.kind {
            RouteKind::Page(_)
            | RouteKind::Section(..)
            | RouteKind::Taxonomy(_)
            | RouteKind::Term(..)
            | RouteKind::Feed(..)
            | RouteKind::Record(_) => self.gathered(route, prepared.facts)?.into_bytes(),
            RouteKind::Markdown(id) => match self.site.entry(*id) {
                Some(entry) => self.markdown(entry).into_bytes(),
                None => Vec::new(),
            },
            RouteKind::Packages => self.packages()?.into_bytes(),
            RouteKind::Package(package, number) => self.package(*package, *number)?.into_bytes(),
            RouteKind::Changes(package, number) => self.changes(*package, *number)?.into_bytes(),
            RouteKind::Release(package, release) => self.release(*package, *release)?.into_bytes(),
            RouteKind::Compare(package) => self.compare(*package)?.into_bytes(),
            RouteKind::CompareData(package, file) => self.compare_data(*package, *file).into_bytes(),
            RouteKind::Year(year) => self.year(year)?.into_bytes(),
            RouteKind::Search => self.search_page()?.into_bytes(),
            RouteKind::Index(number) => self.index_page(*number)?.into_bytes(),
            RouteKind::NotFound => self.not_found()?.into_bytes(),
            RouteKind::Alias(to) => self.alias(route, to)?.into_bytes(),
            RouteKind::Sitemap => self.sitemap().into_bytes(),
            RouteKind::Robots => self.robots().into_bytes(),
            RouteKind::Llms => self.llms().into_bytes(),
            RouteKind::Redirects => self.redirects().into_bytes(),
            RouteKind::Headers => self.headers().into_bytes(),
            RouteKind::SpeculationRules => machine::RULES.as_bytes().to_vec(),
            RouteKind::Cname => self.cname().into_bytes(),
            RouteKind::SecurityText => self.security_text().into_bytes(),
            RouteKind::OpenSearch => self.open_search().into_bytes(),
            RouteKind::ServiceWorker => self.service_worker().into_bytes(),
            RouteKind::WebManifest => self.web_manifest().into_bytes(),
            RouteKind::Copy(path) => return Ok(Content::File(path.clone())),
        };
        Ok(Content::Bytes(bytes))
    }

    fn gathered(&self, route: &Route, facts: Facts) -> Result<String, Diagnostic> {
        match (facts, &route.kind) {
            (Facts::Page(facts), RouteKind::Page(id)) => match self.site.entry(*id) {
                Some(entry) => self.page(entry, *facts),
                None => Ok(String::new()),
            },
            (Facts::List(facts), _) => self.list(*facts),
            (Facts::Feed(facts), _) => Ok(self.feed(facts)),
            (Facts::Record(facts), _) => self.record(*facts),
            (_, RouteKind::Record(route)) => Ok(self.record_file(*route)),
            _ => Ok(String::new()),
        }
    }

    /// The theme's assets as outputs: path and bytes.
    pub fn theme_assets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.theme.assets.iter().map(|asset| (asset.path.as_str(), asset.bytes.as_slice()))
    }

    /// The context that all pages have in common.
    fn context(&self, shell: Shell) -> Context {
        let config = &self.site.library.config;
        let mut context = Context::new();
        context.insert("root", &url::to_root(&shell.url));
        context.insert("lang", &config.site.language);
        context.insert("dir", direction(&config.site.language));
        context.insert("title", &shell.title);
        context.insert("description", &shell.description);
        context.insert("canonical", &self.canonical(&shell));
        context.insert("card", &self.site_card());
        context.insert("noindex", &shell.noindex);
        context.insert("markdown_url", &shell.markdown_url);
        context.insert("feeds", &shell.feeds);
        context.insert("nav", &shell.nav);
        context
    }

    /// A page's address on the web, where it has one and search engines may know it.
    fn canonical(&self, shell: &Shell) -> Option<String> {
        let base = self.site.library.config.site.base_url.as_deref();
        base.filter(|_| !shell.noindex).map(|base| absolute(base, &shell.url))
    }

    /// The text of a page for feeds. `prefix` is the site's own address, the same for all of them.
    fn plain_body(&self, entry: &Entry, prefix: String) -> Arc<str> {
        let kept = || self.plain.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = kept().get(&entry.id) {
            return text.clone();
        }
        let text: Arc<str> = self.body(entry, Style::Plain, prefix).into();
        kept().insert(entry.id, text.clone());
        text
    }

    /// An entry's page as Markdown: its text, without what its audience may not see.
    fn markdown(&self, entry: &Entry) -> String {
        let page = &entry.page;
        let prepared = page.prepared(self.site.library.built_for);
        let mut body = page.body().to_owned();
        // From the end, so that the places of what comes before stay true.
        let mut edits: Vec<(Range<usize>, &str)> =
            prepared.removed.iter().map(|range| (range.clone(), "")).collect();
        if self.site.library.built_for == Audience::Public {
            edits.extend(hidden_links(entry));
        }
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut first = body.len();
        for (range, text) in edits.iter().rev().filter(|(range, _)| page.body().get(range.clone()).is_some())
        {
            if range.end <= first {
                body.replace_range(range.clone(), text);
                first = range.start;
            }
        }
        if page.title_heading.is_some() { body } else { format!("# {}\n\n{}", page.title, body.trim_start()) }
    }
}

/// Adds a value to a hash.
fn digest(value: &impl Serialize, hasher: &mut blake3::Hasher) {
    // As bytes, which are half as long as JSON and need no escaping. At once, since a hasher is slow at many small pieces.
    match postcard::to_allocvec(value) {
        Ok(bytes) => hasher.update(&bytes),
        // A value whose length is not known beforehand has no such form.
        Err(_) => hasher.update(&serde_json::to_vec(value).unwrap_or_default()),
    };
}

/// Links that lead nowhere in a public build, with their words: their destinations may name internal pages. So may the
/// definitions that such links refer to.
fn hidden_links(entry: &Entry) -> Vec<(Range<usize>, &str)> {
    let page = &entry.page;
    let broken = page.outline.links.iter().zip(&entry.links).filter(|(_, place)| **place == Place::Broken);
    let broken: Vec<&Link> = broken.map(|(link, _)| link).collect();
    let mut edits: Vec<(Range<usize>, &str)> =
        broken.iter().map(|link| (link.span.clone(), link.text.as_str())).collect();
    let mut at = 0;
    for line in page.body().split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let definition = line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]:"));
        let dest = definition.map(|(_, dest)| dest.trim().trim_start_matches('<'));
        if dest.is_some_and(|dest| broken.iter().any(|link| dest.starts_with(&link.dest))) {
            edits.push((range, ""));
        }
    }
    edits
}

/// Direction of a language's script.
fn direction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "ar" | "fa" | "he" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ckb" => "rtl",
        _ => "ltr",
    }
}
