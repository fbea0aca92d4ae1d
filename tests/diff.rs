//! `annals diff` agrees with a byte comparison of both builds, whatever caused a difference.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NOW: &str = "2026-06-01";

struct Repository(tempfile::TempDir);

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q", "-b", "main"]);
        repository.commit(files);
        repository
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, args: &[&str]) {
        let out = Command::new("git")
            .arg("-C")
            .arg(self.root())
            .args(["-c", "user.name=T", "-c", "user.email=t@example.org"])
            .env("GIT_COMMITTER_DATE", "2026-05-01T00:00:00Z")
            .env("GIT_AUTHOR_DATE", "2026-05-01T00:00:00Z")
            .args(args)
            .output()
            .unwrap();
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let file = self.root().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }

    fn commit(&self, files: &[(&str, &str)]) {
        self.write(files);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "docs: change the pages"]);
    }

    fn annals(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(self.root()).args(args).output().unwrap()
    }

    fn diff(&self, args: &[&str]) -> Value {
        let out = self.annals(&[&["diff", "--format", "json", "--now", NOW], args].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }

    fn comment(&self, args: &[&str]) -> String {
        let out = self.annals(&[&["diff", "--now", NOW], args].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    /// The files of a build of a revision, by a checkout of it. The commit in the pages' footers is made the same.
    fn built(&self, revision: &str) -> BTreeMap<String, Vec<u8>> {
        self.git(&["checkout", "-q", "--detach", revision]);
        let out = tempfile::tempdir().unwrap();
        let target = out.path().join("dist");
        let built = self.annals(&["build", "--no-cache", "--now", NOW, "-o", target.to_str().unwrap()]);
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let head =
            Command::new("git").arg("-C").arg(self.root()).args(["rev-parse", "HEAD"]).output().unwrap();
        let short = String::from_utf8(head.stdout).unwrap()[..7].to_owned();
        let mut files = BTreeMap::new();
        let mut waiting = vec![PathBuf::new()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(target.join(&folder)).unwrap().flatten() {
                let path = folder.join(entry.file_name());
                if entry.path().is_dir() {
                    waiting.push(path);
                } else {
                    let bytes = fs::read(entry.path()).unwrap();
                    let bytes = match String::from_utf8(bytes) {
                        Ok(text) => {
                            let footer = format!("from commit <code>{short}</code>");
                            text.replace(&footer, "from commit <code>0000000</code>").into_bytes()
                        }
                        Err(error) => error.into_bytes(),
                    };
                    files.insert(path.to_str().unwrap().to_owned(), bytes);
                }
            }
        }
        // The manifest and the list for offline reading tell of all others; the provenance and the audit tell of commits,
        // which a change gets when it is merged.
        let told = |path: &str| !path.starts_with(".annals/") && !path.starts_with("audit/");
        files.retain(|path, _| told(path) && !["offline.json", "provenance.json"].contains(&path.as_str()));
        files
    }

    /// Compares the last two commits, both ways.
    fn assert_exact(&self, what: &str) -> Value {
        let (old, new) = (self.built("main~1"), self.built("main"));
        self.git(&["checkout", "-q", "main"]);
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differ: BTreeSet<(String, &str)> = paths
            .into_iter()
            .filter(|path| old.get(*path) != new.get(*path))
            .map(|path| {
                let status = match (old.contains_key(path), new.contains_key(path)) {
                    (true, true) => "changed",
                    (true, false) => "removed",
                    _ => "added",
                };
                (path.clone(), status)
            })
            .collect();
        for report in [self.diff(&["main~1"]), self.diff(&["main~1", "main"])] {
            let told: BTreeSet<(String, &str)> = report["files"]
                .as_array()
                .unwrap()
                .iter()
                .map(|file| (file["path"].as_str().unwrap().to_owned(), file["status"].as_str().unwrap()))
                .collect();
            assert_eq!(told, differ, "{what}");
            let grown: i64 = new.values().map(|bytes| bytes.len() as i64).sum::<i64>()
                - old.values().map(|bytes| bytes.len() as i64).sum::<i64>();
            assert_eq!(report["bytes"].as_i64(), Some(grown), "{what}");
            assert_eq!(report["files_before"].as_u64(), Some(old.len() as u64), "{what}");
            assert_eq!(report["files_after"].as_u64(), Some(new.len() as u64), "{what}");
        }
        self.diff(&["main~1"])
    }
}

fn page<'a>(report: &'a Value, url: &str) -> &'a Value {
    let pages = report["pages"].as_array().unwrap();
    pages.iter().find(|page| page["url"] == url).unwrap_or_else(|| panic!("{url}: {report:#}"))
}

