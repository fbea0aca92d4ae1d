//! The formats of `annals check` hold to what their readers require.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A site in a folder of a repository, with an error, a warning and a note, and with characters that formats escape.
fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let kb = root.path().join("kb, 100%");
    fs::create_dir_all(kb.join("content/é")).unwrap();
    fs::write(kb.join("site.toml"), "[check.rules]\n\"link/broken\" = \"error\"\n").unwrap();
    fs::write(kb.join("content/é/a b.md"), "# A\n\né [x](no\"<&'where.md)\nTODO\n\u{1}TODO\n").unwrap();
    let ok = Command::new("git").arg("-C").arg(root.path()).args(["init", "-q"]).status().unwrap().success();
    assert!(ok);
    root
}

fn check(root: &Path, format: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root.join("kb, 100%"))
        .args(["check", "--now", "2026-06-01", "--format", format])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// An empty site, without findings.
fn clean(format: &str) -> String {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("content")).unwrap();
    fs::write(root.path().join("site.toml"), "[check.rules]\n\"page/orphan\" = \"off\"\n").unwrap();
    fs::write(root.path().join("content/a.md"), "# A\n\nx\n").unwrap();
    let git = |args: &[&str]| {
        let ok = Command::new("git").arg("-C").arg(root.path()).args(args).status().unwrap().success();
        assert!(ok, "git {args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "feat: a"]);
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root.path())
        .args(["check", "--format", format])
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Keys of an object, all of which have to be among those that the schema knows: it allows no others.
fn only(value: &Value, known: &[&str]) {
    for key in value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys() {
        assert!(known.contains(&key.as_str()), "`{key}` is not in the schema: {value}");
    }
}

/// What `sarif-schema-2.1.0.json` requires of the parts that are written.
fn assert_sarif(log: &Value) {
    only(log, &["$schema", "version", "runs", "inlineExternalProperties", "properties"]);
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().unwrap() {
        only(run, &["tool", "columnKind", "results"]);
        assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap()));
        only(&run["tool"], &["driver"]);
        let driver = &run["tool"]["driver"];
        only(driver, &["name", "semanticVersion", "rules"]);
        assert!(!driver["name"].as_str().unwrap().is_empty());
        let rules = driver["rules"].as_array().unwrap();
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), rules.len(), "uniqueItems");
        for rule in rules {
            only(rule, &["id", "defaultConfiguration", "shortDescription"]);
            assert_level(&rule["defaultConfiguration"]["level"]);
            assert!(rule["shortDescription"].is_null() || rule["shortDescription"]["text"].is_string());
        }
        for result in run["results"].as_array().unwrap() {
            only(
                result,
                &[
                    "ruleId",
                    "ruleIndex",
                    "level",
                    "message",
                    "partialFingerprints",
                    "locations",
                    "relatedLocations",
                ],
            );
            assert!(result["message"]["text"].is_string(), "message needs `text` or `id`");
            assert_level(&result["level"]);
            let index = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(result["partialFingerprints"].as_object().unwrap().values().all(Value::is_string));
            let none = Vec::new();
            for key in ["locations", "relatedLocations"] {
                for location in result[key].as_array().unwrap_or(&none) {
                    only(location, &["physicalLocation", "message"]);
                    let place = &location["physicalLocation"];
                    only(place, &["artifactLocation", "region"]);
                    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
                    assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "format uri-reference: {uri}");
                    if let Some(region) = place.get("region") {
                        only(region, &["startLine", "startColumn", "endLine", "endColumn"]);
                        assert!(
                            region.as_object().unwrap().values().all(|value| value.as_u64().unwrap() >= 1)
                        );
                        assert!(region["endLine"].as_u64() >= region["startLine"].as_u64());
                    }
                }
            }
        }
    }
}

fn assert_level(level: &Value) {
    assert!(["none", "note", "warning", "error"].contains(&level.as_str().unwrap()), "{level}");
}

