//! The figures of a month and the records behind them.

use super::super::Renderer;
use super::figures::{FigureView, TrendView};
use super::files::release_name;
use crate::record::{Milestone, Milestones};
use crate::site::metrics::{Behind, median, month_name, month_url, months, of_month};
use crate::theme::view::{LinkView, PagerView, SeverityView};
use jiff::civil::Date;
use serde::Serialize;

/// A month's figures for their template.
#[derive(Serialize)]
pub(in crate::render) struct MonthView {
    /// Title.
    pub(in crate::render) title: String,
    /// Address of the page.
    pub(in crate::render) url: String,
    /// The month.
    period: String,
    /// The month before it.
    before: String,
    /// The month's figures.
    figures: Vec<FigureView>,
    /// The figures of both; none if nothing is known of the month before.
    trends: Vec<TrendView>,
    /// What the figures do not say.
    doubts: Vec<String>,
    /// The releases that they are made from.
    deployments: Vec<DeploymentRow>,
    /// The incidents that they are made from.
    incidents: Vec<IncidentRow>,
    /// The months before and after it that have records.
    pager: Option<PagerView>,
}

/// A release and what it brings into the figures.
#[derive(Serialize)]
struct DeploymentRow {
    /// The release.
    link: LinkView,
    /// `2026-03-14`
    day: String,
    /// How many changes it has.
    commits: usize,
    /// Half of its commits waited no longer for it.
    lead: Option<String>,
    /// The same in minutes.
    lead_minutes: Option<i64>,
    /// The retros that name it as their cause.
    failed_by: Vec<LinkView>,
}

/// An incident and what it brings into the figures.
#[derive(Serialize)]
struct IncidentRow {
    /// The retro.
    link: LinkView,
    /// `2026-03-14`
    day: Option<String>,
    /// Its severity.
    severity: Option<SeverityView>,
    /// Names of its services.
    services: Vec<String>,
    /// The release that caused it; without an address if the site has no such release.
    cause: Option<LinkView>,
    /// Time to detect.
    detect: Option<String>,
    /// The same in minutes.
    detect_minutes: Option<i64>,
    /// Time to acknowledge.
    acknowledge: Option<String>,
    /// The same in minutes.
    acknowledge_minutes: Option<i64>,
    /// Time to restore.
    restore: Option<String>,
    /// The same in minutes.
    restore_minutes: Option<i64>,
    /// Time to resolve.
    resolve: Option<String>,
    /// The same in minutes.
    resolve_minutes: Option<i64>,
}

impl Renderer {
    pub(in crate::render) fn metrics_month(&self, first: Date) -> Option<MonthView> {
        let site = &self.site;
        let (own, before, behind) = of_month(&site.library, &site.packages, &site.records, first)?;
        let all: Vec<Date> = months(&site.library, &site.packages, &site.records).into_iter().collect();
        let at = all.binary_search(&first).ok();
        let beside = |at: Option<usize>| at.and_then(|at| all.get(at)).map(|month| month_url(*month));
        Some(MonthView {
            title: format!("{}: {}", self.theme.word("metrics"), month_name(first)),
            url: month_url(first),
            figures: self.figures(&own, std::slice::from_ref(&own)),
            trends: self.trends(&own, &before),
            doubts: self.doubts(&own),
            deployments: self.deployment_rows(&behind),
            incidents: self.incident_rows(&behind),
            pager: at.filter(|_| all.len() > 1).map(|at| PagerView {
                number: at + 1,
                count: all.len(),
                previous: beside(at.checked_sub(1)),
                next: beside(Some(at + 1)),
            }),
            period: own.name,
            before: before.name,
        })
    }

    fn deployment_rows(&self, behind: &Behind<'_>) -> Vec<DeploymentRow> {
        let row = |one: &crate::site::metrics::Deployment<'_>| {
            let (release, place) = one.package.release(one.index)?;
            let mut lead = one.lead_hours.clone();
            lead.sort_unstable();
            let entries = place.caused.iter().filter_map(|id| self.site.entry(*id));
            Some(DeploymentRow {
                link: LinkView {
                    title: release_name(release),
                    url: self.release_url(one.package, one.index),
                },
                day: one.day.to_string(),
                commits: lead.len(),
                lead: median(&lead).map(|hours| self.theme.duration(hours * 60)),
                lead_minutes: median(&lead).map(|hours| hours * 60),
                failed_by: entries
                    .map(|entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() })
                    .collect(),
            })
        };
        let mut rows: Vec<DeploymentRow> = behind.deployments.iter().filter_map(row).collect();
        rows.sort_by(|a, b| (&b.day, &a.link.title).cmp(&(&a.day, &b.link.title)));
        rows
    }

    fn incident_rows(&self, behind: &Behind<'_>) -> Vec<IncidentRow> {
        let row = |incident: &&crate::site::Incident| {
            let entry = self.site.entry(incident.entry)?;
            let minutes = times(&incident.milestones);
            let [detect_minutes, acknowledge_minutes, restore_minutes, resolve_minutes] = minutes;
            let [detect, acknowledge, restore, resolve] =
                minutes.map(|minutes| minutes.map(|minutes| self.theme.duration(minutes)));
            Some(IncidentRow {
                link: LinkView { title: entry.page.title.clone(), url: entry.url.clone() },
                day: incident.day.map(|day| day.day()),
                severity: incident
                    .severity
                    .as_ref()
                    .map(|label| SeverityView { rank: incident.rank, label: label.clone() }),
                services: incident.services.clone(),
                cause: incident.cause.as_deref().map(|cause| self.release_link(cause)),
                detect,
                detect_minutes,
                acknowledge,
                acknowledge_minutes,
                restore,
                restore_minutes,
                resolve,
                resolve_minutes,
            })
        };
        behind.incidents.iter().filter_map(row).collect()
    }
}

/// Minutes until an incident was noticed, taken on, over for users, and over.
pub(super) fn times(milestones: &Milestones) -> [Option<i64>; 4] {
    [
        milestones.minutes_to(Milestone::Detected),
        milestones.minutes_to(Milestone::Acknowledged),
        milestones.minutes_to_restore(),
        milestones.minutes_to(Milestone::Resolved),
    ]
}
