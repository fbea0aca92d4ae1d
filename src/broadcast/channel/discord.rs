//! Discord: embeds, within <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>.

use super::Part;
use crate::broadcast::text::{cut, cut_escaped, escaped, markdown};
use serde_json::{Value, json};

/// Pieces of news of one message. It may have 10 embeds; their texts share 6000 characters.
pub(super) const AT_ONCE: usize = 5;
/// Characters of all embeds.
const ALL: usize = 6000;
/// Characters of a title, of a footer as far as we use it, and of a description.
const TITLE: usize = 256;
const FOOTER: usize = 200;
const DESCRIPTION: usize = 4096;
/// Characters of the line above.
const CONTENT: usize = 2000;

/// A message. Nobody is called by it, whatever its texts say.
pub(super) fn body(title: Option<&str>, parts: &[Part<'_>]) -> Value {
    let room = (ALL / parts.len().max(1)).saturating_sub(TITLE + FOOTER).min(DESCRIPTION);
    let embed = |part: &Part<'_>| {
        let mut embed = json!({
            "title": cut_escaped(&escaped(&part.headline, markdown), TITLE),
            "description": cut_escaped(&part.text, room),
            "footer": { "text": cut(&part.facts, FOOTER) },
        });
        if let (Some(url), Some(embed)) = (&part.url, embed.as_object_mut()) {
            embed.insert("url".to_owned(), json!(url));
        }
        embed
    };
    let lines = title.map(|title| cut_escaped(&escaped(title, markdown), CONTENT)).unwrap_or_default();
    json!({
        "content": lines,
        "embeds": parts.iter().map(embed).collect::<Vec<_>>(),
        "allowed_mentions": { "parse": [] },
    })
}
