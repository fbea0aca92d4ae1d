//! What a changelog holds, as plain data.
//!
//! All text that comes from commits and tags is raw and untrusted.

use super::fragment::Note;
use super::lineage::Lineage;
use super::version::{Step, Version};
use crate::source::git::Stamp;
use serde::Serialize;

/// A package and its releases.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PackageHistory {
    /// The package's name.
    pub name: String,
    /// The source it belongs to.
    pub source: String,
    /// Its releases, the newest version first; what is unreleased stands before them.
    pub releases: Vec<Release>,
    /// Tags that match its pattern but name no version.
    pub unread_tags: Vec<String>,
    /// Which release contains which, and where each change landed.
    #[serde(skip)]
    pub lineage: Lineage,
}

/// A version of a package, or what is to become one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Release {
    /// The package.
    pub package: String,
    /// The version; none if it is unreleased.
    pub version: Option<Version>,
    /// The tag.
    pub tag: Option<String>,
    /// The day of the release in UTC, `2026-03-14`.
    pub date: Option<String>,
    /// The moment of the release: of the annotated tag, or of the commit.
    pub time: Option<Stamp>,
    /// The commit, full hash.
    pub commit: Option<String>,
    /// What kind of release it is, relative to the one before it.
    pub step: Option<Step>,
    /// Whether it is a pre-release.
    pub prerelease: bool,
    /// Whether it was withdrawn.
    pub yanked: bool,
    /// Whether HEAD contains it. A release of a maintenance branch is usually not in HEAD.
    pub on_head: bool,
    /// The tag of the release before it in its own ancestry.
    pub previous: Option<String>,
    /// The version of that release.
    pub previous_version: Option<Version>,
    /// The tag's own message.
    pub message: Option<String>,
    /// What is said for users: `Release-Note` footers, and fragments while it is unreleased.
    pub notes: Vec<Note>,
    /// What breaks, with what to do about it.
    pub breaking: Vec<Breaking>,
    /// The changes by group, in the order they are shown in.
    pub groups: Vec<Group>,
    /// Who made the shown changes, the most changes first.
    pub contributors: Vec<People>,
    /// Commits that are not shown, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// How many commits the release has, shown or not.
    pub commit_count: usize,
    /// The difference to the previous release at the forge.
    pub compare_url: Option<String>,
    /// The release at the forge.
    pub url: Option<String>,
}

/// Somebody who contributed to a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct People {
    /// The name.
    pub name: String,
    /// How many of the shown changes.
    pub changes: u32,
}

/// Changes of one sort.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Group {
    /// The title, such as `Fixed`.
    pub title: String,
    /// The title in lower case with dashes, for classes and anchors.
    pub key: String,
    /// The changes, the newest first.
    pub changes: Vec<Change>,
}

/// A breaking change.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Breaking {
    /// What breaks.
    pub text: String,
    /// The scope.
    pub scope: Option<String>,
    /// The change's description.
    pub description: String,
    /// What to do about it: the rest of a `BREAKING CHANGE` footer, or an `Upgrade` footer.
    pub upgrade: Option<String>,
    /// The commit, full hash.
    pub hash: String,
    /// The commit at the forge.
    pub url: Option<String>,
}

/// One change.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Change {
    /// What changed: the description without type, scope and pull-request number.
    pub description: String,
    /// The commit's type in lower case; none if it doesn't conform.
    pub kind: Option<String>,
    /// The scope.
    pub scope: Option<String>,
    /// What breaks, if something does.
    pub breaking: Option<String>,
    /// The message's text between description and footers.
    pub body: Option<String>,
    /// The text of a `Release-Note` footer, meant for users.
    pub note: Option<String>,
    /// The commit, full hash.
    pub hash: String,
    /// The author's name.
    pub author: String,
    /// When it was put into the history.
    pub time: Stamp,
    /// The pull request that brought it.
    pub pull_request: Option<u64>,
    /// Issues that it closes or names, as `12` or `owner/repo#12`.
    pub issues: Vec<String>,
    /// Tickets, as `OPS-12`.
    pub tickets: Vec<String>,
    /// Action items of retros that it does, as `2026-03-14-checkout/A3`: `Action-Item` footers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub action_items: Vec<String>,
    /// Advisories, as `CVE-2024-1234`.
    pub advisories: Vec<String>,
    /// Other releases of the package that have this change first in their own line.
    pub also_in: Vec<Version>,
    /// Releases that had what this change takes back.
    pub reverts: Vec<Version>,
    /// The commits that it takes back, full hashes.
    pub undoes: Vec<String>,
    /// Later releases in which this change is taken back, ascending.
    pub reverted_in: Vec<Version>,
    /// What to do about the breaking change: the text of an `Upgrade` footer.
    pub upgrade: Option<String>,
    /// Whether it was reworded after its release.
    pub erratum: bool,
    /// The commit at the forge.
    pub url: Option<String>,
    /// The pull request at the forge.
    pub pull_request_url: Option<String>,
}

/// A commit that a release has and doesn't show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The commit, full hash.
    pub hash: String,
    /// Its subject.
    pub subject: String,
    /// Why.
    pub reason: Reason,
}

/// Why a commit is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It merges; what it merges is shown.
    Merge,
    /// It was meant to be squashed into another.
    Fixup,
    /// A bot made it.
    Bot,
    /// Its type is not shown.
    Type,
    /// It doesn't follow Conventional Commits.
    Unconventional,
    /// It was taken back before the release.
    Reverted,
    /// It takes back what was not released yet.
    Revert,
    /// It is a copy of another commit of the release.
    Copy,
    /// A filter of the source or package names it.
    Filtered,
    /// It was hidden by hand.
    Hidden,
    /// It was moved to another release by hand.
    Moved,
}

impl Reason {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Merge => "merges",
            Reason::Fixup => "fixups",
            Reason::Bot => "by bots",
            Reason::Type => "of types that are not shown",
            Reason::Unconventional => "unconventional",
            Reason::Reverted => "taken back before the release",
            Reason::Revert => "reverts of what was not released",
            Reason::Copy => "copies",
            Reason::Filtered => "filtered out",
            Reason::Hidden => "hidden by hand",
            Reason::Moved => "moved by hand",
        }
    }
}

impl Release {
    /// The version, or `Unreleased`.
    pub fn title(&self) -> &str {
        self.version.as_ref().map_or("Unreleased", Version::as_str)
    }

    /// All shown changes.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.groups.iter().flat_map(|group| &group.changes)
    }
}
