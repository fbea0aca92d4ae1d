//! Figures of releases and incidents: pages and JSON.

use super::Renderer;
use crate::record::minutes_in_words;
use crate::site::metrics::{FEW, Figures, Period, Scope, change, figures, service_url, trend};
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
    /// The time before it, as long.
    before: String,
    /// The figures of both; none if nothing is known of the time before.
    trends: Vec<TrendView>,
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

/// A figure of two periods.
#[derive(Serialize)]
struct TrendView {
    label: String,
    now: SideView,
    before: SideView,
    /// How it went, in a word of the theme.
    trend: String,
}

/// A figure of one of them.
#[derive(Serialize)]
struct SideView {
    value: String,
    /// Of how many records.
    of: usize,
    /// The length of its bar in hundredths of the longer one.
    bar: usize,
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
            trends: self.trends(&found),
            before: found.before.name.clone(),
            doubts: self.doubts(&found.total),
            severities: self.severities(&found.total),
            months: months(&found),
            follow_through: self.follow_through(&through),
            services: links,
        })
    }

    /// `1 release`, `2 releases`.
    fn counted(&self, count: usize, word: &str) -> String {
        self.theme.counted(word, count)
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
            word("per_month").replace("{n}", &format!("{:.1}", count / 12.0))
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

    /// The figures against those of the time before.
    fn trends(&self, found: &Figures) -> Vec<TrendView> {
        let (now, before) = (&found.total, &found.before);
        if before.deployments == 0 && before.incidents == 0 {
            return Vec::new();
        }
        let word = |key: &str| self.theme.word(key).to_owned();
        let row =
            |label: &str, trend: &str, show: &dyn Fn(f64) -> String, sides: [(Option<f64>, usize); 2]| {
                let most = sides.iter().filter_map(|(value, _)| *value).fold(0.0, f64::max);
                let [now, before] = sides.map(|(value, of)| SideView {
                    value: value.map_or_else(|| word("not_known"), show),
                    of,
                    bar: value.map_or(0, |value| hundredths(value, most)),
                });
                TrendView {
                    label: word(label),
                    now,
                    before,
                    trend: word(&format!("trend_{}", trend.replace(' ', "_"))),
                }
            };
        let count = |label: &str, get: fn(&Period) -> usize| {
            let (now, before) = (get(now), get(before));
            let sides = [now, before].map(|count| (Some(number(count)), count));
            row(label, change(now, before), &|value| format!("{value:.0}"), sides)
        };
        let less =
            |label: &str, show: &dyn Fn(f64) -> String, get: &dyn Fn(&Period) -> (Option<f64>, usize)| {
                let sides = [get(now), get(before)];
                row(label, trend(sides[0], sides[1]), show, sides)
            };
        let time = |label: &str, get: fn(&Period) -> (Option<i64>, usize)| {
            less(label, &|minutes| minutes_in_words(minutes as i64), &|period| {
                let (minutes, of) = get(period);
                (minutes.map(|minutes| minutes as f64), of)
            })
        };
        let percent = |percent: f64| format!("{percent:.1} %");
        vec![
            count("releases", |period| period.deployments),
            time("lead_time", |period| {
                (period.lead_hours.map(|hours| hours.saturating_mul(60)), period.commits)
            }),
            less("change_failure_rate", &percent, &|period| (period.failure_percent(), period.deployments)),
            time("recovery_time", |period| (period.recovery_minutes, period.recovered)),
            count("incidents", |period| period.incidents),
            time("restore_time", |period| (period.restore_minutes, period.restored)),
            time("time_to_detect", |period| (period.detect_minutes, period.detected)),
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
            doubts.push(self.theme.counted("n_restore_unknown", unknown));
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

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A value in hundredths of the greatest one.
fn hundredths(value: f64, most: f64) -> usize {
    if most <= 0.0 {
        return 0;
    }
    // Between 0 and 100: no value is below 0 or above the greatest.
    (value * 100.0 / most).round() as usize
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
