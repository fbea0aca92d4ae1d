//! Finding and opening repositories.

use crate::config::source::SourceConfig;
use crate::diagnostic::{Diagnostic, human::printable};
use git2::{ErrorCode, Repository};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An opened source.
pub struct Opened {
    /// The repository.
    pub repository: Repository,
    /// What the source is called.
    pub name: String,
}

/// Opens the repository of a source, cloning or fetching it first if it is given by URL.
pub fn open(
    config: &SourceConfig,
    root: &Path,
    cache: Option<&Path>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Opened> {
    let given = config.path.as_deref().unwrap_or(".");
    let place = match &config.url {
        Some(url) if config.path.is_none() => clone_or_fetch(url, cache, diagnostics)?,
        _ => root.join(given),
    };
    let shown = config.url.as_deref().filter(|_| config.path.is_none()).unwrap_or(given);
    match open_path(&place, shown) {
        Ok(repository) => {
            let name = if config.name.is_empty() { name_of(shown, &place) } else { config.name.clone() };
            Some(Opened { repository, name })
        }
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            None
        }
    }
}

/// A folder for the cache inside the git folder of the repository that `dir` lies in: the place for
/// a repository that is no annals project and whose working tree is not ours to add to.
pub fn private_cache(dir: &Path) -> Option<PathBuf> {
    let repository = open_path(dir, ".").ok()?;
    Some(repository.commondir().join("annals"))
}

/// Opens the repository at `place`, or the one that the folder lies in.
pub fn open_path(place: &Path, shown: &str) -> Result<Repository, Box<Diagnostic>> {
    open_or_discover(place, shown).map_err(Box::new)
}

#[allow(clippy::result_large_err)] // Boxed by its one caller.
fn open_or_discover(place: &Path, shown: &str) -> Result<Repository, Diagnostic> {
    let shown = printable(shown);
    let error = match Repository::open(place) {
        Ok(repository) => return Ok(repository),
        Err(error) => error,
    };
    if !place.exists() {
        return Err(Diagnostic::error("git/no-repository", format!("there is nothing at `{shown}`"))
            .help("set the source's `path` to a git repository, relative to site.toml"));
    }
    if error.code() == ErrorCode::Owner {
        return Err(foreign(&shown, place));
    }
    let is_empty = std::fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
    if is_empty && shown != "." {
        // The repository around it is not what was asked for: most likely a submodule.
        return Err(Diagnostic::error("git/no-repository", format!("`{shown}` is an empty folder"))
            .help("if it is a submodule, run `git submodule update --init` first"));
    }
    match Repository::discover(place) {
        Ok(repository) => Ok(repository),
        Err(error) if error.code() == ErrorCode::Owner => Err(foreign(&shown, place)),
        Err(error) if error.code() == ErrorCode::NotFound => {
            Err(Diagnostic::error("git/no-repository", format!("`{shown}` is not in a git repository"))
                .help("run `git init`, or leave the source out"))
        }
        Err(error) => Err(Diagnostic::error(
            "git/unreadable",
            format!("the repository at `{shown}` can't be opened: {}", printable(error.message())),
        )),
    }
}

fn foreign(shown: &str, place: &Path) -> Diagnostic {
    let path = place.canonicalize().unwrap_or_else(|_| place.to_owned());
    Diagnostic::error("git/foreign-owner", format!("the repository at `{shown}` belongs to another user"))
        .help(format!("if you trust it, run `git config --global --add safe.directory {}`", path.display()))
}

/// The last part of a path or URL, without `.git`.
fn name_of(shown: &str, place: &Path) -> String {
    let path = if shown == "." {
        place.canonicalize().unwrap_or_else(|_| place.to_owned())
    } else {
        PathBuf::from(shown)
    };
    let text = path.to_string_lossy().replace('\\', "/");
    let last = text.trim_end_matches('/').rsplit(['/', ':']).find(|part| !part.is_empty() && *part != "..");
    let name = last.unwrap_or("source").trim_end_matches(".git");
    if name.is_empty() { "source".to_owned() } else { name.to_owned() }
}

/// Protocols that a clone may use. `ext::` and others would run commands.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Where the mirror of `url` is.
fn clone_place(url: &str, cache: &Path) -> PathBuf {
    let hash = blake3::hash(url.as_bytes()).to_hex();
    cache.join("repositories").join(format!("{}.git", hash.get(..24).unwrap_or_default()))
}

