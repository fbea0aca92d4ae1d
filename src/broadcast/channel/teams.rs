//! Microsoft Teams: an Adaptive Card in the envelope that workflows read.
//! <https://adaptivecards.io/explorer/>, <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using>

use super::{Part, link, paragraphs};
use crate::broadcast::text::{escaped, markdown};
use serde_json::{Value, json};

/// Pieces of news of one message.
pub(super) const AT_ONCE: usize = 10;
/// Bytes of a message: Teams takes 28 kB.
const BYTES: usize = 27_000;
/// Characters of the text of a piece of news, if there is room.
const TEXT: usize = 4000;

/// A message, with texts as long as fit.
pub(super) fn body(title: Option<&str>, parts: &[Part<'_>], read: &str) -> Value {
    let mut most = TEXT;
    loop {
        let body = card(title, parts, read, most);
        if most < 100 || body.to_string().len() <= BYTES {
            return body;
        }
        most /= 2;
    }
}

fn card(title: Option<&str>, parts: &[Part<'_>], read: &str, most: usize) -> Value {
    let block = |text: String| json!({ "type": "TextBlock", "text": text, "wrap": true });
    let strong = |text: String| json!({ "type": "TextBlock", "text": text, "wrap": true, "weight": "Bolder", "size": "Medium" });
    let mut blocks: Vec<Value> = title.map(|title| strong(escaped(title, markdown))).into_iter().collect();
    for part in parts {
        blocks.push(strong(match title {
            Some(_) => link(part),
            None => escaped(&part.headline, markdown),
        }));
        let text = paragraphs(part, most);
        if !text.is_empty() {
            blocks.push(block(text));
        }
    }
    let open = |url: &String| json!({ "type": "Action.OpenUrl", "title": read, "url": url });
    let actions: Vec<Value> = match (title, parts) {
        (None, [only]) => only.url.iter().map(open).collect(),
        _ => Vec::new(),
    };
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.5",
                "body": blocks,
                "actions": actions,
            },
        }],
    })
}
