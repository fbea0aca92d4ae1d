//! `annals search --eval`: a site's search scored by judged queries.
//!
//! nDCG@10 with gains 2^grade - 1 and log2 discounts (Järvelin and Kekäläinen 2002); success@1:
//! the first result has grade 2 or 3; MRR@10 over results of grade 2 or 3.

use super::search::{SearchArgs, open, unreadable};
use crate::diagnostic::Diagnostic;
use crate::search::query;
use crate::search::reader::Index;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Results that count.
const DEPTH: usize = 10;

#[derive(Debug, Deserialize)]
struct Judged {
    #[serde(default)]
    id: String,
    #[serde(default)]
    class: String,
    query: String,
    judgements: BTreeMap<String, u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Score {
    ndcg: f64,
    success: f64,
    reciprocal: f64,
}

pub(super) fn run(
    args: &SearchArgs,
    file: &Path,
    index: &Index<'_>,
    out: &mut dyn Write,
) -> Result<u8, Vec<Diagnostic>> {
    let judged = read(file)?;
    let scores = evaluate(&judged, index).map_err(|error| unreadable(&error, &args.site))?;
    let base = match &args.base {
        None => None,
        Some(site) => {
            let store = open(site);
            let scores = Index::open(&*store).and_then(|index| evaluate(&judged, &index));
            Some(scores.map_err(|error| unreadable(&error, site))?)
        }
    };
    let written = if args.json {
        json(&judged, &scores, base.as_deref(), out)
    } else {
        table(&judged, &scores, base.as_deref(), out)
    };
    written.map_err(|error| {
        vec![Diagnostic::error("search/output", format!("can't write the scores: {error}"))]
    })?;
    let overall = mean(&scores.iter().collect::<Vec<_>>()).ndcg;
    Ok(u8::from(args.minimum.is_some_and(|minimum| overall < minimum)))
}

fn read(file: &Path) -> Result<Vec<Judged>, Vec<Diagnostic>> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        vec![Diagnostic::error("search/queries", format!("can't read `{shown}`: {error}"))]
    })?;
    let mut judged = Vec::new();
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Judged>(line) {
            Ok(query) => judged.push(query),
            Err(error) => wrong.push(
                Diagnostic::error("search/queries", format!("{shown}:{}: {error}", number + 1))
                    .help("a line is {\"query\": \"…\", \"judgements\": {\"runbooks/edge/\": 3}}"),
            ),
        }
    }
    if wrong.is_empty() { Ok(judged) } else { Err(wrong) }
}

fn evaluate(judged: &[Judged], index: &Index<'_>) -> Result<Vec<Score>, crate::search::reader::Error> {
    let mut scores = Vec::new();
    for query in judged {
        let found = index.search(&query::parse(&query.query))?;
        let mut grades = Vec::new();
        for hit in found.hits.iter().take(DEPTH) {
            let url = index.facts(hit.page)?.url;
            grades.push(grade(&query.judgements, &url));
        }
        scores.push(score(&grades, query.judgements.values().copied()));
    }
    Ok(scores)
}

/// A page's grade; judgements name it by its address or by its file's path.
fn grade(judgements: &BTreeMap<String, u32>, url: &str) -> u32 {
    judgements.iter().find(|(page, _)| address(page) == address(url)).map_or(0, |(_, grade)| *grade)
}

/// What an address and the path of the file that makes it have in common.
fn address(page: &str) -> String {
    let page = page.trim_matches('/').trim_end_matches(".md").trim_end_matches(".html");
    let page = page.strip_suffix("index").map_or(page, |folder| folder.trim_end_matches('_'));
    page.trim_matches('/').to_lowercase().replace('_', "-")
}

fn score(grades: &[u32], ideal: impl Iterator<Item = u32>) -> Score {
    let mut ideal: Vec<u32> = ideal.collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    ideal.truncate(DEPTH);
    let best = gain(&ideal);
    let first = grades.iter().position(|grade| *grade >= 2);
    Score {
        ndcg: if best > 0.0 { gain(grades) / best } else { 0.0 },
        success: f64::from(u8::from(first == Some(0))),
        reciprocal: first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0)),
    }
}

fn gain(grades: &[u32]) -> f64 {
    let gain = |(place, grade): (usize, &u32)| {
        (2f64.powi((*grade).min(30) as i32) - 1.0) / (place as f64 + 2.0).log2()
    };
    grades.iter().enumerate().map(gain).sum()
}

fn mean(scores: &[&Score]) -> Score {
    let count = scores.len().max(1) as f64;
    let sum = |part: fn(&Score) -> f64| scores.iter().map(|score| part(score)).sum::<f64>() / count;
    Score {
        ndcg: sum(|score| score.ndcg),
        success: sum(|score| score.success),
        reciprocal: sum(|score| score.reciprocal),
    }
}

fn table(
    judged: &[Judged],
    scores: &[Score],
    base: Option<&[Score]>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut classes: BTreeMap<(bool, &str), Vec<usize>> = BTreeMap::new();
    for (number, query) in judged.iter().enumerate() {
        if !query.class.is_empty() {
            classes.entry((false, &query.class)).or_default().push(number);
        }
        classes.entry((true, "all")).or_default().push(number);
    }
    writeln!(
        out,
        "| class | queries | nDCG@10 | success@1 | MRR@10 |{}",
        if base.is_some() { " change |" } else { "" }
    )?;
    writeln!(out, "| --- | --: | --: | --: | --: |{}", if base.is_some() { " --: |" } else { "" })?;
    for ((_, class), numbers) in classes {
        let of = |scores: &[Score]| {
            mean(&numbers.iter().filter_map(|&number| scores.get(number)).collect::<Vec<_>>())
        };
        let now = of(scores);
        let change = base.map_or_else(String::new, |base| format!(" {:+.3} |", now.ndcg - of(base).ndcg));
        writeln!(
            out,
            "| {class} | {} | {:.3} | {:.3} | {:.3} |{change}",
            numbers.len(),
            now.ndcg,
            now.success,
            now.reciprocal
        )?;
    }
    for ((query, now), before) in judged.iter().zip(scores).zip(base.unwrap_or_default()) {
        if (now.ndcg - before.ndcg).abs() >= 0.0005 {
            writeln!(out, "{:.3} → {:.3}  {}", before.ndcg, now.ndcg, query.query.replace('\n', " "))?;
        }
    }
    Ok(())
}

fn json(
    judged: &[Judged],
    scores: &[Score],
    base: Option<&[Score]>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let overall = mean(&scores.iter().collect::<Vec<_>>());
    let queries: Vec<_> = judged
        .iter()
        .zip(scores)
        .enumerate()
        .map(|(number, (query, score))| {
            json!({
                "id": query.id, "class": query.class, "query": query.query, "ndcg": score.ndcg,
                "success": score.success, "reciprocal": score.reciprocal,
                "base": base.and_then(|base| base.get(number)).map(|score| score.ndcg),
            })
        })
        .collect();
    let whole = json!({
        "ndcg": overall.ndcg, "success": overall.success, "reciprocal": overall.reciprocal, "queries": queries,
    });
    writeln!(out, "{whole:#}")
}
