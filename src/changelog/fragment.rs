//! Change fragments: small files that say for users what the next release brings.
//!
//! Two forms are read: [towncrier](https://towncrier.readthedocs.io)'s, whose file names hold issue
//! and type (`482.feature.md`, `482.bugfix.1.md`, `+slug.misc.md`), and
//! [changesets](https://github.com/changesets/changesets)', whose front matter names packages with the
//! part of the version that they raise (`"api": minor`).

use super::version::Step;
use serde::Serialize;

/// A note for users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it says, as Markdown.
    pub text: String,
    /// The group it belongs to, such as `Added`.
    pub group: String,
    /// Whether it announces that something breaks.
    pub breaking: bool,
    /// The part of the version that it raises, if it says so.
    pub step: Option<Step>,
    /// The issue or pull request that it is about.
    pub issue: Option<String>,
    /// The commit that it comes from, full hash; none if it is a fragment.
    pub hash: Option<String>,
    /// The file that it comes from, if it is a fragment.
    pub file: Option<String>,
}

/// A fragment, and the packages that it is for; none means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The packages.
    pub packages: Vec<(String, Step)>,
    /// The note.
    pub note: Note,
}

impl Fragment {
    /// The note as it is for a package; none if it is for others.
    pub fn for_package(&self, package: &str) -> Option<Note> {
        if self.packages.is_empty() {
            return Some(self.note.clone());
        }
        let step = self.packages.iter().find(|(name, _)| name == package)?.1;
        let (group, breaking) = of_step(step);
        Some(Note { step: Some(step), group: group.to_owned(), breaking, ..self.note.clone() })
    }
}

/// Types of towncrier's default configuration and of Keep a Changelog.
const TYPES: [(&str, &str); 16] = [
    ("added", "Added"),
    ("breaking", "Changed"),
    ("bugfix", "Fixed"),
    ("changed", "Changed"),
    ("deprecated", "Deprecated"),
    ("deprecation", "Deprecated"),
    ("doc", "Documentation"),
    ("feat", "Added"),
    ("feature", "Added"),
    ("fix", "Fixed"),
    ("fixed", "Fixed"),
    ("misc", "Other changes"),
    ("performance", "Performance"),
    ("removal", "Removed"),
    ("removed", "Removed"),
    ("security", "Security"),
];

fn of_step(step: Step) -> (&'static str, bool) {
    match step {
        Step::Major => ("Changed", true),
        Step::Minor => ("Added", false),
        Step::Patch | Step::Prerelease => ("Fixed", false),
    }
}

/// Reads a fragment from its file's name and text. None if it is neither form: a README, say.
pub fn parse(name: &str, text: &str) -> Option<Fragment> {
    let text = text.replace("\r\n", "\n");
    let stem = name.rsplit('/').next().unwrap_or(name).strip_suffix(".md")?;
    let note = |text: &str, group: &str, breaking: bool| Note {
        text: text.trim().to_owned(),
        group: group.to_owned(),
        breaking,
        step: None,
        issue: None,
        hash: None,
        file: Some(name.to_owned()),
    };
    if let Some((packages, body)) = changeset(&text) {
        let (group, breaking) = of_step(packages.iter().map(|&(_, step)| step).max().unwrap_or(Step::Patch));
        return (!body.trim().is_empty()).then(|| Fragment { packages, note: note(body, group, breaking) });
    }
    let mut parts = stem.split('.');
    let (issue, kind) = (parts.next()?, parts.next()?.to_lowercase());
    let (_, group) = TYPES.iter().find(|(name, _)| *name == kind)?;
    // `+slug` is about no issue; `482` may be written as `#482`.
    let issue = (!issue.starts_with('+')).then(|| issue.trim_start_matches('#').to_owned());
    let mut note = note(&text, group, kind == "breaking");
    note.issue = issue.filter(|issue| issue.bytes().all(|byte| byte.is_ascii_digit()));
    (!note.text.is_empty()).then_some(Fragment { packages: Vec::new(), note })
}

/// The front matter of a changeset, and the text below it.
fn changeset(text: &str) -> Option<(Vec<(String, Step)>, &str)> {
    let rest = text.strip_prefix("---\n")?;
    let (head, body) =
        rest.split_once("\n---").or_else(|| rest.strip_prefix("---").map(|body| ("", body)))?;
    let packages = head
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let (name, step) = line.rsplit_once(':')?;
            let step = match step.trim().trim_matches(['"', '\'']) {
                "major" => Step::Major,
                "minor" => Step::Minor,
                "patch" => Step::Patch,
                _ => return None,
            };
            Some((name.trim().trim_matches(['"', '\'']).to_owned(), step))
        })
        .collect::<Option<Vec<_>>>()?;
    (!packages.is_empty()).then_some((packages, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_other_files_are_not() {
        let fragment = parse("changes/482.feature.1.md", "Retries.\n").unwrap();
        assert_eq!((fragment.note.issue.as_deref(), fragment.note.group.as_str()), (Some("482"), "Added"));
        assert_eq!(parse("+x.breaking.md", "a").unwrap().note.issue, None);
        let fragment =
            parse("changes/odd-name.md", "---\n\"@a/api\": major\nweb: patch\n---\n\nThe file moved.\n")
                .unwrap();
        assert_eq!(fragment.note.text, "The file moved.");
        assert!(fragment.for_package("@a/api").unwrap().breaking);
        assert_eq!(fragment.for_package("web").unwrap().step, Some(Step::Patch));
        assert_eq!(fragment.for_package("other"), None);
        for (name, text) in [
            ("README.md", "x"),
            ("a.b.md", "x"),
            ("x.md", "---\ntitle: y\n---\nz"),
            ("1.fix.md", " "),
            ("1.fix.txt", "x"),
        ] {
            assert!(parse(name, text).is_none(), "{name}");
        }
    }
}