fn causes(report: &Value, url: &str) -> Vec<String> {
    let causes = page(report, url)["causes"].as_array().unwrap();
    causes.iter().map(|cause| cause.as_str().unwrap().to_owned()).collect()
}

const SITE: &[(&str, &str)] = &[
    (
        "site.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org/\"\n[content]\naudience = \"public\"\n",
    ),
    ("services.toml", "[teams.edge]\ntitle = \"Edge\"\n[services.web]\nowner = \"edge\"\ntier = 2\n"),
    ("content/_index.md", "# Home\n\n[a](articles/a.md)\n"),
    ("content/articles/a.md", "# Alpha\n\nOne two three four. See [b](b.md).\n"),
    ("content/articles/b.md", "# Beta\n\nFive six.\n\n::include{file=\"/snippets/x.md\"}\n"),
    ("content/articles/c.md", "---\ntitle: Gamma\nservices: [web]\n---\nSeven [a](a.md).\n"),
    ("content/runbooks/r.md", "---\ntitle: R\nservices: [web]\nalerts: [WebDown]\n---\n\n1. Look.\n"),
    ("snippets/x.md", "Included text.\n"),
    (".gitignore", ".annals/\n"),
];

#[test]
fn nothing_differs_where_nothing_changes() {
    let repository = Repository::new(SITE);
    repository.commit(&[("README.md", "x\n")]);
    let report = repository.assert_exact("a file outside of the site");
    assert_eq!(report["files"].as_array().unwrap().len(), 0);
    assert!(repository.comment(&["main~1"]).contains("Nothing: every file of the site stays the same."));
}

#[test]
fn a_changed_word_is_told_with_its_page() {
    let repository = Repository::new(SITE);
    repository.commit(&[("content/articles/a.md", "# Alpha\n\nOne two thirty four. See [b](b.md).\n")]);
    let report = repository.assert_exact("a word");
    let page = page(&report, "articles/a/");
    assert_eq!(page["status"], "changed");
    let hunks = page["words"].as_array().unwrap();
    assert_eq!(hunks.len(), 1, "the hash of the last commit is no word: {page:#}");
    assert_eq!((&hunks[0]["removed"], &hunks[0]["added"]), (&"three".into(), &"thirty".into()), "{page:#}");
    assert_eq!(causes(&report, "articles/a/"), ["its text"]);
    let comment = repository.comment(&["main~1"]);
    assert!(comment.contains("\n- three\n+ thirty\n"), "{comment}");
}

#[test]
fn what_another_file_causes_is_told_with_its_cause() {
    let repository = Repository::new(SITE);
    repository.commit(&[("snippets/x.md", "Another included text.\n")]);
    let report = repository.assert_exact("an include");
    assert_eq!(causes(&report, "articles/b/"), ["`snippets/x.md`, which it includes"]);

    repository
        .commit(&[("content/articles/c.md", "---\ntitle: Gamma\nservices: [web]\n---\nSeven [b](b.md).\n")]);
    let report = repository.assert_exact("a backlink");
    assert_eq!(causes(&report, "articles/a/"), ["pages that link to it"]);

    repository.commit(&[(
        "content/articles/b.md",
        "# Better\n\nFive six.\n\n::include{file=\"/snippets/x.md\"}\n",
    )]);
    let report = repository.assert_exact("a title");
    assert!(causes(&report, "articles/a/").contains(&"the navigation".to_owned()), "{report:#}");

    repository.commit(&[(
        "services.toml",
        "[teams.edge]\ntitle = \"Edge\"\n[services.web]\ntitle = \"Web shop\"\nowner = \"edge\"\ntier = 2\n",
    )]);
    let report = repository.assert_exact("the catalogue");
    assert!(causes(&report, "runbooks/r/").contains(&"services, teams and tags".to_owned()), "{report:#}");

    let site = SITE[0].1.replace("\"T\"\n", "\"T\"\ntheme = \"own\"\n");
    repository.commit(&[("site.toml", &site), ("themes/own/assets/extra.css", "p { color: red }\n")]);
    repository.assert_exact("a theme");
    repository.commit(&[(
        "site.toml",
        &site.replace("[content]", "[markdown]\nsmart_punctuation = true\n[content]"),
    )]);
    repository.assert_exact("a setting");
}

