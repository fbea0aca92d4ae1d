//! The home page's lists: latest incidents, what changed.

use super::Renderer;
use super::release::short;
use crate::record::Kind;
use crate::site::{ALERTS, Entry, PACKAGES, REVIEW, SectionId, Web};
use crate::theme::view::{CommitView, DutyView, ItemView, LinkView, PanelView};
use serde::Serialize;

/// Rows that a list on the home page shows.
const ROWS: usize = 5;
/// Services that it shows.
const SERVICES: usize = 10;

/// What the home page shows beside its text.
#[derive(Debug, Serialize)]
pub(super) struct HomeView {
    /// Who is on call.
    on_call: Vec<DutyView>,
    /// Lists of what is new.
    panels: Vec<PanelView>,
    /// Incidents that are not over.
    open: Vec<ItemView>,
    /// Lists that one looks things up in.
    ways: Vec<LinkView>,
    /// The commit that the site is built from. Only this page tells it: else each commit would change every page.
    commit: Option<CommitView>,
}

impl Renderer {
    pub(super) fn home(&self) -> HomeView {
        let mut panels = vec![self.services_panel()];
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
            count: None,
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
        let waiting = self.site.records.reviews.iter().filter_map(|review| self.site.entry(review.entry));
        let waiting: Vec<&Entry> = waiting.take(ROWS + 1).collect();
        let title = self.theme.word("review_queue");
        let more = Some(LinkView { title: format!("{title} →"), url: REVIEW.to_owned() });
        panels.push(self.panel(title, &waiting, more));
        panels.retain(|panel| !panel.items.is_empty());
        let open = self.site.records.incidents.iter().filter(|incident| !incident.is_over);
        let open = open.filter_map(|incident| self.site.entry(incident.entry)).take(ROWS);
        let open = open.map(|entry| self.item(entry, Some(entry.page.kind))).collect();
        let library = &self.site.library;
        let commit = library.head().map(|head| CommitView {
            short: short(&head.commit),
            url: Web::of(&library.config).map(|web| web.commit(&head.commit)),
        });
        HomeView { on_call: self.on_call_now(), panels, open, ways: self.ways(), commit }
    }

    /// Where one looks things up by name: alerts, services, versions, and everything from A to Z.
    fn ways(&self) -> Vec<LinkView> {
        let wanted = |url: &str| [ALERTS, PACKAGES, "services/"].contains(&url);
        let roots = self.fixed_roots("").into_iter().filter(|root| wanted(&root.url));
        let roots = roots.map(|root| LinkView { title: root.title, url: root.url });
        roots.chain([LinkView { title: "A–Z".into(), url: "search/".into() }]).collect()
    }

    /// Services, the one with most trouble first.
    fn services_panel(&self) -> PanelView {
        let mut items = self.service_items(|_| true);
        let (title, url) = match self.site.taxonomy("services") {
            Some(services) => (self.theme.label(&services.plural).to_owned(), format!("{}/", services.slug)),
            None => Default::default(),
        };
        let all = format!("{} ({}) →", self.theme.word("all"), items.len());
        let more = (items.len() > SERVICES).then_some(LinkView { title: all, url });
        items.truncate(SERVICES);
        PanelView { title, items, count: None, more }
    }

    fn panel(&self, title: &str, entries: &[&Entry], more: Option<LinkView>) -> PanelView {
        let items = entries
            .iter()
            .take(ROWS)
            .map(|entry| {
                let mut item = self.item(entry, Some(entry.page.kind));
                item.description.clear();
                // An incident is of the day when it was, whenever its retro was mended.
                if !entry.page.kind.is_dated() {
                    item.date = self.site.changed(entry).map(Into::into);
                }
                item
            })
            .collect();
        PanelView { title: title.to_owned(), items, count: None, more: more.filter(|_| entries.len() > ROWS) }
    }

    fn top_section(&self, id: SectionId) -> Option<LinkView> {
        let section = self.site.section(id)?;
        Some(LinkView { title: format!("{} →", section.title), url: section.url.clone() })
    }
}
