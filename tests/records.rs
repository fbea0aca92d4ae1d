//! Pages of records through the binary: retros at a glance, action items, the archive, figures, alerts, reviews.

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

const SITE: &str = "[site]\ntitle = \"Sample\"\nbase_url = \"https://sample.example/kb/\"\n\n[[sources]]\nname = \"sample\"\npath = \".\"\n\n[alerts]\nrules = [\"alerts.yml\"]\n";
const CATALOGUE: &str = "[teams.edge]\ntitle = \"Edge team\"\n\n[services.checkout]\nowner = \"edge\"\npackages = [\"sample\"]\n\n[services.mail]\nowner = \"edge\"\n";
const RULES: &str = "groups:\n- name: a\n  rules:\n  - alert: EdgeDown\n    labels: {severity: critical}\n  - alert: MailQueueGrows\n";
const RUNBOOK: &str = "---\ntitle: Edge is down\nservices: [checkout]\nalerts: [EdgeDown]\nreviewed: 2026-01-10\nreview_every: 30d\nwatches: [a.txt, 'sample:services.toml', no/such.yaml]\n---\n\n1. Look.\n";

/// A retro of an incident that began at nine o'clock.
fn retro(day: &str, title: &str, front: &str, actions: &str) -> String {
    format!(
        "---\ntitle: {title}\n{front}\n---\n\n## Impact\n\nSome.\n\n## Timeline\n\n- {day} 09:00 UTC **started** a config push\n- 09:10 UTC **detected** an alert\n- 09:40 UTC **mitigated** the push is undone\n- 10:00 UTC **resolved** green\n\n## Action items\n\n{actions}\n"
    )
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn git(root: &Path, day: &str, arguments: &[&str]) {
    let date = format!("{day}T12:00:00Z");
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "user.name=Sample", "-c", "user.email=sample@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .envs([("GIT_AUTHOR_DATE", date.as_str()), ("GIT_COMMITTER_DATE", date.as_str())])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A site with three retros, two releases, and a commit that does an action item.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", SITE);
    write(root, "services.toml", CATALOGUE);
    write(root, "alerts.yml", RULES);
    write(root, "content/runbooks/edge.md", RUNBOOK);
    write(
        root,
        "content/retros/2026-03-14-checkout.md",
        &retro(
            "2026-03-14",
            "Checkout returned 502",
            "severity: SEV1\nservices: [checkout]\nstatus: resolved\ncaused_by: sample@1.1.0\nrunbooks: [edge]",
            "- [ ] Canary pushes @edge due:2026-04-01 (prevent)\n- [ ] Alert on age @edge due:2026-03-20 (detect)\n- [x] Tell everybody (process)",
        ),
    );
    write(
        root,
        "content/retros/2026-04-02-again.md",
        &retro(
            "2026-04-02",
            "Checkout is slow",
            "severity: SEV2\nservices: [checkout]\nstatus: monitoring\ncaused_by: sample@1.1.0\ntags: [latency]",
            "- [ ] Look at limits due:2026-05-01",
        ),
    );
    write(
        root,
        "content/retros/2025-12-01-mail.md",
        &retro(
            "2025-12-01",
            "Mail is late",
            "severity: SEV2\nservices: [mail]\nstatus: resolved\naudience: internal",
            "- [ ] A secret plan @mail due:2026-01-01",
        ),
    );
    git(root, "2026-02-01", &["init", "-q", "-b", "main"]);
    git(root, "2026-02-01", &["add", "."]);
    git(root, "2026-02-01", &["commit", "-qm", "feat: a first thing"]);
    git(root, "2026-02-02", &["tag", "v1.0.0"]);
    write(root, "a.txt", "a");
    git(root, "2026-03-10", &["add", "."]);
    git(root, "2026-03-10", &["commit", "-qm", "feat: another thing"]);
    git(root, "2026-03-12", &["tag", "-a", "-m", "1.1.0", "v1.1.0"]);
    write(root, "b.txt", "b");
    git(root, "2026-03-28", &["add", "."]);
    let message = "fix: push to one region first\n\nAction-Item: 2026-03-14-checkout/A1";
    git(root, "2026-03-28", &["commit", "-qm", message]);
    git(root, "2026-03-30", &["tag", "-a", "-m", "1.1.1", "v1.1.1"]);
    folder
}

fn build(root: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["build", "--now", "2026-04-10"])
        .args(arguments)
        .current_dir(root)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn json(root: &Path, path: &str) -> Value {
    serde_json::from_str(&read(root, path)).unwrap()
}

#[test]
fn a_retro_shows_its_phases_to_scale_and_older_ones_like_it() {
    let folder = site();
    build(folder.path(), &[]);
    let page = read(folder.path(), "retros/2026-04-02-again/index.html");
    let rects = [
        "x=\"0\" y=\"0\" width=\"166\"",
        "x=\"166\" y=\"0\" width=\"500\"",
        "x=\"666\" y=\"0\" width=\"334\"",
    ];
    for rect in rects {
        assert!(page.contains(rect), "{rect} in {page}");
    }
    assert!(
        page.contains("Unnoticed <b>10 min</b>") && page.contains("Being repaired <b>30 min</b>"),
        "{page}"
    );
    assert!(page.contains("<td class=\"number\">T+40 min</td>"), "{page}");
    assert!(
        page.contains("Similar incidents") && page.contains("the package that caused it, checkout"),
        "{page}"
    );
    let open = page.split("Still open from before").nth(1).unwrap();
    assert!(
        open.contains("Alert on age") && !open.contains("Canary pushes") && !open.contains("Tell everybody")
    );
    let older = read(folder.path(), "retros/2026-03-14-checkout/index.html");
    assert!(older.contains("Similar incidents") && !older.contains("Still open from before"), "{older}");
}

