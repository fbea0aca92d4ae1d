//! Pages of packages: their releases, and all of their changes with the release that each landed in.

use super::release::{ChangeView, ChangesView, date};
use super::{Renderer, Shell};
use crate::changelog::Release;
use crate::diagnostic::Diagnostic;
use crate::site::{BREAKING, FeedFormat, PACKAGES, Package, SectionId};
use crate::theme::view::{CardView, FeedView, ItemView, LinkView, ListView, TimeView};
use serde::Serialize;

/// A release with the changes that it has first.
#[derive(Debug, Serialize)]
struct LandedView {
    /// Its anchor.
    id: String,
    /// Version, or the word for what is not released yet.
    title: String,
    /// Address.
    url: String,
    /// Its day.
    date: Option<TimeView>,
    /// Whether it was withdrawn.
    yanked: bool,
    /// Its changes.
    groups: Vec<ChangesView>,
}

impl Renderer {
    /// A package's releases.
    pub(super) fn package(&self, index: usize, number: usize) -> Result<String, Diagnostic> {
        let Some(package) = self.site.packages.get(index) else { return Ok(String::new()) };
        let Some(history) = package.history() else { return Ok(String::new()) };
        let places: Vec<usize> = (0..history.releases.len()).collect();
        let (part, pager) = self.slice(&places, &package.url, number);
        let items = part
            .iter()
            .filter_map(|index| {
                let (release, _) = package.release(*index)?;
                Some(self.release_item(package, *index, release, false))
            })
            .collect();
        let list = ListView {
            title: history.name.clone(),
            kind: "release",
            items,
            pager,
            links: self.package_links(package),
            ..ListView::default()
        };
        let mut nav = self.nav(SectionId(0), &package.url, None);
        nav.trail = vec![self.packages_link()];
        self.list_page(list, nav, &package.url, list_page_url(&package.url, number))
    }

    /// All packages.
    pub(super) fn packages(&self) -> Result<String, Diagnostic> {
        let sections = self
            .site
            .packages
            .iter()
            .filter_map(|package| {
                let history = package.history()?;
                let latest = history.releases.iter().find(|release| release.version.is_some());
                Some(CardView {
                    title: history.name.clone(),
                    url: package.url.clone(),
                    description: latest
                        .map(|release| match &release.date {
                            Some(date) => format!("{}, {date}", release.title()),
                            None => release.title().to_owned(),
                        })
                        .unwrap_or_default(),
                    count: history.releases.len(),
                })
            })
            .collect();
        let links = self
            .years()
            .into_iter()
            .map(|year| LinkView { url: self.beside_packages(&year.url), ..year })
            .collect();
        let list = ListView {
            title: self.theme.word("packages").to_owned(),
            kind: "release",
            sections,
            links,
            ..ListView::default()
        };
        let nav = self.nav(SectionId(0), crate::site::PACKAGES, None);
        self.list_page(list, nav, crate::site::PACKAGES, crate::site::PACKAGES.to_owned())
    }

    /// Links of a list are as they stand in the page, relative to the packages' page here.
    fn beside_packages(&self, url: &str) -> String {
        format!("{}{url}", crate::site::url::to_root(crate::site::PACKAGES))
    }

    fn package_links(&self, package: &Package) -> Vec<LinkView> {
        let root = crate::site::url::to_root(&package.url);
        let link = |word: &str, path: &str| LinkView {
            title: self.theme.word(word).to_owned(),
            url: format!("{root}{}{path}", package.url),
        };
        let has_any = package.history().is_some_and(|history| !history.releases.is_empty());
        let mut links = Vec::new();
        if has_any {
            links.extend([link("all_changes", "changes/"), link("compare_link", "compare/")]);
        }
        let feed = FeedFormat::Atom.file_name();
        if self.site.route(&format!("{}{feed}", package.url)).is_some() {
            links.push(link("feed", feed));
        }
        links
    }

    /// All changes of a package, each under the release that has it first: a page of the list, from 1.
    pub(super) fn changes(&self, index: usize, number: usize) -> Result<String, Diagnostic> {
        let Some(package) = self.site.packages.get(index) else { return Ok(String::new()) };
        let Some(history) = package.history() else { return Ok(String::new()) };
        let shards = history.shards();
        let part = shards.get(number - 1).map(Vec::as_slice).unwrap_or_default();
        let landed: Vec<LandedView> = part.iter().filter_map(|&at| self.landed(package, at)).collect();
        let address = format!("{}changes/", package.url);
        let own = list_page_url(&address, number);
        let mut nav = self.nav(SectionId(0), &address, None);
        nav.trail =
            vec![self.packages_link(), LinkView { title: history.name.clone(), url: package.url.clone() }];
        let title = format!("{}: {}", history.name, self.theme.word("all_changes"));
        let mut context = self.context(Shell {
            title,
            description: String::new(),
            noindex: number > 1,
            markdown_url: None,
            feeds: self.feeds_of(&package.url, &history.name, true),
            nav,
            url: own,
        });
        context.insert("package", &LinkView { title: history.name.clone(), url: package.url.clone() });
        context.insert("landed", &landed);
        context.insert("pager", &self.pager(shards.len(), &address, number));
        self.theme.render("changes.html", &context)
    }

