//! `provenance.json`, and `annals verify` that holds folders and served sites against it, through the binary.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;

fn run(program: &str, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "2026-03-14T09:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-03-14T09:00:00Z")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let output = run("git", folder, &[&who, arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Exit code, standard output and standard error.
fn annals(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = run(env!("CARGO_BIN_EXE_annals"), folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn commit(root: &Path, message: &str) -> String {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", message]);
    git(root, &["rev-parse", "HEAD"])
}

const SETTINGS: &str = "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org/\"\nrepository = \"https://github.com/acme/kb\"\n[content]\naudience = \"public\"\n";

/// A site in a repository, with a release and an internal page; its commit.
fn site() -> (TempDir, String) {
    let root = tempfile::tempdir().unwrap();
    let kb = root.path();
    git(kb, &["init", "-q", "-b", "main"]);
    write(kb, ".gitignore", "dist\n.annals\n");
    write(kb, "site.toml", SETTINGS);
    write(kb, "content/a.md", "---\naliases: [/old/]\n---\n\n# Alpha\n\nOne.\n");
    write(kb, "content/b.md", "---\naudience: internal\n---\n\n# The ocelot plan\n\nTwo.\n");
    let head = commit(kb, "feat: begin");
    git(kb, &["tag", "v1.0.0"]);
    (root, head)
}

fn build(root: &Path, arguments: &[&str]) {
    let (code, _, err) = annals(root, &[&["build"], arguments].concat());
    assert_eq!(code, 0, "{err}");
}

fn provenance(root: &Path) -> Value {
    serde_json::from_slice(&fs::read(root.join("dist/provenance.json")).unwrap()).unwrap()
}

/// `sha256sum -c` is the judge: it is not ours.
fn sums_are_right(root: &Path) {
    let list: String = provenance(root)["subject"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            format!("{}  {}\n", file["digest"]["sha256"].as_str().unwrap(), file["name"].as_str().unwrap())
        })
        .collect();
    fs::write(root.join("sums"), list).unwrap();
    let out = run("sha256sum", &root.join("dist"), &["--strict", "--quiet", "-c", "../sums"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files_below(&entry.path(), into) } else { into.push(entry.path()) }
    }
}

#[test]
fn the_statement_tells_every_file_and_what_the_site_was_made_from() {
    let (root, head) = site();
    let kb = root.path();
    build(kb, &[]);
    let statement = provenance(kb);
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    let definition = &statement["predicate"]["buildDefinition"];
    assert!(definition["buildType"].as_str().unwrap().starts_with("https://"), "{definition:#}");
    assert_eq!(
        definition["externalParameters"],
        serde_json::json!({"audience": "internal", "drafts": false, "now": "2026-03-14T09:00:00Z"})
    );
    let dependencies = definition["resolvedDependencies"].as_array().unwrap();
    assert_eq!(dependencies[0]["name"], "content");
    assert_eq!(dependencies[0]["uri"], format!("git+https://github.com/acme/kb@{head}"));
    assert_eq!(dependencies[0]["digest"]["gitCommit"], head);
    let settings = run("sha256sum", kb, &["site.toml"]);
    let settings = String::from_utf8(settings.stdout).unwrap();
    assert_eq!(dependencies[1]["digest"]["sha256"], settings.split(' ').next().unwrap());
    assert_eq!(dependencies[2]["digest"]["gitCommit"], head, "the source of the releases");
    let builder = &statement["predicate"]["runDetails"]["builder"];
    assert_eq!(builder["version"]["annals"], env!("CARGO_PKG_VERSION"));
    sums_are_right(kb);
    let mut files = Vec::new();
    files_below(&kb.join("dist"), &mut files);
    // The statement itself and the manifest, which has the statement's own hash.
    assert_eq!(statement["subject"].as_array().unwrap().len() + 2, files.len());
    let manifest = fs::read_to_string(kb.join("dist/.annals/manifest.json")).unwrap();
    assert!(manifest.contains("\"path\":\"provenance.json\""));
}

#[test]
fn a_later_build_tells_the_same_as_a_fresh_one() {
    let (root, _) = site();
    let kb = root.path();
    write(kb, "site.toml", &format!("{SETTINGS}[output]\nprovenance = false\n"));
    build(kb, &[]);
    assert!(!kb.join("dist/provenance.json").exists(), "it can be switched off");
    // Files that were written without it have no digest yet.
    write(kb, "site.toml", SETTINGS);
    build(kb, &[]);
    sums_are_right(kb);
    write(kb, "content/a.md", "# Alpha\n\nChanged.\n");
    build(kb, &[]);
    sums_are_right(kb);
    let incremental = fs::read(kb.join("dist/provenance.json")).unwrap();
    fs::remove_dir_all(kb.join("dist")).unwrap();
    build(kb, &["--no-cache"]);
    assert_eq!(incremental, fs::read(kb.join("dist/provenance.json")).unwrap());
}

#[test]
fn a_public_statement_says_nothing_internal() {
    let (root, head) = site();
    let kb = root.path();
    let settings =
        format!("{SETTINGS}[[sources]]\nname = \"quokka\"\npath = \".\"\npackages = [{{ name = \"kb\" }}]\n");
    write(kb, "site.toml", &settings);
    build(kb, &["--audience", "public"]);
    let text = fs::read_to_string(kb.join("dist/provenance.json")).unwrap();
    for word in ["ocelot", "quokka", "\"b/index", &kb.to_string_lossy()] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains(&head) && text.contains("\"audience\":\"public\""));
}

#[test]
fn a_folder_is_held_against_its_statement() {
    let (root, _) = site();
    let kb = root.path();
    build(kb, &[]);
    let (code, out, err) = annals(kb, &["verify", "dist"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("are as the provenance says"), "{err}");
    let kept = root.path().join("kept.json");
    fs::copy(kb.join("dist/provenance.json"), &kept).unwrap();
    fs::write(kb.join("dist/a/index.html"), "other").unwrap();
    fs::remove_file(kb.join("dist/robots.txt")).unwrap();
    write(kb, "dist/x/beside.html", "");
    let (code, out, _) = annals(kb, &["verify", "dist"]);
    assert_eq!((code, out.as_str()), (1, "~ a/index.html\n- robots.txt\n+ x/beside.html\n"));
    // A statement that was changed with the site is told by one that was kept.
    fs::write(kb.join("dist/provenance.json"), "{}").unwrap();
    let (code, _, err) = annals(kb, &["verify", "dist"]);
    assert!(code == 2 && err.contains("verify/provenance") && err.contains("help:"), "{err}");
    let (code, out, _) = annals(kb, &["verify", "dist", "--provenance", "kept.json", "--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["same"]), (1, &Value::Bool(false)));
    assert_eq!(report["published"]["different"], serde_json::json!(["a/index.html"]));
}

#[test]
fn a_rebuild_of_the_commit_tells_what_it_does_not_give() {
    let (root, head) = site();
    let kb = root.path();
    build(kb, &["--audience", "public"]);
    // What came later does not matter.
    write(kb, "content/c.md", "# Later\n");
    commit(kb, "feat: add a page");
    let (code, out, err) = annals(kb, &["verify", "dist", "--rebuild"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("rebuilt: ") && err.contains(&head), "{err}");
    // A build of what was never committed names a commit that does not give it.
    write(kb, "content/a.md", "# Alpha\n\nNot committed.\n");
    build(kb, &[]);
    let (code, out, err) = annals(kb, &["verify", "dist", "--rebuild"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("rebuilt ~ a/index.html\n"), "{out}");
    assert!(out.contains("rebuilt + old/index.html") || out.contains("rebuilt - old/index.html"), "{out}");
}

/// A server of a folder. What it does with an address is up to `answer`; None serves the file.
fn serve(folder: PathBuf, answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static) -> String {
    let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").unwrap());
    let address = format!("http://{}", server.server_addr().to_ip().unwrap());
    let base = address.clone();
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let path = request.url().trim_start_matches('/').to_owned();
            if let Some((status, to)) = answer(&path) {
                let location = format!("Location: {base}/{to}").parse::<tiny_http::Header>().unwrap();
                let response = tiny_http::Response::empty(status).with_header(location);
                let _ = request.respond(response);
                continue;
            }
            let file = folder.join(if path.is_empty() || path.ends_with('/') {
                format!("{path}index.html")
            } else {
                path
            });
            let _ = match fs::read(file) {
                Ok(bytes) => request.respond(tiny_http::Response::from_data(bytes)),
                Err(_) => request.respond(tiny_http::Response::empty(404)),
            };
        }
    });
    address
}

#[test]
fn a_served_site_is_held_against_its_statement() {
    let (root, _) = site();
    let kb = root.path();
    build(kb, &[]);
    let address = serve(kb.join("dist"), |path| match path {
        "_headers" | "_redirects" => Some((404, String::new())),
        "old/" => Some((301, "a/".to_owned())),
        _ => None,
    });
    let (code, out, err) = annals(kb, &["verify", &address]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("not served, so not compared: _headers, _redirects"), "{err}");
    assert!(err.contains("redirected to other pages of the site: old/index.html"), "{err}");
    fs::write(kb.join("dist/a/index.html"), "other").unwrap();
    let (code, out, _) = annals(kb, &["verify", &address]);
    assert_eq!(code, 1);
    assert!(out.contains("~ a/index.html\n"), "{out}");
    let broken = serve(kb.join("dist"), |path| (path == "robots.txt").then(|| (503, String::new())));
    let (code, _, err) = annals(kb, &["verify", &broken]);
    assert!(code == 3 && err.contains("robots.txt answers 503"), "{code} {err}");
    let (code, _, err) = annals(kb, &["verify", &serve(kb.join("none"), |_| None)]);
    assert!(code == 2 && err.contains("provenance.json answers 404"), "{code} {err}");
}
