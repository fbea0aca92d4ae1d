//! Pages that are half written: the archetypes of a theme.

use super::built_in;
use crate::record::{Kind, Kinds, period};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tera::{Context, Tera};

/// What a new page is told.
#[derive(Debug, Clone)]
pub struct NewPage<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The kinds of the site.
    pub kinds: &'a Kinds,
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
    /// What the site knows of it already, where somebody looked.
    pub known: Option<Value>,
    /// Whether the page says its kind itself, since its folder does not.
    pub names_kind: bool,
}

impl NewPage<'_> {
    /// The page's text, from the site's `own` archetype or the built-in one. The error is for people.
    pub fn text(&self, own: &BTreeMap<String, Vec<u8>>) -> Result<String, String> {
        let shape = self.shape.map_or_else(String::new, |shape| format!("-{shape}"));
        let name = format!("archetypes/{}{shape}.md", self.kind.name());
        let built_in = built_in();
        if matches!(self.kind, Kind::Own(_)) && self.shape.is_none() && !own.contains_key(&name) {
            return Ok(self.skeleton());
        }
        let bytes = own
            .get(&name)
            .or_else(|| built_in.get(&name))
            .ok_or_else(|| self.missing(&name, own, &built_in))?;
        let text = String::from_utf8(bytes.clone()).map_err(|_| format!("`{name}` is not UTF-8"))?;
        let mut context = Context::new();
        context.insert("title", &yaml_text(self.title));
        context.insert("date", self.date);
        let period = match (self.kind, self.date.parse()) {
            (Kind::Log, Ok(day)) => period::week_of(day),
            _ => self.date.get(..7).unwrap_or(self.date).to_owned(),
        };
        context.insert("period", &period);
        let nothing = || json!({ "owner": null, "on_call": [], "latest": [], "week": null, "incidents": [], "releases": [], "open": [] });
        context.insert("known", &self.known.clone().unwrap_or_else(nothing));
        let services: Vec<String> = self.services.iter().map(|name| yaml_text(name)).collect();
        context.insert("services", &services.join(", "));
        context.insert("severity", &self.severity);
        context.insert("version", &self.version.map(yaml_text));
        Tera::one_off(&text, &context, false).map_err(|error| format!("{name}: {error}"))
    }

    /// A page of a kind of the site's own that has no archetype: its fields, and the sections that it must have.
    fn skeleton(&self) -> String {
        let mut out = format!("---\ntitle: {}\n", yaml_text(self.title));
        if self.names_kind {
            out.push_str(&format!("kind: {}\n", self.kind.name()));
        }
        if self.kinds.is_dated(self.kind) {
            out.push_str(&format!("date: {}\n", self.date));
        }
        if !self.services.is_empty() {
            let names: Vec<String> = self.services.iter().map(|name| yaml_text(name)).collect();
            out.push_str(&format!("services: [{}]\n", names.join(", ")));
        }
        for field in self.kinds.fields(self.kind) {
            let choices = field.choices.join(", ");
            let hint = match (choices.is_empty(), field.required) {
                (false, _) => format!(" # {choices}"),
                (true, true) => " # required".to_owned(),
                (true, false) => String::new(),
            };
            out.push_str(&format!("{}:{hint}\n", field.name));
        }
        out.push_str("---\n");
        let settings = self.kinds.settings(self.kind);
        for section in settings.map(|config| config.sections.as_slice()).unwrap_or_default() {
            out.push_str(&format!("\n## {section}\n"));
        }
        out
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
            (kind, _) if self.kinds.is_dated(kind) && kind != Kind::ReleaseNote => {
                format!("{}-{slug}.md", self.date)
            }
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
