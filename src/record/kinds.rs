//! The kinds of page that a site has: the built-in ones as it calls them, and those of its own.

use super::front_matter::{SYNONYMS, schema_of};
use super::kind::{Kind, own_name};
use crate::diagnostic::nearest::nearest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How a kind is called, where it lives, and what its pages must have.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KindConfig {
    /// What one page is called: `Postmortem`. A kind of the site's own needs it.
    pub label: Option<String>,
    /// What several are called: `Postmortems`.
    pub plural: Option<String>,
    /// Top-level folders whose pages are of this kind, instead of the usual ones. Those of a kind of the site's own are
    /// called like the kind or its plural, unless they are named here.
    pub folders: Option<Vec<String>>,
    /// Headings that each page must have, in any order; `annals check` tells of those that are missing.
    pub sections: Vec<String>,
    /// Fields of front matter, of a kind of the site's own.
    pub fields: Vec<FieldConfig>,
    /// Whether the newest page comes first in lists and the day is part of a new page's name, of a kind of the site's own.
    pub dated: bool,
}

/// A field of front matter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldConfig {
    /// Its key in front matter.
    pub name: String,
    /// What its value is.
    #[serde(default, rename = "type")]
    pub sort: FieldType,
    /// What it is called on the page. Without it, its name.
    #[serde(default)]
    pub label: Option<String>,
    /// Whether each page must have it.
    #[serde(default)]
    pub required: bool,
    /// The texts that it may be.
    #[serde(default)]
    pub choices: Vec<String>,
}

/// What the value of a field is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Text.
    #[default]
    Text,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A day or a point in time.
    Date,
    /// Texts.
    List,
    /// An address on the web.
    Url,
    /// Another page of the site, by name or path.
    Page,
}

/// The kinds of a site.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kinds {
    settings: BTreeMap<String, KindConfig>,
    /// The folders of kinds of the site's own that name none: `drills` for `drill`.
    folder_of: BTreeMap<&'static str, String>,
    /// Those of the site's own, with the schemas of their front matter.
    own: BTreeMap<Kind, Value>,
}

impl Kinds {
    /// The kinds that settings give; what is wrong with them is told with the name of the kind.
    pub fn of(settings: &BTreeMap<String, KindConfig>) -> Result<Self, Vec<(String, String, String)>> {
        let mut kinds = Self { settings: settings.clone(), ..Self::default() };
        let mut wrong = Vec::new();
        for (name, config) in settings {
            let mut add = |message: String, help: String| wrong.push((name.clone(), message, help));
            match Kind::parse(name) {
                Ok(kind) if kind.name() != name => add(
                    format!("`{name}` is another word for the kind `{}`", kind.name()),
                    format!("write `[kinds.{}]`", kind.name()),
                ),
                Ok(_) => {
                    if !config.fields.is_empty() || config.dated {
                        add(
                            format!("`{name}` has fields and an order of its own already"),
                            "leave out `fields` and `dated`; values for templates belong under `extra`"
                                .into(),
                        );
                    }
                }
                Err(help) => {
                    let plain =
                        |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
                    if config.label.is_none() {
                        add(
                            format!("`{name}` is not a kind of page"),
                            format!("{help}; with a `label` it is a kind of your own"),
                        );
                    } else if name.is_empty() || !name.chars().all(plain) {
                        add(
                            format!("`{name}` can't be the name of a kind"),
                            "write it in small letters, digits and dashes".into(),
                        );
                    } else {
                        for (message, help) in field_mistakes(&config.fields) {
                            add(message, help);
                        }
                        let name = own_name(name);
                        kinds.folder_of.insert(name, format!("{name}s"));
                        kinds.own.insert(Kind::Own(name), schema(config));
                    }
                }
            }
        }
        if wrong.is_empty() { Ok(kinds) } else { Err(wrong) }
    }

    /// All kinds, in the order in which they are listed.
    pub fn all(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().chain(self.own.keys().copied())
    }

    /// The kind of a name; the error is a help that lists what there is.
    pub fn parse(&self, name: &str) -> Result<Kind, String> {
        if let Some(kind) = self.own.keys().find(|kind| kind.name() == name) {
            return Ok(*kind);
        }
        Kind::parse(name).map_err(|help| {
            let own: Vec<String> = self.own.keys().map(|kind| format!("`{}`", kind.name())).collect();
            match nearest(name, self.own.keys().map(|kind| kind.name())) {
                Some(near) => format!("did you mean `{near}`?"),
                None if own.is_empty() => help,
                None => format!("{help}, {}", own.join(", ")),
            }
        })
    }

    /// The settings of a kind.
    pub fn settings(&self, kind: Kind) -> Option<&KindConfig> {
        self.settings.get(kind.name())
    }

    /// The fields of a kind of the site's own.
    pub fn fields(&self, kind: Kind) -> &[FieldConfig] {
        self.settings(kind).map(|config| config.fields.as_slice()).unwrap_or_default()
    }

    /// The JSON Schema of a kind's front matter.
    pub fn schema(&self, kind: Kind) -> &Value {
        self.own.get(&kind).unwrap_or_else(|| schema_of(kind))
    }

    /// What one page is called.
    pub fn label(&self, kind: Kind) -> &str {
        self.settings(kind).and_then(|config| config.label.as_deref()).unwrap_or_else(|| kind.label())
    }

    /// What several are called.
    pub fn plural(&self, kind: Kind) -> String {
        let config = self.settings(kind);
        match (config.and_then(|config| config.plural.as_deref()), kind) {
            (Some(plural), _) => plural.to_owned(),
            (None, Kind::Own(_)) => format!("{}s", self.label(kind)),
            (None, _) => kind.plural().to_owned(),
        }
    }

