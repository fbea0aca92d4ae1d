//! The milestones of an incident and the times between them.

use super::fields::RetroFields;
use super::moment::Moment;
use super::timeline::{Milestone, TimelineEntry};

/// When an incident reached which milestone: from front matter or, where it says nothing, from the marked entries of
/// the timeline. Only points in time count; a day tells no duration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Milestones {
    /// The effect began.
    pub started: Option<Moment>,
    /// Somebody or something noticed.
    pub detected: Option<Moment>,
    /// Somebody took it on.
    pub acknowledged: Option<Moment>,
    /// The effect on users ended.
    pub mitigated: Option<Moment>,
    /// All was as before.
    pub resolved: Option<Moment>,
}

impl Milestones {
    /// The milestones of a retro.
    pub fn of(retro: &RetroFields, timeline: &[TimelineEntry]) -> Self {
        let time = |own: Option<Moment>, milestone: Milestone| {
            let marked = || timeline.iter().find(|entry| entry.milestone == Some(milestone))?.at;
            own.or_else(marked).filter(|moment| moment.has_time)
        };
        Self {
            started: time(retro.started, Milestone::Started),
            detected: time(retro.detected, Milestone::Detected),
            acknowledged: time(retro.acknowledged, Milestone::Acknowledged),
            mitigated: time(retro.mitigated, Milestone::Mitigated),
            resolved: time(retro.resolved, Milestone::Resolved),
        }
    }

    /// Those that are known, in the order of an incident.
    pub fn known(&self) -> Vec<(Milestone, Moment)> {
        [
            (Milestone::Started, self.started),
            (Milestone::Detected, self.detected),
            (Milestone::Acknowledged, self.acknowledged),
            (Milestone::Mitigated, self.mitigated),
            (Milestone::Resolved, self.resolved),
        ]
        .into_iter()
        .filter_map(|(milestone, at)| Some((milestone, at?)))
        .collect()
    }

    /// Minutes from the start to a milestone. None where one of them is unknown, or where the end lies before the
    /// start, which is a finding of `check`.
    pub fn minutes_to(&self, milestone: Milestone) -> Option<i64> {
        let end = match milestone {
            Milestone::Started => self.started,
            Milestone::Detected => self.detected,
            Milestone::Acknowledged => self.acknowledged,
            Milestone::Mitigated => self.mitigated,
            Milestone::Resolved => self.resolved,
        }?;
        let minutes = end.at.duration_since(self.started?.at).as_mins();
        (minutes >= 0).then_some(minutes)
    }

    /// Minutes until users were well again: until it was mitigated or, where nobody says when that was, resolved.
    pub fn minutes_to_restore(&self) -> Option<i64> {
        self.minutes_to(Milestone::Mitigated).or_else(|| self.minutes_to(Milestone::Resolved))
    }
}

/// Minutes for people: `38 min`, `2 h 5 min`, `3 d 4 h`.
pub fn minutes_in_words(minutes: i64) -> String {
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Option<Moment> {
        Moment::parse(&format!("2026-03-14T{time}Z"))
    }

    #[test]
    fn front_matter_comes_before_the_timeline() {
        let entry = |time: &str, milestone| TimelineEntry {
            at: at(time),
            written: time.into(),
            text: "x".into(),
            milestone: Some(milestone),
            span: 0..1,
        };
        let retro = RetroFields { started: at("09:02"), mitigated: at("09:40"), ..RetroFields::default() };
        let timeline = [entry("09:00", Milestone::Started), entry("09:11", Milestone::Detected)];
        let found = Milestones::of(&retro, &timeline);
        assert_eq!(found.minutes_to(Milestone::Detected), Some(9));
        assert_eq!(found.minutes_to(Milestone::Mitigated), Some(38));
        assert_eq!(found.minutes_to_restore(), Some(38));
        assert_eq!(found.minutes_to(Milestone::Resolved), None);
        assert_eq!(found.known().len(), 3);
    }

    #[test]
    fn a_day_tells_no_duration_and_an_end_before_its_start_neither() {
        let retro = RetroFields {
            started: at("09:02"),
            detected: at("08:00"),
            resolved: Moment::parse("2026-03-15"),
            ..RetroFields::default()
        };
        let found = Milestones::of(&retro, &[]);
        assert_eq!(found.minutes_to(Milestone::Detected), None);
        assert_eq!(found.resolved, None);
        assert_eq!(found.minutes_to_restore(), None);
    }

    #[test]
    fn minutes_are_read_at_a_glance() {
        let words = [0, 38, 60, 125, 1440, 4600].map(minutes_in_words);
        assert_eq!(words, ["0 min", "38 min", "1 h", "2 h 5 min", "1 d", "3 d 4 h"]);
    }
}
