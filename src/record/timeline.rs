//! The timeline of a retro: what happened when, as data.

use super::list::{Row, rows};
use super::moment::Moment;
use crate::markdown::{Outline, Prepared};
use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan, tz::Offset};
use serde::Serialize;
use std::ops::Range;

/// A point of an incident that durations are measured between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Milestone {
    /// The effect began.
    Started,
    /// Somebody or something noticed.
    Detected,
    /// Somebody took it on.
    Acknowledged,
    /// The effect on users ended.
    Mitigated,
    /// All was as before.
    Resolved,
}

impl Milestone {
    /// The milestone that a bold word marks.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().trim_end_matches(':').to_lowercase().as_str() {
            "started" | "start" | "begin" | "began" | "impact start" | "outage begins" => Self::Started,
            "detected" | "detect" | "alerted" | "detection" => Self::Detected,
            "acknowledged" | "ack" | "acked" => Self::Acknowledged,
            "mitigated" | "mitigation" | "outage mitigated" => Self::Mitigated,
            "resolved" | "resolution" | "all clear" | "incident ends" => Self::Resolved,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
        }
    }
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When, if the entry's time could be read.
    pub at: Option<Moment>,
    /// The time as it is written.
    pub written: String,
    /// What happened, as plain text.
    pub text: String,
    /// Which milestone it marks.
    pub milestone: Option<Milestone>,
    /// Where it stands in the page's body.
    pub span: Range<usize>,
}

/// Reads the timeline of a retro. `day` is the day that times without a date belong to; a time that is earlier than
/// the one before it by more than twelve hours belongs to the next day.
pub fn timeline(prepared: &Prepared<'_>, outline: &Outline, day: Option<Date>) -> Vec<TimelineEntry> {
    let is_timeline = |heading: &str| heading.contains("timeline") || heading.contains("chain of events");
    let mut day = day;
    let mut before: Option<Timestamp> = None;
    let mut entries = Vec::new();
    for row in rows(prepared, outline, is_timeline) {
        let Some((written, text)) = split(&row) else { continue };
        let clock = Clock::parse(&written);
        if let Some(date) = clock.as_ref().and_then(|clock| clock.date) {
            day = Some(date);
        }
        let mut at = clock.as_ref().and_then(|clock| clock.on(day?));
        if let (Some(clock), Some(now), Some(previous)) = (&clock, at, before)
            && clock.date.is_none()
            && previous.duration_since(now).as_hours() >= 12
        {
            day = day.and_then(|day| day.checked_add(1.day()).ok());
            at = day.and_then(|day| clock.on(day));
        }
        before = at.or(before);
        let bold = row.strong.as_deref().and_then(Milestone::from_word);
        let milestone =
            bold.or_else(|| row.cell(&["milestone", "status", "phase"]).and_then(Milestone::from_word));
        let text = match row.strong.as_deref().filter(|_| bold.is_some()) {
            Some(word) => text.strip_prefix(word).unwrap_or(&text).trim_start_matches([':', ' ']).to_owned(),
            None => text,
        };
        entries.push(TimelineEntry {
            at: at.map(Moment::from_timestamp),
            written,
            text,
            milestone,
            span: row.span,
        });
    }
    entries
}

/// The time and the text of a row.
fn split(row: &Row) -> Option<(String, String)> {
    if row.heads.is_empty() {
        let cell = row.cells.first()?;
        let end = clock_end(cell);
        let (time, text) = cell.split_at(end);
        let text = text.trim_start_matches([' ', '-', '–', '—', ':', '|', ']', ')']);
        return (!cell.is_empty()).then(|| (time.trim().to_owned(), text.trim().to_owned()));
    }
    let time =
        row.cell(&["time", "when", "utc"]).or_else(|| row.cells.first().map(String::as_str))?.to_owned();
    let text = row
        .cell(&["event", "what", "description", "action", "update", "note"])
        .or_else(|| row.cells.get(1).map(String::as_str))?
        .to_owned();
    Some((time, text))
}

/// Where the time at the start of a text ends.
fn clock_end(text: &str) -> usize {
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        let bare = word.trim().trim_matches(['[', ']', '(', ')', ',', ';']);
        let bare = bare.trim_end_matches(':');
        let digits = bare.starts_with(|char: char| char.is_ascii_digit());
        let is_time = digits
            && bare.contains(':')
            && bare.chars().all(|c| c.is_ascii_digit() || ":.TtZz+-".contains(c));
        let is_date = digits && bare.parse::<Date>().is_ok();
        let is_zone = end > 0 && Clock::zone(bare).is_some();
        if !(is_time || is_date || is_zone) {
            break;
        }
        end += word.len();
    }
    end
}

