//! `[output]` and `[audit]` in `site.toml`: what a build writes beside the pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Files that a build writes beside the pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutputConfig {
    /// Whether a build writes `provenance.json`: what it was made from, and the SHA-256 of every file. `annals verify`
    /// compares a folder or a served site with it.
    pub provenance: bool,
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self { provenance: true }
    }
}

/// The pages that tell what changed in the content, from git.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuditConfig {
    /// Whether the site has pages that tell who changed which page when.
    pub enabled: bool,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { enabled: true }
    }
}
