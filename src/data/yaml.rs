//! YAML 1.2 into [`Node`]s. Aliases are expanded within a budget, so that a few lines can't become gigabytes.

use super::{Data, Key, Node, ParseError};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;
use std::fmt;
use std::ops::Range;

/// Parses one YAML document.
pub fn parse(text: &str) -> Result<Node, Vec<ParseError>> {
    if text.trim().is_empty() {
        return Ok(Node::empty());
    }
    let options = serde_yaml::options! { with_snippet: false, strict_booleans: true };
    match serde_yaml::from_str_with_options::<Located>(text, options) {
        Ok(Located(mut node)) => {
            recover(&mut node, text);
            Ok(node)
        }
        Err(error) => {
            let span = error.location().map_or(0..0, |location| bytes(text, location));
            let message = error.without_snippet().to_string();
            let message = message.split(" at line ").next().unwrap_or_default().trim();
            Err(vec![ParseError { span, message: message.to_owned() }])
        }
    }
}

/// A node as the deserialiser builds it; floats get their spelling afterwards.
struct Located(Node);

impl<'de> Deserialize<'de> for Located {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Raw>::deserialize(deserializer)?;
        Ok(Self(Node { span: range(spanned.referenced), data: spanned.value.0 }))
    }
}

struct Raw(Data);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DataVisitor).map(Self)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_none<E>(self) -> Result<Data, E> {
        Ok(Data::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Data, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Data, E> {
        Ok(Data::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Data, E> {
        Ok(Data::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Data, E> {
        Ok(i64::try_from(value).map_or_else(|_| Data::Text(value.to_string()), Data::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Data, E> {
        Ok(Data::Float(value, value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Data, E> {
        Ok(Data::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Data, E> {
        Ok(Data::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Data, A::Error> {
        let mut items = Vec::new();
        while let Some(Located(node)) = access.next_element()? {
            items.push(node);
        }
        Ok(Data::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Data, A::Error> {
        let mut entries = Vec::new();
        while let Some(Located(key)) = access.next_key()? {
            let name = match key.data {
                Data::Text(text) => text,
                other => Node { span: key.span.clone(), data: other }.to_json().to_string(),
            };
            let Located(value) = access.next_value()?;
            entries.push((Key { span: key.span, name }, value));
        }
        Ok(Data::Map(entries))
    }
}

fn range(location: serde_yaml::Location) -> Range<usize> {
    let span = location.span();
    let start = span.byte_offset().unwrap_or_else(|| span.offset()) as usize;
    let len = span.byte_len().unwrap_or_else(|| span.len()) as usize;
    start..start + len
}

fn bytes(text: &str, location: serde_yaml::Location) -> Range<usize> {
    let range = range(location);
    if range.start > 0 || location.line() <= 1 {
        return range.start.min(text.len())..range.end.min(text.len());
    }
    let line = usize::try_from(location.line()).unwrap_or(1);
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    start..start
}

/// Gives each float its spelling back (`1.10` and `1.1` are one number but two versions) and each list and map its end.
fn recover(node: &mut Node, text: &str) {
    match &mut node.data {
        Data::Float(_, spelling) => {
            let written = text.get(node.span.clone()).map(str::trim).unwrap_or_default();
            if written.parse::<f64>().is_ok() {
                written.clone_into(spelling);
            }
        }
        // The parser names only where a list or a map begins: it goes on to the end of what is in it.
        Data::List(items) => {
            items.iter_mut().for_each(|item| recover(item, text));
            node.span.end = items.iter().map(|item| item.span.end).fold(node.span.end, usize::max);
        }
        Data::Map(entries) => {
            entries.iter_mut().for_each(|(_, value)| recover(value, text));
            node.span.end = entries.iter().map(|(_, value)| value.span.end).fold(node.span.end, usize::max);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_know_their_places() {
        let text = "title: Äh\ntags: [a, b]\nversion: 1.10\n";
        let node = parse(text).unwrap();
        let (key, value) = &node.entries()[1];
        assert_eq!(&text[key.span.clone()], "tags");
        let Data::List(items) = &value.data else { panic!("a list") };
        assert_eq!(&text[items[1].span.clone()], "b");
        assert_eq!(&text[value.span.clone()], "[a, b");
        assert_eq!(node.get("version").unwrap().data, Data::Float(1.1, "1.10".into()));
    }

    #[test]
    fn errors_have_a_place() {
        let errors = parse("title: x\n  bad: [1\n").unwrap_err();
        assert!(!errors[0].message.is_empty());
        assert!(errors[0].span.start > 0, "{errors:?}");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (name, before) in ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip("abcdefgh".chars()) {
            text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
        }
        assert!(parse(&text).is_err());
    }
}
