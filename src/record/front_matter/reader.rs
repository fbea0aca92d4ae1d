//! Reading front matter: each key taken for one of our fields, a taxonomy or a value for templates; then what does not fit
//! is reported and dropped.

use super::names::{KNOWN_ELSEWHERE, SYNONYMS};
use super::schema::check_format;
use super::{Fields, FrontMatter};
use crate::data::{Data, Key, Node, schema};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::fields::{CommonFields, Texts};
use crate::record::kind::Kind;
use crate::record::kinds::Kinds;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Reads the front matter of a page. `source` is the whole file, `fallback` the kind that its folder gives it and
/// `own` the names of the site's own taxonomies.
pub fn read(
    node: &Node,
    file: &Arc<str>,
    source: &str,
    fallback: Kind,
    own: &[&str],
    kinds: &Kinds,
) -> (Kind, FrontMatter, Vec<Diagnostic>) {
    let mut reader = Reader {
        file,
        source,
        kinds,
        known: Vec::new(),
        extra: Vec::new(),
        categories: Vec::new(),
        taxonomies: BTreeMap::new(),
        found: Vec::new(),
    };
    let kind = reader.kind(node).unwrap_or(fallback);
    for (key, value) in node.entries() {
        reader.entry(kind, key, value, own);
    }
    let node = Node { span: node.span.clone(), data: Data::Map(std::mem::take(&mut reader.known)) };
    let node = reader.validated(kind, node);
    let places = node.entries().iter().map(|(key, value)| (key.name.clone(), value.span.clone())).collect();
    let json = node.to_json();
    let mut common: CommonFields = reader.typed(&json);
    common.tags.0.extend(std::mem::take(&mut reader.categories));
    common.tags.0 = split_list(&common.tags.0);
    let fields = reader.fields(kind, &json);
    let extra = reader.extra.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect();
    (kind, FrontMatter { common, taxonomies: reader.taxonomies, fields, extra, places }, reader.found)
}

