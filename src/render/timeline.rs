//! The releases of all packages by month, a page for each year.

use super::{Renderer, Shell};
use crate::diagnostic::Diagnostic;
use crate::site::SectionId;
use crate::theme::view::{ItemView, LinkView};
use serde::Serialize;
use std::collections::BTreeMap;

/// The releases of a month.
#[derive(Debug, Serialize)]
struct YearMonthView {
    /// `2026-03`
    month: String,
    /// Its releases.
    items: Vec<ItemView>,
}

/// Releases that one page lists at most; what is more is on the packages' own pages.
const MOST: usize = 1000;

impl Renderer {
    /// A year's releases.
    pub(super) fn year(&self, year: &str) -> Result<String, Diagnostic> {
        let mut months: BTreeMap<String, Vec<ItemView>> = BTreeMap::new();
        let (mut count, mut more) = (0, 0);
        for package in self.site.packages.iter() {
            let Some(history) = package.history() else { continue };
            for (index, release) in history.releases.iter().enumerate() {
                let Some(month) = release
                    .date
                    .as_deref()
                    .filter(|date| date.starts_with(year))
                    .and_then(|date| date.get(..7))
                else {
                    continue;
                };
                if count == MOST {
                    more += 1;
                    continue;
                }
                count += 1;
                months
                    .entry(month.to_owned())
                    .or_default()
                    .push(self.release_item(package, index, release, true));
            }
        }
        let months: Vec<YearMonthView> = months
            .into_iter()
            .rev()
            .map(|(month, mut items)| {
                let day = |item: &ItemView| item.date.as_ref().map(|date| date.machine.clone());
                items
                    .sort_by(|left, right| day(right).cmp(&day(left)).then_with(|| left.url.cmp(&right.url)));
                YearMonthView { month, items }
            })
            .collect();
        let address = crate::site::year_url(year);
        let mut nav = self.nav(SectionId(0), &address, None);
        nav.trail = vec![self.packages_link()];
        let mut context = self.context(Shell {
            title: self.theme.word("releases_in").replace("{year}", year),
            description: String::new(),
            noindex: false,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav,
            url: address,
        });
        let years: Vec<LinkView> = self.years();
        context.insert("months", &months);
        context.insert("more", &more);
        context.insert("years", &years);
        context.insert("year", year);
        self.theme.render("timeline.html", &context)
    }

    /// The years that have releases, the newest first.
    pub(super) fn years(&self) -> Vec<LinkView> {
        let years = crate::site::release_years(&self.site.packages);
        years
            .into_iter()
            .rev()
            .map(|year| LinkView { url: crate::site::year_url(&year), title: year })
            .collect()
    }
}
