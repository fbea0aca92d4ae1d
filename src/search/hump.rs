//! How an identifier is written, and where it is cut into words.

/// From this length on a word of hexadecimal digits is a hash and is not cut at its digits.
const HASH_LENGTH: usize = 7;

/// How an identifier is written.
pub(super) fn style(raw: &str) -> Option<char> {
    let alphanumeric = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if raw.contains('_') {
        return raw.split('_').all(alphanumeric).then_some('_');
    }
    let starts_small = raw.starts_with(|char: char| char.is_ascii_lowercase());
    (starts_small && alphanumeric(raw) && raw.bytes().any(|byte| byte.is_ascii_uppercase())).then_some('~')
}

/// Cuts `PodCrashLooping` at its humps and `Edge5xxHigh` also before its digits.
pub(super) fn split<'a>(atom: &'a str, mut part: impl FnMut(&'a str)) {
    let is_hash = atom.len() >= HASH_LENGTH
        && atom.bytes().all(|byte| byte.is_ascii_hexdigit())
        && atom.bytes().any(|byte| byte.is_ascii_digit());
    // Most words are plain.
    if is_hash || atom.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return part(atom);
    }
    let mut start = 0;
    // Letters since the last cut.
    let mut letters = 0;
    let mut chars = atom.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, char)) = chars.next() {
        if let Some(last) = before {
            let lower_next = chars.peek().is_some_and(|&(_, next)| is_lower(next));
            let cut = if char.is_uppercase() {
                is_lower(last)
                    || last.is_numeric() && lower_next
                    || last.is_uppercase() && lower_next && atom.get(at..).is_some_and(two_lower)
            } else {
                char.is_numeric() && !last.is_numeric() && letters >= 3
            };
            if cut {
                part(atom.get(start..at).unwrap_or_default());
                start = at;
                letters = 0;
            }
        }
        if !char.is_numeric() {
            letters += 1;
        }
        before = Some(char);
    }
    part(atom.get(start..).unwrap_or_default());
}

/// Whether two small letters follow the first character: `Key` of `APIKey`, but not `Rs` of `PRs`
/// or `Pv` of `IPv4`.
fn two_lower(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    rest.next().is_some_and(is_lower) && rest.next().is_some_and(is_lower)
}

fn is_lower(char: char) -> bool {
    !char.is_uppercase() && !char.is_numeric()
}
