//! When a digest goes out.

use crate::config::broadcast::{DigestConfig, Weekday, clock};
use crate::record::rota::zone;
use jiff::Timestamp;

/// The day that a digest of now is for, on the digest's own calendar; none if it is not the time, or if that day had one.
pub fn is_open(digest: &DigestConfig, now: Timestamp, last: Option<&str>) -> Option<String> {
    let here = now.to_zoned_datetime(zone(&digest.zone)?);
    let is_day = digest.days.iter().any(|day| weekday(*day) == here.weekday());
    let (from, until) = (clock(&digest.from)?, clock(&digest.until)?);
    let day = here.date().to_string();
    (is_day && from <= here.time() && here.time() < until && last != Some(&day)).then_some(day)
}

fn weekday(day: Weekday) -> jiff::civil::Weekday {
    match day {
        Weekday::Monday => jiff::civil::Weekday::Monday,
        Weekday::Tuesday => jiff::civil::Weekday::Tuesday,
        Weekday::Wednesday => jiff::civil::Weekday::Wednesday,
        Weekday::Thursday => jiff::civil::Weekday::Thursday,
        Weekday::Friday => jiff::civil::Weekday::Friday,
        Weekday::Saturday => jiff::civil::Weekday::Saturday,
        Weekday::Sunday => jiff::civil::Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_goes_out_once_a_day_in_its_window_and_zone() {
        let digest = DigestConfig {
            days: vec![Weekday::Monday],
            from: "08:00".into(),
            until: "09:00".into(),
            zone: "Europe/Berlin".into(),
        };
        let open = |now: &str, last: Option<&str>| is_open(&digest, now.parse().unwrap(), last);
        // 2026-03-30 is a Monday, the first in summer time.
        assert_eq!(open("2026-03-30T06:00:00Z", None).as_deref(), Some("2026-03-30"));
        assert_eq!(open("2026-03-30T06:59:59Z", Some("2026-03-23")).as_deref(), Some("2026-03-30"));
        assert_eq!(open("2026-03-30T06:30:00Z", Some("2026-03-30")), None, "it went out");
        assert_eq!(open("2026-03-30T05:59:59Z", None), None, "it is too early");
        assert_eq!(open("2026-03-30T07:00:00Z", None), None, "it is too late");
        assert_eq!(open("2026-03-31T06:30:00Z", None), None, "it is Tuesday");
        assert_eq!(open("2026-03-23T07:00:00Z", None).as_deref(), Some("2026-03-23"), "winter time");
    }
}
