//! Records of the index for search servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::config::search::SearchConfig;
use annals::search::export::{Format, Manifest, export};
use annals::search::reader::{Index, store::Memory};
use annals::search::{Document, Section, analyze, build};
use serde_json::Value;

fn made(texts: &[(&str, &str)], format: Format, before: &Manifest) -> annals::search::export::Export {
    let config = SearchConfig::default();
    let pages = texts.iter().map(|(url, text)| {
        let section = |anchor: Option<&str>, text: &str| Section {
            anchor: anchor.map(str::to_string),
            heading: anchor.unwrap_or_default().into(),
            text: text.into(),
            ..Section::default()
        };
        analyze(
            &Document {
                url: (*url).into(),
                title: (*url).into(),
                tags: vec!["edge".into()],
                date: Some("2026-03-14".into()),
                sections: vec![section(None, "opening"), section(Some("fix"), text)],
                ..Document::default()
            },
            &config,
        )
    });
    let store = Memory::new(build(pages.collect(), &config));
    export(&Index::open(&store).unwrap(), format, before).unwrap()
}

fn manifest(made: &annals::search::export::Export) -> Manifest {
    serde_json::from_str(&made.files["manifest.json"]).unwrap()
}

#[test]
fn each_line_is_a_record_with_an_id_of_its_own() {
    for format in [Format::Opensearch, Format::Meilisearch, Format::Typesense, Format::Ndjson] {
        let made = made(&[("a/", "one"), ("b/", "two")], format, &Manifest::default());
        let lines: Vec<Value> =
            made.files["records.ndjson"].lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let bulk = usize::from(format == Format::Opensearch);
        assert_eq!(lines.len(), 4 * (1 + bulk), "{format:?}");
        let record = &lines[bulk];
        assert_eq!(record["tags"][0], "edge");
        // Meilisearch and Typesense compare numbers alone.
        assert_eq!((&record["date"], &record["day"]), (&"2026-03-14".into(), &20_260_314.into()));
        let id = record["id"].as_str().unwrap();
        assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        if bulk == 1 {
            assert_eq!(lines[0]["index"]["_id"], record["id"]);
        }
        assert_eq!(manifest(&made).records.len(), 4);
    }
}

#[test]
fn a_second_export_writes_what_changed_and_deletes_what_is_gone() {
    let first = made(&[("a/", "one"), ("b/", "two")], Format::Opensearch, &Manifest::default());
    let before = manifest(&first);
    let same = made(&[("a/", "one"), ("b/", "two")], Format::Opensearch, &before);
    assert_eq!((same.written, same.deleted, same.files["records.ndjson"].as_str()), (0, 0, ""));
    let second = made(&[("a/", "changed")], Format::Opensearch, &before);
    assert_eq!((second.written, second.deleted, second.total), (1, 2, 2));
    assert_eq!(second.files["records.ndjson"].matches("{\"delete\":").count(), 2);
    let gone = made(&[("a/", "one")], Format::Typesense, &before);
    assert!(gone.files["deleted.txt"].starts_with("id:["));
}

#[test]
fn what_the_dialog_filters_and_groups_by_is_declared_to_each_server() {
    let settings = |format, file: &str| -> Value {
        serde_json::from_str(&made(&[("a/", "one")], format, &Manifest::default()).files[file]).unwrap()
    };
    let filters =
        ["kind", "services", "severity", "tags", "version", "package", "lang", "audience", "alerts", "day"];
    let mapping = settings(Format::Opensearch, "mapping.json");
    let meilisearch = settings(Format::Meilisearch, "settings.json");
    let typesense = settings(Format::Typesense, "schema.json");
    for field in filters {
        assert!(mapping["mappings"]["properties"].get(field).is_some(), "OpenSearch: {field}");
        assert!(
            meilisearch["filterableAttributes"].as_array().unwrap().contains(&field.into()),
            "Meilisearch: {field}"
        );
        let fields = typesense["fields"].as_array().unwrap();
        assert!(fields.iter().any(|known| known["name"] == field), "Typesense: {field}");
    }
    // A page is found once: by a keyword that holds its address, by distinct documents, by groups of a facet.
    assert_eq!(mapping["mappings"]["properties"]["page"]["type"], "keyword");
    assert_eq!(mapping["mappings"]["properties"]["alerts"]["fields"]["raw"]["type"], "keyword");
    assert_eq!(meilisearch["distinctAttribute"], "page");
    let page = typesense["fields"].as_array().unwrap().iter().find(|known| known["name"] == "page").unwrap();
    assert_eq!(page["facet"], true);
}
