//! The fields of front matter, by kind: their types, and through their doc comments the schemas that editors read.

use super::moment::Moment;
use super::severity::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;

/// A text, or several: `tags: db` and `tags: [db, cache]` are both fine, and so is `tags: "db, cache"` for tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Texts(pub Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape {
            Many(Vec<Scalar>),
            One(Scalar),
        }
        Ok(Self(match Shape::deserialize(deserializer)? {
            Shape::One(one) => vec![one.0],
            Shape::Many(many) => many.into_iter().map(|one| one.0).collect(),
        }))
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let scalar = serde_json::json!({ "type": ["string", "number", "boolean"] });
        schemars::json_schema!({ "anyOf": [scalar, { "type": "array", "items": scalar }] })
    }
}

/// A text that YAML may have read as a number: a version `1.10`, a tag `2024`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        }))
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

/// Fields that every page may have.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct CommonFields {
    /// The page's title. Without one, the first H1 is it.
    pub title: Option<Scalar>,
    /// A shorter title for navigation.
    pub link_title: Option<Scalar>,
    /// One or two sentences for lists, search and feeds.
    pub description: Option<Scalar>,
    /// Kind of page; without one, the folder tells.
    #[schemars(extend("format" = "kind"))]
    pub kind: Option<String>,
    /// Day of the page, or of what it is about.
    pub date: Option<Moment>,
    /// Last change, where git can't tell.
    pub updated: Option<Moment>,
    /// Place among its siblings, light first.
    pub weight: Option<f64>,
    /// Whether the page is not part of the site yet.
    pub draft: bool,
    /// Earlier addresses of the page, which lead to it.
    pub aliases: Texts,
    /// Last part of the page's address, instead of the file's name.
    pub slug: Option<Scalar>,
    /// The page's whole address, instead of the file's path.
    pub url: Option<String>,
    /// Tags.
    pub tags: Texts,
    /// Services that the page is about, by their names in the catalogue.
    pub services: Texts,
    /// Team that keeps the page.
    pub owner: Option<Scalar>,
    /// Who wrote it.
    pub authors: Texts,
    /// Who may read it: `public` or `internal`.
    pub audience: Option<Audience>,
    /// Language, as a BCP 47 tag.
    pub lang: Option<String>,
    /// Day of the last review.
    pub reviewed: Option<Moment>,
    /// Who reviewed it then.
    pub reviewed_by: Option<Scalar>,
    /// Time between reviews: `90d`, `6 months`.
    #[schemars(extend("format" = "period"))]
    pub review_every: Option<String>,
    /// Whether search finds it.
    pub search: Option<bool>,
    /// Whether a table of contents is shown.
    pub toc: Option<bool>,
    /// Template of the theme that shows it.
    pub template: Option<String>,
}

/// Who may read a page.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Everybody.
    #[default]
    Public,
    /// Those inside the organisation.
    Internal,
}

/// Fields of a retro.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct RetroFields {
    /// How bad it was: `SEV1` to `SEV5`, `P0` to `P4`, or `down`, `disrupted`, `notice`.
    pub severity: Option<Severity>,
    /// How far the incident is.
    pub status: Option<IncidentStatus>,
    /// When the effect began.
    pub started: Option<Moment>,
    /// When somebody or something noticed.
    pub detected: Option<Moment>,
    /// When somebody took it on.
    pub acknowledged: Option<Moment>,
    /// When the effect on users ended.
    pub mitigated: Option<Moment>,
    /// When all was as before.
    pub resolved: Option<Moment>,
    /// The release that caused it: `api@2.14.0`.
    pub caused_by: Option<Scalar>,
    /// The release that repaired it: `api@2.14.1`.
    pub fixed_by: Option<Scalar>,
    /// Runbooks that were or should have been used, by name or path.
    pub runbooks: Texts,
}

/// How far an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IncidentStatus {
    /// The cause is looked for.
    Investigating,
    /// The cause is known.
    Identified,
    /// Repaired, and watched.
    Monitoring,
    /// Over.
    Resolved,
}

/// Fields of a runbook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct RunbookFields {
    /// Names of alerts that lead here.
    pub alerts: Texts,
    /// Error strings or codes that lead here.
    pub errors: Texts,
    /// Usual severity of what it is about.
    pub severity: Option<Severity>,
    /// Paths in a source whose change makes the page suspect.
    pub watches: Texts,
}

/// Fields of a release note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct ReleaseNoteFields {
    /// The package; needed where a site has several.
    pub package: Option<Scalar>,
    /// The version. Without one, the file's name is it.
    pub version: Option<Scalar>,
    /// Whether the release was withdrawn.
    pub yanked: bool,
    /// Action items of retros that the release does: `2026-03-14-checkout/A3`.
    pub action_items: Texts,
}

/// Fields of an on-call log or a review: the time that it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct PeriodFields {
    /// The period: `2026-10`, `2026-W12`, `2026-Q1`.
    pub period: Option<Scalar>,
}

/// Fields of a demo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct DemoFields {
    /// Address of the recording, on the web or a file of the site.
    pub recording: Option<String>,
    /// The release that it shows: `api@2.14.0`.
    pub release: Option<Scalar>,
}

/// Fields of a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct DecisionFields {
    /// How it stands.
    pub status: Option<DecisionStatus>,
    /// The decision, by name or path, that replaces it.
    pub replaced_by: Option<String>,
}

/// How a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DecisionStatus {
    /// Not decided yet.
    Proposed,
    /// In force.
    Accepted,
    /// Decided against.
    Rejected,
    /// No longer in force.
    Superseded,
}

/// Fields of an onboarding path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub struct PathFields {
    /// Pages to read, in order, by name or path.
    pub steps: Texts,
}
