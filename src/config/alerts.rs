//! The `[alerts]` table of `site.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Alerts that monitoring raises.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AlertsConfig {
    /// Prometheus rule files or PrometheusRule manifests, relative to `site.toml`. Each alert gets a page, and one
    /// without a runbook is told.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "inner-path" })))]
    pub rules: Vec<String>,
}