#[test]
fn incidents_that_tell_of_one_alert_are_alike() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", "[site]\ntitle = \"Sample\"\n");
    write(root, "content/runbooks/edge.md", RUNBOOK);
    let tell = |name: &str, text: &str| {
        write(root, &format!("content/retros/{name}.md"), &format!("---\ntitle: {name}\n---\n\n{text}\n"));
    };
    tell("first", "The alert `EdgeDown` fired.");
    tell("second", "Nobody saw EdgeDown.");
    tell("third", "The edge was down, edgedown so to say, and EdgeDownSoon was muted.");
    build(root, &[]);
    let page = read(root, "retros/first/index.html");
    let similar = page.split("class=\"similar\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(similar.contains("second") && similar.contains("the alert EdgeDown"), "{similar}");
    assert!(!similar.contains("third"), "{similar}");
    assert!(!read(root, "retros/third/index.html").contains("class=\"similar\""));
}

#[test]
fn an_action_item_is_open_until_its_retro_or_a_commit_says_otherwise() {
    let folder = site();
    build(folder.path(), &[]);
    let data = json(folder.path(), "actions/actions.json");
    let states: Vec<(&str, &str)> = data["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (item["id"].as_str().unwrap(), item["state"].as_str().unwrap()))
        .collect();
    assert_eq!(
        states,
        [
            ("2025-12-01-mail/A1", "overdue"),
            ("2026-03-14-checkout/A2", "overdue"),
            ("2026-04-02-again/A1", "open"),
            ("2026-03-14-checkout/A1", "released"),
            ("2026-03-14-checkout/A3", "done"),
        ]
    );
    let through = &data["follow_through"];
    assert_eq!((&through["done"], &through["timed"], &through["on_time"]), (&2.into(), &1.into(), &1.into()));
    let board = read(folder.path(), "actions/index.html");
    assert!(board.contains("href=\"../retros/2026-03-14-checkout/#action-items\""), "{board}");
    let done = read(folder.path(), "actions/done/index.html");
    assert!(done.contains("sample 1.1.1") && !done.contains("Alert on age"), "{done}");
    assert!(read(folder.path(), "actions/owner/edge/index.html").contains("Alert on age"));
    assert!(read(folder.path(), "actions/owner/nobody/index.html").contains("Look at limits"));
    let calendar = read(folder.path(), "actions/owner/edge/due.ics");
    assert!(calendar.contains("UID:2026-03-14-checkout/A2@sample.example\r\n"), "{calendar}");
    assert!(calendar.contains("DTSTART;VALUE=DATE:20260320\r\n") && !calendar.contains("/A1@"), "{calendar}");
    assert_eq!(read(folder.path(), "actions/actions.csv").lines().count(), 6);
}

#[test]
fn a_public_build_knows_no_internal_incident() {
    let folder = site();
    let root = folder.path();
    fs::write(root.join("site.toml"), format!("{SITE}\n[content]\naudience = \"public\"\n")).unwrap();
    build(root, &["--audience", "public"]);
    for path in [
        "actions/actions.json",
        "actions/actions.csv",
        "actions/due.ics",
        "actions/index.html",
        "archive/index.html",
    ] {
        let text = read(root, path);
        assert!(!text.contains("secret plan") && !text.contains("Mail is late"), "{path}");
    }
    assert!(!root.join("dist/archive/service/mail").exists());
    assert_eq!(json(root, "metrics/metrics.json")["services"]["mail"]["total"]["incidents"], 0);
}

#[test]
fn the_archive_is_narrowed_by_links() {
    let folder = site();
    build(folder.path(), &[]);
    let all = read(folder.path(), "archive/index.html");
    for link in ["severity/sev2/", "year/2025/", "service/checkout/", "cause/sample@1.1.0/", "tag/latency/"] {
        assert!(all.contains(&format!("href=\"../archive/{link}\"")), "{link} in {all}");
    }
    let year = read(folder.path(), "archive/year/2025/index.html");
    assert!(year.contains("Mail is late") && !year.contains("Checkout returned 502"), "{year}");
}

#[test]
fn the_archive_tells_how_long_incidents_took_and_what_is_still_to_be_done() {
    let folder = site();
    build(folder.path(), &[]);
    let all = read(folder.path(), "archive/index.html");
    let row = all.split("Checkout returned 502").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(row.contains("title=\"Time to restore\">40 min<") && row.contains(">1 open<"), "{row}");
    for fact in [
        "<dt>Open action items</dt><dd><a href=\"../actions/\">3</a>",
        "<dt>overdue</dt><dd><a href=\"../actions/overdue/\">2</a>",
    ] {
        assert!(all.contains(fact), "{fact} in {all}");
    }
    let service = read(folder.path(), "archive/service/checkout/index.html");
    assert!(service.contains("<a href=\"../../../actions/service/checkout/\">2</a>"), "{service}");
    let year = read(folder.path(), "archive/year/2025/index.html");
    assert!(year.contains("<dt>Open action items</dt><dd>1</dd>"), "no board has just those: {year}");
}

#[test]
fn a_team_sees_first_what_needs_care() {
    let folder = site();
    build(folder.path(), &[]);
    let page = read(folder.path(), "teams/edge/index.html");
    let order = [
        "<h2>Open incidents <small>1</small></h2>",
        "Checkout is slow",
        "<h2>Open action items <small>1</small></h2>",
        "Alert on age",
        "badge state-overdue\">overdue<",
        "href=\"../../actions/owner/edge/\"",
        "<h2>Pages to review <small>1</small></h2>",
        "Edge is down",
        ">Review overdue<",
        ">Changed since the review<",
        "href=\"../../review/owner/edge/\"",
        "<h2>Services <small>2</small></h2>",
        "href=\"../../services/checkout/\"",
        ">1 open incident<",
        ">1 runbook<",
        "href=\"../../services/mail/\"",
    ];
    let mut rest = page.as_str();
    for part in order {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("{part} where it belongs in {page}")).1;
    }
    assert!(!page.contains("Canary pushes") && !page.contains("Look at limits"), "done, or nobody's: {page}");
    assert!(!page.contains("A secret plan"), "another owner's: {page}");
}

