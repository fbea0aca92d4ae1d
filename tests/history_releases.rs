//! Releases from commits and tags.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use annals::changelog::{ByHand, PackageHistory, Release, plan};
use annals::config::source::{ChangelogConfig, PackageConfig, Prereleases, SourceConfig, Unconventional};
use annals::source::git::read_source;
use repository::Builder;

fn told_with(
    builder: &Builder,
    packages: Vec<PackageConfig>,
    config: &ChangelogConfig,
) -> Vec<PackageHistory> {
    let source = SourceConfig { name: "app".into(), packages, ..SourceConfig::default() };
    let (history, diagnostics) = read_source(&source, builder.path(), None);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    plan(&history.unwrap(), config, &ByHand::default()).histories()
}

fn told(builder: &Builder) -> Vec<Release> {
    told_with(builder, Vec::new(), &ChangelogConfig::default()).remove(0).releases
}

/// Each release as `title: Group: change, change; …`, in order.
fn outline(releases: &[Release]) -> Vec<String> {
    releases
        .iter()
        .map(|release| {
            let groups: Vec<String> = release
                .groups
                .iter()
                .map(|group| {
                    let changes: Vec<&str> =
                        group.changes.iter().map(|change| change.description.as_str()).collect();
                    format!("{}: {}", group.title, changes.join(", "))
                })
                .collect();
            format!("{} = {}", release.title(), groups.join("; "))
        })
        .collect()
}

#[test]
fn commits_are_grouped_under_the_tag_that_first_contains_them() {
    let mut builder = Builder::new();
    builder.commit("main", "feat: a", &[]);
    let one = builder.commit("main", "fix: b (#2)", &[]);
    builder.annotated("v1.0.0", one, "The first.\n");
    builder.commit("main", "feat(api)!: c", &[]);
    builder.commit("main", "chore: d", &[]);
    let two = builder.commit("main", "Just words", &[]);
    builder.tag("v2.0.0", two);
    builder.commit("main", "perf: e", &[]);
    let releases = told(&builder);
    assert_eq!(
        outline(&releases),
        [
            "Unreleased = Performance: e",
            "2.0.0 = Added: c; Other changes: Just words",
            "1.0.0 = Added: a; Fixed: b"
        ]
    );
    let two = &releases[1];
    assert_eq!(two.previous.as_deref(), Some("v1.0.0"));
    assert_eq!(two.breaking[0].text, "c");
    assert_eq!((two.commit_count, two.left_out.len()), (3, 1));
    assert_eq!(releases[2].message.as_deref(), Some("The first."));
    assert_eq!(releases[2].changes().nth(1).unwrap().pull_request, Some(2));
}

