//! The site as it was at another revision, read from a copy in a temporary folder.

use super::session::{Planned, Session, planned};
use crate::check;
use crate::diagnostic::{Diagnostic, SourceMap, sort};
use crate::markdown::highlight::Highlighter;
use crate::source::git::Revision;
use crate::source::{Library, read};
use std::sync::Arc;
use tempfile::TempDir;

/// A site at a revision. Its files live as long as this does.
pub(super) struct Earlier {
    pub planned: Planned,
    _folder: TempDir,
}

/// Why a revision has no site: what is wrong, with the texts that it points into.
pub(super) type Unread = (Vec<Diagnostic>, SourceMap);

/// Reads the session's site as it was at a revision. Its present and its commit are those of `now`, so that nothing but
/// content makes a difference.
pub(super) fn read_at(
    session: &Session,
    revision: &Revision,
    now: &dyn Fn(&mut Library),
) -> Result<Earlier, Unread> {
    let plain = |found: Diagnostic| (vec![found], SourceMap::default());
    let folder = tempfile::Builder::new().prefix("annals-").tempdir().map_err(|error| {
        plain(Diagnostic::error("git/export", format!("no temporary folder can be made: {error}")))
    })?;
    // A name that does not change, since a site may show the name of its folder.
    let copy = folder.path().join("copy");
    revision.export(&copy).map_err(|found| plain(*found))?;
    let root = copy.join(revision.prefix());
    if let Ok(copy) = std::fs::canonicalize(&copy)
        && !root.exists()
    {
        // The site did not exist then: an empty folder is read as an empty site.
        let _ = std::fs::create_dir_all(copy.join(revision.prefix()));
    }
    let depth = revision.prefix().matches('/').count();
    let root = std::fs::canonicalize(&root).unwrap_or(root);
    if !std::fs::canonicalize(&copy).is_ok_and(|copy| root.starts_with(copy)) {
        let message = format!("in that revision, `{}` is a link that leads elsewhere", revision.prefix());
        return Err(plain(Diagnostic::error("git/export", message)));
    }
    let project = session.project.at_copy(&root, depth)?;
    let mut library = read(&project, None);
    now(&mut library);
    Ok(Earlier { planned: planned(Arc::new(library), Arc::new(Highlighter::default())), _folder: folder })
}

impl Planned {
    /// All findings, those of the rules included.
    pub fn checked(&self) -> Vec<Diagnostic> {
        match &self.renderer {
            Some(renderer) => check::run(&renderer.site, self.found.clone(), &self.renamed),
            None => {
                let mut found = self.found.clone();
                sort(&mut found);
                found
            }
        }
    }
}
