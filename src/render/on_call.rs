//! Who is on call: the page, the line on services and on the home page, JSON, the script's data and calendars.
//!
//! What a page says without a script is as of the build, and says so. With one, the browser looks up the moment of
//! reading in the shifts of `on-call/shifts.js`.

use super::Renderer;
use crate::feed::calendar::{Event, calendar};
use crate::record::Moment;
use crate::record::rota::Shift;
use crate::site::{Duty, ON_CALL, Week, url};
use crate::source::Rota;
use crate::theme::view::{DutyView, ItemView, LinkView, ShiftView};
use serde::Serialize;
use serde_json::{Value, json};

/// Shifts of a rotation that the page lists.
const SHIFTS: usize = 8;
/// Rotations that the home page shows.
const ON_HOME: usize = 6;
/// Incidents and releases of a week that the page names.
const OF_WEEK: usize = 5;

/// The page of who is on call.
#[derive(Serialize)]
pub(super) struct OnCallView {
    /// Title.
    pub(super) title: String,
    /// The rotations.
    duties: Vec<DutyView>,
    /// The calendar of all rotations.
    calendar: Option<String>,
    /// The shifts as JSON.
    json: Option<String>,
    /// Weeks that logs tell of, the newest first.
    weeks: Vec<WeekView>,
}

/// A week that a log tells of.
#[derive(Serialize)]
struct WeekView {
    /// `2026-W12`
    name: String,
    /// Its first day.
    from: String,
    /// Its last day.
    until: String,
    /// Its logs.
    logs: Vec<LinkView>,
    /// Incidents that began in it.
    incidents: Vec<ItemView>,
    /// Incidents that are left out.
    more_incidents: usize,
    /// Releases of that week.
    releases: Vec<LinkView>,
    /// Releases that are left out.
    more_releases: usize,
}

impl Renderer {
    pub(super) fn on_call(&self) -> OnCallView {
        let on_call = &self.site.on_call;
        let has = !on_call.duties.is_empty();
        OnCallView {
            title: self.theme.word("on_call").to_owned(),
            duties: on_call.duties.iter().filter_map(|duty| self.duty(duty, SHIFTS)).collect(),
            calendar: has.then(|| format!("{ON_CALL}shifts.ics")),
            json: has.then(|| format!("{ON_CALL}shifts.json")),
            weeks: on_call.weeks.iter().map(|week| self.week(week)).collect(),
        }
    }

    /// Who is on call, for the home page.
    pub(super) fn on_call_now(&self) -> Vec<DutyView> {
        self.site.on_call.duties.iter().take(ON_HOME).filter_map(|duty| self.duty(duty, 0)).collect()
    }

    /// Who is on call for a service.
    pub(super) fn on_call_for(&self, service: &str) -> Vec<DutyView> {
        let duties = self.site.on_call.of_service(&self.site.library, service);
        duties.filter_map(|duty| self.duty(duty, 0)).collect()
    }

    fn duty(&self, duty: &Duty, rows: usize) -> Option<DutyView> {
        let library = &self.site.library;
        let rota = library.rotas.get(duty.rota)?;
        let now = library.now?;
        let (current, next) = duty.at(now.at);
        let view = |shift: &Shift| shift_view(rota, shift);
        let term = |key: &str, name: &str| {
            let term = self.site.taxonomy(key).and_then(|taxonomy| taxonomy.term(name));
            LinkView {
                title: term.map_or_else(|| name.to_owned(), |term| term.title.clone()),
                url: term.map(|term| term.url.clone()).unwrap_or_default(),
            }
        };
        let ahead = duty.shifts.iter().filter(|shift| shift.end > now.at);
        Some(DutyView {
            name: rota.name.clone(),
            title: rota.title.clone(),
            url: format!("{ON_CALL}#{}", url::segment(&rota.name)),
            id: url::segment(&rota.name),
            services: rota.services.iter().map(|name| term("services", name)).collect(),
            team: rota.team.as_deref().map(|name| term("teams", name)),
            zone: rota.zone.iana_name().unwrap_or("UTC").to_owned(),
            as_of: now.day(),
            current: current.into_iter().map(view).collect(),
            next: next.into_iter().map(view).collect(),
            shifts: ahead.take(rows).map(view).collect(),
            calendar: format!("{ON_CALL}{}.ics", url::segment(&rota.name)),
        })
    }

