//! The home page's lists: latest incidents, what changed.

use super::Renderer;
use crate::record::Kind;
use crate::site::{Entry, PACKAGES, SectionId};
use crate::theme::view::{DutyView, LinkView, PanelView};
use serde::Serialize;

/// Rows that a list on the home page shows.
const ROWS: usize = 5;

/// What the home page shows beside its text.
#[derive(Debug, Serialize)]
pub(super) struct HomeView {
    /// Who is on call.
    on_call: Vec<DutyView>,
    panels: Vec<PanelView>,
}

impl Renderer {
    pub(super) fn home(&self) -> HomeView {
        let mut panels = Vec::new();
        let releases = self.latest_releases(ROWS);
        let more = Some(LinkView {
            title: format!("{} →", self.theme.word("packages")),
            url: PACKAGES.to_owned(),
        });
        let note_kind =
            releases.is_empty().then_some((Kind::ReleaseNote, self.theme.word("latest_releases")));
        panels.push(PanelView {
            title: self.theme.word("latest_releases").to_owned(),
            items: releases,
            more,
        });
        for (kind, title) in note_kind.into_iter().chain([(Kind::Retro, self.theme.word("recent_retros"))]) {
            let mut entries: Vec<&Entry> = self
                .site
                .entries
                .iter()
                .filter(|entry| entry.page.kind == kind && !entry.is_section)
                .collect();
            entries.sort_by_key(|entry| (std::cmp::Reverse(entry.page.date), &entry.url));
            let more = entries.first().and_then(|entry| self.top_section(entry.section));
            panels.push(self.panel(title, &entries, more));
        }
        let mut changed: Vec<&Entry> = self
            .site
            .entries
            .iter()
            .filter(|entry| !entry.is_section && !matches!(entry.page.kind, Kind::Retro | Kind::ReleaseNote))
            .filter(|entry| self.site.changed(entry).is_some())
            .collect();
        changed.sort_by_key(|entry| (std::cmp::Reverse(self.site.changed(entry)), &entry.url));
        panels.push(self.panel(self.theme.word("recently_changed"), &changed, None));
        panels.retain(|panel| !panel.items.is_empty());
        HomeView { on_call: self.on_call_now(), panels }
    }

    fn panel(&self, title: &str, entries: &[&Entry], more: Option<LinkView>) -> PanelView {
        let items = entries
            .iter()
            .take(ROWS)
            .map(|entry| {
                let mut item = self.item(entry, Some(entry.page.kind));
                item.description.clear();
                item.date = self.site.changed(entry).map(Into::into);
                item
            })
            .collect();
        PanelView { title: title.to_owned(), items, more: more.filter(|_| entries.len() > ROWS) }
    }

    fn top_section(&self, id: SectionId) -> Option<LinkView> {
        let section = self.site.section(id)?;
        Some(LinkView { title: format!("{} →", section.title), url: section.url.clone() })
    }
}
