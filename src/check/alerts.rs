//! Alerts: whether each leads to a runbook, and each runbook's alert to a rule.

use super::rules::*;
use super::{in_front, nearest};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Fields;
use crate::site::{Site, url};
use crate::source::AlertRule;

/// Where the `runbook_url` of a rule leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunbookLink {
    /// The rule has none.
    Missing,
    /// Prometheus fills a template in it.
    Template,
    /// To another site, or this one does not know its own address.
    Elsewhere,
    /// To a page of this site.
    Page,
    /// To an address of this site where no page is.
    Dead(String),
}

/// Where the `runbook_url` of a rule leads.
pub fn link(site: &Site, rule: &AlertRule) -> RunbookLink {
    let Some(address) = rule.runbook_url.as_deref().filter(|address| !address.is_empty()) else {
        return RunbookLink::Missing;
    };
    if address.contains("{{") {
        return RunbookLink::Template;
    }
    let base = site.library.config.site.base_url.as_deref().map(|base| base.trim_end_matches('/'));
    let inner = base.and_then(|base| {
        let rest = address.strip_prefix(base)?;
        rest.strip_prefix('/').map(|rest| rest.split(['#', '?']).next().unwrap_or_default())
    });
    let Some(inner) = inner else { return RunbookLink::Elsewhere };
    let folder =
        if inner.is_empty() || inner.ends_with('/') { inner.to_owned() } else { format!("{inner}/") };
    if site.route(inner).is_some() || site.route(&url::output(&folder)).is_some() {
        RunbookLink::Page
    } else {
        RunbookLink::Dead(inner.to_owned())
    }
}

pub(super) fn site(site: &Site, found: &mut Vec<Diagnostic>) {
    let rules = &site.library.alert_rules;
    if rules.is_empty() {
        return;
    }
    for rule in rules {
        let alert = site.records.alert(&rule.name);
        if alert.is_none_or(|alert| alert.runbooks.is_empty()) {
            found.push(
                ALERT_NO_RUNBOOK
                    .finding(format!("no runbook names the alert `{}`", rule.name))
                    .at(rule.span.clone())
                    .help(format!("add `alerts: [{}]` to the runbook that helps", rule.name)),
            );
        }
        if let RunbookLink::Dead(inner) = link(site, rule) {
            let finding = ALERT_DEAD_LINK
                .finding(format!("`runbook_url` of `{}` leads to no page: `{inner}`", rule.name))
                .at(rule.span.clone());
            found.push(match alert {
                Some(alert) => finding.help(format!("the alert's own page is `{}`", alert.url)),
                None => finding,
            });
        }
    }
    for entry in site.entries.iter().filter(|entry| !entry.is_section) {
        let Fields::Runbook(runbook) = &entry.page.front.fields else { continue };
        for name in &runbook.alerts.0 {
            if rules.iter().any(|rule| rule.name.eq_ignore_ascii_case(name)) {
                continue;
            }
            let page = &entry.page;
            let place = page.front.place(&page.source, "alerts", name);
            let place = if place.is_empty() {
                in_front(entry, "alerts")
            } else {
                Span::new(page.file.clone(), place)
            };
            let finding = ALERT_NO_RULE.finding(format!("no rule raises the alert `{name}`")).at(place);
            found.push(match nearest(name, rules.iter().map(|rule| rule.name.as_str())) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
    }
}
