//! Shifts out of an iCalendar file (RFC 5545), as on-call tools and calendars export them.
//!
//! Read are events with `DTSTART`, `DTEND` or `DURATION`, `SUMMARY`, in UTC, in a zone of the IANA database or on a plain
//! clock; `RRULE` by day, week and month; `EXDATE`; `STATUS:CANCELLED`. What can't be read is told and left out.

use super::recurrence::Rule;
use super::rota::{Shift, instant, zone};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::ops::Range;

/// Repetitions of one event that are looked at.
const MOST: usize = 20_000;

/// An event that names who is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    who: String,
    start: DateTime,
    zone: TimeZone,
    lasts: Lasts,
    repeats: Option<Repeats>,
    without: Vec<Timestamp>,
}

/// How long an event lasts: as long on the clock (it ends at five, whatever happens at two), or as long in fact.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lasts {
    Until(DateTime),
    For(SignedDuration),
}

/// A rule, with its end as a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Repeats {
    rule: Rule,
    until: Option<Timestamp>,
}

/// What is wrong, and where in the text.
pub type Mistake = (Range<usize>, String);

/// Reads a calendar. `plain` is the zone of times that name none.
pub fn read(text: &str, plain: &TimeZone) -> (Vec<Event>, Vec<Mistake>) {
    let mut events = Vec::new();
    let mut mistakes = Vec::new();
    let lines = unfolded(text);
    if !lines.iter().any(|(_, line)| line.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        mistakes.push((0..0, "this is no iCalendar file: it has no `BEGIN:VCALENDAR`".to_owned()));
        return (events, mistakes);
    }
    let mut event: Option<Vec<(Range<usize>, Property)>> = None;
    let mut inner = 0;
    for (span, line) in lines {
        match line.to_uppercase().as_str() {
            "BEGIN:VEVENT" => (event, inner) = (Some(Vec::new()), 0),
            // Alarms and the like have times of their own.
            other if other.starts_with("BEGIN:") => inner += 1,
            "END:VEVENT" => {
                if let Some(properties) = event.take() {
                    match one(&properties, plain) {
                        Ok(event) => events.extend(event),
                        Err(mistake) => mistakes.push(mistake),
                    }
                }
            }
            other if other.starts_with("END:") => inner -= 1,
            _ if inner <= 0 => {
                if let (Some(event), Some(property)) = (&mut event, property(&line)) {
                    event.push((span, property));
                }
            }
            _ => {}
        }
    }
    (events, mistakes)
}

/// The shifts of events that touch the time between two points.
pub fn shifts(events: &[Event], from: Timestamp, until: Timestamp) -> Vec<Shift> {
    events.iter().flat_map(|event| event.shifts(from, until)).collect()
}

impl Event {
    fn shifts(&self, from: Timestamp, until: Timestamp) -> Vec<Shift> {
        let mut shifts = Vec::new();
        let repeats = self.repeats.as_ref();
        let count = repeats.map_or(1, |repeats| repeats.rule.count.unwrap_or(MOST).min(MOST));
        let again = repeats.into_iter().flat_map(|repeats| repeats.rule.starts(self.start));
        // An event begins when it says so, whether its rule has that day or not.
        let starts = std::iter::once(self.start).chain(again.filter(|start| *start != self.start));
        for start in starts.take(count) {
            let Some(begin) = instant(start, &self.zone) else { break };
            let over = repeats.and_then(|repeats| repeats.until).is_some_and(|until| begin > until);
            if over || begin >= until {
                break;
            }
            let end = match &self.lasts {
                Lasts::For(duration) => begin.checked_add(*duration).ok(),
                Lasts::Until(end) => start
                    .checked_add(self.start.duration_until(*end))
                    .ok()
                    .and_then(|end| instant(end, &self.zone)),
            };
            if let Some(end) = end.filter(|end| *end > from && *end > begin)
                && !self.without.contains(&begin)
            {
                shifts.push(Shift { start: begin, end, who: self.who.clone(), covers: false });
            }
        }
        shifts
    }
}

/// Lines as they are meant, each with its place: a line that begins with a space goes on with the one before.
fn unfolded(text: &str) -> Vec<(Range<usize>, String)> {
    let mut lines: Vec<(Range<usize>, String)> = Vec::new();
    let mut offset = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((span, before))) => {
                before.push_str(rest);
                span.end = offset + line.len();
            }
            _ => lines.push((offset..offset + line.len(), line.to_owned())),
        }
        offset += raw.len();
    }
    lines
}

