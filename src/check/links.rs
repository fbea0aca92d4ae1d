//! Links: what they say and where they lead.

use super::in_body;
use super::rules::*;
use crate::diagnostic::Diagnostic;
use crate::markdown::LinkKind;
use crate::record::Audience;
use crate::site::{Entry, Place, Site};

/// Texts that say nothing of where a link leads.
const VAGUE_TEXTS: [&str; 8] =
    ["here", "click here", "this", "link", "this link", "this page", "more", "read more"];

pub(super) fn page(site: &Site, entry: &Entry, found: &mut Vec<Diagnostic>) {
    let page = &entry.page;
    for (link, place) in page.outline.links.iter().zip(&entry.links) {
        if link.kind != LinkKind::Link {
            continue;
        }
        let at = in_body(entry, &link.span);
        let text = link.text.trim();
        if text.is_empty() {
            found.push(NO_TEXT.finding(format!("the link to `{}` has no text", link.dest)).at(at.clone()));
        } else if VAGUE_TEXTS.contains(&text.to_lowercase().as_str()) {
            found.push(
                VAGUE.finding(format!("`{text}` does not say where the link leads")).at(at.clone()).help(
                    "link the words that name the thing: search and those who listen to pages use them",
                ),
            );
        }
        if *place == Place::External && link.dest.starts_with("http://") && !is_local(&link.dest) {
            let help = format!("try `https://{}`", link.dest.trim_start_matches("http://"));
            found.push(
                INSECURE.finding(format!("`{}` is not encrypted", link.dest)).at(at.clone()).help(help),
            );
        }
        let Place::Entry(id, _) = place else { continue };
        let Some(target) = site.entry(*id) else { continue };
        if page.audience == Audience::Public && target.page.audience == Audience::Internal {
            found.push(
                TO_INTERNAL
                    .finding(format!("a public page links to `{}`, which is internal", target.page.title))
                    .at(at.clone())
                    .help("in a public build this link leads nowhere: put it into an `:::internal` block"),
            );
        }
        if target.page.front.common.draft && !page.front.common.draft {
            found.push(TO_DRAFT.finding(format!("`{}` is a draft", target.page.title)).at(at));
        }
    }
}

/// Whether an address is of this machine or of an example.
fn is_local(dest: &str) -> bool {
    let host = dest.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
    host == "localhost"
        || host.starts_with("127.")
        || host.starts_with("10.")
        || host.starts_with("192.168.")
        || host.ends_with(".local")
        || host.ends_with(".internal")
        || host.ends_with(".example")
        || host.contains("example.")
}
