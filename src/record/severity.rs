//! Severities of several scales, on one.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// How bad something is: a rank from 1, the worst, to 5, and the label that the author used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Severity {
    /// 1 (worst) to 5.
    pub rank: u8,
    /// As it is shown: `SEV1`, `P0`, `down`.
    pub label: String,
}

impl Severity {
    /// Reads `SEV1`…`SEV5` (also `SEV-1`, `sev 1`, `1`), `P0`…`P4`, cState's `down`, `disrupted`, `notice`, and
    /// Prometheus' `critical`, `warning`, `info`.
    pub fn parse(text: &str) -> Option<Self> {
        let compact: String =
            text.chars().filter(|char| char.is_alphanumeric()).collect::<String>().to_lowercase();
        let (rank, label) = match compact.as_str() {
            "down" => (1, "down".to_owned()),
            "critical" => (1, "critical".to_owned()),
            "disrupted" => (2, "disrupted".to_owned()),
            "warning" => (3, "warning".to_owned()),
            "notice" => (4, "notice".to_owned()),
            "info" => (5, "info".to_owned()),
            other => {
                let (scale, digit) = match other.strip_prefix("sev").or_else(|| other.strip_prefix("s")) {
                    Some(digit) => ("SEV", digit),
                    None => match other.strip_prefix('p') {
                        Some(digit) => ("P", digit),
                        None => ("SEV", other),
                    },
                };
                let number: u8 = digit.parse().ok()?;
                let rank = if scale == "P" { number.checked_add(1)? } else { number };
                (rank, format!("{scale}{number}"))
            }
        };
        (1..=5).contains(&rank).then_some(Self { rank, label })
    }
}

impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.label)
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = super::fields::Scalar::deserialize(deserializer)?.0;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a severity")))
    }
}

impl JsonSchema for Severity {
    fn schema_name() -> Cow<'static, str> {
        "Severity".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "format": "severity" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_map_to_one_rank_and_keep_their_label() {
        for (text, rank, label) in [
            ("SEV1", 1, "SEV1"),
            ("sev-2", 2, "SEV2"),
            ("P0", 1, "P0"),
            ("P4", 5, "P4"),
            ("3", 3, "SEV3"),
            ("disrupted", 2, "disrupted"),
        ] {
            assert_eq!(Severity::parse(text), Some(Severity { rank, label: label.into() }), "{text}");
        }
        for text in ["", "SEV0", "SEV6", "P5", "bad", "P255"] {
            assert_eq!(Severity::parse(text), None, "{text}");
        }
    }
}