#[test]
fn pages_are_added_moved_and_removed() {
    let repository = Repository::new(SITE);
    fs::remove_file(repository.root().join("content/articles/c.md")).unwrap();
    fs::create_dir_all(repository.root().join("content/guides")).unwrap();
    fs::rename(
        repository.root().join("content/articles/b.md"),
        repository.root().join("content/guides/b2.md"),
    )
    .unwrap();
    repository.commit(&[
        ("content/articles/d.md", "# Delta\n\nNew @team.\n"),
        ("content/articles/a.md", "# Alpha\n\nOne two three four. See [b](../guides/b2.md).\n"),
    ]);
    let report = repository.assert_exact("a move");
    let status = |url: &str| page(&report, url)["status"].as_str().unwrap().to_owned();
    assert_eq!(status("articles/d/"), "added");
    assert_eq!(status("articles/c/"), "removed");
    assert_eq!(status("guides/b2/"), "moved");
    assert_eq!(page(&report, "guides/b2/")["from"], "articles/b/");
    assert_eq!(page(&report, "guides/b2/")["gone"], true);
    let comment = repository.comment(&["main~1"]);
    assert!(comment.contains("Addresses that lead nowhere now"), "{comment}");

    repository
        .commit(&[("content/guides/b2.md", "---\ntitle: Beta\naliases: [/articles/b/]\n---\nFive six.\n")]);
    let report = repository.diff(&["main~2"]);
    assert_eq!(page(&report, "guides/b2/")["gone"], false, "{report:#}");
}

#[test]
fn findings_are_new_or_mended_and_work_that_is_not_committed_counts() {
    let repository = Repository::new(SITE);
    repository.commit(&[("content/articles/c.md", "# Gamma\n\nTODO [a](a.md)\n")]);
    repository.write(&[
        ("content/articles/c.md", "# Gamma\n\nMoved down.\n\nDone [a](a.md)\n"),
        ("content/articles/new.md", "# New\n\n[x](nowhere.md)\n"),
    ]);
    let report = repository.diff(&["HEAD"]);
    let rules = |key: &str| -> Vec<String> {
        let list = report[key].as_array().unwrap();
        list.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert!(rules("new").contains(&"link/broken".to_owned()), "{report:#}");
    assert_eq!(rules("fixed"), ["page/placeholder"]);
    assert_eq!(page(&report, "articles/new/")["status"], "added");
}

#[test]
fn a_base_that_went_on_is_taken_where_the_branch_left_it() {
    let repository = Repository::new(SITE);
    repository.git(&["checkout", "-qb", "topic"]);
    repository.commit(&[("content/articles/d.md", "# Delta\n\nx\n")]);
    repository.git(&["checkout", "-q", "main"]);
    repository.commit(&[("content/articles/e.md", "# Epsilon\n\nx\n")]);
    repository.git(&["checkout", "-q", "topic"]);
    let report = repository.diff(&["main"]);
    let pages = report["pages"].as_array().unwrap();
    assert!(pages.iter().all(|page| page["url"] != "articles/e/"), "{report:#}");
    assert_eq!(page(&report, "articles/d/")["status"], "added");
}

#[test]
fn a_revision_that_is_not_there_is_told() {
    let repository = Repository::new(SITE);
    let out = repository.annals(&["diff", "nowhere"]);
    assert_eq!(out.status.code(), Some(2));
    let text = String::from_utf8(out.stderr).unwrap();
    assert!(text.contains("`nowhere` names no commit here") && text.contains("fetch"), "{text}");
}

fn reported(repository: &Repository, since: &str) -> BTreeSet<(String, String)> {
    let out = repository.annals(&["check", "--format", "json", "--now", NOW, "--changed-since", since]);
    let report: Value = serde_json::from_slice(&out.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found = report["diagnostics"].as_array().unwrap();
    found.iter().map(|finding| (text(&finding["rule"]), text(&finding["file"]))).collect()
}

#[test]
fn a_check_of_a_change_tells_what_it_touches_and_what_it_breaks() {
    let repository = Repository::new(SITE);
    repository.commit(&[
        ("content/articles/old.md", "# Old\n\nTODO [a](a.md)\n"),
        ("content/articles/a.md", "# Alpha\n\nTODO [old](old.md) [b](b.md) [c](c.md)\n"),
    ]);
    assert_eq!(reported(&repository, "HEAD"), BTreeSet::new(), "nothing changed");
    fs::remove_file(repository.root().join("content/articles/b.md")).unwrap();
    repository.write(&[("content/articles/c.md", "---\ntitle: Gamma\nservices: [web]\n---\nTODO seven.\n")]);
    let told = reported(&repository, "HEAD");
    let has = |rule: &str, file: &str| told.contains(&(rule.to_owned(), file.to_owned()));
    assert!(has("link/broken", "content/articles/a.md"), "an inbound link that broke: {told:?}");
    assert!(has("page/placeholder", "content/articles/c.md"), "a finding of a changed file: {told:?}");
    assert!(!has("page/placeholder", "content/articles/a.md"), "an old finding of another file: {told:?}");
    assert!(told.iter().all(|(_, file)| file != "content/articles/old.md"), "{told:?}");
}

#[test]
fn a_site_in_a_folder_of_its_repository_with_a_mount_beside_it_is_compared() {
    let files: Vec<(String, &str)> = SITE.iter().map(|(path, text)| (format!("kb/{path}"), *text)).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let site = format!("{}[[mounts]]\npath = \"../docs\"\nat = \"docs\"\n", SITE[0].1);
    files.push(("kb/site.toml", &site));
    files.push(("docs/x.md", "# X\n\nOne.\n"));
    let repository = Repository::new(&files);
    repository.write(&[("docs/x.md", "# X\n\nTwo TODO.\n")]);
    let run = |args: &[&str]| -> Value {
        let root = repository.root().join("kb");
        let out = Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(args).output().unwrap();
        serde_json::from_slice(&out.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)))
    };
    let report = run(&["diff", "HEAD", "--format", "json", "--now", NOW]);
    assert_eq!(page(&report, "docs/x/")["words"][0]["removed"], "One.");
    let report = run(&["check", "--changed-since", "HEAD", "--format", "json", "--now", NOW]);
    let rules: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"page/placeholder"), "{report:#}");
}