#[test]
fn the_pages_of_a_term_stand_by_kind_and_the_newest_first() {
    let folder = site();
    write(
        folder.path(),
        "content/notes/a.md",
        "---\ntitle: About checkout\nservices: [checkout]\n---\n\nOne.\n",
    );
    build(folder.path(), &[]);
    let page = read(folder.path(), "services/checkout/index.html");
    let list = page.rsplit("<h2>Runbooks</h2>").next().unwrap();
    let at = |text: &str| list.find(text).unwrap_or_else(|| panic!("{text} in {list}"));
    let places =
        ["Edge is down", "<h2>Retros</h2>", "is slow", "returned 502", "<h2>Articles</h2>", "About checkout"];
    let places = places.map(at);
    assert!(places.is_sorted(), "{places:?} in {list}");
    let tag = read(folder.path(), "tags/latency/index.html");
    assert!(
        !tag.contains("<h2>Retros</h2>") && tag.contains(">Retro</span>"),
        "one kind needs no heading: {tag}"
    );
}

#[test]
fn a_person_sees_own_action_items_and_a_component_of_the_same_name_does_not() {
    let folder = site();
    let root = folder.path();
    let taxonomies =
        "\n[taxonomies.authors]\nplural = \"People\"\n\n[taxonomies.components]\nplural = \"Components\"\n";
    write(root, "site.toml", &format!("{SITE}{taxonomies}"));
    let front =
        "title: Watched\nauthors: [sample]\ncomponents: [sample]\nreviewed: 2026-01-10\nreview_every: 30d";
    write(root, "content/notes/a.md", &format!("---\n{front}\n---\n\nOne.\n"));
    let front = "status: identified\nauthors: [sample]\ncomponents: [sample]";
    let retro = retro("2026-04-05", "Still going on", front, "- [ ] Mend it @sample due:2026-05-01");
    write(root, "content/retros/2026-04-05-still.md", &retro);
    build(root, &[]);
    let person = read(root, "authors/sample/index.html");
    for text in [
        "<h2>Open incidents <small>1</small></h2>",
        "<h2>Open action items <small>1</small></h2>",
        "href=\"../../actions/owner/sample/\"",
        "<h2>Pages to review <small>1</small></h2>",
    ] {
        assert!(person.contains(text), "{text} in {person}");
    }
    let component = read(root, "components/sample/index.html");
    assert!(component.contains("<h2>Pages to review <small>1</small></h2>"), "{component}");
    assert!(!component.contains("Mend it"), "{component}");
}

#[test]
fn runbooks_are_found_by_service_and_by_alert() {
    let folder = site();
    build(folder.path(), &[]);
    let page = read(folder.path(), "runbooks/index.html");
    for link in [
        "<a href=\"../services/\">By service</a>",
        "<a href=\"../alerts/\">By alert</a>",
        "<a href=\"../alerts/\">1 alert without a runbook</a>",
    ] {
        assert!(page.contains(link), "{link} in {page}");
    }
    let retros = read(folder.path(), "retros/index.html");
    assert!(!retros.contains("By service") && !retros.contains("without a runbook"), "{retros}");
}

