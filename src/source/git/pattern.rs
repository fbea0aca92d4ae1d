//! Tag patterns: `v*`, `api@*`, `api/v*`. The star stands for the version.

/// The version that a tag names under a pattern. A version begins with a digit; that alone tells
/// `v1.2` from `vendor`, and lets `*` stand for plain versions.
pub fn version<'a>(pattern: &str, tag: &'a str) -> Option<&'a str> {
    let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
    let captured = tag.strip_prefix(before)?.strip_suffix(after)?;
    // `api-*` must not take `api-2-client-1.0` apart at the wrong dash, nor `*` take `1/2`.
    (captured.starts_with(|char: char| char.is_ascii_digit()) && !captured.contains(['/', '@', ' ']))
        .then_some(captured)
}

/// Splits a tag into what stands before its version and the version, such as `api@` and `1.2.3`.
/// The version is the last part that begins with a digit after a separator and has a dot.
pub fn split(tag: &str) -> Option<(&str, &str)> {
    let is_start = |at: usize| {
        let digit = tag.get(at..).is_some_and(|rest| rest.starts_with(|char: char| char.is_ascii_digit()));
        let before = tag.get(..at).unwrap_or_default();
        digit
            && (before.is_empty()
                || before.ends_with(['@', '/', '-', '_'])
                || before
                    .strip_suffix(['v', 'V'])
                    .is_some_and(|head| head.is_empty() || head.ends_with(['@', '/', '-', '_'])))
    };
    // From the left: the version of `api-1.2-3` begins at 1.2, and a name rarely holds a dot after a digit.
    let at = (0..tag.len()).find(|&at| {
        is_start(at) && {
            let rest = tag.get(at..).unwrap_or_default();
            let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
            rest.get(digits..).is_some_and(|tail| tail.starts_with('.'))
        }
    })?;
    tag.split_at_checked(at)
}

/// The name of the package in a tag's part before the version: `api@` → `api`; none in `v`.
pub fn package(before: &str) -> &str {
    let name = before.strip_suffix(['v', 'V']).unwrap_or(before);
    name.trim_end_matches(['@', '/', '-', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_is_the_version() {
        assert_eq!(version("v*", "v1.2.3"), Some("1.2.3"));
        assert_eq!(version("v*", "vendor"), None);
        assert_eq!(version("*", "1.2"), Some("1.2"));
        assert_eq!(version("@a/b@*", "@a/b@1.0.0-rc.1"), Some("1.0.0-rc.1"));
        assert_eq!(version("v*-lts", "v1-lts"), Some("1"));
        assert_eq!(version("v1", "v1"), None);
    }

    #[test]
    fn tags_tell_their_package() {
        assert_eq!(split("@astrojs/starlight@0.1.2"), Some(("@astrojs/starlight@", "0.1.2")));
        assert_eq!(split("v3.0.0-alpha.1"), Some(("v", "3.0.0-alpha.1")));
        assert_eq!(split("api/v1.2"), Some(("api/v", "1.2")));
        assert_eq!(split("2026.03.1"), Some(("", "2026.03.1")));
        assert_eq!(split("nightly"), None);
        assert_eq!(package("@astrojs/starlight@"), "@astrojs/starlight");
        assert_eq!((package("v"), package("api-v")), ("", "api"));
    }
}
