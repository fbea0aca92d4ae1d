//! `site.toml`: everything that a site's owner can set.
//!
//! Takes the file's text, gives a [`Config`] or all mistakes in it. The types here are the schema: their doc
//! comments are what `annals schema site` prints and what editors show.

pub mod alerts;
pub mod broadcast;
pub mod check;
pub mod forge;
mod load;
pub mod look;
pub mod offline;
pub mod output;
mod paths;
pub mod publish;
pub mod search;
pub mod security;
pub mod source;

pub use load::{CATALOGUE_FILE, FILE_NAME, load, schema};
pub use paths::{is_inside, stays_inside};

use crate::diagnostic::Diagnostic;
pub use crate::markdown::HtmlPolicy;
pub use crate::record::KindConfig;
use crate::record::{Audience, Kinds};
use alerts::AlertsConfig;
use broadcast::BroadcastConfig;
use check::CheckConfig;
use forge::WebConfig;
use look::LookConfig;
use offline::OfflineConfig;
use output::{AuditConfig, OutputConfig};
use publish::PublishConfig;
use schemars::JsonSchema;
use search::SearchConfig;
use security::SecurityConfig;
use serde::{Deserialize, Serialize};
use source::{ChangelogConfig, SourceConfig};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The settings of a site (`site.toml`).
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What the site is called and where it lives.
    pub site: SiteConfig,
    /// How the built-in theme looks on this site.
    pub look: LookConfig,
    /// Where content is read from.
    pub content: ContentConfig,
    /// Folders outside `content` whose pages appear in the site, as they are.
    pub mounts: Vec<MountConfig>,
    /// Settings for the pages below a path.
    pub sections: Vec<SectionConfig>,
    /// How kinds of page are called, which folders hold them and what their pages must have. Keys are kinds: `article`,
    /// `runbook`, `retro`, `release-note`, `log`, `review`, `demo`, `decision`, `path`; any other is a kind of your own.
    pub kinds: BTreeMap<String, KindConfig>,
    /// The kinds that come of it.
    #[serde(skip)]
    pub all_kinds: Arc<Kinds>,
    /// How Markdown is read.
    pub markdown: MarkdownConfig,
    /// Further taxonomies beside `tags`, `services` and `teams`. The key is the front-matter key.
    pub taxonomies: BTreeMap<String, TaxonomyConfig>,
    /// Atom, RSS and JSON feeds.
    pub feeds: FeedConfig,
    /// Git repositories whose history gives releases. Without any, the repository that holds the site is one, if it has
    /// tags.
    pub sources: Vec<SourceConfig>,
    /// How commits become changelogs.
    pub changelog: ChangelogConfig,
    /// How search behaves.
    pub search: SearchConfig,
    /// Alerts that monitoring raises.
    pub alerts: AlertsConfig,
    /// What `annals check` asks of the site.
    pub check: CheckConfig,
    /// Where pages are edited in a browser.
    pub forge: WebConfig,
    /// What a browser keeps of the site, so that it works without a network.
    pub offline: OfflineConfig,
    /// Files that a build writes beside the pages.
    pub output: OutputConfig,
    /// The pages that tell what changed in the content, from git.
    pub audit: AuditConfig,
    /// Where the site is published to.
    pub publish: PublishConfig,
    /// Whom `annals broadcast` tells what is new.
    pub broadcast: BroadcastConfig,
    /// Whom to tell of a weakness.
    pub security: Option<SecurityConfig>,
    /// Values for templates, under `config.extra`.
    pub extra: BTreeMap<String, serde_json::Value>,
    /// SHA-256 of the text that the settings were read from.
    #[serde(skip)]
    pub digest: [u8; 32],
    /// What in the settings is probably not meant.
    #[serde(skip)]
    pub doubts: Vec<Diagnostic>,
}

/// What the site is called and where it lives.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SiteConfig {
    /// The site's name.
    pub title: String,
    /// One sentence on what one finds here.
    pub description: String,
    /// Address at which the site is published, with its path: `https://kb.example.org/annals/`. Pages link to each
    /// other by relative addresses and work without it; the sitemap and feeds need it.
    #[schemars(extend("format" = "base-url"))]
    pub base_url: Option<String>,
    /// Language of the content and of the theme's own words, as a BCP 47 tag.
    pub language: String,
    /// Folder under `themes/` whose files override the built-in theme.
    pub theme: Option<String>,
    /// Web address of the repository that holds the content, for "edit" and "history" links:
    /// `https://github.com/acme/kb`.
    #[schemars(extend("format" = "web-url"))]
    pub repository: Option<String>,
    /// Branch that edit links point to.
    pub branch: String,
    /// Folder that `build` writes, relative to `site.toml`.
    #[schemars(extend("format" = "inner-path"))]
    pub output: String,
    /// Links in the header or in the footer of every page.
    pub links: Vec<LinkConfig>,
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self {
            title: "annals".into(),
            description: String::new(),
            base_url: None,
            language: "en".into(),
            theme: None,
            repository: None,
            branch: "main".into(),
            output: "dist".into(),
            links: Vec::new(),
        }
    }
}

