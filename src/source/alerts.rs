//! Alerts of Prometheus rule files and of PrometheusRule manifests.

use super::project::Project;
use crate::data::{self, Data, Node};
use crate::diagnostic::{Diagnostic, Span};
use std::fs;

/// A rule that raises an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRule {
    /// The alert's name.
    pub name: String,
    /// Its label `severity`.
    pub severity: Option<String>,
    /// Its annotation `summary`.
    pub summary: Option<String>,
    /// Its annotation `runbook_url`, or the older `runbook`.
    pub runbook_url: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Reads the rule files that `site.toml` names, with what is wrong with them.
pub(super) fn read(project: &Project, found: &mut Vec<Diagnostic>) -> Vec<AlertRule> {
    let mut rules = Vec::new();
    for name in &project.config.alerts.rules {
        match fs::read_to_string(project.root.join(name)) {
            Ok(text) => rules.extend(rules_of(name, &text, found)),
            Err(error) => found.push(
                Diagnostic::error("source/unreadable", format!("this file can't be read: {error}"))
                    .at(Span::file(name.as_str()))
                    .help("`alerts.rules` in site.toml names it"),
            ),
        }
    }
    rules
}

fn rules_of(file: &str, text: &str, found: &mut Vec<Diagnostic>) -> Vec<AlertRule> {
    let mut rules = Vec::new();
    let mut offset = 0;
    // A file may hold several documents.
    for document in text.split("\n---") {
        match data::parse_yaml(document) {
            Ok(mut node) => {
                node.shift(offset);
                // `kubectl get prometheusrules -o yaml` wraps them into a list.
                let manifests = std::iter::once(&node).chain(items(node.get("items")));
                for manifest in manifests {
                    let groups = manifest.get("groups").or_else(|| manifest.get("spec")?.get("groups"));
                    for group in items(groups) {
                        rules.extend(items(group.get("rules")).iter().filter_map(|rule| one(file, rule)));
                    }
                }
            }
            Err(errors) => found.extend(errors.into_iter().map(|error| {
                let span = Span::new(file, error.span.start + offset..error.span.end + offset);
                Diagnostic::error("alert/syntax", error.message).at(span)
            })),
        }
        offset += document.len() + "\n---".len();
    }
    rules
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.data) {
        Some(Data::List(items)) => items,
        _ => &[],
    }
}

/// A rule of an alert; one that only records a series has none.
fn one(file: &str, rule: &Node) -> Option<AlertRule> {
    let name = rule.get("alert")?;
    let text = |part: &str, key: &str| Some(rule.get(part)?.get(key)?.as_str()?.trim().to_owned());
    Some(AlertRule {
        name: name.as_str()?.to_owned(),
        severity: text("labels", "severity"),
        summary: text("annotations", "summary"),
        runbook_url: text("annotations", "runbook_url").or_else(|| text("annotations", "runbook")),
        span: Span::new(file, name.span.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "groups:\n- name: edge\n  rules:\n  - record: x\n    expr: y\n  - alert: EdgeDown\n    expr: up == 0\n    labels:\n      severity: critical\n    annotations:\n      summary: The edge is down.\n      runbook_url: https://kb.example.org/alerts/EdgeDown/\n";

    #[test]
    fn rules_are_read_with_their_place_from_files_and_from_manifests() {
        let mut found = Vec::new();
        let rules = rules_of("alerts.yml", RULES, &mut found);
        assert_eq!(found, []);
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].name, "EdgeDown");
        assert_eq!(rules[0].severity.as_deref(), Some("critical"));
        assert_eq!(&RULES[rules[0].span.start..rules[0].span.end], "EdgeDown");
        let inner = RULES.lines().map(|line| format!("  {line}\n")).collect::<String>();
        let manifest = format!("kind: ConfigMap\n---\nkind: PrometheusRule\nspec:\n{inner}");
        let rules = rules_of("rule.yml", &manifest, &mut found);
        assert_eq!(&manifest[rules[0].span.start..rules[0].span.end], "EdgeDown");
        let list = format!(
            "kind: List\nitems:\n- spec:\n{}",
            inner.lines().map(|line| format!("  {line}\n")).collect::<String>()
        );
        assert_eq!(rules_of("list.yml", &list, &mut found).len(), 1);
        assert_eq!(found, []);
    }

    #[test]
    fn a_file_that_is_no_yaml_is_told_with_its_place() {
        let mut found = Vec::new();
        assert_eq!(rules_of("alerts.yml", "groups: [", &mut found), []);
        assert_eq!(found[0].rule, "alert/syntax");
    }
}
