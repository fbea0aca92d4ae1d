//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use super::Feed;
use serde_json::json;

/// The feed as JSON.
pub fn json(feed: &Feed) -> String {
    let items: Vec<_> = feed
        .items
        .iter()
        .map(|item| {
            json!({
                "id": item.id,
                "url": item.url,
                "title": item.title,
                "summary": item.summary,
                "content_html": &*item.content,
                "date_published": item.published.rfc3339(),
                "date_modified": item.updated.rfc3339(),
                "tags": item.categories,
                "authors": item.authors.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.home_url,
        "feed_url": feed.feed_url,
        "language": feed.language,
        "items": items,
    });
    format!("{feed}\n")
}
