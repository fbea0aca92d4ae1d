//! Retros and runbooks: whether they say what they are for.

use super::rules::*;
use super::{in_body, in_front};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::fields::{IncidentStatus, RetroFields, RunbookFields};
use crate::record::{Fields, Kind, Milestone, Moment, period};
use crate::site::{Entry, Site};

pub(super) fn page(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    if entry.is_section {
        return;
    }
    review(site, entry, found);
    match &entry.page.front.fields {
        Fields::Retro(retro) => {
            retro_is_whole(entry, retro, found);
            times(site, entry, retro, found);
            contradictions(site, entry, retro, found);
            names(site, entry, retro, found);
            actions(site, entry, retro, found);
        }
        Fields::Runbook(runbook) => {
            let file = Span::file(entry.page.file.clone());
            if runbook.alerts.0.is_empty() && runbook.errors.0.is_empty() {
                found.push(
                    NO_TRIGGER
                        .finding("this runbook names no alert and no error")
                        .at(file.clone())
                        .help("add `alerts` or `errors`: whoever is paged pastes these into the search"),
                );
            }
            watched(site, entry, runbook, found);
            if !entry.page.outline.has_steps {
                found.push(NO_STEPS.finding("this runbook has no steps and no commands").at(file));
            }
        }
        _ => {}
    }
}

/// What a runbook watches.
fn watched(site: &Site, entry: &Entry, runbook: &RunbookFields, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    for path in &runbook.watches.0 {
        let Some(watched) = site.library.watched.get(path).filter(|watched| watched.is_known) else {
            continue;
        };
        let at = || Span::new(page.file.clone(), page.front.place(&page.source, "watches", path));
        match (watched.commits.first(), page.front.common.reviewed) {
            _ if !watched.exists => found.push(
                WATCHED_MISSING
                    .finding(format!("no source has `{path}`"))
                    .at(at())
                    .help("correct the path, or take it out if what it was about is gone"),
            ),
            (Some(last), Some(reviewed)) if last.at.date > reviewed.date => found.push(
                WATCHED_CHANGED
                    .finding(format!("`{path}` changed on {}, after the review", last.at.day()))
                    .at(at())
                    .help("see whether the steps still hold, and set `reviewed` to the day"),
            ),
            _ => {}
        }
    }
}

/// Overdue reviews, of any kind of page.
fn review(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let common = &entry.page.front.common;
    let (Some(reviewed), Some(every), Some(now)) = (common.reviewed, &common.review_every, site.library.now)
    else {
        return;
    };
    let Some(days) = period::days(every) else { return };
    let age = (now.at.as_second() - reviewed.at.as_second()) / 86_400;
    if age > i64::from(days) {
        found.push(
            STALE
                .finding(format!("reviewed {age} days ago, to be reviewed every {days}"))
                .at(in_front(entry, "reviewed"))
                .help("read it as if you were on call, mend it, and set `reviewed` to the day"),
        );
    }
}

/// Whether the page has a heading for something.
fn has_heading(entry: &Entry, names: &[&str]) -> bool {
    entry.page.outline.headings.iter().any(|heading| {
        let text = heading.text.to_lowercase();
        names.iter().any(|name| text.contains(name))
    })
}

fn retro_is_whole(entry: &Entry, retro: &RetroFields, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    let file = || Span::file(page.file.clone());
    let over = retro.status.is_none_or(|status| status == IncidentStatus::Resolved);
    if retro.severity.is_none() {
        found.push(NO_SEVERITY.finding("this retro has no severity").at(file()));
    }
    if page.timeline.is_empty() {
        found.push(
            NO_TIMELINE
                .finding("this retro has no timeline")
                .at(file())
                .help("a list or a table under the heading `Timeline`, each entry with its time"),
        );
    }
    if !has_heading(entry, &["impact", "customer", "effect", "consequence"]) {
        found.push(
            NO_IMPACT
                .finding("this retro does not say what the impact was")
                .at(file())
                .help("under `## Impact`: who noticed what, for how long, how many"),
        );
    }
    let marked = |milestone| page.timeline.iter().any(|entry| entry.milestone == Some(milestone));
    if retro.detected.is_none() && !marked(Milestone::Detected) && !has_heading(entry, &["detect"]) {
        found.push(NO_DETECTION.finding("this retro does not say when the incident was detected").at(file()));
    }
    if over && page.actions.is_empty() {
        found.push(
            NO_ACTIONS
                .finding("this retro has no action items")
                .at(file())
                .help("a task list under `## Action items`, each with `@owner` and `due:YYYY-MM-DD`"),
        );
    }
}

