//! What `annals new` already knows of a new page: who owns the services, who is on call, what was released and what went
//! wrong in the week.

use crate::record::{Moment, minutes_in_words, period};
use crate::site::{Duty, Site, on_call};
use crate::source::Catalogue;
use serde::Serialize;
use std::collections::BTreeSet;

/// Releases that a retro begins with.
const RELEASES: usize = 5;

/// What a template may use beside title, date and options.
#[derive(Debug, Default, Serialize)]
pub(super) struct Prefill {
    /// Team that owns the first service that has one.
    owner: Option<String>,
    /// Who is on call now: for the services, or for everything where none is named.
    on_call: Vec<Turn>,
    /// The latest releases of the services.
    latest: Vec<Named>,
    /// The week of the page: its name, Monday and Sunday.
    week: Option<[String; 3]>,
    /// Incidents that began in that week.
    incidents: Vec<Named>,
    /// Releases of that week.
    releases: Vec<Named>,
    /// Incidents that are not over.
    open: Vec<Named>,
}

/// Who is on call in a rotation, and who comes next.
#[derive(Debug, Serialize)]
struct Turn {
    rotation: String,
    now: String,
    next: String,
}

/// Something with a page.
#[derive(Debug, Serialize)]
struct Named {
    title: String,
    /// Its address from the site's root: `/retros/x.md`.
    link: String,
    day: String,
    /// Severity and duration of an incident.
    facts: String,
}

/// The team that owns the first of some services that has one.
pub(super) fn owner_of(catalogue: &Catalogue, services: &[String]) -> Option<String> {
    let names = services.iter().filter_map(|name| catalogue.service_name(name));
    names.into_iter().find_map(|name| catalogue.services.get(name)?.owner.clone())
}

impl Prefill {
    /// What is known without looking at the rest of the site.
    pub fn of_owner(owner: Option<String>) -> Self {
        Self { owner, ..Self::default() }
    }

    /// Looks up in a site what is known on a day.
    pub fn of(site: &Site, services: &[String], now: Moment) -> Self {
        let catalogue = &site.library.catalogue;
        let names: Vec<&str> = services.iter().filter_map(|name| catalogue.service_name(name)).collect();
        let week = period::week_of(now.date);
        let days = period::span(&week);
        let incidents = &site.records.incidents;
        let (began, released) =
            days.map(|days| on_call::in_days(days, &site.packages, incidents)).unwrap_or_default();
        let incident = |at: &usize| incident(site, *at);
        let open = (0..incidents.len()).filter(|at| incidents.get(*at).is_some_and(|one| !one.is_over));
        Self {
            owner: owner_of(catalogue, services),
            on_call: turns(site, &names, now),
            latest: latest(site, &names, now),
            week: days.map(|(monday, sunday)| [week, monday.to_string(), sunday.to_string()]),
            incidents: began.iter().filter_map(incident).collect(),
            releases: released.iter().filter_map(|(package, at)| release(site, *package, *at)).collect(),
            open: open.filter_map(|at| incident(&at)).collect(),
        }
    }
}

fn turns(site: &Site, services: &[&str], now: Moment) -> Vec<Turn> {
    let rotas = &site.library.rotas;
    let duties: Vec<&Duty> = if services.is_empty() {
        site.on_call.duties.iter().collect()
    } else {
        let mut seen = BTreeSet::new();
        let all = services.iter().flat_map(|name| site.on_call.of_service(&site.library, name));
        all.filter(|duty| seen.insert(duty.rota)).collect()
    };
    let turn = |duty: &Duty| {
        let rota = rotas.get(duty.rota)?;
        let (current, next) = duty.at(now.at);
        let names = |shifts: Vec<&crate::record::rota::Shift>| {
            let names: Vec<&str> = shifts.iter().map(|shift| shift.who.as_str()).collect();
            if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
        };
        Some(Turn { rotation: rota.title.clone(), now: names(current), next: names(next) })
    };
    duties.into_iter().filter_map(turn).collect()
}

fn latest(site: &Site, services: &[&str], now: Moment) -> Vec<Named> {
    let mut found = crate::site::releases_of(&site.library, &site.packages, services);
    found.retain(|(time, ..)| *time <= now.at.as_second() + 86_400);
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.iter().take(RELEASES).filter_map(|(_, package, at)| release(site, *package, *at)).collect()
}

fn release(site: &Site, package: usize, at: usize) -> Option<Named> {
    let package = site.packages.get(package)?;
    let (release, place) = package.release(at)?;
    let note = place.note.and_then(|id| site.entry(id)).map(|entry| format!("/{}", entry.page.path));
    Some(Named {
        // Templates show it in a comment, which a tag's name must not end.
        title: format!("{} {}", release.package, release.title()).replace("--", "–"),
        link: note.unwrap_or_else(|| format!("/{}", place.own_url)),
        day: release.date.clone().unwrap_or_default(),
        facts: String::new(),
    })
}

fn incident(site: &Site, at: usize) -> Option<Named> {
    let incident = site.records.incidents.get(at)?;
    let page = &site.entry(incident.entry)?.page;
    let took = incident.milestones.minutes_to_restore().map(minutes_in_words);
    let facts: Vec<String> = incident.severity.clone().into_iter().chain(took).collect();
    Some(Named {
        title: page.title.replace(['[', ']'], " "),
        link: format!("/{}", page.path),
        day: incident.day.map(|day| day.day()).unwrap_or_default(),
        facts: facts.join(", "),
    })
}
