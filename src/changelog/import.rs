//! A CHANGELOG.md as release-note pages, losslessly.
//!
//! Each `## [version] - date` section of a [Keep a Changelog](https://keepachangelog.com/en/1.1.0/)
//! file becomes a page whose body is the section's text, byte for byte. What stands above the first
//! section becomes the section page, and link definitions at the end of the file go to the pages that
//! use them. [`Imported::rebuild`] puts the file together again; the command checks that it is the same.

use super::file::headings;
use super::version::Version;

/// A changelog file, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What stands above the first release.
    pub preamble: String,
    /// The releases, in the order of the file.
    pub sections: Vec<Section>,
    /// The link definitions at the end, with what is between them.
    pub references: String,
}

/// One release of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's line as it is.
    pub heading: String,
    /// The version, or `Unreleased`.
    pub version: String,
    /// The date, if it is one.
    pub date: Option<String>,
    /// Whether `[YANKED]` is on the heading.
    pub yanked: bool,
    /// What follows the heading.
    pub body: String,
}

/// Takes a file apart.
pub fn parse(text: &str) -> Imported {
    let (content, references) = text.split_at(references_start(text));
    let headings = headings(content);
    let first = headings.first().map_or(content.len(), |&(at, _)| at);
    let ends = headings.iter().skip(1).map(|&(at, _)| at).chain([content.len()]);
    let sections = headings
        .iter()
        .zip(ends)
        .map(|((start, version), end)| section(content.get(*start..end).unwrap_or_default(), version))
        .collect();
    Imported {
        preamble: content.get(..first).unwrap_or_default().to_owned(),
        sections,
        references: references.to_owned(),
    }
}

fn section(text: &str, version: &str) -> Section {
    let (heading, body) = text.split_at(text.find('\n').map_or(text.len(), |at| at + 1));
    let is_date = |word: &&str| {
        let mut parts = word.split('-');
        let mut number = |length: usize| {
            parts
                .next()
                .is_some_and(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        number(4) && number(2) && number(2) && parts.next().is_none()
    };
    let words = heading.split([' ', '(', ')', '\t', '\r', '\n']);
    Section {
        heading: heading.to_owned(),
        version: version.to_owned(),
        date: words.clone().find(is_date).map(str::to_owned),
        yanked: heading.to_ascii_uppercase().contains("[YANKED]"),
        body: body.to_owned(),
    }
}

/// Where the link definitions at the end of the file begin.
fn references_start(text: &str) -> usize {
    let mut start = text.len();
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        at -= line.len();
        if definition(line).is_some() {
            start = at;
        } else if !line.trim().is_empty() {
            break;
        }
    }
    start
}

/// The label of a line that defines a link.
fn definition(line: &str) -> Option<&str> {
    let (label, rest) = line.strip_prefix('[')?.split_once("]:")?;
    (!label.starts_with('^') && !rest.trim().is_empty()).then_some(label)
}

impl Imported {
    /// The file again.
    pub fn rebuild(&self) -> String {
        let mut text = self.preamble.clone();
        for section in &self.sections {
            text.push_str(&section.heading);
            text.push_str(&section.body);
        }
        text.push_str(&self.references);
        text
    }

    /// A section as a page: front matter, the body, and the link definitions that it uses.
    pub fn page(&self, section: &Section, package: &str) -> String {
        let quote = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let mut page =
            format!("---\ntitle: {}\nkind: release-note\n", quote(&format!("{package} {}", section.version)));
        page.push_str(&format!("package: {}\nversion: {}\n", quote(package), quote(&section.version)));
        if let Some(date) = &section.date {
            page.push_str(&format!("date: {date}\n"));
        }
        if section.yanked {
            page.push_str("yanked: true\n");
        }
        if Version::parse(&section.version).is_none() {
            page.push_str("draft: true\n");
        }
        page.push_str("---\n");
        page.push_str(&section.body);
        let used: String = self
            .references
            .split_inclusive('\n')
            .filter(|line| {
                definition(line).is_some_and(|label| {
                    section.body.to_lowercase().contains(&format!("[{}]", label.to_lowercase()))
                })
            })
            .collect();
        if !used.is_empty() {
            if !page.ends_with("\n\n") {
                page.push('\n');
            }
            page.push_str(&used);
        }
        page
    }

    /// The name of a section's file, without what a path must not hold.
    pub fn file_name(section: &Section, package: &str) -> String {
        let clean = |text: &str| -> String {
            let kept = |char: char| char.is_ascii_alphanumeric() || "-._".contains(char);
            let text: String =
                text.chars().map(|char| if kept(char) { char.to_ascii_lowercase() } else { '-' }).collect();
            text.trim_matches(['-', '.']).to_owned()
        };
        format!("{}-{}.md", clean(package), clean(&section.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "# Changelog\n\nWords.\n\n## [Unreleased]\n\n## [1.1.0] - 2026-02-15\n### Added\n- a [#4]\n\n```\n## no heading\n```\n\n## [0.0.5] - 2014-08-07 [YANKED]\n- old\n\n[unreleased]: https://x/compare/v1.1.0...HEAD\n[1.1.0]: https://x/v1.1.0\n[#4]: https://x/4\n";

    #[test]
    fn sections_become_pages_with_the_links_that_they_use() {
        let imported = parse(FILE);
        let heads: Vec<_> = imported
            .sections
            .iter()
            .map(|one| (one.version.as_str(), one.date.as_deref(), one.yanked))
            .collect();
        assert_eq!(
            heads,
            [
                ("Unreleased", None, false),
                ("1.1.0", Some("2026-02-15"), false),
                ("0.0.5", Some("2014-08-07"), true)
            ]
        );
        assert_eq!(
            imported.page(&imported.sections[1], "app"),
            "---\ntitle: \"app 1.1.0\"\nkind: release-note\npackage: \"app\"\nversion: \"1.1.0\"\ndate: 2026-02-15\n---\n### Added\n- a [#4]\n\n```\n## no heading\n```\n\n[#4]: https://x/4\n"
        );
        assert_eq!(Imported::file_name(&imported.sections[1], "@a/../b"), "a-..-b-1.1.0.md");
        assert_eq!(imported.rebuild(), FILE);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(## |\\[1\\.0\\]|\\[a\\]: b|```|\n|\r\n| - 2026-01-01|\\PC){0,30}") {
            prop_assert_eq!(parse(&text).rebuild(), text);
        }
    }
}
