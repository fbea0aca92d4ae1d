//! Packages that are found by themselves.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use annals::config::source::{PackageConfig, SourceConfig};
use annals::diagnostic::Diagnostic;
use annals::source::git::read_source;
use repository::Builder;

fn found(builder: &Builder) -> (Vec<String>, Vec<Diagnostic>) {
    let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
    let (history, diagnostics) = read_source(&source, builder.path(), None);
    let show = |package: &PackageConfig| {
        let without: String = package.exclude.iter().map(|path| format!(" !{path}")).collect();
        let tags = package.tags.as_deref().unwrap_or_default();
        format!("{} {tags} {}{without}", package.name, package.paths.join(",")).trim_end().to_owned()
    };
    (history.unwrap().packages.iter().map(show).collect(), diagnostics)
}

/// A repository of one commit with these files and tags.
fn packages(files: &[(&str, &str)], tags: &[&str]) -> Vec<String> {
    let mut builder = Builder::new();
    let at = builder.commit("main", "feat: a", files);
    for tag in tags {
        builder.tag(tag, at);
    }
    let (packages, diagnostics) = found(&builder);
    assert!(diagnostics.iter().all(|found| found.rule == "git/untagged-member"), "{diagnostics:?}");
    packages
}

#[test]
fn a_cargo_workspace_has_its_members_and_those_that_are_named_by_path() {
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = ['crates/*', 'tools/one']\nexclude = ['crates/out']\n\
             [workspace.dependencies]\ndeep = { path = 'deep' }\n",
        ),
        (
            "crates/a/Cargo.toml",
            "[package]\nname = 'acme-a'\n[dependencies]\nb = { path = '../../libs/b' }\n",
        ),
        ("crates/out/Cargo.toml", "[package]\nname = 'out'\n"),
        ("crates/empty/README.md", "no crate"),
        ("crates/inner/Cargo.toml", "[package]\nname = 'inner'\npublish = false\n"),
        ("tools/one/Cargo.toml", "[package]\nname = 'one'\n"),
        ("tools/two/Cargo.toml", "[package]\nname = 'two'\n"),
        (
            "libs/b/Cargo.toml",
            "[package]\nname = 'b'\n[build-dependencies]\nx = { path = '../../../elsewhere' }\n",
        ),
        ("deep/Cargo.toml", "[package]\nname = 'deep'\n"),
    ];
    assert_eq!(
        packages(&files, &["acme-a-v0.1.0", "acme-a-v0.2.0", "b/v1.0.0", "deep@0.3.0", "inner-v1.0.0"]),
        ["acme-a acme-a-v* crates/a", "b b/v* libs/b", "deep deep@* deep", "inner inner-v* crates/inner"],
        "`one` has no tags"
    );
    assert_eq!(
        packages(&files, &[]),
        ["acme-a acme-a-v* crates/a", "b b-v* libs/b", "deep deep-v* deep", "one one-v* tools/one"],
        "nothing is released yet: all that may be published"
    );
    assert_eq!(packages(&files, &["v1.0.0"]), ["app v*"], "one version for all");
    assert_eq!(packages(&files, &["v1.0.0", "deep-v1.0.0"]), ["app v*", "deep deep-v* deep"]);
}

#[test]
fn npm_and_pnpm_workspaces_are_read_in_all_forms() {
    let files = |root: &'static str, text: &'static str| {
        [
            (root, text),
            ("packages/a/package.json", "{\"name\": \"@acme/a\"}"),
            ("packages/b/package.json", "{\"name\": \"@acme/b\", \"private\": true}"),
            ("packages/nest/c/package.json", "{\"name\": \"c\"}"),
            ("packages/nest/node_modules/x/package.json", "{\"name\": \"x\"}"),
        ]
    };
    let tags = ["@acme/a@1.0.0", "c@v2.0.0"];
    let both = ["@acme/a @acme/a@* packages/a", "c c@v* packages/nest/c"];
    let all = "{\"workspaces\": [\"packages/**\"]}";
    assert_eq!(packages(&files("package.json", all), &tags), both);
    let yarn = "{\"workspaces\": {\"packages\": [\"packages/*\", \"./packages/nest/*\"]}}";
    assert_eq!(packages(&files("package.json", yarn), &tags), both);
    let pnpm = "packages:\n  - packages/**\n  - '!**/nest/**'\n";
    assert_eq!(packages(&files("pnpm-workspace.yaml", pnpm), &tags[..1]), both[..1]);
    let short = packages(&files("package.json", all), &["a-v1.0.0", "a-v1.1.0"]);
    assert_eq!(short, ["@acme/a a-v* packages/a"], "the scope may be left out");
}

