//! Who is on call for what, and the logs of those who were.
//!
//! Shifts are laid out for a year from the site's present. Which of them is going on is for the reader's browser to say,
//! which knows the day on which the page is read.

use super::entry::{Entry, EntryId};
use super::package::Package;
use super::records::Incident;
use crate::record::rota::Shift;
use crate::record::{Fields, Moment, period};
use crate::source::Library;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Address of who is on call.
pub const ON_CALL: &str = "on-call/";

/// Days before the present whose shifts are laid out: the week that a log tells of.
const BEFORE: i64 = 14;
/// Days after the present.
const AFTER: i64 = 366;
/// Weeks that are listed.
const WEEKS: usize = 26;

/// Who is on call, and who was.
#[derive(Debug, Clone, Default)]
pub struct OnCall {
    /// The rotations, by name.
    pub duties: Vec<Duty>,
    /// Until when shifts are known.
    pub until: Option<Moment>,
    /// Weeks with logs, the newest first.
    pub weeks: Vec<Week>,
}

/// What a rotation comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The rotation, by its place in the library.
    pub rota: usize,
    /// Its shifts, in order.
    pub shifts: Vec<Shift>,
}

/// What happened in a week that a log tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// `2026-W12`
    pub name: String,
    /// Its Monday and its Sunday.
    pub days: (Date, Date),
    /// The logs.
    pub logs: Vec<EntryId>,
    /// Incidents that began in it, by their place among all.
    pub incidents: Vec<usize>,
    /// Releases of it, newest first: the package and the release.
    pub releases: Vec<(usize, usize)>,
}

impl OnCall {
    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        self.duties.is_empty() && self.weeks.is_empty()
    }

    /// Rotations for a service.
    pub fn of_service<'a>(
        &'a self,
        library: &'a Library,
        service: &'a str,
    ) -> impl Iterator<Item = &'a Duty> {
        self.duties.iter().filter(move |duty| {
            let rota = library.rotas.get(duty.rota);
            rota.is_some_and(|rota| rota.services.iter().any(|name| name == service))
        })
    }

    /// Gathers what a site has.
    pub(super) fn of(
        library: &Library,
        entries: &[Entry],
        packages: &[Package],
        incidents: &[Incident],
    ) -> Self {
        let mut on_call = Self { weeks: weeks(entries, packages, incidents), ..Self::default() };
        let Some(now) = library.now.filter(|_| !library.rotas.is_empty()) else { return on_call };
        let from = now.at.checked_sub(SignedDuration::from_hours(24 * BEFORE)).unwrap_or(now.at);
        let until = now.at.checked_add(SignedDuration::from_hours(24 * AFTER)).unwrap_or(now.at);
        on_call.until = Some(Moment::from_timestamp(until));
        let duty =
            |(rota, one): (usize, &crate::source::Rota)| Duty { rota, shifts: one.shifts(from, until) };
        on_call.duties = library.rotas.iter().enumerate().map(duty).collect();
        on_call
    }
}

impl Duty {
    /// Shifts that are going on at a point in time, and those that come next.
    pub fn at(&self, now: Timestamp) -> (Vec<&Shift>, Vec<&Shift>) {
        let current: Vec<&Shift> = self.shifts.iter().filter(|shift| shift.is_at(now)).collect();
        let next = self.shifts.iter().filter(|shift| shift.start > now).map(|shift| shift.start).min();
        (current, self.shifts.iter().filter(|shift| Some(shift.start) == next).collect())
    }
}

/// What began or was released in a span of days: incidents and releases, both newest first.
pub fn in_days(
    (first, last): (Date, Date),
    packages: &[Package],
    incidents: &[Incident],
) -> (Vec<usize>, Vec<(usize, usize)>) {
    let inside = |day: Date| first <= day && day <= last;
    let began = |incident: &Incident| incident.day.is_some_and(|day| inside(day.date));
    let began = incidents.iter().enumerate().filter(|(_, incident)| began(incident)).map(|(index, _)| index);
    let mut releases: Vec<(Date, usize, usize)> = Vec::new();
    for (package, one) in packages.iter().enumerate() {
        let all = one.history().into_iter().flat_map(|history| &history.releases).enumerate();
        releases.extend(all.filter(|(_, release)| release.version.is_some()).filter_map(|(at, release)| {
            let day: Date = release.date.as_deref()?.parse().ok()?;
            inside(day).then_some((day, package, at))
        }));
    }
    releases.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    (began.collect(), releases.into_iter().map(|(_, package, at)| (package, at)).collect())
}

/// Monday and Sunday of a week that is written as `2026-W12`.
fn week(name: &str) -> Option<(Date, Date)> {
    name.contains("-W").then(|| period::span(name)).flatten()
}

fn weeks(entries: &[Entry], packages: &[Package], incidents: &[Incident]) -> Vec<Week> {
    let mut all: BTreeMap<(Date, Date), Vec<EntryId>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.is_section) {
        let Fields::Log(log) = &entry.page.front.fields else { continue };
        let named = log.period.as_ref().and_then(|name| week(&name.0));
        let days = named.or_else(|| period::span(&period::week_of(entry.page.date?.date)));
        if let Some(days) = days {
            all.entry(days).or_default().push(entry.id);
        }
    }
    let newest = all.into_iter().rev().take(WEEKS);
    newest
        .map(|(days, logs)| {
            let (incidents, releases) = in_days(days, packages, incidents);
            Week { name: period::week_of(days.0), days, logs, incidents, releases }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_may_be_on_call_and_a_gap_has_nobody() {
        let shift = |start: &str, end: &str, who: &str| Shift {
            start: start.parse().unwrap(),
            end: end.parse().unwrap(),
            who: who.into(),
            covers: false,
        };
        let duty = Duty {
            rota: 0,
            shifts: vec![
                shift("2026-03-16T09:00:00Z", "2026-03-17T09:00:00Z", "a"),
                shift("2026-03-16T12:00:00Z", "2026-03-16T18:00:00Z", "b"),
                shift("2026-03-18T09:00:00Z", "2026-03-19T09:00:00Z", "c"),
            ],
        };
        let names = |shifts: Vec<&Shift>| shifts.iter().map(|shift| shift.who.clone()).collect::<String>();
        let at = |text: &str| {
            let (now, next) = duty.at(text.parse().unwrap());
            format!("{}|{}", names(now), names(next))
        };
        assert_eq!(at("2026-03-16T13:00:00Z"), "ab|c");
        assert_eq!(at("2026-03-17T09:00:00Z"), "|c");
        assert_eq!(at("2026-03-18T09:00:00Z"), "c|");
    }
}
