//! A feed's items out of the site.

use super::{Renderer, absolute};
use crate::diagnostic::Diagnostic;
use crate::feed::{Feed, FeedItem, atom, json, rss};
use crate::record::Moment;
use crate::site::{Entry, FeedFormat, FeedScope, SectionId};
use std::cmp::Reverse;

impl Renderer {
    /// Renders a feed.
    pub(super) fn feed(&self, scope: FeedScope, format: FeedFormat) -> Result<String, Diagnostic> {
        let config = &self.site.library.config;
        let base = config.site.base_url.as_deref().unwrap_or_default();
        let (title, address) = self.scope(scope);
        let items = match scope {
            FeedScope::Packages => self.release_items(self.site.packages.iter(), base),
            FeedScope::Package(index) => self.release_items(self.site.packages.get(index).into_iter(), base),
            _ => self.entry_items(scope, base),
        };
        let title = if address.is_empty() { title } else { format!("{title} · {}", config.site.title) };
        let feed = Feed {
            title,
            description: if address.is_empty() { config.site.description.clone() } else { String::new() },
            home_url: absolute(base, &address),
            feed_url: absolute(base, &format!("{address}{}", format.file_name())),
            language: config.site.language.clone(),
            items,
        };
        Ok(match format {
            FeedFormat::Atom => atom(&feed),
            FeedFormat::Rss => rss(&feed),
            FeedFormat::Json => json(&feed),
        })
    }

    fn entry_items(&self, scope: FeedScope, base: &str) -> Vec<FeedItem> {
        let mut entries: Vec<(Moment, &Entry)> = self
            .site
            .entries
            .iter()
            .filter(|entry| !entry.is_section && !entry.page.front.common.draft && self.is_in(entry, scope))
            .filter_map(|entry| Some((self.published(entry)?, entry)))
            .collect();
        entries.sort_by_key(|(published, entry)| (Reverse(*published), Reverse(&entry.url)));
        entries.truncate(self.site.library.config.feeds.limit);
        entries.iter().map(|(published, entry)| self.feed_item(entry, *published, base)).collect()
    }

    fn scope(&self, scope: FeedScope) -> (String, String) {
        match scope {
            FeedScope::Site => (self.site.library.config.site.title.clone(), String::new()),
            FeedScope::Packages => {
                let link = self.packages_link();
                (link.title, link.url)
            }
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

    fn is_in(&self, entry: &Entry, scope: FeedScope) -> bool {
        match scope {
            FeedScope::Site => true,
            FeedScope::Packages | FeedScope::Package(_) => false,
            FeedScope::Section(id) => {
                let mut at: Option<SectionId> = Some(entry.section);
                while let Some(section) = at {
                    if section == id {
                        return true;
                    }
                    at = self.site.section(section).and_then(|section| section.parent);
                }
                false
            }
            FeedScope::Term(taxonomy, term) => self
                .site
                .taxonomies
                .get(taxonomy)
                .and_then(|taxonomy| taxonomy.terms.get(term))
                .is_some_and(|term| term.pages.binary_search(&entry.id).is_ok()),
        }
    }

    /// When an entry was published: its day, else its first commit.
    fn published(&self, entry: &Entry) -> Option<Moment> {
        entry.page.date.or_else(|| self.site.changed(entry))
    }

    fn feed_item(&self, entry: &Entry, published: Moment, base: &str) -> FeedItem {
        let page = &entry.page;
        let prefix = format!("{}/", base.trim_end_matches('/'));
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
            content: self.plain_body(entry, prefix),
            published,
            updated: self.site.changed(entry).unwrap_or(published).max(published),
            authors: page.front.common.authors.0.clone(),
            categories,
        }
    }
}