#[test]
fn a_release_of_a_maintenance_branch_lists_what_is_new_in_its_own_ancestry() {
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: a", &[]);
    builder.tag("v1.0.0", base);
    builder.branch("1.x", base);
    let fix = builder.commit("main", "fix: b", &[]);
    let two = builder.commit("main", "feat: c", &[]);
    builder.tag("v2.0.0", two);
    let picked = builder.commit("1.x", &format!("fix: b\n\n(cherry picked from commit {fix})"), &[]);
    builder.tag("v1.0.1", picked);
    let releases = told(&builder);
    assert_eq!(outline(&releases), ["2.0.0 = Added: c; Fixed: b", "1.0.1 = Fixed: b", "1.0.0 = Added: a"]);
    assert_eq!(releases[1].previous.as_deref(), Some("v1.0.0"));
    assert!(!releases[1].on_head && releases[0].on_head);
    let also = |release: &Release, description: &str| {
        let change = release.changes().find(|change| change.description == description).unwrap();
        change.also_in.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(also(&releases[0], "b"), ["1.0.1"], "one change that landed in two releases");
    assert_eq!(also(&releases[1], "b"), ["2.0.0"]);
}

#[test]
fn a_revert_removes_what_it_reverts_and_a_revert_of_it_restores_that() {
    let mut builder = Builder::new();
    let a = builder.commit("main", "feat: a", &[]);
    let b = builder.commit("main", "feat: b", &[]);
    builder.commit("main", &format!("Revert \"feat: a\"\n\nThis reverts commit {a}."), &[]);
    let undo = builder.commit("main", &format!("revert: b\n\nRefs: {b}"), &[]);
    let one = builder.commit("main", &format!("Revert \"revert: b\"\n\nThis reverts commit {undo}."), &[]);
    builder.tag("v1.0.0", one);
    builder.commit("main", &format!("revert: feat: b\n\nRefs: {}", &b.to_string()[..9]), &[]);
    let releases = told(&builder);
    assert_eq!(outline(&releases), ["Unreleased = Reverted: feat: b", "1.0.0 = Added: b"]);
    let revert = releases[0].changes().next().unwrap();
    assert_eq!(revert.reverts.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.0.0"]);
    assert_eq!(releases[1].left_out.len(), 4, "what is not shown is listed");
}

#[test]
fn a_released_change_says_which_later_release_takes_it_back() {
    let mut builder = Builder::new();
    let a = builder.commit("main", "feat: a", &[]);
    let b = builder.commit("main", "feat: b", &[]);
    builder.tag("v1.0.0", b);
    let undo_a = builder.commit("main", &format!("Revert \"feat: a\"\n\nThis reverts commit {a}."), &[]);
    let undo_b = builder.commit("main", &format!("Revert \"feat: b\"\n\nThis reverts commit {b}."), &[]);
    let again = format!("Revert \"Revert \"feat: b\"\"\n\nThis reverts commit {undo_b}.");
    let two = builder.commit("main", &again, &[]);
    builder.tag("v1.1.0", two);
    let three = builder.commit(
        "main",
        &format!("Revert \"Revert \"feat: a\"\"\n\nThis reverts commit {undo_a}."),
        &[],
    );
    builder.tag("v1.2.0", three);
    let releases = told(&builder);
    let first = &releases[2];
    let taken_back = |description: &str| {
        let change = first.changes().find(|change| change.description == description).unwrap();
        change.reverted_in.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(taken_back("a"), ["1.1.0"]);
    assert!(taken_back("b").is_empty(), "it was restored before the release");
    let revert = releases[1].changes().next().unwrap();
    let told_of = |versions: &[annals::changelog::Version]| {
        versions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        (told_of(&revert.reverts), told_of(&revert.reverted_in)),
        (vec!["1.0.0".into()], vec!["1.2.0".into()])
    );
}

#[test]
fn pre_releases_belong_to_the_final_release_as_configured() {
    let mut builder = Builder::new();
    let zero = builder.commit("main", "feat: z", &[]);
    builder.tag("v0.9.0", zero);
    let rc = builder.commit("main", "feat: a", &[]);
    builder.tag("v1.0.0-rc.1", rc);
    let last = builder.commit("main", "fix: b", &[]);
    builder.tag("v1.0.0", last);
    let mode = |prereleases| {
        let config = ChangelogConfig { prereleases, ..ChangelogConfig::default() };
        outline(&told_with(&builder, Vec::new(), &config).remove(0).releases)
    };
    let (last, first) = ("1.0.0 = Added: a; Fixed: b", "0.9.0 = Added: z");
    assert_eq!(mode(Prereleases::Both), [last, "1.0.0-rc.1 = Added: a", first]);
    assert_eq!(mode(Prereleases::Separate), ["1.0.0 = Fixed: b", "1.0.0-rc.1 = Added: a", first]);
    assert_eq!(mode(Prereleases::Fold), [last, first]);
}

#[test]
fn packages_get_the_commits_of_their_paths_and_the_tags_of_their_pattern() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: api", &[("packages/api/a.rs", "1"), ("README.md", "x")]);
    builder.tag("api@1.0.0", one);
    builder.commit("main", "fix: web", &[("packages/web/a.rs", "1")]);
    builder.commit("main", "docs: web", &[("packages/web/README.md", "1")]);
    let two = builder.commit("main", "fix: both", &[("packages/web/b.rs", "1"), ("packages/api/a.rs", "2")]);
    builder.tag("web@0.1.0", two);
    let package = |name: &str, exclude: &[&str]| PackageConfig {
        name: name.into(),
        paths: vec![format!("packages/{name}/**")],
        exclude: exclude.iter().map(|glob| (*glob).to_owned()).collect(),
        ..PackageConfig::default()
    };
    let packages = vec![package("api", &[]), package("web", &["**/*.md"])];
    let told = told_with(&builder, packages, &ChangelogConfig::default());
    assert_eq!(outline(&told[0].releases), ["Unreleased = Fixed: both", "1.0.0 = Added: api"]);
    assert_eq!(outline(&told[1].releases), ["0.1.0 = Fixed: both, web"]);
    // Without configuration the tags tell the packages, and the folders their paths.
    let found = told_with(&builder, Vec::new(), &ChangelogConfig::default());
    assert_eq!(found.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["api", "web"]);
    assert_eq!(outline(&found[0].releases), outline(&told[0].releases));
}

#[test]
fn several_tags_on_one_commit_and_a_release_without_changes_are_releases() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[]);
    for tag in ["v1.0.0-rc.1", "v1.0.0", "v1.0.1", "v1", "v1.0", "vendor", "nightly"] {
        builder.tag(tag, one);
    }
    let releases = told(&builder);
    assert_eq!(outline(&releases), ["1.0.1 = ", "1.0.0 = Added: a", "1.0.0-rc.1 = Added: a"]);
    assert_eq!(releases[0].previous.as_deref(), Some("v1.0.0"));
}

