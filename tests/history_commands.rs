//! The commands that read a history, as a user calls them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use annals::cli::history::Call;
use annals::cli::{changelog, check_commits, compare, import, next_version, which};
use annals::config::source::ChangelogConfig;
use annals::diagnostic::Diagnostic;
use clap::Parser;
use repository::Builder;
use std::path::Path;

#[derive(Parser)]
enum Command {
    Changelog(changelog::ChangelogArgs),
    CheckCommits(check_commits::CheckCommitsArgs),
    Compare(compare::CompareArgs),
    Import(import::ImportArgs),
    NextVersion(next_version::NextVersionArgs),
    Which(which::WhichArgs),
}

fn run_with(root: &Path, config: &ChangelogConfig, line: &str) -> Result<(u8, String), Vec<Diagnostic>> {
    let words = std::iter::once("annals").chain(line.split('|'));
    let (mut out, mut notes) = (Vec::new(), Vec::new());
    let call = Call { sources: &[], changelog: config, root, out: &mut out, notes: &mut notes };
    let code = match Command::parse_from(words) {
        Command::Changelog(args) => changelog::run(&args, call),
        Command::CheckCommits(args) => check_commits::run(&args, call),
        Command::Compare(args) => compare::run(&args, call),
        Command::Import(args) => import::run(&args, call),
        Command::NextVersion(args) => next_version::run(&args, call),
        Command::Which(args) => which::run(&args, call),
    }?;
    Ok((code, String::from_utf8(out).unwrap()))
}

fn run(builder: &Builder, line: &str) -> (u8, String) {
    run_with(builder.path(), &ChangelogConfig::default(), line).unwrap()
}

/// A history with a maintenance branch: 1.0.0 – 1.1.0 – (1.2 to come) on main, 1.0.1 beside it.
fn history() -> Builder {
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: begin", &[]);
    builder.tag("v1.0.0", base);
    builder.branch("1.0", base);
    let fix = builder.commit("main", "fix(net): retry on 503 (#7)\n\nFixes #5\nRefs: OPS-77", &[]);
    let feature = builder.commit(
        "main",
        "feat!: new `config`\n\nBREAKING CHANGE: the file moved\n\nRename `a.toml` to `b.toml`.\n\nSigned-off-by: A",
        &[],
    );
    builder.tag("v1.1.0", feature);
    builder.commit(
        "1.0",
        &format!("fix(net): retry on 503 (#7) (#9)\n\n(cherry picked from commit {fix})"),
        &[],
    );
    let only = builder.commit("1.0", "fix: only here, CVE-2026-12345", &[]);
    builder.tag("v1.0.1", only);
    builder.commit("main", "perf: faster (#12)", &[]);
    builder
}

#[test]
fn compare_goes_by_ancestry_and_does_not_show_what_a_backport_brought() {
    let builder = history();
    insta::assert_snapshot!(run(&builder, "compare|1.0.0|1.1.0").1);
    insta::assert_snapshot!(run(&builder, "compare|1.0.1|1.1.0").1);
    insta::assert_snapshot!(run(&builder, "compare|1.1.0|1.0.1").1);
    let (_, text) = run(&builder, "compare|v1.1.0|HEAD");
    assert!(text.contains("faster") && !text.contains("config"));
    assert!(run(&builder, "compare|1.1.0|1.1.0").1.contains("Both are the same commit."));
    let error = run_with(builder.path(), &ChangelogConfig::default(), "compare|1.1.2|1.1.0").unwrap_err();
    assert_eq!(error[0].help.as_deref(), Some("did you mean `1.1.0`?"));
}

#[test]
fn a_withdrawn_release_is_marked_and_never_suggested() {
    let builder = history();
    let config = ChangelogConfig { yanked: vec!["1.1.0".into()], ..ChangelogConfig::default() };
    let (_, text) = run_with(builder.path(), &config, "compare|1.0.0").unwrap();
    assert!(text.starts_with("# ") && text.contains("1.0.0 → 1.0.1"), "{text}");
    assert!(
        run_with(builder.path(), &config, "compare|1.0.0|1.1.0")
            .unwrap()
            .1
            .contains("**1.1.0 was withdrawn.**")
    );
    assert!(run_with(builder.path(), &config, "changelog").unwrap().1.contains(" [YANKED]\n"));
}

