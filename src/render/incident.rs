//! What a retro shows at a glance: how long what took, drawn to scale, and which incidents were like it.

use super::Renderer;
use crate::record::{Milestone, Milestones, Moment, TimelineEntry};
use crate::site::{Entry, Incident, Similar};
use crate::theme::view::{
    ActionView, CandidateView, DrawnView, FactView, LinkView, MomentView, PhaseView, SimilarView, TimeView,
};

/// Units that the drawing is wide.
const WIDTH: i64 = 1000;
/// Narrowest phase that can be seen.
const THIN: i64 = 4;
/// Entries that the table beside the drawing lists.
const ENTRIES: usize = 200;
/// Open items of incidents like this one.
const OPEN: usize = 10;

impl Renderer {
    /// An incident's timeline, drawn; none where too few of its times are known.
    pub(super) fn drawn(&self, entry: &Entry, incident: &Incident) -> Option<DrawnView> {
        let releases: Vec<Moment> = self.released(incident).map(|(.., at)| at).collect();
        drawn(
            &incident.milestones,
            &entry.page.timeline,
            &releases,
            |key| self.theme.word(key).to_owned(),
            |minutes| self.theme.duration(minutes),
        )
    }

    /// Releases that are candidates for the cause, with their times.
    fn released(&self, incident: &Incident) -> impl Iterator<Item = (usize, usize, Moment)> {
        incident.candidates.iter().filter_map(|(package, at)| {
            let (release, _) = self.site.packages.get(*package)?.release(*at)?;
            Some((*package, *at, Moment::from_seconds(release.time?.seconds)?))
        })
    }

    /// The same for the page.
    pub(super) fn candidates(&self, incident: &Incident) -> Vec<CandidateView> {
        let Some(started) = incident.milestones.started else { return Vec::new() };
        let view = |(package, index, at): (usize, usize, Moment)| {
            let one = self.site.packages.get(package)?;
            let (release, _) = one.release(index)?;
            let title = format!("{} {}", release.package, release.title());
            Some(CandidateView {
                link: LinkView { title, url: self.release_url(one, index) },
                at: at.into(),
                offset: offset(started, at, |minutes| self.theme.duration(minutes)),
                is_cause: incident.cause_release == Some((package, index)),
            })
        };
        self.released(incident).filter_map(view).collect()
    }

    /// Time to detect, acknowledge, mitigate and resolve.
    pub(super) fn durations(&self, times: &Milestones) -> Vec<FactView> {
        [
            ("time_to_detect", Milestone::Detected),
            ("time_to_acknowledge", Milestone::Acknowledged),
            ("time_to_mitigate", Milestone::Mitigated),
            ("time_to_resolve", Milestone::Resolved),
        ]
        .into_iter()
        .filter_map(|(label, milestone)| {
            let value = self.theme.duration(times.minutes_to(milestone)?);
            Some(FactView { label: self.theme.word(label).to_owned(), value, url: None })
        })
        .collect()
    }

    /// Incidents like this one.
    pub(super) fn similar(&self, incident: &Incident) -> Vec<SimilarView> {
        let view = |similar: &Similar| {
            let entry = self.site.entry(similar.entry)?;
            let other = self.site.records.incident(similar.entry)?;
            let mut why = Vec::new();
            if similar.same_cause {
                why.push(self.theme.word("same_cause").to_owned());
            }
            if similar.same_runbook {
                why.push(self.theme.word("same_runbook").to_owned());
            }
            let alert = self.theme.word("same_alert");
            why.extend(similar.alerts.iter().map(|name| format!("{alert} {name}")));
            why.extend(similar.services.iter().cloned());
            why.extend(similar.words.iter().map(|word| format!("“{word}”")));
            Some(SimilarView {
                link: LinkView { title: entry.page.title.clone(), url: entry.url.clone() },
                date: other.day.and_then(|day| Moment::from_date(day.date)).map(Into::into),
                why: why.join(", "),
            })
        };
        incident.similar.iter().filter_map(view).collect()
    }

    /// Items that are still open of older incidents like this one.
    pub(super) fn still_open(&self, incident: &Incident) -> Vec<ActionView> {
        let records = &self.site.records;
        let older = incident.similar.iter().filter_map(|similar| records.incident(similar.entry));
        older
            .filter(|other| other.day < incident.day)
            .flat_map(|other| &other.actions)
            .filter_map(|index| records.actions.get(*index))
            .filter(|action| action.state.is_open())
            .take(OPEN)
            .map(|action| self.action_view(action))
            .collect()
    }
}