/// Front matter being read.
struct Reader<'a> {
    file: &'a Arc<str>,
    source: &'a str,
    kinds: &'a Kinds,
    /// Our fields, each with the key that the author wrote.
    known: Vec<(Key, Node)>,
    extra: Vec<(Key, Node)>,
    categories: Vec<String>,
    taxonomies: BTreeMap<String, Vec<String>>,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn at(&self, span: Range<usize>) -> Span {
        Span::new(self.file.clone(), span)
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        if let Some(value) = node.get("kind") {
            let name = value.as_str().unwrap_or_default();
            match self.kinds.parse(name) {
                Ok(kind) => return Some(kind),
                Err(help) => self.found.push(
                    Diagnostic::error("front-matter/kind", format!("`{name}` is not a kind of page"))
                        .at(self.at(value.span.clone()))
                        .help(help),
                ),
            }
        }
        // Hugo's `type` names a layout of a theme; it is a kind only where it happens to be one of ours.
        node.get("type").and_then(Node::as_str).and_then(|name| self.kinds.parse(name).ok())
    }

    fn entry(&mut self, kind: Kind, key: &Key, value: &Node, own: &[&str]) {
        let empty = match &value.data {
            Data::Null => true,
            Data::Text(text) => text.trim().is_empty(),
            _ => false,
        };
        if empty || key.name == "kind" {
            return;
        }
        if self.takes_form_of_other_tools(kind, key, value, own) {
            return;
        }
        let name = SYNONYMS
            .iter()
            .find(|(theirs, _)| *theirs == key.name)
            .map_or(key.name.as_str(), |(_, ours)| ours);
        if own.contains(&name) {
            return self.terms(name, value);
        }
        if name == "categories" {
            let texts: Result<Texts, _> = serde_json::from_value(value.to_json());
            return self.categories.extend(texts.unwrap_or_default().0);
        }
        let known = properties(self.kinds, kind);
        if known.is_some_and(|known| known.contains_key(name)) {
            return self.rename(key, name, value);
        }
        self.extra.push((key.clone(), value.clone()));
        let near = nearest(&key.name, known.into_iter().flat_map(|known| known.keys()).map(String::as_str));
        if let Some(near) = near.filter(|_| !KNOWN_ELSEWHERE.contains(&key.name.as_str()))
            && strsim::osa_distance(&key.name, near) <= 2
        {
            self.found.push(
                Diagnostic::warning("front-matter/unknown-key", format!("unknown key `{}`", key.name))
                    .at(self.at(key.span.clone()))
                    .help(format!("did you mean `{near}`? Values for templates belong under `extra`")),
            );
        }
    }

    /// Takes what other tools say in a form of their own, and says whether it is that.
    fn takes_form_of_other_tools(&mut self, kind: Kind, key: &Key, value: &Node, own: &[&str]) -> bool {
        match (key.name.as_str(), &value.data) {
            ("taxonomies", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        name if own.contains(&name) => self.terms(name, value),
                        _ => self.entry(kind, key, value, own),
                    }
                }
            }
            ("extra" | "params", Data::Map(entries)) => self.extra.extend(entries.iter().cloned()),
            ("sidebar", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        "order" => self.rename(key, "weight", value),
                        "label" => self.rename(key, "link_title", value),
                        _ => {}
                    }
                }
            }
            ("search", Data::Map(entries)) => {
                if entries.iter().any(|(key, value)| key.name == "exclude" && value.data == Data::Bool(true))
                {
                    let no = Node { span: value.span.clone(), data: Data::Bool(false) };
                    self.rename(key, "search", &no);
                }
            }
            ("date", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        "created" => self.rename(key, "date", value),
                        "updated" => self.rename(key, "updated", value),
                        _ => {}
                    }
                }
            }
            ("last_update", Data::Map(entries)) => {
                let date = entries.iter().find(|(key, _)| key.name == "date");
                date.into_iter().for_each(|(key, value)| self.rename(key, "updated", value));
            }
            ("published", Data::Bool(published)) => {
                let draft = Node { span: value.span.clone(), data: Data::Bool(!published) };
                self.rename(key, "draft", &draft);
            }
            // cState says with `resolved: true` what our status says; the time is in `resolvedWhen`.
            ("resolved", Data::Bool(_)) | ("tableOfContents", Data::Map(_)) => {
                self.extra.push((key.clone(), value.clone()));
            }
            ("url" | "permalink" | "path", Data::Text(text)) if text.contains(':') => {
                // Jekyll's patterns (`/:year/:title/`) can't be followed page by page.
                self.found.push(
                    Diagnostic::note(
                        "front-matter/url-pattern",
                        format!("the address pattern `{text}` is not followed"),
                    )
                    .at(self.at(value.span.clone()))
                    .help("write the address itself, or leave the key out"),
                );
            }
            _ => return false,
        }
        true
    }

    fn terms(&mut self, name: &str, value: &Node) {
        let texts: Texts = serde_json::from_value(value.to_json()).unwrap_or_default();
        self.taxonomies.entry(name.to_owned()).or_default().extend(split_list(&texts.0));
    }

    fn rename(&mut self, key: &Key, name: &str, value: &Node) {
        let mut value = value.clone();
        if let Data::Float(_, spelling) = &value.data
            && name != "weight"
        {
            value.data = Data::Text(spelling.clone());
        }
        if name == "weight"
            && let Data::Text(text) = &value.data
            && let Ok(number) = text.trim().parse::<f64>()
        {
            value.data = Data::Float(number, text.clone());
        }
        // The first spelling of a field wins: `title` before a `subtitle` that stands below it.
        let ours = key.name == name;
        match self.known.iter_mut().find(|(known, _)| known.name == name) {
            Some(slot) if ours => *slot = (key.clone(), value),
            Some(_) => {}
            None => self.known.push((Key { span: key.span.clone(), name: name.to_owned() }, value)),
        }
    }

    /// Reports what does not fit the schema and drops it, so that the rest of the page can be used.
    fn validated(&mut self, kind: Kind, node: Node) -> Node {
        let mistakes = schema::validate(&node, self.kinds.schema(kind), check_format);
        let Data::Map(mut entries) = node.data else { return node };
        for mistake in mistakes {
            let name = entries
                .iter()
                .find(|(_, value)| {
                    value.span.start <= mistake.span.start && mistake.span.end <= value.span.end
                })
                .map(|(key, _)| key.name.clone());
            let message = match &name {
                Some(name) => format!("`{name}`: {}", mistake.message),
                None => mistake.message,
            };
            let diagnostic = Diagnostic::error("front-matter/value", message)
                .at(Span::new(self.file.clone(), mistake.span));
            self.found.push(match mistake.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic,
            });
            entries.retain(|(key, _)| Some(&key.name) != name.as_ref());
        }
        Node { span: node.span, data: Data::Map(entries) }
    }

    fn typed<T: DeserializeOwned + Default>(&mut self, json: &Value) -> T {
        serde_json::from_value(json.clone()).unwrap_or_else(|error| {
            let end = self.source.find('\n').unwrap_or(self.source.len());
            let span = self.at(0..end);
            self.found.push(Diagnostic::error("front-matter/value", error.to_string()).at(span));
            T::default()
        })
    }

    /// The fields of a kind of the site's own, in their order.
    fn own_fields(&self, kind: Kind, json: &Value) -> Map<String, Value> {
        let fields = self.kinds.fields(kind).iter();
        fields.filter_map(|field| Some((field.name.clone(), json.get(&field.name)?.clone()))).collect()
    }

    fn fields(&mut self, kind: Kind, json: &Value) -> Fields {
        match kind {
            Kind::Article => Fields::Article,
            Kind::Runbook => Fields::Runbook(self.typed(json)),
            Kind::Retro => Fields::Retro(self.typed(json)),
            Kind::ReleaseNote => Fields::ReleaseNote(self.typed(json)),
            Kind::Log => Fields::Log(self.typed(json)),
            Kind::Review => Fields::Review(self.typed(json)),
            Kind::Demo => Fields::Demo(self.typed(json)),
            Kind::Decision => Fields::Decision(self.typed(json)),
            Kind::Path => Fields::Path(self.typed(json)),
            Kind::Own(_) => Fields::Own(self.own_fields(kind, json)),
        }
    }
}

/// Jekyll and people write lists as `a, b`.
fn split_list(texts: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            if !out.iter().any(|known| known == item) {
                out.push(item.to_owned());
            }
        }
    }
    out
}

fn properties(kinds: &Kinds, kind: Kind) -> Option<&Map<String, Value>> {
    kinds.schema(kind).get("properties").and_then(Value::as_object)
}
