//! What a service's page shows beside its pages: incidents, releases, runbooks, open action items, figures.

use super::Renderer;
use crate::record::Kind;
use crate::site::{Listing, Term, metrics};
use crate::theme::view::{ActionView, FactView, ItemView, LinkView, PanelView};

/// Rows of each list.
const ROWS: usize = 5;
/// Runbooks that are listed: whoever is paged looks for one.
const RUNBOOKS: usize = 12;

impl Renderer {
    /// The lists of a service's page, its open action items, and where more is told.
    pub(super) fn service(&self, term: &Term) -> (Vec<PanelView>, Vec<ActionView>, Vec<FactView>) {
        let records = &self.site.records;
        let of = |lists: &'_ [Listing]| -> Option<usize> {
            lists.iter().position(|list| list.group == "service" && list.name == term.name)
        };
        let archive = of(&records.archive).and_then(|at| records.archive.get(at));
        let board = of(&records.boards).and_then(|at| records.boards.get(at));
        let incidents = || {
            let rows = archive.into_iter().flat_map(|list| &list.rows);
            rows.filter_map(|row| records.incidents.get(*row))
        };
        let item = |id| self.site.entry(id).map(|entry| self.short_item(entry));
        let more = |list: Option<&Listing>| {
            let list = list.filter(|list| list.rows.len() > ROWS)?;
            let title = format!("{} ({}) →", self.theme.word("all"), list.rows.len());
            Some(LinkView { title, url: list.url.clone() })
        };
        let open = incidents().filter(|incident| !incident.is_over);
        let runbooks = term.pages.iter().filter_map(|id| self.site.entry(*id));
        let runbooks = runbooks.filter(|entry| entry.page.kind == Kind::Runbook && !entry.is_section);
        let panel = |word: &str, items: Vec<ItemView>, more| PanelView {
            title: self.theme.word(word).to_owned(),
            items,
            more,
        };
        let mut panels = vec![
            panel("open_incidents", open.take(ROWS).filter_map(|one| item(one.entry)).collect(), None),
            panel("runbooks", runbooks.take(RUNBOOKS).map(|entry| self.short_item(entry)).collect(), None),
            panel(
                "recent_retros",
                incidents().take(ROWS).filter_map(|one| item(one.entry)).collect(),
                more(archive),
            ),
            panel("latest_releases", self.releases_of(&term.name), None),
        ];
        panels.retain(|panel| !panel.items.is_empty());
        let rows = board.into_iter().flat_map(|list| &list.rows);
        let actions = rows.filter_map(|row| records.actions.get(*row)).take(ROWS);
        let actions = actions.map(|action| self.action_view(action)).collect();
        let count = |word: &str, list: Option<&Listing>| {
            let list = list?;
            let fact = self.fact(word, list.rows.len().to_string());
            Some(FactView { url: Some(list.url.clone()), ..fact })
        };
        let address = metrics::service_url(&term.name);
        let figures = self.site.route(&format!("{address}index.html")).map(|_| FactView {
            url: Some(address),
            ..self.fact("metrics", self.theme.word("twelve_months").to_owned())
        });
        let facts = [count("incidents", archive), count("open_actions", board), figures];
        (panels, actions, facts.into_iter().flatten().collect())
    }

    /// An entry as a row without its text.
    fn short_item(&self, entry: &crate::site::Entry) -> ItemView {
        ItemView { description: String::new(), ..self.item(entry, Some(entry.page.kind)) }
    }

    /// The latest releases of the packages that change a service.
    fn releases_of(&self, name: &str) -> Vec<ItemView> {
        let Some(service) = self.site.library.catalogue.services.get(name) else { return Vec::new() };
        let mut found: Vec<ItemView> = self
            .site
            .packages
            .iter()
            .filter_map(|package| Some((package, package.history()?)))
            .filter(|(_, history)| service.packages.contains(&history.name))
            .flat_map(|(package, history)| {
                let releases = history.releases.iter().enumerate();
                releases
                    .filter(|(_, release)| release.version.is_some())
                    .take(ROWS)
                    .map(|(index, release)| self.release_item(package, index, release, true))
            })
            .collect();
        let day = |item: &ItemView| item.date.as_ref().map(|date| date.machine.clone());
        found.sort_by(|a, b| day(b).cmp(&day(a)).then_with(|| a.url.cmp(&b.url)));
        found.truncate(ROWS);
        found
    }
}