/// A property: its name in upper case, its parameters and its value.
struct Property {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

fn property(line: &str) -> Option<Property> {
    // A colon inside quotes belongs to a parameter.
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, char)| {
        quoted ^= *char == '"';
        *char == ':' && !quoted
    });
    let (head, value) = line.split_at(colon?.0);
    let mut parts = head.split(';');
    let name = parts.next()?.to_uppercase();
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_uppercase(), value.trim_matches('"').to_owned()))
    };
    Some(Property {
        name,
        parameters: parts.filter_map(parameter).collect(),
        value: value.get(1..)?.to_owned(),
    })
}

/// A text value without its escapes.
fn plain_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push(' '),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(char),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn one(properties: &[(Range<usize>, Property)], plain: &TimeZone) -> Result<Option<Event>, Mistake> {
    let get = |name: &str| properties.iter().find(|(_, property)| property.name == name);
    if get("STATUS").is_some_and(|(_, status)| status.value.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(None);
    }
    let place = properties.first().map_or(0..0, |(span, _)| span.clone());
    let (span, start) = get("DTSTART").ok_or((place, "this event has no `DTSTART`".to_owned()))?;
    let (start, zone) = time(start, plain).map_err(|message| (span.clone(), message))?;
    let lasts = match (get("DTEND"), get("DURATION")) {
        (Some((span, end)), _) => {
            let (end, end_zone) = time(end, plain).map_err(|message| (span.clone(), message))?;
            if end_zone == zone {
                Lasts::Until(end)
            } else {
                let both = instant(start, &zone).zip(instant(end, &end_zone));
                Lasts::For(both.map_or(SignedDuration::ZERO, |(start, end)| start.duration_until(end)))
            }
        }
        (None, Some((span, duration))) => {
            let duration = duration.value.parse::<jiff::Span>();
            let duration = duration.and_then(|span| span.to_duration(start));
            Lasts::For(duration.map_err(|_| (span.clone(), "this is no duration".to_owned()))?)
        }
        (None, None) => Lasts::Until(start.checked_add(1.day()).unwrap_or(start)),
    };
    let who = get("SUMMARY").map(|(_, summary)| plain_text(&summary.value)).filter(|who| !who.is_empty());
    let who = who.ok_or((span.clone(), "this event has no `SUMMARY` that says who is on call".to_owned()))?;
    let repeats = match get("RRULE") {
        Some((span, property)) => {
            let wrong = |message| (span.clone(), message);
            let rule = Rule::parse(&property.value).map_err(wrong)?;
            let until = match &rule.until {
                Some(text) => {
                    let property =
                        Property { value: text.clone(), name: String::new(), parameters: Vec::new() };
                    let (time, zone) = time(&property, &zone).map_err(wrong)?;
                    instant(time, &zone)
                }
                None => None,
            };
            Some(Repeats { rule, until })
        }
        None => None,
    };
    let mut without = Vec::new();
    for (_, property) in properties.iter().filter(|(_, property)| property.name == "EXDATE") {
        for value in property.value.split(',') {
            let one = Property {
                value: value.to_owned(),
                name: String::new(),
                parameters: property.parameters.clone(),
            };
            without.extend(time(&one, plain).ok().and_then(|(time, zone)| instant(time, &zone)));
        }
    }
    Ok(Some(Event { who, start, zone, lasts, repeats, without }))
}

