//! `[[sources]]` and `[changelog]` in `site.toml`: which histories are read, and how they are told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A git repository whose history is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SourceConfig {
    /// The source's name, used in URLs and for its package if it has just one. Default: the last
    /// part of the path or URL.
    pub name: String,
    /// Path of the repository, relative to `site.toml`: a working tree, a folder inside one, a bare
    /// repository, a worktree or a submodule. Default: `.`, unless there is a `url`.
    pub path: Option<String>,
    /// URL of the repository. It is cloned into the cache and fetched when the site is built.
    pub url: Option<String>,
    /// The branch that is released from. Default: what `HEAD` says.
    pub branch: Option<String>,
    /// The forge that commits, pull requests and issues are linked to. Default: guessed from the
    /// URL of the remote `origin`.
    pub forge: Option<ForgeConfig>,
    /// The packages of the source. Default: those that the tags and the workspace files (Cargo, npm,
    /// pnpm, Go) show, or one package for the whole repository.
    pub packages: Vec<PackageConfig>,
    /// Which commits are told, in all packages of the source. Default: every commit.
    pub commits: CommitFilter,
    /// Globs of the branches that get releases of their own beside the main one, for `annals which`.
    /// Default: those called like a version: `1.x`, `v2`, `2.3.x`, `release/2.3`, `stable-2`.
    pub maintained: Vec<String>,
}

/// A part of a source that has its own versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PackageConfig {
    /// The package's name.
    pub name: String,
    /// Pattern of the tags that release it; `*` stands for the version: `v*`, `api@*`, `api/v*`.
    /// Default: whichever of `NAME@*`, `NAME-v*`, `NAME/v*`, `NAME-*` (with and without the scope of an
    /// npm name), `FOLDER/v*`, `v*` and `*` has tags.
    pub tags: Option<String>,
    /// Globs of the paths that belong to it. Default: the whole repository.
    pub paths: Vec<String>,
    /// Globs of paths that don't, although `paths` names them. Default: none.
    pub exclude: Vec<String>,
    /// Only commits with one of these scopes belong to it, if any is named. Default: every commit.
    pub scopes: Vec<String>,
    /// Which of those commits are told. Default: every commit.
    pub commits: CommitFilter,
    /// How its versions are ordered. Default: `auto`.
    pub versions: VersionScheme,
}

/// Which commits are told, by what their messages say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommitFilter {
    /// Only commits that fit each of the lists that isn't empty belong to the package.
    pub only: CommitMatch,
    /// Commits that fit any of the lists are left out, and counted.
    pub except: CommitMatch,
}

/// What a commit may fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommitMatch {
    /// Types, such as `feat`. Default: none.
    pub types: Vec<String>,
    /// Scopes, such as `api`. A commit with several, as `api,web`, fits by any of them. Default: none.
    pub scopes: Vec<String>,
    /// Regular expressions that are looked for in the whole message; `(?i)` at the beginning makes
    /// one blind to case. Default: none.
    #[schemars(extend("items" = serde_json::json!({ "type": "string", "format": "regex" })))]
    pub messages: Vec<String>,
}

impl CommitFilter {
    /// Whether it lets everything through.
    pub fn is_open(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }
}

impl CommitMatch {
    /// Whether it names nothing.
    pub fn is_empty(&self) -> bool {
        self.types.is_empty() && self.scopes.is_empty() && self.messages.is_empty()
    }
}

/// How versions are read and ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionScheme {
    /// Calendar versions where the first number is a year, otherwise semantic versions.
    #[default]
    Auto,
    /// [Semantic versions](https://semver.org), `1.2.3-rc.1`.
    Semver,
    /// [Calendar versions](https://calver.org), `2026.03.1`.
    Calver,
}

/// Where a source is hosted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgeConfig {
    /// Which kind of forge it is.
    pub kind: ForgeKind,
    /// The address of the repository's page, such as `https://github.com/acme/api`.
    pub url: String,
    /// Address of a ticket in a tracker, with `{}` for its name: `https://acme.example/browse/{}`.
    /// Default: tickets are not linked.
    #[serde(default)]
    pub tickets: Option<String>,
}

/// The forges whose addresses are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ForgeKind {
    /// GitHub and GitHub Enterprise.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea and Forgejo (Codeberg).
    Gitea,
    /// Bitbucket Cloud.
    Bitbucket,
}

