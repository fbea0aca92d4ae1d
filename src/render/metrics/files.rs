//! Figures for machines, and the records that they are made from.

use super::super::{Renderer, csv};
use crate::site::metrics::{Scope, all_months, figures, median};
use serde_json::{Map, Value, json};

impl Renderer {
    /// All figures for machines.
    pub(in crate::render) fn metrics_json(&self) -> String {
        let site = &self.site;
        let of = |scope| {
            let mut found = json!(figures(&site.library, &site.packages, &site.records, scope));
            if let Some(object) = found.as_object_mut() {
                object.insert("documentation".into(), json!(site.records.freshness.get(scope)));
            }
            found
        };
        let catalogue = &site.library.catalogue;
        let services: Map<String, Value> =
            catalogue.services.keys().map(|name| (name.clone(), of(Scope::Service(name)))).collect();
        let teams: Map<String, Value> =
            catalogue.teams.keys().map(|name| (name.clone(), of(Scope::Team(name)))).collect();
        let now = site.library.now.map(|now| now.day());
        let all = json!({ "as_of": now, "all": of(Scope::All), "services": services, "teams": teams });
        format!("{all:#}\n")
    }

    /// The records behind all figures: a line for each release and each incident, the oldest month first.
    pub(in crate::render) fn metrics_csv(&self) -> String {
        let mut out = csv::line([
            "record",
            "day",
            "name",
            "severity",
            "services",
            "caused_by",
            "failed",
            "commits",
            "lead_hours",
            "detect_minutes",
            "acknowledge_minutes",
            "restore_minutes",
            "resolve_minutes",
            "url",
        ]);
        let site = &self.site;
        let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
        for (_, behind) in all_months(&site.library, &site.packages, &site.records) {
            for one in &behind.deployments {
                let mut lead = one.lead_hours.clone();
                lead.sort_unstable();
                let empty = String::new;
                out.push_str(&csv::line([
                    "release".to_owned(),
                    one.day.to_string(),
                    one.package
                        .release(one.index)
                        .map(|(release, _)| release_name(release))
                        .unwrap_or_default(),
                    empty(),
                    empty(),
                    empty(),
                    if one.failed { "yes" } else { "no" }.to_owned(),
                    lead.len().to_string(),
                    number(median(&lead)),
                    empty(),
                    empty(),
                    empty(),
                    empty(),
                    self.outside(&self.release_url(one.package, one.index)),
                ]));
            }
            for incident in &behind.incidents {
                let Some(entry) = site.entry(incident.entry) else { continue };
                let times = super::month::times(&incident.milestones);
                let [detect, acknowledge, restore, resolve] = times.map(number);
                out.push_str(&csv::line([
                    "incident".to_owned(),
                    incident.day.map(|day| day.day()).unwrap_or_default(),
                    entry.page.title.clone(),
                    incident.severity.clone().unwrap_or_default(),
                    incident.services.join(" "),
                    incident.cause.clone().unwrap_or_default(),
                    String::new(),
                    String::new(),
                    String::new(),
                    detect,
                    acknowledge,
                    restore,
                    resolve,
                    self.outside(&entry.url),
                ]));
            }
        }
        out
    }
}

/// `api 2.14.1`
pub(super) fn release_name(release: &crate::changelog::Release) -> String {
    format!("{} {}", release.package, release.title())
}
