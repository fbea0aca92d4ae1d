//! CSV, for the tables that sites offer.

/// A field of CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it: the text comes
/// from pages and commits, and the file is opened by others.
pub fn csv(field: &str) -> String {
    let field = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn a_field_is_one_field_and_no_formula() {
        assert_eq!(csv("plain"), "plain");
        assert_eq!(csv("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(csv("=1+1"), "'=1+1");
    }
}
