//! A CHANGELOG.md that machine and hand share.
//!
//! Between the markers the file is the machine's; above and below them nothing is ever touched.
//! Prepending only adds: sections that are there stay as somebody may have edited them.

/// First line of the machine's part.
pub const BEGIN: &str = "<!-- annals:begin -->";
/// Last line of the machine's part.
pub const END: &str = "<!-- annals:end -->";

/// Why a file can't be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The file has no markers.
    NoMarkers,
    /// There is more than one pair, or one of a pair is missing or before the other.
    OddMarkers,
}

/// The file with `body` as the machine's part. A file that doesn't exist yet begins with `preamble`.
pub fn write(existing: Option<&str>, preamble: &str, body: &str) -> Result<String, Problem> {
    let body = body.trim_matches('\n');
    let Some(existing) = existing.filter(|text| !text.trim().is_empty()) else {
        return Ok(format!("{preamble}\n{BEGIN}\n\n{body}\n\n{END}\n"));
    };
    let (start, end) = region(existing)?;
    let mut part = format!("\n\n{body}\n\n");
    if existing.contains("\r\n") {
        part = part.replace('\n', "\r\n");
    }
    Ok(format!(
        "{}{part}{}",
        existing.get(..start).unwrap_or_default(),
        existing.get(end..).unwrap_or_default()
    ))
}

/// The byte after the begin marker and that of the end marker.
fn region(text: &str) -> Result<(usize, usize), Problem> {
    let (begins, ends) = (text.matches(BEGIN).count(), text.matches(END).count());
    match (text.find(BEGIN), text.find(END)) {
        (None, None) => Err(Problem::NoMarkers),
        (Some(begin), Some(end)) if begin < end && begins == 1 && ends == 1 => Ok((begin + BEGIN.len(), end)),
        _ => Err(Problem::OddMarkers),
    }
}

/// A section to be added: its version and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The version in its heading.
    pub version: String,
    /// The text, heading included.
    pub text: String,
}

/// The file with the sections whose versions it lacks on top of those it has: after the begin
/// marker if there is one, below a hand-kept `Unreleased`. Markers are not required.
pub fn prepend(existing: Option<&str>, preamble: &str, sections: &[Section]) -> Result<String, Problem> {
    let Some(existing) = existing.filter(|text| !text.trim().is_empty()) else {
        let all: Vec<&str> = sections.iter().map(|section| section.text.trim_matches('\n')).collect();
        return Ok(format!("{preamble}\n{}\n", all.join("\n\n")));
    };
    let (from, to) = match region(existing) {
        Ok(region) => region,
        Err(Problem::NoMarkers) => (0, existing.len()),
        Err(problem) => return Err(problem),
    };
    let headings = headings(existing.get(from..to).unwrap_or_default());
    let is_there = |version: &str| headings.iter().any(|(_, known)| known == version);
    let new: Vec<&Section> = sections.iter().filter(|section| !is_there(&section.version)).collect();
    if new.is_empty() {
        return Ok(existing.to_owned());
    }
    let first = headings.iter().find(|(_, version)| !version.eq_ignore_ascii_case("unreleased"));
    let at = first.map_or_else(|| end_of_sections(existing, from, to), |&(at, _)| from + at);
    let (before, after) = existing.split_at(at);
    let mut text = String::new();
    if !before.is_empty() && !before.ends_with("\n\n") && !before.ends_with("\r\n\r\n") {
        text.push_str(if before.ends_with('\n') { "\n" } else { "\n\n" });
    }
    for section in new {
        text.push_str(section.text.trim_matches('\n'));
        text.push_str("\n\n");
    }
    if after.trim().is_empty() {
        text.truncate(text.trim_end().len() + 1);
    }
    if existing.contains("\r\n") {
        text = text.replace('\n', "\r\n");
    }
    Ok(format!("{before}{text}{after}"))
}

/// Where a first section goes in a part that has none: before its link definitions, or at its end.
fn end_of_sections(text: &str, from: usize, to: usize) -> usize {
    let mut at = from;
    for line in text.get(from..to).unwrap_or_default().split_inclusive('\n') {
        if line.starts_with('[') && line.contains("]: ") {
            return at;
        }
        at += line.len();
    }
    to
}

/// The `## ` headings outside of fences: offset, and the version or word that each names.
pub fn headings(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        match fence {
            Some(open) if bare.starts_with(open) => fence = None,
            Some(_) => {}
            None if bare.starts_with("```") => fence = Some("```"),
            None if bare.starts_with("~~~") => fence = Some("~~~"),
            None => {
                if let Some(rest) = line.strip_prefix("## ") {
                    found.push((at, version_of(rest)));
                }
            }
        }
        at += line.len();
    }
    found
}

/// `[1.2.0](address) - 2026-03-14` → `1.2.0`.
fn version_of(heading: &str) -> String {
    let heading = heading.trim();
    let inner = heading.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let word = inner.unwrap_or_else(|| heading.split_whitespace().next().unwrap_or_default());
    word.strip_prefix('v')
        .filter(|rest| rest.starts_with(|char: char| char.is_ascii_digit()))
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_is_rewritten() {
        let text = format!("# Ours\n\nWords.\n\n{BEGIN}\nold\n{END}\n\nBelow.");
        let new = write(Some(&text), "", "## [1.0.0]\n").unwrap();
        assert_eq!(new, format!("# Ours\n\nWords.\n\n{BEGIN}\n\n## [1.0.0]\n\n{END}\n\nBelow."));
        assert_eq!(write(Some(&new), "", "## [1.0.0]\n").unwrap(), new, "twice is as once");
        assert_eq!(write(Some("# Ours"), "", "x"), Err(Problem::NoMarkers));
        assert_eq!(write(Some(&format!("{END}{BEGIN}")), "", "x"), Err(Problem::OddMarkers));
        let windows = text.replace('\n', "\r\n");
        assert!(!write(Some(&windows), "", "a\nb").unwrap().replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn prepending_adds_what_is_missing_below_unreleased_and_keeps_the_rest() {
        let text =
            "# Ours\n\n## [Unreleased]\n\n- by hand\n\n## [1.0.0] - 2026-01-01\n\n- edited\n\n[1.0.0]: x\n";
        let section =
            |version: &str| Section { version: version.into(), text: format!("## [{version}]\n\n- new\n") };
        let new = prepend(Some(text), "", &[section("1.1.0"), section("1.0.0")]).unwrap();
        assert_eq!(new, text.replace("## [1.0.0]", "## [1.1.0]\n\n- new\n\n## [1.0.0]"));
        assert_eq!(prepend(Some(&new), "", &[section("1.1.0")]).unwrap(), new);
        assert_eq!(prepend(None, "# C\n", &[section("1.0.0")]).unwrap(), "# C\n\n## [1.0.0]\n\n- new\n");
        assert_eq!(prepend(Some("# C\n"), "", &[section("1.0.0")]).unwrap(), "# C\n\n## [1.0.0]\n\n- new\n");
    }

    #[test]
    fn headings_in_fences_are_none() {
        assert_eq!(headings("```\n## [9]\n```\n## v1.0 - x\n"), [(15, "1.0".to_owned())]);
    }
}
