//! Parts of a file (RFC 9110, 14.2): without them a browser can't seek in a recording.

use std::ops::RangeInclusive;

/// The first and the last byte that a `Range` header asks for. None for several parts at once, for what is no such
/// header, and for what lies outside of the file: then all of it is sent, which the RFC allows.
pub(super) fn parse(header: &str, length: usize) -> Option<RangeInclusive<usize>> {
    let last = length.checked_sub(1)?;
    let (from, to) = header.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (from, to) {
        ("", count) => length.saturating_sub(count.parse().ok().filter(|count| *count > 0)?)..=last,
        (from, "") => from.parse().ok()?..=last,
        (from, to) => from.parse().ok()?..=to.parse::<usize>().ok()?.min(last),
    };
    (!range.is_empty()).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_the_rfc_says() {
        for (header, expected) in [
            ("bytes=0-4", Some(0..=4)),
            ("bytes=5-", Some(5..=9)),
            ("bytes=-3", Some(7..=9)),
            ("bytes=-30", Some(0..=9)),
            ("bytes=8-99", Some(8..=9)),
            ("bytes=10-", None),
            ("bytes=4-2", None),
            ("bytes=-0", None),
            ("bytes=0-1,3-4", None),
            ("bytes=a-b", None),
            ("lines=0-4", None),
        ] {
            assert_eq!(parse(header, 10), expected, "{header}");
        }
        assert_eq!(parse("bytes=0-", 0), None);
    }
}
