//! RSS 2.0 (<https://www.rssboard.org/rss-specification>).

use super::{Feed, xml};
use crate::record::Moment;
use std::fmt::Write as _;

/// The feed as RSS.
pub fn rss(feed: &Feed) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let description = if feed.description.is_empty() { &feed.title } else { &feed.description };
    let _ = write!(
        out,
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n<title>{}</title>\n<link>{}</link>\n<description>{}</description>\n<language>{}</language>\n<generator>annals</generator>\n<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}\"/>\n",
        xml(&feed.title),
        xml(&feed.home_url),
        xml(description),
        xml(&feed.language),
        xml(&feed.feed_url),
    );
    if let Some(newest) = feed.items.iter().map(|item| item.updated).max() {
        let _ = writeln!(out, "<lastBuildDate>{}</lastBuildDate>", rfc822(newest));
    }
    for item in &feed.items {
        let _ = write!(
            out,
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">{}</guid>\n<pubDate>{}</pubDate>\n",
            xml(&item.title),
            xml(&item.url),
            xml(&item.id),
            rfc822(item.published),
        );
        for category in &item.categories {
            let _ = writeln!(out, "<category>{}</category>", xml(category));
        }
        let _ = write!(out, "<description>{}</description>\n</item>\n", xml(&item.content));
    }
    out.push_str("</channel>\n</rss>\n");
    out
}

/// RSS dates follow RFC 822 with years of four digits.
fn rfc822(moment: Moment) -> String {
    moment.at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}
