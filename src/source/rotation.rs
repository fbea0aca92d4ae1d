//! Rotations: who takes turns at being on call, from the catalogue and from calendars that it names.

use super::catalogue::Catalogue;
use super::project::Project;
use crate::data::{Data, Node};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::calendar::{self, Event};
use crate::record::period;
use crate::record::rota::{Shift, Turns, clock_time, instant, lay_over, zone};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs;

/// Who takes turns at being on call: `[rotations.checkout]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rotation {
    /// Name for people.
    pub title: Option<String>,
    /// Services that one is on call for.
    pub services: Vec<String>,
    /// Team whose rotation it is.
    pub team: Option<String>,
    /// Zone of `start`, `every` and `overrides`, by its IANA name: `Europe/Berlin`. Without it, UTC.
    #[schemars(extend("format" = "zone"))]
    pub zone: Option<String>,
    /// Who takes turns, in order.
    pub members: Vec<String>,
    /// The first handover to the first member, on the clock of the zone: `2026-01-05 09:00`. Later ones are at the same
    /// time of day.
    #[schemars(extend("format" = "clock-time"))]
    pub start: Option<String>,
    /// How long a turn is: `1d`, `1w`, `2 weeks`. Without it, a week.
    #[schemars(extend("format" = "period"))]
    pub every: Option<String>,
    /// An iCalendar file, relative to `site.toml`, whose events say who is on call, instead of `members`.
    #[schemars(extend("format" = "inner-path"))]
    pub calendar: Option<String>,
    /// Who stands in, and when.
    pub overrides: Vec<Override>,
}

/// Somebody stands in for whoever's turn it is. Of two for one time, the later one in the file counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// From when, on the clock of the rotation's zone.
    #[schemars(extend("format" = "clock-time"))]
    pub from: String,
    /// Until when.
    #[schemars(extend("format" = "clock-time"))]
    pub until: String,
    /// Who.
    pub who: String,
}

/// A rotation that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rota {
    /// Its name in the catalogue.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Services that one is on call for.
    pub services: Vec<String>,
    /// Team whose rotation it is.
    pub team: Option<String>,
    /// The zone of its handovers.
    pub zone: TimeZone,
    turns: Option<Turns>,
    events: Vec<Event>,
    overrides: Vec<Shift>,
}

impl Rota {
    /// The shifts that touch the time between two points, in order.
    pub fn shifts(&self, from: Timestamp, until: Timestamp) -> Vec<Shift> {
        let mut shifts = calendar::shifts(&self.events, from, until);
        shifts.extend(self.turns.iter().flat_map(|turns| turns.shifts(&self.zone, from, until)));
        let touches = |shift: &&Shift| shift.end > from && shift.start < until;
        let overrides: Vec<Shift> = self.overrides.iter().filter(touches).cloned().collect();
        lay_over(shifts, &overrides)
    }
}

/// What is wrong with the rotations of a catalogue, beside what its schema says.
pub(super) fn mistakes(file: &str, node: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut wrong = |node: &Node, message: String, help: &str| {
        let place = Span::new(file, node.span.clone());
        found.push(Diagnostic::error("catalogue/value", message).at(place).help(help));
    };
    for (key, rotation) in node.get("rotations").map(Node::entries).unwrap_or_default() {
        let name = &key.name;
        let (members, calendar) = (rotation.get("members"), rotation.get("calendar"));
        match (members, calendar) {
            (None, None) => wrong(
                rotation,
                format!("nobody takes turns in the rotation `{name}`"),
                "add `members` and `start`, or `calendar`",
            ),
            (Some(members), Some(_)) => wrong(
                members,
                format!("the rotation `{name}` has members and a calendar"),
                "leave one of them out",
            ),
            (Some(members), None) => {
                if matches!(&members.data, Data::List(items) if items.is_empty()) {
                    wrong(members, format!("the rotation `{name}` has no members"), "name one at least");
                }
                if rotation.get("start").is_none() {
                    wrong(
                        members,
                        format!("the rotation `{name}` does not say when it begins"),
                        "add `start = \"2026-01-05 09:00\"`: the first handover to the first member",
                    );
                }
            }
            (None, Some(_)) => {}
        }
        if let Some(every) =
            rotation.get("every").filter(|every| every.as_str().and_then(period::days) == Some(0))
        {
            wrong(every, "a turn of no days never ends".to_owned(), "write `1d` or `1w`");
        }
        let Some(Data::List(overrides)) = rotation.get("overrides").map(|node| &node.data) else { continue };
        for one in overrides {
            let time = |key: &str| one.get(key).and_then(Node::as_str).and_then(clock_time);
            if let (Some(from), Some(until), Some(node)) = (time("from"), time("until"), one.get("until"))
                && until <= from
            {
                wrong(node, "this ends before it begins".to_owned(), "`until` must come after `from`");
            }
        }
    }
    found
}

