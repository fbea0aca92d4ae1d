//! What is told, and that nothing is told twice.

use crate::site::{Kb, Receiver, SLACK, retro};
use std::fs;
use std::path::Path;
use std::process::Command;

fn team() -> (Kb, Receiver) {
    let receiver = Receiver::new();
    let mut kb = Kb::new(SLACK);
    kb.set("TEAM_URL", &receiver.url);
    (kb, receiver)
}

fn told(receiver: &Receiver) -> Vec<String> {
    receiver.got().iter().map(|request| request.json()["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_first_run_tells_nothing_and_later_ones_tell_each_piece_of_news_once() {
    let (kb, receiver) = team();
    let said = kb.succeed(&[]);
    assert!(said.contains("team: 1 news count as told already") && receiver.count() == 0, "{said}");
    kb.write("content/retros/new.md", &retro("A new incident", "2026-05-30"));
    let said = kb.succeed(&[]);
    assert!(said.contains("team: told: Retro: A new incident"), "{said}");
    assert_eq!(told(&receiver), ["Retro: A new incident"]);
    let said = kb.succeed(&[]);
    assert!(said.contains("team: nothing is new") && receiver.count() == 1, "{said}");
    // What it says is another: a correction, once.
    kb.write("content/retros/new.md", &retro("A new incident, larger than thought", "2026-05-30"));
    kb.succeed(&[]);
    kb.succeed(&[]);
    assert_eq!(told(&receiver)[1..], ["Correction: A new incident, larger than thought"]);
    // Another address is no news, and its removal is told once.
    fs::rename(kb.path().join("content/retros/new.md"), kb.path().join("content/retros/moved.md")).unwrap();
    assert!(kb.succeed(&[]).contains("nothing is new"));
    fs::remove_file(kb.path().join("content/retros/moved.md")).unwrap();
    kb.succeed(&[]);
    kb.succeed(&[]);
    assert_eq!(told(&receiver)[2..], ["Withdrawn: A new incident, larger than thought"]);
}

#[test]
fn since_tells_a_first_channel_of_what_is_new_and_drafts_are_none() {
    let (kb, receiver) = team();
    kb.write("content/retros/new.md", &retro("A new incident", "2026-05-30"));
    kb.write(
        "content/retros/draft.md",
        &retro("A draft", "2026-05-31").replace("date:", "draft: true\ndate:"),
    );
    kb.succeed(&["--since", "2026-05-01"]);
    assert_eq!(told(&receiver), ["Retro: A new incident"]);
}

#[test]
fn runbooks_reviews_and_action_items_are_news() {
    let (kb, receiver) = team();
    kb.write(
        "content/runbooks/edge.md",
        "---\ntitle: Edge is down\nreviewed: 2026-01-01\nreview_every: 200d\n---\n\n1. Look.\n",
    );
    kb.write(
        "content/retros/old.md",
        &format!("{}\n## Action items\n\n- [ ] Add a probe @edge due:2026-06-06\n- [x] Done @edge due:2026-06-06\n", retro("An old incident", "2026-01-02")),
    );
    kb.succeed(&[]);
    // An edit of a retro's text is no news, one of a runbook is.
    kb.write(
        "content/runbooks/edge.md",
        "---\ntitle: Edge is down\nreviewed: 2026-01-01\nreview_every: 200d\n---\n\n1. Look twice.\n",
    );
    kb.write(
        "content/reviews/2026-05.md",
        "---\ntitle: May 2026\ndate: 2026-06-01\nperiod: 2026-05\n---\n\nA quiet month.\n",
    );
    kb.succeed(&[]);
    let mut got = told(&receiver);
    got.sort();
    assert_eq!(got, ["Changed: Edge is down", "Review: May 2026"]);
    // Three days before its day, and again when that has passed.
    for now in ["2026-06-02", "2026-06-03", "2026-06-03", "2026-06-06", "2026-06-07", "2026-06-09"] {
        kb.succeed(&["--now", now]);
    }
    assert_eq!(told(&receiver)[2..], ["Action item due: Add a probe", "Action item overdue: Add a probe"]);
    kb.succeed(&["--now", "2026-09-01"]);
    assert_eq!(told(&receiver)[4..], ["Review overdue: Edge is down"]);
}

fn git(root: &Path, arguments: &[&str]) {
    let out = Command::new("git")
        .current_dir(root)
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.org",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "tag.gpgsign=false",
        ])
        .args(arguments)
        .env("HOME", root)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_rebase_and_a_new_tag_tell_nothing_again() {
    let (kb, receiver) = team();
    let root = kb.path();
    kb.write(".gitignore", ".annals\nbroadcast.json\n");
    git(root, &["init", "-q", "-b", "main"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "feat: begin"]);
    git(root, &["tag", "v1.0.0"]);
    kb.succeed(&[]);
    kb.write("a.txt", "1");
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "feat!: drop the old API\n\nBREAKING CHANGE: callers use /v2"]);
    git(root, &["tag", "-a", "v2.0.0", "-m", "v2.0.0"]);
    kb.succeed(&[]);
    let got = told(&receiver);
    assert!(got.len() == 1 && got[0].ends_with("2.0.0"), "{got:?}");
    let text = receiver.got()[0].body.clone();
    assert!(text.contains("callers use /v2"), "{text}");
    // Other ids, another day, a tag of another sort: the same release.
    git(
        root,
        &[
            "commit",
            "-q",
            "--amend",
            "--date",
            "2026-02-02T00:00:00Z",
            "-m",
            "feat!: drop the old API\n\nBREAKING CHANGE: callers use /v2\n\nReviewed-by: B <b@example.org>",
        ],
    );
    git(root, &["tag", "-f", "v2.0.0"]);
    assert!(kb.succeed(&[]).contains("nothing is new"));
    // Yanked: taken back, once.
    kb.settings(&format!("[changelog]\nyanked = [\"2.0.0\"]\n{SLACK}").replace("[changelog]", "[changelog]"));
    kb.succeed(&[]);
    kb.succeed(&[]);
    let got = told(&receiver);
    assert!(got.len() == 2 && got[1].starts_with("Withdrawn: "), "{got:?}");
}

