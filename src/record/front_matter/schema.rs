//! The JSON Schemas of front matter, derived from the fields of each kind.

use crate::record::fields::{
    CommonFields, DecisionFields, DemoFields, PathFields, PeriodFields, ReleaseNoteFields, RetroFields,
    RunbookFields,
};
use crate::record::kind::Kind;
use crate::record::moment::Moment;
use crate::record::{Severity, period};
use schemars::JsonSchema;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the formats in our schemas mean.
pub(super) fn check_format(format: &str, text: &str) -> Result<(), String> {
    let (fits, expected) = match format {
        "moment" => (Moment::parse(text).is_some(), "a date such as `2026-03-14` or `2026-03-14T09:02Z`"),
        "severity" => (Severity::parse(text).is_some(), "a severity: `SEV1` to `SEV5` or `P0` to `P4`"),
        "url" => (
            text.starts_with("https://") || text.starts_with("http://"),
            "an address that starts with https:// or http://",
        ),
        "period" => (period::days(text).is_some(), "a period such as `90d` or `6 months`"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(expected.to_owned()) }
}

static SCHEMAS: LazyLock<BTreeMap<Kind, Value>> =
    LazyLock::new(|| Kind::ALL.into_iter().map(|kind| (kind, build_schema(kind))).collect());

/// The JSON Schema of a kind's front matter.
pub fn schema_of(kind: Kind) -> &'static Value {
    static EMPTY: Value = Value::Null;
    SCHEMAS.get(&kind).unwrap_or(&EMPTY)
}

fn build_schema(kind: Kind) -> Value {
    fn of<T: JsonSchema>() -> Value {
        schemars::schema_for!(T).to_value()
    }
    let own = match kind {
        Kind::Article | Kind::Own(_) => Value::Null,
        Kind::Runbook => of::<RunbookFields>(),
        Kind::Retro => of::<RetroFields>(),
        Kind::ReleaseNote => of::<ReleaseNoteFields>(),
        Kind::Log | Kind::Review => of::<PeriodFields>(),
        Kind::Demo => of::<DemoFields>(),
        Kind::Decision => of::<DecisionFields>(),
        Kind::Path => of::<PathFields>(),
    };
    let mut schema = of::<CommonFields>();
    for part in ["properties", "$defs"] {
        let Some(from) = own.get(part).and_then(Value::as_object) else { continue };
        if let Some(into) = schema.get_mut(part).and_then(Value::as_object_mut) {
            into.extend(from.clone());
        } else if let Some(object) = schema.as_object_mut() {
            object.insert(part.into(), Value::Object(from.clone()));
        }
    }
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".into(), format!("Front matter of a {}", kind.label().to_lowercase()).into());
        let about =
            own.get("description").and_then(Value::as_str).unwrap_or("Fields that every page may have.");
        object.insert("description".into(), about.into());
    }
    schema
}