/// Times in the order in which they must be.
fn times(site: &Site, entry: &Entry, retro: &RetroFields, found: &mut Vec<Diagnostic>) {
    let marked = |milestone: Milestone| {
        entry.page.timeline.iter().find(|entry| entry.milestone == Some(milestone)).and_then(|entry| entry.at)
    };
    let all = [
        ("started", retro.started.or_else(|| marked(Milestone::Started))),
        ("detected", retro.detected.or_else(|| marked(Milestone::Detected))),
        ("acknowledged", retro.acknowledged.or_else(|| marked(Milestone::Acknowledged))),
        ("mitigated", retro.mitigated.or_else(|| marked(Milestone::Mitigated))),
        ("resolved", retro.resolved.or_else(|| marked(Milestone::Resolved))),
    ];
    let known: Vec<(&str, Moment)> = all
        .iter()
        .filter_map(|(name, moment)| Some((*name, moment.filter(|moment| moment.has_time)?)))
        .collect();
    for (index, (name, moment)) in known.iter().enumerate() {
        let mut earlier =
            known.iter().take(index).filter(|(other, _)| *other != "acknowledged" || *name == "resolved");
        if let Some((other, before)) = earlier.rfind(|(_, before)| before.at > moment.at) {
            found.push(
                IMPOSSIBLE
                    .finding(format!("{name} at {}, before it was {other} at {}", moment.at, before.at))
                    .at(in_front(entry, name)),
            );
        }
    }
    let now = site.library.now;
    for (name, moment) in &known {
        // Zones differ by less than two days.
        if now.is_some_and(|now| moment.at.as_second() > now.at.as_second() + 2 * 86_400) {
            found.push(
                IN_FUTURE
                    .finding(format!("{name} at {}, which lies in the future", moment.at))
                    .at(in_front(entry, name)),
            );
        }
    }
    let mut before: Option<Moment> = None;
    for row in &entry.page.timeline {
        match row.at {
            None => found.push(
                ODD_TIME
                    .finding(format!("`{}` is no time that can be read", row.written))
                    .at(in_body(entry, &row.span))
                    .help("write `09:02`, `09:02 UTC` or `2026-03-14T09:02Z`"),
            ),
            Some(at) => {
                if let Some(before) = before
                    && at.at < before.at
                {
                    found.push(
                        UNSORTED
                            .finding(format!("{} comes after {}", row.written, before.at))
                            .at(in_body(entry, &row.span)),
                    );
                }
                before = Some(at);
            }
        }
    }
}

/// Times that front matter, timeline and releases give differently.
fn contradictions(site: &Site, entry: &Entry, retro: &RetroFields, found: &mut Vec<Diagnostic>) {
    let own = [
        (Milestone::Started, retro.started),
        (Milestone::Detected, retro.detected),
        (Milestone::Acknowledged, retro.acknowledged),
        (Milestone::Mitigated, retro.mitigated),
        (Milestone::Resolved, retro.resolved),
    ];
    for (milestone, own) in own {
        let row = entry.page.timeline.iter().find(|row| row.milestone == Some(milestone));
        let (Some(own), Some(row)) = (own.filter(|own| own.has_time), row) else { continue };
        let Some(at) = row.at else { continue };
        // People write minutes.
        if own.at.as_second() / 60 != at.at.as_second() / 60 {
            let name = milestone.name();
            found.push(
                TIMES_DIFFER
                    .finding(format!("{name} at {}, but the front matter says {}", at.human(), own.human()))
                    .at(in_body(entry, &row.span))
                    .related(in_front(entry, name), "the front matter")
                    .help("the front matter counts: correct one of them"),
            );
        }
    }
    let Some(incident) = site.records.incident(entry.id) else { return };
    let release = incident.cause_release.and_then(|(package, release)| {
        let (release, _) = site.packages.get(package)?.release(release)?;
        Some((release.title().to_owned(), Moment::from_seconds(release.time?.seconds)?))
    });
    if let (Some((title, released)), Some(started)) = (release, incident.milestones.started)
        // People write minutes.
        && released.at.as_second() - started.at.as_second() >= 60
    {
        found.push(
            BEFORE_CAUSE
                .finding(format!(
                    "started at {}, but {title} was released at {}",
                    started.human(),
                    released.human()
                ))
                .at(in_front(entry, "caused_by"))
                .help("another release caused it, or the start is wrong"),
        );
    }
}

