//! The index's sections as records of a search server, for sites that a browser can't hold.
//!
//! | format | records | settings | deletions |
//! | --- | --- | --- | --- |
//! | OpenSearch | bulk requests, `{"index": …}` before each record | mapping of an index | `{"delete": …}` among the records |
//! | Meilisearch | a JSON object a line | settings of an index | list of ids, for `documents/delete-batch` |
//! | Typesense | a JSON object a line | schema of a collection | filter, for deleting by query |
//! | NDJSON | a JSON object a line | – | `{"id": …, "deleted": true}` among the records |
//!
//! A record's id is made from its page's address and its anchor, so that it stays while its text
//! changes. With the manifest of an export before, only what changed is written.

use super::reader::{Error, Index};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The name of the index or collection.
pub const NAME: &str = "annals";
/// The file that the next export compares with.
pub const MANIFEST: &str = "manifest.json";

/// A server's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// OpenSearch and Elasticsearch: bulk requests and a mapping
    Opensearch,
    /// Meilisearch: documents and settings
    Meilisearch,
    /// Typesense: documents and a schema
    Typesense,
    /// A JSON object a line
    Ndjson,
}

/// The records of an export: their hashes by id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Hash of each record by id.
    pub records: BTreeMap<String, String>,
}

/// What an export writes.
#[derive(Debug, Default)]
pub struct Export {
    /// Files by name.
    pub files: BTreeMap<String, String>,
    /// Records written.
    pub written: usize,
    /// Records deleted.
    pub deleted: usize,
    /// Records in all.
    pub total: usize,
}

/// Makes the files of an export; `before` is the manifest of the last one.
pub fn export(index: &Index<'_>, format: Format, before: &Manifest) -> Result<Export, Error> {
    let mut manifest = Manifest::default();
    let mut lines = String::new();
    let mut written = 0;
    for record in records(index)? {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_string();
        let text = Value::Object(record).to_string();
        let hash = short_hash(&text);
        if before.records.get(&id) != Some(&hash) {
            written += 1;
            if format == Format::Opensearch {
                push_line(&mut lines, &json!({"index": {"_index": NAME, "_id": id}}).to_string());
            }
            push_line(&mut lines, &text);
        }
        manifest.records.insert(id, hash);
    }
    let deleted: Vec<&str> =
        before.records.keys().filter(|id| !manifest.records.contains_key(*id)).map(String::as_str).collect();
    let mut files = BTreeMap::new();
    match format {
        Format::Opensearch => {
            for id in &deleted {
                push_line(&mut lines, &json!({"delete": {"_index": NAME, "_id": id}}).to_string());
            }
            files.insert("mapping.json".to_string(), pretty(&mapping()));
        }
        Format::Ndjson => {
            for id in &deleted {
                push_line(&mut lines, &json!({"id": id, "deleted": true}).to_string());
            }
        }
        Format::Meilisearch => {
            files.insert("settings.json".to_string(), pretty(&settings(index)));
            if !deleted.is_empty() {
                files.insert("deleted.json".to_string(), pretty(&json!(deleted)));
            }
        }
        Format::Typesense => {
            files.insert("schema.json".to_string(), pretty(&schema()));
            if !deleted.is_empty() {
                files.insert("deleted.txt".to_string(), format!("id:[{}]\n", deleted.join(",")));
            }
        }
    }
    let (deleted, total) = (deleted.len(), manifest.records.len());
    files.insert("records.ndjson".to_string(), lines);
    files.insert(MANIFEST.to_string(), pretty(&json!(manifest)));
    Ok(Export { files, written, deleted, total })
}

