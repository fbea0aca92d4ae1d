//! Action items of all retros, with what shows that they were done.

use super::entry::{Entry, EntryId};
use super::listing::{Listing, add};
use super::package::Package;
use super::records::{ACTIONS, Incident};
use crate::record::{ActionItem, Fields, Moment};
use crate::source::Library;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// An action item in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its stable id: `2026-03-14-checkout/A3`.
    pub id: String,
    /// The retro that it stands in.
    pub retro: EntryId,
    /// Its number there.
    pub number: usize,
    /// Where it stands: the retro's address, at the heading above it.
    pub url: String,
    /// What is to be done.
    pub text: String,
    /// Team or person.
    pub owner: Option<String>,
    /// Due day.
    pub due: Option<Moment>,
    /// What it does about incidents of its sort.
    pub kind: Option<&'static str>,
    /// Ticket or pull request.
    pub tracker: Option<String>,
    /// Services of the incident.
    pub services: Vec<String>,
    /// Day of the incident: the item's age counts from it.
    pub since: Option<Moment>,
    /// How far it is.
    pub state: ActionState,
    /// Commits that name it.
    pub evidence: Vec<Evidence>,
}

/// How far an action item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionState {
    /// Open, and past its due day.
    Overdue,
    /// Nothing shows that it was done.
    Open,
    /// A commit that names it is in the history, but in no release.
    Merged,
    /// A release has a commit that names it.
    Released,
    /// Its retro says that it is done.
    Done,
}

impl ActionState {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Released => "released",
            Self::Done => "done",
        }
    }

    /// Whether somebody has to do something.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Overdue | Self::Open)
    }
}

/// A commit or a release note that names an action item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The commit, full hash; none for a release note.
    pub hash: Option<String>,
    /// The commit at the forge.
    pub url: Option<String>,
    /// The package and the release that have it.
    pub release: (usize, usize),
    /// Whether that release has a version.
    pub is_released: bool,
    /// Day of the release, or of the commit where it is not released.
    pub day: Option<String>,
}

/// The action items of all retros: overdue and open ones by due day, then the others, the newest first.
pub(super) fn actions(
    library: &Library,
    entries: &[Entry],
    packages: &[Package],
    incidents: &[Incident],
) -> Vec<Action> {
    let mut evidence = evidence(packages, entries);
    let mut names: HashSet<String> = HashSet::new();
    // By path, so that the same page keeps its name whatever is added after it.
    let mut in_order: Vec<&Incident> = incidents.iter().collect();
    in_order.sort_by_key(|incident| incident.entry);
    let mut all = Vec::new();
    for incident in in_order {
        let Some(entry) = entries.get(incident.entry.0) else { continue };
        if entry.page.actions.is_empty() {
            continue;
        }
        let name = name(entry, &mut names);
        for item in &entry.page.actions {
            let id = format!("{name}/A{}", item.number);
            let evidence = evidence.remove(&id.to_lowercase()).unwrap_or_default();
            all.push(Action {
                url: address(entry, item),
                retro: entry.id,
                number: item.number,
                text: item.text.clone(),
                owner: item.owner.clone(),
                due: item.due,
                kind: item.kind.map(crate::record::ActionKind::name),
                tracker: item.tracker.clone(),
                services: incident.services.clone(),
                since: incident.day,
                state: state(item, &evidence, library.now),
                evidence,
                id,
            });
        }
    }
    all.sort_by(|a, b| {
        let rank = |action: &Action| (!action.state.is_open(), action.due.is_none());
        let by_due = || if a.state.is_open() { a.due.cmp(&b.due) } else { b.since.cmp(&a.since) };
        rank(a).cmp(&rank(b)).then_with(by_due).then_with(|| a.id.cmp(&b.id))
    });
    all
}

