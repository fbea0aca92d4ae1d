//! Figures of releases, incidents, action items and reviews: pages, JSON and CSV.

mod figures;
mod files;
mod month;

use super::Renderer;
use crate::site::metrics::{Figures, Scope, figures, month_url, service_url, team_url};
use crate::site::{METRICS, MetricsOf, REVIEW, follow_through, url};
use crate::theme::view::{FactView, LinkView};
use figures::{FigureView, TrendView};
pub(super) use month::MonthView;
use serde::Serialize;

/// Services and teams that the page of the whole site links to, of each.
const LINKS: usize = 200;

/// Figures for their template.
#[derive(Serialize)]
pub(super) struct MetricsView {
    /// Title.
    pub(super) title: String,
    /// Address of the page.
    pub(super) url: String,
    /// The time that the figures are of.
    period: String,
    /// The figures of the twelve months.
    figures: Vec<FigureView>,
    /// The time before it, as long.
    before: String,
    /// The figures of both; none if nothing is known of the time before.
    trends: Vec<TrendView>,
    /// What they do not say.
    doubts: Vec<String>,
    /// The same by month, the newest first.
    months: Vec<MonthRow>,
    /// How many incidents each severity had.
    severities: Vec<FactView>,
    /// What became of action items.
    follow_through: Vec<FactView>,
    /// How many pages are up to date.
    freshness: Vec<FactView>,
    /// Pages of figures of services.
    services: Vec<LinkView>,
    /// Pages of figures of teams.
    teams: Vec<LinkView>,
}

/// A month, with the lengths of its bars in hundredths of the longest.
#[derive(Serialize)]
struct MonthRow {
    /// `2026-03`
    name: String,
    /// The page of the month, if anything happened in it.
    url: Option<String>,
    /// How many releases there were.
    deployments: usize,
    /// How many of them caused an incident.
    failed: usize,
    /// How many incidents began.
    incidents: usize,
    /// Median time to restore.
    restore: Option<String>,
    /// The same in minutes.
    restore_minutes: Option<i64>,
    /// Median lead time.
    lead: Option<String>,
    /// The same in minutes.
    lead_minutes: Option<i64>,
    /// Length of the bar of releases.
    deployments_bar: usize,
    /// Length of the bar of incidents.
    incidents_bar: usize,
}

impl Renderer {
    pub(super) fn metrics(&self, of: MetricsOf) -> Option<MetricsView> {
        let site = &self.site;
        let (services, teams) = (&site.library.catalogue.services, &site.library.catalogue.teams);
        let named = |name: &str, title: Option<&String>| {
            format!("{}: {}", self.theme.word("metrics"), title.map_or(name, String::as_str))
        };
        let (scope, title, url) = match of {
            MetricsOf::Site => (Scope::All, self.theme.word("metrics").to_owned(), METRICS.to_owned()),
            MetricsOf::Service(index) => {
                let (name, service) = services.iter().nth(index)?;
                (Scope::Service(name), named(name, service.title.as_ref()), service_url(name))
            }
            MetricsOf::Team(index) => {
                let (name, team) = teams.iter().nth(index)?;
                (Scope::Team(name), named(name, team.title.as_ref()), team_url(name))
            }
        };
        let found = figures(&site.library, &site.packages, &site.records, scope);
        let through = follow_through(&site.records.actions, site.library.now, |action| match scope {
            Scope::All => true,
            Scope::Service(name) => action.services.iter().any(|service| service == name),
            Scope::Team(name) => action.owner.as_deref() == Some(name),
        });
        let link = |name: &String, title: Option<&String>, url: String| LinkView {
            title: title.unwrap_or(name).clone(),
            url,
        };
        let is_whole = scope == Scope::All;
        let services = services.iter().take(if is_whole { LINKS } else { 0 });
        let teams = teams.iter().take(if is_whole { LINKS } else { 0 });
        Some(MetricsView {
            title,
            url,
            period: found.total.name.clone(),
            figures: self.figures(&found.total, &found.months),
            trends: self.trends(&found.total, &found.before),
            before: found.before.name.clone(),
            doubts: self.doubts(&found.total),
            severities: self.severities(&found.total),
            months: self.month_rows(&found),
            follow_through: self.follow_through(&through),
            freshness: self.freshness(scope),
            services: services
                .map(|(name, service)| link(name, service.title.as_ref(), service_url(name)))
                .collect(),
            teams: teams.map(|(name, team)| link(name, team.title.as_ref(), team_url(name))).collect(),
        })
    }

    fn freshness(&self, scope: Scope<'_>) -> Vec<FactView> {
        let found = self.site.records.freshness.get(scope);
        if found.is_empty() {
            return Vec::new();
        }
        let queue = |fact: FactView| FactView { url: Some(REVIEW.to_owned()), ..fact };
        let mut facts = vec![self.fact("fresh", format!("{} / {}", found.current, found.reviewed))];
        if found.late > 0 {
            facts.push(queue(self.fact("review_overdue", found.late.to_string())));
        }
        if found.outdated > 0 {
            facts.push(queue(self.fact("may_be_stale", found.outdated.to_string())));
        }
        if found.unknown > 0 {
            facts.push(self.fact("never_reviewed", found.unknown.to_string()));
        }
        facts
    }

    fn month_rows(&self, found: &Figures) -> Vec<MonthRow> {
        let most = |count: fn(&crate::site::metrics::Period) -> usize| {
            found.months.iter().map(count).max().unwrap_or(0).max(1)
        };
        let (deployments, incidents) = (most(|month| month.deployments), most(|month| month.incidents));
        let address = |name: &str| {
            let address = month_url(format!("{name}-01").parse().ok()?);
            self.site.route(&url::output(&address)).map(|_| address)
        };
        let months = found.months.iter().rev();
        months
            .map(|month| MonthRow {
                name: month.name.clone(),
                url: address(&month.name),
                deployments: month.deployments,
                failed: month.failed,
                incidents: month.incidents,
                restore: month.restore_minutes.map(|minutes| self.theme.duration(minutes)),
                restore_minutes: month.restore_minutes,
                lead: month.lead_hours.map(|hours| self.theme.duration(hours * 60)),
                lead_minutes: month.lead_hours.map(|hours| hours * 60),
                deployments_bar: month.deployments * 100 / deployments,
                incidents_bar: month.incidents * 100 / incidents,
            })
            .collect()
    }
}
