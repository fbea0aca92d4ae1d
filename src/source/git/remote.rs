//! Which forge a repository lives on, told by its remote's address.

use crate::config::source::{ForgeConfig, ForgeKind};
use git2::Repository;

/// Guesses the forge from the remote `origin` (or the only remote), for hosts whose kind is known.
pub fn guess(repository: &Repository) -> Option<ForgeConfig> {
    let remote = repository.find_remote("origin").ok()?;
    from_url(remote.url().ok()?)
}

/// The web address of the repository that a folder lies in, by its remote `origin`.
pub fn origin(folder: &std::path::Path) -> Option<String> {
    let repository = super::open::open_path(folder, ".").ok()?;
    guess(&repository).map(|forge| forge.url)
}

/// The page of a repository from the address that it is cloned from.
pub fn from_url(url: &str) -> Option<ForgeConfig> {
    let rest = match url.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest,
        Some(_) => return None,
        None => url,
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let (host, path) = rest.split_once(['/', ':'])?;
    // ssh://host:22/path
    let path = match path.split_once('/') {
        Some((port, path)) if port.bytes().all(|byte| byte.is_ascii_digit()) && url.contains("://") => path,
        _ => path,
    };
    let path = path.trim_matches('/').trim_end_matches(".git");
    let kind = if host == "github.com" {
        ForgeKind::Github
    } else if host == "gitlab.com" || host.starts_with("gitlab.") {
        ForgeKind::Gitlab
    } else if host == "codeberg.org" || host.starts_with("gitea.") || host.starts_with("forgejo.") {
        ForgeKind::Gitea
    } else if host == "bitbucket.org" {
        ForgeKind::Bitbucket
    } else {
        return None;
    };
    (path.contains('/')).then(|| ForgeConfig { kind, url: format!("https://{host}/{path}"), tickets: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_understood() {
        for url in [
            "https://github.com/a/b.git",
            "git@github.com:a/b.git",
            "ssh://git@github.com/a/b",
            "ssh://git@github.com:22/a/b.git",
            "https://u:p@github.com/a/b/",
        ] {
            assert_eq!(
                from_url(url).map(|forge| forge.url).as_deref(),
                Some("https://github.com/a/b"),
                "{url}"
            );
        }
        assert_eq!(from_url("https://git.example.com/a/b"), None);
        assert_eq!(from_url("/srv/git/a.git"), None);
        assert_eq!(
            from_url("https://gitlab.com/g/h/p.git").map(|forge| forge.url).as_deref(),
            Some("https://gitlab.com/g/h/p")
        );
    }
}