/// What a retro's items are called by: its file's name, or its path where another retro has that name.
fn name(entry: &Entry, taken: &mut HashSet<String>) -> String {
    let page = &entry.page;
    let stem = if page.is_folder_file() {
        page.folder().rsplit('/').next().unwrap_or_default()
    } else {
        page.stem()
    };
    let name = if taken.contains(stem) {
        page.path.rsplit_once('.').map_or(page.path.as_str(), |(path, _)| path).to_owned()
    } else {
        stem.to_owned()
    };
    taken.insert(name.clone());
    name
}

/// The retro's address, at the last heading before the item.
fn address(entry: &Entry, item: &ActionItem) -> String {
    let headings = &entry.page.outline.headings;
    match headings.iter().rfind(|heading| heading.span.start <= item.span.start) {
        Some(heading) => format!("{}#{}", entry.url, heading.id),
        None => entry.url.clone(),
    }
}

fn state(item: &ActionItem, evidence: &[Evidence], now: Option<Moment>) -> ActionState {
    if evidence.iter().any(|evidence| evidence.is_released) {
        ActionState::Released
    } else if item.done {
        ActionState::Done
    } else if !evidence.is_empty() {
        ActionState::Merged
    } else if item.due.zip(now).is_some_and(|(due, now)| due.date < now.date) {
        ActionState::Overdue
    } else {
        ActionState::Open
    }
}

/// What commits and release notes say of action items, by the item's id in lower case.
fn evidence(packages: &[Package], entries: &[Entry]) -> HashMap<String, Vec<Evidence>> {
    let mut all: HashMap<String, Vec<Evidence>> = HashMap::new();
    for (package, (places, history)) in
        packages.iter().enumerate().filter_map(|(at, one)| Some((at, (&one.releases, one.history()?))))
    {
        for (index, release) in history.releases.iter().enumerate() {
            let note = places.get(index).and_then(|place| entries.get(place.note?.0));
            if let Some(Fields::ReleaseNote(note)) = note.map(|entry| &entry.page.front.fields) {
                for id in &note.action_items.0 {
                    all.entry(id.to_lowercase()).or_default().push(Evidence {
                        hash: None,
                        url: None,
                        release: (package, index),
                        is_released: true,
                        day: release.date.clone(),
                    });
                }
            }
            for change in release.changes() {
                for id in &change.action_items {
                    let commit = Moment::from_seconds(change.time.seconds).map(|moment| moment.day());
                    let list = all.entry(id.to_lowercase()).or_default();
                    // One commit may be in several packages: the first is enough.
                    if list.iter().any(|other| other.hash.as_ref() == Some(&change.hash)) {
                        continue;
                    }
                    list.push(Evidence {
                        hash: Some(change.hash.clone()),
                        url: change.url.clone(),
                        release: (package, index),
                        is_released: release.version.is_some(),
                        day: release.date.clone().or(commit),
                    });
                }
            }
        }
    }
    all
}

/// Days from which an open item counts as old, and the lists' names.
const AGES: [(i64, &str); 3] = [(90, "over-90-days"), (30, "over-30-days"), (0, "new")];

/// The lists of action items.
pub(super) fn boards(actions: &[Action], now: Option<Moment>) -> Vec<Listing> {
    if actions.is_empty() {
        return Vec::new();
    }
    let mut open = Listing::new("", "", ACTIONS.to_owned());
    let mut overdue = Listing::new("state", "overdue", format!("{ACTIONS}overdue/"));
    let mut done = Listing::new("state", "done", format!("{ACTIONS}done/"));
    let mut lists: BTreeMap<(usize, String), Listing> = BTreeMap::new();
    for (index, action) in actions.iter().enumerate() {
        if !action.state.is_open() {
            done.rows.push(index);
            continue;
        }
        open.rows.push(index);
        if action.state == ActionState::Overdue {
            overdue.rows.push(index);
        }
        add(&mut lists, (0, ACTIONS), "owner", action.owner.as_deref().unwrap_or("nobody"), index);
        for service in &action.services {
            add(&mut lists, (1, ACTIONS), "service", service, index);
        }
        add(&mut lists, (2, ACTIONS), "kind", action.kind.unwrap_or("other"), index);
        if let Some((since, now)) = action.since.zip(now) {
            let days = (now.at.as_second() - since.at.as_second()).max(0) / 86_400;
            if let Some((_, name)) = AGES.iter().find(|(least, _)| days >= *least) {
                add(&mut lists, (3, ACTIONS), "age", name, index);
            }
        }
    }
    [open, overdue, done].into_iter().chain(lists.into_values()).collect()
}