#[test]
fn a_preview_shows_both_versions_with_the_words_marked_and_links_lead_to_files_that_are_there() {
    let page = "---\ntitle: Edge & co\n---\n\nRestart the old proxy.\n\n![p](p.png)\n";
    let repository = Repository::new(&[
        ("site.toml", "[site]\ntitle = \"T\"\n"),
        ("content/runbooks/edge.md", page),
        ("content/runbooks/p.png", "picture"),
        ("content/runbooks/gone.md", "# Gone\n\nx\n"),
        ("content/articles/same.md", "# Same\n\nx\n"),
    ]);
    fs::remove_file(repository.root().join("content/runbooks/gone.md")).unwrap();
    repository.write(&[
        ("content/runbooks/edge.md", &page.replace("old", "new")),
        ("content/runbooks/fresh.md", "# Fresh\n\ny\n"),
    ]);
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("preview");
    let html = folder.to_str().unwrap();
    let comment = repository.comment(&["main", "--html", html]);
    assert!(comment.contains("What this does to the site"), "the comment is printed all the same");
    let read = |path: &str| fs::read_to_string(folder.join(path)).unwrap_or_else(|_| panic!("{path}"));
    let index = read("index.html");
    for part in ["Edge &amp; co", "Gone", "Fresh", "<ins>new</ins>", "<del>old</del>", "leads nowhere"] {
        assert!(index.contains(part), "{part}: {index}");
    }
    assert!(!index.contains("Same"));
    assert!(read("before/runbooks/edge/index.marked.html").contains("<del class=\"differs\">old</del>"));
    assert!(read("after/runbooks/edge/index.marked.html").contains("<ins class=\"differs\">new</ins>"));
    assert!(read("after/runbooks/edge/index.html").contains("Restart the new proxy"));
    assert_eq!(read("after/runbooks/p.png"), "picture", "what a page shows is there");
    assert!(folder.join("before/runbooks/gone/index.html").exists());
    assert!(!folder.join("after/articles/same/index.html").exists(), "what is the same is left out");
    let mut pages: Vec<String> = vec!["index.html".to_owned()];
    let compare = fs::read_dir(folder.join("compare")).unwrap().flatten();
    pages.extend(compare.map(|file| format!("compare/{}", file.file_name().to_str().unwrap())));
    for page in pages {
        let text = read(&page);
        assert!(
            text.contains("default-src 'none'") && !text.contains("<script") && !text.contains(" style=")
        );
        let links = text.split("href=\"").chain(text.split("src=\"")).skip(1);
        for link in links.filter_map(|part| part.split('"').next()).filter(|link| !link.contains(['<', ' ']))
        {
            let target = folder.join(&page).parent().unwrap().join(link);
            assert!(target.is_file(), "{page} links to {link}");
        }
    }
    repository.comment(&["main", "--html", html]);
    fs::create_dir(out.path().join("mine")).unwrap();
    fs::write(out.path().join("mine/letter.txt"), "x").unwrap();
    let refused = repository.annals(&["diff", "main", "--html", out.path().join("mine").to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2), "what somebody else wrote is not replaced");
}
