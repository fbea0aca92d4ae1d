//! Addresses at a forge.

use crate::config::source::{ForgeConfig, ForgeKind};
use crate::markdown::percent_encode;

/// Makes links for one repository; without a forge there are none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Links<'a> {
    forge: Option<&'a ForgeConfig>,
}

impl<'a> Links<'a> {
    /// Links to `forge`. An address that is not of the web is not linked to.
    pub fn new(forge: Option<&'a ForgeConfig>) -> Self {
        Self { forge: forge.filter(|forge| is_web(&forge.url)) }
    }

    fn at(&self, path: impl FnOnce(ForgeKind) -> String) -> Option<String> {
        let forge = self.forge?;
        Some(format!("{}/{}", forge.url.trim_end_matches('/'), path(forge.kind)))
    }

    /// A commit.
    pub fn commit(&self, hash: &str) -> Option<String> {
        self.at(|kind| match kind {
            ForgeKind::Gitlab => format!("-/commit/{hash}"),
            ForgeKind::Bitbucket => format!("commits/{hash}"),
            ForgeKind::Github | ForgeKind::Gitea => format!("commit/{hash}"),
        })
    }

    /// A pull or merge request.
    pub fn pull_request(&self, number: u64) -> Option<String> {
        self.at(|kind| match kind {
            ForgeKind::Gitlab => format!("-/merge_requests/{number}"),
            ForgeKind::Bitbucket => format!("pull-requests/{number}"),
            ForgeKind::Github => format!("pull/{number}"),
            ForgeKind::Gitea => format!("pulls/{number}"),
        })
    }

    /// An issue, given as `12` or `owner/repo#12`.
    pub fn issue(&self, issue: &str) -> Option<String> {
        if let Some((repository, number)) = issue.split_once('#') {
            let forge = self.forge?;
            let scheme = forge.url.find("://")? + 3;
            let host = forge.url.get(scheme..)?.split('/').next()?;
            let middle = if forge.kind == ForgeKind::Gitlab { "/-" } else { "" };
            let base = forge.url.get(..scheme)?;
            return Some(format!("{base}{host}/{}{middle}/issues/{number}", encode(repository)));
        }
        self.at(|kind| match kind {
            ForgeKind::Gitlab => format!("-/issues/{issue}"),
            _ => format!("issues/{issue}"),
        })
    }

    /// A ticket of the configured tracker.
    pub fn ticket(&self, ticket: &str) -> Option<String> {
        let pattern = self.forge?.tickets.as_deref().filter(|pattern| is_web(pattern))?;
        Some(pattern.replace("{}", &encode(ticket)))
    }

    /// What lies between two tags, or a tag and a commit.
    pub fn compare(&self, from: &str, to: &str) -> Option<String> {
        let (from, to) = (encode(from), encode(to));
        self.at(|kind| match kind {
            ForgeKind::Gitlab => format!("-/compare/{from}...{to}"),
            ForgeKind::Bitbucket => format!("branches/compare/{to}..{from}"),
            ForgeKind::Github | ForgeKind::Gitea => format!("compare/{from}...{to}"),
        })
    }

    /// A tag's release page.
    pub fn release(&self, tag: &str) -> Option<String> {
        let tag = encode(tag);
        self.at(|kind| match kind {
            ForgeKind::Gitlab => format!("-/releases/{tag}"),
            ForgeKind::Bitbucket => format!("src/{tag}"),
            ForgeKind::Github | ForgeKind::Gitea => format!("releases/tag/{tag}"),
        })
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Percent-encodes what may not stand in a path (RFC 3986), `/` and `@` aside: forges keep them in
/// tag names.
fn encode(text: &str) -> String {
    percent_encode(text, b"-._~/@")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_has_its_addresses() {
        let forge = |kind| ForgeConfig {
            kind,
            url: "https://h.example/a/b/".into(),
            tickets: Some("https://t/{}".into()),
        };
        let (github, gitlab) = (forge(ForgeKind::Github), forge(ForgeKind::Gitlab));
        let links = Links::new(Some(&github));
        assert_eq!(links.pull_request(4).unwrap(), "https://h.example/a/b/pull/4");
        assert_eq!(links.issue("c/d#5").unwrap(), "https://h.example/c/d/issues/5");
        assert_eq!(links.compare("v1", "a b\"").unwrap(), "https://h.example/a/b/compare/v1...a%20b%22");
        assert_eq!(links.ticket("OPS-1").unwrap(), "https://t/OPS-1");
        assert_eq!(Links::new(Some(&gitlab)).commit("abc").unwrap(), "https://h.example/a/b/-/commit/abc");
        let bad = ForgeConfig { kind: ForgeKind::Github, url: "javascript:alert(1)".into(), tickets: None };
        assert_eq!(Links::new(Some(&bad)).commit("abc"), None);
    }
}
