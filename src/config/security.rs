//! `[security]` in `site.toml`: whom to tell of a weakness, as `/.well-known/security.txt`
//! ([RFC 9116](https://www.rfc-editor.org/rfc/rfc9116)).

use crate::record::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whom to tell of a weakness. With this table, the site has a `/.well-known/security.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Where to tell of it, the preferred way first: `mailto:security@example.org`, `https://example.org/report`.
    #[schemars(length(min = 1), extend("items" = serde_json::json!({ "type": "string", "format": "contact-url" })))]
    pub contact: Vec<String>,
    /// The day or the moment from which the file counts for nothing. Less than a year ahead is recommended.
    pub expires: Moment,
    /// Keys to encrypt messages with, by their addresses.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "contact-url" })))]
    pub encryption: Vec<String>,
    /// Pages that thank those who told.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "contact-url" })))]
    pub acknowledgments: Vec<String>,
    /// Languages that messages may be written in, as BCP 47 tags.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "language" })))]
    pub languages: Vec<String>,
    /// The policy on telling and being told.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "contact-url" })))]
    pub policy: Vec<String>,
    /// Open positions in security.
    #[serde(default)]
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "contact-url" })))]
    pub hiring: Vec<String>,
}
