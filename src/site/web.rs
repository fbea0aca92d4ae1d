//! Addresses of the forge's web pages: where a page of the site is edited, what its history is, where a new one begins.

use crate::config::Config;
use crate::config::source::ForgeKind;
use crate::markdown::percent_encode;
use crate::source::git::remote;

/// What stays as it is in a path.
const IN_PATH: &[u8] = b"-._~/@";

/// The forge of the content's repository.
#[derive(Debug, Clone)]
pub struct Web<'a> {
    repository: &'a str,
    branch: &'a str,
    kind: ForgeKind,
    config: &'a Config,
}

/// Where a new page is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPage {
    /// Address of the editor.
    pub url: String,
    /// Whether the editor then has the page's text.
    pub has_text: bool,
}

impl<'a> Web<'a> {
    /// The forge that the settings name, if they name a repository on the web.
    pub fn of(config: &'a Config) -> Option<Self> {
        let repository = config.site.repository.as_deref()?.trim_end_matches('/');
        let guessed = || remote::from_url(repository).map(|forge| forge.kind);
        let kind = config.forge.kind.or_else(guessed).unwrap_or(ForgeKind::Github);
        Some(Self { repository, branch: &config.site.branch, kind, config })
    }

    /// A commit.
    pub fn commit(&self, hash: &str) -> String {
        let path = match self.kind {
            ForgeKind::Gitlab => "-/commit",
            ForgeKind::Bitbucket => "commits",
            ForgeKind::Github | ForgeKind::Gitea => "commit",
        };
        format!("{}/{path}/{hash}", self.repository)
    }

    /// A file, by its path in the repository, as it was at a commit: an address that stays.
    pub fn source(&self, hash: &str, path: &str) -> String {
        let pattern = match self.kind {
            ForgeKind::Github => "{repository}/blob/{commit}/{path}",
            ForgeKind::Gitlab => "{repository}/-/blob/{commit}/{path}",
            ForgeKind::Gitea => "{repository}/src/commit/{commit}/{path}",
            ForgeKind::Bitbucket => "{repository}/src/{commit}/{path}",
        };
        self.filled(pattern, &[("commit", hash), ("path", path)])
    }

    /// Where a file, by its path in the repository, is edited.
    pub fn edit(&self, path: &str) -> String {
        let own = self.config.forge.edit.as_deref();
        self.file(
            own.unwrap_or(match self.kind {
                ForgeKind::Github => "{repository}/edit/{branch}/{path}",
                ForgeKind::Gitlab => "{repository}/-/edit/{branch}/{path}",
                ForgeKind::Gitea => "{repository}/_edit/{branch}/{path}",
                ForgeKind::Bitbucket => "{repository}/src/{branch}/{path}?mode=edit",
            }),
            path,
            "",
        )
    }

    /// The commits that changed a file.
    pub fn history(&self, path: &str) -> String {
        let own = self.config.forge.history.as_deref();
        self.file(
            own.unwrap_or(match self.kind {
                ForgeKind::Github => "{repository}/commits/{branch}/{path}",
                ForgeKind::Gitlab => "{repository}/-/commits/{branch}/{path}",
                ForgeKind::Gitea => "{repository}/commits/branch/{branch}/{path}",
                ForgeKind::Bitbucket => "{repository}/history-node/{branch}/{path}",
            }),
            path,
            "",
        )
    }

    /// Where a new file is written. GitHub, Gitea and Forgejo take its text from the address (for the latter see
    /// <https://docs.gitea.com/development/web-ui-api> and go-gitea/gitea#16556); GitLab takes its name, Bitbucket neither.
    pub fn new_page(&self, path: &str, text: &str) -> NewPage {
        let own = self.config.forge.new.as_deref();
        let pattern = own.unwrap_or(match self.kind {
            ForgeKind::Github => "{repository}/new/{branch}/{folder}?filename={file}&value={text}",
            ForgeKind::Gitlab => "{repository}/-/new/{branch}/{folder}?file_name={file}",
            ForgeKind::Gitea => "{repository}/_new/{branch}/{folder}?filename={file}&value={text}",
            ForgeKind::Bitbucket => "{repository}/create-file/{branch}/{folder}?at={branch}",
        });
        NewPage { url: self.file(pattern, path, text), has_text: pattern.contains("{text}") }
    }

    /// Where a new issue is written, with its title and text; none if the settings want no such links. Bitbucket takes
    /// neither from the address.
    pub fn issue(&self, title: &str, text: &str) -> Option<String> {
        let own = self.config.forge.issue.as_deref();
        let pattern = own.unwrap_or(match self.kind {
            ForgeKind::Github | ForgeKind::Gitea => "{repository}/issues/new?title={title}&body={text}",
            ForgeKind::Gitlab => "{repository}/-/issues/new?issue[title]={title}&issue[description]={text}",
            ForgeKind::Bitbucket => "{repository}/issues/new",
        });
        (!pattern.is_empty()).then(|| self.filled(pattern, &[("title", title), ("text", text)]))
    }

