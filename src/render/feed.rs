//! A feed's items out of the site.

use super::{Renderer, absolute};
use crate::feed::{Feed, FeedItem, atom, json, rss};
use crate::record::Moment;
use crate::site::{Entry, EntryId, FeedFormat, FeedScope, SectionId};
use std::cmp::Reverse;
use std::sync::Arc;

/// What a feed is made from: the feed but for the texts of its items, and the entries that these come from.
pub(super) struct FeedFacts {
    feed: Feed,
    entries: Vec<EntryId>,
    format: FeedFormat,
}

impl Renderer {
    /// Gathers a feed, and hashes everything that its bytes are made from.
    pub(super) fn feed_facts(
        &self,
        scope: FeedScope,
        format: FeedFormat,
        hasher: &mut blake3::Hasher,
    ) -> FeedFacts {
        let config = &self.site.library.config;
        let base = config.site.base_url.as_deref().unwrap_or_default();
        let (title, address) = self.scope(scope);
        let mut entries: Vec<(Moment, &Entry)> = self
            .in_scope(scope)
            .filter(|entry| !entry.is_section && !entry.page.front.common.draft)
            .filter_map(|entry| Some((self.published(entry)?, entry)))
            .collect();
        entries.sort_by_key(|(published, entry)| (Reverse(*published), Reverse(&entry.url)));
        entries.truncate(config.feeds.limit);
        let title = if address.is_empty() { title } else { format!("{title} · {}", config.site.title) };
        let feed = Feed {
            title,
            description: if address.is_empty() { config.site.description.clone() } else { String::new() },
            home_url: absolute(base, &address),
            feed_url: absolute(base, &format!("{address}{}", format.file_name())),
            language: config.site.language.clone(),
            items: entries.iter().map(|(published, entry)| self.feed_item(entry, *published, base)).collect(),
        };
        // Every field is in the debug form; the texts are in the hashes of what they are made from.
        hasher.update(format!("{feed:?}").as_bytes());
        entries.iter().for_each(|(_, entry)| self.body_key(entry, hasher));
        FeedFacts { feed, entries: entries.into_iter().map(|(_, entry)| entry.id).collect(), format }
    }

    /// A feed.
    pub(super) fn feed(&self, facts: FeedFacts) -> String {
        let FeedFacts { mut feed, entries, format } = facts;
        let base = self.site.library.config.site.base_url.as_deref().unwrap_or_default();
        for (item, id) in feed.items.iter_mut().zip(entries) {
            if let Some(entry) = self.site.entry(id) {
                item.content = self.plain_body(entry, format!("{}/", base.trim_end_matches('/')));
            }
        }
        match format {
            FeedFormat::Atom => atom(&feed),
            FeedFormat::Rss => rss(&feed),
            FeedFormat::Json => json(&feed),
        }
    }

    fn scope(&self, scope: FeedScope) -> (String, String) {
        match scope {
            FeedScope::Site => (self.site.library.config.site.title.clone(), String::new()),
            FeedScope::Section(id) => self
                .site
                .section(id)
                .map(|section| (section.title.clone(), section.url.clone()))
                .unwrap_or_default(),
            FeedScope::Term(taxonomy, term) => self
                .site
                .taxonomies
                .get(taxonomy)
                .and_then(|taxonomy| taxonomy.terms.get(term))
                .map(|term| (term.title.clone(), term.url.clone()))
                .unwrap_or_default(),
        }
    }

    /// The entries that a feed may have.
    fn in_scope(&self, scope: FeedScope) -> Box<dyn Iterator<Item = &Entry> + '_> {
        match scope {
            FeedScope::Site => Box::new(self.site.entries.iter()),
            FeedScope::Section(id) => {
                Box::new(self.site.entries.iter().filter(move |entry| self.is_below(entry.section, id)))
            }
            FeedScope::Term(taxonomy, term) => {
                let term = self.site.taxonomies.get(taxonomy).and_then(|taxonomy| taxonomy.terms.get(term));
                let pages = term.map(|term| term.pages.as_slice()).unwrap_or_default();
                Box::new(pages.iter().filter_map(|id| self.site.entry(*id)))
            }
        }
    }

    fn is_below(&self, section: SectionId, id: SectionId) -> bool {
        let mut at = Some(section);
        while let Some(section) = at {
            if section == id {
                return true;
            }
            at = self.site.section(section).and_then(|section| section.parent);
        }
        false
    }

    /// When an entry was published: its day, else its first commit.
    fn published(&self, entry: &Entry) -> Option<Moment> {
        entry.page.date.or_else(|| self.site.changed(entry))
    }

    fn feed_item(&self, entry: &Entry, published: Moment, base: &str) -> FeedItem {
        let page = &entry.page;
        let host = base.split_once("://").map_or(base, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let mut categories = vec![page.kind.name().to_owned()];
        categories.extend(crate::site::services(&self.site.library, entry));
        categories.extend(page.front.common.tags.0.iter().cloned());
        FeedItem {
            id: format!("tag:{host},{}:/{}", published.day(), entry.url),
            title: page.title.clone(),
            url: absolute(base, &entry.url),
            summary: page.description(),
            content: Arc::default(),
            published,
            updated: self.site.changed(entry).unwrap_or(published).max(published),
            authors: page.front.common.authors.0.clone(),
            categories,
        }
    }
}
