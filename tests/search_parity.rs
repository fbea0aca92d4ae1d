//! The browser's client and the Rust reader rank alike: same pages, same sections, same scores to
//! the last bit.
//!
//! Runs over the pages and queries of this file and, where `ANNALS_SEARCH_CORPUS` and
//! `ANNALS_SEARCH_QUERIES` name a folder of Markdown and judged queries, over those too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

#[path = "support/markdown.rs"]
mod markdown;

use annals::config::search::{Pinned, SearchConfig};
use annals::search::reader::{Index, store::Memory};
use annals::search::{Analyzed, Document, IndexFile, Section, analyze, build, query};
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What the client's engine makes of the queries, a line each; none where there is no Node.js.
fn client(files: &[IndexFile], queries: &[String]) -> Option<Vec<serde_json::Value>> {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let spawned = Command::new("node")
        .arg(root.join("tests/browser/search-rank.mjs"))
        .arg(root.join("themes/default/assets"))
        .arg(folder.path().join("search"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!("Node.js is not installed: the client is not compared");
        return None;
    };
    let lines: String = queries.iter().map(|query| serde_json::to_string(query).unwrap() + "\n").collect();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

fn compare(pages: Vec<(Analyzed, String)>, config: &SearchConfig, queries: &[String]) {
    let files = build(pages, config);
    let Some(client) = client(&files, queries) else { return };
    assert_eq!(client.len(), queries.len());
    let store = Memory::new(files);
    let index = Index::open(&store).unwrap();
    for (text, theirs) in queries.iter().zip(client) {
        let ours = index.search(&query::parse(text)).unwrap();
        assert_eq!(theirs["total"].as_u64(), Some(ours.hits.len() as u64), "{text:?}");
        for (hit, theirs) in ours.hits.iter().zip(theirs["hits"].as_array().unwrap()) {
            let sections: Vec<u32> = hit.sections.iter().map(|section| section.number).collect();
            let score: f64 = theirs[1].as_str().unwrap().parse().unwrap();
            assert_eq!(theirs[0].as_u64(), Some(u64::from(hit.page)), "{text:?}: {:?}", hit.parts);
            assert_eq!(
                score.to_bits(),
                hit.score.to_bits(),
                "{text:?}: page {}, {score} {}",
                hit.page,
                hit.score
            );
            assert_eq!(theirs[2], serde_json::json!(sections), "{text:?}: page {}", hit.page);
        }
    }
}

fn page(url: &str, title: &str, lang: &str, text: &str) -> Document {
    let section = |index: usize, text: &str| Section {
        anchor: (index > 0).then(|| format!("part-{index}")),
        heading: if index > 0 { format!("Part {index}") } else { String::new() },
        level: 2,
        text: text.into(),
        code: if index == 1 {
            "kubectl -n edge rollout undo deploy/edge-proxy".into()
        } else {
            String::new()
        },
    };
    Document {
        url: url.into(),
        title: title.into(),
        lang: lang.into(),
        sections: text.split('|').enumerate().map(|(index, text)| section(index, text)).collect(),
        ..Document::default()
    }
}

fn pages() -> Vec<Document> {
    let mut pages = vec![
        page(
            "runbooks/crash/",
            "KubePodCrashLooping",
            "en",
            "A pod is in CrashLoopBackOff.|Out of memory? Look at oomkilled and node_filesystem_avail_bytes.",
        ),
        page(
            "runbooks/edge/",
            "Edge proxy returns 5xx",
            "en",
            "upstream connect error or disconnect/reset before headers|Roll back v3.4.21. Quote: \"lost leader\", etcd's disk.",
        ),
        page(
            "retros/checkout/",
            "Checkout 502 for EU customers",
            "en",
            "Config push reached the EU edge at 09:02.|The lost leader came back; a max_message_size of 4 MB.",
        ),
        page(
            "de/stoerung/",
            "Störung im Zahlungsverkehr",
            "de",
            "Die Straße der Fehlermeldungen: Verbindungen abgelehnt.|Größe überschritten, Änderungen zurückgerollt.",
        ),
        page(
            "fr/panne/",
            "Panne réseau",
            "fr",
            "L’équipe a redémarré les serveurs.|Les œuvres élaborées à Évry",
        ),
        page("ja/障害/", "データベース障害", "ja", "接続がタイムアウトしました。|再起動してください。ﾃﾞｰﾀ"),
        page("ru/sboy/", "Сбой базы данных", "ru", "Соединения с базой были потеряны.|Ёлка перезапущена"),
        page("th/", "ฐานข้อมูลล่ม", "th", "การเชื่อมต่อหมดเวลา"),
        page("el/", "ΟΔΟΣ ΣΦΑΛΜΑΤΩΝ", "el", "Η σύνδεση χάθηκε στους διακομιστές"),
        page("astral/", "𝒜lert 🚨 数𠀀据", "zh", "𠀀𠀁 数据库连接超时|ﬁle ﬂow ½ Ⅷ ａｂｃ"),
    ];
    pages[0].kind = "runbook".into();
    pages[1].kind = "runbook".into();
    pages[1].alerts = vec!["Edge5xxHigh".into()];
    pages[1].errors = vec!["timeout after {n} ms on {host}".into()];
    pages[1].services = vec!["edge-proxy".into()];
    pages[1].date = Some("2026-03-14".into());
    pages[2].kind = "retro".into();
    pages[2].severity = Some("SEV1".into());
    pages[2].date = Some("2024-01-02".into());
    pages[2].version = Some("2.14.0-rc.1".into());
    for number in 0..150 {
        pages.push(page(
            &format!("notes/{number}/"),
            &format!("Note {number}"),
            "en",
            "edge pod note with filler|edge edge error",
        ));
    }
    pages
}

const QUERIES: [&str; 48] = [
    "",
    " ",
    "kubepodcrashlooping",
    "KubePodCrashLooping",
    "kube pod crash looping",
    "pod crahs looping",
    "CrashLoopBackOff",
    "crash loop",
    "oom",
    "out of memory",
    "node filesystem avail",
    "nodeFilesystemAvailBytes",
    "max-message-size",
    "maxMessageSi",
    "edge",
    "edge ",
    "\"lost leader\"",
    "leader -checkout",
    "-edge pod",
    "kind:runbook",
    "kind:runbook edge",
    "severity:SEV1 config",
    "version:>=2.13",
    "after:2025-01 edge",
    "is:stale",
    "v3.4.21",
    "3.4",
    "upstream conect eror",
    "upstreamconnect",
    "disconnect reset",
    "timeout after 30 ms on db7",
    "Strasse",
    "straße fehlermeldung",
    "anderung",
    "equipe redemarre",
    "oeuvre",
    "タイムアウト",
    "データ",
    "害",
    "базы данные",
    "елка",
    "เชื่อมต่อ",
    "οδοσ",
    "𠀀",
    "数据库",
    "file flow abc",
    "note 17 edge",
    "the and of",
];

#[test]
fn both_readers_rank_alike() {
    let config = SearchConfig {
        pinned: vec![Pinned { query: "edge Error".into(), page: "retros/checkout/".into() }],
        synonyms: vec![vec!["zahlung".into(), "zahlungsverkehr".into()]],
        ..SearchConfig::default()
    };
    let mut queries: Vec<String> = QUERIES.iter().map(|query| (*query).to_string()).collect();
    queries.extend(
        [
            "edge error",
            "zahlung",
            "constructor",
            "__proto__ tostring",
            "nodeFilesystemAvailBytes",
            "node_filesystem_avail_bytes",
            "see https://example.com/edge_proxy",
        ]
        .map(str::to_string),
    );
    queries.push("{\"level\":\"warn\",\"ts\":1526587299.17,\"msg\":\"upstream connect error\",\"peer\":\"10.0.0.7:80\"}\nlost leader".into());
    compare(pages().iter().map(|page| analyze(page, &config)).collect(), &config, &queries);
}

#[test]
fn both_readers_rank_alike_over_a_corpus() {
    let (Ok(corpus), Ok(queries)) =
        (std::env::var("ANNALS_SEARCH_CORPUS"), std::env::var("ANNALS_SEARCH_QUERIES"))
    else {
        return;
    };
    let config = SearchConfig::default();
    let pages = markdown::read_folder(Path::new(&corpus));
    let queries: Vec<String> = std::fs::read_to_string(queries)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["query"].as_str().unwrap().to_string()
        })
        .collect();
    assert!(!pages.is_empty() && !queries.is_empty());
    compare(pages.iter().map(|(_, page)| analyze(page, &config)).collect(), &config, &queries);
}

#[test]
fn both_readers_rank_alike_over_any_text_and_any_query() {
    let mut runner = TestRunner::deterministic();
    let mut sample = |pattern: &str| string_regex(pattern).unwrap().new_tree(&mut runner).unwrap().current();
    let config = SearchConfig::default();
    let texts: Vec<String> = (0..40).map(|_| sample("(\\PC{0,12}[ |]){0,12}")).collect();
    let pages = texts
        .iter()
        .enumerate()
        .map(|(number, text)| page(&format!("{number}/"), &format!("Page {number}"), "en", text));
    let pages = pages.map(|page| analyze(&page, &config)).collect();
    let mut queries: Vec<String> = (0..120).map(|_| sample("\\PC{0,40}")).collect();
    // What stands on a page, with its start and end cut off.
    for text in &texts {
        let chars: Vec<char> = text.chars().collect();
        queries.push(chars.iter().skip(chars.len() / 3).take(20).collect());
    }
    compare(pages, &config, &queries);
}
