//! Owners, services, alerts, tags: names that pages share.

use super::in_front;
use super::rules::*;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::{Fields, Kind};
use crate::site::{Entry, Site};
use std::collections::{BTreeMap, BTreeSet};

/// A tag that is as good as another is on at most so many pages,
const RARE: usize = 1;
/// while the other is on at least so many.
const COMMON: usize = 5;

pub(super) fn page(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let catalogue = &site.library.catalogue;
    let common = &entry.page.front.common;
    let services = crate::site::services(&site.library, entry);
    if let Some(owner) = &common.owner {
        let name = owner.0.trim_start_matches('@');
        if !catalogue.teams.is_empty() && !catalogue.teams.contains_key(name) {
            let near = nearest(name, catalogue.teams.keys().map(String::as_str));
            let help =
                near.map_or("add the team to the catalogue".into(), |near| format!("did you mean `{near}`?"));
            found.push(
                UNKNOWN_OWNER
                    .finding(format!("there is no team `{name}`"))
                    .at(in_front(entry, "owner"))
                    .help(help),
            );
        }
    } else if entry.page.kind == Kind::Runbook && !entry.is_section {
        let by_service = services
            .iter()
            .any(|name| catalogue.services.get(name).is_some_and(|service| service.owner.is_some()));
        if !by_service && site.library.owners(&entry.page).is_empty() {
            found.push(
                NO_OWNER
                    .finding("nobody owns this runbook")
                    .at(Span::file(entry.page.file.clone()))
                    .help("add `owner`, or a service that has one"),
            );
        }
    }
}

/// Teams of CODEOWNERS that the catalogue does not have, each once.
fn code_owners(site: &Site, found: &mut Vec<Diagnostic>) {
    let teams = &site.library.catalogue.teams;
    let Some(owners) = site.library.code_owners.as_ref().filter(|_| !teams.is_empty()) else { return };
    let mut seen = BTreeSet::new();
    for (owner, at) in owners.named() {
        let Some(team) = owner.team().filter(|team| !teams.contains_key(*team)) else { continue };
        if seen.insert(team) {
            let near = nearest(team, teams.keys().map(String::as_str));
            let help =
                near.map_or("add the team to the catalogue".into(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{}` owns files, and no team is called `{team}`", owner.name);
            found.push(UNKNOWN_CODE_OWNER.finding(message).at(at).help(help));
        }
    }
}

pub(super) fn site(site: &Site, found: &mut Vec<Diagnostic>) {
    code_owners(site, found);
    let catalogue = &site.library.catalogue;
    let file = &site.library.config.content.services;
    let with_runbook: BTreeSet<String> = site
        .entries
        .iter()
        .filter(|entry| entry.page.kind == Kind::Runbook)
        .flat_map(|entry| crate::site::services(&site.library, entry))
        .collect();
    for (name, service) in &catalogue.services {
        let at = Span::file(file.as_str());
        if service.owner.is_none() {
            found.push(SERVICE_NO_OWNER.finding(format!("nobody owns the service `{name}`")).at(at.clone()));
        }
        if service.tier == Some(1) && !with_runbook.contains(name) {
            found.push(
                SERVICE_NO_RUNBOOK
                    .finding(format!("`{name}` is of tier 1 and has no runbook"))
                    .at(at.clone())
                    .help(format!(
                        "`annals new runbook \"…\"` makes one; `services: [{name}]` joins it to the service"
                    )),
            );
        }
        for needed in service.depends_on.iter().filter(|needed| !catalogue.services.contains_key(*needed)) {
            found.push(
                UNKNOWN_DEPENDENCY
                    .finding(format!("`{name}` depends on `{needed}`, which is no service"))
                    .at(at.clone()),
            );
        }
    }
    alerts(site, found);
    tags(site, found);
}

fn alerts(site: &Site, found: &mut Vec<Diagnostic>) {
    let mut claimed: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in &site.entries {
        let Fields::Runbook(runbook) = &entry.page.front.fields else { continue };
        for alert in &runbook.alerts.0 {
            if let Some(first) = claimed.insert(alert, entry)
                && first.id != entry.id
            {
                found.push(
                    ALERT_TWICE
                        .finding(format!("the alert `{alert}` has two runbooks"))
                        .at(in_front(entry, "alerts"))
                        .related(Span::file(first.page.file.clone()), "the other")
                        .help("whoever is paged needs one place to start from"),
                );
            }
        }
    }
}

fn tags(site: &Site, found: &mut Vec<Diagnostic>) {
    let Some(tags) = site.taxonomy("tags") else { return };
    let common: Vec<&str> =
        tags.terms.iter().filter(|term| term.pages.len() >= COMMON).map(|term| term.name.as_str()).collect();
    for term in tags.terms.iter().filter(|term| term.pages.len() <= RARE && term.name.chars().count() >= 5) {
        let Some(near) = nearest(&term.name, common.iter().copied()) else { continue };
        // Names that differ by a number are different things.
        let letters = |name: &str| name.chars().filter(|char| !char.is_numeric()).collect::<String>();
        if letters(near) == letters(&term.name) || strsim::osa_distance(near, &term.name) > 1 {
            continue;
        }
        for entry in term.pages.iter().filter_map(|id| site.entry(*id)) {
            found.push(
                NEAR_TAG
                    .finding(format!("only this page has the tag `{}`", term.name))
                    .at(in_front(entry, "tags"))
                    .help(format!("did you mean `{near}`?")),
            );
        }
    }
}
