//! Addresses inside the site: relative to its root, without a leading slash, folders with one at the end.

use crate::markdown::percent_encode;
use unicode_normalization::UnicodeNormalization;

/// A path's part as it stands in an address: lower case, spaces and odd characters to hyphens. Never empty, never `..`.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut add = |char: char| {
        if char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | '@' | '+' | '~') {
            out.push(char);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|char| add(char.to_ascii_lowercase()));
    } else {
        text.nfc().flat_map(char::to_lowercase).for_each(add);
    }
    let out = out.trim_matches('-').to_owned();
    if out.chars().all(|char| char == '.') { "page".to_owned() } else { out }
}

/// An alert's name as it stands in an address, in its own case: a rule's annotation can put the name there. None for a
/// name that is no part of a path.
pub fn alert(name: &str) -> Option<String> {
    let name = name.trim();
    let is_safe =
        |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | ':' | '@' | '+' | '~');
    let out: String =
        name.chars().map(|char| if is_safe(char) && char != ':' { char } else { '-' }).collect();
    (out.chars().any(char::is_alphanumeric) && !out.starts_with('.')).then_some(out)
}

/// A folder of the content tree as an address: `Runbooks/Edge` is `runbooks/edge/`; the root is empty.
pub fn folder(path: &str) -> String {
    path.split('/').filter(|part| !part.is_empty()).map(|part| format!("{}/", segment(part))).collect()
}

/// An address that an author wrote, as a path inside the site; none if it leads out of it.
pub fn from_author(text: &str) -> Option<String> {
    let text = text.trim().split(['?', '#']).next().unwrap_or_default();
    let text = text.strip_prefix("./").unwrap_or(text).trim_start_matches('/');
    let bad = |part: &str| {
        part == ".." || part == "." || part.contains(['\\', '\0', '\n', '\r', ':', '<', '>', '"', '|', '*'])
    };
    if text.contains("//") || text.split('/').any(bad) || text.starts_with(".annals") {
        return None;
    }
    let last = text.rsplit('/').next().unwrap_or_default();
    let is_file = last.contains('.')
        && [".html", ".htm", ".xml", ".json", ".txt"].iter().any(|end| last.ends_with(end));
    Some(if text.is_empty() || text.ends_with('/') || is_file { text.to_owned() } else { format!("{text}/") })
}

/// The file that serves an address: a folder's is its `index.html`.
pub fn output(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() }
}

/// The way from an address to the site's root: `../../`, or `./` at the root.
pub fn to_root(url: &str) -> String {
    let depth = url.matches('/').count();
    if depth == 0 { "./".to_owned() } else { "../".repeat(depth) }
}

/// Joins a relative path to a folder and resolves `.` and `..`; none if it leads out of the root.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let mut joined = parts.join("/");
    if relative.ends_with('/') && !joined.is_empty() {
        joined.push('/');
    }
    Some(joined)
}

/// Decodes `%20`; bytes that are no UTF-8 leave the text as it is.
pub fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = (*byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) => {
                out.push(code);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Encodes a path for an `href`: everything but unreserved characters and `/`.
pub fn encode(path: &str) -> String {
    percent_encode(path, b"-_.~/@+!$&'(),;=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_stay_inside() {
        assert_eq!(folder("Runbooks/My Edge"), "runbooks/my-edge/");
        assert_eq!(segment(".."), "page");
        assert_eq!(segment("<b>x</b>"), "b-x-b");
        assert_eq!(from_author("/a/b"), Some("a/b/".into()));
        assert_eq!(from_author("/a/b.html"), Some("a/b.html".into()));
        for bad in ["../x", "/a/../../b", "a//b", "a\\b", "https://x", ".annals/manifest.json"] {
            assert_eq!(from_author(bad), None, "{bad}");
        }
    }

    #[test]
    fn relative_paths_are_resolved() {
        assert_eq!(join("a/b", "../c.md"), Some("a/c.md".into()));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(join("a/b/", "./c/"), Some("a/b/c/".into()));
        assert_eq!(to_root("a/b/"), "../../");
        assert_eq!(to_root("404.html"), "./");
        assert_eq!(decode("a%20b%zz"), "a b%zz");
    }
}
