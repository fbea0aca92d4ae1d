//! Where a history begins: HEAD and the tags.

use super::object::{Id, tag};
use super::reader::Objects;
use super::stamp::Stamp;
use git2::{ObjectType, Repository};

/// A tag that points to a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: Id,
    /// When an annotated tag was made.
    pub when: Option<Stamp>,
    /// Message of an annotated tag, without its signature.
    pub message: Option<String>,
}

/// Tags, and those that point to no commit.
#[derive(Debug, Default)]
pub struct Tags {
    /// By name.
    pub tags: Vec<Tag>,
    /// Names of tags on trees, files or missing objects.
    pub others: Vec<String>,
}

/// A chain of tags on tags longer than this is not followed.
const LONGEST_CHAIN: usize = 8;

/// Reads all tags, sorted by name. What `is_commit` knows to be a commit is not read to see that it is one.
pub fn tags(
    repository: &Repository,
    objects: &Objects<'_>,
    is_commit: impl Fn(&Id) -> bool,
) -> Result<Tags, git2::Error> {
    let mut found = Tags::default();
    for reference in repository.references_glob("refs/tags/*")? {
        let Ok(reference) = reference else { continue };
        let name = String::from_utf8_lossy(reference.name_bytes());
        let name = name.strip_prefix("refs/tags/").unwrap_or(&name).to_owned();
        match reference.target().and_then(|target| peel(objects, &name, target.into(), &is_commit)) {
            Some(tag) => found.tags.push(tag),
            None => found.others.push(name),
        }
    }
    found.tags.sort_by(|left, right| left.name.cmp(&right.name));
    found.others.sort();
    Ok(found)
}

fn peel(objects: &Objects<'_>, name: &str, target: Id, is_commit: impl Fn(&Id) -> bool) -> Option<Tag> {
    let mut found = Tag { name: name.to_owned(), commit: target, when: None, message: None };
    for _ in 0..LONGEST_CHAIN {
        if is_commit(&found.commit) {
            return Some(found);
        }
        let object = objects.read(found.commit).ok()?;
        match object.kind() {
            ObjectType::Commit => return Some(found),
            ObjectType::Tag => {
                let tag = tag(object.data());
                found.commit = tag.target;
                if found.message.is_none() {
                    found.when = tag.when;
                    found.message = Some(unsigned(&crate::commit::text::decode(tag.message, None)));
                }
            }
            _ => return None,
        }
    }
    None
}

/// A tag's message up to the signature that follows it.
fn unsigned(message: &str) -> String {
    let end =
        ["-----BEGIN PGP SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----", "-----BEGIN SIGNED MESSAGE-----"]
            .iter()
            .filter_map(|mark| message.find(mark))
            .min()
            .unwrap_or(message.len());
    message.get(..end).unwrap_or(message).trim().to_owned()
}

/// The commit that is released from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The commit.
    pub commit: Id,
    /// The branch, unless HEAD is detached.
    pub branch: Option<String>,
    /// Whether HEAD names a branch without commits and the only other branch was taken.
    pub guessed: bool,
}

/// Finds the commit that is released from: the configured branch, HEAD, or for a repository whose
/// HEAD names no branch that exists (a bare one filled by a mirror, say) its only or usual branch.
pub fn head(repository: &Repository, branch: Option<&str>) -> Option<Head> {
    let at = |name: &str, guessed| {
        let reference = repository.find_reference(name).ok()?;
        let commit = reference.resolve().ok()?.target()?.into();
        let short = name.rsplit_once("refs/heads/").or(name.rsplit_once("refs/remotes/origin/"));
        Some(Head { commit, branch: short.map(|(_, name)| name.to_owned()), guessed })
    };
    if let Some(branch) = branch {
        return at(&format!("refs/heads/{branch}"), false)
            .or_else(|| at(&format!("refs/remotes/origin/{branch}"), false));
    }
    if let Ok(reference) = repository.head() {
        let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
        let commit = reference.target()?.into();
        return Some(Head {
            commit,
            branch: name.strip_prefix("refs/heads/").map(str::to_owned),
            guessed: false,
        });
    }
    let mut names: Vec<String> = repository
        .references_glob("refs/heads/*")
        .ok()?
        .flatten()
        .map(|reference| String::from_utf8_lossy(reference.name_bytes()).into_owned())
        .collect();
    names.sort();
    let usual = ["refs/heads/main", "refs/heads/master", "refs/heads/trunk", "refs/heads/develop"];
    let name = usual.into_iter().find(|usual| names.iter().any(|name| name == usual));
    let name = name.or(if let [only] = names.as_slice() { Some(only.as_str()) } else { None })?;
    at(name, true)
}
