//! What browsers keep for when there is no network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a browser keeps of the site, so that it works without a network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OfflineConfig {
    /// Whether browsers keep anything: pages that were read, those below, and the search index. Default: true.
    pub enabled: bool,
    /// Kinds of pages that are kept before anybody reads them. Default: `runbook`.
    pub kinds: Vec<String>,
    /// Names of services whose pages are kept so, instead of those of all services.
    pub services: Vec<String>,
    /// How many bytes those pages may take. What has no room is kept once it was read. Default: 5000000.
    pub page_bytes: u32,
}

impl Default for OfflineConfig {
    fn default() -> Self {
        Self { enabled: true, kinds: vec!["runbook".into()], services: Vec::new(), page_bytes: 5_000_000 }
    }
}