#[test]
fn the_home_page_has_ten_services_at_most_and_troubled_ones_first() {
    let folder = site();
    let root = folder.path();
    let more: String = (1..=9).map(|number| format!("\n[services.a{number}]\nowner = \"edge\"\n")).collect();
    write(root, "services.toml", &format!("{CATALOGUE}{more}"));
    build(root, &[]);
    let home = read(root, "index.html");
    let panel = home.split("<h2>Services</h2>").nth(1).unwrap().split("</section>").next().unwrap();
    assert_eq!(panel.matches("class=\"row\"").count(), 10, "{panel}");
    let at = |name: &str| {
        panel.find(&format!("services/{name}/\"")).unwrap_or_else(|| panic!("{name} in {panel}"))
    };
    assert!(
        at("checkout") < at("mail") && at("mail") < at("a1") && !panel.contains("services/a9/"),
        "{panel}"
    );
    assert!(panel.contains(">1 open incident<") && panel.contains(">1 runbook<"), "{panel}");
    assert!(panel.contains("href=\"./services/\">All (11) →</a>"), "{panel}");
}

#[test]
fn figures_count_each_deployment_once() {
    let folder = site();
    build(folder.path(), &[]);
    let data = json(folder.path(), "metrics/metrics.json");
    let total = &data["all"]["total"];
    // Three releases; one of them caused two incidents and failed once.
    assert_eq!((&total["deployments"], &total["failed"]), (&3.into(), &1.into()));
    assert_eq!((&total["incidents"], &total["by_severity"][1]), (&3.into(), &2.into()));
    assert_eq!((&total["detect_minutes"], &total["restore_minutes"]), (&10.into(), &40.into()));
    assert_eq!((&total["detected"], &total["restored"]), (&3.into(), &3.into()));
    assert_eq!((&total["recovered"], &total["recovery_minutes"]), (&2.into(), &40.into()));
    // The commits waited 0, 48 and 48 hours for their release.
    assert_eq!((&total["commits"], &total["lead_hours"]), (&3.into(), &48.into()));
    assert_eq!(data["services"]["mail"]["total"]["deployments"], 0);
    assert_eq!(data["services"]["checkout"]["months"][10]["failed"], 1, "March is the second last month");
    let page = read(folder.path(), "metrics/index.html");
    assert!(page.contains("33.3 %") && page.contains("3 releases: too few to tell a trend."), "{page}");
    // All three were resolved after an hour; nobody says when they were acknowledged.
    assert_eq!((&total["resolve_minutes"], &total["resolved"]), (&60.into(), &3.into()));
    assert_eq!((&total["acknowledge_minutes"], &total["acknowledged"]), (&Value::Null, &0.into()));
    // The runbook was due on 9 February, and what it watches changed on 10 March.
    let documentation =
        serde_json::json!({ "reviewed": 1, "current": 0, "late": 1, "outdated": 1, "unknown": 0 });
    assert_eq!(data["all"]["documentation"], documentation);
    assert_eq!(data["services"]["mail"]["documentation"]["reviewed"], 0);
}

#[test]
fn figures_of_a_team_are_those_of_its_services() {
    let folder = site();
    let root = folder.path();
    write(
        root,
        "services.toml",
        "[teams.edge]\n[teams.post]\n[services.checkout]\nowner = \"edge\"\npackages = [\"sample\"]\n[services.mail]\nowner = \"post\"\n",
    );
    build(root, &[]);
    let teams = &json(root, "metrics/metrics.json")["teams"];
    let count = |team: &str, key: &str| teams[team]["total"][key].as_u64().unwrap();
    assert_eq!(
        (count("edge", "deployments"), count("edge", "failed"), count("edge", "incidents")),
        (3, 1, 2)
    );
    assert_eq!(
        (count("post", "deployments"), count("post", "failed"), count("post", "incidents")),
        (0, 0, 1)
    );
    // Action items are those that the team owns: two are the edge team's, and one of them is done.
    let page = read(root, "metrics/team/edge/index.html");
    assert!(page.contains("<dt>done</dt><dd>1 / 2</dd>"), "{page}");
    assert!(read(root, "metrics/index.html").contains("href=\"../metrics/team/post/\""));
}