    fn week(&self, week: &Week) -> WeekView {
        let link =
            |entry: &crate::site::Entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() };
        let incidents = week.incidents.iter().take(OF_WEEK);
        let incidents = incidents.filter_map(|at| self.site.records.incidents.get(*at));
        let releases = week.releases.iter().take(OF_WEEK);
        WeekView {
            name: week.name.clone(),
            from: week.days.0.to_string(),
            until: week.days.1.to_string(),
            logs: week.logs.iter().filter_map(|id| self.site.entry(*id)).map(link).collect(),
            incidents: incidents
                .filter_map(|incident| self.site.entry(incident.entry))
                .map(|entry| self.item(entry, Some(entry.page.kind)))
                .collect(),
            more_incidents: week.incidents.len().saturating_sub(OF_WEEK),
            releases: releases
                .filter_map(|(package, at)| {
                    let package = self.site.packages.get(*package)?;
                    let (release, _) = package.release(*at)?;
                    let title = format!("{} {}", release.package, release.title());
                    Some(LinkView { title, url: self.release_url(package, *at) })
                })
                .collect(),
            more_releases: week.releases.len().saturating_sub(OF_WEEK),
        }
    }

    /// Shifts for other programs.
    pub(super) fn on_call_json(&self) -> String {
        let library = &self.site.library;
        let rotations: Vec<Value> = self
            .duties()
            .map(|(rota, duty)| {
                let shifts: Vec<Value> = duty
                    .shifts
                    .iter()
                    .map(|shift| {
                        json!({
                            "from": second(shift.start),
                            "until": second(shift.end),
                            "who": shift.who,
                            "stands_in": shift.covers,
                        })
                    })
                    .collect();
                json!({
                    "name": rota.name,
                    "title": rota.title,
                    "services": rota.services,
                    "team": rota.team,
                    "zone": rota.zone.iana_name(),
                    "shifts": shifts,
                })
            })
            .collect();
        let until = self.site.on_call.until.map(|until| until.rfc3339());
        let now = library.now.map(|now| now.rfc3339());
        format!("{:#}\n", json!({ "as_of": now, "until": until, "rotations": rotations }))
    }

    /// The same with the theme's script that shows it, as a classic script: pages that were opened as files may not fetch.
    pub(super) fn on_call_script(&self) -> String {
        let rotations: serde_json::Map<String, Value> = self
            .duties()
            .map(|(rota, duty)| {
                let shifts = duty.shifts.iter();
                let shifts: Vec<Value> = shifts
                    .map(|shift| {
                        json!([
                            shift.start.as_second(),
                            shift.end.as_second(),
                            shift.who,
                            u8::from(shift.covers)
                        ])
                    })
                    .collect();
                (rota.name.clone(), Value::Array(shifts))
            })
            .collect();
        let until = self.site.on_call.until.map(|until| until.at.as_second());
        let known = json!({ "until": until, "rotations": rotations });
        format!("window.annalsShifts={known};\n{}", self.theme.script("on-call.js"))
    }

    /// Shifts as a calendar to subscribe to: of all rotations, or of one.
    pub(super) fn on_call_calendar(&self, only: Option<usize>) -> String {
        let site = &self.site;
        let config = &site.library.config.site;
        let base = config.base_url.as_deref();
        let host = base.and_then(|base| base.split('/').nth(2)).unwrap_or("annals.invalid");
        let duties = self.duties().filter(|(_, duty)| only.is_none_or(|index| duty.rota == index));
        let events: Vec<Event> = duties
            .flat_map(|(rota, duty)| duty.shifts.iter().map(move |shift| (rota, shift)))
            .map(|(rota, shift)| Event {
                uid: format!("{}/{}/{}@{host}", rota.name, second(shift.start), url::segment(&shift.who)),
                start: Moment::from_timestamp(shift.start),
                end: Some(Moment::from_timestamp(shift.end)),
                summary: format!("{}: {}", rota.title, shift.who),
                description: rota.services.join(", "),
                url: base.map(|base| super::absolute(base, ON_CALL)),
            })
            .collect();
        let title = only.and_then(|index| site.library.rotas.get(index)).map(|rota| rota.title.as_str());
        let what = title.unwrap_or_else(|| self.theme.word("on_call"));
        calendar(&format!("{}: {what}", config.title), site.library.now, &events)
    }

    fn duties(&self) -> impl Iterator<Item = (&Rota, &Duty)> {
        let duties = self.site.on_call.duties.iter();
        duties.filter_map(|duty| Some((self.site.library.rotas.get(duty.rota)?, duty)))
    }
}

fn second(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A shift with its times on the clock of the rotation.
fn shift_view(rota: &Rota, shift: &Shift) -> ShiftView {
    let clock = |at: jiff::Timestamp| {
        at.to_zoned_datetime(rota.zone.clone()).strftime("%a %Y-%m-%d %H:%M").to_string()
    };
    ShiftView {
        who: shift.who.clone(),
        covers: shift.covers,
        from: clock(shift.start),
        until: clock(shift.end),
        from_machine: second(shift.start),
        until_machine: second(shift.end),
    }
}
