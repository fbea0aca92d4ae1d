//! Figures of releases and incidents: pages and JSON.

use super::Renderer;
use crate::record::minutes_in_words;
use crate::site::metrics::{FEW, Figures, Period, Scope, figures, service_url};
use crate::site::{METRICS, follow_through};
use crate::theme::view::{FactView, LinkView};
use serde::Serialize;
use serde_json::json;

/// Services that the page of the whole site links to.
const SERVICES: usize = 200;

/// Figures for their template.
#[derive(Serialize)]
pub(super) struct MetricsView {
    pub(super) title: String,
    pub(super) url: String,
    /// The time that the figures are of.
    period: String,
    figures: Vec<FigureView>,
    /// What they do not say.
    doubts: Vec<String>,
    months: Vec<MonthView>,
    severities: Vec<FactView>,
    follow_through: Vec<FactView>,
    services: Vec<LinkView>,
}

/// A figure.
#[derive(Serialize)]
struct FigureView {
    label: String,
    value: String,
    /// What it is made from, and of how many.
    note: String,
}

/// A month, with the lengths of its bars in hundredths of the longest.
#[derive(Serialize)]
struct MonthView {
    name: String,
    deployments: usize,
    failed: usize,
    incidents: usize,
    restore: Option<String>,
    lead: Option<String>,
    deployments_bar: usize,
    incidents_bar: usize,
}

impl Renderer {
    pub(super) fn metrics(&self, service: Option<usize>) -> Option<MetricsView> {
        let site = &self.site;
        let services = &site.library.catalogue.services;
        let (scope, title, url) = match service {
            None => (Scope::All, self.theme.word("metrics").to_owned(), METRICS.to_owned()),
            Some(index) => {
                let (name, service) = services.iter().nth(index)?;
                let shown = service.title.as_deref().unwrap_or(name);
                (Scope::Service(name), format!("{}: {shown}", self.theme.word("metrics")), service_url(name))
            }
        };
        let found = figures(&site.library, &site.packages, &site.records, scope);
        let links = if service.is_none() {
            let link = |(name, service): (&String, &crate::source::Service)| LinkView {
                title: service.title.clone().unwrap_or_else(|| name.clone()),
                url: service_url(name),
            };
            services.iter().take(SERVICES).map(link).collect()
        } else {
            Vec::new()
        };
        let through = match scope {
            Scope::All => site.records.follow_through,
            Scope::Service(name) => follow_through(&site.records.actions, site.library.now, |action| {
                action.services.iter().any(|service| service == name)
            }),
        };
        Some(MetricsView {
            title,
            url,
            period: found.total.name.clone(),
            figures: self.figures(&found.total),
            doubts: self.doubts(&found.total),
            severities: self.severities(&found.total),
            months: months(&found),
            follow_through: self.follow_through(&through),
            services: links,
        })
    }

    /// `1 release`, `2 releases`.
    fn counted(&self, count: usize, word: &str) -> String {
        let one = format!("{word}_one");
        let word = if count == 1 { self.theme.word(&one) } else { self.theme.word(word) };
        format!("{count} {word}")
    }

    fn figures(&self, total: &Period) -> Vec<FigureView> {
        let word = |key: &str| self.theme.word(key).to_owned();
        let figure = |label: &str, value: Option<String>, count: usize, note: &str| FigureView {
            label: word(label),
            value: value.unwrap_or_else(|| word("not_known")),
            note: self.counted(count, note),
        };
        let per_month = (total.deployments > 0).then(|| {
            let count = f64::from(u32::try_from(total.deployments).unwrap_or(u32::MAX));
            format!("{:.1} {}", count / 12.0, word("per_month"))
        });
        let percent = total.failure_percent().map(|percent| format!("{percent:.1} %"));
        vec![
            figure("deployment_frequency", per_month, total.deployments, "n_releases"),
            figure(
                "lead_time",
                total.lead_hours.map(|hours| minutes_in_words(hours * 60)),
                total.commits,
                "n_commits",
            ),
            figure("change_failure_rate", percent, total.deployments, "n_releases"),
            figure(
                "recovery_time",
                total.recovery_minutes.map(minutes_in_words),
                total.recovered,
                "n_failed",
            ),
            figure(
                "restore_time",
                total.restore_minutes.map(minutes_in_words),
                total.restored,
                "n_incidents",
            ),
            figure(
                "time_to_detect",
                total.detect_minutes.map(minutes_in_words),
                total.detected,
                "n_incidents",
            ),
        ]
    }

    /// What the figures can't say, in sentences.
    fn doubts(&self, total: &Period) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut few = |count: usize, key: &str| {
            if count < FEW {
                doubts.push(format!("{}: {}", self.counted(count, key), self.theme.word("too_few")));
            }
        };
        few(total.deployments, "n_releases");
        few(total.incidents, "n_incidents");
        let unknown = total.incidents - total.restored.min(total.incidents);
        if unknown > 0 {
            doubts.push(format!("{unknown} {}", self.theme.word("restore_unknown")));
        }
        doubts
    }

    fn severities(&self, total: &Period) -> Vec<FactView> {
        let names = ["1", "2", "3", "4", "5", self.theme.word("not_known")];
        let severity = self.theme.word("severity");
        names
            .iter()
            .zip(total.by_severity)
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| FactView {
                label: format!("{severity} {name}"),
                value: count.to_string(),
                url: None,
            })
            .collect()
    }

    /// All figures for machines.
    pub(super) fn metrics_json(&self) -> String {
        let site = &self.site;
        let of = |scope| figures(&site.library, &site.packages, &site.records, scope);
        let services: serde_json::Map<String, serde_json::Value> = site
            .library
            .catalogue
            .services
            .keys()
            .map(|name| (name.clone(), json!(of(Scope::Service(name)))))
            .collect();
        let now = site.library.now.map(|now| now.day());
        format!("{:#}\n", json!({ "as_of": now, "all": of(Scope::All), "services": services }))
    }
}

fn months(found: &Figures) -> Vec<MonthView> {
    let most = |count: fn(&Period) -> usize| found.months.iter().map(count).max().unwrap_or(0).max(1);
    let (deployments, incidents) = (most(|month| month.deployments), most(|month| month.incidents));
    let months = found.months.iter().rev();
    months
        .map(|month| MonthView {
            name: month.name.clone(),
            deployments: month.deployments,
            failed: month.failed,
            incidents: month.incidents,
            restore: month.restore_minutes.map(minutes_in_words),
            lead: month.lead_hours.map(|hours| minutes_in_words(hours * 60)),
            deployments_bar: month.deployments * 100 / deployments,
            incidents_bar: month.incidents * 100 / incidents,
        })
        .collect()
}
