//! A public build holds nothing internal: canaries in every place where internal content stands, and every byte of the
//! output read, the search index inflated.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What stands in internal content only. None is part of another word of the site.
const CANARIES: &[&str] = &[
    "zanzibar",
    "quokka",
    "xylophone",
    "wombat",
    "narwhal",
    "ocelot",
    "pangolin",
    "axolotl",
    "okapi",
    "tapir",
    "marmoset",
    "dugong",
    "numbat",
    "kinkajou",
    "tarsier",
    "gharial",
    "cassowary",
    "capybara",
];

const SITE: &[(&str, &str)] = &[
    (
        "site.toml",
        "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org/\"\nrepository = \"https://github.com/acme/kb\"\n[content]\naudience = \"public\"\n",
    ),
    (
        "services.toml",
        "[teams.edge]\ntitle = \"Edge\"\n[teams.tarsier]\ntitle = \"T\"\n[services.web]\nowner = \"edge\"\ntier = 2\n",
    ),
    ("CODEOWNERS", "* @acme/edge\n"),
    (
        "content/articles/a.md",
        "# Alpha\n\nOpen. [words](quokka.md) and [more][r] and ![p](xylophone/secret-wombat.png).\n\n[r]: quokka.md \"zanzibar\"\n\n:::internal\nThe narwhal knows, see [x](quokka.md).\n:::\n\n![shown](shown.png)\n",
    ),
    (
        "content/articles/quokka.md",
        "---\ntitle: The ocelot plan\naudience: internal\naliases: [/pangolin/]\ntags: [axolotl]\nservices: [web]\n---\n\n## An okapi heading\n\nThe tapir text. [a](a.md) ![d](marmoset.png)\n\n```bash\nkubectl get dugong\n```\n",
    ),
    ("content/articles/marmoset.png", "numbat-bytes"),
    ("content/articles/shown.png", "shown bytes"),
    ("content/articles/files/kinkajou.pdf", "kinkajou"),
    (
        "content/retros/r.md",
        "---\ntitle: Retro\ndate: 2026-03-14\nrunbooks: [cassowary]\n---\n\n## Impact\n\nSome.\n",
    ),
    (
        "content/runbooks/cassowary.md",
        "---\ntitle: C\naudience: internal\nalerts: [GharialDown]\nerrors: [\"capybara failed\"]\n---\n\n1. x\n",
    ),
    ("content/runbooks/open.md", "---\ntitle: Open\nalerts: [WebDown]\n---\n\n1. Look.\n"),
    ("content/xylophone/_index.md", "---\ntitle: Hidden section\naudience: internal\n---\n"),
    ("content/xylophone/page.md", "---\ntitle: H\naudience: internal\n---\n\nx\n"),
    ("urls.txt", "articles/quokka/\n"),
];

fn site() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in SITE {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn build(root: &Path, args: &[&str]) {
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root)
        .arg("build")
        .args(args)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Every file of the output with its path, the search index inflated.
fn outputs(folder: &Path) -> Vec<(String, String)> {
    let (mut all, mut waiting) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&below)).unwrap().flatten() {
            let path = below.join(entry.file_name());
            if entry.path().is_dir() {
                waiting.push(path);
                continue;
            }
            let bytes = fs::read(entry.path()).unwrap();
            let mut text = String::from_utf8_lossy(&bytes).to_lowercase();
            if let Ok(payload) = annals::search::bytes::unscript(&bytes) {
                text.push_str(&String::from_utf8_lossy(&payload).to_lowercase());
            }
            all.push((path.to_str().unwrap().to_owned(), text));
        }
    }
    all
}

#[test]
fn no_canary_is_in_a_public_build() {
    let root = site();
    // An internal build before, so that a cache that remembers too much would show.
    build(root.path(), &[]);
    let dist = root.path().join("dist");
    let inside = outputs(&dist);
    for canary in CANARIES.iter().filter(|canary| **canary != "wombat") {
        let found = inside.iter().any(|(path, text)| text.contains(canary) || path.contains(canary));
        assert!(found, "`{canary}` is shown to those inside, so that the test can fail");
    }
    build(root.path(), &["--audience", "public"]);
    let public = outputs(&dist);
    assert!(public.len() > 30, "{}", public.len());
    let mut leaks = Vec::new();
    for (path, text) in &public {
        for canary in CANARIES.iter().filter(|canary| **canary != "tarsier") {
            if text.contains(canary) || path.contains(canary) {
                leaks.push(format!("{canary} in {path}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    let paths: Vec<&str> = public.iter().map(|(path, _)| path.as_str()).collect();
    assert!(paths.contains(&"articles/shown.png"), "what a public page shows is there");
    let page = &public.iter().find(|(path, _)| path == "articles/a/index.md").unwrap().1;
    assert!(page.contains("open. words and more and"), "{page}");
}

#[test]
fn no_canary_is_found_by_searching_a_public_build() {
    let root = site();
    build(root.path(), &["--audience", "public"]);
    for canary in CANARIES {
        let out = Command::new(env!("CARGO_BIN_EXE_annals"))
            .arg("-C")
            .arg(root.path())
            .args(["search", "--json", canary])
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let hits = report["hits"].to_string().to_lowercase();
        assert!(!CANARIES.iter().any(|other| hits.contains(other)), "{canary}: {hits}");
    }
}