    fn landed(&self, package: &Package, at: usize) -> Option<LandedView> {
        let (release, _) = package.release(at)?;
        let forge = package.forge();
        let mut groups: Vec<ChangesView> = Vec::new();
        for (title, change) in package.history()?.firsts(release) {
            let change: ChangeView = self.change(package, change, forge);
            match groups.last_mut().filter(|group| group.title == title) {
                Some(group) => group.changes.push(change),
                None => groups.push(ChangesView {
                    id: String::new(),
                    title: title.to_owned(),
                    changes: vec![change],
                }),
            }
        }
        Some(LandedView {
            id: anchor(release),
            title: release.title().to_owned(),
            url: self.release_url(package, at),
            date: date(release),
            yanked: release.yanked,
            groups,
        })
    }

    /// Where a release stands in the list of all changes.
    pub(super) fn changes_link(&self, package: &Package, index: usize) -> Option<LinkView> {
        let history = package.history()?;
        let release = history.releases.get(index)?;
        let page = history.shards().iter().position(|shard| shard.contains(&index))?;
        let address = list_page_url(&format!("{}changes/", package.url), page + 1);
        Some(LinkView { title: release.title().to_owned(), url: format!("{address}#{}", anchor(release)) })
    }

    /// The feeds of a page of releases; that of all packages also has those of what breaks.
    fn package_feeds(&self, home: &str, title: &str) -> Vec<FeedView> {
        let mut feeds = self.feeds_of(home, title, true);
        let is_there = self.site.route(&format!("{BREAKING}{}", FeedFormat::Atom.file_name())).is_some();
        if home == PACKAGES && is_there {
            feeds.extend(self.feeds_of(BREAKING, self.theme.word("breaking"), true));
        }
        feeds
    }

    fn list_page(
        &self,
        list: ListView,
        nav: crate::theme::view::NavView,
        home: &str,
        address: String,
    ) -> Result<String, Diagnostic> {
        let mut context = self.context(Shell {
            title: list.title.clone(),
            description: String::new(),
            noindex: address.contains("/page/"),
            markdown_url: None,
            feeds: self.package_feeds(home, &list.title),
            nav,
            url: address,
        });
        context.insert("list", &list);
        context.insert("page", &None::<()>);
        self.theme.render("section.html", &context)
    }

    /// The newest releases of all packages, newest first.
    pub(super) fn latest_releases(&self, count: usize) -> Vec<ItemView> {
        let mut all: Vec<(Option<i64>, ItemView)> = Vec::new();
        for package in self.site.packages.iter() {
            let Some(history) = package.history() else { continue };
            let released =
                history.releases.iter().enumerate().filter(|(_, release)| release.version.is_some());
            for (index, release) in released.take(count) {
                let time = release.time.map(|time| time.seconds);
                all.push((time, self.release_item(package, index, release, true)));
            }
        }
        // Releases of one second stay in the order of their package's history, newest first.
        all.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
        all.into_iter().take(count).map(|(_, item)| item).collect()
    }

    pub(super) fn release_item(
        &self,
        package: &Package,
        index: usize,
        release: &Release,
        named: bool,
    ) -> ItemView {
        let changes: usize = release.changes().count();
        let mut description = self.theme.counted("n_changes", changes);
        if !release.breaking.is_empty() {
            description.push_str(&format!(" · {}", self.theme.counted("n_breaking", release.breaking.len())));
        }
        let title = if named {
            format!("{} {}", release.package, release.title())
        } else {
            release.title().to_owned()
        };
        ItemView {
            title,
            url: self.release_url(package, index),
            kind: "release".into(),
            description,
            date: date(release),
            ..ItemView::default()
        }
    }

    pub(super) fn packages_link(&self) -> LinkView {
        LinkView { title: self.theme.word("packages").to_owned(), url: crate::site::PACKAGES.to_owned() }
    }
}

fn list_page_url(address: &str, number: usize) -> String {
    if number == 1 { address.to_owned() } else { format!("{address}page/{number}/") }
}

/// A release's anchor in the list of all changes.
fn anchor(release: &Release) -> String {
    format!("r-{}", crate::changelog::classify::key(release.title()))
}
