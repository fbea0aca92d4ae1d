//! Holds data against a JSON Schema and reports every mistake at its place.
//!
//! The schemas are those that `schemars` derives from our own types, so one definition serves editors
//! (`annals schema`), validation and deserialisation. Of JSON Schema 2020-12 it reads what those schemas use.

use super::{Data, Key, Node};
use crate::diagnostic::nearest::nearest;
use serde_json::Value;
use std::ops::Range;

/// A mistake in data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// The keys that lead to it, joined by dots; empty at the top.
    pub path: String,
    /// What sort of mistake.
    pub sort: Sort,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The sorts of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A key that the schema does not have.
    UnknownKey,
    /// A value of another type.
    WrongType,
    /// A value of the right type that is not allowed.
    WrongValue,
    /// A key that must be there and is not.
    MissingKey,
}

/// Tells whether a text fits a `format` of a schema; the error is what was expected.
pub type FormatCheck = fn(format: &str, text: &str) -> Result<(), String>;

/// Returns all mistakes of `node` against `schema`, in the order of their places.
pub fn validate(node: &Node, schema: &Value, formats: FormatCheck) -> Vec<Mistake> {
    let mut validator = Validator { root: schema, formats, mistakes: Vec::new() };
    validator.node(node, schema, "");
    validator.mistakes.sort_by_key(|mistake| mistake.span.start);
    validator.mistakes
}

struct Validator<'a> {
    root: &'a Value,
    formats: FormatCheck,
    mistakes: Vec<Mistake>,
}

impl<'a> Validator<'a> {
    fn node(&mut self, node: &Node, schema: &'a Value, path: &str) {
        let schema = self.resolve(schema);
        if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
            all.iter().for_each(|part| self.node(node, part, path));
        }
        for word in ["anyOf", "oneOf"] {
            if let Some(branches) = schema.get(word).and_then(Value::as_array) {
                return self.branches(node, branches, path);
            }
        }
        if !self.has_type(node, schema) {
            return self.wrong_type(node, &[schema], path);
        }
        match &node.data {
            Data::Map(entries) => self.map(node, entries, schema, path),
            Data::List(items) => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
                if (items.len() as u64) < least {
                    self.mistakes.push(Mistake {
                        span: node.span.clone(),
                        path: path.to_owned(),
                        sort: Sort::WrongValue,
                        message: format!("`{path}` is empty"),
                        help: Some("name at least one".to_owned()),
                    });
                }
                if let Some(inner) = schema.get("items") {
                    items.iter().for_each(|item| self.node(item, inner, path));
                }
            }
            Data::Text(text) => self.text(node, text, schema, path),
            Data::Int(number) => self.bounds(node, *number, schema, path),
            _ => {}
        }
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        // A chain of references is as short as our types are deep; the bound keeps a cycle from hanging us.
        for _ in 0..16 {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { break };
            let Some(target) = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer))
            else {
                break;
            };
            schema = target;
        }
        schema
    }

    fn branches(&mut self, node: &Node, branches: &'a [Value], path: &str) {
        let resolved: Vec<&Value> = branches.iter().map(|branch| self.resolve(branch)).collect();
        let constants: Vec<&str> = resolved.iter().flat_map(|branch| constants(branch)).collect();
        let fitting: Vec<&Value> =
            resolved.iter().copied().filter(|branch| self.has_type(node, branch)).collect();
        let all_constant = fitting.iter().all(|branch| is_constant(branch));
        match fitting.as_slice() {
            [] => self.wrong_type(node, &resolved, path),
            _ if all_constant && !constants.is_empty() => {
                if let Data::Text(text) = &node.data {
                    self.choice(node, text, &constants, path);
                }
            }
            [only] => self.node(node, only, path),
            several => {
                let mut best: Option<Vec<Mistake>> = None;
                for branch in several {
                    let mut attempt =
                        Validator { root: self.root, formats: self.formats, mistakes: Vec::new() };
                    attempt.node(node, branch, path);
                    if best.as_ref().is_none_or(|best| attempt.mistakes.len() < best.len()) {
                        best = Some(attempt.mistakes);
                    }
                }
                self.mistakes.extend(best.unwrap_or_default());
            }
        }
    }

    fn has_type(&self, node: &Node, schema: &'a Value) -> bool {
        let schema = self.resolve(schema);
        for word in ["anyOf", "oneOf"] {
            if let Some(branches) = schema.get(word).and_then(Value::as_array) {
                return branches.iter().any(|branch| self.has_type(node, branch));
            }
        }
        let fits = |name: &str| {
            matches!(
                (&node.data, name),
                (Data::Null, "null")
                    | (Data::Bool(_), "boolean")
                    | (Data::Int(_), "integer" | "number")
                    | (Data::Float(..), "number")
                    | (Data::Text(_), "string")
                    | (Data::List(_), "array")
                    | (Data::Map(_), "object"),
            )
        };
        match schema.get("type") {
            Some(Value::String(name)) => fits(name),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(fits),
            _ if is_constant(schema) => matches!(node.data, Data::Text(_)),
            _ => true,
        }
    }

    fn wrong_type(&mut self, node: &Node, schemas: &[&Value], path: &str) {
        let mut expected: Vec<&str> = schemas
            .iter()
            .flat_map(|schema| match schema.get("type") {
                Some(Value::String(name)) => vec![name.as_str()],
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                _ if is_constant(schema) => vec!["string"],
                _ => Vec::new(),
            })
            .filter(|name| *name != "null")
            .map(|name| match name {
                "boolean" => "true or false",
                "integer" => "a whole number",
                "number" => "a number",
                "array" => "a list",
                "object" => "a table",
                _ => "text",
            })
            .collect();
        expected.dedup();
        self.mistakes.push(Mistake {
            span: node.span.clone(),
            path: path.to_owned(),
            sort: Sort::WrongType,
            message: format!("expected {}, found {}", expected.join(" or "), node.kind()),
            help: None,
        });
    }

    fn map(&mut self, node: &Node, entries: &[(Key, Node)], schema: &'a Value, path: &str) {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (key, value) in entries {
            let inner_path = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
            match properties.and_then(|properties| properties.get(&key.name)) {
                Some(inner) => self.node(value, inner, &inner_path),
                None => match schema.get("additionalProperties") {
                    Some(Value::Bool(false)) => self.unknown_key(key, properties, path),
                    Some(inner @ Value::Object(_)) => self.node(value, inner, &inner_path),
                    _ => {}
                },
            }
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !entries.iter().any(|(key, _)| key.name == name) {
                self.mistakes.push(Mistake {
                    span: node.span.start..node.span.start + 1,
                    path: path.to_owned(),
                    sort: Sort::MissingKey,
                    message: format!("the key `{name}` is missing{}", within(path)),
                    help: None,
                });
            }
        }
    }

    fn unknown_key(&mut self, key: &Key, properties: Option<&serde_json::Map<String, Value>>, path: &str) {
        let known: Vec<&str> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let help = match nearest(&key.name, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the keys here are {}", list(&known)),
        };
        self.mistakes.push(Mistake {
            span: key.span.clone(),
            path: path.to_owned(),
            sort: Sort::UnknownKey,
            message: format!("unknown key `{}`{}", key.name, within(path)),
            help: Some(help),
        });
    }

    fn text(&mut self, node: &Node, text: &str, schema: &'a Value, path: &str) {
        let allowed = constants(schema);
        if !allowed.is_empty() {
            return self.choice(node, text, &allowed, path);
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str)
            && let Err(expected) = (self.formats)(format, text)
        {
            self.mistakes.push(Mistake {
                span: node.span.clone(),
                path: path.to_owned(),
                sort: Sort::WrongValue,
                message: format!("`{text}` is not {expected}"),
                help: None,
            });
        }
    }

    fn choice(&mut self, node: &Node, text: &str, allowed: &[&str], path: &str) {
        if allowed.contains(&text) {
            return;
        }
        let help = match nearest(text, allowed.iter().copied()) {
            Some(name) => format!("did you mean `{name}`? Possible are {}", list(allowed)),
            None => format!("possible are {}", list(allowed)),
        };
        let what = path.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or("value");
        self.mistakes.push(Mistake {
            span: node.span.clone(),
            path: path.to_owned(),
            sort: Sort::WrongValue,
            message: format!("`{text}` is not a {what}"),
            help: Some(help),
        });
    }

    fn bounds(&mut self, node: &Node, number: i64, schema: &Value, path: &str) {
        let least = schema.get("minimum").and_then(Value::as_i64);
        let most = schema.get("maximum").and_then(Value::as_i64);
        let message = match (least, most) {
            (Some(least), _) if number < least => format!("`{path}` must be at least {least}"),
            (_, Some(most)) if number > most => format!("`{path}` must be at most {most}"),
            _ => return,
        };
        self.mistakes.push(Mistake {
            span: node.span.clone(),
            path: path.to_owned(),
            sort: Sort::WrongValue,
            message,
            help: None,
        });
    }
}

