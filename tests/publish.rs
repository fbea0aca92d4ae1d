//! `annals publish` into folders and branches, through the binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = run("git", folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Exit code, standard output and standard error.
fn annals(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = run(env!("CARGO_BIN_EXE_annals"), folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = annals(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    out + &err
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

/// A site of two pages in a folder `kb`, built.
fn site() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let kb = root.path().join("kb");
    write(&kb, "site.toml", "[site]\ntitle = \"T\"\n");
    write(&kb, "content/a.md", "# A\n\nOne.\n");
    write(&kb, "content/b.md", "# B\n\nTwo.\n");
    succeed(&kb, &["build"]);
    root
}

#[test]
fn a_folder_gets_the_site_as_a_whole_and_only_if_it_differs() {
    let root = site();
    let kb = root.path().join("kb");
    let www = root.path().join("www");
    let told = succeed(&kb, &["publish", "../www", "--dry-run"]);
    assert!(told.contains("+ a/index.html\n") && told.contains("would publish"), "{told}");
    assert!(!www.exists(), "a dry run writes nothing");
    succeed(&kb, &["publish", "../www"]);
    let page = fs::read(www.join("a/index.html")).unwrap();
    assert_eq!(page, fs::read(kb.join("dist/a/index.html")).unwrap());
    // A file that would be replaced by any second publication.
    fs::write(www.join("mark"), "").unwrap();
    assert!(succeed(&kb, &["publish", "../www"]).contains("nothing to publish"));
    assert!(www.join("mark").exists(), "the same site is not written again");

    fs::remove_file(kb.join("content/b.md")).unwrap();
    write(&kb, "content/c.md", "# C\n");
    succeed(&kb, &["build"]);
    let told = succeed(&kb, &["publish", "../www", "--dry-run"]);
    assert!(told.contains("+ c/index.html\n") && told.contains("- b/index.html\n"), "{told}");
    assert!(!told.contains(" a/index.md\n"), "what is the same is not named: {told}");
    succeed(&kb, &["publish", "../www"]);
    assert!(www.join("c/index.html").exists() && !www.join("b").exists() && !www.join("mark").exists());
}

#[test]
fn nothing_is_published_that_is_not_a_whole_built_site() {
    let root = site();
    let kb = root.path().join("kb");
    let refused = |arguments: &[&str], rule: &str, code: i32| {
        let (got, _, err) = annals(&kb, arguments);
        assert!(err.contains(rule) && err.contains("help:"), "{arguments:?}: {err}");
        assert_eq!(got, code, "{arguments:?}: {err}");
    };
    succeed(&kb, &["publish", "../www"]);
    let before = fs::read(root.path().join("www/a/index.html")).unwrap();
    fs::create_dir(root.path().join("mine")).unwrap();
    fs::write(root.path().join("mine/thesis.txt"), "").unwrap();
    refused(&["publish", "../mine"], "output/foreign", 2);
    refused(&["publish", "dist/inner"], "publish/target", 2);
    refused(&["publish", "."], "publish/target", 2);
    refused(&["publish", "../www", "--squash"], "publish/target", 2);
    refused(&["publish", "../www", "--site", "nowhere"], "publish/not-built", 2);
    fs::write(kb.join("dist/b/index.html"), "half").unwrap();
    write(&kb, "content/a.md", "# A\n\nOther.\n");
    let manifest = fs::read_to_string(kb.join("dist/.annals/manifest.json")).unwrap();
    fs::write(
        kb.join("dist/.annals/manifest.json"),
        manifest.replace("\"source\":\"content/b.md\"", "\"source\":\"b\""),
    )
    .unwrap();
    fs::write(
        root.path().join("www/.annals/manifest.json"),
        "{\"version\":1,\"generator\":\"\",\"files\":[]}",
    )
    .unwrap();
    refused(&["publish", "../www"], "publish/not-built", 2);
    assert_eq!(fs::read(root.path().join("www/a/index.html")).unwrap(), before, "the old site stands");
    assert!(!root.path().join(".www.annals-new").exists(), "nothing is left behind");
}

/// The site in a repository of its own, with a bare one as `origin`.
fn repository() -> TempDir {
    let root = site();
    let kb = root.path().join("kb");
    git(root.path(), &["init", "-q", "--bare", "origin.git"]);
    git(&kb, &["init", "-q", "-b", "main"]);
    git(&kb, &["config", "user.name", "T"]);
    git(&kb, &["config", "user.email", "t@example.org"]);
    write(&kb, ".gitignore", "dist\n.annals\n");
    git(&kb, &["add", "."]);
    git(&kb, &["commit", "-q", "-m", "docs: begin"]);
    git(&kb, &["remote", "add", "origin", "../origin.git"]);
    succeed(&kb, &["build"]);
    root
}

#[test]
fn a_branch_gets_one_commit_and_none_if_the_site_is_the_same() {
    let root = repository();
    let kb = root.path().join("kb");
    let told = succeed(&kb, &["publish", "branch:gh-pages", "--dry-run"]);
    assert!(told.contains("+ a/index.html\n"), "{told}");
    assert_eq!(git(&kb, &["branch", "--list", "gh-pages"]), "", "a dry run makes no branch");
    succeed(&kb, &["publish", "branch:gh-pages"]);
    let files = git(&kb, &["ls-tree", "-r", "--name-only", "gh-pages"]);
    for file in [".nojekyll", "a/index.html", ".annals/manifest.json"] {
        assert!(files.lines().any(|line| line == file), "{file}: {files}");
    }
    assert_eq!(
        git(&kb, &["show", "gh-pages:a/index.html"]),
        fs::read_to_string(kb.join("dist/a/index.html")).unwrap().trim()
    );
    let first = git(&kb, &["rev-parse", "gh-pages"]);
    let message = git(&kb, &["log", "-1", "--format=%s", "gh-pages"]);
    assert_eq!(message, format!("Publish {}", git(&kb, &["rev-parse", "HEAD"])));
    assert!(succeed(&kb, &["publish", "branch:gh-pages"]).contains("nothing to publish"));
    assert_eq!(git(&kb, &["rev-parse", "gh-pages"]), first);

    write(&kb, "content/c.md", "# C\n");
    git(&kb, &["add", "."]);
    git(&kb, &["commit", "-q", "-m", "docs: add C"]);
    succeed(&kb, &["build"]);
    succeed(&kb, &["publish", "branch:gh-pages"]);
    assert_eq!(git(&kb, &["rev-parse", "gh-pages~1"]), first, "history is kept");
    write(&kb, "content/d.md", "# D\n");
    succeed(&kb, &["build"]);
    succeed(&kb, &["publish", "branch:gh-pages", "--squash"]);
    assert_eq!(git(&kb, &["rev-list", "--count", "gh-pages"]), "1");
    assert_eq!(
        git(&kb, &["status", "--porcelain"]),
        "?? content/d.md",
        "working tree and index are as they were"
    );

    for (branch, why) in [("main", "checked out"), ("kept", "did not publish")] {
        git(&kb, &["branch", "-f", "kept", "main~1"]);
        let (code, _, err) = annals(&kb, &["publish", &format!("branch:{branch}")]);
        assert!(code == 2 && err.contains(why), "{branch}: {err}");
    }
}

#[test]
fn a_branch_is_pushed_on_top_of_what_the_remote_has() {
    let root = repository();
    let kb = root.path().join("kb");
    let origin = root.path().join("origin.git");
    succeed(&kb, &["publish", "branch:gh-pages", "--push", "origin"]);
    assert_eq!(git(&origin, &["rev-parse", "gh-pages"]), git(&kb, &["rev-parse", "gh-pages"]));

    // The settings of a host write the domain into the branch.
    let other = root.path().join("other");
    git(root.path(), &["clone", "-q", "-b", "gh-pages", "origin.git", "other"]);
    fs::write(other.join("CNAME"), "kb.example.org\n").unwrap();
    git(&other, &["add", "."]);
    git(
        &other,
        &["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "Create CNAME"],
    );
    git(&other, &["push", "-q"]);
    let theirs = git(&origin, &["rev-parse", "gh-pages"]);

    // A runner of CI knows neither the branch nor a name.
    git(&kb, &["branch", "-D", "gh-pages"]);
    git(&kb, &["config", "--unset", "user.name"]);
    assert!(succeed(&kb, &["publish", "branch:gh-pages", "--push", "origin"]).contains("nothing to publish"));
    write(&kb, "content/c.md", "# C\n");
    succeed(&kb, &["build"]);
    succeed(&kb, &["publish", "branch:gh-pages", "--push", "origin"]);
    assert_eq!(git(&origin, &["rev-parse", "gh-pages~1"]), theirs);
    assert_eq!(git(&origin, &["show", "gh-pages:CNAME"]), "kb.example.org");

    let (code, _, err) = annals(&kb, &["publish", "branch:gh-pages", "--push", "nowhere"]);
    assert!(code == 3 && err.contains("publish/push"), "{err}");
}
