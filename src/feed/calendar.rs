//! iCalendar (RFC 5545): whole days and spans of time.

use crate::record::Moment;
use std::fmt::Write as _;

/// Something in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What stays the same for ever: `2026-03-14-checkout/A3@kb.example.org`.
    pub uid: String,
    /// A day, or the start.
    pub start: Moment,
    /// The end; none for a whole day.
    pub end: Option<Moment>,
    /// What is shown.
    pub summary: String,
    /// More on it.
    pub description: String,
    /// Where it can be read.
    pub url: Option<String>,
}

/// A calendar. `stamp` is the state that it was made from, not the clock: the same state gives the same bytes.
pub fn calendar(name: &str, stamp: Option<Moment>, events: &[Event]) -> String {
    let mut out = String::new();
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//annals//annals//EN", "CALSCALE:GREGORIAN"] {
        line(&mut out, text);
    }
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    for event in events {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}", escaped(&event.uid)));
        line(&mut out, &format!("DTSTAMP:{}", utc(stamp.unwrap_or(event.start))));
        match event.end {
            None => line(&mut out, &format!("DTSTART;VALUE=DATE:{}", event.start.day().replace('-', ""))),
            Some(end) => {
                line(&mut out, &format!("DTSTART:{}", utc(event.start)));
                line(&mut out, &format!("DTEND:{}", utc(end)));
            }
        }
        line(&mut out, &format!("SUMMARY:{}", escaped(&event.summary)));
        if !event.description.is_empty() {
            line(&mut out, &format!("DESCRIPTION:{}", escaped(&event.description)));
        }
        if let Some(url) = &event.url {
            line(&mut out, &format!("URL:{}", url.replace(['\r', '\n'], "")));
        }
        line(&mut out, "TRANSP:TRANSPARENT");
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn utc(moment: Moment) -> String {
    moment.at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n")
}

/// Longest line in bytes, without its end.
const FOLD: usize = 75;

/// A line, folded where it is too long: never inside a character.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for char in text.chars() {
        if used + char.len_utf8() > FOLD {
            out.push_str("\r\n ");
            used = 1;
        }
        let _ = write!(out, "{char}");
        used += char.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_whole_day_and_no_text_breaks_a_line() {
        let event = Event {
            uid: "a/A1@x".into(),
            start: Moment::parse("2026-04-01").unwrap(),
            end: None,
            summary: "Canary; pushes, per\nregion".into(),
            description: "ü".repeat(80),
            url: Some("https://x.example/\r\nEVIL:1".into()),
        };
        let text = calendar("Due", Moment::parse("2026-03-20T10:00Z"), &[event]);
        assert!(text.contains("DTSTART;VALUE=DATE:20260401\r\n"), "{text}");
        assert!(text.contains("DTSTAMP:20260320T100000Z\r\n"), "{text}");
        assert!(text.contains("SUMMARY:Canary\\; pushes\\, per\\nregion\r\n"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.starts_with("EVIL")), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("DESCRIPTION:{}", "ü".repeat(80))), "{text}");
    }
}