#[test]
fn sarif_holds_to_its_schema() {
    let root = site();
    let log: Value = serde_json::from_str(&check(root.path(), "sarif")).unwrap();
    assert_sarif(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let broken = results.iter().find(|result| result["ruleId"] == "link/broken").unwrap();
    assert_eq!(broken["level"], "error");
    let place = &broken["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"], "kb%2C%20100%25/content/%C3%A9/a%20b.md",
        "from the repository"
    );
    assert_eq!(place["region"]["startLine"], 3);
    assert_eq!(place["region"]["startColumn"], 3, "columns count characters");
    let prints: BTreeSet<&str> =
        results.iter().map(|result| result["partialFingerprints"]["annals/v1"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), results.len());
    let empty: Value = serde_json::from_str(&clean("sarif")).unwrap();
    assert_sarif(&empty);
    assert!(empty["runs"][0]["results"].as_array().unwrap().is_empty());
}

#[test]
fn a_fingerprint_outlives_lines_added_above() {
    let root = site();
    let prints = || -> BTreeSet<String> {
        let report: Value = serde_json::from_str(&check(root.path(), "gitlab")).unwrap();
        report
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = prints();
    let file = root.path().join("kb, 100%/content/é/a b.md");
    let text = fs::read_to_string(&file).unwrap().replace("# A\n", "# A\n\nMore.\n");
    fs::write(file, text).unwrap();
    assert_eq!(prints(), before);
}

#[test]
fn github_commands_are_escaped_and_on_one_line_each() {
    let root = site();
    let text = check(root.path(), "github");
    let line = text.lines().find(|line| line.contains("title=link/broken")).unwrap();
    assert!(
        line.starts_with("::error file=kb%2C 100%25/content/é/a b.md,line=3,endLine=3,col=3,endColumn="),
        "{line}"
    );
    for line in text.lines() {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
        assert!(!message.is_empty());
    }
    assert_eq!(clean("github"), "");
}

#[test]
fn gitlab_gets_all_it_asks_for() {
    let root = site();
    let report: Value = serde_json::from_str(&check(root.path(), "gitlab")).unwrap();
    let issues = report.as_array().unwrap();
    assert!(issues.len() >= 4, "{report}");
    for issue in issues {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(!issue[key].as_str().unwrap().is_empty(), "{issue}");
        }
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{issue}");
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with(['/', '.']));
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
    }
    let prints: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), issues.len(), "fingerprints are unique");
    assert_eq!(clean("gitlab").trim(), "[]");
}

/// Reads XML far enough to see that it is well formed: the names of all elements with their attributes, in order.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap();
    let (mut open, mut all) = (Vec::new(), Vec::new());
    let plain = |text: &str| {
        assert!(!text.contains('<') && !text.contains('\u{1}'), "{text}");
        for part in text.split('&').skip(1) {
            let name = part.split(';').next().unwrap();
            assert!(["amp", "lt", "gt", "quot", "#10", "#13", "#9"].contains(&name), "&{name};");
        }
    };
    while let Some((text, tail)) = rest.split_once('<') {
        plain(text);
        let (tag, tail) = tail.split_once('>').unwrap();
        rest = tail;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let empty = tag.ends_with('/');
        let (name, mut values) = tag.trim_end_matches('/').split_once(' ').unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((key, tail)) = values.split_once("=\"") {
            let (value, tail) = tail.split_once('"').unwrap();
            plain(value);
            attributes.push((key.trim().to_owned(), value.to_owned()));
            values = tail;
        }
        all.push((name.to_owned(), attributes));
        if !empty {
            open.push(name.to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let root = site();
    let xml = check(root.path(), "junit");
    let all = elements(&xml);
    let count = |name: &str| all.iter().filter(|(other, _)| other == name).count();
    let suite = &all.iter().find(|(name, _)| name == "testsuite").unwrap().1;
    let value = |key: &str| suite.iter().find(|(other, _)| other == key).unwrap().1.clone();
    assert_eq!(value("tests"), count("testcase").to_string());
    assert_eq!(value("failures"), count("failure").to_string());
    assert_eq!(count("testsuites"), 1);
    for (_, attributes) in all.iter().filter(|(name, _)| name == "testcase") {
        for needed in ["name", "classname"] {
            assert!(
                attributes.iter().any(|(key, value)| key == needed && !value.is_empty()),
                "{attributes:?}"
            );
        }
    }
    let empty = elements(&clean("junit"));
    assert_eq!(
        empty.iter().filter(|(name, _)| name == "testcase").count(),
        1,
        "an empty report looks broken off"
    );
}