#[test]
fn which_finds_commits_requests_issues_tickets_and_advisories() {
    let builder = history();
    let found = |what: &str| {
        let text = run(&builder, &format!("which|{what}")).1;
        text.lines()
            .map(|line| line.split_once(' ').map_or("", |(_, rest)| rest).trim().to_owned())
            .collect::<Vec<_>>()
    };
    let expected = |rest: &str| format!("app: {rest}");
    assert_eq!(found("#7")[1], expected("1.0.1, 1.1.0"), "the first on each line");
    assert_eq!(found("#5")[1], expected("1.0.1, 1.1.0"));
    assert_eq!(found("ops-77")[1], expected("1.0.1, 1.1.0"));
    assert_eq!(found("CVE-2026-12345")[1], expected("1.0.1; not on the main line"));
    assert_eq!(found("#12")[1], expected("merged, not released, expected in 1.1.1; not on 1.0"));
    assert_eq!(run(&builder, "which|#404").0, 1);
}

#[test]
fn which_tells_of_each_maintained_line() {
    let mut builder = history();
    let told = |builder: &Builder, what: &str| {
        let text = run(builder, &format!("which|{what}")).1;
        text.lines().nth(1).and_then(|line| line.split_once("app: ")).unwrap().1.to_owned()
    };
    // Not called like a version: no line.
    let tip = builder.tip("main").unwrap();
    builder.branch("topic", tip);
    builder.commit("topic", "fix: elsewhere (#20)", &[]);
    assert_eq!(run(&builder, "which|#20").0, 1);
    builder.commit("1.0", "fix: on the line (#21)", &[]);
    assert_eq!(told(&builder, "#21"), "on 1.0 merged, not released, expected in 1.0.2; not on the main line");
    assert_eq!(told(&builder, "#12"), "merged, not released, expected in 1.1.1; not on 1.0");
    // A backport that is merged to the line: 1.1.0 is taken, so a feature is a patch there.
    builder.commit("main", "feat: both (#22)", &[]);
    builder.commit("1.0", "feat: both (#22)", &[]);
    assert_eq!(
        told(&builder, "#22"),
        "merged, not released, expected in 1.2.0; on 1.0 merged, not released, expected in 1.0.2"
    );
    let tip = builder.tip("1.0").unwrap();
    builder.tag("v1.0.2", tip);
    assert_eq!(told(&builder, "#22"), "1.0.2; on the main line merged, not released, expected in 1.2.0");
    let json = run(&builder, "which|#12|--format|json").1;
    assert!(json.contains("\"missing_on\": [\n          \"1.0\"\n        ]"), "{json}");
}

#[test]
fn the_next_version_is_none_that_a_maintained_branch_has() {
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: a", &[]);
    builder.tag("v1.4.0", base);
    builder.branch("1.4", base);
    let patch = builder.commit("1.4", "fix: there", &[]);
    builder.tag("v1.4.1", patch);
    builder.commit("main", "fix: here", &[]);
    assert_eq!(run(&builder, "next-version").1, "1.5.0\n");
}

#[test]
fn next_version_follows_the_changes() {
    let mut builder = Builder::new();
    let next = |builder: &Builder, more: &str| run(builder, &format!("next-version{more}"));
    let first = builder.commit("main", "feat: a", &[]);
    assert_eq!(next(&builder, "").1, "0.1.0\n", "nothing released yet");
    builder.tag("v0.3.0", first);
    assert_eq!(next(&builder, ""), (1, "0.3.0\n".into()), "nothing to release");
    builder.commit("main", "chore: x", &[]);
    assert_eq!(next(&builder, "").0, 1, "nothing that is shown");
    builder.commit("main", "feat: b", &[]);
    assert_eq!(next(&builder, "").1, "0.3.1\n");
    builder.commit("main", "fix!: c", &[]);
    assert_eq!(next(&builder, "").1, "0.4.0\n");
    assert_eq!(next(&builder, "|--pre|rc").1, "0.4.0-rc.1\n");
    let one = builder.commit("main", "fix: d", &[]);
    builder.tag("v1.0.0", one);
    let rc = builder.commit("main", "feat: e", &[]);
    builder.tag("v1.1.0-rc.1", rc);
    assert_eq!(next(&builder, "|--pre|rc"), (1, "1.1.0-rc.1\n".into()));
    builder.commit("main", "fix: f", &[]);
    assert_eq!(next(&builder, "|--pre|rc").1, "1.1.0-rc.2\n");
    assert_eq!(next(&builder, "").1, "1.1.0\n");
    builder.commit("main", "fix!: g", &[]);
    assert_eq!(next(&builder, "").1, "2.0.0\n", "what came since the rc asks for more");
}

