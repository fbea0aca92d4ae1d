//! Events that repeat: `RRULE` of iCalendar (RFC 5545, 3.3.10) by day, week and month.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

/// How an event repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    step: Step,
    /// How often, the first time included.
    pub(super) count: Option<usize>,
    /// `UNTIL`, as it is written.
    pub(super) until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Every so many days.
    Days(i64),
    /// Every so many weeks, on those days.
    Weeks(i64, Vec<Weekday>),
    /// Every so many months, on those days.
    Months(i64, Vec<MonthDay>),
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MonthDay {
    /// Its number; below zero from the end: -1 is the last.
    Number(i8),
    /// A day of the week: the first (1), the last (-1), or each of them (0).
    Nth(i8, Weekday),
}

impl Rule {
    /// Reads a rule. What it says that is not known here is a mistake: shifts that are wrong are worse than none.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (mut count, mut until, mut interval) = (None, None, 1_i64);
        let (mut frequency, mut weekdays, mut numbers) = (String::new(), Vec::new(), Vec::new());
        for (name, value) in text.split(';').filter_map(|part| part.split_once('=')) {
            let wrong = || format!("`{name}={value}` can't be read");
            match name.to_uppercase().as_str() {
                "FREQ" => frequency = value.to_uppercase(),
                "INTERVAL" => {
                    interval =
                        value.parse().ok().filter(|every| (1..=366).contains(every)).ok_or_else(wrong)?;
                }
                "COUNT" => count = Some(value.parse().map_err(|_| wrong())?),
                "UNTIL" => until = Some(value.to_owned()),
                "BYDAY" => {
                    for day in value.split(',') {
                        weekdays.push(nth(day).ok_or_else(wrong)?);
                    }
                }
                "BYMONTHDAY" => {
                    for day in value.split(',') {
                        let number: Option<i8> = day.trim().parse().ok();
                        numbers.push(number.filter(|day| *day != 0 && day.abs() <= 31).ok_or_else(wrong)?);
                    }
                }
                "WKST" if value.eq_ignore_ascii_case("MO") => {}
                _ => return Err(format!("`{name}` of a rule is not read")),
            }
        }
        let is_plain = weekdays.iter().all(|(ordinal, _)| *ordinal == 0);
        let days = || weekdays.iter().map(|(_, day)| *day).collect::<Vec<_>>();
        let step = match frequency.as_str() {
            "" => return Err("this rule has no `FREQ`".to_owned()),
            "DAILY" | "WEEKLY" if !numbers.is_empty() || !is_plain => {
                return Err(format!("`{text}` can't be read: days of a month go with `FREQ=MONTHLY`"));
            }
            "DAILY" if weekdays.is_empty() => Step::Days(interval),
            "DAILY" if interval == 1 => Step::Weeks(1, days()),
            "DAILY" => return Err("`BYDAY` with every few days is not read".to_owned()),
            "WEEKLY" => Step::Weeks(interval, days()),
            "MONTHLY" if !weekdays.is_empty() && !numbers.is_empty() => {
                return Err("`BYDAY` together with `BYMONTHDAY` is not read".to_owned());
            }
            "MONTHLY" => {
                let weekdays = weekdays.into_iter().map(|(ordinal, day)| MonthDay::Nth(ordinal, day));
                Step::Months(interval, weekdays.chain(numbers.into_iter().map(MonthDay::Number)).collect())
            }
            other => return Err(format!("events that repeat {} are not read", other.to_lowercase())),
        };
        Ok(Self { step, count, until })
    }

    /// The times at which it begins, on a clock, the earliest first.
    pub(super) fn starts(&self, first: DateTime) -> impl Iterator<Item = DateTime> {
        (0_i64..).map_while(move |turn| self.turn(first, turn)).flatten()
    }

    /// The times of a day, week or month; none where the calendar ends.
    fn turn(&self, first: DateTime, turn: i64) -> Option<Vec<DateTime>> {
        let day = |base: DateTime, days: i64| base.checked_add(days.days()).ok();
        Some(match &self.step {
            Step::Days(every) => vec![day(first, turn.checked_mul(*every)?)?],
            Step::Weeks(every, weekdays) if weekdays.is_empty() => {
                vec![day(first, turn.checked_mul(*every)?.checked_mul(7)?)?]
            }
            Step::Weeks(every, weekdays) => {
                // A week begins on Monday, as RFC 5545 has it where `WKST` says nothing else.
                let monday = day(first, -i64::from(first.weekday().to_monday_zero_offset()))?;
                let monday = day(monday, turn.checked_mul(*every)?.checked_mul(7)?)?;
                let in_week = (0..7).filter_map(|offset| day(monday, offset));
                in_week.filter(|start| weekdays.contains(&start.weekday()) && *start >= first).collect()
            }
            Step::Months(every, days) => {
                let month = first.date().first_of_month();
                let month = month.checked_add(turn.checked_mul(*every)?.months()).ok()?;
                let same = [MonthDay::Number(first.day())];
                let days = if days.is_empty() { &same } else { days.as_slice() };
                let mut found: Vec<Date> = days.iter().flat_map(|day| day.of(month)).collect();
                found.sort_unstable();
                found.dedup();
                let starts = found.into_iter().map(|date| date.to_datetime(first.time()));
                starts.filter(|start| *start >= first).collect()
            }
        })
    }
}

