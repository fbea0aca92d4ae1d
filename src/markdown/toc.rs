//! The table of contents of a page.

use super::outline::Heading;
use serde::Serialize;

/// An entry with what stands below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// The heading's id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// 2 or 3.
    pub level: u8,
    /// The headings of the next level below it.
    pub children: Vec<TocEntry>,
}

/// H2 and, below them, H3. `skip` is the heading that is the page's title.
pub fn toc(headings: &[Heading], skip: Option<usize>) -> Vec<TocEntry> {
    let mut entries: Vec<TocEntry> = Vec::new();
    for (index, heading) in headings.iter().enumerate() {
        if skip == Some(index) || !(1..=3).contains(&heading.level) {
            continue;
        }
        let entry = TocEntry {
            id: heading.id.clone(),
            text: heading.text.clone(),
            level: heading.level,
            children: Vec::new(),
        };
        match entries.last_mut() {
            Some(parent) if heading.level == 3 => parent.children.push(entry),
            _ => entries.push(entry),
        }
    }
    entries
}
