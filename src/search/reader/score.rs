//! The ranking: BM25F over whole pages, then evidence of positions for the best of them.

use super::evidence::{self, Fields};
use super::plan::{self, Alternative, Group, How};
use super::store::Error;
use super::{Index, filter, weights};
use crate::search::query::Query;
use crate::search::writer::query_key;
use serde::Serialize;

/// What a query found.
#[derive(Debug, Default)]
pub struct Found {
    /// The pages, best first.
    pub hits: Vec<Hit>,
    /// What the query's words were taken for.
    pub groups: Vec<GroupReport>,
    /// What of a pasted text was dropped.
    pub dropped: Vec<String>,
}

/// What a word, or several as one, was taken for.
#[derive(Debug, Clone, Serialize)]
pub struct GroupReport {
    /// The word.
    pub text: String,
    /// Its weight in the query.
    pub weight: f64,
    /// Its inverse document frequency.
    pub idf: f64,
    /// Terms of the index that count for it, and why.
    pub terms: Vec<(String, How)>,
}

/// A page found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its number in the index.
    pub page: u32,
    /// Its score.
    pub score: f64,
    /// What the score is made of.
    pub parts: Parts,
    /// Its sections that have words of the query, best first.
    pub sections: Vec<SectionHit>,
}

/// A section found.
#[derive(Debug, Clone, Copy)]
pub struct SectionHit {
    /// Its number, from 1.
    pub number: u32,
    /// Its score.
    pub score: f64,
}

/// What a score is made of.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Parts {
    /// BM25F over the page.
    pub words: f64,
    /// Share of the query's worth that the page has.
    pub coverage: f64,
    /// The best section.
    pub section: f64,
    /// Words that stand together.
    pub near: f64,
    /// The title.
    pub title: f64,
    /// The page's prior.
    pub prior: f64,
    /// Whether the page is pinned for this query.
    pub pinned: bool,
    /// Evidence before saturation, by field.
    pub fields: Fields,
}

impl Index<'_> {
    /// Finds and ranks the pages for a query.
    pub fn search(&self, query: &Query) -> Result<Found, Error> {
        let groups = plan::plan(self, query)?;
        let allowed = filter::allowed(self, query, &groups)?;
        let mut scores = self.score(&groups, allowed.as_deref());
        self.pin(query, &mut scores.hits);
        scores.hits.sort_by(order);
        for hit in scores.hits.iter_mut().take(weights::RERANKED) {
            let title = self.root.title(hit.page);
            hit.sections = evidence::weigh(&groups, &scores.idfs, hit.page, title, &mut hit.parts);
            let parts = &hit.parts;
            hit.score = parts.prior
                * (hit.score / parts.prior
                    + weights::SECTION * parts.section
                    + weights::NEAR * parts.near
                    + weights::TITLE * parts.title);
        }
        let reranked = weights::RERANKED.min(scores.hits.len());
        if let Some(best) = scores.hits.get_mut(..reranked) {
            best.sort_by(order);
        }
        let groups = groups.iter().zip(&scores.idfs).map(|(group, idf)| report(group, *idf)).collect();
        Ok(Found { hits: scores.hits, groups, dropped: query.dropped.clone() })
    }

    fn score(&self, groups: &[Group], allowed: Option<&[bool]>) -> Scores {
        let mut frequencies = vec![0.0; self.pages()];
        let mut words = vec![0.0; self.pages()];
        let mut covered = vec![0.0; self.pages()];
        let mut idfs = Vec::new();
        let mut whole = 0.0;
        for group in groups {
            let mut touched: Vec<u32> = Vec::new();
            let mut add = |alternative: &Alternative, touched: &mut Vec<u32>| {
                let postings = &alternative.postings;
                for (&page, frequency) in postings.pages.iter().zip(&postings.frequencies) {
                    if let Some(sum) = frequencies.get_mut(page as usize) {
                        if *sum == 0.0 {
                            touched.push(page);
                        }
                        *sum += alternative.factor * frequency;
                    }
                }
            };
            let best = group.alternatives.iter().map(|known| known.factor).fold(0.0, f64::max);
            let (counted, others): (Vec<_>, Vec<_>) =
                group.alternatives.iter().partition(|known| known.factor >= weights::COUNTED * best);
            counted.into_iter().for_each(|known| add(known, &mut touched));
            let idf = weights::idf(self.pages(), touched.len());
            others.into_iter().for_each(|known| add(known, &mut touched));
            idfs.push(idf);
            let worth = group.weight * idf;
            if !touched.is_empty() && !group.extra {
                whole += worth;
            }
            for page in touched {
                let page = page as usize;
                let (Some(frequency), Some(score), Some(cover)) =
                    (frequencies.get_mut(page), words.get_mut(page), covered.get_mut(page))
                else {
                    continue;
                };
                *score += worth * weights::saturate(*frequency);
                if !group.extra {
                    *cover += worth;
                }
                *frequency = 0.0;
            }
        }
        let mut hits = Vec::new();
        for (page, (score, cover)) in words.iter().zip(&covered).enumerate() {
            if allowed.is_some_and(|allowed| !allowed.get(page).copied().unwrap_or(false)) {
                continue;
            }
            // With filters alone all pages that they let through are found.
            if *score <= 0.0 && !(groups.is_empty() && allowed.is_some()) {
                continue;
            }
            let page = page as u32;
            let prior = self.root.prior(page);
            let coverage = if whole > 0.0 { cover / whole } else { 1.0 };
            let parts = Parts { words: *score, coverage, prior, ..Parts::default() };
            let score = prior * score * (1.0 - weights::COVERAGE + weights::COVERAGE * coverage);
            hits.push(Hit { page, score, parts, sections: Vec::new() });
        }
        Scores { hits, idfs }
    }

    /// Marks the pages pinned for the query, adding those that it does not find.
    fn pin(&self, query: &Query, hits: &mut Vec<Hit>) {
        if self.root.pinned.is_empty() {
            return;
        }
        let words: Vec<&str> = query.words.iter().map(|word| word.text.as_str()).collect();
        let key = query_key(&words.join(" "));
        for (_, page) in self.root.pinned.iter().filter(|(pinned, _)| *pinned == key) {
            match hits.iter_mut().find(|hit| hit.page == *page) {
                Some(hit) => hit.parts.pinned = true,
                None => {
                    let parts = Parts { pinned: true, prior: self.root.prior(*page), ..Parts::default() };
                    hits.push(Hit { page: *page, score: 0.0, parts, sections: Vec::new() });
                }
            }
        }
    }
}

struct Scores {
    hits: Vec<Hit>,
    idfs: Vec<f64>,
}

/// Best first; equals in the order of pages.
fn order(a: &Hit, b: &Hit) -> std::cmp::Ordering {
    b.parts.pinned.cmp(&a.parts.pinned).then(b.score.total_cmp(&a.score)).then(a.page.cmp(&b.page))
}

fn report(group: &Group, idf: f64) -> GroupReport {
    GroupReport {
        text: group.text.clone(),
        weight: group.weight,
        idf,
        terms: group.alternatives.iter().map(|known| (known.text.clone(), known.how)).collect(),
    }
}