/// What the formats of a rotation's fields mean.
pub(super) fn check_format(format: &str, text: &str) -> Result<(), String> {
    let (fits, expected) = match format {
        "zone" => (zone(text).is_some(), "a zone of the IANA database, such as `Europe/Berlin`"),
        "clock-time" => (clock_time(text).is_some(), "a time without a zone, such as `2026-01-05 09:00`"),
        "period" => (period::days(text).is_some(), "a period such as `1d` or `1w`"),
        "inner-path" => {
            (crate::config::stays_inside(text), "a relative path inside the project, without `..`")
        }
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(expected.to_owned()) }
}

/// Reads the rotations of a catalogue, with the calendars that it names.
pub(super) fn read(project: &Project, catalogue: &Catalogue, found: &mut Vec<Diagnostic>) -> Vec<Rota> {
    catalogue.rotations.iter().map(|(name, rotation)| one(project, name, rotation, found)).collect()
}

fn one(project: &Project, name: &str, rotation: &Rotation, found: &mut Vec<Diagnostic>) -> Rota {
    let zone = rotation.zone.as_deref().and_then(zone).unwrap_or(TimeZone::UTC);
    let days = period::days(rotation.every.as_deref().unwrap_or("1w")).unwrap_or(7);
    let start = rotation.start.as_deref().and_then(clock_time);
    let turns = start.map(|start| Turns { members: rotation.members.clone(), start, days });
    let events = rotation.calendar.as_deref().map_or_else(Vec::new, |file| {
        match fs::read_to_string(project.root.join(file)) {
            Ok(text) => {
                let (events, mistakes) = calendar::read(&text, &zone);
                found.extend(mistakes.into_iter().map(|(span, message)| {
                    Diagnostic::warning("catalogue/calendar", message).at(Span::new(file, span))
                }));
                events
            }
            Err(error) => {
                found.push(
                    Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                        .at(Span::file(file))
                        .help(format!("`calendar` of the rotation `{name}` names it")),
                );
                Vec::new()
            }
        }
    });
    let time = |text: &str| clock_time(text).and_then(|time| instant(time, &zone));
    let overrides = rotation.overrides.iter().filter_map(|one| {
        Some(Shift { start: time(&one.from)?, end: time(&one.until)?, who: one.who.clone(), covers: true })
    });
    Rota {
        name: name.to_owned(),
        title: rotation.title.clone().unwrap_or_else(|| name.to_owned()),
        services: rotation.services.clone(),
        team: rotation.team.clone(),
        overrides: overrides.collect(),
        zone,
        turns,
        events,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotation_that_can_not_turn_is_told_at_its_place() {
        let text = "[rotations.a]\n[rotations.b]\nmembers = ['x']\n[rotations.c]\nmembers = []\ncalendar = 'c.ics'\n[rotations.d]\nmembers = ['x']\nstart = 2026-01-05T09:00\nevery = '0d'\noverrides = [{ from = '2026-01-06', until = '2026-01-05', who = 'y' }]\n";
        let (_, found) = Catalogue::read("services.toml", text);
        let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "nobody takes turns in the rotation `a`",
                "the rotation `b` does not say when it begins",
                "the rotation `c` has members and a calendar",
                "a turn of no days never ends",
                "this ends before it begins",
            ]
        );
    }

    #[test]
    fn zones_times_and_paths_are_checked() {
        let text = "[rotations.a]\nmembers = ['x']\nzone = 'Berlin'\nstart = '9:00'\n[rotations.b]\ncalendar = '../x.ics'\n";
        let (_, found) = Catalogue::read("services.toml", text);
        assert_eq!(found.len(), 3, "{found:?}");
    }
}
