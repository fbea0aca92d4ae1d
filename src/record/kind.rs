//! The kinds of page.

use crate::diagnostic::nearest::nearest;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A kind of page: which fields it has, where it lives, how it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Knowledge that has no special form.
    #[default]
    Article,
    /// What to do about an alert or an error.
    Runbook,
    /// A post-incident review.
    Retro,
    /// What a release means to its users.
    ReleaseNote,
    /// An on-call log.
    Log,
    /// An operations review or status update.
    Review,
    /// Show and tell.
    Demo,
    /// A decision, also of what was rejected.
    Decision,
    /// An onboarding reading list.
    Path,
    /// A kind that the site declares, by its name.
    #[serde(untagged)]
    Own(&'static str),
}

static OWN_NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// A name of a kind of a site's own, kept for as long as the program runs: kinds are copied everywhere, and a site has
/// a handful of names, however often its settings are read.
pub(super) fn own_name(name: &str) -> &'static str {
    let mut names = OWN_NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    kept
}

impl Kind {
    /// The built-in kinds, in the order in which they are listed.
    pub const ALL: [Self; 9] = [
        Self::Runbook,
        Self::Retro,
        Self::ReleaseNote,
        Self::Article,
        Self::Log,
        Self::Review,
        Self::Demo,
        Self::Decision,
        Self::Path,
    ];

    /// The kind's name in front matter, URLs and class names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Runbook => "runbook",
            Self::Retro => "retro",
            Self::ReleaseNote => "release-note",
            Self::Log => "log",
            Self::Review => "review",
            Self::Demo => "demo",
            Self::Decision => "decision",
            Self::Path => "path",
            Self::Own(name) => name,
        }
    }

    /// The kind of a name; the error is a help that lists what there is.
    pub fn parse(name: &str) -> Result<Self, String> {
        if let Some(kind) = Self::ALL.into_iter().find(|kind| kind.name() == name) {
            return Ok(kind);
        }
        let synonym = match name {
            "postmortem" | "incident" => Some(Self::Retro),
            "release" => Some(Self::ReleaseNote),
            _ => None,
        };
        if let Some(kind) = synonym {
            return Ok(kind);
        }
        let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.name()).collect();
        let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Err(match nearest(name, names) {
            Some(near) => format!("did you mean `{near}`? The kinds are {listed}"),
            None => format!("the kinds are {listed}"),
        })
    }

    /// Top-level folders whose pages are of this kind unless they say otherwise.
    pub fn folders(self) -> &'static [&'static str] {
        match self {
            Self::Article | Self::Own(_) => &[],
            Self::Runbook => &["runbooks"],
            Self::Retro => &["retros", "postmortems", "incidents"],
            Self::ReleaseNote => &["releases"],
            Self::Log => &["oncall", "logs"],
            Self::Review => &["reviews"],
            Self::Demo => &["demos"],
            Self::Decision => &["decisions", "adr"],
            Self::Path => &["paths", "onboarding"],
        }
    }

    /// What one page is called, in English.
    pub fn label(self) -> &'static str {
        match self {
            Self::Article => "Article",
            Self::Runbook => "Runbook",
            Self::Retro => "Retro",
            Self::ReleaseNote => "Release note",
            Self::Log => "On-call log",
            Self::Review => "Review",
            Self::Demo => "Demo",
            Self::Decision => "Decision",
            Self::Path => "Path",
            Self::Own(name) => name,
        }
    }

    /// What several are called, in English.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Article => "Articles",
            Self::Runbook => "Runbooks",
            Self::Retro => "Retros",
            Self::ReleaseNote => "Release notes",
            Self::Log => "On-call logs",
            Self::Review => "Reviews",
            Self::Demo => "Demos",
            Self::Decision => "Decisions",
            Self::Path => "Paths",
            Self::Own(name) => name,
        }
    }

    /// Whether the newest page of this kind comes first in lists.
    pub fn is_dated(self) -> bool {
        matches!(
            self,
            Self::Retro | Self::ReleaseNote | Self::Log | Self::Review | Self::Demo | Self::Decision
        )
    }
}
