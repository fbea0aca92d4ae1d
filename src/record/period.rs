//! Spans of days as authors write them: `90d`, `6 months`, `2 weeks`, `1y`; and periods of the calendar by their names:
//! `2026-10`, `2026-W12`, `2026-Q1`, `2026`.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// The number of days of a period; a month has 30 days, a year 365.
pub fn days(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    let split = text.find(|char: char| !char.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u32 = number.parse().ok()?;
    let factor = match unit.trim() {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "m" | "month" | "months" => 30,
        "y" | "year" | "years" => 365,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// The first and the last day of a period of the calendar.
pub fn span(name: &str) -> Option<(Date, Date)> {
    let name = name.trim();
    let (year, rest) = name.split_once('-').unwrap_or((name, ""));
    if year.len() != 4 {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let months = |first: i8, count: i64| {
        let first = Date::new(year, first, 1).ok()?;
        Some((first, first.checked_add(count.months()).ok()?.yesterday().ok()?))
    };
    if rest.is_empty() {
        return (!name.contains('-')).then(|| months(1, 12)).flatten();
    }
    if let Some(week) = rest.strip_prefix('W') {
        let day = |weekday| Some(ISOWeekDate::new(year, week.parse().ok()?, weekday).ok()?.date());
        return Some((day(Weekday::Monday)?, day(Weekday::Sunday)?));
    }
    if let Some(quarter) = rest.strip_prefix('Q') {
        let quarter: i8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        return months(3 * quarter - 2, 3);
    }
    (rest.len() == 2).then(|| months(rest.parse().ok()?, 1)).flatten()
}

/// The period before one, of the same length: `2025-12` of `2026-01`.
pub fn before(name: &str) -> Option<String> {
    let (first, _) = span(name)?;
    let last = first.yesterday().ok()?;
    let (year, month) = (last.year(), last.month());
    Some(match name.trim().split_once('-').map(|(_, rest)| rest) {
        None => year.to_string(),
        Some(rest) if rest.starts_with('W') => week_of(last),
        Some(rest) if rest.starts_with('Q') => format!("{year}-Q{}", (month + 2) / 3),
        Some(_) => format!("{year}-{month:02}"),
    })
}

/// The ISO week of a day: `2026-W12`.
pub fn week_of(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_of_the_calendar_have_days_and_one_before_them() {
        let shown = |name: &str| {
            let (first, last) = span(name).unwrap_or_else(|| panic!("{name}"));
            format!("{first} {last} {}", before(name).unwrap())
        };
        assert_eq!(shown("2026-02"), "2026-02-01 2026-02-28 2026-01");
        assert_eq!(shown("2026-01"), "2026-01-01 2026-01-31 2025-12");
        assert_eq!(shown("2026-Q1"), "2026-01-01 2026-03-31 2025-Q4");
        assert_eq!(shown("2026"), "2026-01-01 2026-12-31 2025");
        assert_eq!(shown("2026-W53"), "2026-12-28 2027-01-03 2026-W52");
        assert_eq!(week_of("2027-01-03".parse().unwrap()), "2026-W53");
        for name in ["", "2026-", "2026-13", "2026-W54", "2026-Q5", "26-01", "2026-1", "march", "2026-12-01"]
        {
            assert_eq!(span(name), None, "{name}");
        }
    }

    #[test]
    fn periods_are_days() {
        assert_eq!(days("90d"), Some(90));
        assert_eq!(days("6 months"), Some(180));
        assert_eq!(days("1y"), Some(365));
        for text in ["", "d", "90", "soon", "99999999999d"] {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
