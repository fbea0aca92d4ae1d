//! Figures of releases and incidents, after DORA's definitions (<https://dora.dev/guides/dora-metrics-four-keys/>).
//!
//! A deployment is a release of a package; a release that was withdrawn happened all the same, a pre-release did not.
//! A deployment failed if a retro names it as its cause: each failed deployment counts once, however many retros name
//! it, and incidents that no release caused are no failed deployments.

use super::package::Package;
use super::records::Records;
use crate::record::{Milestone, Moment};
use crate::source::Library;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use std::cmp::Ordering;

/// Months that the figures reach back.
const MONTHS: i64 = 12;
/// Fewer than so many tell nothing.
pub const FEW: usize = 5;

/// Figures of one part of a site.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Of all months together.
    pub total: Period,
    /// Of as many months before them.
    pub before: Period,
    /// Month by month, the oldest first.
    pub months: Vec<Period>,
}

/// Figures of a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Period {
    /// `2026-03`, or the first and the last month.
    pub name: String,
    /// Releases.
    pub deployments: usize,
    /// Those that a retro names as its cause.
    pub failed: usize,
    /// Half of the commits were released after so many hours, at most.
    pub lead_hours: Option<i64>,
    /// Commits that this is known of.
    pub commits: usize,
    /// Incidents.
    pub incidents: usize,
    /// Incidents by severity: worst first, then those without one.
    pub by_severity: [usize; 6],
    /// Half of the incidents were noticed within so many minutes.
    pub detect_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub detected: usize,
    /// Half of the incidents were over for users within so many minutes.
    pub restore_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub restored: usize,
    /// The same, of incidents that a release caused: DORA's failed deployment recovery time.
    pub recovery_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub recovered: usize,
}

impl Period {
    /// Failed deployments in a hundred.
    pub fn failure_percent(&self) -> Option<f64> {
        let share = |part: usize, all: usize| {
            Some(f64::from(u32::try_from(part).ok()?) * 100.0 / f64::from(u32::try_from(all).ok()?))
        };
        if self.deployments == 0 { None } else { share(self.failed, self.deployments) }
    }
}

/// What figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The whole site.
    All,
    /// A service: its incidents, and the releases of the packages that change it.
    Service(&'a str),
}

/// What is gathered of a period before its medians are known.
#[derive(Default)]
struct Gathered {
    period: Period,
    lead: Vec<i64>,
    detect: Vec<i64>,
    restore: Vec<i64>,
    recover: Vec<i64>,
}

impl Gathered {
    /// Adds what another period has. Medians need the numbers themselves, so that they are found after it.
    fn add(&mut self, other: &Self) {
        let (own, its) = (&mut self.period, &other.period);
        own.deployments += its.deployments;
        own.failed += its.failed;
        own.incidents += its.incidents;
        for (count, more) in own.by_severity.iter_mut().zip(its.by_severity) {
            *count += more;
        }
        self.lead.extend(&other.lead);
        self.detect.extend(&other.detect);
        self.restore.extend(&other.restore);
        self.recover.extend(&other.recover);
    }

    fn finish(mut self, name: String) -> Period {
        for list in [&mut self.lead, &mut self.detect, &mut self.restore, &mut self.recover] {
            list.sort_unstable();
        }
        Period {
            name,
            commits: self.lead.len(),
            detected: self.detect.len(),
            restored: self.restore.len(),
            recovered: self.recover.len(),
            lead_hours: median(&self.lead),
            detect_minutes: median(&self.detect),
            restore_minutes: median(&self.restore),
            recovery_minutes: median(&self.recover),
            ..self.period
        }
    }
}

/// The figures of the twelve months that end with the present, and of the twelve before them.
pub fn figures(library: &Library, packages: &[Package], records: &Records, scope: Scope<'_>) -> Figures {
    let Some(now) = library.now else { return Figures::default() };
    let names: Vec<String> = (0..2 * MONTHS)
        .rev()
        .filter_map(|back| now.date.first_of_month().checked_sub(back.months()).ok())
        .map(month)
        .collect();
    let place = |day: Date| names.binary_search(&month(day)).ok();
    let months = gather(library, packages, records, scope, (names.len(), &place));
    let half = names.len() / 2;
    let together = |months: &[Gathered], names: &[String]| {
        let mut all = Gathered::default();
        months.iter().for_each(|month| all.add(month));
        let name = match (names.first(), names.last()) {
            (Some(first), Some(last)) => format!("{first} – {last}"),
            _ => String::new(),
        };
        all.finish(name)
    };
    let (old_names, new_names) = names.split_at(half);
    let (old, new) = months.split_at(half);
    let (before, total) = (together(old, old_names), together(new, new_names));
    let months = months.into_iter().zip(names.clone()).skip(half);
    Figures { total, before, months: months.map(|(gathered, name)| gathered.finish(name)).collect() }
}

/// The figures of spans of days that do not overlap.
pub fn of_spans(
    library: &Library,
    packages: &[Package],
    records: &Records,
    spans: &[(String, (Date, Date))],
) -> Vec<Period> {
    let place = |day: Date| spans.iter().position(|(_, (first, last))| *first <= day && day <= *last);
    let found = gather(library, packages, records, Scope::All, (spans.len(), &place));
    found.into_iter().zip(spans).map(|(gathered, (name, _))| gathered.finish(name.clone())).collect()
}

