//! Any program: the facts as JSON, and the text for those that show it.

use super::{Part, Setting};
use serde_json::{Value, json};

/// A message.
pub(super) fn body(setting: &Setting<'_>, key: &str, parts: &[Part<'_>]) -> Value {
    let event = |part: &Part<'_>| {
        json!({
            "what": part.event.what,
            "headline": part.headline,
            "text": part.text,
            "url": part.url,
            "item": part.event.news,
        })
    };
    json!({
        "version": 1,
        "id": key,
        "site": { "title": setting.site, "url": setting.base },
        "audience": setting.channel.audience,
        "events": parts.iter().map(event).collect::<Vec<_>>(),
    })
}