impl MonthDay {
    /// Its dates in a month, which may have none: there is no 31 April.
    fn of(self, month: Date) -> Vec<Date> {
        let date = |day: i8| Date::new(month.year(), month.month(), day).ok();
        let last = month.days_in_month();
        match self {
            Self::Number(day) => date(if day < 0 { last + 1 + day } else { day }).into_iter().collect(),
            Self::Nth(0, weekday) => {
                (1..=last).filter_map(date).filter(|date| date.weekday() == weekday).collect()
            }
            Self::Nth(ordinal, weekday) => {
                month.nth_weekday_of_month(ordinal, weekday).ok().into_iter().collect()
            }
        }
    }
}

/// `MO`, `1MO`, `-1FR`
fn nth(text: &str) -> Option<(i8, Weekday)> {
    let text = text.trim();
    let (ordinal, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let ordinal: i8 = if ordinal.is_empty() { 0 } else { ordinal.parse().ok().filter(|nth| *nth != 0)? };
    let day = match day.to_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    (ordinal.abs() <= 5).then_some((ordinal, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rule: &str, first: &str, count: usize) -> Vec<String> {
        let rule = Rule::parse(rule).unwrap();
        rule.starts(first.parse().unwrap()).take(count).map(|start| start.date().to_string()).collect()
    }

    #[test]
    fn months_repeat_on_their_days() {
        assert_eq!(
            days("FREQ=MONTHLY", "2026-01-31T09:00", 3),
            ["2026-01-31", "2026-03-31", "2026-05-31"],
            "a month without that day has none"
        );
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=1MO,-1FR", "2026-03-10T09:00", 3),
            ["2026-03-27", "2026-04-06", "2026-04-24"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1,1", "2026-02-01T09:00", 4),
            ["2026-02-01", "2026-02-28", "2026-04-01", "2026-04-30"]
        );
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=SA", "2026-08-20T00:00", 3),
            ["2026-08-22", "2026-08-29", "2026-09-05"]
        );
        assert_eq!(days("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", "2026-02-01T00:00", 1), [""; 0], "it ends");
    }

    #[test]
    fn what_is_not_known_is_told() {
        for (rule, mistake) in [
            ("INTERVAL=2", "this rule has no `FREQ`"),
            ("FREQ=YEARLY", "events that repeat yearly are not read"),
            ("FREQ=MONTHLY;BYSETPOS=1", "`BYSETPOS` of a rule is not read"),
            ("FREQ=MONTHLY;BYMONTHDAY=0", "`BYMONTHDAY=0` can't be read"),
            ("FREQ=MONTHLY;BYDAY=6MO", "`BYDAY=6MO` can't be read"),
            ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "`BYDAY` with every few days is not read"),
            (
                "FREQ=WEEKLY;BYDAY=1MO",
                "`FREQ=WEEKLY;BYDAY=1MO` can't be read: days of a month go with `FREQ=MONTHLY`",
            ),
        ] {
            assert_eq!(Rule::parse(rule).err().as_deref(), Some(mistake));
        }
    }
}
