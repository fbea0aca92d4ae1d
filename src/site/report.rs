//! What a report on a period tells: releases, incidents, figures against the period before, action items, pages to
//! review, people.

use super::Site;
use super::board::{Action, ActionState};
use super::metrics::{self, Period, trend};
use super::on_call::in_days;
use crate::changelog::Release;
use crate::record::{minutes_in_words, period};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Changes of a release that are named as its highlights, where nobody wrote notes.
const HIGHLIGHTS: usize = 3;
/// Pages to review that are named: the few that are worth most.
const STALE: usize = 10;

/// What a report tells, for its template. Texts are safe in Markdown, links are from the site's root.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// `2026-10`
    pub period: String,
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub until: String,
    /// The period that it is held against.
    pub before: String,
    /// Packages with releases.
    pub packages: Vec<PackageReport>,
    /// Incidents that began in it, the newest first.
    pub incidents: Vec<IncidentReport>,
    /// Figures of it and of the one before.
    pub figures: Vec<FigureReport>,
    /// Action items of incidents of the period.
    pub opened: Vec<ActionReport>,
    /// Action items of which a commit of the period, or a release of it, shows that they were done.
    pub closed: Vec<ActionReport>,
    /// Action items that are past their day at the site's present.
    pub overdue: Vec<ActionReport>,
    /// Pages that wait for a review at the site's present, those worth most.
    pub stale: Vec<StaleReport>,
    /// How many more there are.
    pub more_stale: usize,
    /// Who contributed to releases of the period.
    pub people: Vec<String>,
    /// Those of them whose first contribution it was.
    pub joined: Vec<String>,
}

/// A package in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PackageReport {
    /// Its name.
    pub name: String,
    /// Its releases, the newest first.
    pub releases: Vec<ReleaseReport>,
}

/// A release in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseReport {
    /// Its version.
    pub title: String,
    /// Its page.
    pub link: String,
    /// Its day.
    pub day: String,
    /// What is said of it, or its first features.
    pub highlights: Vec<String>,
    /// What breaks.
    pub breaking: Vec<String>,
    /// Whether a retro names it as the cause of its incident.
    pub failed: bool,
}

/// An incident in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentReport {
    /// Title of its retro.
    pub title: String,
    /// The retro.
    pub link: String,
    /// Its day.
    pub day: String,
    /// Its severity, as the author wrote it.
    pub severity: Option<String>,
    /// How long users noticed it.
    pub took: Option<String>,
    /// Its services.
    pub services: Vec<String>,
    /// Its first sentences.
    pub summary: String,
    /// Whether it is over.
    pub is_over: bool,
}

/// A figure in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureReport {
    /// A name for templates: `deployments`.
    pub key: &'static str,
    /// Its value in the period.
    pub now: Option<String>,
    /// Records that it is known of.
    pub now_of: usize,
    /// Its value in the period before.
    pub before: Option<String>,
    /// Records that that is known of.
    pub before_of: usize,
    /// `better`, `worse`, `same`; `too few` where either has too few records to tell; `none` where more is neither.
    pub trend: &'static str,
}

/// An action item in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionReport {
    /// Its id.
    pub id: String,
    /// What is to be done.
    pub text: String,
    /// Where it stands.
    pub link: String,
    /// Team or person.
    pub owner: Option<String>,
    /// Its due day.
    pub due: Option<String>,
    /// How far it is.
    pub state: &'static str,
}

/// A page to review in a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StaleReport {
    /// Its title.
    pub title: String,
    /// The page.
    pub link: String,
    /// Who keeps it.
    pub owner: Option<String>,
    /// When its review was due.
    pub due: Option<String>,
    /// What it watches and what changed since.
    pub changed: Vec<String>,
}

/// The report on a period; none if that is no period.
pub fn report(site: &Site, name: &str) -> Option<Report> {
    let days = period::span(name)?;
    let before = period::before(name)?;
    let spans = [(before.clone(), period::span(&before)?), (name.to_owned(), days)];
    let found = metrics::of_spans(&site.library, &site.packages, &site.records, &spans);
    let [earlier, now] = found.as_slice() else { return None };
    let (incidents, releases) = in_days(days, &site.packages, &site.records.incidents);
    let (people, joined) = people(site, &releases, days.0);
    let inside = |day: Date| days.0 <= day && day <= days.1;
    let actions = |wanted: &dyn Fn(&Action) -> bool| -> Vec<ActionReport> {
        site.records.actions.iter().filter(|action| wanted(action)).map(action).collect()
    };
    let shown_in = |action: &Action| {
        let days = action.evidence.iter().filter_map(|evidence| evidence.day.as_deref()?.parse().ok());
        days.min().is_some_and(inside)
    };
    Some(Report {
        period: name.to_owned(),
        from: days.0.to_string(),
        until: days.1.to_string(),
        before,
        packages: packages(site, &releases),
        incidents: incidents.iter().filter_map(|at| incident(site, *at)).collect(),
        figures: figures(now, earlier),
        opened: actions(&|action| action.since.is_some_and(|since| inside(since.date))),
        closed: actions(&shown_in),
        overdue: actions(&|action| action.state == ActionState::Overdue),
        stale: site.records.reviews.iter().take(STALE).filter_map(|review| stale(site, review)).collect(),
        more_stale: site.records.reviews.len().saturating_sub(STALE),
        people,
        joined,
    })
}

