//! Lists in words, for diagnostics.

/// A few items of a list, in words.
pub(crate) fn some(items: &[String]) -> String {
    let shown: Vec<&str> = items.iter().take(5).map(String::as_str).collect();
    let rest = items.len().saturating_sub(shown.len());
    let text = crate::diagnostic::human::printable(&shown.join(", "));
    if rest == 0 { text } else { format!("{text} and {rest} more") }
}
