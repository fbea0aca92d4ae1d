//! Pages of records: what they have in common, and which view makes which.

use super::archive::ArchiveView;
use super::audit::AuditView;
use super::board::BoardView;
use super::metrics::{MetricsView, MonthView};
use super::on_call::OnCallView;
use super::parts::parts_of;
use super::{Renderer, Shell, digest};
use crate::diagnostic::Diagnostic;
use crate::site::{Facet, Listing, RecordRoute, SectionId, url};
use crate::theme::view::{DriftView, FactView, ItemView, LinkView, PagerView};
use serde::Serialize;
use serde_json::Value;

/// What a page of records is made from.
#[derive(Serialize)]
pub(super) struct RecordFacts {
    template: &'static str,
    shell: Shell,
    view: RecordView,
}

impl RecordFacts {
    /// The facts as parts, to tell which of them differ.
    pub(super) fn parts(&self) -> [Value; 2] {
        [parts_of(&self.shell), serde_json::json!({ "records": parts_of(&self.view) })]
    }
}

/// A page of records.
#[derive(Serialize)]
#[serde(untagged)]
enum RecordView {
    Archive(ArchiveView),
    Board(BoardView),
    Metrics(MetricsView),
    Month(MonthView),
    Alerts(AlertsView),
    Alert(AlertView),
    Review(ReviewsView),
    OnCall(OnCallView),
    Audit(AuditView),
}

/// Values that a list can be narrowed to.
#[derive(Debug, Serialize)]
pub(super) struct FacetView {
    /// What they are values of.
    title: String,
    /// The values.
    links: Vec<CountView>,
    /// Values that are left out.
    more: usize,
}

/// A value that a list can be narrowed to.
#[derive(Debug, Serialize)]
struct CountView {
    /// The value.
    title: String,
    /// The list of it.
    url: String,
    /// How many there are.
    count: usize,
    /// Whether this list is narrowed to it.
    current: bool,
}

/// Alerts that rules raise or runbooks name.
#[derive(Serialize)]
struct AlertsView {
    /// Title.
    title: String,
    /// Alerts by name.
    alerts: Vec<AlertView>,
    /// How many alerts of the rules have no runbook.
    gaps: usize,
    /// Where the list goes on.
    pager: Option<PagerView>,
}

/// An alert.
#[derive(Serialize)]
struct AlertView {
    /// Name of the alert.
    name: String,
    /// Address of its page.
    url: String,
    /// Its severity, as the rule says.
    severity: Option<String>,
    /// What it means, as the rule says.
    summary: Option<String>,
    /// Where it is searched for.
    search_url: String,
    /// Whether a rule raises it, where the site knows rules.
    has_rule: Option<bool>,
    /// Runbooks that name it.
    runbooks: Vec<ItemView>,
}

/// Pages that somebody has to look at.
#[derive(Serialize)]
struct ReviewsView {
    /// Title.
    title: String,
    /// What the list can be narrowed to.
    facets: Vec<FacetView>,
    /// Pages to look at, the one that is due first at the front.
    rows: Vec<ReviewRow>,
    /// Where the list goes on.
    pager: Option<PagerView>,
}

/// One of them.
#[derive(Serialize)]
struct ReviewRow {
    /// The page.
    link: LinkView,
    /// Team that keeps it.
    owner: Option<String>,
    /// Day of the review: `2026-03-14`
    due: Option<String>,
    /// Whether that day has passed.
    is_late: bool,
    /// What the page watches and what became of it since its review.
    changed: Vec<DriftView>,
}

