//! Rows of lists.

use super::Renderer;
use crate::record::Fields;
use crate::record::fields::{DecisionStatus, IncidentStatus};
use crate::record::{Kind, Severity};
use crate::site::Entry;
use crate::theme::view::{ItemView, MarkView, SeverityView};

impl Renderer {
    /// An entry as a row. Its kind is shown where the list has pages of several kinds.
    pub(super) fn item(&self, entry: &Entry, list_kind: Option<Kind>) -> ItemView {
        let page = &entry.page;
        let services = crate::site::services(&self.site.library, entry);
        ItemView {
            title: page.title.clone(),
            url: entry.url.clone(),
            kind: page.kind.name().to_owned(),
            kind_label: if list_kind == Some(page.kind) { String::new() } else { self.kind_label(page.kind) },
            description: page.description(),
            date: page.date.map(Into::into),
            severity: severity(&page.front.fields).map(severity_view),
            status: status(&page.front.fields),
            services,
            marks: self.incident_marks(entry),
            heading: None,
        }
    }

    /// How long an incident lasted for users, and how many of its action items are open.
    fn incident_marks(&self, entry: &Entry) -> Vec<MarkView> {
        let records = &self.site.records;
        let Some(incident) = records.incident(entry.id) else { return Vec::new() };
        let took = incident.milestones.minutes_to_restore().map(|minutes| MarkView {
            text: self.theme.duration(minutes),
            label: self.theme.word("restore_time").to_owned(),
            class: "",
        });
        let actions = incident.actions.iter().filter_map(|at| records.actions.get(*at));
        let open = actions.filter(|action| action.state.is_open()).count();
        let open = (open > 0).then(|| MarkView {
            text: self.theme.counted("n_open", open),
            label: self.theme.word("open_actions").to_owned(),
            class: "state-open",
        });
        took.into_iter().chain(open).collect()
    }

    /// What a page of a kind is called on this site.
    pub(super) fn kind_label(&self, kind: Kind) -> String {
        self.theme.label(self.site.library.config.all_kinds.label(kind)).to_owned()
    }
}

pub(super) fn severity(fields: &Fields) -> Option<&Severity> {
    match fields {
        Fields::Retro(retro) => retro.severity.as_ref(),
        Fields::Runbook(runbook) => runbook.severity.as_ref(),
        _ => None,
    }
}

pub(super) fn severity_view(severity: &Severity) -> SeverityView {
    SeverityView { rank: severity.rank, label: severity.label.clone() }
}

/// The state of an incident or a decision.
pub(super) fn status(fields: &Fields) -> Option<&'static str> {
    match fields {
        Fields::Retro(retro) => retro.status.map(|status| match status {
            IncidentStatus::Investigating => "investigating",
            IncidentStatus::Identified => "identified",
            IncidentStatus::Monitoring => "monitoring",
            IncidentStatus::Resolved => "resolved",
        }),
        Fields::Decision(decision) => decision.status.map(|status| match status {
            DecisionStatus::Proposed => "proposed",
            DecisionStatus::Accepted => "accepted",
            DecisionStatus::Rejected => "rejected",
            DecisionStatus::Superseded => "superseded",
        }),
        _ => None,
    }
}
