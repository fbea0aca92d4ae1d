//! Action items: the board, the calendar of due days, JSON and CSV.

use super::records::FacetView;
use super::release::short;
use super::{Renderer, absolute, csv};
use crate::feed::calendar::{Event, calendar};
use crate::site::{Action, FollowThrough, Listing};
use crate::theme::view::{ActionView, CommitView, FactView, LinkView, PagerView};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// A list of action items.
#[derive(Serialize)]
pub(super) struct BoardView {
    /// Title.
    pub(super) title: String,
    /// How many items are open, overdue and done.
    lead: Vec<FactView>,
    /// What the list can be narrowed to.
    facets: Vec<FacetView>,
    /// Action items, the one that is due first at the front.
    rows: Vec<ActionView>,
    /// Where the list goes on.
    pager: Option<PagerView>,
    /// The calendar of the list's due days, if it has one.
    calendar: Option<String>,
}

impl Renderer {
    pub(super) fn board(&self, list: &Listing, number: usize) -> BoardView {
        let records = &self.site.records;
        let (rows, pager) = self.slice(&list.rows, &list.url, number);
        let calendar = format!("{}due.ics", list.url);
        BoardView {
            title: self.listing_title("actions", list),
            lead: self.follow_through(&records.follow_through),
            facets: self.facets(&records.boards, &records.board_facets, list),
            rows: rows
                .iter()
                .filter_map(|row| records.actions.get(*row))
                .map(|action| self.action_view(action))
                .collect(),
            pager,
            calendar: self.site.route(&calendar).map(|_| calendar),
        }
    }

    /// Follow-through as figures, each with what it is known of.
    pub(super) fn follow_through(&self, found: &FollowThrough) -> Vec<FactView> {
        let mut facts = vec![self.fact("done", format!("{} / {}", found.done, found.all))];
        if found.overdue > 0 {
            facts.push(self.fact("overdue", found.overdue.to_string()));
        }
        if found.timed > 0 {
            facts.push(self.fact("on_time", format!("{} / {}", found.on_time, found.timed)));
        }
        if let Some(age) = found.median_age {
            facts.push(
                self.fact(
                    "median_age",
                    self.theme.counted("n_days", usize::try_from(age).unwrap_or_default()),
                ),
            );
        }
        facts
    }

    /// An action item for its template.
    pub(super) fn action_view(&self, action: &Action) -> ActionView {
        let retro = self.site.entry(action.retro);
        ActionView {
            id: action.id.clone(),
            url: action.url.clone(),
            text: action.text.clone(),
            state: action.state.name(),
            state_label: self.theme.word(action.state.name()).to_owned(),
            owner: action.owner.clone(),
            due: action.due.map(|due| due.day()),
            kind: action.kind,
            tracker: action.tracker.clone(),
            retro: retro.map(|entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() }),
            commits: action
                .evidence
                .iter()
                .filter_map(|evidence| {
                    Some(CommitView { short: short(evidence.hash.as_ref()?), url: evidence.url.clone() })
                })
                .collect(),
            releases: action
                .evidence
                .iter()
                .filter(|evidence| evidence.is_released)
                .map(|evidence| evidence.release)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .filter_map(|(package, index)| {
                    let package = self.site.packages.get(package)?;
                    let (release, _) = package.release(index)?;
                    let title = format!("{} {}", release.package, release.title());
                    Some(LinkView { title, url: self.release_url(package, index) })
                })
                .collect(),
        }
    }

    /// The address of a page as others have to write it.
    pub(super) fn outside(&self, address: &str) -> String {
        match self.site.library.config.site.base_url.as_deref() {
            Some(base) => match address.split_once('#') {
                Some((page, heading)) => format!("{}#{heading}", absolute(base, page)),
                None => absolute(base, address),
            },
            None => address.to_owned(),
        }
    }

    /// Due days of the open items of a list.
    pub(super) fn due_calendar(&self, list: usize) -> String {
        let site = &self.site;
        let Some(list) = site.records.boards.get(list) else { return String::new() };
        let base = site.library.config.site.base_url.as_deref();
        let host = base.and_then(|base| base.split('/').nth(2)).unwrap_or("annals.invalid");
        let events: Vec<Event> = list
            .rows
            .iter()
            .filter_map(|row| site.records.actions.get(*row))
            .filter_map(|action| {
                let owner = action.owner.as_ref().map(|owner| format!(" @{owner}")).unwrap_or_default();
                Some(Event {
                    uid: format!("{}@{host}", action.id),
                    start: action.due?,
                    end: None,
                    summary: format!("{}{owner}", action.text),
                    description: action.id.clone(),
                    url: base.map(|_| self.outside(&action.url)),
                })
            })
            .collect();
        let name = format!("{}: {}", site.library.config.site.title, self.listing_title("actions", list));
        calendar(&name, site.library.now, &events)
    }

    /// All action items for machines.
    pub(super) fn actions_json(&self) -> String {
        let items: Vec<_> = self
            .site
            .records
            .actions
            .iter()
            .map(|action| {
                json!({
                    "id": action.id,
                    "url": self.outside(&action.url),
                    "text": action.text,
                    "state": action.state,
                    "owner": action.owner,
                    "due": action.due.map(|due| due.day()),
                    "kind": action.kind,
                    "tracker": action.tracker,
                    "services": action.services,
                    "since": action.since.map(|since| since.day()),
                    "commits": action.evidence.iter().filter_map(|evidence| evidence.hash.as_ref()).collect::<Vec<_>>(),
                })
            })
            .collect();
        let now = self.site.library.now.map(|now| now.day());
        let through = self.site.records.follow_through;
        format!("{:#}\n", json!({ "as_of": now, "follow_through": through, "items": items }))
    }

    /// All action items for a table.
    pub(super) fn actions_csv(&self) -> String {
        let mut out = String::from("id,state,text,owner,due,kind,tracker,services,since,url\r\n");
        for action in &self.site.records.actions {
            let day = |moment: Option<crate::record::Moment>| moment.map(|at| at.day()).unwrap_or_default();
            let fields = [
                action.id.clone(),
                action.state.name().to_owned(),
                action.text.clone(),
                action.owner.clone().unwrap_or_default(),
                day(action.due),
                action.kind.unwrap_or_default().to_owned(),
                action.tracker.clone().unwrap_or_default(),
                action.services.join(" "),
                day(action.since),
                self.outside(&action.url),
            ];
            out.push_str(&csv::line(fields));
        }
        out
    }
}
