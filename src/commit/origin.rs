//! Where a change comes from: reverts, reverts of reverts, cherry-picks, fixups, merges.

/// How a commit relates to earlier ones, as its message tells it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Origin<'a> {
    /// Hashes (whole or abbreviated) of the commits that this one undoes.
    pub reverts: Vec<&'a str>,
    /// The quoted subject of git's own `Revert "…"`, where the hash may be missing.
    pub revert_subject: Option<&'a str>,
    /// Hashes of the commits that this one was cherry-picked from.
    pub picked: Vec<&'a str>,
    /// Whether this is `fixup!`, `squash!` or `amend!` for a commit that is to be rebased.
    pub fixup: bool,
}

/// Reads the relations from a message. `conventional_revert` says that its type is `revert`, in
/// which case the hashes of its `Refs` footers are what it reverts, as the specification recommends.
pub fn parse<'a>(message: &'a str, conventional_revert: bool) -> Origin<'a> {
    let mut origin = Origin::default();
    let message = message.trim_start();
    let subject = message.lines().next().unwrap_or_default();
    origin.fixup = ["fixup! ", "squash! ", "amend! "].iter().any(|prefix| subject.starts_with(prefix));
    origin.revert_subject = revert_subject(subject);
    let is_revert = origin.revert_subject.is_some() || conventional_revert;
    for line in message.lines().skip(1) {
        if let Some(rest) = line.strip_prefix("(cherry picked from commit ") {
            origin.picked.extend(hash(rest.trim_end_matches(')')));
        }
        // A commit that reverts and does more says so in the same words, so the subject doesn't matter.
        for (at, found) in line.match_indices("his reverts commit") {
            let rest = line.get(at + found.len()..).unwrap_or_default();
            origin.reverts.extend(hashes(rest.trim_start_matches('s')));
        }
        if is_revert
            && let Some(footer) = super::footer::token(line)
            && footer.is("Refs")
        {
            origin.reverts.extend(hashes(footer.value));
        }
    }
    origin.reverts.dedup();
    origin
}

/// The subject quoted by `Revert "…"` or `Reapply "…"` (which undoes a revert), with a conventional
/// type before it or not.
fn revert_subject(subject: &str) -> Option<&str> {
    let plain = match subject.split_once(": ") {
        Some((kind, rest)) if kind.eq_ignore_ascii_case("revert") && rest.starts_with("Revert \"") => rest,
        _ => subject,
    };
    // The forge may have put its pull-request number after the closing quote.
    let inner = plain.strip_prefix("Revert \"")?;
    inner.rfind('"').and_then(|end| inner.get(..end)).filter(|inner| !inner.is_empty())
}

/// The subject that `Reapply "…"` restores.
pub fn reapplied(subject: &str) -> Option<&str> {
    let inner = subject.strip_prefix("Reapply \"")?;
    inner.rfind('"').and_then(|end| inner.get(..end)).filter(|inner| !inner.is_empty())
}

fn hash(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(|char: char| !char.is_ascii_hexdigit()).unwrap_or(text.len());
    text.get(..end).filter(|hash| (7..=64).contains(&hash.len()))
}

/// Hashes in a list such as `676104e, a215868` or `abc…, reversing changes made to def…`: the first
/// words that are hashes, until one that is not.
fn hashes(text: &str) -> Vec<&str> {
    text.split([',', ' ', ';'])
        .filter(|word| !word.is_empty() && *word != "and")
        .map_while(|word| hash(word.trim_end_matches(['.', ')'])))
        .collect()
}

/// Whether this subject is what git or a forge writes for a merge.
pub fn is_merge_subject(subject: &str) -> bool {
    [
        "Merge branch ",
        "Merge pull request #",
        "Merge remote-tracking branch ",
        "Merge tag ",
        "Merge branches ",
        "Merged in ",
        "Merge commit ",
    ]
    .iter()
    .any(|prefix| subject.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "667ecc1654a317a13331b17617d973392f415f02";

    #[test]
    fn the_reverts_of_git_and_of_the_specification_are_read() {
        let text = format!("Revert \"feat: x\"\n\nThis reverts commit {SHA}.\n");
        let origin = parse(&text, false);
        assert_eq!((origin.revert_subject, origin.reverts), (Some("feat: x"), vec![SHA]));
        let origin = parse("revert: noodles\n\nRefs: 676104e, a215868", true);
        assert_eq!(origin.reverts, ["676104e", "a215868"]);
        let origin = parse("Revert \"Revert \"feat: x\"\" (#12)", false);
        assert_eq!(origin.revert_subject, Some("Revert \"feat: x\""));
        assert_eq!(parse("fix: x\n\nRefs: 676104e", false).reverts, Vec::<&str>::new());
    }

    #[test]
    fn a_revert_of_a_merge_names_the_merge_only() {
        let text =
            format!("Revert \"Merge x\"\n\nThis reverts commit {SHA}, reversing\nchanges made to abcdef0.");
        assert_eq!(parse(&text, false).reverts, [SHA]);
    }

    #[test]
    fn cherry_picks_and_fixups_are_seen() {
        let text = format!("fix: x\n\n(cherry picked from commit {SHA})");
        assert_eq!(parse(&text, false).picked, [SHA]);
        assert!(parse("fixup! fix: x", false).fixup);
    }
}
