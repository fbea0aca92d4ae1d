//! `annals changelog --coverage`: whether users are told of what a release holds.

use super::changelog::Chosen;
use crate::changelog::Release;
use crate::changelog::coverage::{NoteText, check};
use crate::diagnostic::{Diagnostic, SourceMap, human};
use serde::Deserialize;
use std::io::{self, Write};
use std::path::Path;

/// A folder deeper than this below the content is not looked into.
const DEEPEST: usize = 16;

/// Checks the chosen releases; without a choice that is what is unreleased. Returns whether all are covered.
pub(super) fn run(
    chosen: &[Chosen<'_>],
    is_chosen: bool,
    root: &Path,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let pages = note_pages(root);
    let mut texts = SourceMap::default();
    for page in &pages {
        texts.insert(page.note.file.as_str(), page.note.text.as_str());
    }
    let (mut findings, mut count): (Vec<Diagnostic>, usize) = (Vec::new(), 0);
    for chosen in chosen {
        for planned in &chosen.releases {
            if !is_chosen && planned.place.is_some() {
                continue;
            }
            let release = chosen.release_text(planned);
            let notes: Vec<NoteText> =
                pages.iter().filter(|page| page.is_of(&release)).map(|page| page.note.clone()).collect();
            count += release.commit_count;
            findings.extend(check(&release, &notes, |hash| chosen.plan.waiver(hash)));
        }
    }
    write!(out, "{}", human::render(&findings, &texts, false))?;
    let many = if findings.len() == 1 { "finding" } else { "findings" };
    writeln!(out, "{count} commits checked: {} {many}", findings.len())?;
    Ok(findings.is_empty())
}

/// A page that tells of a version of a package.
struct NotePage {
    package: Option<String>,
    version: String,
    note: NoteText,
}

impl NotePage {
    fn is_of(&self, release: &Release) -> bool {
        let version = self.version.strip_prefix('v').unwrap_or(&self.version);
        self.package.as_ref().is_none_or(|package| *package == release.package)
            && version.eq_ignore_ascii_case(release.title())
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    package: Option<String>,
    version: String,
}

/// The pages below `content/` whose front matter names a version, sorted by path.
fn note_pages(root: &Path) -> Vec<NotePage> {
    let mut pages = Vec::new();
    collect(root, "content", 0, &mut pages);
    pages.sort_by(|left, right| left.note.file.cmp(&right.note.file));
    pages
}

fn collect(root: &Path, folder: &str, depth: usize, pages: &mut Vec<NotePage>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST => collect(root, &path, depth + 1, pages),
            Ok(kind) if kind.is_file() && path.ends_with(".md") => {
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                if let Some(Head { package, version }) = head(&text) {
                    pages.push(NotePage { package, version, note: NoteText { file: path, text } });
                }
            }
            _ => {}
        }
    }
}

fn head(text: &str) -> Option<Head> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let between =
        |fence: &str| text.strip_prefix(fence)?.split_once(&format!("\n{fence}")).map(|(head, _)| head);
    if let Some(yaml) = between("---") {
        return serde_yaml::from_str(yaml).ok();
    }
    toml::from_str(between("+++")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_note_is_in_its_front_matter() {
        let read = |text: &str| head(text).map(|head| (head.package, head.version));
        assert_eq!(
            read("---\npackage: a\nversion: \"1.0\"\ntitle: x\n---\nbody"),
            Some((Some("a".into()), "1.0".into()))
        );
        assert_eq!(read("+++\nversion = '1.0'\n+++\n"), Some((None, "1.0".into())));
        assert_eq!(read("---\ntitle: x\n---\n"), None);
        assert_eq!(read("text"), None);
    }
}
