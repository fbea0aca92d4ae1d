//! Figures of releases and incidents, after DORA's definitions (<https://dora.dev/guides/dora-metrics-four-keys/>).
//!
//! A deployment is a release of a package; a release that was withdrawn happened all the same, a pre-release did not.
//! A deployment failed if a retro names it as its cause: each failed deployment counts once, however many retros name
//! it, and incidents that no release caused are no failed deployments.

mod behind;

pub use behind::{Behind, Deployment, months};

use super::package::Package;
use super::records::Records;
use crate::record::Milestone;
use crate::source::Library;
use behind::behind;
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
    /// Pre-releases, which are left out.
    pub prereleases: usize,
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
    /// Half of the incidents were taken on within so many minutes.
    pub acknowledge_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub acknowledged: usize,
    /// Half of the incidents were over for users within so many minutes.
    pub restore_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub restored: usize,
    /// After so many minutes all was as before in half of the incidents.
    pub resolve_minutes: Option<i64>,
    /// Incidents that this is known of.
    pub resolved: usize,
    /// The time until users were well again, of incidents that a release caused: DORA's failed deployment recovery time.
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
    /// A team: all of that for the services that it owns.
    Team(&'a str),
}

impl Scope<'_> {
    fn has_service(self, library: &Library, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Service(own) => own == name,
            Self::Team(team) => {
                let service = library.catalogue.services.get(name);
                service.is_some_and(|service| service.owner.as_deref() == Some(team))
            }
        }
    }

    fn has_package(self, library: &Library, package: &str) -> bool {
        let mut services = library.catalogue.services.iter();
        matches!(self, Self::All)
            || services.any(|(name, service)| {
                service.packages.iter().any(|own| own == package) && self.has_service(library, name)
            })
    }
}

impl Period {
    /// The figures of what happened in one or more spans.
    fn of(name: String, spans: &[Behind<'_>]) -> Self {
        let mut found = Self { name, ..Self::default() };
        let mut lead = Vec::new();
        let [mut detect, mut acknowledge, mut restore, mut resolve, mut recover] = [const { Vec::new() }; 5];
        for span in spans {
            found.deployments += span.deployments.len();
            found.failed += span.deployments.iter().filter(|deployment| deployment.failed).count();
            found.prereleases += span.prereleases;
            lead.extend(span.deployments.iter().flat_map(|deployment| &deployment.lead_hours));
            found.incidents += span.incidents.len();
            for incident in &span.incidents {
                let rank = usize::from(incident.rank).checked_sub(1).unwrap_or(5);
                if let Some(count) = found.by_severity.get_mut(rank) {
                    *count += 1;
                }
                let times = &incident.milestones;
                detect.extend(times.minutes_to(Milestone::Detected));
                acknowledge.extend(times.minutes_to(Milestone::Acknowledged));
                restore.extend(times.minutes_to_restore());
                resolve.extend(times.minutes_to(Milestone::Resolved));
                if incident.cause.is_some() {
                    recover.extend(times.minutes_to_restore());
                }
            }
        }
        (found.lead_hours, found.commits) = median_of(lead);
        (found.detect_minutes, found.detected) = median_of(detect);
        (found.acknowledge_minutes, found.acknowledged) = median_of(acknowledge);
        (found.restore_minutes, found.restored) = median_of(restore);
        (found.resolve_minutes, found.resolved) = median_of(resolve);
        (found.recovery_minutes, found.recovered) = median_of(recover);
        found
    }
}

/// The figures of the twelve months that end with the present, and of the twelve before them.
pub fn figures(library: &Library, packages: &[Package], records: &Records, scope: Scope<'_>) -> Figures {
    let Some(now) = library.now else { return Figures::default() };
    let names: Vec<String> = (0..2 * MONTHS)
        .rev()
        .filter_map(|back| now.date.first_of_month().checked_sub(back.months()).ok())
        .map(month_name)
        .collect();
    let place = |day: Date| names.binary_search(&month_name(day)).ok();
    let spans = behind(library, packages, records, scope, (names.len(), &place));
    let together = |spans: &[Behind<'_>], names: &[String]| {
        let name = match (names.first(), names.last()) {
            (Some(first), Some(last)) => format!("{first} – {last}"),
            _ => String::new(),
        };
        Period::of(name, spans)
    };
    let half = names.len() / 2;
    let (old_names, new_names) = names.split_at(half);
    let (old, new) = spans.split_at(half);
    let month = |(span, name): (&Behind<'_>, &String)| Period::of(name.clone(), std::slice::from_ref(span));
    Figures {
        total: together(new, new_names),
        before: together(old, old_names),
        months: new.iter().zip(new_names).map(month).collect(),
    }
}

/// The figures of a month, of the month before it, and the records behind its own.
pub fn of_month<'a>(
    library: &Library,
    packages: &'a [Package],
    records: &'a Records,
    first: Date,
) -> Option<(Period, Period, Behind<'a>)> {
    let months = [first.checked_sub(1.month()).ok()?, first];
    let place = |day: Date| months.iter().position(|month| *month == day.first_of_month());
    let spans = behind(library, packages, records, Scope::All, (2, &place));
    let [before, own] = <[Behind<'_>; 2]>::try_from(spans).ok()?;
    let of = |month: Date, span: &Behind<'_>| Period::of(month_name(month), std::slice::from_ref(span));
    let [last, _] = months;
    Some((of(first, &own), of(last, &before), own))
}

/// The figures of spans of days that do not overlap.
pub fn of_spans(
    library: &Library,
    packages: &[Package],
    records: &Records,
    spans: &[(String, (Date, Date))],
) -> Vec<Period> {
    let place = |day: Date| spans.iter().position(|(_, (first, last))| *first <= day && day <= *last);
    let found = behind(library, packages, records, Scope::All, (spans.len(), &place));
    found
        .iter()
        .zip(spans)
        .map(|(span, (name, _))| Period::of(name.clone(), std::slice::from_ref(span)))
        .collect()
}

/// Every release and incident that figures can be made from, month by month, the oldest first.
pub fn all_months<'a>(
    library: &Library,
    packages: &'a [Package],
    records: &'a Records,
) -> Vec<(Date, Behind<'a>)> {
    let months: Vec<Date> = months(library, packages, records).into_iter().collect();
    let place = |day: Date| months.binary_search(&day.first_of_month()).ok();
    let spans = behind(library, packages, records, Scope::All, (months.len(), &place));
    months.iter().copied().zip(spans).collect()
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

/// Address of a team's figures.
pub fn team_url(name: &str) -> String {
    format!("{}team/{}/", super::records::METRICS, super::url::segment(name))
}

/// Address of a month's figures.
pub fn month_url(first: Date) -> String {
    format!("{}{}/", super::records::METRICS, month_name(first))
}

/// `2026-03`
pub fn month_name(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

fn median_of(mut numbers: Vec<i64>) -> (Option<i64>, usize) {
    numbers.sort_unstable();
    (median(&numbers), numbers.len())
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
    fn a_rate_needs_deployments() {
        assert_eq!(Period::default().failure_percent(), None);
        let period = Period { deployments: 8, failed: 1, ..Period::default() };
        assert_eq!(period.failure_percent(), Some(12.5));
    }
}