/// A link with a title.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkConfig {
    /// The words of the link.
    pub title: String,
    /// Where it leads: a web address, `mailto:`, or the address of a page of the site, such as `guides/move/`.
    #[schemars(extend("format" = "link"))]
    pub url: String,
    /// Where it stands: `header`, and with the navigation where the window is narrow; or `footer`.
    #[serde(default)]
    pub place: LinkPlace,
}

/// Where a link of the site stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LinkPlace {
    /// Below every page.
    #[default]
    Footer,
    /// Above every page.
    Header,
}

/// Where content is read from.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContentConfig {
    /// Folder with the pages.
    #[schemars(extend("format" = "inner-path"))]
    pub folder: String,
    /// Folder whose files are copied as they are.
    #[schemars(extend("format" = "inner-path"))]
    pub static_folder: String,
    /// Globs of files to leave out, relative to the content folder: `drafts/**`.
    pub exclude: Vec<String>,
    /// Whether pages with `draft: true` are part of the site. `serve` shows them always.
    pub drafts: bool,
    /// Who may read pages that don't say so. `build --audience public` leaves internal pages out.
    pub audience: Audience,
    /// The catalogue of services and teams: TOML, or Backstage's `catalog-info.yaml`.
    #[schemars(extend("format" = "inner-path"))]
    pub services: String,
    /// Pages a list shows before it goes on to the next page.
    #[schemars(range(min = 1, max = 1000))]
    pub per_page: usize,
}

impl Default for ContentConfig {
    fn default() -> Self {
        Self {
            folder: "content".into(),
            static_folder: "static".into(),
            exclude: Vec::new(),
            drafts: false,
            audience: Audience::Internal,
            services: CATALOGUE_FILE.into(),
            per_page: 50,
        }
    }
}

/// A folder outside `content` whose pages appear in the site.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MountConfig {
    /// The folder, relative to `site.toml` or absolute. It may lie outside the project.
    pub path: String,
    /// Section under which its pages appear: `guides/etcd`.
    #[schemars(extend("format" = "inner-path"))]
    pub at: String,
    /// Title of the section, where the folder has no page of its own for it.
    #[serde(default)]
    pub title: Option<String>,
}

/// Settings for the pages below a path.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionConfig {
    /// Path of the section in the site: `runbooks/edge`.
    #[schemars(extend("format" = "inner-path"))]
    pub path: String,
    /// Kind of the pages that name none.
    #[serde(default)]
    #[schemars(extend("format" = "kind"))]
    pub kind: Option<String>,
    /// What happens to raw HTML in these pages.
    #[serde(default)]
    pub html: Option<HtmlPolicy>,
    /// Order of the pages.
    #[serde(default)]
    pub sort: Option<SortOrder>,
}

/// How Markdown is read.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MarkdownConfig {
    /// What happens to raw HTML in pages.
    pub html: HtmlPolicy,
    /// Whether straight quotes and dashes become typographic ones.
    pub smart_punctuation: bool,
}

/// Order of the pages of a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SortOrder {
    /// By `weight`, then by title; newest first where pages have dates and no weights.
    #[default]
    Auto,
    /// By `weight`, then by title.
    Weight,
    /// Newest first.
    Date,
    /// By title.
    Title,
}

/// A taxonomy of the site's own.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TaxonomyConfig {
    /// What one term is called: `Component`.
    pub label: Option<String>,
    /// What several are called: `Components`.
    pub plural: Option<String>,
}

/// Atom, RSS and JSON feeds.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FeedConfig {
    /// Whether feeds are written.
    pub enabled: bool,
    /// Entries a feed holds.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: usize,
    /// Taxonomies each of whose terms has a feed of its own: `services`, `teams`, `tags`, or one of the site's own.
    pub taxonomies: Vec<String>,
}

impl Default for FeedConfig {
    fn default() -> Self {
        Self { enabled: true, limit: 30, taxonomies: vec!["services".into(), "teams".into()] }
    }
}

impl Config {
    /// The raw-HTML policy for pages below `path`: that of the deepest section that sets one.
    pub fn html_policy(&self, path: &str) -> HtmlPolicy {
        self.section_setting(path, |section| section.html).unwrap_or(self.markdown.html)
    }

    /// The setting of the deepest configured section that holds `path` and has one.
    pub fn section_setting<T>(&self, path: &str, get: impl Fn(&SectionConfig) -> Option<T>) -> Option<T> {
        self.sections
            .iter()
            .filter(|section| is_inside(path, &section.path))
            .filter_map(|section| get(section).map(|value| (section.path.len(), value)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, value)| value)
    }
}
