//! `annals report`: the draft of a review of a period.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const RETRO: &str = "---\ntitle: Checkout [502]\nseverity: SEV2\nstatus: resolved\nstarted: 2026-03-18T14:00Z\ndetected: 2026-03-18T14:05Z\nmitigated: 2026-03-18T14:40Z\nresolved: 2026-03-18T15:00Z\ncaused_by: sample@1.1.0\n---\n\n## Impact\n\nSome.\n\n## Action items\n\n- [ ] A1: Canary [pushes] @edge due:2026-03-25 (prevent)\n- [ ] A2: Alert earlier @edge due:2026-05-25 (detect)\n";

fn git(root: &Path, time: &str, who: &str, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", &format!("user.name={who}"), "-c", "user.email=sample@example.org"])
        .args(["-c", "commit.gpgsign=false"])
        .args(arguments)
        .envs([("GIT_AUTHOR_DATE", time), ("GIT_COMMITTER_DATE", time)])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A release in February by one person; in March one by another, an incident of it, and a commit that does an item.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |path: &str, text: &str| {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    };
    let release = |time: &str, who: &str, message: &str, tag: &str| {
        git(root, time, who, &["add", "."]);
        git(root, time, who, &["commit", "-qm", message]);
        git(root, time, who, &["tag", tag]);
    };
    write("site.toml", "[site]\ntitle = \"Sample\"\n\n[[sources]]\nname = \"sample\"\npath = \".\"\n");
    write(
        "content/runbooks/edge.md",
        "---\ntitle: Edge\nalerts: [EdgeDown]\nreviewed: 2026-01-01\nreview_every: 30d\n---\n\n1. Look.\n",
    );
    git(root, "2026-02-10T12:00:00Z", "One", &["init", "-q", "-b", "main"]);
    release("2026-02-10T12:00:00Z", "One", "feat: begin", "v1.0.0");
    write("a.txt", "a");
    release(
        "2026-03-18T12:00:00Z",
        "Two",
        "feat!: push <config> at once\n\nBREAKING CHANGE: the flag is gone",
        "v1.1.0",
    );
    write("content/retros/2026-03-18-checkout.md", RETRO);
    write("a.txt", "b");
    let message = "fix: push to one region first\n\nAction-Item: 2026-03-18-checkout/A1";
    release("2026-03-28T12:00:00Z", "One", message, "v1.1.1");
    folder
}

/// Exit code, standard output and standard error.
fn report(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root)
        .arg("report")
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_month_is_told_from_the_sites_own_records() {
    let site = site();
    let (code, text, err) = report(site.path(), &["--now", "2026-04-02", "--print"]);
    assert_eq!(code, 0, "{err}");
    for part in [
        // The last month that is over, against the one before it.
        "period: 2026-03\n",
        "| Deployments | 2 | 1 |  |",
        // One of two releases failed; two are too few to tell a trend.
        "| Change failure rate | 50.0 % (of 2) | 0.0 % (of 1) | too few to tell |",
        "| Time to detect, median | 5 min (of 1) | not known (of 0) | too few to tell |",
        "- [1.1.0](/packages/sample/1.1.0/), 2026-03-18, **named as the cause of an incident**\n  - **Breaking:** the flag is gone\n  - push \\<config\\> at once\n",
        "- 2026-03-18 [Checkout \\[502\\]](/retros/2026-03-18-checkout.md), SEV2, 40 min\n",
        "- [Alert earlier](/retros/2026-03-18-checkout/#action-items) @edge, due 2026-05-25 (open)\n",
        "Done, as commits show:\n\n- [Canary \\[pushes\\]](/retros/2026-03-18-checkout/#action-items) (released)\n",
        "- [Edge](/runbooks/edge.md), due 2026-01-31\n",
        "Contributed to releases: One, Two.",
        "Joined in, with a first contribution: Two.",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    assert!(!text.contains("Overdue on"), "what a commit has done is not overdue: {text}");
}

#[test]
fn a_report_is_a_page_without_broken_links_and_is_never_written_over() {
    let site = site();
    let arguments = ["--period", "2026-Q1", "--now", "2026-04-02"];
    let (code, out, _) = report(site.path(), &arguments);
    assert_eq!((code, out.as_str()), (0, "content/reviews/2026-q1.md\n"));
    let (code, _, err) = report(site.path(), &arguments);
    assert!(code == 2 && err.contains("exists"), "{err}");
    let (code, out, err) = report(site.path(), &[&arguments[..], &["--template", "status"]].concat());
    assert_eq!((code, out.as_str()), (0, "content/reviews/2026-q1-status.md\n"), "{err}");
    let text = fs::read_to_string(site.path().join("content/reviews/2026-q1-status.md")).unwrap();
    assert!(text.contains("- sample: 3 releases\n") && text.contains("- 1 action item done\n"), "{text}");
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(site.path())
        .args(["build", "--now", "2026-04-02"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("link/"), "{said}");
}

#[test]
fn the_template_is_the_sites_own_and_what_is_no_period_is_told() {
    let site = site();
    let settings = site.path().join("site.toml");
    let text = fs::read_to_string(&settings).unwrap().replace("[site]\n", "[site]\ntheme = \"own\"\n");
    fs::write(&settings, text).unwrap();
    let folder = site.path().join("themes/own/archetypes");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("report.md"),
        "{{ report.from }} to {{ report.until }}: {{ report.incidents | length }}\n",
    )
    .unwrap();
    assert_eq!(report(site.path(), &["--period", "2026-03", "--print"]).1, "2026-03-01 to 2026-03-31: 1\n");
    let (code, _, err) = report(site.path(), &["--period", "march"]);
    assert!(code == 2 && err.contains("`march` is no period"), "{err}");
    let (code, _, err) = report(site.path(), &["--period", "2026-03", "--template", "none"]);
    assert!(code == 2 && err.contains("there are `status`"), "{err}");
}