/// How commits are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChangelogConfig {
    /// Group title for each commit type; an empty title leaves the type out. What is named here is
    /// added to the defaults: `feat` is Added, `fix` Fixed, `perf` Performance, `security` Security,
    /// `deprecate` Deprecated, `remove` Removed, `refactor` and `change` Changed, `revert` Reverted,
    /// `docs` Documentation; `build`, `chore`, `ci`, `release`, `style` and `test` are left out.
    pub types: BTreeMap<String, String>,
    /// The order of the groups, by title. Titles not named follow in the built-in order. Default: none.
    pub groups: Vec<String>,
    /// Commits that don't follow Conventional Commits, and types that no group is named for.
    /// Default: `show`.
    pub unconventional: Unconventional,
    /// Title of the group that holds what has no group of its own. Default: `Other changes`.
    pub other: String,
    /// Whether merge commits are changes. Default: `false`, for what they merge is listed itself.
    pub merges: bool,
    /// Whether commits by bots are changes. Default: `true`.
    pub bots: bool,
    /// Names of authors that are bots, beside those that end in `[bot]`. Default: none.
    pub bot_names: Vec<String>,
    /// Whether `fixup!`, `squash!` and `amend!` commits are changes. Default: `false`.
    pub fixups: bool,
    /// What becomes of a pre-release's changes when the final release is out. Default: `both`.
    pub prereleases: Prereleases,
    /// Whether a squash merge whose body lists conventional commits is told as one change or as
    /// those. Default: `auto`.
    pub squashes: Squashes,
    /// Whether a release lists what is not yet released. Default: `true`.
    pub unreleased: bool,
    /// File with rewordings, by commit: see the reference. Default: `changelog-overrides.toml`, if
    /// it is there.
    pub overrides: Option<String>,
    /// Folder of change fragments. Default: `changes`, if it is there.
    pub fragments: Option<String>,
    /// Version of a package that has no release yet. Default: `0.1.0`.
    pub initial_version: String,
    /// What changes raise while the major version is zero. Default: `shift`.
    pub zero_major: ZeroMajor,
    /// Releases that were withdrawn, as `1.2.3` or `package@1.2.3`. They are marked, and never
    /// suggested. Default: none.
    pub yanked: Vec<String>,
}

/// What changes raise while the major version is zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ZeroMajor {
    /// A breaking change raises the minor version, everything else the patch version.
    #[default]
    Shift,
    /// The same as later: a breaking change leads to 1.0.0.
    Plain,
}

/// How squash merges are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Squashes {
    /// As one change if the first line is conventional, otherwise as those that the body lists.
    #[default]
    Auto,
    /// As those that the body lists.
    Split,
    /// As one change.
    Keep,
}

/// What becomes of messages that don't conform.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unconventional {
    /// They are listed under the title that `other` sets.
    #[default]
    Show,
    /// They are left out, and counted.
    Hide,
    /// They are left out, and each that is not released yet is a warning.
    Refuse,
}

/// What becomes of a pre-release's changes when the final release is out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Prereleases {
    /// The pre-release keeps its list, and the final release lists everything since the last final one.
    #[default]
    Both,
    /// Each change is listed once, in the release that has it first.
    Separate,
    /// A pre-release that led to a final release is not listed on its own.
    Fold,
}

impl Default for ChangelogConfig {
    fn default() -> Self {
        Self {
            types: BTreeMap::new(),
            groups: Vec::new(),
            unconventional: Unconventional::default(),
            other: "Other changes".to_owned(),
            merges: false,
            bots: true,
            bot_names: Vec::new(),
            fixups: false,
            prereleases: Prereleases::default(),
            squashes: Squashes::default(),
            unreleased: true,
            overrides: None,
            fragments: None,
            initial_version: "0.1.0".to_owned(),
            zero_major: ZeroMajor::default(),
            yanked: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_table_is_the_default_and_an_unknown_key_is_refused() {
        assert_eq!(toml::from_str::<ChangelogConfig>("").unwrap(), ChangelogConfig::default());
        assert!(toml::from_str::<SourceConfig>("nmae = 'x'").is_err());
        let text = "name='a'\n[forge]\nkind='github'\nurl='https://github.com/a/b'\n[[packages]]\nname='p'";
        assert_eq!(toml::from_str::<SourceConfig>(text).unwrap().packages.len(), 1);
    }
}
