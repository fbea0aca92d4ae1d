//! The commits of a range such as `main..HEAD`, for checks of pull requests.

use super::object::Id;
use super::open::open_path;
use super::reader::Objects;
use super::source::shallow_commits;
use super::walk::{Keep, Nothing, walk};
use crate::diagnostic::Diagnostic;
use std::path::Path;

/// A commit of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The commit.
    pub id: Id,
    /// Its message.
    pub text: String,
    /// Whether it is a merge.
    pub is_merge: bool,
}

/// The commits that `range` names, the oldest first: `A..B` is what B contains and A doesn't, `A..`
/// ends at HEAD, and a single name is what it contains and the remote's default branch doesn't.
pub fn messages(root: &Path, range: &str) -> Result<Vec<Message>, Vec<Diagnostic>> {
    let repository = open_path(root, ".").map_err(|error| vec![*error])?;
    let commit = |name: &str| -> Result<Id, Vec<Diagnostic>> {
        let object = repository.revparse_single(name).and_then(|object| object.peel_to_commit());
        object.map(|commit| commit.id().into()).map_err(|_| {
            let shown = crate::diagnostic::human::printable(name);
            vec![
                Diagnostic::error("usage/unknown-name", format!("`{shown}` names no commit"))
                    .help("give the range as `BASE..HEAD`; on CI, fetch the base branch first"),
            ]
        })
    };
    let (from, to) = match range.split_once("..") {
        Some((from, to)) => {
            let to = to.strip_prefix('.').unwrap_or(to);
            (Some(commit(from)?), commit(if to.is_empty() { "HEAD" } else { to })?)
        }
        None => (commit("refs/remotes/origin/HEAD").ok(), commit(range)?),
    };
    let broken = |error: git2::Error| vec![Diagnostic::error("git/unreadable", error.message().to_owned())];
    let objects = Objects::new(&repository).map_err(broken)?;
    let tips: Vec<Id> = from.into_iter().chain([to]).collect();
    let graph = walk(&objects, &tips, &shallow_commits(&repository), None, &Nothing, Keep::Nothing).graph;
    let has = graph.ancestors(from.and_then(|id| graph.number(&id)));
    let wanted = graph.ancestors(graph.number(&to));
    let at = |list: &[bool], number: u32| list.get(number as usize).copied().unwrap_or(false);
    let inside = graph.order.iter().rev().filter(|&&number| at(&wanted, number) && !at(&has, number));
    Ok(inside
        .map(|&number| Message {
            id: graph.id(number),
            text: graph.messages.with(number, str::to_owned),
            is_merge: graph.parents(number).len() > 1,
        })
        .collect())
}

/// Puts a `commit-msg` hook into the repository. One that is there is not touched.
pub fn install_hook(root: &Path, script: &str) -> Result<std::path::PathBuf, Vec<Diagnostic>> {
    let repository = open_path(root, ".").map_err(|error| vec![*error])?;
    let configured = repository.config().ok().and_then(|config| config.get_path("core.hooksPath").ok());
    let folder = match (configured, repository.workdir()) {
        (Some(path), Some(workdir)) => workdir.join(path),
        (Some(path), None) => path,
        (None, _) => repository.commondir().join("hooks"),
    };
    let file = folder.join("commit-msg");
    let failed = |error: std::io::Error| {
        vec![Diagnostic::error("io/write", format!("`{}` can't be written: {error}", file.display()))]
    };
    match std::fs::read_to_string(&file) {
        Ok(text) if text == script => return Ok(file),
        Ok(_) => {
            let message = format!("there is a hook at `{}` already", file.display());
            return Err(vec![
                Diagnostic::error("hook/exists", message)
                    .help("call `annals check-commits --message \"$1\"` from it"),
            ]);
        }
        Err(_) => {}
    }
    std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, script)).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(file)
}