    /// Top-level folders whose pages are of the kind.
    pub fn folders(&self, kind: Kind) -> Vec<&str> {
        match (self.settings(kind).and_then(|config| config.folders.as_ref()), kind) {
            (Some(folders), _) => folders.iter().map(String::as_str).collect(),
            (None, Kind::Own(name)) => vec![self.folder_of.get(name).map_or(name, String::as_str), name],
            (None, _) => kind.folders().to_vec(),
        }
    }

    /// Whether the newest page of the kind comes first in lists.
    pub fn is_dated(&self, kind: Kind) -> bool {
        kind.is_dated() || self.settings(kind).is_some_and(|config| config.dated)
    }

    /// The kind whose folder a top-level folder is.
    pub fn of_folder(&self, folder: &str) -> Option<Kind> {
        self.all().find(|kind| self.has_folder(*kind, folder))
    }

    /// The same as a search in `folders`, for every page of a site.
    fn has_folder(&self, kind: Kind, folder: &str) -> bool {
        match (self.settings(kind).and_then(|config| config.folders.as_ref()), kind) {
            (Some(folders), _) => folders.iter().any(|own| own == folder),
            (None, Kind::Own(name)) => {
                folder == name || self.folder_of.get(name).is_some_and(|own| own == folder)
            }
            (None, _) => kind.folders().contains(&folder),
        }
    }
}

fn field_mistakes(fields: &[FieldConfig]) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let common = schema_of(Kind::Article).get("properties").and_then(Value::as_object);
    for field in fields {
        let name = field.name.as_str();
        let taken = common.is_some_and(|common| common.contains_key(name))
            || SYNONYMS.iter().any(|(theirs, _)| *theirs == name)
            || matches!(name, "kind" | "type" | "extra" | "params" | "taxonomies");
        if name.trim().is_empty() {
            wrong.push(("a field has no name".to_owned(), "add `name`".to_owned()));
        } else if taken {
            let help = "give it another name, or use the field that there is";
            wrong.push((
                format!("every page has the field `{name}`, or another name for one"),
                help.to_owned(),
            ));
        } else if !seen.insert(name) {
            wrong.push((format!("two fields are called `{name}`"), "leave out one of them".to_owned()));
        }
        if !field.choices.is_empty() && !matches!(field.sort, FieldType::Text | FieldType::List) {
            let help = "make it `text` or `list`, or leave out `choices`";
            wrong.push((format!("`{name}` has choices and is no text"), help.to_owned()));
        }
    }
    wrong
}

/// The schema of every page, with the fields of a kind.
fn schema(config: &KindConfig) -> Value {
    let mut schema = schema_of(Kind::Article).clone();
    let text = |choices: &[String]| match choices {
        [] => json!({ "type": ["string", "number"] }),
        _ => json!({ "type": "string", "enum": choices }),
    };
    let mut properties = Map::new();
    for field in &config.fields {
        let value = match field.sort {
            FieldType::Text | FieldType::Page => text(&field.choices),
            FieldType::Number => json!({ "type": "number" }),
            FieldType::Boolean => json!({ "type": "boolean" }),
            FieldType::Date => json!({ "type": "string", "format": "moment" }),
            FieldType::List => json!({ "type": "array", "items": text(&field.choices) }),
            FieldType::Url => json!({ "type": "string", "format": "url" }),
        };
        properties.insert(field.name.clone(), value);
    }
    if let Some(into) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        into.extend(properties);
    }
    if let (Some(object), Some(label)) = (schema.as_object_mut(), &config.label) {
        object.insert("title".into(), format!("Front matter of a {}", label.to_lowercase()).into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> BTreeMap<String, KindConfig> {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_kind_of_the_sites_own_has_name_folders_and_fields() {
        let kinds = Kinds::of(&settings(
            "[drill]\nlabel = 'Drill'\ndated = true\nfields = [{ name = 'verdict', choices = ['passed', 'failed'] }]\n[retro]\nplural = 'Postmortems'\n",
        ))
        .unwrap();
        let drill = kinds.parse("drill").unwrap();
        assert_eq!((kinds.label(drill), kinds.plural(drill).as_str()), ("Drill", "Drills"));
        assert_eq!(kinds.of_folder("drills"), Some(drill));
        assert!(kinds.is_dated(drill));
        assert_eq!(kinds.schema(drill)["properties"]["verdict"]["enum"][1], "failed");
        assert_eq!(kinds.plural(Kind::Retro), "Postmortems");
        assert!(kinds.parse("dril").unwrap_err().contains("`drill`"));
        assert!(Kinds::default().parse("drill").is_err());
    }

    #[test]
    fn what_can_not_be_a_kind_is_told() {
        let wrong = |text: &str| Kinds::of(&settings(text)).unwrap_err().remove(0).1;
        assert_eq!(wrong("[runbok]\n"), "`runbok` is not a kind of page");
        assert_eq!(wrong("[postmortem]\nlabel = 'P'\n"), "`postmortem` is another word for the kind `retro`");
        assert_eq!(wrong("[Drill]\nlabel = 'D'\n"), "`Drill` can't be the name of a kind");
        assert_eq!(
            wrong("[retro]\nfields = [{ name = 'x' }]\n"),
            "`retro` has fields and an order of its own already"
        );
        let field = |field: &str| wrong(&format!("[drill]\nlabel = 'D'\nfields = [{field}]\n"));
        assert_eq!(field("{ name = 'team' }"), "every page has the field `team`, or another name for one");
        assert_eq!(field("{ name = 'a' }, { name = 'a' }"), "two fields are called `a`");
        assert_eq!(field("{ name = 'a', type = 'date', choices = ['x'] }"), "`a` has choices and is no text");
    }
}
