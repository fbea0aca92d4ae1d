//! Callouts: the five that GitHub knows, under all the names that other tools give them.

use pulldown_cmark::BlockQuoteKind;

/// A callout's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callout {
    /// Worth knowing.
    Note,
    /// Makes it easier.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention.
    Warning,
    /// Has bad consequences.
    Danger,
}

impl Callout {
    /// The callout that a name of GitHub, MkDocs, Docusaurus, VitePress or Starlight stands for.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "note" | "info" | "abstract" | "summary" | "tldr" | "todo" | "seealso" | "quote" | "cite"
            | "example" | "question" | "help" | "faq" => Self::Note,
            "tip" | "hint" | "success" | "check" | "done" => Self::Tip,
            "important" | "attention" => Self::Important,
            "warning" | "caution" => Self::Warning,
            "danger" | "error" | "failure" | "fail" | "missing" | "bug" => Self::Danger,
            _ => return None,
        })
    }

    /// The callout of a GitHub alert. Its CAUTION is the gravest, so it is our danger.
    pub fn from_alert(kind: BlockQuoteKind) -> Self {
        match kind {
            BlockQuoteKind::Note => Self::Note,
            BlockQuoteKind::Tip => Self::Tip,
            BlockQuoteKind::Important => Self::Important,
            BlockQuoteKind::Warning => Self::Warning,
            BlockQuoteKind::Caution => Self::Danger,
        }
    }

    /// The name in class names.
    pub fn class(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }

    /// The word shown where the author gives no title.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Tip => "Tip",
            Self::Important => "Important",
            Self::Warning => "Warning",
            Self::Danger => "Danger",
        }
    }
}
