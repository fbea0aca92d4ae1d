//! What `annals check` writes: edits that mend findings, and the list of addresses.

use super::session::Planned;
use crate::check;
use crate::diagnostic::{Diagnostic, Edit, SourceMap, Span};
use crate::source::URLS_FILE;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Makes the edits that findings offer, and says how many. Of edits that touch each other the first is made: the next run
/// finds what is left. Files outside of the project are left alone.
pub(super) fn apply(root: &Path, found: &[Diagnostic], sources: &SourceMap) -> (usize, Vec<Diagnostic>) {
    let mut by_file: BTreeMap<&Arc<str>, Vec<&Edit>> = BTreeMap::new();
    for edit in found.iter().filter_map(|finding| finding.fix.as_ref()) {
        by_file.entry(&edit.span.file).or_default().push(edit);
    }
    let (mut made, mut problems) = (0, Vec::new());
    for (file, mut edits) in by_file {
        edits.sort();
        let Some(text) = sources.text(file) else { continue };
        let (new, count) = edited(text, &edits);
        match replace(root, file, text, &new) {
            Ok(true) => made += count,
            Ok(false) => {}
            Err(error) => {
                let message = format!("this file can't be written: {error}");
                problems.push(Diagnostic::error("output/write", message).at(Span::file(file.clone())));
            }
        }
    }
    (made, problems)
}

/// A text with edits made, in order, and how many were.
fn edited(text: &str, edits: &[&Edit]) -> (String, usize) {
    let (mut out, mut at, mut count) = (String::with_capacity(text.len()), 0, 0);
    let mut last = None;
    for edit in edits {
        let between = text.get(at..edit.span.start);
        let (Some(between), false) = (between, last == Some(edit.span.start)) else { continue };
        if text.get(edit.span.start..edit.span.end).is_none() {
            continue;
        }
        out.push_str(between);
        out.push_str(&edit.text);
        (at, last) = (edit.span.end, Some(edit.span.start));
        count += 1;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, count)
}

/// Replaces a file inside the project, if it is still as it was read.
fn replace(root: &Path, file: &str, old: &str, new: &str) -> io::Result<bool> {
    let path = fs::canonicalize(root.join(file))?;
    if !path.starts_with(fs::canonicalize(root)?) || fs::read_to_string(&path)? != old {
        return Ok(false);
    }
    write(&path, new)?;
    Ok(true)
}

/// Writes a file whole, or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(file.path(), text)?;
    if let Ok(data) = fs::metadata(path) {
        fs::set_permissions(file.path(), data.permissions())?;
    } else {
        readable(file.path())?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file is as readable as others; temporary ones are for their owner alone.
#[cfg(unix)]
fn readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes the list of addresses as the site has them now. Gives how many there are, and how many are new and given up.
pub(super) fn accept(planned: &Planned) -> Result<(usize, usize, usize), Diagnostic> {
    let Some(renderer) = &planned.renderer else {
        return Err(Diagnostic::error("output/write", "a site with errors has no addresses to accept"));
    };
    let text = check::accept(&renderer.site);
    let lines = |text: &str| -> std::collections::BTreeSet<String> {
        text.lines().filter(|line| !line.starts_with("# ")).map(str::to_owned).collect()
    };
    let (old, new) = (lines(planned.library.urls.as_deref().unwrap_or_default()), lines(&text));
    write(&planned.library.root.join(URLS_FILE), &text).map_err(|error| {
        Diagnostic::error("output/write", format!("this file can't be written: {error}"))
            .at(Span::file(URLS_FILE))
    })?;
    Ok((new.len(), new.difference(&old).count(), old.difference(&new).count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_touch_each_other_wait_for_the_next_run() {
        let edit = |start: usize, end: usize, text: &str| Edit {
            span: Span::new("a", start..end),
            text: text.into(),
        };
        let edits = [
            edit(0, 1, "X"),
            edit(0, 2, "Y"),
            edit(1, 1, "-"),
            edit(3, 99, "out of the text"),
            edit(3, 4, "Z"),
        ];
        let edits: Vec<&Edit> = edits.iter().collect();
        assert_eq!(edited("abcd", &edits), ("X-bcZ".to_owned(), 3));
    }
}
