//! A moment as git records it.

use serde::Serialize;

/// Seconds since 1970 in UTC, and the zone that the person's clock was set to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Unix seconds. Histories hold wrong clocks, so any value is possible.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i16,
}

impl Stamp {
    /// The calendar date in UTC, `2026-03-14`, so that it is the same wherever the site is built and
    /// sorts as the moments do.
    pub fn date(self) -> String {
        let (year, month, day) = civil(self.pinned(0).div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The moment in the person's own zone, `2026-03-14T09:02:00+01:00`.
    pub fn rfc3339(self) -> String {
        let offset = self.offset.clamp(-23 * 60 - 59, 23 * 60 + 59);
        let seconds = self.pinned(offset);
        let (year, month, day) = civil(seconds.div_euclid(DAY));
        let second = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = match offset.unsigned_abs() {
            0 => "Z".to_owned(),
            minutes => format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        };
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    /// Local seconds; a clock outside the years 0000 to 9999, which the formats can't write, is
    /// pinned to their edge.
    fn pinned(self, offset: i16) -> i64 {
        self.seconds.saturating_add(i64::from(offset) * 60).clamp(-62_167_219_200, 253_402_300_799)
    }
}

const DAY: i64 = 86_400;

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar:
/// `civil_from_days` of Howard Hinnant's "chrono-compatible low-level date algorithms".
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::Stamp;

    #[test]
    fn dates_are_utc_and_moments_keep_their_zone() {
        let stamp = Stamp { seconds: 1_773_442_800, offset: 120 };
        assert_eq!(stamp.date(), "2026-03-13");
        assert_eq!(stamp.rfc3339(), "2026-03-14T01:00:00+02:00");
        assert_eq!(Stamp { seconds: 0, offset: 0 }.rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn a_wild_clock_is_pinned() {
        assert_eq!(Stamp { seconds: i64::MAX, offset: i16::MAX }.date(), "9999-12-31");
        assert_eq!(Stamp { seconds: i64::MIN, offset: i16::MIN }.rfc3339(), "0000-01-01T00:00:00-23:59");
        assert_eq!(Stamp { seconds: 951_782_400, offset: 0 }.date(), "2000-02-29");
    }
}
