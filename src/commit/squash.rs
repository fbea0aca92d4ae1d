//! Messages that carry several changes: squash merges, and release-please's override blocks.

use super::conventional::parse_header;

/// A message that a later edit put in the place of the commit's own: what stands between
/// `BEGIN_COMMIT_OVERRIDE` and `END_COMMIT_OVERRIDE`.
pub fn override_block(message: &str) -> Option<&str> {
    between(message, "BEGIN_COMMIT_OVERRIDE", "END_COMMIT_OVERRIDE")
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    // `contains` is much quicker than `find`, and nearly all messages have neither mark.
    if !text.contains(begin) {
        return None;
    }
    let start = text.find(begin)? + begin.len();
    let rest = text.get(start..)?;
    rest.get(..rest.find(end)?).map(str::trim).filter(|inner| !inner.is_empty())
}

/// The conventional commits that the body of a squash merge lists, as GitHub (`* feat: x`) and GitLab
/// (`- feat: x`) write them; also nested blocks (`BEGIN_NESTED_COMMIT`). Fewer than two conventional
/// items are a list in prose, not a squash.
pub fn items(body: &str) -> Vec<&str> {
    let mut nested = Vec::new();
    let mut rest = body;
    while let Some(inner) = between(rest, "BEGIN_NESTED_COMMIT", "END_NESTED_COMMIT") {
        nested.push(inner);
        let Some((_, after)) = rest.split_once("END_NESTED_COMMIT") else { break };
        rest = after;
    }
    if !nested.is_empty() {
        return nested;
    }
    let mut starts = Vec::new();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if line.starts_with("* ") || line.starts_with("- ") {
            starts.push(at);
        }
        at += line.len();
    }
    starts.push(body.len());
    let found: Vec<&str> = starts
        .windows(2)
        .filter_map(|pair| match pair {
            [start, end] => body.get(start + 2..*end).map(str::trim),
            _ => None,
        })
        .filter(|item| item.lines().next().is_some_and(|line| parse_header(line).is_ok()))
        .collect();
    if found.len() < 2 { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_squash_body_is_split_where_its_items_are_conventional() {
        let body = "* feat: a\n\nmore\n\n* wip\n\n* fix(x): b\n\nCo-authored-by: A <a@b.c>";
        assert_eq!(items(body), ["feat: a\n\nmore", "fix(x): b\n\nCo-authored-by: A <a@b.c>"]);
        assert!(items("* feat: a\n* some prose").is_empty());
    }

    #[test]
    fn blocks_are_found() {
        let text = "fix: a\n\nBEGIN_COMMIT_OVERRIDE\nfeat: b\nEND_COMMIT_OVERRIDE";
        assert_eq!(override_block(text), Some("feat: b"));
        let body =
            "BEGIN_NESTED_COMMIT\nfeat: b\nEND_NESTED_COMMIT\nBEGIN_NESTED_COMMIT\nfix: c\nEND_NESTED_COMMIT";
        assert_eq!(items(body), ["feat: b", "fix: c"]);
    }
}
