//! Who is on call, through the binary: the page, the feeds, services, the home page, logs by week, and new logs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const SITE: &str = "[site]\ntitle = \"Sample\"\nbase_url = \"https://sample.example/kb/\"\n\n[[sources]]\nname = \"sample\"\npath = \".\"\n";
const CATALOGUE: &str = r#"
[teams.edge]
title = "Edge team"

[services.checkout]
owner = "edge"
packages = ["sample"]

[services.mail]
owner = "edge"

[rotations.edge]
title = "Edge, first line"
team = "edge"
services = ["checkout"]
zone = "Europe/Berlin"
members = ["Sample Person 1", "Sample Person 2"]
start = "2026-03-16 09:00"
overrides = [{ from = "2026-03-24 18:00", until = "2026-03-25 09:00", who = "Sample Person 3" }]

[rotations.mail]
services = ["mail"]
calendar = "content/oncall/mail.ics"
"#;
const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260323T000000Z\r\nDTEND:20260324T000000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nSUMMARY:<b>Sample</b> Person 4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const LOG: &str = "---\ntitle: Week 12 at the edge\nperiod: 2026-W12\n---\n\nQuiet.\n";
const RETRO: &str = "---\ntitle: Checkout returned 502\nseverity: SEV2\nservices: [checkout]\nstatus: resolved\nstarted: 2026-03-18T14:00Z\ndetected: 2026-03-18T14:05Z\nmitigated: 2026-03-18T14:40Z\nresolved: 2026-03-18T15:00Z\n---\n\n## Impact\n\nSome.\n";

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn git(root: &Path, time: &str, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=Sample", "-c", "user.email=sample@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .envs([("GIT_AUTHOR_DATE", time), ("GIT_COMMITTER_DATE", time)])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A site with two rotations, a log, a retro and two releases; the second came out two hours before the incident.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", SITE);
    write(root, "services.toml", CATALOGUE);
    write(root, "content/oncall/mail.ics", CALENDAR);
    write(root, "content/oncall/2026-w12.md", LOG);
    write(root, "content/retros/2026-03-18-checkout.md", RETRO);
    git(root, "2026-03-02T12:00:00Z", &["init", "-q", "-b", "main"]);
    git(root, "2026-03-02T12:00:00Z", &["add", "."]);
    git(root, "2026-03-02T12:00:00Z", &["commit", "-qm", "feat: begin"]);
    git(root, "2026-03-02T12:00:00Z", &["tag", "-a", "v1.0.0", "-m", "1.0.0"]);
    write(root, "a.txt", "a");
    git(root, "2026-03-18T12:00:00Z", &["add", "."]);
    git(root, "2026-03-18T12:00:00Z", &["commit", "-qm", "feat: push config at once"]);
    git(root, "2026-03-18T12:00:00Z", &["tag", "-a", "v1.1.0", "-m", "1.1.0"]);
    folder
}

fn annals(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(arguments).output().unwrap()
}