fn packages(site: &Site, releases: &[(usize, usize)]) -> Vec<PackageReport> {
    let mut all: BTreeMap<&str, Vec<ReleaseReport>> = BTreeMap::new();
    for (at, index) in releases {
        let Some(package) = site.packages.get(*at) else { continue };
        let (Some((release, place)), Some(history)) = (package.release(*index), package.history()) else {
            continue;
        };
        let note = place.note.and_then(|id| site.entry(id)).map(|entry| format!("/{}", entry.page.path));
        all.entry(&history.name).or_default().push(ReleaseReport {
            title: plain(release.title()),
            link: note.unwrap_or_else(|| format!("/{}", place.own_url)),
            day: release.date.clone().unwrap_or_default(),
            highlights: highlights(release),
            breaking: release.breaking.iter().map(|breaking| plain(&breaking.text)).collect(),
            failed: !place.caused.is_empty(),
        });
    }
    all.into_iter().map(|(name, releases)| PackageReport { name: plain(name), releases }).collect()
}

/// What was written for users; where nothing was, the first features.
fn highlights(release: &Release) -> Vec<String> {
    if !release.notes.is_empty() {
        return release.notes.iter().map(|note| plain(&note.text)).collect();
    }
    let features = release.changes().filter(|change| change.kind.as_deref() == Some("feat"));
    features.take(HIGHLIGHTS).map(|change| plain(&change.description)).collect()
}

fn incident(site: &Site, at: usize) -> Option<IncidentReport> {
    let incident = site.records.incidents.get(at)?;
    let page = &site.entry(incident.entry)?.page;
    Some(IncidentReport {
        title: plain(&page.title),
        link: format!("/{}", page.path),
        day: incident.day.map(|day| day.day()).unwrap_or_default(),
        severity: incident.severity.clone(),
        took: incident.milestones.minutes_to_restore().map(minutes_in_words),
        services: incident.services.clone(),
        summary: plain(&page.description()),
        is_over: incident.is_over,
    })
}

fn action(action: &Action) -> ActionReport {
    ActionReport {
        id: action.id.clone(),
        text: plain(&action.text),
        link: format!("/{}", action.url),
        owner: action.owner.clone(),
        due: action.due.map(|due| due.day()),
        state: action.state.name(),
    }
}

fn stale(site: &Site, review: &super::Review) -> Option<StaleReport> {
    let page = &site.entry(review.entry)?.page;
    Some(StaleReport {
        title: plain(&page.title),
        link: format!("/{}", page.path),
        owner: review.owner.clone(),
        due: review.due.map(|due| due.day()),
        changed: super::review::drift(&site.library, page)
            .iter()
            .map(|drift| drift.in_words("gone"))
            .collect(),
    })
}

/// Who contributed to releases of the period, and who had to none before it.
fn people(site: &Site, releases: &[(usize, usize)], first: Date) -> (Vec<String>, Vec<String>) {
    let mut now: BTreeSet<&str> = BTreeSet::new();
    for (at, index) in releases {
        let release = site.packages.get(*at).and_then(|package| package.release(*index));
        now.extend(release.into_iter().flat_map(|(release, _)| &release.contributors).map(|who| &*who.name));
    }
    let mut earlier: BTreeSet<&str> = BTreeSet::new();
    for release in site.packages.iter().filter_map(|package| package.history()).flat_map(|all| &all.releases)
    {
        let day: Option<Date> = release.date.as_deref().and_then(|date| date.parse().ok());
        if day.is_some_and(|day| day < first) {
            earlier.extend(release.contributors.iter().map(|who| &*who.name));
        }
    }
    let names = |names: Vec<&&str>| names.into_iter().map(|name| plain(name)).collect::<Vec<_>>();
    (names(now.iter().collect()), names(now.difference(&earlier).collect()))
}

/// Figures of a period against those of the one before it.
fn figures(now: &Period, before: &Period) -> Vec<FigureReport> {
    let count = |key, now: usize, before: usize| FigureReport {
        key,
        now: Some(now.to_string()),
        now_of: now,
        before: Some(before.to_string()),
        before_of: before,
        trend: "none",
    };
    let hours = |hours: i64| minutes_in_words(hours.saturating_mul(60));
    let percent = |period: &Period| period.failure_percent();
    let share = |period: &Period| percent(period).map(|percent| format!("{percent:.1} %"));
    let minutes = |key, get: fn(&Period) -> (Option<i64>, usize), words: &dyn Fn(i64) -> String| {
        let ((now, now_of), (before, before_of)) = (get(now), get(before));
        let (one, other) = (now.map(as_number), before.map(as_number));
        FigureReport {
            key,
            now: now.map(words),
            now_of,
            before: before.map(words),
            before_of,
            trend: trend((one, now_of), (other, before_of)),
        }
    };
    vec![
        count("deployments", now.deployments, before.deployments),
        minutes("lead_time", |period| (period.lead_hours, period.commits), &hours),
        FigureReport {
            key: "change_failure_rate",
            now: share(now),
            now_of: now.deployments,
            before: share(before),
            before_of: before.deployments,
            trend: trend((percent(now), now.deployments), (percent(before), before.deployments)),
        },
        count("incidents", now.incidents, before.incidents),
        minutes("time_to_detect", |period| (period.detect_minutes, period.detected), &minutes_in_words),
        minutes("time_to_restore", |period| (period.restore_minutes, period.restored), &minutes_in_words),
    ]
}

fn as_number(value: i64) -> f64 {
    f64::from(i32::try_from(value).unwrap_or(i32::MAX))
}

/// A text of pages and commits on one line, with what means something in Markdown made harmless. Code stays code.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if matches!(char, '[' | ']' | '<' | '>' | '|' | '*' | '_' | '\\') {
            out.push('\\');
        }
        out.push(char);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_no_markdown() {
        assert_eq!(plain("a [b](javascript:x)\n<i> | *c*"), "a \\[b\\](javascript:x) \\<i\\> \\| \\*c\\*");
    }
}
