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

/// A branch that gets releases of its own beside the main one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The branch.
    pub branch: String,
    /// Its last commit.
    pub commit: Id,
}

/// The branches that `globs` name, or without any those called like a version, by name. Of a local
/// branch and the one it follows the newer counts: people fetch more often than they check out.
pub fn lines(
    repository: &Repository,
    objects: &Objects<'_>,
    globs: &[String],
    main: Option<&str>,
) -> Vec<Line> {
    let set = super::folders::set(globs);
    let is_meant = |name: &str| if globs.is_empty() { is_version(name) } else { set.is_match(name) };
    let when = |commit: Id| objects.commit(commit, |commit| commit.committed.seconds);
    let mut found: std::collections::BTreeMap<String, (i64, Id)> = std::collections::BTreeMap::new();
    for prefix in ["refs/heads/", "refs/remotes/origin/"] {
        let Ok(references) = repository.references_glob(&format!("{prefix}*")) else { continue };
        for reference in references.flatten() {
            let name = String::from_utf8_lossy(reference.name_bytes());
            let Some(name) = name.strip_prefix(prefix).filter(|name| Some(*name) != main) else { continue };
            let Some(commit) = reference.target().filter(|_| is_meant(name)).map(Id::from) else { continue };
            let Some(moment) = when(commit) else { continue };
            let entry = found.entry(name.to_owned()).or_insert((moment, commit));
            if moment > entry.0 {
                *entry = (moment, commit);
            }
        }
    }
    found.into_iter().map(|(branch, (_, commit))| Line { branch, commit }).collect()
}

/// Whether a branch is called like a version: `1.x`, `v2`, `release/2.3`, `stable-2`, `3.1-maintenance`.
fn is_version(name: &str) -> bool {
    const WORDS: [&str; 9] =
        ["release", "releases", "rel", "maint", "maintenance", "stable", "support", "lts", "branch"];
    let mut has_version = false;
    name.split(['/', '-', '_']).all(|part| {
        let digits = part.strip_prefix(['v', 'V']).unwrap_or(part);
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let numbers = digits.strip_suffix(".x").unwrap_or(digits);
        if numbers.len() < 9 && numbers.split('.').all(is_number) {
            // A second number is a day or a ticket.
            return !std::mem::replace(&mut has_version, true);
        }
        part == "x" || WORDS.iter().any(|word| part.eq_ignore_ascii_case(word))
    }) && has_version
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn maintenance_branches_are_called_like_versions() {
        for name in
            ["1.x", "v2", "2.3.x", "release/2.3", "stable-2", "3.1-maintenance", "release-v1.4", "4-x"]
        {
            assert!(is_version(name), "{name}");
        }
        for name in ["main", "release", "fix-12", "feature/2", "release/2026-03-14", "v", "1.2.y", "x"] {
            assert!(!is_version(name), "{name}");
        }
    }
}
