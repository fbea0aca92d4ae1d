//! Feeds: Atom 1.0, RSS 2.0 and JSON Feed 1.1 from one list of items.
//!
//! Takes items that are ready (addresses absolute, content HTML), gives text. Knows nothing of sites.

mod atom;
pub mod calendar;
mod json;
mod rss;

pub use atom::atom;
pub use json::json;
pub use rss::rss;

use crate::record::Moment;
use std::sync::Arc;

/// A feed.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The page that lists the same things.
    pub home_url: String,
    /// Its own address.
    pub feed_url: String,
    /// Language, as a BCP 47 tag.
    pub language: String,
    /// Its items, newest first.
    pub items: Vec<FeedItem>,
}

/// An item of a feed.
#[derive(Debug, Clone)]
pub struct FeedItem {
    /// Permanent id: a `tag:` URI (RFC 4151).
    pub id: String,
    /// Title, as plain text.
    pub title: String,
    /// Its page.
    pub url: String,
    /// One or two sentences.
    pub summary: String,
    /// Its text as HTML with absolute links.
    pub content: Arc<str>,
    /// When it was published.
    pub published: Moment,
    /// When it last changed.
    pub updated: Moment,
    /// Names of its authors.
    pub authors: Vec<String>,
    /// Its kind, services and tags.
    pub categories: Vec<String>,
}

impl Feed {
    /// When the feed last changed: its newest item's change, or the epoch for an empty feed.
    fn updated(&self) -> String {
        let newest = self.items.iter().map(|item| item.updated).max();
        newest.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |moment| moment.rfc3339())
    }
}

/// Text for XML: escaped, without the control characters that XML 1.0 forbids.
fn xml(text: &str) -> String {
    let forbidden = |char: char| {
        char.is_control() && !matches!(char, '\n' | '\r' | '\t') || matches!(char, '\u{FFFE}' | '\u{FFFF}')
    };
    // A whole page is escaped here, and hardly any has such a character: the bytes tell those that may.
    let suspect = |byte: u8| byte < b' ' && !byte.is_ascii_whitespace() || matches!(byte, 0x7F | 0xC2 | 0xEF);
    if text.bytes().any(suspect) && text.contains(forbidden) {
        crate::markdown::escape(&text.replace(forbidden, ""))
    } else {
        crate::markdown::escape(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> Feed {
        let day = Moment::parse("2026-03-14").unwrap();
        Feed {
            title: "A & <b>".into(),
            description: String::new(),
            home_url: "https://x.org/".into(),
            feed_url: "https://x.org/atom.xml".into(),
            language: "en".into(),
            items: vec![FeedItem {
                id: "tag:x.org,2026-03-14:/a/".into(),
                title: "]]> & \u{1}\"".into(),
                url: "https://x.org/a/".into(),
                summary: "s".into(),
                content: "<p>x</p>".into(),
                published: day,
                updated: day,
                authors: Vec::new(),
                categories: vec!["retro".into()],
            }],
        }
    }

    #[test]
    fn hostile_titles_break_no_feed() {
        for text in [atom(&feed()), rss(&feed())] {
            assert!(
                !text.contains('\u{1}') && !text.contains("<b>") && text.contains("]]&gt; &amp; &quot;"),
                "{text}"
            );
        }
        let parsed: serde_json::Value = serde_json::from_str(&json(&feed())).unwrap();
        assert_eq!(parsed["items"][0]["title"], "]]> & \u{1}\"");
    }

    #[test]
    fn dates_have_the_form_of_each_format() {
        assert!(atom(&feed()).contains("<updated>2026-03-14T00:00:00Z</updated>"));
        assert!(rss(&feed()).contains("<pubDate>Sat, 14 Mar 2026 00:00:00 +0000</pubDate>"));
    }
}