#[test]
fn octopus_merges_and_clock_skew_do_not_matter() {
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: a", &[]);
    builder.tag("v1.0.0", base);
    let mut tips = vec![base];
    for name in ["x", "y", "z"] {
        builder.branch(name, base);
        builder.day -= 50;
        tips.push(builder.commit(name, &format!("fix: {name}"), &[]));
    }
    let merge = builder.commit_on("main", &tips, "Merge branches 'x', 'y' and 'z'", &[], "Ann");
    builder.tag("v1.1.0", merge);
    let releases = told(&builder);
    assert_eq!(outline(&releases), ["1.1.0 = Fixed: x, y, z", "1.0.0 = Added: a"]);
}

#[test]
fn the_cache_changes_nothing_but_the_time() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "feat: a", &[("packages/api/a", "1")]);
    builder.tag("api@1.0.0", one);
    builder.commit("main", "fix: b", &[("packages/web/a", "1")]);
    let cache = tempfile::tempdir().unwrap();
    let read = |cache: Option<&std::path::Path>, paths: &str| {
        let package =
            PackageConfig { name: "api".into(), paths: vec![paths.into()], ..PackageConfig::default() };
        let source = SourceConfig { name: "app".into(), packages: vec![package], ..SourceConfig::default() };
        let (history, _) = read_source(&source, builder.path(), cache);
        plan(&history.unwrap(), &ChangelogConfig::default(), &ByHand::default()).histories()
    };
    let first = read(Some(cache.path()), "packages/api");
    assert_eq!(std::fs::read_dir(cache.path().join("history")).unwrap().count(), 1);
    assert_eq!(read(Some(cache.path()), "packages/api"), first);
    assert_eq!(first, read(None, "packages/api"));
    // Other paths are told anew, although the commits are known.
    assert_eq!(read(Some(cache.path()), "packages/web"), read(None, "packages/web"));
    assert_ne!(first, read(None, "packages/web"));
}

#[test]
fn what_does_not_conform_has_a_configured_fate() {
    let mut builder = Builder::new();
    let one = builder.commit("main", "old words", &[]);
    builder.tag("v1.0.0", one);
    builder.commit("main", "new words", &[]);
    let told = |unconventional| {
        let config = ChangelogConfig { unconventional, ..ChangelogConfig::default() };
        let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
        let (told, found) = annals::changelog::read_source(&source, &config, builder.path(), None);
        (told.unwrap().packages[0].releases[0].changes().count(), found.len())
    };
    assert_eq!(told(Unconventional::Show), (1, 0));
    assert_eq!(told(Unconventional::Hide), (0, 0));
    assert_eq!(told(Unconventional::Refuse), (0, 1), "what is released can't be mended");
}

