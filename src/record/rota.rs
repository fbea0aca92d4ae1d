//! Who is on call and when: rotations by rule, and shifts read from a calendar.
//!
//! A handover is at a time of day in the rotation's zone, so that it stays at nine when the clocks change. The zones are
//! those of the bundled database: a build gives the same shifts on every machine.

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use std::sync::LazyLock;

/// Shifts that one rotation lists at most: a calendar may repeat every hour.
const MOST: usize = 2000;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone of the bundled IANA database.
pub fn zone(name: &str) -> Option<TimeZone> {
    ZONES.get(name).ok()
}

/// A time on a clock, without a zone: `2026-01-05 09:00`, or a day, which begins at midnight.
pub fn clock_time(text: &str) -> Option<DateTime> {
    let text = text.trim();
    text.parse().ok().filter(|_| !text.ends_with(['Z', 'z']))
}

/// A point in time for a clock in a zone. A time that the change to summer time leaves out is the hour after it; of one
/// that comes twice, the first is meant.
pub fn instant(time: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    time.to_zoned_datetime(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// A time during which one person or team is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// When it begins.
    pub start: Timestamp,
    /// When it is handed over.
    pub end: Timestamp,
    /// Who.
    pub who: String,
    /// Whether somebody stands in for whoever's turn it is.
    pub covers: bool,
}

impl Shift {
    /// Whether it is going on at a point in time.
    pub fn is_at(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}

/// Members who take turns of equal length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turns {
    /// Who takes turns, in order.
    pub members: Vec<String>,
    /// The first handover to the first member, on a clock in the zone.
    pub start: DateTime,
    /// Days of a turn.
    pub days: u32,
}

impl Turns {
    /// The shifts that touch the time between two points.
    pub fn shifts(&self, zone: &TimeZone, from: Timestamp, until: Timestamp) -> Vec<Shift> {
        let count = self.members.len();
        if count == 0 || self.days == 0 {
            return Vec::new();
        }
        let Some(first) = instant(self.start, zone) else { return Vec::new() };
        let days = i64::from(self.days);
        let passed = (from.as_second() - first.as_second()).div_euclid(86_400 * days);
        // The clock may have been changed since: one turn earlier is early enough.
        let mut turn = (passed - 1).max(0);
        let at = |turn: i64| instant(self.start.checked_add(turn.checked_mul(days)?.days()).ok()?, zone);
        let mut shifts = Vec::new();
        while let (Some(start), Some(end)) = (at(turn), at(turn + 1))
            && start < until
            && shifts.len() < MOST
        {
            let who = usize::try_from(turn).ok().and_then(|turn| self.members.get(turn % count));
            if end > from
                && let Some(who) = who
            {
                shifts.push(Shift { start, end, who: who.clone(), covers: false });
            }
            turn += 1;
        }
        shifts
    }
}

/// Shifts with others laid over them: of two for one time, the one that is laid over counts, and of several such the
/// last. Neighbouring shifts of one person become one. Shifts of a calendar that overlap are left: two may be on call.
pub fn lay_over(mut shifts: Vec<Shift>, over: &[Shift]) -> Vec<Shift> {
    for cover in over.iter().filter(|cover| cover.start < cover.end) {
        let mut rest = Vec::with_capacity(shifts.len() + 2);
        for shift in shifts {
            if shift.end <= cover.start || cover.end <= shift.start {
                rest.push(shift);
                continue;
            }
            if shift.start < cover.start {
                rest.push(Shift { end: cover.start, ..shift.clone() });
            }
            if cover.end < shift.end {
                rest.push(Shift { start: cover.end, ..shift });
            }
        }
        rest.push(cover.clone());
        shifts = rest;
    }
    shifts.sort_by(|a, b| (a.start, a.end, &a.who).cmp(&(b.start, b.end, &b.who)));
    shifts.dedup_by(|next, shift| {
        let goes_on = shift.end == next.start && shift.who == next.who && shift.covers == next.covers;
        if goes_on {
            shift.end = next.end;
        }
        goes_on
    });
    shifts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn shown(shifts: &[Shift]) -> Vec<String> {
        shifts.iter().map(|shift| format!("{} {} {}", shift.start, shift.end, shift.who)).collect()
    }

    fn weekly() -> Turns {
        Turns {
            members: vec!["a".into(), "b".into(), "c".into()],
            start: clock_time("2026-03-16 09:00").unwrap(),
            days: 7,
        }
    }

    #[test]
    fn a_handover_stays_at_nine_when_the_clocks_change() {
        // Berlin goes to summer time on 2026-03-29, at two o'clock.
        let zone = zone("Europe/Berlin").unwrap();
        let shifts = weekly().shifts(&zone, at("2026-03-24T00:00:00Z"), at("2026-04-01T00:00:00Z"));
        assert_eq!(
            shown(&shifts),
            ["2026-03-23T08:00:00Z 2026-03-30T07:00:00Z b", "2026-03-30T07:00:00Z 2026-04-06T07:00:00Z c"]
        );
        // And back on 2026-10-25: that week is an hour longer.
        let shifts = weekly().shifts(&zone, at("2026-10-20T00:00:00Z"), at("2026-10-21T00:00:00Z"));
        assert_eq!(shown(&shifts), ["2026-10-19T07:00:00Z 2026-10-26T08:00:00Z b"]);
    }

    #[test]
    fn a_handover_at_an_hour_that_is_left_out_or_comes_twice_has_one_time() {
        let zone = zone("Europe/Berlin").unwrap();
        assert_eq!(instant(clock_time("2026-03-29T02:30").unwrap(), &zone), Some(at("2026-03-29T01:30:00Z")));
        assert_eq!(instant(clock_time("2026-10-25T02:30").unwrap(), &zone), Some(at("2026-10-25T00:30:00Z")));
    }

    #[test]
    fn daily_turns_pass_midnight_and_nobody_is_on_call_before_the_first() {
        let turns = Turns { start: clock_time("2026-12-31 18:00").unwrap(), days: 1, ..weekly() };
        let zone = zone("America/New_York").unwrap();
        let shifts = turns.shifts(&zone, at("2026-12-30T00:00:00Z"), at("2027-01-02T00:00:00Z"));
        assert_eq!(
            shown(&shifts),
            ["2026-12-31T23:00:00Z 2027-01-01T23:00:00Z a", "2027-01-01T23:00:00Z 2027-01-02T23:00:00Z b"]
        );
    }

    #[test]
    fn who_stands_in_takes_a_part_of_a_turn_or_of_two() {
        let zone = zone("UTC").unwrap();
        let turns = weekly().shifts(&zone, at("2026-03-16T10:00:00Z"), at("2026-03-25T00:00:00Z"));
        let cover = |start: &str, end: &str, who: &str| Shift {
            start: at(start),
            end: at(end),
            who: who.into(),
            covers: true,
        };
        let over = [
            cover("2026-03-22T18:00:00Z", "2026-03-23T18:00:00Z", "c"),
            cover("2026-03-23T06:00:00Z", "2026-03-23T18:00:00Z", "d"),
            cover("2026-03-23T06:00:00Z", "2026-03-23T06:00:00Z", "nobody"),
        ];
        assert_eq!(
            shown(&lay_over(turns, &over)),
            [
                "2026-03-16T09:00:00Z 2026-03-22T18:00:00Z a",
                "2026-03-22T18:00:00Z 2026-03-23T06:00:00Z c",
                "2026-03-23T06:00:00Z 2026-03-23T18:00:00Z d",
                "2026-03-23T18:00:00Z 2026-03-30T09:00:00Z b",
            ]
        );
    }

    #[test]
    fn a_rotation_of_one_is_one_long_shift() {
        let zone = zone("UTC").unwrap();
        let turns = Turns { members: vec!["a".into()], ..weekly() };
        let shifts = turns.shifts(&zone, at("2026-03-16T10:00:00Z"), at("2026-04-08T00:00:00Z"));
        assert_eq!(shown(&lay_over(shifts, &[])), ["2026-03-16T09:00:00Z 2026-04-13T09:00:00Z a"]);
    }
}
