//! Pages that are half written: the archetypes of a theme.

use super::built_in;
use crate::record::Kind;
use std::collections::{BTreeMap, BTreeSet};
use tera::{Context, Tera};

/// What a new page is told.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Which of the archetypes of the kind, where there are several.
    pub shape: Option<&'a str>,
    /// Its title.
    pub title: &'a str,
    /// Its day.
    pub date: &'a str,
    /// Services that it is about.
    pub services: &'a [String],
    /// Severity.
    pub severity: Option<&'a str>,
    /// Version.
    pub version: Option<&'a str>,
}

impl NewPage<'_> {
    /// The page's text, from the site's `own` archetype or the built-in one. The error is for people.
    pub fn text(&self, own: &BTreeMap<String, Vec<u8>>) -> Result<String, String> {
        let shape = self.shape.map_or_else(String::new, |shape| format!("-{shape}"));
        let name = format!("archetypes/{}{shape}.md", self.kind.name());
        let built_in = built_in();
        let bytes = own
            .get(&name)
            .or_else(|| built_in.get(&name))
            .ok_or_else(|| self.missing(&name, own, &built_in))?;
        let text = String::from_utf8(bytes.clone()).map_err(|_| format!("`{name}` is not UTF-8"))?;
        let mut context = Context::new();
        context.insert("title", &yaml_text(self.title));
        context.insert("date", self.date);
        context.insert("period", self.date.get(..7).unwrap_or(self.date));
        let services: Vec<String> = self.services.iter().map(|name| yaml_text(name)).collect();
        context.insert("services", &services.join(", "));
        context.insert("severity", &self.severity);
        context.insert("version", &self.version.map(yaml_text));
        Tera::one_off(&text, &context, false).map_err(|error| format!("{name}: {error}"))
    }

    fn missing(
        &self,
        name: &str,
        own: &BTreeMap<String, Vec<u8>>,
        built_in: &BTreeMap<String, Vec<u8>>,
    ) -> String {
        let kind = self.kind.name();
        let start = format!("archetypes/{kind}-");
        let names = own.keys().chain(built_in.keys());
        let names = names.filter_map(|name| name.strip_prefix(&start)?.strip_suffix(".md"));
        let names: BTreeSet<String> = names.map(|name| format!("`{name}`")).collect();
        let names: Vec<String> = names.into_iter().collect();
        match (self.shape, names.is_empty()) {
            (Some(shape), false) => {
                format!(
                    "no template of a {kind} is called `{shape}`\n  = help: there are {}",
                    names.join(", ")
                )
            }
            _ => format!("there is no `{name}`"),
        }
    }

    /// The name of its file: dated kinds begin with their day, release notes are called like their version.
    pub fn file_name(&self, slug: &str) -> String {
        match (self.kind, self.version) {
            (Kind::ReleaseNote, Some(version)) => format!("v{}.md", version.trim_start_matches('v')),
            (kind, _) if kind.is_dated() && kind != Kind::ReleaseNote => format!("{}-{slug}.md", self.date),
            _ => format!("{slug}.md"),
        }
    }
}

/// A text as a YAML scalar: quoted where it would be read as something else.
pub fn yaml_text(text: &str) -> String {
    let plain = text.starts_with(char::is_alphabetic)
        && text.chars().all(|char| char.is_alphanumeric() || " -_./()".contains(char))
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off")
        && text.trim() == text;
    if plain { text.to_owned() } else { serde_json::Value::String(text.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::yaml_text;

    #[test]
    fn titles_stay_text_in_yaml() {
        assert_eq!(yaml_text("Checkout is slow"), "Checkout is slow");
        assert_eq!(yaml_text("a: b # c"), "\"a: b # c\"");
        assert_eq!(yaml_text("1.10"), "\"1.10\"");
        assert_eq!(yaml_text("true"), "\"true\"");
        assert_eq!(yaml_text("say \"x\""), "\"say \\\"x\\\"\"");
    }
}