/// What the comparison page works out from its data must be what the repository itself says.
#[test]
fn the_lineage_tells_what_a_comparison_by_commits_tells() {
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: begin", &[]);
    builder.tag("v1.0.0", base);
    builder.branch("1.0", base);
    let fix = builder.commit("main", "fix: one", &[]);
    let rc = builder.commit("main", "feat: two", &[]);
    builder.tag("v1.1.0-rc.1", rc);
    builder.commit("1.0", &format!("fix: one\n\n(cherry picked from commit {fix})"), &[]);
    let only = builder.commit("1.0", "fix: three", &[]);
    builder.tag("v1.0.1", only);
    let last = builder.merge("main", "1.0", "Merge branch '1.0'");
    builder.tag("v1.1.0", last);
    builder.commit("main", "perf: four", &[]);
    let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
    let (history, _) = read_source(&source, builder.path(), None);
    let history = history.unwrap();
    let (config, by_hand) = (ChangelogConfig::default(), ByHand::default());
    let plan = plan(&history, &config, &by_hand);
    let told = plan.histories().remove(0);
    let lineage = &told.lineage;
    let contained = |at: u32| {
        let (mut found, mut stack) = (std::collections::BTreeSet::new(), vec![at]);
        while let Some(next) = stack.pop() {
            if found.insert(next) {
                stack.extend(&lineage.points[next as usize].before);
            }
        }
        found
    };
    let name =
        |at: u32| lineage.points[at as usize].version.as_ref().map_or("HEAD".to_owned(), ToString::to_string);
    let count = u32::try_from(lineage.points.len()).unwrap();
    assert_eq!(count, 5);
    for (from, to) in (0..count).flat_map(|from| (0..count).map(move |to| (from, to))) {
        let (before, after) = (contained(from), contained(to));
        let mut by_lineage: Vec<&str> = told
            .releases
            .iter()
            .flat_map(|release| told.firsts(release))
            .filter(|(_, change)| {
                let landed = &lineage.landed[&change.hash];
                landed.iter().any(|at| after.contains(at)) && !landed.iter().any(|at| before.contains(at))
            })
            .map(|(_, change)| change.description.as_str())
            .collect();
        by_lineage.sort_unstable();
        by_lineage.dedup();
        let package = &plan.packages[0];
        let points = (plan.point(package, &name(from)).unwrap(), plan.point(package, &name(to)).unwrap());
        let comparison = plan.compare(package, &points.0, &points.1);
        let groups = comparison.groups.iter().flat_map(|landed| &landed.group.changes);
        let mut by_commits: Vec<&str> = groups.map(|change| change.description.as_str()).collect();
        by_commits.sort_unstable();
        assert_eq!(by_lineage, by_commits, "{} to {}", name(from), name(to));
    }
}

/// Lines of text with one of them changed, so that a patch has something around it.
fn lines(changed: &str, before: usize) -> String {
    let mut text: Vec<String> = (0..before).map(|number| format!("line {number}\n")).collect();
    text.push(format!("{changed}\n"));
    text.extend((0..4).map(|number| format!("after {number}\n")));
    text.concat()
}

/// A release on a maintenance branch with a commit by somebody else, under this message, that makes
/// the same change to a file whose other lines differ.
fn backported(message: &str, changed: &str, touched: &str) -> (Builder, Vec<Release>) {
    let mut builder = Builder::new();
    let long = "a line that is long enough to be taken for a change of substance";
    let (old, new) = (lines("old", 3), lines(long, 3));
    let base = builder.commit("main", "feat: a", &[("a", &old), ("b", &old)]);
    builder.tag("v1.0.0", base);
    builder.branch("1.x", base);
    builder.commit("1.x", "docs: more lines", &[("a", &lines("old", 9))]);
    builder.commit("main", "fix: keep the order (#7)", &[("a", &new)]);
    let two = builder.commit("main", "feat: b", &[]);
    builder.tag("v2.0.0", two);
    let text = lines(if changed.is_empty() { long } else { changed }, 9);
    let tip = builder.tip("1.x").unwrap();
    let backport = builder.commit_on("1.x", &[tip], message, &[(touched, &text)], "Ben");
    builder.tag("v1.0.1", backport);
    let releases = told(&builder);
    (builder, releases)
}

fn also_in(releases: &[Release], version: &str) -> Vec<String> {
    let release = releases.iter().find(|release| release.title() == version).unwrap();
    let fix =
        release.changes().find(|change| !matches!(change.kind.as_deref(), Some("docs" | "feat"))).unwrap();
    fix.also_in.iter().map(ToString::to_string).collect()
}

