//! The `[check]` table of `site.toml`: what `annals check` asks of a site.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What `annals check` asks of the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckConfig {
    /// Levels of rules that differ from their own: `{ "page/orphan" = "off", "image/no-alt" = "error" }`.
    /// `annals check --list` names all rules.
    pub rules: BTreeMap<String, RuleLevel>,
    /// How names are spelled, each with the spellings that are taken for it:
    /// `{ PostgreSQL = ["Postgres SQL", "postgresql"] }`.
    pub names: BTreeMap<String, Vec<String>>,
    /// Further patterns of wording that blames, as regular expressions that ignore case.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "regex" })))]
    pub blame: Vec<String>,
    /// Words of internal content that may stand in a public build all the same: `["Falcon"]`. The build looks for all others.
    pub disclosed: Vec<String>,
    /// Links to other sites, which `annals check --external` asks for.
    pub external: ExternalConfig,
    /// Time that a resolved retro may go without a review: `30d`.
    #[schemars(extend("format" = "period"))]
    pub retro_review: String,
}

impl Default for CheckConfig {
    fn default() -> Self {
        Self {
            rules: BTreeMap::new(),
            names: BTreeMap::new(),
            blame: Vec::new(),
            disclosed: Vec::new(),
            external: ExternalConfig::default(),
            retro_review: "30d".into(),
        }
    }
}

/// How links to other sites are asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExternalConfig {
    /// The only hosts that are asked, with those below them: `["github.com", "docs.rs"]`. Without any, all are but those of
    /// this machine, of examples and of private networks.
    pub hosts: Vec<String>,
    /// Regular expressions of addresses that are not asked for: `["^https://intranet\\."]`.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "regex" })))]
    pub skip: Vec<String>,
    /// Seconds that a server may take to answer.
    #[schemars(range(min = 1, max = 300))]
    pub timeout: u64,
    /// Connections to one host at a time.
    #[schemars(range(min = 1, max = 16))]
    pub per_host: usize,
    /// Time for which an address that was there is not asked for again: `7d`.
    #[schemars(extend("format" = "period"))]
    pub keep: String,
}

impl Default for ExternalConfig {
    fn default() -> Self {
        Self { hosts: Vec::new(), skip: Vec::new(), timeout: 20, per_host: 2, keep: "7d".into() }
    }
}

/// How much a rule's findings matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// They are not reported.
    Off,
    /// They are said.
    Note,
    /// They are probably not what the author meant.
    Warning,
    /// They fail the check.
    Error,
}
