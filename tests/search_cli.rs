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
        page(
            "runbooks/edge/",
            "Edge proxy returns 5xx",
            "runbook",
            "An upstream connect error means that no pod is ready.",
        ),
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
