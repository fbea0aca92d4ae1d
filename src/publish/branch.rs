//! Publishing to a branch: one commit whose tree is the site, as hosts such as GitHub Pages serve it.
//!
//! The commit is made in the object database, so the working tree and the index stay as they are. Fetching and pushing are
//! left to the program `git`, which knows the user's credentials, proxies and keys.

use super::{Built, Changes, Outcome, built};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::output::MANIFEST;
use crate::source::git::{git, open_path};
use git2::{Commit, ErrorCode, Index, IndexEntry, IndexTime, Oid, Repository, Signature};
use std::path::Path;

/// Tells GitHub Pages to serve all files as they are; else it leaves out those that begin with an underscore or a dot.
const NO_JEKYLL: &str = ".nojekyll";
/// The site's own domain, which GitHub Pages keeps in the branch. Its settings write it there, so it outlives a publication.
const CNAME: &str = "CNAME";
/// A file that may be read and written, in a tree.
const FILE_MODE: u32 = 0o100_644;

/// How a branch is published.
#[derive(Debug, Clone, Copy)]
pub struct BranchOptions<'a> {
    /// Whether the commit stands alone, rather than on the one before.
    pub squash: bool,
    /// The remote that the branch is pushed to.
    pub push: Option<&'a str>,
    /// Whether to do no more than tell.
    pub dry_run: bool,
}

/// Publishes a site as one commit on the branch `name` of the repository that `root` lies in, or tells what that would
/// change. If the site is the same, there is no commit.
pub fn publish_branch(built: &Built, root: &Path, name: &str, options: BranchOptions<'_>) -> Outcome {
    let repository = open_path(root, ".")?;
    let reference = format!("refs/heads/{name}");
    let is_checked_out = repository.head().is_ok_and(|head| head.name().is_ok_and(|head| head == reference));
    if is_checked_out && !repository.is_bare() {
        let message = format!("the branch `{}` is checked out", printable(name));
        let help =
            "publish to a branch of its own, such as `branch:gh-pages`: its files are replaced by the site";
        return Err(Box::new(Diagnostic::error("publish/target", message).help(help)));
    }
    let before = match options.push {
        Some(remote) => fetched(&repository, remote, name)?,
        None => tip(&repository, &reference)?,
    };
    let old = before.as_ref().and_then(|commit| manifest(&repository, commit));
    if let (Some(commit), None) = (&before, &old)
        && commit.tree().is_ok_and(|tree| !tree.is_empty())
    {
        let message = format!("the branch `{}` holds files that annals did not publish", printable(name));
        let help = "name another branch, or remove this one first: its files are replaced by the site";
        return Err(Box::new(Diagnostic::error("publish/target", message).help(help)));
    }
    let changes = Changes::between(old.as_ref(), &built.manifest);
    if options.dry_run {
        return Ok(changes);
    }
    let tree = tree(&repository, built, before.as_ref())?;
    let is_same = before.as_ref().is_some_and(|commit| commit.tree_id() == tree);
    let tip = match before.as_ref().filter(|_| is_same) {
        Some(commit) => commit.id(),
        None => commit(&repository, tree, before.as_ref().filter(|_| !options.squash)).map_err(refused)?,
    };
    if let Some(remote) = options.push.filter(|_| !is_same) {
        // Nobody else may have pushed since: with a lease, the remote refuses if its branch is not what was fetched.
        let seen = before.as_ref().map_or_else(String::new, |commit| commit.id().to_string());
        let lease = format!("--force-with-lease={reference}:{seen}");
        let pushed = format!("{tip}:{reference}");
        git(&["push", "--quiet", &lease, remote, &pushed], Some(repository.path())).map_err(|reason| {
            let message = format!(
                "`{}` can't be pushed to `{}`: {}",
                printable(name),
                printable(remote),
                printable(&reason)
            );
            let help = "if another publication came in between, run it again; nothing was published";
            Box::new(Diagnostic::error("publish/push", message).help(help))
        })?;
    }
    repository.reference(&reference, tip, true, "annals publish").map_err(refused)?;
    Ok(changes)
}