/// A record for each section of each page.
fn records(index: &Index<'_>) -> Result<Vec<Map<String, Value>>, Error> {
    let tags = values(index, "tag")?;
    let langs = values(index, "lang")?;
    let mut records = Vec::new();
    for page in 0..index.pages() as u32 {
        let facts = index.facts(page)?;
        let text = index.text(page)?;
        let mut base = Map::new();
        base.insert("page".into(), json!(facts.url));
        base.insert("title".into(), json!(facts.title));
        base.insert("kind".into(), json!(index.kind(page)));
        base.insert("stale".into(), json!(facts.stale));
        // Meilisearch and Typesense compare numbers alone: 20260314.
        if let Some(day) = facts.date.as_deref().and_then(day) {
            base.insert("day".into(), json!(day));
        }
        let lang = langs.get(&page).and_then(|langs| langs.first()).cloned();
        let optional = [
            ("lang", lang),
            ("date", facts.date),
            ("severity", facts.severity),
            ("version", facts.version),
            ("package", facts.package),
            ("audience", facts.audience),
            ("description", Some(text.description.clone()).filter(|description| !description.is_empty())),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                base.insert(key.into(), json!(value));
            }
        }
        let lists = [
            ("services", facts.services),
            ("alerts", facts.alerts),
            ("errors", facts.errors),
            ("tags", tags.get(&page).cloned().unwrap_or_default()),
        ];
        for (key, value) in lists {
            base.insert(key.into(), json!(value));
        }
        for section in &text.sections {
            let url = match &section.anchor {
                Some(anchor) => format!("{}#{anchor}", facts.url),
                None => facts.url.clone(),
            };
            let mut record = base.clone();
            record.insert("id".into(), json!(short_hash(&url)));
            record.insert("url".into(), json!(url));
            record.insert("heading".into(), json!(section.heading));
            record.insert("text".into(), json!(section.prose));
            record.insert("code".into(), json!(section.code));
            records.push(record);
        }
    }
    // Two sections of one address would overwrite each other: later ones are told by their number.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for record in &mut records {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default().to_string();
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            record.insert("id".into(), json!(format!("{id}-{count}")));
        }
    }
    Ok(records)
}

/// A date as a number, 20260314.
fn day(date: &str) -> Option<u32> {
    date.get(..10)?.replace('-', "").parse().ok()
}

/// The values of a facet by page.
fn values(index: &Index<'_>, facet: &str) -> Result<BTreeMap<u32, Vec<String>>, Error> {
    let mut pages: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (value, gaps) in index.facet(facet)?.iter() {
        let mut next = 0u32;
        for gap in gaps {
            let page = next.saturating_add(*gap);
            next = page.saturating_add(1);
            pages.entry(page).or_default().push(value.clone());
        }
    }
    Ok(pages)
}

/// Ids may have letters, digits, `-` and `_` alone in Meilisearch; a hash has no others.
fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(32).collect()
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Body of `PUT /annals` of OpenSearch.
fn mapping() -> Value {
    let keyword = json!({"type": "keyword"});
    let text = json!({"type": "text", "analyzer": "annals_text"});
    let name = json!({"type": "text", "analyzer": "annals_text", "fields": {"raw": {"type": "keyword", "ignore_above": 512}}});
    json!({
        "settings": {"analysis": {
            "filter": {"annals_parts": {
                "type": "word_delimiter_graph", "preserve_original": true, "catenate_all": true, "split_on_numerics": false
            }},
            "analyzer": {"annals_text": {
                "type": "custom", "tokenizer": "whitespace", "filter": ["annals_parts", "flatten_graph", "lowercase", "asciifolding"]
            }}
        }},
        "mappings": {"dynamic": false, "properties": {
            "id": keyword, "url": keyword, "page": keyword, "title": name, "heading": text, "kind": keyword, "lang": keyword,
            "date": {"type": "date", "format": "strict_date"}, "day": {"type": "integer"}, "severity": keyword, "version": keyword, "package": keyword,
            "audience": keyword, "stale": {"type": "boolean"}, "services": keyword, "tags": keyword, "alerts": name, "errors": text,
            "description": text, "text": text, "code": text
        }}
    })
}

/// Body of `PATCH /indexes/annals/settings` of Meilisearch.
fn settings(index: &Index<'_>) -> Value {
    json!({
        "searchableAttributes": ["title", "alerts", "errors", "heading", "text", "code", "description", "services", "tags"],
        "filterableAttributes": [
            "kind", "lang", "day", "severity", "version", "package", "audience", "stale", "services", "tags", "alerts"
        ],
        "sortableAttributes": ["day"],
        "distinctAttribute": "page",
        "synonyms": index.synonyms(),
        "stopWords": index.stop_words().collect::<Vec<_>>(),
    })
}

/// Body of `POST /collections` of Typesense.
fn schema() -> Value {
    let field = |name: &str, of: &str, facet: bool, optional: bool| json!({"name": name, "type": of, "facet": facet, "optional": optional});
    json!({
        "name": NAME,
        "token_separators": ["_", "-", ".", "/", ":"],
        "fields": [
            field("url", "string", false, false), field("page", "string", true, false), field("title", "string", false, false),
            field("heading", "string", false, false), field("text", "string", false, false), field("code", "string", false, false),
            field("kind", "string", true, false), field("stale", "bool", true, false), field("services", "string[]", true, false),
            field("tags", "string[]", true, false), field("alerts", "string[]", false, false), field("errors", "string[]", false, false),
            field("lang", "string", true, true), field("date", "string", false, true), field("day", "int32", false, true), field("severity", "string", true, true),
            field("version", "string", true, true), field("package", "string", true, true), field("audience", "string", true, true),
            field("description", "string", false, true)
        ]
    })
}