impl Renderer {
    /// What a page of records is made from; none for a file.
    pub(super) fn record_facts(&self, route: RecordRoute) -> Option<RecordFacts> {
        let (template, url, number, view) = match route {
            RecordRoute::Archive(list, number) => {
                let list = self.site.records.archive.get(list)?;
                ("archive.html", list.url.clone(), number, RecordView::Archive(self.archive(list, number)))
            }
            RecordRoute::Actions(list, number) => {
                let list = self.site.records.boards.get(list)?;
                ("actions.html", list.url.clone(), number, RecordView::Board(self.board(list, number)))
            }
            RecordRoute::Metrics(of) => {
                let view = self.metrics(of)?;
                ("metrics.html", view.url.clone(), 1, RecordView::Metrics(view))
            }
            RecordRoute::MetricsMonth(first) => {
                let view = self.metrics_month(first)?;
                ("metrics-month.html", view.url.clone(), 1, RecordView::Month(view))
            }
            RecordRoute::Alerts(number) => {
                let view = RecordView::Alerts(self.alerts(number));
                ("alerts.html", crate::site::ALERTS.to_owned(), number, view)
            }
            RecordRoute::Alert(index) => {
                let alert = self.site.records.alerts.get(index)?;
                ("alert.html", alert.url.clone(), 1, RecordView::Alert(self.alert(alert)))
            }
            RecordRoute::Review(list, number) => {
                let list = self.site.records.queues.get(list)?;
                (
                    "review-queue.html",
                    list.url.clone(),
                    number,
                    RecordView::Review(self.reviews(list, number)),
                )
            }
            RecordRoute::Audit(list, number) => {
                let list = self.site.audit.lists.get(list)?;
                ("audit.html", list.url.clone(), number, RecordView::Audit(self.audit(list, number)))
            }
            RecordRoute::OnCall => {
                ("on-call.html", crate::site::ON_CALL.to_owned(), 1, RecordView::OnCall(self.on_call()))
            }
            RecordRoute::Calendar(_)
            | RecordRoute::ActionsJson
            | RecordRoute::ActionsCsv
            | RecordRoute::MetricsJson
            | RecordRoute::MetricsCsv
            | RecordRoute::OnCallJson
            | RecordRoute::OnCallScript
            | RecordRoute::OnCallCalendar(_)
            | RecordRoute::AuditJson
            | RecordRoute::AuditCsv => return None,
        };
        let title = match &view {
            RecordView::Archive(view) => view.title.clone(),
            RecordView::Board(view) => view.title.clone(),
            RecordView::Metrics(view) => view.title.clone(),
            RecordView::Month(view) => view.title.clone(),
            RecordView::Alerts(view) => view.title.clone(),
            RecordView::Alert(view) => view.name.clone(),
            RecordView::Review(view) => view.title.clone(),
            RecordView::OnCall(view) => view.title.clone(),
            RecordView::Audit(view) => view.title.clone(),
        };
        let mut nav = self.nav(SectionId(0), &url, None);
        nav.trail = self.record_trail(&url);
        let shell = Shell {
            title,
            description: String::new(),
            noindex: number > 1,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav,
            url: if number == 1 { url } else { format!("{url}page/{number}/") },
        };
        Some(RecordFacts { template, shell, view })
    }

    /// Hash of everything that a page of records is made from.
    pub(super) fn record_key(&self, facts: &RecordFacts, hasher: &mut blake3::Hasher) {
        hasher.update(&self.theme.hash);
        digest(facts, hasher);
    }

    /// A page of records.
    pub(super) fn record(&self, facts: RecordFacts) -> Result<String, Diagnostic> {
        let mut context = self.context(facts.shell);
        context.insert("view", &facts.view);
        self.theme.render(facts.template, &context)
    }

    /// A file of records.
    pub(super) fn record_file(&self, route: RecordRoute) -> String {
        match route {
            RecordRoute::Calendar(list) => self.due_calendar(list),
            RecordRoute::ActionsJson => self.actions_json(),
            RecordRoute::ActionsCsv => self.actions_csv(),
            RecordRoute::MetricsJson => self.metrics_json(),
            RecordRoute::MetricsCsv => self.metrics_csv(),
            RecordRoute::OnCallJson => self.on_call_json(),
            RecordRoute::OnCallScript => self.on_call_script(),
            RecordRoute::OnCallCalendar(only) => self.on_call_calendar(only),
            RecordRoute::AuditJson => self.audit_json(),
            RecordRoute::AuditCsv => self.audit_csv(),
            _ => String::new(),
        }
    }

    /// The page above one: `actions/owner/edge/` stands below `actions/`.
    fn record_trail(&self, address: &str) -> Vec<LinkView> {
        let names = [
            (crate::site::ARCHIVE, "archive"),
            (crate::site::ACTIONS, "actions"),
            (crate::site::METRICS, "metrics"),
            (crate::site::ALERTS, "alerts"),
            (crate::site::REVIEW, "review_queue"),
            (crate::site::AUDIT, "audit"),
        ];
        let above = names.iter().find(|(root, _)| address.starts_with(root) && address != *root);
        above
            .map(|(root, word)| LinkView { title: self.theme.word(word).to_owned(), url: (*root).to_owned() })
            .into_iter()
            .collect()
    }