#[test]
fn go_modules_are_tagged_by_their_folder() {
    let files = [
        ("go.mod", "module example.com/app\n"),
        ("client/go.mod", "module example.com/app/client\n"),
        ("client/v2/go.mod", "module example.com/app/client/v2\n"),
        ("sdk/http/go.mod", "module example.com/app/sdk/http\n"),
        ("vendor/x/go.mod", "module example.com/x\n"),
    ];
    let tags = ["v1.0.0", "client/v1.0.0", "client/v2.0.0", "sdk/http/v0.1.0"];
    let expected = ["app v*  !client !sdk/http", "client client/v* client", "sdk/http sdk/http/v* sdk/http"];
    assert_eq!(packages(&files, &tags), expected);
    let work = [("go.work", "go 1.22\nuse (\n\t./client\n\t./sdk/http\n)\n")];
    let files = [&work[..], &files[1..]].concat();
    assert_eq!(packages(&files, &["client/v1.0.0"]), ["client client/v* client"]);
    assert_eq!(packages(&files, &[]), ["client client/v* client", "sdk/http sdk/http/v* sdk/http"]);
}

#[test]
fn names_in_tags_are_packages_without_any_workspace_and_a_few_odd_ones_are_none() {
    assert_eq!(packages(&[("services/api/x", "1")], &["api@1.0.0"]), ["api api@* services/api"]);
    let plain = ["v1.0.0", "v1.1.0", "v1.2.0", "v1.3.0", "v1.4.0", "docs-1.0"];
    assert_eq!(packages(&[("a", "1")], &plain), ["app v*"]);
    assert_eq!(packages(&[("a", "1")], &[]), ["app v*"]);
}

#[test]
fn members_without_tags_beside_others_are_told() {
    let mut builder = Builder::new();
    let files = [
        ("package.json", "{\"workspaces\": [\"packages/*\"]}"),
        ("packages/a/package.json", "{\"name\": \"a\"}"),
        ("packages/b/package.json", "{\"name\": \"b\"}"),
    ];
    let at = builder.commit("main", "feat: a", &files);
    builder.tag("a@1.0.0", at);
    let (packages, diagnostics) = found(&builder);
    assert_eq!(packages, ["a a@* packages/a"]);
    let message = "of the workspace members of `app`, 1 have no tags and are no packages: b";
    assert_eq!((diagnostics.len(), diagnostics[0].message.as_str()), (1, message));
}

#[test]
fn a_manifest_that_can_not_be_read_is_a_note_that_names_it() {
    let mut builder = Builder::new();
    builder.commit("main", "feat: a", &[("package.json", "{\"workspaces\": [")]);
    let (packages, diagnostics) = found(&builder);
    assert_eq!(packages, ["app v*"]);
    assert_eq!(diagnostics[0].rule, "git/bad-manifest");
    assert!(diagnostics[0].message.contains("`package.json` of `app`"), "{}", diagnostics[0].message);
}

#[test]
fn a_commit_belongs_to_the_member_whose_folder_it_touches() {
    let mut builder = Builder::new();
    let files = [
        ("package.json", "{\"workspaces\": [\"packages/*\"]}"),
        ("packages/a/package.json", "{\"name\": \"a\"}"),
        ("packages/b/package.json", "{\"name\": \"b\"}"),
    ];
    let first = builder.commit("main", "feat: both", &files);
    builder.tag("a@1.0.0", first);
    let second = builder.commit("main", "fix: in b", &[("packages/b/x", "1")]);
    builder.tag("b@1.0.0", second);
    let source = SourceConfig { name: "app".into(), ..SourceConfig::default() };
    let history = read_source(&source, builder.path(), None).0.unwrap();
    let touched = |id: git2::Oid| {
        let number = history.graph.number(&id.into()).unwrap();
        history.graph.packages(number).to_vec()
    };
    assert_eq!((touched(first), touched(second)), (vec![0, 1], vec![1]));
}
