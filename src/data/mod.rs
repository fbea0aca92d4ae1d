//! Structured data (TOML, YAML) as one tree that knows where each value stands.
//!
//! Takes text, gives [`Node`]s or a [`ParseError`]; [`schema`] holds a tree against a JSON Schema and
//! reports every mistake with its place. Knows nothing of what the data means.

mod digest;
pub mod schema;
mod toml;
mod yaml;

pub use self::digest::{hex, sha256};
pub use self::toml::parse as parse_toml;
pub use self::yaml::parse as parse_yaml;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Range;

/// A value and its bytes in the text that it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The value.
    pub data: Data,
}

/// The values that TOML and YAML have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Data {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, with its spelling: `1.10` is a version to its author.
    Float(f64, String),
    /// Text; a TOML date is its text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys in the order in which they stand.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The key itself.
    pub name: String,
}

/// Why a text is not what it should be, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl Node {
    /// An empty map.
    pub fn empty() -> Self {
        Self { span: 0..0, data: Data::Map(Vec::new()) }
    }

    /// The entries, if it is a map.
    pub fn entries(&self) -> &[(Key, Self)] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key, if it is a map that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Int(_) => "a whole number",
            Data::Float(..) => "a number",
            Data::Text(_) => "text",
            Data::List(_) => "a list",
            Data::Map(_) => "a table",
        }
    }

    /// The value without its places.
    pub fn to_json(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Int(value) => Value::from(*value),
            Data::Float(value, _) => Value::from(*value),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Data::Map(entries) => {
                Value::Object(entries.iter().map(|(key, node)| (key.name.clone(), node.to_json())).collect())
            }
        }
    }

    /// Moves every place by `offset` bytes: a front matter stands inside its page.
    pub fn shift(&mut self, offset: usize) {
        self.span = self.span.start + offset..self.span.end + offset;
        match &mut self.data {
            Data::List(items) => items.iter_mut().for_each(|item| item.shift(offset)),
            Data::Map(entries) => {
                for (key, node) in entries {
                    key.span = key.span.start + offset..key.span.end + offset;
                    node.shift(offset);
                }
            }
            _ => {}
        }
    }
}