#[test]
fn a_month_lists_the_records_behind_its_figures() {
    let folder = site();
    let root = folder.path();
    git(root, "2026-03-20", &["tag", "-a", "-m", "beta", "v1.1.1-beta.1", "v1.1.0"]);
    build(root, &[]);
    let months = read(root, "metrics/index.html");
    assert!(
        months.contains("href=\"../metrics/2026-03/\"") && !months.contains("metrics/2026-01/"),
        "{months}"
    );
    let page = read(root, "metrics/2026-03/index.html");
    for (what, text) in [
        ("both releases", "../../packages/sample/1.1.0/"),
        ("both releases", "../../packages/sample/1.1.1/"),
        (
            "what failed, and by what",
            "<td><a href=\"../../retros/2026-03-14-checkout/\">Checkout returned 502</a> <a href=\"../../retros/2026-04-02-again/\">Checkout is slow</a> </td>",
        ),
        (
            "the incident's times",
            "<td class=\"number\" data-minutes=\"10\">10 min</td><td class=\"number\">–</td><td class=\"number\" data-minutes=\"40\">40 min</td><td class=\"number\" data-minutes=\"60\">1 h</td>",
        ),
        ("half of two releases failed", "50.0 %"),
        ("what is left out", "Pre-releases that are left out: 1"),
        ("the month before", "metrics/2026-02/"),
        ("how a figure is computed", "popovertarget=\"how-change_failure_rate\""),
    ] {
        assert!(page.contains(text), "{what}: {page}");
    }
    assert_eq!(page.matches("Checkout is slow").count(), 1, "it happened in April, by a release of March");
    let csv = read(root, "metrics/records.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 7, "a head, three releases, three incidents: {csv}");
    assert!(csv.contains("\r\nrelease,2026-03-12,sample 1.1.0,,,,yes,1,48,,,,,"), "{csv}");
    assert!(
        csv.contains(
            "\r\nincident,2026-03-14,Checkout returned 502,SEV1,checkout,sample@1.1.0,,,,10,,40,60,"
        ),
        "{csv}"
    );
}

#[test]
fn a_public_build_has_figures_of_public_records_only() {
    let folder = site();
    let root = folder.path();
    fs::write(root.join("site.toml"), format!("{SITE}\n[content]\naudience = \"public\"\n")).unwrap();
    build(root, &["--audience", "public"]);
    assert!(!read(root, "metrics/records.csv").contains("Mail is late"));
    assert!(!root.join("dist/metrics/2025-12").exists(), "only an internal incident began in that month");
}

#[test]
fn a_trend_is_told_only_where_both_times_have_records_enough() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", "[site]\ntitle = \"Sample\"\n");
    write(root, "services.toml", "[services.checkout]\n[services.mail]\n");
    // Restored after 10, 20 … 50 minutes; the year before after an hour, and only four say so.
    for at in 1..=5 {
        let incident = |year, restored: &str, service| {
            let times = format!("started: {year}-03-0{at}T09:00Z\n{restored}");
            format!(
                "---\ntitle: R {year} {at}\ndate: {year}-03-0{at}\nservices: [{service}]\n{times}\n---\nx\n"
            )
        };
        let service = if at == 5 { "mail" } else { "checkout" };
        let now = incident(2026, &format!("mitigated: 2026-03-0{at}T09:{at}0Z"), service);
        write(root, &format!("content/retros/2026-{at}.md"), &now);
        let times = if at == 5 { String::new() } else { format!("mitigated: 2025-03-0{at}T10:00Z") };
        write(root, &format!("content/retros/2025-{at}.md"), &incident(2025, &times, service));
    }
    let trends = || {
        build(root, &[]);
        let page = read(root, "metrics/index.html");
        let rows =
            page.split("<h2 id=\"trends\">").nth(1).unwrap().split("<h2 id=\"months\">").next().unwrap();
        rows.to_owned()
    };
    let row = |rows: &str, label: &str| {
        let row = rows.split("<tr>").find(|row| row.contains(&format!("<td>{label}</td>"))).unwrap();
        let text: String =
            row.split('<').filter_map(|tag| tag.split_once('>')).map(|(_, text)| text).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let rows = trends();
    assert!(rows.contains("2025-05 – 2026-04") && rows.contains("2024-05 – 2025-04"), "{rows}");
    assert_eq!(row(&rows, "Time to restore"), "Time to restore30 min (N = 5) 1 h (N = 4) too few to tell");
    assert_eq!(row(&rows, "Incidents"), "Incidents5 (N = 5) 5 (N = 5) the same");
    assert!(row(&rows, "Releases").ends_with("too few to tell"), "{rows}");
    let page = fs::read_to_string(root.join("content/retros/2025-5.md")).unwrap();
    let known = page.replace("T09:00Z\n", "T09:00Z\nmitigated: 2025-03-05T10:00Z\n");
    write(root, "content/retros/2025-5.md", &known);
    let rows = trends();
    assert_eq!(row(&rows, "Time to restore"), "Time to restore30 min (N = 5) 1 h (N = 5) better");
    let before = &json(root, "metrics/metrics.json")["all"]["before"];
    assert_eq!((&before["restored"], &before["restore_minutes"]), (&5.into(), &60.into()));
}

#[test]
fn an_alert_has_a_page_in_its_own_case_and_leads_to_its_runbook() {
    let folder = site();
    build(folder.path(), &[]);
    let page = read(folder.path(), "alerts/EdgeDown/index.html");
    assert!(page.contains("href=\"../../runbooks/edge/\"") && page.contains("critical"), "{page}");
    let list = read(folder.path(), "alerts/index.html");
    assert!(list.contains("1 alert without a runbook") && list.contains("no runbook</span>"), "{list}");
}

#[test]
fn an_alert_without_a_rule_leads_to_its_only_runbook_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "site.toml", "[site]\ntitle = \"Sample\"\n");
    write(
        folder.path(),
        "content/runbooks/edge.md",
        "---\ntitle: Edge\nalerts: [EdgeDown, Both]\n---\n\n1. Look.\n",
    );
    write(folder.path(), "content/runbooks/mail.md", "---\ntitle: Mail\nalerts: [Both]\n---\n\n1. Look.\n");
    build(folder.path(), &[]);
    let page = read(folder.path(), "alerts/EdgeDown/index.html");
    assert!(page.contains("http-equiv=\"refresh\"") && page.contains("url=../../runbooks/edge/"), "{page}");
    let page = read(folder.path(), "alerts/Both/index.html");
    assert!(!page.contains("http-equiv=\"refresh\""), "there are two to choose from");
    assert!(page.contains("../../runbooks/edge/") && page.contains("../../runbooks/mail/"), "{page}");
}

