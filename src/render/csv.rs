//! Comma-separated values (RFC 4180).

/// A line of fields.
pub(super) fn line<S: AsRef<str>>(fields: impl IntoIterator<Item = S>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|text| field(text.as_ref())).collect();
    format!("{}\r\n", fields.join(","))
}

/// A field. What a spreadsheet would take for a formula gets an apostrophe before it: the text comes from pages, and the
/// file is opened by others.
fn field(text: &str) -> String {
    let text =
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_one_field_and_no_formula() {
        assert_eq!(line(["plain", "a, \"b\"", "=1+1", ""]), "plain,\"a, \"\"b\"\"\",'=1+1,\r\n");
        assert_eq!(line(["two\nlines"]), "\"two\nlines\"\r\n");
    }
}
