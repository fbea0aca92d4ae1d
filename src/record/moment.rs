//! Dates and times as authors write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

/// A day, or a point in time. A time without a zone is in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The point in time; midnight UTC for a day.
    pub at: Timestamp,
    /// The day as it is written, in the author's zone.
    pub date: Date,
    /// Whether a time of day was given.
    pub has_time: bool,
}

impl Moment {
    /// Reads an RFC 3339 date and time (seconds and zone may be left out, a space may stand for the `T`) or a day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let upper = text.to_uppercase();
        let text = upper.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |rest| format!("{rest}Z"));
        if let Ok(date) = text.parse::<Date>()
            && text.len() <= 11
        {
            return Self::from_date(date);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            let date = text.get(..10).and_then(|day| day.parse().ok())?;
            return Some(Self { at, date, has_time: true });
        }
        let time: DateTime = text.parse().ok()?;
        let at = time.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, date: time.date(), has_time: true })
    }

    /// A day.
    pub fn from_date(date: Date) -> Option<Self> {
        let at = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        Some(Self { at, date, has_time: false })
    }

    /// A point in time, in UTC.
    pub fn from_timestamp(at: Timestamp) -> Self {
        let date = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        Self { at, date, has_time: true }
    }

    /// A point in time by seconds since 1970; none if it is out of the calendar's range.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Timestamp::from_second(seconds).ok().map(Self::from_timestamp)
    }

    /// The day, as `2026-03-14`.
    pub fn day(&self) -> String {
        self.date.to_string()
    }

    /// The point in time as RFC 3339 in UTC, to the second.
    pub fn rfc3339(&self) -> String {
        self.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// For a `datetime` attribute: the day, or the point in time.
    pub fn machine(&self) -> String {
        if self.has_time { self.rfc3339() } else { self.day() }
    }

    /// The day and, if there is one, the time in UTC: `2026-03-14 09:02 UTC`.
    pub fn human(&self) -> String {
        if self.has_time { self.at.strftime("%Y-%m-%d %H:%M UTC").to_string() } else { self.day() }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.machine())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a date")))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "moment",
            "description": "A day (2026-03-14) or a point in time (2026-03-14T09:02Z, 2026-03-14 09:02 +01:00).",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_moment_agree() {
        let expected = Moment::parse("2026-03-14T09:02:00Z").unwrap();
        for text in
            ["2026-03-14T09:02Z", "2026-03-14 09:02", "2026-03-14 09:02:00 UTC", "2026-03-14T10:02+01:00"]
        {
            let found = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((found.at, found.date), (expected.at, expected.date), "{text}");
        }
        assert_eq!(Moment::parse("2026-03-14").unwrap().human(), "2026-03-14");
        assert_eq!(expected.human(), "2026-03-14 09:02 UTC");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["", "yesterday", "2026-13-01", "2026-02-30", "14.03.2026"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