#[test]
fn pages_that_wait_for_a_review_are_listed_by_owner() {
    let folder = site();
    build(folder.path(), &[]);
    let queue = read(folder.path(), "review/owner/edge/index.html").replace("<wbr>", "");
    assert!(queue.contains("Edge is down") && queue.contains("2026-02-09"), "{queue}");
    for changed in [
        "a.txt</code> 1 commit, <time datetime=\"2026-03-10\"",
        "services.toml</code> 1 commit, <time datetime=\"2026-02-01\"",
        "no/such.yaml</code> <b>no longer exists</b>",
    ] {
        assert!(queue.contains(changed), "{changed} in {queue}");
    }
    let page = read(folder.path(), "runbooks/edge/index.html").replace("<wbr>", "");
    assert!(page.contains("May be out of date.") && page.contains("</time> feat: another thing"), "{page}");
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["check", "--now", "2026-04-10"])
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("runbook/watched-changed") && text.contains("`a.txt` changed on 2026-03-10"),
        "{text}"
    );
    assert!(
        text.contains("runbook/watched-missing") && text.contains("no source has `no/such.yaml`"),
        "{text}"
    );
}

#[test]
fn a_runbook_tells_how_many_commits_changed_what_it_watches_and_what_is_gone() {
    let folder = site();
    let root = folder.path();
    write(root, "deploy/edge.yaml", "a");
    write(root, "deploy/mail/queue.yaml", "a");
    let runbook = "---\ntitle: Edge\nreviewed: 2026-04-01\nwatches: [deploy, 'deploy/**/*.yaml', 'sample:deploy/edge.yaml', 'other:deploy']\n---\n\n1. Look.\n";
    write(root, "content/runbooks/edge.md", runbook);
    for (day, message) in
        [("2026-04-02", "feat: a"), ("2026-04-03", "style: sort keys"), ("2026-04-04", "fix: <b>b</b>")]
    {
        write(root, "deploy/edge.yaml", day);
        git(root, day, &["add", "."]);
        git(root, day, &["commit", "-qm", message]);
    }
    let output = Command::new("git").arg("-C").arg(root).args(["rev-parse", "HEAD~1"]).output().unwrap();
    let ignored = String::from_utf8(output.stdout).unwrap();
    write(root, ".git-blame-ignore-revs", &format!("# sorted\n{ignored}"));
    build(root, &[]);
    let page = read(root, "runbooks/edge/index.html").replace("<wbr>", "");
    for path in ["deploy", "deploy/**/*.yaml", "sample:deploy/edge.yaml"] {
        let counted = format!("<code>{path}</code> 2 commits, <time datetime=\"2026-04-04\"");
        assert!(page.contains(&counted), "{counted} in {page}");
    }
    assert!(page.contains("fix: &lt;b&gt;b&lt;/b&gt;") && !page.contains("sort keys"), "{page}");
    assert!(!page.contains("other:deploy"), "nothing is known of a source that is none");
    // A public build does not repeat what commits say, which may be internal.
    fs::write(root.join("site.toml"), format!("{SITE}\n[content]\naudience = \"public\"\n")).unwrap();
    build(root, &["--audience", "public"]);
    let page = read(root, "runbooks/edge/index.html").replace("<wbr>", "");
    assert!(page.contains("<code>deploy</code> 2 commits") && !page.contains("&lt;b&gt;b"), "{page}");
    write(root, "site.toml", SITE);
    // What is gone stands first.
    git(root, "2026-04-05", &["rm", "-q", "deploy/edge.yaml"]);
    git(root, "2026-04-05", &["commit", "-qm", "chore: no edge"]);
    build(root, &[]);
    let page = read(root, "runbooks/edge/index.html").replace("<wbr>", "");
    let gone = page.find("sample:deploy/edge.yaml</code> <b>no longer exists</b>").unwrap();
    assert!(gone < page.find("<code>deploy</code> 3 commits").unwrap(), "{page}");
}

#[test]
fn a_reader_reports_what_a_page_did_for_them() {
    let folder = site();
    let root = folder.path();
    build(root, &[]);
    assert!(
        !read(root, "runbooks/edge/index.html").contains("class=\"feedback\""),
        "there is no forge to tell"
    );
    let forge = SITE.replace("[site]", "[site]\nrepository = \"https://github.com/sample/kb\"");
    write(root, "site.toml", &forge);
    build(root, &[]);
    let page = read(root, "runbooks/edge/index.html");
    let feedback = page.split("class=\"feedback\"").nth(1).unwrap().split("</p>").next().unwrap();
    assert_eq!(feedback.matches("https://github.com/sample/kb/issues/new?title=").count(), 3, "{feedback}");
    assert!(feedback.contains("Did%20not%20help%3A%20Edge%20is%20down"), "{feedback}");
    assert!(
        feedback.contains("body=https%3A%2F%2Fsample.example%2Fkb%2Frunbooks%2Fedge%2F%0A"),
        "{feedback}"
    );
    let retro = read(root, "retros/2026-04-02-again/index.html");
    assert_eq!(retro.matches("/issues/new?").count(), 1, "a retro can only be wrong: {retro}");
    write(root, "site.toml", &format!("{forge}\n[forge]\nissue = \"\"\n"));
    build(root, &[]);
    assert!(!read(root, "runbooks/edge/index.html").contains("/issues/new?"));
}

