//! Releases as items of a feed.

use super::{Renderer, Style, absolute};
use crate::changelog::inline::html;
use crate::changelog::{Change, Release};
use crate::feed::FeedItem;
use crate::markdown::escape;
use crate::record::Moment;
use crate::site::Package;
use std::cmp::Reverse;
use std::fmt::Write;

impl Renderer {
    /// The newest releases of packages, of those that are wanted.
    pub(super) fn release_items<'a>(
        &'a self,
        packages: impl Iterator<Item = &'a Package>,
        is_wanted: impl Fn(&Release) -> bool,
        base: &str,
    ) -> Vec<FeedItem> {
        let mut found: Vec<(Moment, &Package, usize, &Release)> = Vec::new();
        for package in packages {
            let releases = package.history().into_iter().flat_map(|history| &history.releases).enumerate();
            found.extend(releases.filter_map(|(at, release)| {
                release.version.as_ref().filter(|_| is_wanted(release))?;
                Some((Moment::from_seconds(release.time?.seconds)?, package, at, release))
            }));
        }
        // Of one moment the higher version comes first, as on the package's page.
        found.sort_by_key(|(when, package, at, _)| (Reverse(*when), &package.url, *at));
        found.truncate(self.site.library.config.feeds.limit);
        let items = found
            .into_iter()
            .map(|(when, package, at, release)| self.feed_release(package, at, release, when, base));
        items.collect()
    }

    fn feed_release(
        &self,
        package: &Package,
        at: usize,
        release: &Release,
        published: Moment,
        base: &str,
    ) -> FeedItem {
        let item = self.release_item(package, at, release, true);
        let place = package.releases.get(at);
        let own = place.map_or(item.url.as_str(), |place| &place.own_url);
        let host = base.split_once("://").map_or(base, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let note = place.and_then(|place| place.note).and_then(|id| self.site.entry(id));
        let mut content = note.map_or_else(String::new, |note| {
            self.body(note, Style::Plain, format!("{}/", base.trim_end_matches('/')))
        });
        content.push_str(&self.release_html(package, release));
        FeedItem {
            id: format!("tag:{host},{}:/{}", published.day(), own),
            title: item.title,
            url: absolute(base, &item.url),
            summary: item.description,
            content: content.into(),
            published,
            updated: published,
            authors: release.contributors.iter().map(|person| person.name.clone()).collect(),
            categories: vec!["release".to_owned(), release.package.clone()],
        }
    }

    /// A release's changes as plain HTML.
    fn release_html(&self, package: &Package, release: &Release) -> String {
        let forge = package.forge();
        let mut out = String::new();
        let mut section = |title: &str, items: Vec<String>| {
            if !items.is_empty() {
                let items: String = items.iter().map(|item| format!("<li>{item}</li>")).collect();
                let _ = write!(out, "<h3>{}</h3><ul>{items}</ul>", escape(title));
            }
        };
        let scope = |scope: Option<&str>| {
            scope.map(|scope| format!("<b>{}</b>: ", escape(scope))).unwrap_or_default()
        };
        let notes = release.notes.iter().map(|note| html(&note.text, forge));
        section(self.theme.word("highlights"), notes.collect());
        let breaking = release.breaking.iter().map(|breaking| {
            let upgrade =
                breaking.upgrade.as_deref().map(|upgrade| format!("<p>{}</p>", html(upgrade, forge)));
            format!(
                "{}{}{}",
                scope(breaking.scope.as_deref()),
                html(&breaking.text, forge),
                upgrade.unwrap_or_default()
            )
        });
        section(self.theme.word("breaking"), breaking.collect());
        let item = |change: &Change| {
            let text = format!("{}{}", scope(change.scope.as_deref()), html(&change.description, forge));
            match change.pull_request_url.as_deref().or(change.url.as_deref()) {
                Some(url) => {
                    let name = change.pull_request.map_or_else(
                        || change.hash.get(..7).unwrap_or_default().to_owned(),
                        |number| format!("#{number}"),
                    );
                    format!("{text} (<a href=\"{}\">{}</a>)", escape(url), escape(&name))
                }
                None => text,
            }
        };
        for group in &release.groups {
            section(&group.title, group.changes.iter().map(item).collect());
        }
        out
    }
}
