//! The archive: lists of incidents, with what is known of them all and what is still to be done.

use super::Renderer;
use super::records::FacetView;
use crate::site::{ActionState, Incident, Listing};
use crate::theme::view::{FactView, ItemView, PagerView};
use serde::Serialize;

/// A list of incidents.
#[derive(Serialize)]
pub(super) struct ArchiveView {
    /// Title.
    pub(super) title: String,
    /// How many incidents, what is still open, the median time to restore, action items that are open and overdue.
    lead: Vec<FactView>,
    /// What the list can be narrowed to.
    facets: Vec<FacetView>,
    /// Retros, the newest first.
    items: Vec<ItemView>,
    /// Where the list goes on.
    pager: Option<PagerView>,
}

impl Renderer {
    /// A page of a list of incidents.
    pub(super) fn archive(&self, list: &Listing, number: usize) -> ArchiveView {
        let records = &self.site.records;
        let (rows, pager) = self.slice(&list.rows, &list.url, number);
        let items = rows
            .iter()
            .filter_map(|row| self.site.entry(records.incidents.get(*row)?.entry))
            .map(|entry| self.item(entry, Some(entry.page.kind)))
            .collect();
        let all: Vec<_> = list.rows.iter().filter_map(|row| records.incidents.get(*row)).collect();
        let mut minutes: Vec<i64> =
            all.iter().filter_map(|incident| incident.milestones.minutes_to_restore()).collect();
        minutes.sort_unstable();
        let open = all.iter().filter(|incident| !incident.is_over).count();
        let mut lead = vec![self.fact("incidents", list.rows.len().to_string())];
        if open > 0 {
            lead.push(self.fact("still_open", open.to_string()));
        }
        if let Some(median) = crate::site::metrics::median(&minutes) {
            let value = self.theme.duration(median);
            let known = self.theme.word("known_of");
            lead.push(
                self.fact("restore_median", format!("{value} ({known} {} / {})", minutes.len(), all.len())),
            );
        }
        lead.extend(self.unfinished(list, &all).into_iter().flatten());
        ArchiveView {
            title: self.listing_title("archive", list),
            lead,
            facets: self.facets(&records.archive, &records.archive_facets, list),
            items,
            pager,
        }
    }

    /// How many action items of incidents are open, and how many of those are overdue, with the boards that list the same.
    fn unfinished(&self, list: &Listing, incidents: &[&Incident]) -> [Option<FactView>; 2] {
        let records = &self.site.records;
        let actions = incidents.iter().flat_map(|incident| &incident.actions);
        let open = actions.filter_map(|at| records.actions.get(*at)).filter(|action| action.state.is_open());
        let states: Vec<ActionState> = open.map(|action| action.state).collect();
        let overdue = states.iter().filter(|state| **state == ActionState::Overdue).count();
        let own = |group: &str, name: &str| {
            let board = records.boards.iter().find(|board| board.group == group && board.name == name);
            board.map(|board| board.url.clone())
        };
        let fact = |word: &str, count: usize, url: Option<String>| {
            (count > 0).then(|| FactView { url, ..self.fact(word, count.to_string()) })
        };
        // No board has only what is overdue at one service: the service's own lists that first.
        let (board, late) = match list.group {
            "service" => (own("service", &list.name), own("service", &list.name)),
            "" => (own("", ""), own("state", "overdue")),
            // No board is narrowed to a year or a severity.
            _ => (None, None),
        };
        [fact("open_actions", states.len(), board), fact("overdue", overdue, late)]
    }
}