    fn file(&self, pattern: &str, path: &str, text: &str) -> String {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        self.filled(pattern, &[("path", path), ("folder", folder), ("file", file), ("text", text)])
    }

    /// A pattern with its marks replaced, each once: what stands for one is not looked through again.
    fn filled(&self, pattern: &str, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, tail) = after.split_once('}').unwrap_or((after, ""));
            match name {
                "repository" => out.push_str(self.repository),
                "branch" => out.push_str(&percent_encode(self.branch, IN_PATH)),
                name => match values.iter().find(|(own, _)| *own == name) {
                    Some((_, value)) if matches!(name, "path" | "folder") => {
                        out.push_str(&percent_encode(value, IN_PATH));
                    }
                    Some((_, value)) => out.push_str(&percent_encode(value, b"-._~")),
                    None => out.push_str(&format!("{{{name}}}")),
                },
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(repository: &str) -> Config {
        let mut config = Config::default();
        config.site.repository = Some(repository.into());
        config.site.branch = "release/1 x".into();
        config
    }

    #[test]
    fn each_forge_has_its_editor() {
        let new = |repository: &str| {
            let config = config(repository);
            Web::of(&config).unwrap().new_page("content/retros/a b.md", "---\ntitle: x&y\n")
        };
        let github = new("https://github.com/acme/kb/");
        assert_eq!(
            github.url,
            "https://github.com/acme/kb/new/release/1%20x/content/retros?filename=a%20b.md&value=---%0Atitle%3A%20x%26y%0A"
        );
        assert!(github.has_text);
        let gitlab = new("https://gitlab.com/acme/kb");
        assert_eq!(
            gitlab.url,
            "https://gitlab.com/acme/kb/-/new/release/1%20x/content/retros?file_name=a%20b.md"
        );
        assert!(!gitlab.has_text);
        assert!(
            new("https://codeberg.org/acme/kb").url.contains("/_new/release/1%20x/content/retros?filename=")
        );
        let issue = |config: &Config| Web::of(config).unwrap().issue("A & B", "one\ntwo");
        let mut own = config("https://github.com/acme/kb");
        let github = "https://github.com/acme/kb/issues/new?title=A%20%26%20B&body=one%0Atwo";
        assert_eq!(issue(&own).as_deref(), Some(github));
        own.forge.issue = Some("https://help.example/new?about={title}&x={y}".into());
        assert_eq!(issue(&own).as_deref(), Some("https://help.example/new?about=A%20%26%20B&x={y}"));
        own.forge.issue = Some(String::new());
        assert_eq!(issue(&own), None);
        let gitlab =
            "https://gitlab.com/acme/kb/-/issues/new?issue[title]=A%20%26%20B&issue[description]=one%0Atwo";
        assert_eq!(issue(&config("https://gitlab.com/acme/kb")).as_deref(), Some(gitlab));
        let bitbucket = config("https://bitbucket.org/acme/kb");
        let web = Web::of(&bitbucket).unwrap();
        assert_eq!(web.edit("a/b.md"), "https://bitbucket.org/acme/kb/src/release/1%20x/a/b.md?mode=edit");
        assert_eq!(web.commit("abc"), "https://bitbucket.org/acme/kb/commits/abc");
        assert_eq!(web.source("abc", "a b.md"), "https://bitbucket.org/acme/kb/src/abc/a%20b.md");
        let source = |repository: &str| Web::of(&config(repository)).unwrap().source("abc", "a/b.md");
        assert_eq!(source("https://github.com/acme/kb"), "https://github.com/acme/kb/blob/abc/a/b.md");
        assert_eq!(source("https://gitlab.com/acme/kb"), "https://gitlab.com/acme/kb/-/blob/abc/a/b.md");
        assert_eq!(
            source("https://codeberg.org/acme/kb"),
            "https://codeberg.org/acme/kb/src/commit/abc/a/b.md"
        );
    }

    #[test]
    fn patterns_of_the_site_come_first_and_text_is_not_looked_through() {
        let mut config = config("https://git.example/kb");
        config.forge.edit = Some("https://ide.example/?f={path}&b={branch}&{nothing}".into());
        let web = Web::of(&config).unwrap();
        assert_eq!(
            web.edit("a/{branch}.md"),
            "https://ide.example/?f=a/%7Bbranch%7D.md&b=release/1%20x&{nothing}"
        );
        assert_eq!(web.history("a.md"), "https://git.example/kb/commits/release/1%20x/a.md");
        assert!(Web::of(&Config::default()).is_none());
    }
}