fn build(root: &Path, now: &str) {
    let output = annals(root, &["build", "--now", now]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text of an element's first occurrence, without tags.
fn text_of(html: &str, mark: &str) -> String {
    let rest = html.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {html}")).1;
    let inner = rest.split_once('>').unwrap().1.split_once("</dd>").unwrap().0;
    let mut out = String::new();
    let mut inside = false;
    for char in inner.chars() {
        match char {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(char),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_page_says_without_a_script_who_is_on_call_and_as_of_when() {
    let site = site();
    build(site.path(), "2026-03-24T20:00Z");
    let html = read(site.path(), "on-call/index.html");
    assert_eq!(text_of(&html, "duty-now"), "Sample Person 3 until Wed 2026-03-25 09:00");
    assert_eq!(text_of(&html, "duty-next"), "Sample Person 2 from Wed 2026-03-25 09:00");
    assert!(html.contains("as of 2026-03-24"), "{html}");
    // The change to summer time lies between: the handover stays at nine.
    assert!(html.contains("<time datetime=\"2026-03-30T07:00:00Z\">Mon 2026-03-30 09:00</time>"), "{html}");
    assert!(html.contains("&lt;b&gt;Sample&lt;/b&gt; Person 4") && !html.contains("<b>Sample</b>"), "{html}");
    assert!(html.contains("href=\"../services/checkout/\""), "{html}");
}

#[test]
fn services_and_the_home_page_show_it_and_load_the_shifts() {
    let site = site();
    build(site.path(), "2026-03-24T12:00Z");
    for page in ["services/checkout/index.html", "index.html"] {
        let html = read(site.path(), page);
        assert_eq!(text_of(&html, "duty-now"), "Sample Person 2 until Tue 2026-03-24 18:00", "{page}");
        assert!(html.contains("on-call/shifts.js"), "{page}");
    }
    let mail = read(site.path(), "services/mail/index.html");
    assert!(mail.contains("data-rotation=\"mail\"") && !mail.contains("data-rotation=\"edge\""));
    let script = read(site.path(), "on-call/shifts.js");
    let data: Value = serde_json::from_str(
        // The first line is the data; the script that shows it follows.
        script
            .lines()
            .next()
            .unwrap()
            .strip_prefix("window.annalsShifts=")
            .unwrap()
            .strip_suffix(';')
            .unwrap(),
    )
    .unwrap();
    let shifts = data["rotations"]["edge"].as_array().unwrap();
    // Whoever reads the page a year later still finds who is on call.
    let last = shifts.last().unwrap()[1].as_i64().unwrap();
    assert!(last >= data["until"].as_i64().unwrap());
    assert_eq!(data["until"].as_i64().unwrap(), 1_774_353_600 + 366 * 86_400);
    for pair in shifts.windows(2) {
        assert_eq!(pair[0][1], pair[1][0], "no gap and no overlap in a rotation by rule");
    }
}

#[test]
fn feeds_hold_the_shifts() {
    let site = site();
    build(site.path(), "2026-03-24T12:00Z");
    let calendar = read(site.path(), "on-call/edge.ics").replace("\r\n ", "");
    assert!(calendar.contains("DTSTART:20260324T170000Z\r\nDTEND:20260325T080000Z\r\nSUMMARY:Edge\\, first line: Sample Person 3"), "{calendar}");
    assert!(!calendar.contains("Person 4"), "one rotation's calendar has no other's shifts");
    assert!(read(site.path(), "on-call/shifts.ics").contains("Person 4"));
    let json: Value = serde_json::from_str(&read(site.path(), "on-call/shifts.json")).unwrap();
    assert_eq!(json["rotations"][0]["zone"], "Europe/Berlin");
    let stands_in = json["rotations"][0]["shifts"].as_array().unwrap().iter();
    let stands_in: Vec<_> = stands_in.filter(|shift| shift["stands_in"] == true).collect();
    assert_eq!(stands_in.len(), 1);
    assert_eq!(stands_in[0]["from"], "2026-03-24T17:00:00Z");
}

#[test]
fn the_same_present_gives_the_same_bytes_and_a_public_build_names_nobody() {
    let site = site();
    build(site.path(), "2026-03-24T12:00Z");
    let first = read(site.path(), "on-call/shifts.js");
    build(site.path(), "2026-03-24T12:00Z");
    assert_eq!(first, read(site.path(), "on-call/shifts.js"));
    let output = annals(site.path(), &["build", "--audience", "public"]);
    assert!(output.status.success());
    let output = Command::new("grep").arg("-rl").arg("Sample Person").arg(site.path().join("dist")).output();
    assert_eq!(String::from_utf8_lossy(&output.unwrap().stdout), "");
}

#[test]
fn logs_are_collected_by_week_with_what_happened_in_it() {
    let site = site();
    build(site.path(), "2026-03-24T12:00Z");
    let html = read(site.path(), "on-call/index.html");
    let weeks = html.split_once("id=\"logs\"").unwrap().1;
    for part in [
        "2026-W12",
        "2026-03-16 – 2026-03-22",
        "Week 12 at the edge",
        "Checkout returned 502",
        "sample 1.1.0",
    ] {
        assert!(weeks.contains(part), "{part}: {weeks}");
    }
    assert!(!weeks.contains("sample 1.0.0"), "{weeks}");
}

#[test]
fn a_new_log_begins_with_the_week() {
    let site = site();
    let output = annals(site.path(), &["new", "log", "Week 12", "--now", "2026-03-20", "--print"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "period: 2026-W12\n",
        "- Edge, first line: Sample Person 1, handed over to Sample Person 2\n",
        "- 2026-03-18 [Checkout returned 502](/retros/2026-03-18-checkout.md) (SEV2, 40 min)\n",
        "- 2026-03-18 [sample 1.1.0](/packages/sample/1.1.0/)\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // What it links to is there.
    let output = annals(site.path(), &["new", "log", "Week 12", "--now", "2026-03-20"]);
    assert!(output.status.success());
    let output = annals(site.path(), &["check", "--now", "2026-03-24"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains("link/broken"), "{text}");
    let output = annals(site.path(), &["new", "log", "Week 8", "--now", "2026-02-18", "--print"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("None of this week has a retro.") && text.contains("Nothing in this week."),
        "{text}"
    );
}

#[test]
fn a_new_retro_knows_owner_latest_releases_and_who_is_on_call() {
    let site = site();
    let arguments = ["new", "retro", "x", "--service", "checkout", "--now", "2026-03-20", "--print"];
    for template in [None, Some("sre"), Some("pagerduty"), Some("etsy"), Some("howie")] {
        let more = template.map(|name| vec!["--template", name]).unwrap_or_default();
        let output = annals(site.path(), &[&arguments[..], &more[..]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("owner: edge\n"), "{text}");
        assert!(text.contains("  2026-03-18 sample 1.1.0\n  2026-03-02 sample 1.0.0\n"), "{text}");
        assert!(text.contains("On call for Edge, first line: Sample Person 1\n-->\n"), "{text}");
    }
}

#[test]
fn releases_shortly_before_an_incident_are_candidates_for_its_cause() {
    let site = site();
    build(site.path(), "2026-03-24T12:00Z");
    let html = read(site.path(), "retros/2026-03-18-checkout/index.html");
    let section = html.split_once("id=\"candidateCauses\"").unwrap().1.split_once("</section>").unwrap().0;
    assert!(section.contains("sample 1.1.0") && section.contains("T−2 h"), "{section}");
    assert!(!section.contains("1.0.0"), "two weeks before is no candidate: {section}");
    assert!(!section.contains("badge"), "nobody named it: {section}");
    let file = site.path().join("content/retros/2026-03-18-checkout.md");
    fs::write(&file, RETRO.replace("status:", "caused_by: sample@1.1.0\nstatus:")).unwrap();
    build(site.path(), "2026-03-24T12:00Z");
    let html = read(site.path(), "retros/2026-03-18-checkout/index.html");
    assert!(html.contains("named as the cause"), "{html}");
}

#[test]
fn what_is_wrong_with_a_rotation_is_told_at_its_place() {
    let site = site();
    let catalogue = CATALOGUE.replace("zone = \"Europe/Berlin\"", "zone = \"Berlin\"");
    write(site.path(), "services.toml", &catalogue);
    let output = annals(site.path(), &["check"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("services.toml:16:8") && text.contains("`Europe/Berlin`"), "{text}");
    let catalogue = CATALOGUE.replace("services = [\"mail\"]", "services = [\"mial\"]");
    write(site.path(), "services.toml", &catalogue);
    write(site.path(), "content/oncall/mail.ics", &CALENDAR.replace("FREQ=DAILY", "FREQ=YEARLY"));
    let output = annals(site.path(), &["check"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("did you mean `mail`?"), "{text}");
    assert!(text.contains("content/oncall/mail.ics:5:1") && text.contains("repeat yearly"), "{text}");
}
