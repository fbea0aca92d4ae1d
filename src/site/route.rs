//! Routes: every output path and what makes its bytes.

use super::entry::EntryId;
use super::section::SectionId;
use jiff::civil::Date;
use std::path::PathBuf;

/// One output path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Path in the output folder: `runbooks/edge/index.html`.
    pub path: String,
    /// What makes its bytes.
    pub kind: RouteKind,
    /// What it comes from, for people and the manifest: a file, or what generates it.
    pub origin: String,
}

/// What makes a route's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteKind {
    /// A page.
    Page(EntryId),
    /// A page as Markdown.
    Markdown(EntryId),
    /// A section's list: the section and the page of the list, from 1.
    Section(SectionId, usize),
    /// All terms of a taxonomy, by its index.
    Taxonomy(usize),
    /// A term's list: taxonomy, term and the page of the list, from 1.
    Term(usize, usize, usize),
    /// All packages.
    Packages,
    /// A package's releases: the package and the page of the list, from 1.
    Package(usize, usize),
    /// A package's changes: the package and the page of the list, from 1.
    Changes(usize, usize),
    /// A release without a hand-written note: the package and the release.
    Release(usize, usize),
    /// The page that compares versions of a package.
    Compare(usize),
    /// Its data: the package, and the file from 0. Each has the changes of some releases, the first the versions as well.
    CompareData(usize, usize),
    /// The releases of all packages in a year.
    Year(String),
    /// A page or a file of records.
    Record(RecordRoute),
    /// A feed.
    Feed(FeedScope, FeedFormat),
    /// The page for results of a search.
    Search,
    /// A page of the alphabetical index, from 1.
    Index(usize),
    /// The page for an address that does not exist.
    NotFound,
    /// A page that leads to another address.
    Alias(String),
    /// `sitemap.xml`
    Sitemap,
    /// `robots.txt`
    Robots,
    /// `llms.txt`
    Llms,
    /// `_redirects`
    Redirects,
    /// `_headers`
    Headers,
    /// `speculation-rules.json`
    SpeculationRules,
    /// `CNAME`
    Cname,
    /// `.well-known/security.txt`
    SecurityText,
    /// `opensearch.xml`
    OpenSearch,
    /// `sw.js`
    ServiceWorker,
    /// `app.webmanifest`
    WebManifest,
    /// A file that is copied.
    Copy(PathBuf),
}

/// A page or a file of records: incidents, action items, alerts, figures, reviews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordRoute {
    /// A list of incidents: the list and the page of it, from 1.
    Archive(usize, usize),
    /// A list of action items: the list and the page of it, from 1.
    Actions(usize, usize),
    /// Due days of the open items of a list, as iCalendar.
    Calendar(usize),
    /// All action items as JSON.
    ActionsJson,
    /// All action items as CSV.
    ActionsCsv,
    /// Figures.
    Metrics(MetricsOf),
    /// The figures of a month, by its first day, and the records behind them.
    MetricsMonth(Date),
    /// All records behind figures as CSV.
    MetricsCsv,
    /// All figures as JSON.
    MetricsJson,
    /// A page of the list of alerts, from 1.
    Alerts(usize),
    /// An alert.
    Alert(usize),
    /// A list of pages to review: the list and the page of it, from 1.
    Review(usize, usize),
    /// Who is on call for what.
    OnCall,
    /// Shifts as JSON.
    OnCallJson,
    /// Shifts for the pages that tell who is on call at the time of reading.
    OnCallScript,
    /// Shifts as iCalendar: of all rotations, or of one.
    OnCallCalendar(Option<usize>),
    /// A list of changes to pages: the list and the page of it, from 1.
    Audit(usize, usize),
    /// All changes as JSON.
    AuditJson,
    /// All changes as CSV.
    AuditCsv,
}

/// What figures are about. Numbers are places in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsOf {
    /// The whole site.
    Site,
    /// A service.
    Service(usize),
    /// A team.
    Team(usize),
}

/// What a feed is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedScope {
    /// The whole site.
    Site,
    /// A section and all below it.
    Section(SectionId),
    /// A term: taxonomy and term.
    Term(usize, usize),
    /// The releases of all packages.
    Packages,
    /// The releases that break something, of all packages.
    Breaking,
    /// The releases of a package.
    Package(usize),
}

/// A feed's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl FeedFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The feed's file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Rss => "rss.xml",
            Self::Json => "feed.json",
        }
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}
