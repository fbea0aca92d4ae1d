//! Where pages went since the list of addresses was last written, as git tells by their names and their text.

use super::git::Revision;
use super::project::Project;
use super::{URLS_FILE, front};
use crate::record::{Audience, Kind, Kinds, front_matter};
use std::collections::BTreeMap;
use std::path::Path;

/// A page that was renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// Its file now, as diagnostics name it.
    pub to: String,
    /// For whom it was under its old name.
    pub audience: Audience,
}

/// Pages that were renamed between the commit that last changed `urls.txt` (without one, HEAD) and the working tree, by
/// their files of then. Several renames of one page are one. Empty where there is no repository.
pub fn renames(project: &Project) -> BTreeMap<String, Renamed> {
    let Ok(base) = Revision::of_last_change(&project.root, URLS_FILE) else { return BTreeMap::new() };
    let Ok(changes) = base.changes(None) else { return BTreeMap::new() };
    let content = &project.config.content;
    let is_page = |path: &str| {
        Path::new(path).starts_with(&content.folder)
            && [".md", ".markdown", ".mdx"].iter().any(|ending| path.to_lowercase().ends_with(ending))
    };
    let audience = |path: &str| {
        let text = base.text(path)?;
        let front = front::split(&path.into(), &text);
        let (_, fields, _) =
            front_matter::read(&front.node, &path.into(), &text, Kind::Article, &[], &Kinds::default());
        fields.common.audience
    };
    let renamed = changes.renamed.into_iter().filter(|(from, to)| is_page(from) && is_page(to));
    renamed
        .map(|(from, to)| {
            let audience = audience(&from).unwrap_or(content.audience);
            (from, Renamed { to, audience })
        })
        .collect()
}
