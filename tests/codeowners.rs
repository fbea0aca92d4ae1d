//! CODEOWNERS is read for the owners of pages, and made of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CATALOGUE: &str = "[teams.edge]\ntitle = \"Edge people\"\n[teams.data]\ntitle = \"Data people\"\n[services.web]\nowner = \"edge\"\ntier = 2\n";

fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join(".git")).unwrap();
    for (path, text) in files {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn annals(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root).args(args).output().unwrap()
}

#[test]
fn a_page_shows_its_code_owner_where_it_names_no_owner() {
    let root = site(&[
        (".github/CODEOWNERS", "* @acme/edge @jo\n/kb/content/b.md @acme/unknown\n"),
        ("kb/site.toml", "[content]\naudience = \"public\"\n"),
        ("kb/services.toml", CATALOGUE),
        ("kb/content/a.md", "# A\n\nx\n"),
        ("kb/content/b.md", "# B\n\nx\n"),
        ("kb/content/c.md", "---\ntitle: C\nowner: data\n---\nx\n"),
    ]);
    let kb = root.path().join("kb");
    let built = annals(&kb, &["build"]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let read = |path: &str| fs::read_to_string(kb.join("dist").join(path)).unwrap();
    assert!(read("a/index.html").contains("teams/edge/\">Edge people</a>"));
    assert!(
        !read("b/index.html").contains("Edge people"),
        "the last match wins, and is no team of the catalogue"
    );
    let own = read("c/index.html");
    assert!(own.contains("teams/data/\">Data people</a>") && !own.contains("Edge people"));
    assert!(annals(&kb, &["build", "--audience", "public"]).status.success());
    assert!(!read("a/index.html").contains("Edge people"), "who reviews what is for those inside");
}

#[test]
fn codeowners_is_made_of_owners_and_read_back_alike() {
    let root = site(&[
        ("site.toml", "[site]\nrepository = \"https://github.com/acme/kb\"\n"),
        ("services.toml", CATALOGUE),
        ("content/runbooks/a.md", "---\ntitle: A\nowner: edge\n---\nx\n"),
        ("content/runbooks/b.md", "---\ntitle: B\nservices: [web]\n---\nx\n"),
        ("content/articles/c d.md", "---\ntitle: C\nowner: data\n---\nx\n"),
        ("content/articles/e.md", "# E\n\nx\n"),
    ]);
    let out = annals(root.path(), &["export", "codeowners"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, ["/content/articles/c\\ d.md @acme/data", "/content/runbooks/ @acme/edge"]);
    let read = annals::source::CodeOwners::read("CODEOWNERS", &text);
    let owners = |path: &str| read.owners(path).iter().map(|owner| owner.name.clone()).collect::<Vec<_>>();
    assert_eq!(owners("content/articles/c d.md"), ["@acme/data"]);
    assert_eq!(owners("content/runbooks/b.md"), ["@acme/edge"]);
    assert_eq!(owners("content/articles/e.md"), Vec::<String>::new());
}