fn drawn(
    times: &Milestones,
    timeline: &[TimelineEntry],
    releases: &[Moment],
    word: impl Fn(&str) -> String,
    duration: impl Fn(i64) -> String,
) -> Option<DrawnView> {
    let known = times.known();
    let all = || {
        let entries = timeline.iter().filter_map(|entry| entry.at).filter(|at| at.has_time);
        known.iter().map(|(_, at)| *at).chain(entries)
    };
    let (first, last) = (all().min()?, all().max()?);
    let length = last.at.as_second() - first.at.as_second();
    if length <= 0 {
        return None;
    }
    // A release some time before is drawn where that leaves half of the width to the incident.
    let near = |at: &&Moment| first.at.as_second() - at.at.as_second() <= length && at.at <= last.at;
    let releases: Vec<Moment> = releases.iter().filter(near).copied().collect();
    let first = releases.iter().copied().min().filter(|at| at.at < first.at).unwrap_or(first);
    let length = last.at.as_second() - first.at.as_second();
    let place = |at: Moment| (at.at.as_second() - first.at.as_second()) * WIDTH / length;
    let one_day = first.date == last.date;
    // Each phase ends at the next milestone that does not lie before it.
    let mut edges: Vec<(&'static str, Moment)> = vec![("around", first)];
    for (milestone, at) in &known {
        let name = match milestone {
            Milestone::Started => "unnoticed",
            Milestone::Detected => "waiting",
            Milestone::Acknowledged => "repair",
            Milestone::Mitigated => "recovery",
            Milestone::Resolved => "around",
        };
        // Where nobody says who took it on and when, repair began when it was noticed.
        let name = if name == "waiting" && times.acknowledged.is_none() { "repair" } else { name };
        if edges.last().is_some_and(|(_, before)| at.at >= before.at) {
            edges.push((name, *at));
        }
    }
    edges.push(("around", last));
    let phases: Vec<PhaseView> = edges
        .windows(2)
        .filter_map(|pair| {
            let [(name, from), (_, to)] = pair else { return None };
            let minutes = to.at.duration_since(from.at).as_mins();
            (to.at > from.at).then(|| PhaseView {
                name,
                label: word(&format!("phase_{name}")),
                x: place(*from),
                width: (place(*to) - place(*from)).max(THIN),
                took: duration(minutes),
                from: clock(*from, one_day),
                to: clock(*to, one_day),
            })
        })
        .collect();
    let start = times.started.unwrap_or(first);
    let entries = timeline.iter().take(ENTRIES).map(|entry| MomentView {
        at: entry.at.map(Into::into),
        written: entry.written.clone(),
        offset: entry.at.map_or_else(String::new, |at| offset(start, at, &duration)),
        milestone: entry.milestone.map(Milestone::name),
        text: entry.text.clone(),
    });
    let said: Vec<String> = phases.iter().map(|phase| format!("{} {}", phase.label, phase.took)).collect();
    Some(DrawnView {
        summary: format!(
            "{} – {}: {}",
            TimeView::from(first).human,
            TimeView::from(last).human,
            said.join(", ")
        ),
        ticks: timeline.iter().take(ENTRIES).filter_map(|entry| entry.at).map(place).collect(),
        releases: releases.into_iter().map(place).collect(),
        entries: entries.collect(),
        more: timeline.len().saturating_sub(ENTRIES),
        phases,
    })
}

/// The time of day where the day is the same for all, else the day, too.
fn clock(at: Moment, one_day: bool) -> TimeView {
    let mut view = TimeView::from(at);
    if one_day {
        view.human = at.at.strftime("%H:%M UTC").to_string();
    }
    view
}

/// `T+9 min`, `T−1 h`.
fn offset(start: Moment, at: Moment, duration: impl Fn(i64) -> String) -> String {
    let minutes = at.at.duration_since(start.at).as_mins();
    let sign = if minutes < 0 { '−' } else { '+' };
    format!("T{sign}{}", duration(minutes.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::minutes_in_words;

    fn at(time: &str) -> Option<Moment> {
        Moment::parse(&format!("2026-03-14T{time}Z"))
    }

    fn entry(time: &str) -> TimelineEntry {
        TimelineEntry { at: at(time), written: time.into(), text: "x".into(), milestone: None, span: 0..1 }
    }

    #[test]
    fn phases_are_as_wide_as_they_were_long() {
        let times = Milestones {
            started: at("09:00"),
            detected: at("09:15"),
            mitigated: at("09:45"),
            resolved: at("10:00"),
            ..Milestones::default()
        };
        let view = drawn(&times, &[entry("09:30")], &[], str::to_owned, minutes_in_words).unwrap();
        let found: Vec<_> = view.phases.iter().map(|p| (p.name, p.x, p.width, p.took.as_str())).collect();
        assert_eq!(
            found,
            [
                ("unnoticed", 0, 250, "15 min"),
                ("repair", 250, 500, "30 min"),
                ("recovery", 750, 250, "15 min")
            ]
        );
        assert_eq!(view.ticks, [500]);
        assert_eq!(view.entries[0].offset, "T+30 min");
        assert!(
            view.summary.starts_with("2026-03-14 09:00 UTC – 2026-03-14 10:00 UTC: phase_unnoticed 15 min")
        );
    }

    #[test]
    fn a_release_shortly_before_is_drawn_and_one_of_days_ago_is_not() {
        let times = Milestones { started: at("09:00"), resolved: at("10:00"), ..Milestones::default() };
        let releases = [at("08:00").unwrap(), at("07:00").unwrap(), at("09:30").unwrap()];
        let view = drawn(&times, &[], &releases, str::to_owned, minutes_in_words).unwrap();
        assert_eq!(view.releases, [0, 750]);
        let phases: Vec<_> = view.phases.iter().map(|phase| (phase.name, phase.x)).collect();
        assert_eq!(phases, [("around", 0), ("unnoticed", 500)]);
    }

    #[test]
    fn what_lies_before_and_after_is_drawn_and_a_milestone_out_of_order_is_not() {
        let times = Milestones {
            started: at("09:00"),
            detected: at("08:30"),
            resolved: at("10:00"),
            ..Milestones::default()
        };
        let view =
            drawn(&times, &[entry("08:00"), entry("11:00")], &[], str::to_owned, minutes_in_words).unwrap();
        let names: Vec<_> = view.phases.iter().map(|phase| phase.name).collect();
        assert_eq!(names, ["around", "unnoticed", "around"]);
        assert_eq!(view.entries[0].offset, "T−1 h");
        assert_eq!(
            drawn(&Milestones::default(), &[entry("09:00")], &[], str::to_owned, minutes_in_words),
            None
        );
    }
}
