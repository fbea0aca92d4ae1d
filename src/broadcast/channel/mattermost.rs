//! Mattermost: Markdown. <https://developers.mattermost.com/integrate/webhooks/incoming/>

use super::{Part, link, paragraphs};
use crate::broadcast::text::{escaped, markdown};
use serde_json::{Value, json};

/// Pieces of news of one message.
pub(super) const AT_ONCE: usize = 10;
/// Characters of a post.
const POST: usize = 16_383;
/// Characters that a headline, its link and its facts take at most, escaped.
const AROUND: usize = 1000;

/// A message.
pub(super) fn body(title: Option<&str>, parts: &[Part<'_>]) -> Value {
    let most = (POST / parts.len().max(1)).saturating_sub(AROUND);
    let mut texts: Vec<String> =
        title.map(|title| format!("### {}", escaped(title, markdown))).into_iter().collect();
    for part in parts {
        texts.push(format!("#### {}", link(part)));
        let text = paragraphs(part, most);
        if !text.is_empty() {
            texts.push(text);
        }
    }
    json!({ "text": texts.join("\n\n") })
}
