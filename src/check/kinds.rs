//! Demos, decisions, paths, logs and kinds of the site's own: whether they have what they need, and name what there is.

use super::rules::*;
use super::{in_front, nearest};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::fields::{DecisionFields, DecisionStatus, PathFields};
use crate::record::{Audience, FieldType, Fields, Kind, Moment};
use crate::site::{Entry, Site, review};

pub(super) fn page(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    if entry.is_section {
        return;
    }
    sections(site, entry, found);
    let page = &entry.page;
    match &page.front.fields {
        Fields::Decision(decision) => one_decision(site, entry, decision, found),
        Fields::Path(path) => one_path(site, entry, path, found),
        Fields::Demo(demo) => {
            let release = demo.release.as_ref().filter(|_| !site.packages.is_empty());
            let known = |name: &str| crate::site::release_named(&site.packages, name).is_some();
            if let Some(release) = release.filter(|release| !known(&release.0)) {
                found.push(
                    DEMO_UNKNOWN_RELEASE
                        .finding(format!("there is no release `{}`", release.0))
                        .at(in_front(entry, "release"))
                        .help("name the package and the version: `api@2.14.0`"),
                );
            }
        }
        Fields::Log(log) => {
            let period = log.period.as_ref().map(|period| period.0.as_str());
            if let Some(period) = period.filter(|period| !is_period(period)) {
                found.push(
                    LOG_PERIOD
                        .finding(format!("`{period}` is no week"))
                        .at(in_front(entry, "period"))
                        .help("write `2026-W12`; without it the page's day says which week it is"),
                );
            }
        }
        Fields::Own(values) => {
            for field in site.library.config.all_kinds.fields(page.kind) {
                let value = values.get(&field.name);
                if field.required && value.is_none() {
                    let finding = KIND_NO_FIELD
                        .finding(format!("this {} has no `{}`", label(site, page.kind), field.name))
                        .at(Span::file(page.file.clone()));
                    found.push(match field.choices.as_slice() {
                        [] => finding,
                        choices => finding.help(format!("it is one of {}", choices.join(", "))),
                    });
                }
                if let (FieldType::Page, Some(name)) = (field.sort, value.and_then(|value| value.as_str()))
                    && site.named(entry, name, None).is_none()
                {
                    found.push(unknown(site, entry, &field.name, name, None, &KIND_UNKNOWN_PAGE));
                }
            }
        }
        _ => {}
    }
}

fn label(site: &Site, kind: Kind) -> String {
    site.library.config.all_kinds.label(kind).to_lowercase()
}

/// Headings that the kind's pages must have.
fn sections(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let Some(config) = site.library.config.all_kinds.settings(page.kind) else { return };
    for wanted in &config.sections {
        let has =
            page.outline.headings.iter().any(|heading| heading.text.eq_ignore_ascii_case(wanted.trim()));
        if !has {
            found.push(
                KIND_NO_SECTION
                    .finding(format!("this {} has no section “{wanted}”", label(site, page.kind)))
                    .at(Span::file(page.file.clone()))
                    .help(format!("add `## {wanted}`")),
            );
        }
    }
}

/// A name that leads to no page of a kind.
fn unknown(
    site: &Site,
    entry: &Entry,
    field: &str,
    name: &str,
    kind: Option<Kind>,
    rule: &Rule,
) -> Diagnostic {
    let page = &entry.page;
    let place = page.front.place(&page.source, field, name);
    let finding = rule.finding(format!("there is no page `{name}`")).at(Span::new(page.file.clone(), place));
    let pages = site.entries.iter().filter(|other| kind.is_none_or(|kind| other.page.kind == kind));
    match nearest(name, pages.map(|other| other.page.stem())) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("name its file without the ending, or its path from the content folder"),
    }
}

fn one_decision(site: &Site, entry: &Entry, decision: &DecisionFields, found: &mut Vec<Diagnostic>) {
    let superseded = decision.status == Some(DecisionStatus::Superseded);
    match &decision.replaced_by {
        Some(name) if site.named(entry, name, Some(Kind::Decision)).is_none() => {
            let kind = Some(Kind::Decision);
            found.push(unknown(site, entry, "replaced_by", name, kind, &DECISION_UNKNOWN_SUCCESSOR));
        }
        Some(_) if !superseded => found.push(
            DECISION_NOT_SUPERSEDED
                .finding("this decision is replaced, and its status does not say so")
                .at(in_front(entry, "replaced_by"))
                .help("set `status: superseded`"),
        ),
        None if superseded => found.push(
            DECISION_NO_SUCCESSOR
                .finding("this decision is superseded, and nobody says by which")
                .at(in_front(entry, "status"))
                .help("name the new one in `replaced_by`"),
        ),
        _ => {}
    }
    if decision.status.is_none() {
        found.push(
            DECISION_NO_STATUS
                .finding("this decision has no status")
                .at(Span::file(entry.page.file.clone()))
                .help("`proposed`, `accepted`, `rejected` or `superseded`"),
        );
    }
}

/// Steps that whoever follows the path can't rely on.
fn one_path(site: &Site, entry: &Entry, path: &PathFields, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let at = |name: &str| Span::new(page.file.clone(), page.front.place(&page.source, "steps", name));
    for name in &path.steps.0 {
        let Some(step) = site.named(entry, name, None) else {
            let is_draft = site.library.pages().any(|page| page.stem() == name && page.front.common.draft);
            found.push(if is_draft {
                PATH_HIDDEN_STEP.finding(format!("`{name}` is a draft")).at(at(name))
            } else {
                unknown(site, entry, "steps", name, None, &PATH_UNKNOWN_STEP)
            });
            continue;
        };
        if page.audience == Audience::Public && step.page.audience == Audience::Internal {
            found.push(
                PATH_HIDDEN_STEP
                    .finding(format!("`{name}` is internal, and this path is public"))
                    .at(at(name))
                    .help("make the path internal, or leave the step out"),
            );
        }
        let late = |now: Moment| review::due(&step.page).is_some_and(|due| due.date < now.date);
        if site.library.now.is_some_and(late) || !review::drift(&site.library, &step.page).is_empty() {
            found.push(
                PATH_STALE_STEP
                    .finding(format!("`{name}` may be out of date"))
                    .at(at(name))
                    .related(Span::file(step.page.file.clone()), "the step")
                    .help("review it: newcomers can't tell what no longer holds"),
            );
        }
    }
}

fn is_period(period: &str) -> bool {
    period.contains("-W") && crate::record::period::span(period).is_some()
}
