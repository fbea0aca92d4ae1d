//! What `annals init` writes works: the site passes its own check, and the commands of its CI run as they are written.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn annals(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(args).output().unwrap()
}

fn init(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
    command.current_dir(folder).arg("init").args(args).output().unwrap()
}

fn git(root: &Path, args: &[&str]) {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    let out = Command::new("git").arg("-C").arg(root).args(who).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(text: &str) -> Value {
    annals::data::parse_yaml(text).unwrap().to_json()
}

/// The shell commands of a workflow of GitHub's form, each step of the form that it must have.
fn steps(workflow: &Value) -> Vec<String> {
    let mut commands = Vec::new();
    for job in workflow["jobs"].as_object().unwrap().values() {
        assert!(job["runs-on"].is_string(), "{job:#}");
        for step in job["steps"].as_array().unwrap() {
            let known = ["uses", "run", "with", "env", "if"];
            assert!(step.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())), "{step:#}");
            match (step["uses"].as_str(), step["run"].as_str()) {
                (Some(action), None) => assert!(action.rsplit_once("@v").is_some(), "a version: {action}"),
                (None, Some(run)) => commands.push(run.to_owned()),
                _ => panic!("a step uses an action or runs a command: {step:#}"),
            }
        }
    }
    commands
}

/// The shell commands of a pipeline of GitLab's form.
fn scripts(pipeline: &Value) -> Vec<String> {
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let mut commands = texts(&pipeline[".annals"]["before_script"]);
    for name in ["check", "build"] {
        let job = &pipeline[name];
        assert_eq!(job["extends"], ".annals");
        assert!(job["rules"][0]["if"].is_string() && job["artifacts"]["paths"].is_array(), "{job:#}");
        commands.extend(texts(&job["script"]));
    }
    commands
}

/// Runs commands in a shell in which the program is there and the forge's variables are set.
fn run(root: &Path, commands: &[String]) {
    let program = Path::new(env!("CARGO_BIN_EXE_annals")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    for command in commands.iter().filter(|command| !command.contains("apt-get")) {
        let out = Command::new("sh")
            .current_dir(root)
            .args(["-eu", "-c", command])
            .env("PATH", &path)
            .env("BASE", "main")
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", "main")
            .env("CARGO_HOME", "/nowhere")
            .env("GITHUB_STEP_SUMMARY", root.join("summary.md"))
            .output()
            .unwrap();
        assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

/// A repository with the site of a forge in the folder `at`, and a branch with a change.
fn repository(folder: &Path, forge: &str, at: &str) {
    git(folder, &["init", "-q", "-b", "main"]);
    let address = "https://git.example/acme/kb";
    let args = ["--forge", forge, "--repository", address, "--service", "edge-proxy", "--team", "edge", at];
    let out = init(folder, &args);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "docs: begin"]);
    git(folder, &["update-ref", "refs/remotes/origin/main", "main"]);
    git(folder, &["checkout", "-q", "-b", "change"]);
    let page = format!("{at}/content/articles/writing.md");
    fs::write(folder.join(&page), read(folder, &page) + "\nOne more line.\n").unwrap();
    git(folder, &["commit", "-q", "-am", "docs: change"]);
}

#[test]
fn a_new_site_passes_its_check_for_each_forge_and_ci_runs_as_it_is_written() {
    for (forge, ci, owners) in [
        ("github", ".github/workflows/site.yml", ".github/CODEOWNERS"),
        ("gitlab", ".gitlab-ci.yml", ".gitlab/CODEOWNERS"),
        ("forgejo", ".forgejo/workflows/site.yml", ".gitea/CODEOWNERS"),
    ] {
        for at in [".", "docs/kb"] {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path();
            repository(root, forge, at);
            let site = root.join(at);
            let out = annals(&site, &["check", "--deny", "warnings"]);
            assert!(out.status.success(), "{forge}: {}", String::from_utf8_lossy(&out.stderr));
            let pipeline = yaml(&read(root, ci));
            let commands = if forge == "gitlab" { scripts(&pipeline) } else { steps(&pipeline) };
            assert!(commands.iter().any(|command| command.contains("cargo install")), "{commands:?}");
            run(root, &commands);
            assert!(root.join("site/index.html").is_file() && root.join("preview/index.html").is_file());
            let owners = read(root, owners);
            assert!(owners.contains("edge-proxy-5xx") || owners.contains("edge\\-proxy\\-5xx"), "{owners}");
            assert!(owners.contains("@acme/edge"), "{owners}");
        }
    }
}

#[test]
fn settings_name_the_schemas_that_they_follow_and_archetypes_are_the_teams_own() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert!(init(root, &["."]).status.success(), "nobody sits at a terminal, so nothing is asked");
    for (file, name) in [("site.toml", "site"), ("services.toml", "services")] {
        let schema = format!(".vscode/{name}.schema.json");
        assert!(read(root, file).starts_with(&format!("#:schema ./{schema}\n")));
        let printed = annals(root, &["schema", name]).stdout;
        assert_eq!(read(root, &schema).as_bytes(), printed);
    }
    for file in ["settings", "extensions"] {
        let text = read(root, &format!(".vscode/{file}.json"));
        assert!(serde_json::from_str::<Value>(&text).unwrap().is_object());
    }
    fs::write(root.join("themes/site/archetypes/article.md"), "---\ntitle: {{ title }}\n---\n\nOurs.\n")
        .unwrap();
    let page = annals(root, &["new", "article", "One", "--print"]).stdout;
    assert_eq!(String::from_utf8_lossy(&page), "---\ntitle: One\n---\n\nOurs.\n");
    assert!(!root.join(".github").exists(), "no forge is known");
}