#[test]
fn a_release_note_is_evidence_for_an_action_item() {
    let folder = site();
    let root = folder.path();
    let note = "---\ntitle: Limits\nversion: 1.1.0\naction_items: [2026-03-14-checkout/A2, 2026-03-14-checkout/A1]\n---\n\nx\n";
    write(root, "content/releases/v1.1.0.md", note);
    build(root, &[]);
    let data = json(root, "actions/actions.json");
    let item =
        |id: &str| data["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap().clone();
    assert_eq!(item("2026-03-14-checkout/A2")["state"], "released");
    assert_eq!(item("2026-03-14-checkout/A2")["commits"], serde_json::json!([]));
    // The other has a commit of a later release as well.
    assert_eq!(item("2026-03-14-checkout/A1")["commits"].as_array().unwrap().len(), 1);
    let page = read(root, "actions/done/index.html");
    assert!(page.contains(">sample 1.1.0</a>") && page.contains(">sample 1.1.1</a>"), "{page}");
}

#[test]
fn a_review_notes_who_read_the_page() {
    let folder = site();
    let root = folder.path();
    let review = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_annals"))
            .args(["review", "edge", "--now", "2026-04-10"])
            .args(arguments)
            .current_dir(root)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(root.join("content/runbooks/edge.md")).unwrap()
    };
    let stamped = review(&["--by", "Sample: \"Person\""]);
    assert_eq!(
        stamped,
        RUNBOOK
            .replace("---\ntitle", "---\nreviewed_by: \"Sample: \\\"Person\\\"\"\ntitle")
            .replace("2026-01-10", "2026-04-10")
    );
    build(root, &[]);
    assert!(read(root, "runbooks/edge/index.html").contains("(Sample: &quot;Person&quot;)"));
    // The next review is not that person's.
    assert!(review(&[]).contains("reviewed_by: \"\"\n"));
    build(root, &[]);
    assert!(!read(root, "runbooks/edge/index.html").contains("Person"));
}

#[test]
fn a_service_shows_what_is_open_and_what_was_released() {
    let folder = site();
    build(folder.path(), &[]);
    let page = read(folder.path(), "services/checkout/index.html");
    let open = page.split("Open incidents").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(open.contains("Checkout is slow") && !open.contains("502"), "{page}");
    for text in ["1.1.1", "Alert on age", "metrics/service/checkout/", "Edge is down"] {
        assert!(page.contains(text), "{text} in {page}");
    }
}

#[test]
fn a_catalogue_of_backstage_serves_as_well() {
    let folder = site();
    let root = folder.path();
    fs::remove_file(root.join("services.toml")).unwrap();
    let component = "kind: Component\nmetadata:\n  name: checkout\nspec:\n  owner: group:default/edge\n---\nkind: Component\nmetadata:\n  name: mail\n";
    write(root, "catalog-info.yaml", component);
    build(root, &[]);
    assert!(read(root, "services/checkout/index.html").contains("Checkout is slow"));
    assert!(read(root, "review/owner/edge/index.html").contains("Edge is down"));
}

#[test]
fn rotations_stand_beside_a_catalogue_of_backstage() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", "[site]\ntitle = \"Sample\"\n[content]\nservices = \"catalog-info.yaml\"\n");
    write(root, "content/a.md", "---\ntitle: A\nservices: [checkout]\n---\nSome.\n");
    let component = "kind: Component\nmetadata:\n  name: checkout\nspec:\n  owner: group:default/edge\n---\nkind: Group\nmetadata:\n  name: edge\n";
    write(root, "catalog-info.yaml", component);
    let rotation = "[rotations.first]\nteam = \"edge\"\nservices = [\"checkout\", \"chekout\"]\nmembers = [\"primary\"]\nstart = 2026-01-05T09:00\n";
    write(root, "services.toml", rotation);
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["check", "--format", "json", "--now", "2026-04-10"])
        .current_dir(root)
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    let all = found["diagnostics"].as_array().unwrap();
    let unknown: Vec<&Value> = all.iter().filter(|one| one["rule"] == "catalogue/unknown-name").collect();
    assert_eq!(unknown.len(), 1, "what only Backstage has is known: {unknown:?}");
    let one = unknown[0];
    assert_eq!((&one["file"], &one["line"]), (&"services.toml".into(), &3.into()), "{one}");
    assert_eq!(one["message"], "no service is called `chekout`");
    write(root, "services.toml", &rotation.replace(", \"chekout\"", ""));
    build(root, &[]);
    assert!(read(root, "on-call/index.html").contains("primary"));
    assert!(read(root, "services/checkout/index.html").contains("primary"), "who is on call");
}