#[test]
fn a_changelog_file_is_written_checked_and_added_to() {
    let builder = history();
    let file = builder.path().join("CHANGELOG.md");
    let read = || std::fs::read_to_string(&file).unwrap();
    assert_eq!(run(&builder, "changelog|--write|--check").0, 1);
    assert_eq!(run(&builder, "changelog|--write").0, 0);
    insta::assert_snapshot!(read());
    assert_eq!(run(&builder, "changelog|--write|--check"), (0, "CHANGELOG.md is up to date\n".into()));
    let ours = format!("Above.\n{}\nBelow.\n", read());
    std::fs::write(&file, &ours).unwrap();
    run(&builder, "changelog|--write");
    assert_eq!(read(), ours);
    std::fs::write(&file, "# Mine\n\n## [1.1.0]\n\n- edited by hand\n").unwrap();
    assert!(run_with(builder.path(), &ChangelogConfig::default(), "changelog|--write").is_err());
    run(&builder, "changelog|--prepend|--unreleased|--as|next");
    let text = read();
    assert!(text.starts_with("# Mine\n\n## [1.1.1] - 2023-11-20\n"), "{text}");
    assert!(text.ends_with("## [1.1.0]\n\n- edited by hand\n"));
}

#[test]
fn ranges_are_of_ancestry() {
    let builder = history();
    let headings = |range: &str| {
        let text = run(&builder, &format!("changelog|{range}")).1;
        text.lines()
            .filter(|line| line.starts_with("## "))
            .map(|line| line[4..9].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(headings("1.0.0..1.1.0"), ["1.1.0"]);
    assert_eq!(headings("..v1.0.1"), ["1.0.1", "1.0.0"]);
    assert_eq!(headings("1.0.1"), ["1.0.1"]);
    assert_eq!(headings("--latest"), ["1.1.0"]);
    assert_eq!(headings("--unreleased"), ["Unrel"]);
}

#[test]
fn messages_of_a_branch_and_of_the_hook_are_checked() {
    let mut builder = Builder::new();
    let base = builder.commit("main", "whatever came before", &[]);
    builder.branch("topic", base);
    builder.commit("topic", "feat: good", &[]);
    assert_eq!(run(&builder, "check-commits|main..topic").0, 0);
    builder.commit("topic", "feta: typo", &[]);
    builder.commit("topic", "fix:no space\n", &[]);
    let (code, text) = run(&builder, "check-commits|main..topic|--format|short");
    let told: Vec<&str> = text.lines().map(|line| &line[9..]).collect();
    assert_eq!(
        (code, told),
        (
            1,
            vec![
                ":1:1: warning: `feta` is no type that the changelog knows [commit/unknown-type]",
                ":1:5: error: this message has no space after the colon [commit/unconventional]"
            ]
        )
    );
    std::fs::write(builder.path().join("MSG"), "# a comment\nwords\n").unwrap();
    let (code, text) = run(&builder, "check-commits|--message|MSG");
    assert_eq!(code, 1);
    assert!(text.contains("message:2:1"), "{text}");
    assert_eq!(run(&builder, "check-commits|--install-hook").0, 0);
    assert!(builder.path().join(".git/hooks/commit-msg").is_file());
}

#[test]
fn a_changelog_is_imported_and_what_is_there_is_not_overwritten() {
    let builder = Builder::new();
    let text = "# C\n\n## [1.0.0] - 2026-01-01\n\n- a\n";
    std::fs::write(builder.path().join("CHANGELOG.md"), text).unwrap();
    let line = "import|changelog|--package|app";
    assert_eq!(run(&builder, line).0, 0);
    let page = builder.path().join("content/releases/app-1.0.0.md");
    assert!(std::fs::read_to_string(&page).unwrap().ends_with("---\n\n- a\n"));
    assert_eq!(run(&builder, line).0, 0, "twice is as once");
    std::fs::write(&page, "edited").unwrap();
    let error = run_with(builder.path(), &ChangelogConfig::default(), line).unwrap_err();
    assert_eq!(error[0].rule, "import/exists");
}

#[test]
fn a_template_of_ones_own_is_used() {
    let builder = history();
    let template = "{% for package in packages %}{% for release in package.releases %}{% if release.version %}{{ release.version }}{% else %}next{% endif %};{% endfor %}{% endfor %}";
    std::fs::write(builder.path().join("t.md"), template).unwrap();
    assert_eq!(run(&builder, "changelog|--template|t.md").1, "next;1.1.0;1.0.1;1.0.0;");
}

#[test]
fn overrides_reword_hide_and_move_without_touching_history() {
    let builder = history();
    let hash = |what: &str| run(&builder, &format!("which|{what}")).1[..9].to_owned();
    let text = format!(
        "[{:?}]\nmessage = 'feat(net): retries'\n[{:?}]\nhide = 'no'\n[{:?}]\nrelease = '1.1.0'\n",
        hash("begin"),
        hash("only|here"),
        hash("faster")
    );
    std::fs::write(builder.path().join("changelog-overrides.toml"), text).unwrap();
    let (_, text) = run(&builder, "changelog");
    assert!(text.contains("- **net:** retries (`4cdc41b`) – corrected after the release\n"), "{text}");
    assert!(!text.contains("only here"));
    let (_, one) = run(&builder, "changelog|1.1.0");
    assert!(one.contains("- faster (#12) – corrected after the release"), "{one}");
    assert_eq!(run(&builder, "changelog|--unreleased").1, "## [Unreleased]\n");
}

#[test]
fn fragments_and_trailers_are_told_on_top_and_count_for_the_next_version() {
    let mut builder = history();
    builder.commit("main", "fix: odd\n\nRelease-Note: Odd things are even now.", &[]);
    std::fs::create_dir(builder.path().join("changes")).unwrap();
    std::fs::write(builder.path().join("changes/12.feature.md"), "Much faster.\n").unwrap();
    std::fs::write(builder.path().join("changes/a.md"), "---\n\"app\": minor\n---\n\nNew things.\n").unwrap();
    std::fs::write(builder.path().join("changes/b.md"), "---\n\"other\": major\n---\n\nNot ours.\n").unwrap();
    let (_, text) = run(&builder, "changelog|--unreleased");
    let top = "## [Unreleased]\n\n### Highlights\n\n- Odd things are even now.\n- Much faster. (#12)\n- New things.\n";
    assert!(text.starts_with(top), "{text}");
    assert_eq!(run(&builder, "next-version").1, "1.2.0\n");
}

#[test]
fn coverage_tells_what_no_note_tells() {
    let builder = history();
    let (code, text) = run(&builder, "changelog|--coverage");
    assert_eq!(code, 1);
    assert!(text.contains("error[changelog/uncovered]: no note tells of `faster`"), "{text}");
    std::fs::create_dir_all(builder.path().join("content/releases")).unwrap();
    let page = |version: &str, body: &str| {
        let text = format!("---\ntitle: x\npackage: app\nversion: {version}\n---\n{body}\n");
        std::fs::write(builder.path().join(format!("content/releases/{version}.md")), text).unwrap();
    };
    page("unreleased", "It is faster (#12).");
    assert_eq!(run(&builder, "changelog|--coverage").0, 0);
    page("unreleased", "It is faster (#12), and #99 is done.");
    assert!(
        run(&builder, "changelog|--coverage")
            .1
            .contains("this note names #99, which is not in app Unreleased")
    );
    page("1.1.0", "Fixes #5. The new `config`.");
    assert!(!run(&builder, "changelog|1.1.0|--coverage").1.contains("upgrade-steps"), "the commit has them");
}

#[test]
fn what_is_kept_between_calls_changes_no_byte() {
    let mut builder = history();
    let fresh = |builder: &Builder| run(builder, "changelog|--no-cache").1;
    assert_eq!(run(&builder, "changelog").1, fresh(&builder));
    assert!(builder.path().join(".git/annals/changelog.bin").is_file());
    assert_eq!(run(&builder, "changelog").1, fresh(&builder));
    let undone = builder.tip("1.0").unwrap();
    let more =
        builder.commit("1.0", &format!("Revert \"fix: only here\"\n\nThis reverts commit {undone}."), &[]);
    builder.tag("v1.0.2", more);
    assert_eq!(run(&builder, "changelog").1, fresh(&builder));
    let config = ChangelogConfig { yanked: vec!["1.1.0".into()], ..ChangelogConfig::default() };
    let told = |line: &str| run_with(builder.path(), &config, line).unwrap().1;
    assert_eq!(told("changelog"), told("changelog|--no-cache"));
}

#[test]
fn the_scope_of_a_package_may_be_left_out() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[("packages/core/a", "1"), ("packages/web/a", "1")]);
    builder.tag("@acme/core@1.0.0", one);
    builder.tag("@acme/web@2.0.0", one);
    assert_eq!(
        run(&builder, "compare|HEAD|1.0.0|--package|core").1,
        run(&builder, "compare|HEAD|1.0.0|-p|@acme/core").1
    );
    let error = run_with(builder.path(), &ChangelogConfig::default(), "changelog|-p|cor").unwrap_err();
    assert_eq!(error[0].message, "there is no package `cor`");
}
