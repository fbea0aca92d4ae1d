//! Slack's Block Kit: <https://docs.slack.dev/reference/block-kit/blocks/>.

use super::Part;
use crate::broadcast::text::{cut, cut_escaped, escaped, slack};
use serde_json::{Value, json};

/// Pieces of news of one message: two blocks each, of 50 that a message may have.
pub(super) const AT_ONCE: usize = 20;
/// Characters of the text of a section.
const SECTION: usize = 3000;
/// Characters of the text that stands in for the blocks.
const FALLBACK: usize = 3000;
/// Characters of a header.
const HEADER: usize = 150;

/// A message.
pub(super) fn body(title: Option<&str>, parts: &[Part<'_>]) -> Value {
    let mut blocks = Vec::new();
    if let Some(title) = title {
        let text = json!({ "type": "plain_text", "text": cut(title, HEADER), "emoji": false });
        blocks.push(json!({ "type": "header", "text": text }));
    }
    for part in parts {
        let words = escaped(&part.headline, slack);
        let head = match &part.url {
            Some(url) => format!("*<{}|{words}>*", escaped(url, slack).replace('|', "%7C")),
            None => format!("*{words}*"),
        };
        let rest = cut_escaped(&part.text, SECTION.saturating_sub(head.chars().count() + 2));
        // The text of a template is as it is: only what it puts in is escaped.
        let text = format!("{head}\n{rest}");
        blocks.push(
            json!({ "type": "section", "text": { "type": "mrkdwn", "text": text.trim(), "verbatim": true } }),
        );
        if !part.facts.is_empty() {
            let facts = json!({ "type": "mrkdwn", "text": escaped(&part.facts, slack), "verbatim": true });
            blocks.push(json!({ "type": "context", "elements": [facts] }));
        }
    }
    let lines = title.into_iter().chain(parts.iter().map(|part| part.headline.as_str()));
    let fallback: Vec<String> = lines.map(|line| escaped(line, slack)).collect();
    json!({
        "text": cut_escaped(&fallback.join("\n"), FALLBACK),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}
