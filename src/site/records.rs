//! What retros and runbooks say together: incidents, action items, alerts. Made once for a site, from its pages alone,
//! so that no page has to look at all others.

use super::board::{self, Action, FollowThrough};
use super::entry::{Entry, EntryId};
use super::freshness::FreshnessTable;
use super::listing::{Facet, Listing, add, facets};
use super::package::{Package, release_named};
use super::similar::{self, Similar};
use super::taxonomy::{names, services};
use super::url;
use crate::record::fields::RetroFields;
use crate::record::{Fields, Milestones, Moment};
use crate::source::Library;
use std::collections::{BTreeMap, HashMap};

/// Address of the archive of incidents.
pub const ARCHIVE: &str = "archive/";
/// Address of the action items.
pub const ACTIONS: &str = "actions/";
/// Address of the figures.
pub const METRICS: &str = "metrics/";
/// Address of the alerts.
pub const ALERTS: &str = "alerts/";
/// Address of the queue of reviews.
pub const REVIEW: &str = "review/";

/// The records of a site.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// Its retros, the newest first.
    pub incidents: Vec<Incident>,
    /// Lists of incidents: all, then by severity, year, service, cause and tag.
    pub archive: Vec<Listing>,
    /// What the archive can be narrowed to.
    pub archive_facets: Vec<Facet>,
    /// Its action items: open ones by due day, then those that are done.
    pub actions: Vec<Action>,
    /// Lists of action items: open, done, then by owner, service, kind and age.
    pub boards: Vec<Listing>,
    /// What the boards can be narrowed to.
    pub board_facets: Vec<Facet>,
    /// How well action items are followed through.
    pub follow_through: FollowThrough,
    /// The alerts that runbooks and rules name.
    pub alerts: Vec<Alert>,
    /// Pages that are reviewed from time to time, the one that is due first at the front.
    pub reviews: Vec<Review>,
    /// Reviews by owner.
    pub queues: Vec<Listing>,
    /// What the queue can be narrowed to.
    pub queue_facets: Vec<Facet>,
    /// How much of the documentation is up to date.
    pub freshness: FreshnessTable,
    by_entry: HashMap<EntryId, usize>,
}

/// An incident, as its retro tells it.
#[derive(Debug, Clone)]
pub struct Incident {
    /// The retro.
    pub entry: EntryId,
    /// Its day: when it started, else the page's day.
    pub day: Option<Moment>,
    /// Worst is 1; 0 if nobody says.
    pub rank: u8,
    /// The severity as its author wrote it.
    pub severity: Option<String>,
    /// Whether it is over, or nobody says that it is not.
    pub is_over: bool,
    /// Names of its services in the catalogue.
    pub services: Vec<String>,
    /// The release that caused it, as its author wrote it.
    pub cause: Option<String>,
    /// That release, if the site has it: the package and the release.
    pub cause_release: Option<(usize, usize)>,
    /// Releases that are candidates for its cause: the package and the release, the nearest to its start first.
    pub candidates: Vec<(usize, usize)>,
    /// Its milestones.
    pub milestones: Milestones,
    /// Its action items, by their place among all.
    pub actions: Vec<usize>,
    /// Incidents like it, the most alike first.
    pub similar: Vec<Similar>,
}

/// An alert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// Its address: `alerts/EdgeDown/`. It keeps the name's case, so that a rule can put its own name into it.
    pub url: String,
    /// Runbooks that name it.
    pub runbooks: Vec<EntryId>,
    /// The rule that raises it, by its place in the library.
    pub rule: Option<usize>,
}

/// A page's next review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The page.
    pub entry: EntryId,
    /// Who keeps it.
    pub owner: Option<String>,
    /// When it is due; none where the page says no period.
    pub due: Option<Moment>,
    /// Whether that day has passed.
    pub is_late: bool,
    /// How many of the paths that the page watches no source has any more.
    pub gone: usize,
    /// How many of them changed since its review.
    pub changed: usize,
}

impl Review {
    /// Whether somebody has to look at the page.
    pub fn is_open(&self) -> bool {
        self.is_late || self.gone + self.changed > 0
    }
}

impl Records {
    /// The incident that a page tells of.
    pub fn incident(&self, entry: EntryId) -> Option<&Incident> {
        self.by_entry.get(&entry).and_then(|index| self.incidents.get(*index))
    }

    /// The alert of a name, whatever its case.
    pub fn alert(&self, name: &str) -> Option<&Alert> {
        let key = name.to_lowercase();
        let at = self.alerts.binary_search_by(|alert| alert.name.to_lowercase().cmp(&key)).ok()?;
        self.alerts.get(at)
    }