/// How well action items are followed through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FollowThrough {
    /// All of them.
    pub all: usize,
    /// Those that are done.
    pub done: usize,
    /// Done ones of which is known when, and that had a due day.
    pub timed: usize,
    /// Those of them that were done by then.
    pub on_time: usize,
    /// Open ones that are overdue.
    pub overdue: usize,
    /// Days since the incident of half of the open ones, at least.
    pub median_age: Option<i64>,
}

/// Follow-through of the items that `wanted` accepts. When an item was done is known only from a commit that names it.
pub fn follow_through(
    actions: &[Action],
    now: Option<Moment>,
    wanted: impl Fn(&Action) -> bool,
) -> FollowThrough {
    let mut found = FollowThrough::default();
    let mut ages = Vec::new();
    for action in actions.iter().filter(|action| wanted(action)) {
        found.all += 1;
        found.done += usize::from(!action.state.is_open());
        found.overdue += usize::from(action.state == ActionState::Overdue);
        if action.state.is_open() {
            let age = action.since.zip(now);
            ages.extend(age.map(|(since, now)| (now.at.as_second() - since.at.as_second()).max(0) / 86_400));
        } else if let (Some(due), Some(day)) =
            (action.due, action.evidence.iter().filter_map(|evidence| evidence.day.as_ref()).min())
        {
            found.timed += 1;
            found.on_time += usize::from(*day <= due.day());
        }
    }
    ages.sort_unstable();
    found.median_age = super::metrics::median(&ages);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(state: ActionState, due: &str, done: Option<&str>) -> Action {
        Action {
            id: "a/A1".into(),
            retro: EntryId(0),
            number: 1,
            url: String::new(),
            text: "x".into(),
            owner: None,
            due: Moment::parse(due),
            kind: None,
            tracker: None,
            services: Vec::new(),
            since: Moment::parse("2026-03-01"),
            state,
            evidence: done
                .map(|day| Evidence {
                    hash: Some("a".into()),
                    url: None,
                    release: (0, 0),
                    is_released: true,
                    day: Some(day.into()),
                })
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn follow_through_counts_only_what_is_known() {
        let actions = [
            action(ActionState::Released, "2026-04-01", Some("2026-04-01")),
            action(ActionState::Released, "2026-04-01", Some("2026-04-02")),
            action(ActionState::Done, "2026-04-01", None),
            action(ActionState::Overdue, "2026-04-01", None),
        ];
        let found = follow_through(&actions, Moment::parse("2026-04-10"), |_| true);
        assert_eq!(
            found,
            FollowThrough { all: 4, done: 3, timed: 2, on_time: 1, overdue: 1, median_age: Some(40) }
        );
    }

    #[test]
    fn an_old_open_item_is_listed_by_its_age_and_nobody_is_an_owner() {
        let actions = [action(ActionState::Overdue, "2026-04-01", None)];
        let urls: Vec<String> =
            boards(&actions, Moment::parse("2026-07-10")).into_iter().map(|list| list.url).collect();
        assert_eq!(
            urls,
            [
                "actions/",
                "actions/overdue/",
                "actions/done/",
                "actions/owner/nobody/",
                "actions/kind/other/",
                "actions/age/over-90-days/"
            ]
        );
    }
}