#[test]
fn a_wider_filter_does_not_shout_what_is_old() {
    let (kb, receiver) = team();
    kb.settings(&format!("{SLACK}kinds = [\"release\"]\n"));
    kb.succeed(&[]);
    kb.write("content/retros/new.md", &retro("A new incident", "2026-05-30"));
    kb.succeed(&[]);
    kb.settings(SLACK);
    kb.succeed(&[]);
    assert_eq!(receiver.count(), 0);
    kb.write("content/retros/newer.md", &retro("A newer incident", "2026-05-31"));
    kb.succeed(&[]);
    assert_eq!(told(&receiver), ["Retro: A newer incident"]);
}

#[test]
fn a_run_that_would_shout_is_refused_until_somebody_looked() {
    let (kb, receiver) = team();
    kb.succeed(&[]);
    for number in 0..21 {
        kb.write(
            &format!("content/retros/n{number}.md"),
            &retro(&format!("Incident {number}"), "2026-05-30"),
        );
    }
    let (code, _, err) = kb.run(&[]);
    assert!(code == 2 && err.contains("21 messages") && err.contains("--baseline"), "{code} {err}");
    assert_eq!(receiver.count(), 0);
    let out = kb.succeed(&["--dry-run"]);
    assert_eq!(out.matches("=== team").count(), 21, "a dry run shows all");
    kb.succeed(&["--baseline"]);
    assert!(kb.succeed(&[]).contains("nothing is new"));
    assert_eq!(receiver.count(), 0);
}

#[test]
fn a_dry_run_prints_what_goes_out_and_changes_nothing() {
    let (kb, receiver) = team();
    kb.succeed(&[]);
    kb.write("content/retros/new.md", &retro("A new incident", "2026-05-30"));
    let before = kb.ledger();
    let mut dry = kb.command(&["--dry-run"]);
    let out = dry.env_remove("TEAM_URL").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(
        out.status.success() && text.starts_with("=== team\nPOST $TEAM_URL\n"),
        "no secret is needed: {text}"
    );
    assert_eq!((kb.ledger(), receiver.count()), (before, 0));
    kb.succeed(&[]);
    let body = text.lines().find(|line| line.starts_with('{')).unwrap();
    assert_eq!(receiver.got()[0].body, body, "exactly what was printed");
}