    /// Gathers the records of a site.
    pub(super) fn of(library: &Library, entries: &[Entry], packages: &[Package]) -> Self {
        let mut incidents: Vec<Incident> =
            entries.iter().filter_map(|entry| incident(library, entry, packages)).collect();
        let address = |id: EntryId| entries.get(id.0).map_or("", |entry| &entry.url);
        incidents.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| address(a.entry).cmp(address(b.entry))));
        let by_entry: HashMap<EntryId, usize> =
            incidents.iter().enumerate().map(|(index, incident)| (incident.entry, index)).collect();
        let actions = board::actions(library, entries, packages, &incidents);
        for (index, action) in actions.iter().enumerate() {
            let incident = by_entry.get(&action.retro).and_then(|at| incidents.get_mut(*at));
            if let Some(incident) = incident {
                incident.actions.push(index);
            }
        }
        for incident in &mut incidents {
            incident.actions.sort_by_key(|index| actions.get(*index).map(|action| action.number));
        }
        let alerts = alerts(library, entries);
        let alike = similar::similar(entries, &incidents, &alerts);
        for (incident, similar) in incidents.iter_mut().zip(alike) {
            incident.similar = similar;
        }
        let candidates = super::causes::candidates(library, packages, &incidents);
        for (incident, candidates) in incidents.iter_mut().zip(candidates) {
            incident.candidates = candidates;
        }
        let (reviews, queues) = super::review::reviews(library, entries);
        let archive = archive(library, entries, &incidents);
        let boards = board::boards(&actions, library.now);
        Self {
            archive_facets: facets(&archive),
            board_facets: facets(&boards),
            queue_facets: facets(&queues),
            freshness: FreshnessTable::of(library, entries),
            follow_through: board::follow_through(&actions, library.now, |_| true),
            archive,
            boards,
            alerts,
            reviews,
            queues,
            actions,
            incidents,
            by_entry,
        }
    }
}

fn incident(library: &Library, entry: &Entry, packages: &[Package]) -> Option<Incident> {
    let Fields::Retro(retro) = &entry.page.front.fields else { return None };
    if entry.is_section {
        return None;
    }
    let page = &entry.page;
    let milestones = Milestones::of(retro, &page.timeline);
    let cause = retro.caused_by.as_ref().map(|cause| cause.0.clone());
    Some(Incident {
        entry: entry.id,
        day: retro.started.or(milestones.started).or(page.date).or(retro.detected),
        rank: retro.severity.as_ref().map_or(0, |severity| severity.rank),
        severity: retro.severity.as_ref().map(|severity| severity.label.clone()),
        is_over: is_over(retro),
        services: services(library, entry),
        cause_release: cause.as_deref().and_then(|cause| release_named(packages, cause)),
        cause,
        candidates: Vec::new(),
        milestones,
        actions: Vec::new(),
        similar: Vec::new(),
    })
}

fn is_over(retro: &RetroFields) -> bool {
    retro.status.is_none_or(|status| status == crate::record::fields::IncidentStatus::Resolved)
}

/// The lists of the archive.
fn archive(library: &Library, entries: &[Entry], incidents: &[Incident]) -> Vec<Listing> {
    if incidents.is_empty() {
        return Vec::new();
    }
    let mut all = Listing::new("", "", ARCHIVE.to_owned());
    all.rows = (0..incidents.len()).collect();
    let mut lists: BTreeMap<(usize, String), Listing> = BTreeMap::new();
    for (index, incident) in incidents.iter().enumerate() {
        if let Some(severity) = &incident.severity {
            add(&mut lists, (0, ARCHIVE), "severity", severity, index);
        }
        if let Some(day) = incident.day {
            add(&mut lists, (1, ARCHIVE), "year", &day.date.year().to_string(), index);
        }
        for service in &incident.services {
            add(&mut lists, (2, ARCHIVE), "service", service, index);
        }
        if let Some(cause) = &incident.cause {
            add(&mut lists, (3, ARCHIVE), "cause", cause, index);
        }
        for tag in
            entries.get(incident.entry.0).map(|entry| names(library, entry, "tags")).unwrap_or_default()
        {
            add(&mut lists, (4, ARCHIVE), "tag", &tag, index);
        }
    }
    let mut lists: Vec<Listing> = lists.into_values().collect();
    // The newest year comes first; everything else is in the order of its name.
    if let (Some(from), Some(to)) = (
        lists.iter().position(|list| list.group == "year"),
        lists.iter().rposition(|list| list.group == "year"),
    ) && let Some(years) = lists.get_mut(from..=to)
    {
        years.reverse();
    }
    std::iter::once(all).chain(lists).collect()
}

/// Alerts by name, whatever its case: two that differ only in that are one file on many disks.
fn alerts(library: &Library, entries: &[Entry]) -> Vec<Alert> {
    let mut all: BTreeMap<String, Alert> = BTreeMap::new();
    fn one<'a>(all: &'a mut BTreeMap<String, Alert>, name: &str) -> Option<&'a mut Alert> {
        let address = url::alert(name)?;
        Some(all.entry(name.to_lowercase()).or_insert_with(|| Alert {
            name: name.to_owned(),
            url: format!("{ALERTS}{address}/"),
            ..Alert::default()
        }))
    }
    for entry in entries.iter().filter(|entry| !entry.is_section) {
        let Fields::Runbook(runbook) = &entry.page.front.fields else { continue };
        for name in &runbook.alerts.0 {
            if let Some(alert) = one(&mut all, name)
                && alert.runbooks.last() != Some(&entry.id)
            {
                alert.runbooks.push(entry.id);
            }
        }
    }
    for (index, rule) in library.alert_rules.iter().enumerate() {
        if let Some(alert) = one(&mut all, &rule.name) {
            alert.rule.get_or_insert(index);
        }
    }
    all.into_values().collect()
}