/// A time of day with what may stand around it.
struct Clock {
    date: Option<Date>,
    time: Time,
    offset: Offset,
}

impl Clock {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(['[', ']', '(', ')', ' ']);
        if let Some(moment) = Moment::parse(text).filter(|moment| moment.has_time) {
            let time = moment.at.to_zoned_datetime(jiff::tz::TimeZone::UTC);
            return Some(Self { date: Some(time.date()), time: time.time(), offset: Offset::UTC });
        }
        let mut clock = Self { date: None, time: Time::midnight(), offset: Offset::UTC };
        let mut has_time = false;
        for word in text.split_whitespace() {
            let word = word.trim_matches(['[', ']', '(', ')', ',', ';']).trim_end_matches(':');
            if let Ok(date) = word.parse::<Date>() {
                clock.date = Some(date);
            } else if let Some(offset) = Self::zone(word) {
                clock.offset = offset;
            } else {
                let (digits, zone) = match word.find(['+', 'Z', 'z']) {
                    Some(at) => word.split_at(at),
                    None => (word, ""),
                };
                clock.time = digits.parse().ok()?;
                has_time = true;
                if !zone.is_empty() {
                    clock.offset = Self::zone(zone)?;
                }
            }
        }
        has_time.then_some(clock)
    }

    /// `UTC`, `Z`, `GMT`, `+02:00`, `UTC+2`. A name such as `CEST` is refused: it means several offsets.
    fn zone(word: &str) -> Option<Offset> {
        let upper = word.to_uppercase();
        let rest = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
        if rest.is_empty() || rest == "Z" {
            return Some(Offset::UTC);
        }
        let (sign, digits) = match (rest.strip_prefix('+'), rest.strip_prefix(['-', '−'])) {
            (Some(digits), _) => (1, digits),
            (_, Some(digits)) => (-1, digits),
            _ => return None,
        };
        let (hours, minutes) = match digits.split_once(':') {
            Some((hours, minutes)) => (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?),
            None if digits.len() == 4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?),
            None => (digits.parse().ok()?, 0),
        };
        Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
    }

    fn on(&self, day: Date) -> Option<Timestamp> {
        let day = self.date.unwrap_or(day);
        self.offset.to_timestamp(day.to_datetime(self.time)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{outline, prepare};

    fn read(body: &str) -> Vec<TimelineEntry> {
        let prepared = prepare(body, true, &|_| Err("none".into()));
        let outline = outline(&prepared, false);
        timeline(&prepared, &outline, Some("2026-03-14".parse().unwrap()))
    }

    fn times(body: &str) -> Vec<String> {
        read(body).iter().map(|entry| entry.at.map_or("?".into(), |at| at.rfc3339())).collect()
    }

    #[test]
    fn a_list_and_a_table_give_the_same_entries() {
        let list = read(
            "## Timeline\n\n- 09:02 UTC **started** config push\n- 09:11 UTC **detected** `Edge5xxHigh` pages\n\n## Next\n\n- 10:00 no\n",
        );
        let table = read(
            "## Timeline\n\n| Time (UTC) | Event | Data |\n| --- | --- | --- |\n| 09:02 | **started** config push | x |\n| 09:11 | **detected** `Edge5xxHigh` pages | y |\n",
        );
        let facts = |entries: &[TimelineEntry]| {
            entries.iter().map(|e| (e.at, e.text.clone(), e.milestone)).collect::<Vec<_>>()
        };
        assert_eq!(facts(&list), facts(&table));
        assert_eq!(list[1].text, "Edge5xxHigh pages");
        assert_eq!(list[0].milestone, Some(Milestone::Started));
        assert_eq!(list[0].at.unwrap().rfc3339(), "2026-03-14T09:02:00Z");
    }

    #[test]
    fn zones_dates_and_midnight_are_followed() {
        assert_eq!(
            times(
                "## Timeline\n\n- 23:50 a\n- 00:10 b\n- 01:00+02:00 c\n- 2026-03-16 04:00 d\n- 2026-03-16T05:00Z e\n- later f\n"
            ),
            [
                "2026-03-14T23:50:00Z",
                "2026-03-15T00:10:00Z",
                "2026-03-14T23:00:00Z",
                "2026-03-16T04:00:00Z",
                "2026-03-16T05:00:00Z",
                "?"
            ]
        );
    }

    #[test]
    fn an_entry_knows_where_it_stands() {
        let body = "## Timeline\n\n- 09:02 a\n- 09:03 b\n";
        assert_eq!(&body[read(body)[1].span.clone()], "- 09:03 b");
    }
}
