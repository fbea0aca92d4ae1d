//! TOML 1.1 into [`Node`]s.

use super::{Data, Key, Node, ParseError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Parses a TOML document. All syntax errors that the parser can recover from are returned together.
pub fn parse(text: &str) -> Result<Node, Vec<ParseError>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .into_iter()
            .map(|error| ParseError {
                span: error.span().unwrap_or(0..0),
                message: error.message().lines().collect::<Vec<_>>().join(", "),
            })
            .collect());
    }
    Ok(Node { span: table.span(), data: map(table.get_ref()) })
}

fn map(table: &DeTable<'_>) -> Data {
    let mut entries: Vec<(Key, Node)> = table
        .iter()
        .map(|(key, value)| (Key { span: key.span(), name: key.get_ref().to_string() }, node(value)))
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Data::Map(entries)
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let data = match value.get_ref() {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Data::Int(number),
            Err(_) => Data::Text(number.as_str().to_owned()),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(value) => Data::Float(value, number.as_str().to_owned()),
            Err(_) => Data::Text(number.as_str().to_owned()),
        },
        DeValue::Boolean(value) => Data::Bool(*value),
        DeValue::Datetime(value) => Data::Text(value.to_string()),
        DeValue::Array(items) => Data::List(items.iter().map(node).collect()),
        DeValue::Table(table) => map(table),
    };
    Node { span: value.span(), data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_know_their_places() {
        let node = parse("a = 1\n[b]\nc = [2026-01-02]\n").unwrap();
        let b = node.get("b").unwrap();
        let (key, value) = &b.entries()[0];
        assert_eq!(key.span, 10..11);
        assert_eq!(value.span, 14..26);
        assert_eq!(value.to_json(), serde_json::json!(["2026-01-02"]));
    }

    #[test]
    fn a_syntax_error_has_a_place() {
        let errors = parse("a = \nb = 2\n").unwrap_err();
        assert_eq!(errors[0].span.start, 4);
    }
}
