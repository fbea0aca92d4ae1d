//! `annals publish` into folders and branches, through the binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::io::Read as _;
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

#[test]
fn a_program_gets_the_files_stage_by_stage_and_the_manifest_last() {
    let root = site();
    let kb = root.path().join("kb");
    write(
        &kb,
        "site.toml",
        "[site]\ntitle = \"T\"\n[publish.commands.web]\ncopy = [\"rsync\", \"-a\", \"--files-from=-\", \"{site}/\", \"../www/\"]\nremove = [\"rsync\", \"-a\", \"--delete\", \"--exclude=/.annals/manifest.json\", \"{site}/\", \"../www/\"]\n[publish.commands.list]\ncopy = [\"sh\", \"-c\", \"cat >> list\"]\n[publish.commands.broken]\ncopy = [\"sh\", \"-c\", \"grep -q html && exit 7; cat > /dev/null\"]\n",
    );
    let told = succeed(&kb, &["publish", "command:list", "--dry-run"]);
    assert!(told.contains("sh -c cat >> list < ") && !kb.join("list").exists(), "{told}");
    succeed(&kb, &["publish", "command:list"]);
    let list = fs::read_to_string(kb.join("list")).unwrap();
    let place =
        |path: &str| list.lines().position(|line| line == path).unwrap_or_else(|| panic!("{path}: {list}"));
    assert!(place("search/root.js") < place("a/index.html") && place("a/index.html") < place("llms.txt"));
    assert_eq!(place(".annals/manifest.json"), list.lines().count() - 1);
    if Command::new("rsync").arg("--version").output().is_ok() {
        fs::create_dir_all(root.path().join("www/gone")).unwrap();
        fs::write(root.path().join("www/gone/index.html"), "").unwrap();
        succeed(&kb, &["publish", "command:web"]);
        let www = root.path().join("www");
        assert_eq!(
            fs::read(www.join("a/index.html")).unwrap(),
            fs::read(kb.join("dist/a/index.html")).unwrap()
        );
        assert!(www.join(".annals/manifest.json").exists() && !www.join("gone/index.html").exists());
    } else {
        eprintln!("SKIPPED: rsync is not installed");
    }
    let (code, _, err) = annals(&kb, &["publish", "command:broken"]);
    assert!(code == 3 && err.contains("publish/command") && err.contains("7"), "{code} {err}");
    let (code, _, err) = annals(&kb, &["publish", "command:wbe"]);
    assert!(code == 2 && err.contains("did you mean `command:web`?"), "{code} {err}");
}

#[test]
fn compressed_files_are_made_once_and_the_same_everywhere() {
    let root = site();
    let kb = root.path().join("kb");
    succeed(&kb, &["build", "--precompress", "gzip,brotli,zstd"]);
    let page = kb.join("dist/a/index.html");
    let beside = |ending: &str| fs::read(page.with_extension(format!("html.{ending}"))).unwrap();
    let times = || {
        ["gz", "br", "zst"].map(|ending| {
            fs::metadata(page.with_extension(format!("html.{ending}"))).unwrap().modified().unwrap()
        })
    };
    let mut plain = Vec::new();
    brotli::Decompressor::new(&*beside("br"), 4096).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, fs::read(&page).unwrap());
    assert_eq!(zstd::decode_all(&*beside("zst")).unwrap(), plain);
    let (bytes, before) = ([beside("gz"), beside("br"), beside("zst")], times());
    let manifest = fs::read_to_string(kb.join("dist/.annals/manifest.json")).unwrap();
    assert!(manifest.contains("\"path\":\"a/index.html.br\""), "the manifest has them");
    assert!(!kb.join("dist/_headers.gz").exists() && !kb.join("dist/robots.txt.gz").exists());
    write(&kb, "content/b.md", "# B\n\nAnother.\n");
    succeed(&kb, &["build", "--precompress", "gzip,brotli,zstd"]);
    assert_eq!(times(), before, "what did not change is not compressed again");
    succeed(&kb, &["verify", "dist"]);
    succeed(&kb, &["build", "--precompress", "gzip,brotli,zstd", "--no-cache"]);
    assert_eq!([beside("gz"), beside("br"), beside("zst")], bytes);
    succeed(&kb, &["build"]);
    assert!(!page.with_extension("html.gz").exists());
}

#[test]
fn the_domain_and_whom_to_tell_of_a_weakness_come_from_the_settings() {
    let root = site();
    let kb = root.path().join("kb");
    write(
        &kb,
        "site.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org:8443/\"\n[output]\ncname = true\n[security]\ncontact = [\"mailto:security@example.org\"]\nexpires = 2027-01-01\nlanguages = [\"en\", \"de\"]\n",
    );
    succeed(&kb, &["build"]);
    assert_eq!(fs::read_to_string(kb.join("dist/CNAME")).unwrap(), "kb.example.org\n");
    assert_eq!(
        fs::read_to_string(kb.join("dist/.well-known/security.txt")).unwrap(),
        "Contact: mailto:security@example.org\nExpires: 2027-01-01T00:00:00Z\nPreferred-Languages: en, de\nCanonical: https://kb.example.org:8443/.well-known/security.txt\n"
    );
}
