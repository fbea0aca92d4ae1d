//! The command over a folder with an index.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::cli::search::{SearchArgs, run};
use annals::config::search::SearchConfig;
use annals::search::{Document, Section, analyze, build};
use clap::Parser;
use std::path::Path;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    search: SearchArgs,
}

fn site(folder: &Path) {
    site_of(folder, "An upstream connect error means that no pod is ready.");
}

/// A site whose runbook says `text`.
fn site_of(folder: &Path, text: &str) {
    let config = SearchConfig::default();
    let page = |url: &str, title: &str, kind: &str, text: &str| Document {
        url: url.into(),
        title: title.into(),
        kind: kind.into(),
        services: vec!["edge-proxy".into()],
        sections: vec![
            Section { text: format!("About {title}."), ..Section::default() },
            Section {
                anchor: Some("check-upstream".into()),
                heading: "Check upstream".into(),
                level: 2,
                text: text.into(),
                code: "kubectl -n edge get endpoints".into(),
            },
        ],
        ..Document::default()
    };
    let pages = [
        page("runbooks/edge/", "Edge proxy returns 5xx", "runbook", text),
        page(
            "retros/checkout/",
            "Checkout down",
            "retro",
            "The pod was crash looping after the config push.",
        ),
    ];
    for file in build(pages.iter().map(|page| analyze(page, &config)).collect(), &config) {
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
}

fn search(arguments: &[&str], folder: &Path, color: bool) -> (u8, String) {
    let site = folder.to_string_lossy().into_owned();
    let all =
        ["annals"].iter().chain(arguments).chain(&["--site", site.as_str()]).copied().collect::<Vec<_>>();
    let cli = Cli::try_parse_from(all).unwrap();
    let mut out = Vec::new();
    let code = run(&cli.search, &mut out, color).unwrap();
    (code, String::from_utf8(out).unwrap())
}

#[test]
fn a_hit_opens_at_the_section_and_shows_why() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let (code, text) = search(&["upstream connect eror"], folder.path(), false);
    assert_eq!(code, 0);
    insta::assert_snapshot!(text);
    let (_, colored) = search(&["upstream"], folder.path(), true);
    assert!(colored.contains("\x1b[1;33mupstream\x1b[0m"), "{colored}");
}

#[test]
fn filters_narrow_and_nothing_found_is_exit_one() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let (code, text) = search(&["--json", "--kind", "retro", "pod"], folder.path(), false);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, value["total"].as_u64()), (0, Some(1)));
    assert_eq!(value["hits"][0]["url"], "retros/checkout/");
    let (code, text) = search(&["zzzzqqqq"], folder.path(), false);
    assert_eq!(code, 1);
    assert!(text.starts_with("Nothing found."));
}

#[test]
fn explain_tells_what_a_score_is_made_of() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let (_, text) = search(&["--explain", "edge proxy"], folder.path(), false);
    assert!(text.contains("evidence by field: title"), "{text}");
}

#[test]
fn a_missing_index_says_what_to_do() {
    let cli = Cli::try_parse_from(["annals", "x", "--site", "no-such-folder"]).unwrap();
    let diagnostics = run(&cli.search, &mut Vec::new(), false).unwrap_err();
    assert!(diagnostics[0].help.as_deref().unwrap().contains("annals build"), "{diagnostics:?}");
}

#[test]
fn queries_are_scored_against_judgements_and_a_base() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let queries = folder.path().join("queries.jsonl");
    std::fs::write(&queries, "{\"query\": \"crash looping\", \"class\": \"natural\", \"judgements\": {\"retros/checkout.md\": 3}}\n").unwrap();
    let queries = queries.to_string_lossy().into_owned();
    let site = folder.path().to_string_lossy().into_owned();
    let (code, text) =
        search(&["--eval", &queries, "--base", &site, "--minimum", "0.9"], folder.path(), false);
    assert_eq!(code, 0);
    assert!(text.contains("| all | 1 | 1.000 | 1.000 | 1.000 | +0.000 |"), "{text}");
}

#[test]
fn an_edit_that_buries_a_runbook_is_named() {
    let (before, after) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    site(before.path());
    site_of(after.path(), "See the wiki.");
    let queries = before.path().join("queries.jsonl");
    std::fs::write(&queries, "{\"query\": \"no pod ready\", \"judgements\": {\"runbooks/edge/\": 3}}\n{\"query\": \"crash looping\", \"judgements\": {\"retros/checkout/\": 3}}\n").unwrap();
    let (queries, base) =
        (queries.to_string_lossy().into_owned(), before.path().to_string_lossy().into_owned());
    let (_, text) = search(&["--eval", &queries, "--base", &base], after.path(), false);
    assert!(text.contains("| all | 2 | 0.500 | 0.500 | 0.500 | -0.500 |"), "{text}");
    assert!(text.contains("1.000 → 0.000  no pod ready"), "{text}");
    assert!(!text.contains("→ 1.000"), "what did not change is not named: {text}");
    let (code, _) = search(&["--eval", &queries, "--base", &base, "--minimum", "0.9"], after.path(), false);
    assert_eq!(code, 1);
}

/// Serves a folder over HTTP, until the test ends; the address of `/kb/`.
fn served(folder: &Path) -> String {
    let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
    let base = format!("http://{}/kb/", server.server_addr());
    let folder = folder.to_path_buf();
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let path = request.url().strip_prefix("/kb/").map(|path| folder.join(path));
            match path.and_then(|path| std::fs::read(path).ok()) {
                Some(bytes) => request.respond(tiny_http::Response::from_data(bytes)),
                None => request.respond(tiny_http::Response::empty(404)),
            }
            .unwrap();
        }
    });
    base
}

#[test]
fn a_published_site_is_searched_as_its_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let base = served(folder.path());
    let (code, near) = search(&["--json", "upstream connect eror"], folder.path(), false);
    let (far_code, far) = search(&["--json", "upstream connect eror"], Path::new(&base), false);
    assert_eq!((code, &near), (far_code, &far));
    // A file of an older build, and one that is cut.
    let shard = std::fs::read_dir(folder.path().join("search"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("t-"))
        .unwrap();
    let bytes = std::fs::read(&shard).unwrap();
    for (left, wanted) in [(Some(bytes.len() / 2), "search/index"), (None, "search/index")] {
        match left {
            Some(left) => std::fs::write(&shard, &bytes[..left]).unwrap(),
            None => std::fs::remove_file(&shard).unwrap(),
        }
        let cli = Cli::try_parse_from(["annals", "upstream", "--site", &base]).unwrap();
        let diagnostics = run(&cli.search, &mut Vec::new(), false).unwrap_err();
        assert_eq!(diagnostics[0].rule, wanted);
        assert!(
            diagnostics[0].help.as_deref().unwrap().contains("again") || left.is_none(),
            "{diagnostics:?}"
        );
    }
}