/// What happened in each of `count` spans. `place` tells in which one a day lies.
fn gather(
    library: &Library,
    packages: &[Package],
    records: &Records,
    scope: Scope<'_>,
    (count, place): (usize, &dyn Fn(Date) -> Option<usize>),
) -> Vec<Gathered> {
    let mut spans: Vec<Gathered> = (0..count).map(|_| Gathered::default()).collect();
    for package in packages {
        let Some(history) = package.history() else { continue };
        if !is_of(library, &history.name, scope) {
            continue;
        }
        for (index, release) in history.releases.iter().enumerate() {
            let day = release.date.as_deref().and_then(|date| date.parse().ok());
            let Some(span) = day.and_then(place).and_then(|at| spans.get_mut(at)) else { continue };
            if release.version.is_none() || release.prerelease {
                continue;
            }
            let failed = package.releases.get(index).is_some_and(|place| !place.caused.is_empty());
            let time = release.time.map(|time| time.seconds);
            let hours = |change: i64| time.map(|time| (time - change) / 3600).filter(|hours| *hours >= 0);
            let lead = release.changes().filter_map(|change| hours(change.time.seconds));
            span.period.deployments += 1;
            span.period.failed += usize::from(failed);
            span.lead.extend(lead);
        }
    }
    for incident in &records.incidents {
        if let Scope::Service(name) = scope
            && !incident.services.iter().any(|service| service == name)
        {
            continue;
        }
        let at = incident.day.and_then(|day| place(day.date));
        let Some(span) = at.and_then(|at| spans.get_mut(at)) else { continue };
        let times = &incident.milestones;
        span.period.incidents += 1;
        let rank = usize::from(incident.rank).checked_sub(1).unwrap_or(5);
        if let Some(count) = span.period.by_severity.get_mut(rank) {
            *count += 1;
        }
        span.detect.extend(times.minutes_to(Milestone::Detected));
        span.restore.extend(times.minutes_to_restore());
        if incident.cause.is_some() {
            span.recover.extend(times.minutes_to_restore());
        }
    }
    spans
}

/// How a figure went of which less is better, each with the number of its records.
pub fn trend((now, now_of): (Option<f64>, usize), (before, before_of): (Option<f64>, usize)) -> &'static str {
    match compared((now, now_of), (before, before_of)) {
        Some(Ordering::Less) => "better",
        Some(Ordering::Equal) => "same",
        Some(Ordering::Greater) => "worse",
        None => "too few",
    }
}

/// How a figure went of which neither more nor less is better.
pub fn change(now: usize, before: usize) -> &'static str {
    let number = |count: usize| Some(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    match compared((number(now), now), (number(before), before)) {
        Some(Ordering::Less) => "fewer",
        Some(Ordering::Equal) => "same",
        Some(Ordering::Greater) => "more",
        None => "too few",
    }
}

/// Few records on either side tell nothing.
fn compared(
    (now, now_of): (Option<f64>, usize),
    (before, before_of): (Option<f64>, usize),
) -> Option<Ordering> {
    let enough = now_of >= FEW && before_of >= FEW;
    enough.then(|| Some(now?.total_cmp(&before?))).flatten()
}

/// Address of a service's figures.
pub fn service_url(name: &str) -> String {
    format!("{}service/{}/", super::records::METRICS, super::url::segment(name))
}

/// Whether a package's releases change what the figures are about.
fn is_of(library: &Library, package: &str, scope: Scope<'_>) -> bool {
    match scope {
        Scope::All => true,
        Scope::Service(name) => {
            let service = library.catalogue.services.get(name);
            service.is_some_and(|service| service.packages.iter().any(|own| own == package))
        }
    }
}

fn month(date: Date) -> String {
    Moment::from_date(date).map(|moment| moment.day().chars().take(7).collect()).unwrap_or_default()
}

/// The lower median of sorted numbers.
pub fn median(sorted: &[i64]) -> Option<i64> {
    sorted.get(sorted.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_a_number_that_was_there() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7]), Some(7));
        assert_eq!(median(&[1, 9]), Some(1));
        assert_eq!(median(&[1, 5, 9]), Some(5));
    }

    #[test]
    fn a_trend_needs_records_on_both_sides() {
        assert_eq!(trend((Some(10.0), 5), (Some(20.0), 5)), "better");
        assert_eq!(trend((Some(20.0), 5), (Some(10.0), 9)), "worse");
        assert_eq!(trend((Some(10.0), 6), (Some(10.0), 6)), "same");
        assert_eq!(trend((Some(10.0), 4), (Some(20.0), 50)), "too few");
        assert_eq!(trend((None, 50), (Some(20.0), 50)), "too few");
        assert_eq!((change(9, 5), change(5, 9), change(7, 7)), ("more", "fewer", "same"));
        assert_eq!((change(4, 9), change(9, 4)), ("too few", "too few"));
    }

    #[test]
    fn periods_add_up_and_their_medians_are_of_all_numbers() {
        let of = |lead: &[i64], deployments| Gathered {
            period: Period {
                deployments,
                incidents: 1,
                by_severity: [1, 0, 0, 0, 0, 2],
                ..Period::default()
            },
            lead: lead.to_vec(),
            ..Gathered::default()
        };
        let mut all = of(&[9, 1], 2);
        all.add(&of(&[5, 3, 7], 3));
        let all = all.finish("both".into());
        assert_eq!((all.deployments, all.incidents, all.commits), (5, 2, 5));
        assert_eq!(all.by_severity, [2, 0, 0, 0, 0, 4]);
        assert_eq!(all.lead_hours, Some(5), "of 1, 3, 5, 7, 9; the medians of the parts are 1 and 5");
    }

    #[test]
    fn a_rate_needs_deployments() {
        assert_eq!(Period::default().failure_percent(), None);
        let period = Period { deployments: 8, failed: 1, ..Period::default() };
        assert_eq!(period.failure_percent(), Some(12.5));
    }
}
