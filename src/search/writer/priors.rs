//! What speaks for a page before a query is known, as one small factor.

use crate::config::search::SearchConfig;
use crate::search::analyze::{Analyzed, Page};

/// The factor of each page in 64ths, 1 to 255.
pub(super) fn priors(pages: &[Analyzed], config: &SearchConfig) -> Vec<u8> {
    let newest = pages.iter().filter_map(|page| page.page.date.as_deref().and_then(month)).max().unwrap_or(0);
    pages.iter().map(|page| quantise(prior(&page.page, newest, config))).collect()
}

fn prior(page: &Page, newest: u32, config: &SearchConfig) -> f64 {
    // On call, a runbook is wanted more often than a log of the same words.
    let kind = match page.kind.as_str() {
        "runbook" => 1.1,
        "log" => 0.9,
        _ => 1.0,
    };
    let kind = config.boost_kind.get(&page.kind).map_or(kind, |&boost| f64::from(boost));
    let section = config
        .boost_section
        .iter()
        .filter(|(prefix, _)| page.url.starts_with(prefix.trim_start_matches('/')))
        .max_by_key(|(prefix, _)| prefix.len())
        .map_or(1.0, |(_, &boost)| f64::from(boost));
    // Links in: 1 % for each doubling, at most 5 %: they tell pages that all others name, which are seldom the answer. Whole logarithms are the same on all machines.
    let links = 1.0 + 0.01 * f64::from((page.inbound + 1).ilog2().min(5));
    // Dated pages lose 1 % a year against the newest, at most 8 %.
    let age = page.date.as_deref().and_then(month).map_or(0, |month| newest.saturating_sub(month) / 12);
    let freshness = 1.0 - 0.01 * f64::from(age.min(8));
    let trust = if page.stale { 0.95 } else { 1.0 };
    kind * section * links * freshness * trust * f64::from(page.boost)
}

/// Months since the year 0.
fn month(date: &str) -> Option<u32> {
    let year: u32 = date.get(..4)?.parse().ok()?;
    let month: u32 = date.get(5..7)?.parse().ok()?;
    Some(year * 12 + month)
}

fn quantise(factor: f64) -> u8 {
    // NaN and negative factors come out as the smallest.
    (factor * 64.0).round().clamp(1.0, 255.0) as u8
}