/// Releases and runbooks that a retro names.
fn names(site: &Site, entry: &Entry, retro: &RetroFields, found: &mut Vec<Diagnostic>) {
    let releases = [("caused_by", &retro.caused_by), ("fixed_by", &retro.fixed_by)];
    for (field, name) in releases.into_iter().filter_map(|(field, name)| Some((field, name.as_ref()?))) {
        if !site.packages.is_empty() && !has_release(site, &name.0) {
            found.push(
                UNKNOWN_RELEASE
                    .finding(format!("there is no release `{}`", name.0))
                    .at(in_front(entry, field))
                    .help("name the package and the version: `api@2.14.0`"),
            );
        }
    }
    for name in &retro.runbooks.0 {
        if site.named(entry, name, Some(Kind::Runbook)).is_none() {
            let near = crate::diagnostic::nearest::nearest(
                name,
                site.entries
                    .iter()
                    .filter(|other| other.page.kind == Kind::Runbook)
                    .map(|other| other.page.stem()),
            );
            let mut finding = UNKNOWN_RUNBOOK
                .finding(format!("there is no runbook `{name}`"))
                .at(in_front(entry, "runbooks"));
            if let Some(near) = near {
                finding = finding.help(format!("did you mean `{near}`?"));
            }
            found.push(finding);
        }
    }
}

fn has_release(site: &Site, name: &str) -> bool {
    let (package, version) =
        name.rsplit_once('@').map_or(("", name), |(package, version)| (package, version));
    let version = version.trim_start_matches('v');
    site.packages.iter().filter_map(|package| package.history()).flat_map(|history| &history.releases).any(
        |release| {
            (package.is_empty() || release.package == package)
                && release
                    .version
                    .as_ref()
                    .is_some_and(|other| other.as_str().trim_start_matches('v') == version)
        },
    )
}

fn actions(site: &Site, entry: &Entry, retro: &RetroFields, found: &mut Vec<Diagnostic>) {
    for action in &entry.page.actions {
        let at = || in_body(entry, &action.span);
        let shown = site.records.actions.iter().any(|other| {
            other.retro == entry.id && other.number == action.number && !other.evidence.is_empty()
        });
        if shown {
            // Commits say that it is done, whatever its box says.
            continue;
        }
        if action.done {
            if action.tracker.is_none() {
                found.push(
                    ACTION_NO_EVIDENCE
                        .finding(format!("A{} is done, but nothing shows it", action.number))
                        .at(at())
                        .help("add the ticket or the pull request: `#482`; or name it in a commit: `Action-Item: ID`"),
                );
            }
            continue;
        }
        if action.owner.is_none() {
            found.push(
                ACTION_NO_OWNER
                    .finding(format!("nobody owns A{}", action.number))
                    .at(at())
                    .help("add `@team` or `@person`: what everybody owns, nobody does"),
            );
        }
        match (action.due, site.library.now) {
            (None, _) => found.push(
                ACTION_NO_DUE
                    .finding(format!("A{} has no due day", action.number))
                    .at(at())
                    .help("add `due:YYYY-MM-DD`"),
            ),
            (Some(due), Some(now)) if due.date < now.date => {
                found.push(
                    ACTION_OVERDUE.finding(format!("A{} was due on {}", action.number, due.day())).at(at()),
                );
            }
            _ => {}
        }
    }
    let limit = period::days(&site.library.config.check.retro_review).unwrap_or(30);
    let over = retro.resolved.or(entry.page.date).filter(|_| retro.status == Some(IncidentStatus::Resolved));
    if let (Some(over), None, Some(now)) = (over, entry.page.front.common.reviewed, site.library.now) {
        let age = (now.at.as_second() - over.at.as_second()) / 86_400;
        if age > i64::from(limit) {
            found.push(
                NOT_REVIEWED
                    .finding(format!("resolved {age} days ago and not reviewed"))
                    .at(in_front(entry, "status"))
                    .help("talk it through with those concerned, and set `reviewed` to the day"),
            );
        }
    }
}
