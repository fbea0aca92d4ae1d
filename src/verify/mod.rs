//! Holds a published site against its provenance: which files differ, are missing, or are there without being told of.
//!
//! In come a [`Statement`] and a folder or an address; out comes a [`Report`]. A site that was rebuilt is compared by the
//! statement of that build. Nothing here writes.

mod folder;
mod web;

pub use folder::{folder, statement_of_folder};
pub use web::Web;

use crate::provenance::Statement;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a comparison came to. Paths are in order.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files that the statement tells of.
    pub files: usize,
    /// Those whose bytes are others.
    pub different: Vec<String>,
    /// Those that are not there.
    pub missing: Vec<String>,
    /// Files that the statement does not tell of. What a server has beside cannot be told.
    pub additional: Vec<String>,
    /// Files for the host, such as `_headers`, that it does not serve: they can't be compared.
    pub not_served: Vec<String>,
    /// Files instead of which the server redirects to another page of the site, which is as the statement says. For old
    /// addresses that is what `_redirects` asks for.
    pub redirected: Vec<String>,
}

impl Report {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.different.is_empty() && self.missing.is_empty() && self.additional.is_empty()
    }
}

/// Compares what a statement says of a site with what another says of it.
pub fn statements(published: &Statement, rebuilt: &Statement) -> Report {
    let pairs = |statement: &Statement| -> BTreeMap<String, String> {
        let files = statement.subject.iter();
        files.map(|file| (file.name.clone(), file.sha256().to_owned())).collect()
    };
    let (published, rebuilt) = (pairs(published), pairs(rebuilt));
    let mut report = Report { files: rebuilt.len(), ..Report::default() };
    for (path, digest) in &rebuilt {
        match published.get(path) {
            None => report.missing.push(path.clone()),
            Some(other) if other != digest => report.different.push(path.clone()),
            Some(_) => {}
        }
    }
    report.additional = published.into_keys().filter(|path| !rebuilt.contains_key(path)).collect();
    report
}

/// What one file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Same,
    Different,
    Missing,
    NotServed,
    Redirected,
}

/// Gathers what the files came to.
fn gather<'a>(files: impl Iterator<Item = (&'a str, Found)>) -> Report {
    let mut report = Report::default();
    for (path, found) in files {
        report.files += 1;
        match found {
            Found::Same => {}
            Found::Different => report.different.push(path.to_owned()),
            Found::Missing => report.missing.push(path.to_owned()),
            Found::NotServed => report.not_served.push(path.to_owned()),
            Found::Redirected => report.redirected.push(path.to_owned()),
        }
    }
    for list in [&mut report.different, &mut report.missing, &mut report.not_served, &mut report.redirected] {
        list.sort_unstable();
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::{self, Builder, Definition, Details, Parameters, Predicate};
    use crate::record::Audience;

    fn statement(files: &[(&str, u8)]) -> Statement {
        let predicate = Predicate {
            definition: Definition {
                build_type: String::new(),
                parameters: Parameters {
                    audience: Audience::Internal,
                    drafts: false,
                    now: None,
                    folder: None,
                },
                dependencies: Vec::new(),
            },
            details: Details { builder: Builder { id: String::new(), version: BTreeMap::new() } },
        };
        let files = files.iter().map(|(path, byte)| (*path, [*byte; 32]));
        provenance::parse(provenance::text(&predicate, files).as_bytes()).unwrap()
    }

    #[test]
    fn a_rebuild_tells_what_was_changed_added_and_taken_away() {
        let published = statement(&[("a", 1), ("b", 2), ("d", 4)]);
        let rebuilt = statement(&[("a", 1), ("b", 3), ("c", 3)]);
        let report = statements(&published, &rebuilt);
        assert_eq!((report.different, report.missing), (vec!["b".to_owned()], vec!["c".to_owned()]));
        assert_eq!(report.additional, ["d"]);
        assert!(statements(&published, &published).is_same());
    }
}
