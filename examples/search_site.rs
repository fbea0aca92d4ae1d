//! Writes a bare site with its index, for browser tests and measurements.
//!
//! `search_site OUT COUNT` makes COUNT generated pages, `search_site OUT CORPUS` reads a folder of
//! Markdown; with a third argument `index` only the index is made, with timings.

#[path = "../tests/support/generated.rs"]
mod generated;
#[path = "../tests/support/markdown.rs"]
mod markdown;
#[path = "../tests/support/site.rs"]
mod site;

use annals::config::search::SearchConfig;
use annals::search::{Document, analyze, build};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, source, mode @ ..] = arguments.as_slice() else {
        return Err("usage: search_site OUT COUNT|CORPUS [index]".into());
    };
    let pages: Vec<Document> = match source.parse() {
        Ok(count) => generated::pages(count),
        Err(_) => {
            markdown::read_folder(Path::new(source)).into_iter().map(|(_, document)| document).collect()
        }
    };
    let config = SearchConfig::default();
    if mode.is_empty() {
        site::write(Path::new(out), &pages, &config)?;
        // What a measurement asks for: words of titles and of texts, spread over the site.
        let mut queries = Vec::new();
        for page in pages.iter().step_by((pages.len() / 12).max(1)) {
            queries.push(page.title.split_whitespace().take(3).collect::<Vec<_>>().join(" "));
            let text = page.sections.last().map(|section| section.text.as_str()).unwrap_or_default();
            queries.push(text.split_whitespace().skip(7).take(2).collect::<Vec<_>>().join(" "));
        }
        let start = pages.first().map(|page| page.url.clone()).unwrap_or_default();
        std::fs::write(
            Path::new(out).join("search-queries.json"),
            serde_json::json!({"queries": queries, "start": start}).to_string(),
        )?;
        return Ok(());
    }
    let words: usize = pages
        .iter()
        .flat_map(|page| &page.sections)
        .map(|section| section.text.split_whitespace().count() + section.code.split_whitespace().count())
        .sum();
    let start = Instant::now();
    let analyzed: Vec<_> = pages.iter().map(|page| analyze(page, &config)).collect();
    let after = Instant::now();
    let memory: usize = analyzed.iter().map(|(page, text)| page.terms.len() + text.len()).sum();
    let files = build(analyzed, &config);
    println!(
        "{} pages, {words} words: analyze {:.2} s, build {:.2} s, {} files, {:.2} MB; analysed pages {:.1} MB",
        pages.len(),
        (after - start).as_secs_f64(),
        after.elapsed().as_secs_f64(),
        files.len(),
        files.iter().map(|file| file.bytes.len()).sum::<usize>() as f64 / 1e6,
        memory as f64 / 1e6,
    );
    for sort in ["root", "t-", "d-", "x-", "s-", "f-"] {
        let of: Vec<usize> = files
            .iter()
            .filter(|file| file.path.starts_with(&format!("search/{sort}")))
            .map(|file| file.bytes.len())
            .collect();
        println!(
            "  {sort:5} {:4} files {:9} bytes, largest {}",
            of.len(),
            of.iter().sum::<usize>(),
            of.iter().max().unwrap_or(&0)
        );
    }
    Ok(())
}