/// The commit that a branch is at, if it is there.
fn tip<'r>(repository: &'r Repository, reference: &str) -> Result<Option<Commit<'r>>, Box<Diagnostic>> {
    match repository.find_reference(reference).and_then(|found| found.peel_to_commit()) {
        Ok(commit) => Ok(Some(commit)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

/// The commit that the branch of a remote is at now, if it is there.
fn fetched<'r>(
    repository: &'r Repository,
    remote: &str,
    name: &str,
) -> Result<Option<Commit<'r>>, Box<Diagnostic>> {
    if remote.starts_with('-') || remote.contains("::") {
        let message = format!("`{}` is no name of a remote", printable(remote));
        return Err(Box::new(
            Diagnostic::error("publish/push", message).help("`git remote` lists their names"),
        ));
    }
    // A name of our own: what the branch is called here may be something else.
    let seen = format!("refs/annals/published/{name}");
    let place = Some(repository.path());
    // All branches of a pattern, so that one that is not there yet is no error.
    let pattern = format!("+refs/heads/{name}*:{seen}*");
    git(&["fetch", "--quiet", "--no-tags", "--prune", remote, &pattern], place).map_err(|reason| {
        let message = format!("`{}` can't be fetched: {}", printable(remote), printable(&reason));
        Box::new(
            Diagnostic::error("publish/push", message)
                .help("check the remote's address and your credentials"),
        )
    })?;
    tip(repository, &seen)
}

fn manifest(repository: &Repository, commit: &Commit<'_>) -> Option<crate::output::Manifest> {
    built::parse(&file(repository, commit, MANIFEST)?).ok()
}

/// The bytes of a file in a commit.
fn file(repository: &Repository, commit: &Commit<'_>, path: &str) -> Option<Vec<u8>> {
    let entry = commit.tree().ok()?.get_path(Path::new(path)).ok()?;
    Some(repository.find_blob(entry.id()).ok()?.content().to_vec())
}

/// Writes the site's files into the object database.
fn tree(repository: &Repository, built: &Built, before: Option<&Commit<'_>>) -> Result<Oid, Box<Diagnostic>> {
    let mut index = Index::new().map_err(refused)?;
    let mut add = |path: &str, bytes: &[u8]| {
        let id = repository.blob(bytes).map_err(refused)?;
        index.add(&entry(path, id)).map_err(refused)
    };
    for record in &built.manifest.files {
        add(&record.path, &built.read(record)?)?;
    }
    add(MANIFEST, &built.text)?;
    let has = |path: &str| built.manifest.files.iter().any(|record| record.path == path);
    if !has(NO_JEKYLL) {
        add(NO_JEKYLL, b"")?;
    }
    if !has(CNAME)
        && let Some(domain) = before.and_then(|commit| file(repository, commit, CNAME))
    {
        add(CNAME, &domain)?;
    }
    index.write_tree_to(repository).map_err(refused)
}

fn entry(path: &str, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: FILE_MODE,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

/// Makes the commit. It names the content's commit and has its time, so that it does not depend on the day.
fn commit(repository: &Repository, tree: Oid, parent: Option<&Commit<'_>>) -> Result<Oid, git2::Error> {
    let source = repository.head().and_then(|head| head.peel_to_commit()).ok();
    let own = repository.signature();
    let (name, mail) = match &own {
        Ok(own) => (own.name().unwrap_or("annals"), own.email().unwrap_or("annals@localhost")),
        // A runner of CI has no name.
        Err(_) => ("annals", "annals@localhost"),
    };
    let time = source.as_ref().map_or(git2::Time::new(0, 0), Commit::time);
    let signature = Signature::new(name, mail, &time)?;
    let message = match &source {
        Some(source) => format!("Publish {}\n", source.id()),
        None => "Publish\n".to_owned(),
    };
    let tree = repository.find_tree(tree)?;
    let parents: Vec<&Commit<'_>> = parent.into_iter().collect();
    repository.commit(None, &signature, &signature, &message, &tree, &parents)
}

fn refused(error: git2::Error) -> Box<Diagnostic> {
    let message = format!("the repository can't be written: {}", printable(error.message()));
    Box::new(
        Diagnostic::error("publish/git", message).help("the branch is as it was; check permissions and disk"),
    )
}
