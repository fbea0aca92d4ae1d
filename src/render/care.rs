//! What needs care on the page of a team, a person or a tag: incidents that are not over, action items, pages to review.
//! A team's services come after that.

use super::Renderer;
use crate::site::{ACTIONS, Action, Incident, Listing, REVIEW, Review, Term, services};
use crate::theme::view::{ItemView, LinkView, MarkView, PanelView};
use std::collections::HashSet;

/// Rows of each list.
const ROWS: usize = 5;
/// Services of a team that are listed: most teams have fewer.
const SERVICES: usize = 24;

impl Renderer {
    /// The lists above the pages of a term, each only where there is anything in it. Action items name teams and people;
    /// a component that happens to have a team's name has none.
    pub(super) fn care(&self, key: &str, term: &Term) -> Vec<PanelView> {
        let records = &self.site.records;
        let (is_team, is_person) = (key == "teams", key == "authors");
        let slug = term.url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let board_of = |root: &str, has: bool| has.then(|| format!("{root}owner/{slug}/"));
        let board = board_of(ACTIONS, is_team || is_person)
            .and_then(|address| records.boards.iter().find(|list| list.url == address));
        let queue = board_of(REVIEW, is_team)
            .and_then(|address| records.queues.iter().find(|list| list.url == address));
        let mut panels = vec![
            self.open_incidents(key, term),
            self.open_actions(board),
            match queue {
                None if !is_team => self.reviews_of(term),
                _ => self.reviews_in(queue),
            },
        ];
        if is_team {
            panels.push(self.services_of(&term.name));
        }
        panels.retain(|panel| !panel.items.is_empty());
        panels
    }

    /// A list with its number, and the board that has all of it.
    fn care_panel(
        &self,
        word: &str,
        items: Vec<ItemView>,
        count: usize,
        board: Option<LinkView>,
    ) -> PanelView {
        PanelView { title: self.theme.word(word).to_owned(), items, count: Some(count), more: board }
    }

    /// A board as the link at the end of a list.
    fn board_link(&self, word: &str, board: &Listing) -> LinkView {
        LinkView { title: format!("{} →", self.theme.word(word)), url: board.url.clone() }
    }

    /// The open action items of a board, the overdue ones first.
    fn open_actions(&self, board: Option<&Listing>) -> PanelView {
        let rows = board.map(|list| list.rows.as_slice()).unwrap_or_default();
        let actions = rows.iter().filter_map(|row| self.site.records.actions.get(*row));
        let items = actions.take(ROWS).map(|action| self.action_item(action)).collect();
        let link = board.map(|board| self.board_link("actions", board));
        self.care_panel("open_actions", items, rows.len(), link)
    }

    /// The pages of an owner's queue.
    fn reviews_in(&self, queue: Option<&Listing>) -> PanelView {
        let rows = queue.map(|list| list.rows.as_slice()).unwrap_or_default();
        let reviews = rows.iter().filter_map(|row| self.site.records.reviews.get(*row));
        let items = reviews.take(ROWS).filter_map(|review| self.review_item(review)).collect();
        let link = queue.map(|queue| self.board_link("review_queue", queue));
        self.care_panel("review_queue", items, rows.len(), link)
    }

    /// Those of a term's pages that somebody has to look at.
    fn reviews_of(&self, term: &Term) -> PanelView {
        let records = &self.site.records;
        let pages: HashSet<_> = term.pages.iter().filter(|_| !records.reviews.is_empty()).collect();
        let found = || records.reviews.iter().filter(|review| pages.contains(&review.entry));
        let items = found().take(ROWS).filter_map(|review| self.review_item(review)).collect();
        self.care_panel("review_queue", items, found().count(), None)
    }

    /// Incidents that are not over: those that the term's pages tell of, and those of a team's services.
    fn open_incidents(&self, key: &str, term: &Term) -> PanelView {
        let (records, catalogue) = (&self.site.records, &self.site.library.catalogue);
        let is_owned = |name: &String| {
            catalogue.services.get(name).is_some_and(|service| service.owner.as_ref() == Some(&term.name))
        };
        let is_of_term = |incident: &&Incident| {
            term.pages.contains(&incident.entry) || key == "teams" && incident.services.iter().any(is_owned)
        };
        let open = records.incidents.iter().filter(|incident| !incident.is_over).filter(is_of_term);
        let open: Vec<&Incident> = open.collect();
        let items = open.iter().take(ROWS).filter_map(|one| self.site.entry(one.entry));
        let items = items.map(|entry| self.short_item(entry)).collect();
        self.care_panel("open_incidents", items, open.len(), None)
    }

    /// An action item as a row.
    fn action_item(&self, action: &Action) -> ItemView {
        let state = action.state;
        ItemView {
            title: action.text.clone(),
            url: action.url.clone(),
            kind: "action".to_owned(),
            date: action.due.map(Into::into),
            services: action.services.clone(),
            marks: vec![MarkView {
                text: self.theme.word(state.name()).to_owned(),
                label: String::new(),
                class: if state == crate::site::ActionState::Overdue {
                    "state-overdue"
                } else {
                    "state-open"
                },
            }],
            ..ItemView::default()
        }
    }

    /// A page to review as a row: when it is due, and why somebody has to look at it.
    fn review_item(&self, review: &Review) -> Option<ItemView> {
        let entry = self.site.entry(review.entry)?;
        let mark = |word: &str, class| MarkView {
            text: self.theme.word(word).to_owned(),
            label: String::new(),
            class,
        };
        let late = review.is_late.then(|| mark("review_overdue", "state-overdue"));
        let changed = (review.gone + review.changed > 0).then(|| mark("changed_since", "state-open"));
        Some(ItemView {
            title: entry.page.title.clone(),
            url: entry.url.clone(),
            kind: entry.page.kind.name().to_owned(),
            date: review.due.map(Into::into),
            services: services(&self.site.library, entry),
            marks: late.into_iter().chain(changed).collect(),
            ..ItemView::default()
        })
    }

    /// The services of a team, the one with most trouble first.
    fn services_of(&self, team: &str) -> PanelView {
        let catalogue = &self.site.library.catalogue;
        let is_owned = |term: &Term| {
            let service = catalogue.services.get(&term.name);
            service.is_some_and(|service| service.owner.as_deref() == Some(team))
        };
        let mut items = self.service_items(is_owned);
        let count = items.len();
        items.truncate(SERVICES);
        let title = self.site.taxonomy("services").map_or("", |services| services.plural.as_str());
        PanelView { title: self.theme.label(title).to_owned(), items, count: Some(count), more: None }
    }
}