#[test]
fn what_is_there_is_never_overwritten_and_wrong_names_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join(".gitlab-ci.yml"), "mine: {}\n").unwrap();
    let out = init(root, &["--forge", "gitlab", "."]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("--forge none"));
    assert!(!root.join("site.toml").exists() && read(root, ".gitlab-ci.yml") == "mine: {}\n");
    let out = init(root, &["--service", "Edge Proxy", "."]);
    assert!(String::from_utf8_lossy(&out.stderr).contains("`edge-proxy`"));
    assert_eq!(init(root, &["--repository", "git@forge:a/b", "."]).status.code(), Some(2));
}

/// The value of a parameter of an address, decoded.
fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    let value = query.split('&').find_map(|part| part.strip_prefix(&format!("{name}="))).unwrap();
    annals::site::url::decode(value)
}

#[test]
fn a_page_that_is_begun_in_the_forges_editor_is_accepted_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    repository(root, "github", "kb");
    let settings = read(root, "kb/site.toml").replace("https://git.example", "https://github.com");
    fs::write(root.join("kb/site.toml"), settings).unwrap();
    let site = root.join("kb");
    assert!(annals(&site, &["build"]).status.success());
    for section in ["articles", "releases", "retros", "runbooks"] {
        let html = read(root, &format!("kb/dist/{section}/index.html"));
        let link = html.split("new-page\"><a href=\"").nth(1).unwrap().split('"').next().unwrap();
        let link = link.replace("&amp;", "&");
        let start = format!("https://github.com/acme/kb/new/main/kb/content/{section}?filename=");
        assert!(link.starts_with(&start), "{link}");
        assert!(link.len() < 4000, "servers take addresses of 8 kB: {}", link.len());
        // What the page's script does when it is opened.
        let dated = |text: String| text.replace("YYYY-MM-DD", "2026-03-14").replace("YYYY-MM", "2026-03");
        let name = dated(parameter(&link, "filename"));
        assert!(name.ends_with("title-in-a-few-words.md"), "{name}");
        let text = dated(parameter(&link, "value"));
        assert!(text.starts_with("---\ntitle: Title in a few words\n"), "{text}");
        fs::write(site.join("content").join(section).join(&name), text).unwrap();
    }
    let out = annals(&site, &["check", "--format", "json", "--now", "2026-03-15"]);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(report["counts"]["errors"], 0, "{report:#}");
    let pages = annals(&site, &["build", "--json"]).stdout;
    let pages: Value = serde_json::from_slice(&pages).unwrap();
    assert_eq!(pages["pages"]["retro"], 2, "{pages:#}");
}
