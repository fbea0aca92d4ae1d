//! `annals export codeowners`: the owners of pages as CODEOWNERS, so that the forge asks them to review.

use crate::diagnostic::{Counts, Diagnostic, Level};
use crate::source::{Library, Page, Project, read};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Arguments of `annals export codeowners`.
#[derive(Debug, Clone, Args)]
pub struct CodeOwnersArgs {
    /// The organisation or group that the teams are in: by default that of `site.repository`
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// How paths are written: Forgejo and Gitea read regular expressions
    #[arg(long, value_enum, default_value_t = Syntax::Globs)]
    syntax: Syntax,
}

/// How CODEOWNERS writes paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Syntax {
    /// Globs, for GitHub, GitLab and Bitbucket
    Globs,
    /// Regular expressions, for Forgejo and Gitea
    Regex,
}

impl Syntax {
    /// A path in the repository; one that ends in a slash means all below it.
    fn path(self, path: &str) -> String {
        match self {
            Self::Globs => format!("/{path}").replace('\\', "\\\\").replace(' ', "\\ ").replace('#', "\\#"),
            // Gitea parts a line at white space and cuts it at `#`, so neither can stand there as it is.
            Self::Regex => {
                let all = if path.ends_with('/') { ".*" } else { "" };
                let escaped = regex::escape(path).replace(' ', "\\s").replace("\\#", "\\x23");
                format!("{escaped}{all}")
            }
        }
    }
}

/// Runs the command on a project.
pub(super) fn run(
    args: &CodeOwnersArgs,
    project: &Project,
    out: &mut dyn Write,
) -> Result<u8, Vec<Diagnostic>> {
    let library = read(project, None);
    let errors: Vec<Diagnostic> =
        library.found.iter().filter(|found| found.level == Level::Error).cloned().collect();
    if Counts::of(&errors).errors > 0 {
        return Err(errors);
    }
    let guessed = project.config.site.repository.as_deref().and_then(organisation);
    let Some(org) = args.org.as_deref().or(guessed) else {
        let message = "CODEOWNERS names teams with their organisation, and none is known";
        let help = "give `--org NAME`, or set `site.repository`";
        return Err(vec![Diagnostic::error("export/organisation", message).help(help)]);
    };
    let text = text(&library, org, args.syntax);
    out.write_all(text.as_bytes())
        .map_err(|error| vec![Diagnostic::error("export/output", format!("can't write: {error}"))])?;
    Ok(0)
}

/// `acme` of `https://github.com/acme/kb`; groups of GitLab may be nested.
pub(super) fn organisation(repository: &str) -> Option<&str> {
    let path = repository.split_once("://")?.1.trim_end_matches('/').split_once('/')?.1;
    path.rsplit_once('/').map(|(org, _)| org)
}

/// A line for each folder whose pages have one owner, and one for each page that differs.
pub(super) fn text(library: &Library, org: &str, syntax: Syntax) -> String {
    let mut folders: BTreeMap<&str, Vec<(&Page, Option<String>)>> = BTreeMap::new();
    // A mount outside of the project has a CODEOWNERS of its own.
    for page in library.pages().filter(|page| !page.file.starts_with(['/', '.'])) {
        let folder = page.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push((page, owner(library, page)));
    }
    let mut out =
        String::from("# Written by `annals export codeowners` from the owners of pages and services.\n");
    for (folder, pages) in &folders {
        let owners: BTreeSet<&Option<String>> = pages.iter().map(|(_, owner)| owner).collect();
        let mut line = |path: &str, owner: &str| {
            let path = syntax.path(&format!("{}{path}", library.prefix));
            out.push_str(&format!("{path} @{org}/{owner}\n"));
        };
        match owners.first() {
            Some(Some(owner)) if owners.len() == 1 && pages.len() > 1 => line(&format!("{folder}/"), owner),
            _ => {
                for (page, owner) in pages {
                    if let Some(owner) = owner {
                        line(&page.file, owner);
                    }
                }
            }
        }
    }
    out
}

/// The team that a page names, or that owns the first of its services that has one.
fn owner(library: &Library, page: &Page) -> Option<String> {
    let common = &page.front.common;
    let own = common.owner.as_ref().map(|owner| owner.0.trim_start_matches('@').to_owned());
    own.or_else(|| {
        common.services.0.iter().find_map(|name| {
            let name = library.catalogue.service_name(name)?;
            library.catalogue.services.get(name)?.owner.clone()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_the_forge_reads_them() {
        assert_eq!(Syntax::Globs.path("content/a #1 b.md"), "/content/a\\ \\#1\\ b.md");
        assert_eq!(Syntax::Regex.path("content/run-books/"), "content/run\\-books/.*");
        assert_eq!(Syntax::Regex.path("content/a #1 b.md"), "content/a\\s\\x231\\sb\\.md");
    }

    #[test]
    fn the_organisation_is_read_off_the_repository() {
        assert_eq!(organisation("https://github.com/acme/kb"), Some("acme"));
        assert_eq!(organisation("https://gitlab.com/acme/ops/kb/"), Some("acme/ops"));
        assert_eq!(organisation("https://forge.example/kb"), None);
    }
}
