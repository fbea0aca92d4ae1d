//! Atom 1.0 (RFC 4287).

use super::{Feed, xml};
use std::fmt::Write as _;

/// The feed as Atom.
pub fn atom(feed: &Feed) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = write!(
        out,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<author><name>{}</name></author>\n<generator>annals</generator>\n",
        xml(&feed.language),
        xml(&feed.feed_url),
        xml(&feed.title),
        feed.updated(),
        xml(&feed.feed_url),
        xml(&feed.home_url),
        xml(&feed.title),
    );
    if !feed.description.is_empty() {
        let _ = writeln!(out, "<subtitle>{}</subtitle>", xml(&feed.description));
    }
    for item in &feed.items {
        let _ = write!(
            out,
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<published>{}</published>\n<updated>{}</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
            xml(&item.id),
            xml(&item.title),
            item.published.rfc3339(),
            item.updated.rfc3339(),
            xml(&item.url),
        );
        for author in &item.authors {
            let _ = writeln!(out, "<author><name>{}</name></author>", xml(author));
        }
        for category in &item.categories {
            let _ = writeln!(out, "<category term=\"{}\"/>", xml(category));
        }
        if !item.summary.is_empty() {
            let _ = writeln!(out, "<summary>{}</summary>", xml(&item.summary));
        }
        let _ = write!(out, "<content type=\"html\">{}</content>\n</entry>\n", xml(&item.content));
    }
    out.push_str("</feed>\n");
    out
}
