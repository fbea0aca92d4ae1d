//! Links to other sites: which there are, and what asking for them came to. The asking is `external`'s.

use super::in_body;
use super::rules::{EXTERNAL_GONE, EXTERNAL_MOVED, EXTERNAL_UNKNOWN};
use crate::diagnostic::Diagnostic;
use crate::external::{Verdict, Visited};
use crate::site::{Entry, Place, Site};
use std::collections::BTreeSet;

/// The addresses of other sites that pages link to, without fragments.
pub fn addresses(site: &Site) -> BTreeSet<String> {
    let links = site.entries.iter().flat_map(links);
    links.map(|(address, _)| address.to_owned()).collect()
}

/// The links of a page that lead to other sites, each with its address.
fn links(entry: &Entry) -> impl Iterator<Item = (&str, &crate::markdown::Link)> {
    let all = entry.page.outline.links.iter().zip(&entry.links);
    all.filter(|(link, place)| {
        **place == Place::External && (link.dest.starts_with("https://") || link.dest.starts_with("http://"))
    })
    .map(|(link, _)| (link.dest.split('#').next().unwrap_or_default(), link))
}

/// What is wrong with links to addresses that were asked for.
pub fn findings(site: &Site, visited: &Visited) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for entry in &site.entries {
        for (address, link) in links(entry) {
            let at = in_body(entry, &link.span);
            found.extend(match visited.verdicts.get(address) {
                None | Some(Verdict::Fine) => None,
                Some(Verdict::Moved(to)) => {
                    let finding = EXTERNAL_MOVED.finding(format!("`{address}` has moved for good")).at(at);
                    Some(finding.help(format!("link to `{to}`")))
                }
                Some(Verdict::Gone(why)) => {
                    let finding = EXTERNAL_GONE.finding(format!("`{address}` leads nowhere: {why}")).at(at);
                    Some(finding.help("link to what has taken its place, or to an archived copy"))
                }
                Some(Verdict::Unknown(why)) => {
                    Some(EXTERNAL_UNKNOWN.finding(format!("`{address}` could not be checked: {why}")).at(at))
                }
            });
        }
    }
    found
}