#[test]
fn no_list_grows_with_the_site_and_a_page_of_the_authors_wins() {
    let folder = site();
    let root = folder.path();
    fs::write(root.join("site.toml"), format!("{SITE}\n[content]\nper_page = 2\n")).unwrap();
    write(root, "content/archive/_index.md", "---\ntitle: My archive\n---\nMine.\n");
    build(root, &[]);
    assert!(read(root, "archive/index.html").contains("Mine."));
    assert!(root.join("dist/archive/year/2026/index.html").exists());
    let first = read(root, "actions/index.html");
    assert_eq!(first.matches("class=\"badge state-").count(), 2, "{first}");
    assert!(read(root, "actions/page/2/index.html").contains("Look at limits"));
}

#[test]
fn a_retro_of_any_school_is_made_whole() {
    let folder = site();
    let root = folder.path();
    let new = |shape: &str| {
        Command::new(env!("CARGO_BIN_EXE_annals"))
            .args([
                "new",
                "retro",
                "Sample",
                "--print",
                "--now",
                "2026-04-01",
                "--severity",
                "SEV2",
                "--template",
                shape,
            ])
            .current_dir(root)
            .output()
            .unwrap()
    };
    for shape in ["sre", "pagerduty", "etsy", "howie"] {
        let output = new(shape);
        assert!(output.status.success(), "{shape}: {}", String::from_utf8_lossy(&output.stderr));
        write(
            root,
            &format!("content/retros/2026-04-01-{shape}.md"),
            &String::from_utf8(output.stdout).unwrap(),
        );
    }
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["check", "--now", "2026-04-10"])
        .current_dir(root)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("content/retros/2026-04-01-sre.md"), "some finding is about it: {text}");
    let missing = ["retro/no-timeline", "retro/no-impact", "retro/no-detection", "retro/odd-time"];
    for finding in text.split("\n\n").filter(|finding| finding.contains("2026-04-01-")) {
        assert!(!missing.iter().any(|rule| finding.contains(rule)), "{finding}");
    }
    let output = new("sr");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("there are `etsy`, `howie`, `pagerduty`, `sre`"), "{text}");
}

#[test]
fn an_incident_can_not_start_before_its_cause() {
    let folder = site();
    let root = folder.path();
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
        let output =
            command.args(["check", "--now", "2026-04-10"]).current_dir(root).env("NO_COLOR", "1").output();
        String::from_utf8_lossy(&output.unwrap().stderr).into_owned()
    };
    assert!(!check().contains("retro/before-cause"), "{}", check());
    assert!(
        check().contains("nothing shows it") && !check().contains("A1 is done"),
        "A1 has a commit: {}",
        check()
    );
    let front = "caused_by: sample@1.1.0\nstarted: 2026-03-12T11:59:30Z";
    write(root, "content/retros/2026-03-12-minute.md", &retro("2026-03-12", "In the same minute", front, ""));
    assert!(!check().contains("retro/before-cause"), "people write minutes: {}", check());
    let text = retro("2026-03-11", "Early", "caused_by: sample@1.1.0", "- [ ] Look @edge due:2026-05-01");
    write(root, "content/retros/2026-03-11-early.md", &text);
    assert!(
        check().contains("started at 2026-03-11 09:00 UTC, but 1.1.0 was released at 2026-03-12 12:00 UTC"),
        "{}",
        check()
    );
}

#[test]
fn of_two_releases_on_one_day_the_newer_stands_first() {
    let folder = site();
    let root = folder.path();
    git(root, "2026-03-30", &["commit", "-q", "--allow-empty", "-m", "fix: once more"]);
    git(root, "2026-03-30", &["tag", "-a", "-m", "1.1.2", "v1.1.2"]);
    build(root, &[]);
    let home = read(root, "index.html");
    let at = |version: &str| home.find(&format!("sample {version}")).unwrap();
    assert!(at("1.1.2") < at("1.1.1") && at("1.1.1") < at("1.1.0"), "{home}");
}

#[test]
fn a_review_stamps_the_day_and_changes_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(root, "site.toml", "[site]\ntitle = \"Sample\"\n");
    write(root, "content/runbooks/a.md", "---\ntitle: A # mine\nlast_reviewed_on: '2026-01-10'\n---\nx\n");
    write(root, "content/b.md", "+++\ntitle = 'B'\n+++\nx\n");
    write(root, "content/c.md", "# C\n");
    write(root, "content/x/d.md", "# D\n");
    write(root, "content/y/d.md", "# D\n");
    let review = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_annals"))
            .current_dir(root)
            .args(["review", "--now", "2026-03-20"])
            .args(arguments)
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let (code, said) = review(&["a", "d"]);
    assert!(code == 2 && said.contains("content/x/d.md, content/y/d.md"), "{said}");
    assert!(text("content/runbooks/a.md").contains("2026-01-10"), "all or none");
    let (code, said) = review(&["runboks"]);
    assert!(code == 2 && said.contains("there is no page `runboks`"), "{said}");
    assert_eq!(review(&["a", "content/b.md", "c"]).0, 0);
    assert_eq!(text("content/runbooks/a.md"), "---\ntitle: A # mine\nlast_reviewed_on: 2026-03-20\n---\nx\n");
    assert_eq!(text("content/b.md"), "+++\nreviewed = 2026-03-20\ntitle = 'B'\n+++\nx\n");
    assert_eq!(text("content/c.md"), "---\nreviewed: 2026-03-20\n---\n\n# C\n");
}
