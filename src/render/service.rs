//! What a service's page shows beside its pages: incidents, releases, runbooks, open action items, figures.

use super::Renderer;
use crate::record::Kind;
use crate::site::{EntryId, Listing, Term, metrics};
use crate::theme::view::{ActionView, FactView, ItemView, LinkView, MarkView, PanelView};
use std::cmp::Reverse;
use std::collections::HashMap;

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
            count: None,
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
    pub(super) fn short_item(&self, entry: &crate::site::Entry) -> ItemView {
        ItemView { description: String::new(), ..self.item(entry, Some(entry.page.kind)) }
    }

    /// Services as rows, each with its open incidents and its runbooks. The one with most open incidents comes first, then
    /// the one that had most.
    pub(super) fn service_items(&self, is_wanted: impl Fn(&Term) -> bool) -> Vec<ItemView> {
        let Some(taxonomy) = self.site.taxonomy("services") else { return Vec::new() };
        let mut trouble: HashMap<&str, (usize, usize)> = HashMap::new();
        for incident in &self.site.records.incidents {
            for service in &incident.services {
                let (open, all) = trouble.entry(service).or_default();
                *open += usize::from(!incident.is_over);
                *all += 1;
            }
        }
        let trouble = |term: &Term| trouble.get(term.name.as_str()).copied().unwrap_or_default();
        let mut terms: Vec<&Term> = taxonomy.terms.iter().filter(|term| is_wanted(term)).collect();
        terms.sort_by_cached_key(|term| (Reverse(trouble(term)), term.title.to_lowercase()));
        let is_runbook = |id: &&EntryId| {
            let entry = self.site.entry(**id);
            entry.is_some_and(|entry| entry.page.kind == Kind::Runbook && !entry.is_section)
        };
        let item = |term: &Term| {
            let mark = |word: &str, count: usize, class| {
                let text = self.theme.counted(word, count);
                (count > 0).then_some(MarkView { text, label: String::new(), class })
            };
            let runbooks = term.pages.iter().filter(is_runbook).count();
            let open = mark("n_open_incidents", trouble(term).0, "status-investigating");
            ItemView {
                title: term.title.clone(),
                url: term.url.clone(),
                kind: "service".to_owned(),
                marks: open.into_iter().chain(mark("n_runbooks", runbooks, "")).collect(),
                ..ItemView::default()
            }
        };
        terms.into_iter().map(item).collect()
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