fn is_constant(schema: &Value) -> bool {
    schema.get("const").is_some() || schema.get("enum").is_some()
}

fn constants(schema: &Value) -> Vec<&str> {
    let single = schema.get("const").and_then(Value::as_str);
    let several =
        schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    single.into_iter().chain(several).collect()
}

fn within(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" in `{path}`") }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_toml;
    use schemars::JsonSchema;

    #[derive(JsonSchema)]
    #[schemars(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Config {
        title: String,
        #[schemars(default)]
        limits: Option<Limits>,
        mode: Option<Mode>,
    }

    #[derive(JsonSchema)]
    #[schemars(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Limits {
        per_page: Option<u32>,
    }

    #[derive(JsonSchema)]
    #[schemars(rename_all = "lowercase")]
    #[allow(dead_code)]
    enum Mode {
        Fast,
        /// With a comment, which changes the schema's shape.
        Slow,
    }

    fn messages(text: &str) -> Vec<String> {
        let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
        validate(&parse_toml(text).unwrap(), &schema, |_, _| Ok(()))
            .into_iter()
            .map(|mistake| match mistake.help {
                Some(help) => format!("{} | {help}", mistake.message),
                None => mistake.message,
            })
            .collect()
    }

    #[test]
    fn every_mistake_is_told_with_the_nearest_name() {
        let found = messages("titel = 'x'\nmode = 'fats'\n[limits]\nper_pag = 1\nper_page = 'x'\n");
        assert_eq!(
            found,
            [
                "unknown key `titel` | did you mean `title`?",
                "the key `title` is missing",
                "`fats` is not a mode | did you mean `fast`? Possible are `fast`, `slow`",
                "unknown key `per_pag` in `limits` | did you mean `per_page`?",
                "expected a whole number, found text",
            ]
        );
    }

    #[test]
    fn good_data_has_no_mistakes() {
        assert!(messages("title = 'x'\nmode = 'slow'\n[limits]\nper_page = 3\n").is_empty());
    }
}
