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