#[test]
fn the_same_patch_is_the_same_change_under_any_subject_and_author() {
    for message in ["[1.x] fix: keep the order (#9)", "fix: another subject altogether"] {
        let (_builder, releases) = backported(message, "", "a");
        assert_eq!(also_in(&releases, "2.0.0"), ["1.0.1"], "{message}");
        assert_eq!(also_in(&releases, "1.0.1"), ["2.0.0"], "{message}");
    }
}

#[test]
fn another_patch_is_another_change_even_under_the_same_subject() {
    for (changed, touched) in [("something else that is also quite long, so no excuse", "a"), ("", "b")] {
        let (_builder, releases) = backported("[1.x] fix: keep the order (#9)", changed, touched);
        assert!(also_in(&releases, "2.0.0").is_empty(), "{changed} {touched}");
    }
}

#[test]
fn kept_patches_change_nothing() {
    let (builder, fresh) = backported("fix: another subject altogether", "", "a");
    let cache = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
        let history = read_source(&source, builder.path(), Some(cache.path())).0.unwrap();
        let config = ChangelogConfig::default();
        assert_eq!(plan(&history, &config, &ByHand::default()).histories()[0].releases, fresh);
    }
    let kept = std::fs::read_dir(cache.path().join("history")).unwrap().flatten();
    assert_eq!(kept.filter(|file| file.path().extension().unwrap() == "patches").count(), 1);
}

#[test]
fn filters_decide_what_belongs_and_what_is_left_out() {
    let mut builder = Builder::new();
    builder.commit("main", "feat(api): a", &[]);
    builder.commit("main", "fix(web): b", &[]);
    builder.commit("main", "fix(api): c\n\n[skip changelog]", &[]);
    let tip = builder.commit("main", "feat(deps): d", &[]);
    builder.tag("v1.0.0", tip);
    let package: PackageConfig = toml::from_str(
        "name = 'api'\ncommits.only.scopes = ['api', 'deps']\ncommits.except.messages = ['skip changelog']",
    )
    .unwrap();
    let source = SourceConfig {
        name: "app".into(),
        packages: vec![package],
        commits: toml::from_str("except.scopes = ['deps']").unwrap(),
        ..SourceConfig::default()
    };
    let history = read_source(&source, builder.path(), None).0.unwrap();
    let config = ChangelogConfig::default();
    let releases = plan(&history, &config, &ByHand::default()).histories().remove(0).releases;
    assert_eq!(outline(&releases), ["1.0.0 = Added: a"]);
    let left_out: Vec<_> =
        releases[0].left_out.iter().map(|entry| (entry.subject.as_str(), entry.reason)).collect();
    use annals::changelog::model::Reason::Filtered;
    assert_eq!(left_out, [("feat(deps): d", Filtered), ("fix(api): c", Filtered)]);
    assert_eq!(releases[0].commit_count, 3, "the commit of another scope is none of the package's");
}

#[test]
fn maintained_branches_can_be_named_and_are_read_only_where_they_are_asked_for() {
    use annals::source::git::{Extent, read_extent};
    let mut builder = Builder::new();
    let base = builder.commit("main", "feat: a", &[]);
    for branch in ["lts-blue", "2.x", "topic"] {
        builder.branch(branch, base);
        builder.commit(branch, "fix: on it", &[]);
    }
    let lines = |maintained: &[&str], extent| {
        let source = SourceConfig {
            maintained: maintained.iter().map(|glob| (*glob).to_owned()).collect(),
            ..SourceConfig::default()
        };
        let history = read_extent(&source, builder.path(), None, extent).0.unwrap();
        let names: Vec<String> = history.lines.iter().map(|(branch, _)| branch.clone()).collect();
        (names.join(" "), history.graph.len())
    };
    assert_eq!(lines(&[], Extent::Lines), ("2.x".to_owned(), 2));
    assert_eq!(lines(&["lts-*", "main"], Extent::Lines), ("lts-blue".to_owned(), 2), "the main line is none");
    assert_eq!(lines(&["lts-*"], Extent::Released), (String::new(), 1));
}