/// `20260316T090000Z`, the same without a zone, or a day.
fn time(property: &Property, plain: &TimeZone) -> Result<(DateTime, TimeZone), String> {
    let text = property.value.trim();
    let (clock, is_utc) = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, true),
        None => (text, false),
    };
    let time = match clock.len() {
        8 => Date::strptime("%Y%m%d", clock).map(|date| date.to_datetime(jiff::civil::Time::midnight())).ok(),
        15 => DateTime::strptime("%Y%m%dT%H%M%S", clock).ok(),
        _ => None,
    };
    let time = time.ok_or_else(|| format!("`{text}` is no time: write `20260316T090000Z`"))?;
    if is_utc {
        return Ok((time, TimeZone::UTC));
    }
    match property.parameters.iter().find(|(name, _)| name == "TZID") {
        None => Ok((time, plain.clone())),
        // Some programs write `/freeassociation.sourceforge.net/Europe/Berlin`.
        Some((_, name)) => zone(name)
            .or_else(|| {
                let mut parts = name.rsplit('/');
                let (city, area) = (parts.next()?, parts.next()?);
                zone(&format!("{area}/{city}"))
            })
            .map(|zone| (time, zone))
            .ok_or_else(|| format!("`{name}` is no zone of the IANA database")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, from: &str, until: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", text.replace('\n', "\r\n"));
        let (events, mistakes) = read(&text, &zone("Europe/Berlin").unwrap());
        let shifts = shifts(&events, from.parse().unwrap(), until.parse().unwrap());
        let shown = shifts.iter().map(|shift| format!("{} {} {}", shift.start, shift.end, shift.who));
        (shown.collect(), mistakes.into_iter().map(|(_, message)| message).collect())
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT\n")
    }

    #[test]
    fn events_are_read_in_utc_in_a_zone_and_on_the_plain_clock() {
        let text = [
            event("DTSTART:20260316T090000Z\nDTEND:20260323T090000Z\nSUMMARY:Sample\n  Person 1"),
            event(
                "DTSTART;TZID=America/New_York:20260323T090000\nDTEND;TZID=America/New_York:20260330T090000\nSUMMARY:b\\, c\nBEGIN:VALARM\nDTSTART:x\nEND:VALARM",
            ),
            event("DTSTART:20260330T090000\nDURATION:P1D\nSUMMARY:d"),
            event("DTSTART;VALUE=DATE:20260401\nSUMMARY:e"),
            event("DTSTART:20260316T090000Z\nDTEND:20260323T090000Z\nSTATUS:CANCELLED\nSUMMARY:x"),
        ];
        let (shifts, mistakes) = shown(&text.concat(), "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
        assert_eq!(mistakes, [""; 0]);
        assert_eq!(
            shifts,
            [
                "2026-03-16T09:00:00Z 2026-03-23T09:00:00Z Sample Person 1",
                "2026-03-23T13:00:00Z 2026-03-30T13:00:00Z b, c",
                "2026-03-30T07:00:00Z 2026-03-31T07:00:00Z d",
                "2026-03-31T22:00:00Z 2026-04-01T22:00:00Z e",
            ]
        );
    }

    #[test]
    fn a_weekly_event_ends_at_nine_by_the_clock_across_the_change_to_summer_time() {
        let text = event(
            "DTSTART;TZID=Europe/Berlin:20260323T090000\nDTEND;TZID=Europe/Berlin:20260330T090000\nRRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\nEXDATE;TZID=Europe/Berlin:20260406T090000\nSUMMARY:a",
        );
        let (shifts, _) = shown(&text, "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z");
        assert_eq!(
            shifts,
            ["2026-03-23T08:00:00Z 2026-03-30T07:00:00Z a", "2026-04-20T07:00:00Z 2026-04-27T07:00:00Z a"]
        );
    }

    #[test]
    fn weekdays_repeat_until_a_day() {
        let text = event(
            "DTSTART:20260318T200000Z\nDTEND:20260319T060000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260325T200000Z\nSUMMARY:night",
        );
        let (shifts, _) = shown(&text, "2026-03-19T05:00:00Z", "2026-06-01T00:00:00Z");
        assert_eq!(
            shifts,
            [
                "2026-03-18T20:00:00Z 2026-03-19T06:00:00Z night",
                "2026-03-23T20:00:00Z 2026-03-24T06:00:00Z night",
                "2026-03-25T20:00:00Z 2026-03-26T06:00:00Z night"
            ]
        );
    }

    #[test]
    fn what_can_not_be_read_is_told_and_the_rest_is_read() {
        let text = [
            event("SUMMARY:x"),
            event("DTSTART:tomorrow\nSUMMARY:x"),
            event("DTSTART;TZID=Mars/Base:20260316T090000\nSUMMARY:x"),
            event("DTSTART:20260316T090000Z\nRRULE:FREQ=YEARLY\nSUMMARY:x"),
            event("DTSTART:20260316T090000Z"),
            event("DTSTART:20260316T090000Z\nDTEND:20260317T090000Z\nSUMMARY:a"),
        ];
        let (shifts, mistakes) = shown(&text.concat(), "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
        assert_eq!(shifts.len(), 1);
        assert_eq!(
            mistakes,
            [
                "this event has no `DTSTART`",
                "`tomorrow` is no time: write `20260316T090000Z`",
                "`Mars/Base` is no zone of the IANA database",
                "events that repeat yearly are not read",
                "this event has no `SUMMARY` that says who is on call",
            ]
        );
        let (events, mistakes) = read("hello", &TimeZone::UTC);
        assert_eq!((events.len(), mistakes.len()), (0, 1));
    }
}
