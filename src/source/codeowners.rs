//! CODEOWNERS: who reviews which files, as GitHub and GitLab read it.
//!
//! The last pattern that matches a file names its owners; in GitLab's sections each section has its own last match.
//! Gitea and Forgejo read regular expressions in files of their own folders, which are not read here.

use crate::diagnostic::Span;
use globset::{Glob, GlobBuilder, GlobMatcher};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Where the file may be in a repository; the first that is there counts.
const PLACES: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The owners of a repository's files.
#[derive(Debug, Clone, Default)]
pub struct CodeOwners {
    /// The file, as diagnostics name it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    sections: Vec<Vec<Line>>,
}

#[derive(Debug, Clone)]
struct Line {
    patterns: Vec<GlobMatcher>,
    owners: Vec<Owner>,
}

/// An owner where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// As it is written: `@acme/edge`, `@jo`, an address.
    pub name: String,
    /// Where.
    at: Range<usize>,
}

impl Owner {
    /// The team of a name such as `@acme/edge`; none for people.
    pub fn team(&self) -> Option<&str> {
        self.name.strip_prefix('@')?.rsplit_once('/').map(|(_, team)| team)
    }
}

impl CodeOwners {
    /// Reads the file of the repository at `root`. `up` leads there from the project: `../`.
    pub(super) fn find(root: &Path, up: &str) -> Option<Self> {
        PLACES.iter().find_map(|place| {
            let path = super::walk::inside(&root.join(place), root)?;
            let text = std::fs::read_to_string(path).ok()?;
            Some(Self::read(format!("{up}{place}"), &text))
        })
    }

    /// Reads the text of a file.
    pub fn read(file: impl Into<Arc<str>>, text: &str) -> Self {
        let file = file.into();
        let in_gitlab = file.contains(".gitlab/") || text.lines().any(|line| section(line.trim()).is_some());
        let mut sections = vec![Vec::new()];
        let mut default: Vec<Owner> = Vec::new();
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let words = words(line, start);
            if let Some(rest) = section(line.trim()).filter(|_| in_gitlab) {
                let at = start + line.find(rest).unwrap_or_default();
                default = self::words(rest, at).into_iter().map(owner).collect();
                sections.push(Vec::new());
                continue;
            }
            let mut words = words.into_iter();
            let Some((pattern, _)) = words.next() else { continue };
            let mut owners: Vec<Owner> = words.map(owner).collect();
            if owners.is_empty() {
                owners.clone_from(&default);
            }
            if let Some(section) = sections.last_mut() {
                section.push(Line { patterns: globs(&pattern, in_gitlab), owners });
            }
        }
        Self { file, text: text.into(), sections }
    }

    /// The owners of a file, by its path from the root of the repository.
    pub fn owners(&self, path: &str) -> Vec<&Owner> {
        let matches = |line: &&Line| line.patterns.iter().any(|pattern| pattern.is_match(path));
        let lines = self.sections.iter().filter_map(|section| section.iter().rev().find(matches));
        lines.flat_map(|line| &line.owners).collect()
    }

    /// All owners that are named, with their places.
    pub fn named(&self) -> impl Iterator<Item = (&Owner, Span)> {
        let owners = self.sections.iter().flatten().flat_map(|line| &line.owners);
        owners.map(|owner| (owner, Span::new(self.file.clone(), owner.at.clone())))
    }
}

fn owner((name, at): (String, Range<usize>)) -> Owner {
    Owner { name, at }
}

/// What follows the name of a GitLab section: `[Docs]`, `^[Docs]`, `[Docs][2] @team`.
fn section(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (_, rest) = rest.split_once(']')?;
    match rest.strip_prefix('[').and_then(|count| count.split_once(']')) {
        Some((count, rest)) if count.bytes().all(|byte| byte.is_ascii_digit()) => Some(rest),
        _ => Some(rest).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)),
    }
}