#[test]
fn a_ledger_that_is_damaged_stops_the_run() {
    let (kb, receiver) = team();
    kb.succeed(&[]);
    kb.write("broadcast.json", "{\"version\":1,");
    kb.write("content/retros/new.md", &retro("A new incident", "2026-05-30"));
    let (code, _, err) = kb.run(&[]);
    assert!(code == 3 && err.contains("broadcast/ledger") && err.contains("help:"), "{code} {err}");
    assert_eq!(receiver.count(), 0);
}

#[test]
fn a_digest_waits_for_its_window_and_goes_out_once_a_day() {
    let (kb, receiver) = team();
    kb.settings(&format!("{SLACK}digest = {{ days = [\"tuesday\"], from = \"08:00\", until = \"12:00\", zone = \"Europe/Berlin\" }}\n"));
    kb.succeed(&[]);
    kb.write("content/retros/a.md", &retro("Incident A", "2026-05-30"));
    kb.write("content/retros/b.md", &retro("Incident B", "2026-05-31"));
    // 1 June 2026 is a Monday.
    let said = kb.succeed(&["--now", "2026-06-01T08:00Z"]);
    assert!(said.contains("2 news wait for the next digest") && receiver.count() == 0, "{said}");
    kb.succeed(&["--now", "2026-06-02T05:59Z"]);
    assert_eq!(receiver.count(), 0);
    kb.succeed(&["--now", "2026-06-02T06:00Z"]);
    let got = told(&receiver);
    assert_eq!(got, ["Sample &lt;KB&gt;: what is new, 2026-06-02\nRetro: Incident A\nRetro: Incident B"]);
    kb.write("content/retros/c.md", &retro("Incident C", "2026-06-02"));
    kb.succeed(&["--now", "2026-06-02T07:00Z"]);
    assert_eq!(receiver.count(), 1, "one a day");
    kb.succeed(&["--now", "2026-06-09T07:00Z"]);
    assert_eq!(receiver.count(), 2);
}

#[test]
fn a_public_channel_is_told_nothing_internal() {
    let receiver = Receiver::new();
    let mut kb = Kb::new(&format!(
        "{SLACK}{}audience = \"internal\"\n",
        SLACK.replace("team", "inside").replace("TEAM", "INSIDE")
    ));
    let inside = Receiver::new();
    kb.set("TEAM_URL", &receiver.url);
    kb.set("INSIDE_URL", &inside.url);
    kb.write(
        "services.toml",
        "[services.web]\n[services.vault]\ntitle = \"The quokka vault\"\naudience = \"internal\"\n",
    );
    kb.succeed(&[]);
    kb.write(
        "content/retros/inner.md",
        &retro("The ocelot incident", "2026-05-30").replace("severity", "audience: internal\nseverity"),
    );
    kb.write(
        "content/retros/open.md",
        &retro("An open incident", "2026-05-30").replace("[web]", "[web, vault]").replace("Some words on it.", ":::internal\nThe narwhal did it all by himself.\n:::\n\nOpen words.\n\n## Action items\n\n:::internal\n- [ ] Ask the okapi @edge due:2026-06-01\n:::"),
    );
    kb.succeed(&[]);
    let all: String = receiver.got().iter().map(|request| request.body.clone()).collect();
    assert_eq!(told(&receiver), ["Retro: An open incident"]);
    for word in ["ocelot", "quokka", "vault", "narwhal", "okapi"] {
        assert!(!all.contains(word), "{word}: {all}");
    }
    let mut inner = told(&inside);
    inner.sort();
    assert_eq!(
        inner,
        ["Action item due: Ask the okapi", "Retro: An open incident", "Retro: The ocelot incident"]
    );
    // What becomes internal is taken back where it was public.
    kb.write(
        "content/retros/open.md",
        &retro("An open incident", "2026-05-30").replace("severity", "audience: internal\nseverity"),
    );
    kb.succeed(&[]);
    assert_eq!(told(&receiver)[1..], ["Withdrawn: Retro"], "its title is internal now");
}

#[test]
fn a_filter_that_names_nothing_is_told_of() {
    let (kb, _) = team();
    kb.write("services.toml", "[services.web]\n[services.checkout]\n");
    kb.settings(&format!("{SLACK}services = [\"chekout\", \"web\"]\n"));
    let said = kb.succeed(&["--dry-run"]);
    assert!(
        said.contains("know no service `chekout`; did you mean `checkout`?") && !said.contains("`web`"),
        "{said}"
    );
}
