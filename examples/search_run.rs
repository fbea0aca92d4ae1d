//! Indexes a folder of Markdown and runs judged queries against it, for `scripts/search-eval`.
//!
//! `search_run CORPUS QUERIES.jsonl [OUT]` prints a run, `{"id", "results"}` a line, and writes the
//! index below OUT.

#[path = "../tests/support/markdown.rs"]
mod markdown;

use annals::config::search::SearchConfig;
use annals::search::reader::{Index, store::Memory};
use annals::search::{analyze, build, query};
use std::collections::BTreeMap;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, queries, out @ ..] = arguments.as_slice() else {
        return Err("usage: search_run CORPUS QUERIES.jsonl [OUT]".into());
    };
    let config = SearchConfig::default();
    let pages = markdown::read_folder(Path::new(corpus));
    let paths: BTreeMap<String, String> =
        pages.iter().map(|(path, document)| (document.url.clone(), path.clone())).collect();
    let files = build(pages.iter().map(|(_, document)| analyze(document, &config)).collect(), &config);
    if let Some(out) = out.first() {
        for file in &files {
            let path = Path::new(out).join(&file.path);
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            std::fs::write(path, &file.bytes)?;
        }
    }
    let store = Memory::new(files);
    let index = Index::open(&store).map_err(|error| error.to_string())?;
    for line in std::fs::read_to_string(queries)?.lines() {
        let judged: serde_json::Value = serde_json::from_str(line)?;
        let text = judged.get("query").and_then(|query| query.as_str()).unwrap_or_default();
        let found = index.search(&query::parse(text)).map_err(|error| error.to_string())?;
        let mut results = Vec::new();
        for hit in found.hits.iter().take(10) {
            let facts = index.facts(hit.page).map_err(|error| error.to_string())?;
            results.push(paths.get(&facts.url).cloned().unwrap_or(facts.url));
        }
        println!("{}", serde_json::json!({"id": judged.get("id"), "results": results}));
    }
    Ok(())
}