    /// The title of a list: `Action items: owner edge`.
    pub(super) fn listing_title(&self, word: &str, list: &Listing) -> String {
        let word = self.theme.word(word);
        if list.group.is_empty() {
            return word.to_owned();
        }
        let group = self.theme.word(group_word(list.group));
        format!("{word}: {group} {}", self.value_title(list))
    }

    /// What a list's value is called.
    fn value_title(&self, list: &Listing) -> String {
        let catalogue = &self.site.library.catalogue;
        let own = match list.group {
            "service" => catalogue.services.get(&list.name).and_then(|service| service.title.clone()),
            "owner" => catalogue.teams.get(&list.name).and_then(|team| team.title.clone()),
            "state" | "age" | "kind" => Some(self.theme.word(&list.name).to_owned()),
            _ => None,
        };
        own.unwrap_or_else(|| list.name.clone())
    }

    /// What a list can be narrowed to, group by group.
    pub(super) fn facets(&self, lists: &[Listing], facets: &[Facet], current: &Listing) -> Vec<FacetView> {
        let link = |list: &Listing| CountView {
            title: if list.group.is_empty() {
                self.theme.word("all").to_owned()
            } else {
                self.value_title(list)
            },
            url: list.url.clone(),
            count: list.rows.len(),
            current: list.url == current.url,
        };
        let view = |facet: &Facet| FacetView {
            title: self.theme.word(group_word(facet.group)).to_owned(),
            links: facet.shown.iter().filter_map(|at| lists.get(*at)).map(link).collect(),
            more: facet.more,
        };
        facets.iter().map(view).collect()
    }

    pub(super) fn fact(&self, word: &str, value: String) -> FactView {
        FactView { label: self.theme.word(word).to_owned(), value, url: None }
    }

    fn alerts(&self, number: usize) -> AlertsView {
        let records = &self.site.records;
        let (alerts, pager) = self.slice(&records.alerts, crate::site::ALERTS, number);
        AlertsView {
            title: self.theme.word("alerts").to_owned(),
            alerts: alerts.iter().map(|alert| self.alert(alert)).collect(),
            gaps: records.alerts.iter().filter(|alert| alert.runbooks.is_empty()).count(),
            pager,
        }
    }

    fn alert(&self, alert: &crate::site::Alert) -> AlertView {
        let rules = &self.site.library.alert_rules;
        let rule = alert.rule.and_then(|index| rules.get(index));
        AlertView {
            name: alert.name.clone(),
            url: alert.url.clone(),
            severity: rule.and_then(|rule| rule.severity.clone()),
            summary: rule.and_then(|rule| rule.summary.clone()),
            search_url: format!("search/?q={}", url::encode(&alert.name)),
            has_rule: (!rules.is_empty()).then_some(rule.is_some()),
            runbooks: alert
                .runbooks
                .iter()
                .filter_map(|id| self.site.entry(*id))
                .map(|entry| self.item(entry, Some(entry.page.kind)))
                .collect(),
        }
    }

    fn reviews(&self, list: &Listing, number: usize) -> ReviewsView {
        let records = &self.site.records;
        let (rows, pager) = self.slice(&list.rows, &list.url, number);
        let row = |row: &usize| {
            let review = records.reviews.get(*row)?;
            let entry = self.site.entry(review.entry)?;
            Some(ReviewRow {
                link: LinkView { title: entry.page.title.clone(), url: entry.url.clone() },
                owner: review.owner.clone(),
                due: review.due.map(|due| due.day()),
                is_late: review.is_late,
                changed: self.drift(&entry.page),
            })
        };
        ReviewsView {
            title: self.listing_title("review_queue", list),
            facets: self.facets(&records.queues, &records.queue_facets, list),
            rows: rows.iter().filter_map(row).collect(),
            pager,
        }
    }
}

/// The word of a group.
fn group_word(group: &'static str) -> &'static str {
    match group {
        "severity" => "severity",
        "year" => "year",
        "service" => "service",
        "cause" => "caused_by",
        "tag" => "tag",
        "owner" => "action_owner",
        "month" => "month",
        "author" => "author",
        "kind" => "kind",
        "age" => "age",
        "state" => "state",
        _ => "show",
    }
}