/// Where the repository of a source is, without fetching anything.
pub fn place(config: &SourceConfig, root: &Path, cache: Option<&Path>) -> Option<PathBuf> {
    match &config.url {
        Some(url) if config.path.is_none() => Some(clone_place(url, cache?)),
        _ => Some(root.join(config.path.as_deref().unwrap_or("."))),
    }
}

/// A mirror of `url` in the cache, brought up to date. Git itself does it, so that the credentials,
/// proxies and keys that work on the command line work here.
fn clone_or_fetch(url: &str, cache: Option<&Path>, diagnostics: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let shown = printable(&without_password(url));
    let Some(cache) = cache else {
        let message = format!("`{shown}` is a URL, and there is no cache to clone it into");
        diagnostics.push(Diagnostic::error("git/no-cache", message));
        return None;
    };
    if url.starts_with('-') || url.contains("::") {
        let message = format!("`{shown}` is no URL that can be cloned");
        diagnostics.push(Diagnostic::error("git/bad-url", message).help("use https, ssh, git or file"));
        return None;
    }
    let place = clone_place(url, cache);
    let exists = place.join("HEAD").is_file();
    let result = if exists {
        git(
            &["fetch", "--quiet", "--prune", "--force", "--tags", "origin", "+refs/heads/*:refs/heads/*"],
            Some(&place),
        )
    } else {
        let parent = place.parent().map(std::fs::create_dir_all);
        match parent {
            Some(Err(error)) => Err(error.to_string()),
            _ => {
                // Into a name of its own first: a clone that was broken off must not look whole.
                let part = place.with_extension(format!("part-{}", std::process::id()));
                let target = part.to_string_lossy().into_owned();
                let cloned = git(&["clone", "--quiet", "--bare", "--", url, &target], None);
                let result = cloned.and_then(|()| {
                    std::fs::rename(&part, &place)
                        .or_else(|error| if place.join("HEAD").is_file() { Ok(()) } else { Err(error) })
                        .map_err(|error| error.to_string())
                });
                if part.exists() {
                    // What can't be removed is only a leftover in the cache.
                    let _ = std::fs::remove_dir_all(&part);
                }
                result
            }
        }
    };
    match result {
        Ok(()) => Some(place),
        Err(reason) if exists => {
            let message =
                format!("`{shown}` can't be fetched ({}); the copy in the cache is used", printable(&reason));
            diagnostics.push(Diagnostic::warning("git/fetch-failed", message));
            Some(place)
        }
        Err(reason) => {
            let message = format!("`{shown}` can't be cloned: {}", printable(&reason));
            diagnostics.push(
                Diagnostic::error("git/clone-failed", message)
                    .help("check the address and the network, or set `path` to a clone"),
            );
            None
        }
    }
}

/// Runs the program `git`, which knows the user's credentials, proxies and keys; the error is its own last word.
pub fn git(arguments: &[&str], place: Option<&Path>) -> Result<(), String> {
    let mut command = Command::new("git");
    if let Some(place) = place {
        command.arg("--git-dir").arg(place);
    }
    let output = command
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| format!("the program `git` can't be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().rev().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
    let line = line.or(text.lines().last()).unwrap_or("git failed without a word");
    Err(without_password(line.trim_start_matches("fatal: ")))
}

/// A URL without the user's name and password, fit to be shown.
pub fn without_password(text: &str) -> String {
    let Some(scheme) = text.find("://") else { return text.to_owned() };
    let rest = text.get(scheme + 3..).unwrap_or_default();
    let end = rest.find(['/', ' ', '\'']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|authority| authority.rfind('@')) {
        Some(at) => format!(
            "{}{}",
            text.get(..scheme + 3).unwrap_or_default(),
            rest.get(at + 1..).unwrap_or_default()
        ),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_by_the_last_part_of_its_place() {
        assert_eq!(name_of("../api.git", Path::new("x")), "api");
        assert_eq!(name_of("git@host:acme/web.git", Path::new("x")), "web");
        assert_eq!(name_of("https://h/a/b/", Path::new("x")), "b");
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(without_password("https://u:p@h/a"), "https://h/a");
        assert_eq!(
            without_password("unable to access 'https://u:p@h/a/': x"),
            "unable to access 'https://h/a/': x"
        );
        assert_eq!(without_password("git@h:a/b"), "git@h:a/b");
    }
}