/// The words of a line with their places, `\ ` and `\#` read, up to a comment.
fn words(line: &str, start: usize) -> Vec<(String, Range<usize>)> {
    let mut all = Vec::new();
    let (mut word, mut from, mut chars) = (String::new(), 0, line.char_indices().peekable());
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                if word.is_empty() {
                    from = at;
                }
                if let Some((_, next)) = chars.next() {
                    word.push(next);
                }
            }
            '#' if word.is_empty() => return all,
            char if char.is_whitespace() => {
                if !word.is_empty() {
                    all.push((std::mem::take(&mut word), start + from..start + at));
                }
            }
            char => {
                if word.is_empty() {
                    from = at;
                }
                word.push(char);
            }
        }
    }
    if !word.is_empty() {
        all.push((word, start + from..start + line.len()));
    }
    all
}

/// A pattern as globs: the rules of `.gitignore`, but for `!` and `[ ]`, which mean themselves.
fn globs(pattern: &str, in_gitlab: bool) -> Vec<GlobMatcher> {
    let bare = pattern.trim_start_matches('/');
    let anchored = pattern.starts_with('/')
        || !in_gitlab && bare.trim_end_matches('/').contains('/') && !bare.starts_with("**/");
    let mut escaped = String::new();
    for char in bare.chars() {
        if matches!(char, '[' | ']' | '{' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    let prefix = if anchored || escaped.starts_with("**/") { "" } else { "**/" };
    let mut forms = Vec::new();
    if let Some(folder) = escaped.strip_suffix('/') {
        forms.push(format!("{prefix}{folder}/**"));
    } else {
        forms.push(format!("{prefix}{escaped}"));
        // A name may be that of a folder; `docs/*` means what is in it, not what is below.
        if !escaped.ends_with('*') {
            forms.push(format!("{prefix}{escaped}/**"));
        }
    }
    let glob = |form: &String| -> Option<Glob> {
        GlobBuilder::new(form).literal_separator(true).backslash_escape(true).build().ok()
    };
    forms.iter().filter_map(glob).map(|glob| glob.compile_matcher()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(file: &str, text: &str, path: &str) -> Vec<String> {
        CodeOwners::read(file, text).owners(path).iter().map(|owner| owner.name.clone()).collect()
    }

    #[test]
    fn patterns_are_read_as_github_documents_them() {
        let text = "* @all\n*.js @js # and people\n/build/logs/ @doctocat\ndocs/* docs@example.com\napps/ @octocat\n/scripts/ @a @b\n**/logs @logs\n/apps/github\nwith\\ space.md @space\n";
        for (path, expected) in [
            ("README.md", vec!["@all"]),
            ("src/a.js", vec!["@js"]),
            ("build/logs/x", vec!["@logs"]),
            ("docs/getting-started.md", vec!["docs@example.com"]),
            ("docs/build-app/troubleshooting.md", vec!["@all"]),
            ("deep/apps/x.txt", vec!["@octocat"]),
            ("scripts/x", vec!["@a", "@b"]),
            ("deeply/nested/logs/y/z", vec!["@logs"]),
            ("apps/github/x", vec![]),
            ("with space.md", vec!["@space"]),
        ] {
            assert_eq!(owners(".github/CODEOWNERS", text, path), expected, "{path}");
        }
    }

    #[test]
    fn sections_of_gitlab_each_have_their_last_match() {
        let text = "* @all\n[Docs] @writers\ndocs/\n*.md @md\n^[Ops][2] @acme/ops\nrunbooks/ @acme/edge\nREADME.md\n";
        assert_eq!(owners("CODEOWNERS", text, "x/docs/a.txt"), ["@all", "@writers"]);
        assert_eq!(owners("CODEOWNERS", text, "runbooks/a.md"), ["@all", "@md", "@acme/edge"]);
        assert_eq!(owners("CODEOWNERS", text, "README.md"), ["@all", "@md", "@acme/ops"]);
    }

    #[test]
    fn teams_are_told_from_people_and_have_places() {
        let text = "# x\n/a @acme/sub/edge @jo jo@example.org\n";
        let all = CodeOwners::read("CODEOWNERS", text);
        let named: Vec<_> =
            all.named().map(|(owner, span)| (owner.team(), text[span.start..span.end].to_owned())).collect();
        assert_eq!(
            named,
            [(Some("edge"), "@acme/sub/edge".into()), (None, "@jo".into()), (None, "jo@example.org".into())]
        );
    }
}
