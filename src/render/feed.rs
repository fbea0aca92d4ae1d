//! A feed's items out of the site.

use super::{Renderer, absolute};
use crate::changelog::Release;
use crate::feed::{Feed, FeedItem, atom, json, rss};
use crate::record::Moment;
use crate::site::{BREAKING, Entry, EntryId, FeedFormat, FeedScope, PACKAGES, SectionId};
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
        let (items, entries) = match scope {
            FeedScope::Packages => {
                (self.release_items(self.site.packages.iter(), |_| true, base), Vec::new())
            }
            FeedScope::Breaking => {
                let breaks = |release: &Release| !release.breaking.is_empty();
                (self.release_items(self.site.packages.iter(), breaks, base), Vec::new())
            }
            FeedScope::Package(index) => {
                (self.release_items(self.site.packages.get(index).into_iter(), |_| true, base), Vec::new())
            }
            _ => self.entry_items(scope, base),
        };
        let title = if address.is_empty() { title } else { format!("{title} · {}", config.site.title) };
        let feed = Feed {
            title,
            description: if address.is_empty() { config.site.description.clone() } else { String::new() },
            home_url: absolute(base, if scope == FeedScope::Breaking { PACKAGES } else { &address }),
            feed_url: absolute(base, &format!("{address}{}", format.file_name())),
            language: config.site.language.clone(),
            items,
        };
        // Every field is in the debug form; the texts of pages are in the hashes of what they are made from.
        hasher.update(format!("{feed:?}").as_bytes());
        entries.iter().for_each(|entry| self.body_key(entry, hasher));
        FeedFacts { feed, entries: entries.into_iter().map(|entry| entry.id).collect(), format }
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

    /// The newest entries of a scope as items without their texts.
    fn entry_items(&self, scope: FeedScope, base: &str) -> (Vec<FeedItem>, Vec<&Entry>) {
        let mut entries: Vec<(Moment, &Entry)> = self
            .in_scope(scope)
            .filter(|entry| !entry.is_section && !entry.page.front.common.draft)
            .filter_map(|entry| Some((self.published(entry)?, entry)))
            .collect();
        entries.sort_by_key(|(published, entry)| (Reverse(*published), Reverse(&entry.url)));
        entries.truncate(self.site.library.config.feeds.limit);
        entries.iter().map(|(published, entry)| (self.feed_item(entry, *published, base), *entry)).unzip()
    }

    fn scope(&self, scope: FeedScope) -> (String, String) {
        match scope {
            FeedScope::Site => (self.site.library.config.site.title.clone(), String::new()),
            FeedScope::Packages => {
                let link = self.packages_link();
                (link.title, link.url)
            }
            FeedScope::Breaking => (self.theme.word("breaking").to_owned(), BREAKING.to_owned()),
            FeedScope::Package(index) => {
                let package = self.site.packages.get(index);
                let named =
                    package.and_then(|package| Some((package.history()?.name.clone(), package.url.clone())));
                named.unwrap_or_default()
            }
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
            FeedScope::Packages | FeedScope::Breaking | FeedScope::Package(_) => Box::new(std::iter::empty()),
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
