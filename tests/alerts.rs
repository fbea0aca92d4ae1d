//! `annals alerts`: rule files of Prometheus held against runbooks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const RULES: &str = r#"groups:
  - name: edge
    rules:
      - record: edge:errors:rate5m
        expr: sum(rate(edge_errors_total[5m]))
      - alert: EdgeDown
        expr: up{job="edge"} == 0
        for: 5m
        labels: {severity: critical}
      - alert: EdgeSlow
        expr: edge_latency > 1
        annotations:
          runbook_url: https://kb.example.org/runbooks/gone/
      - alert: EdgeLinked
        expr: up == 0
        annotations:
          runbook_url: https://kb.example.org/alerts/{{ $labels.alertname }}/
"#;
const MANIFESTS: &str = r#"apiVersion: v1
kind: ConfigMap
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: mail
spec:
  groups:
    - name: mail
      rules:
        - alert: MailQueueGrows
          expr: mail_queue > 1000
          annotations:
            summary: The queue grows.
"#;

fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    write("site.toml", "[site]\ntitle = \"Sample\"\nbase_url = \"https://kb.example.org/\"\n");
    write("monitoring/edge.yml", RULES);
    write("monitoring/mail.yaml", MANIFESTS);
    write(
        "content/runbooks/edge.md",
        "---\ntitle: Edge\nalerts: [EdgeDown, EdgeSlow, EdgeLinked, EdgeGone]\n---\n\n1. Look.\n",
    );
    folder
}

/// Exit code, standard output and standard error.
fn alerts(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .current_dir(root)
        .arg("alerts")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

const BOTH: [&str; 2] = ["monitoring/edge.yml", "monitoring/mail.yaml"];

#[test]
fn gaps_and_dead_links_are_told_at_their_lines() {
    let site = site();
    let (code, out, err) = alerts(site.path(), &BOTH);
    assert_eq!((code, out.as_str()), (0, ""));
    for part in [
        "alert/no-runbook",
        "monitoring/mail.yaml:12:18",
        "alert/dead-link",
        "monitoring/edge.yml:10:16",
        "no rule raises the alert `EdgeGone`",
        "4 rules that alert: 3 with a runbook, 1 with a link that leads somewhere; 1 alert of runbooks without a rule",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert_eq!(err.matches("alert/no-runbook").count(), 1, "{err}");
    assert_eq!(alerts(site.path(), &[&BOTH[..], &["--deny", "warnings"]].concat()).0, 1);
    // From a folder below, paths are the reader's.
    let (_, _, err) = alerts(&site.path().join("monitoring"), &["mail.yaml"]);
    assert!(err.contains("monitoring/mail.yaml:12:18") && !err.contains("alert/dead-link"), "{err}");
}

#[test]
fn annotations_to_add_are_yaml_with_the_place_of_each_rule() {
    let site = site();
    let (code, out, err) = alerts(site.path(), &[&BOTH[..], &["--annotations"]].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "# monitoring/edge.yml:6 EdgeDown\nannotations:\n  runbook_url: https://kb.example.org/alerts/EdgeDown/\n\
         # monitoring/edge.yml:10 EdgeSlow, instead of a dead link\nannotations:\n  runbook_url: https://kb.example.org/alerts/EdgeSlow/\n"
    );
    // With them in place nothing is left to add.
    let added = RULES
        .replace(
            "labels: {severity: critical}",
            "annotations: {runbook_url: 'https://kb.example.org/alerts/EdgeDown/'}",
        )
        .replace("runbooks/gone/", "alerts/EdgeSlow/");
    fs::write(site.path().join("monitoring/edge.yml"), added).unwrap();
    let (_, out, _) = alerts(site.path(), &["monitoring/edge.yml", "--annotations"]);
    assert_eq!(out, "");
}

#[test]
fn json_has_every_rule_with_its_runbooks() {
    let site = site();
    let (_, out, _) = alerts(site.path(), &[&BOTH[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&out).unwrap();
    let links: Vec<_> = report["rules"].as_array().unwrap().iter().map(|rule| &rule["link"]).collect();
    assert_eq!(links, ["missing", "dead", "template", "missing"]);
    assert_eq!(report["rules"][0]["runbooks"][0]["url"], "https://kb.example.org/runbooks/edge/");
    assert_eq!(report["rules"][3]["line"], 12);
    assert_eq!(report["without_rule"][0]["alert"], "EdgeGone");
    assert_eq!(report["counts"]["warnings"], 2);
}

#[test]
fn the_files_of_the_settings_are_read_and_what_can_not_be_read_fails() {
    let site = site();
    let (code, _, err) = alerts(site.path(), &[]);
    assert!(code == 2 && err.contains("no rule file is named"), "{err}");
    let settings = site.path().join("site.toml");
    let text = fs::read_to_string(&settings).unwrap() + "[alerts]\nrules = [\"monitoring/edge.yml\"]\n";
    fs::write(&settings, text).unwrap();
    assert!(alerts(site.path(), &[]).2.contains("3 rules that alert"));
    let (code, _, err) = alerts(site.path(), &["monitoring/none.yml"]);
    assert!(code == 1 && err.contains("none.yml"), "{err}");
    fs::write(site.path().join("bad.yml"), "groups: [").unwrap();
    let (code, _, err) = alerts(site.path(), &["bad.yml"]);
    assert!(code == 1 && err.contains("alert/syntax"), "{err}");
    fs::write(&settings, "").unwrap();
    let (code, _, err) = alerts(site.path(), &["monitoring/edge.yml", "--annotations"]);
    assert!(code == 2 && err.contains("base_url"), "{err}");
}
