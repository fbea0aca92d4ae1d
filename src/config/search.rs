//! The `[search]` table of `site.toml`: how an owner tunes the site's search.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the site's search behaves. Every key may be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchConfig {
    /// Groups of words or phrases that mean the same on this site, for example
    /// `[["checkout", "cart service"], ["edge", "front proxy"]]`. They come on top of the built-in list.
    pub synonyms: Vec<Vec<String>>,
    /// Whether the built-in list of operations synonyms (k8s and kubernetes, oom and out of memory) is used.
    pub builtin_synonyms: bool,
    /// Words to be treated as carrying no meaning, besides the built-in lists of the site's languages.
    pub stop_words: Vec<String>,
    /// Factor on the score of the pages of a kind, for example `{ runbook = 1.3, log = 0.7 }`.
    pub boost_kind: BTreeMap<String, f32>,
    /// Factor on the score of the pages whose address starts with a prefix, for example
    /// `{ "archive/" = 0.5 }`. The longest prefix that fits decides.
    pub boost_section: BTreeMap<String, f32>,
    /// Pages that stand first for a query.
    pub pinned: Vec<Pinned>,
    /// Globs over site-relative addresses (`drafts/**`) of the pages that search must not find.
    pub exclude: Vec<String>,
    /// Where a reader who finds nothing may ask: an address in which `{query}` stands for what was typed, for example
    /// `https://chat.example.com/new?text={query}`.
    pub ask: Option<String>,
    /// Where a page is written that is missing: an address in which `{query}` stands for what was typed and `{slug}` for
    /// a file's name made of it, for example `https://git.example.com/kb/new/main?filename=content/runbooks/{slug}.md`.
    pub write: Option<String>,
    /// How many bytes the index may take in a browser that keeps it for when there is no network. It is kept as a whole,
    /// once somebody has searched, or without excerpts, or not at all. 0 switches this off. Default: 20000000.
    pub offline_bytes: u32,
    /// A search server that the dialog asks instead of the site's own index.
    pub server: Option<SearchServer>,
}

/// A search server that has the records of `annals export search`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchServer {
    /// What kind of server it is.
    pub kind: ServerKind,
    /// Its address, `https://search.example.com`. Browsers must be allowed to ask it from the site's origin (CORS).
    pub url: String,
    /// The name of the index or collection. Default: `annals`.
    #[serde(default = "default_index")]
    pub index: String,
    /// A key that may search and nothing else: it is published with the site. For OpenSearch the whole value of the
    /// `Authorization` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

fn default_index() -> String {
    "annals".to_owned()
}

/// What the dialog can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServerKind {
    /// Meilisearch.
    Meilisearch,
    /// Typesense.
    Typesense,
    /// OpenSearch and Elasticsearch.
    Opensearch,
}

impl SearchServer {
    /// The origin that a browser must be allowed to connect to; none where the address is not of the web.
    pub fn origin(&self) -> Option<&str> {
        let scheme = ["https://", "http://"].iter().find(|scheme| self.url.starts_with(**scheme))?;
        let host = self.url.get(scheme.len()..)?;
        let end = host.find(['/', '?', '#']).unwrap_or(host.len());
        // What is no host could end the policy's directive or add another.
        let is_host = |char: char| char.is_ascii_alphanumeric() || ".-:[]".contains(char);
        (end > 0 && host.get(..end)?.chars().all(is_host)).then(|| self.url.get(..scheme.len() + end))?
    }
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self {
            synonyms: Vec::new(),
            builtin_synonyms: true,
            stop_words: Vec::new(),
            boost_kind: BTreeMap::new(),
            boost_section: BTreeMap::new(),
            pinned: Vec::new(),
            exclude: Vec::new(),
            ask: None,
            write: None,
            offline_bytes: 20_000_000,
            server: None,
        }
    }
}

/// A page that stands first for a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pinned {
    /// The query; case, accents and the order of its words don't matter.
    pub query: String,
    /// The page's site-relative address, for example `runbooks/edge/`.
    pub page: String,
}
