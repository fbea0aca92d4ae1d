//! From front matter as any tool writes it to typed fields.
//!
//! Names of Hugo, Zola, Jekyll, MkDocs, Docusaurus, Starlight, cState and alphagov are taken for ours; a key that
//! nobody knows is kept for templates, and is a warning only where it is close to one that is known.

use super::fields::{
    CommonFields, DecisionFields, DemoFields, PathFields, PeriodFields, ReleaseNoteFields, RetroFields,
    RunbookFields,
};
use super::kind::Kind;
use super::kinds::Kinds;
use super::moment::Moment;
use super::{Severity, period};
use crate::data::{Data, Key, Node, schema};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// What front matter says.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    /// Fields that every page may have.
    pub common: CommonFields,
    /// Terms of taxonomies beside tags, services and teams, by front-matter key.
    pub taxonomies: BTreeMap<String, Vec<String>>,
    /// Fields of the kind.
    pub fields: Fields,
    /// Everything else, for templates.
    pub extra: Map<String, Value>,
    /// Where the value of each of our fields stands in the file.
    pub places: BTreeMap<String, Range<usize>>,
}

impl FrontMatter {
    /// Where `value` stands in the field `name` of a file, as near as can be told.
    pub fn place(&self, source: &str, name: &str, value: &str) -> Range<usize> {
        let Some(field) = self.places.get(name).cloned() else { return 0..0 };
        match source.get(field.clone()).and_then(|text| text.find(value)) {
            Some(at) => field.start + at..field.start + at + value.len(),
            None => field,
        }
    }
}

/// The fields of a kind.
#[derive(Debug, Clone, Default)]
pub enum Fields {
    /// No fields of its own.
    #[default]
    Article,
    /// A runbook's.
    Runbook(RunbookFields),
    /// A retro's.
    Retro(RetroFields),
    /// A release note's.
    ReleaseNote(ReleaseNoteFields),
    /// An on-call log's.
    Log(PeriodFields),
    /// A review's.
    Review(PeriodFields),
    /// A demo's.
    Demo(DemoFields),
    /// A decision's.
    Decision(DecisionFields),
    /// A path's.
    Path(PathFields),
    /// Those of a kind of the site's own.
    Own(Map<String, Value>),
}

/// Names of other tools for our fields.
pub(super) const SYNONYMS: &[(&str, &str)] = &[
    ("linkTitle", "link_title"),
    ("sidebar_label", "link_title"),
    ("summary", "description"),
    ("subtitle", "description"),
    ("lastmod", "updated"),
    ("modified", "updated"),
    ("lastUpdated", "updated"),
    ("last_update", "updated"),
    ("published_at", "date"),
    ("pubdate", "date"),
    ("sidebar_position", "weight"),
    ("nav_order", "weight"),
    ("order", "weight"),
    ("redirect_from", "aliases"),
    ("permalink", "url"),
    ("path", "url"),
    ("keywords", "tags"),
    ("categories", "categories"),
    ("category", "categories"),
    ("service", "services"),
    ("affected", "services"),
    ("team", "owner"),
    ("author", "authors"),
    ("language", "lang"),
    ("last_reviewed_on", "reviewed"),
    ("lastReviewed", "reviewed"),
    ("review_in", "review_every"),
    ("review_cycle", "review_every"),
    ("in_search_index", "search"),
    ("pagefind", "search"),
    ("tableOfContents", "toc"),
    ("start_time", "started"),
    ("end_time", "resolved"),
    ("resolvedWhen", "resolved"),
    ("alert", "alerts"),
    ("error", "errors"),
];

/// Keys of other tools that have a meaning there and none here. They are kept for templates without a word.
const KNOWN_ELSEWHERE: &[&str] = &[
    "type",
    "layout",
    "params",
    "extra",
    "taxonomies",
    "sidebar",
    "outputs",
    "sitemap",
    "translationKey",
    "menu",
    "cascade",
    "icon",
    "hide",
    "status",
    "weight",
    "publishDate",
    "expiryDate",
    "unpublishdate",
    "editUrl",
    "head",
    "hero",
    "banner",
    "prev",
    "next",
    "render",
    "id",
    "links",
    "pin",
    "readtime",
    "comments",
    "resources",
    "published",
    "page_template",
    "sort_by",
    "paginate_by",
    "insert_anchor_links",
    "template",
    "severity",
    "no_list",
    "hide_title",
    "hide_table_of_contents",
    "image",
    "images",
    "owner_slack",
    "uuid",
    "archive_url",
    "company",
    "product",
    "source_published_at",
    "source_fetched_at",
    "section",
    "issue",
    "version",
    "parent",
    "has_children",
    "nav_exclude",
    "simple_list",
    "cover",
    "description",
];

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

impl Reader<'_> {
    fn at(&self, span: std::ops::Range<usize>) -> Span {
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
        match (key.name.as_str(), &value.data) {
            ("taxonomies", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        name if own.contains(&name) => self.terms(name, value),
                        _ => self.entry(kind, key, value, own),
                    }
                }
                return;
            }
            ("extra" | "params", Data::Map(entries)) => return self.extra.extend(entries.iter().cloned()),
            ("sidebar", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        "order" => self.rename(key, "weight", value),
                        "label" => self.rename(key, "link_title", value),
                        _ => {}
                    }
                }
                return;
            }
            ("search", Data::Map(entries)) => {
                if entries.iter().any(|(key, value)| key.name == "exclude" && value.data == Data::Bool(true))
                {
                    let no = Node { span: value.span.clone(), data: Data::Bool(false) };
                    self.rename(key, "search", &no);
                }
                return;
            }
            ("date", Data::Map(entries)) => {
                for (key, value) in entries {
                    match key.name.as_str() {
                        "created" => self.rename(key, "date", value),
                        "updated" => self.rename(key, "updated", value),
                        _ => {}
                    }
                }
                return;
            }
            ("last_update", Data::Map(entries)) => {
                let date = entries.iter().find(|(key, _)| key.name == "date");
                return date.into_iter().for_each(|(key, value)| self.rename(key, "updated", value));
            }
            ("published", Data::Bool(published)) => {
                let draft = Node { span: value.span.clone(), data: Data::Bool(!published) };
                return self.rename(key, "draft", &draft);
            }
            // cState says with `resolved: true` what our status says; the time is in `resolvedWhen`.
            ("resolved", Data::Bool(_)) | ("tableOfContents", Data::Map(_)) => {
                return self.extra.push((key.clone(), value.clone()));
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
                return;
            }
            _ => {}
        }
        let name = SYNONYMS
            .iter()
            .find(|(theirs, _)| *theirs == key.name)
            .map_or(key.name.as_str(), |(_, ours)| ours);
        if own.contains(&name) {
            return self.terms(name, value);
        }
        if name == "categories" {
            let texts: Result<super::fields::Texts, _> = serde_json::from_value(value.to_json());
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

    fn terms(&mut self, name: &str, value: &Node) {
        let texts: super::fields::Texts = serde_json::from_value(value.to_json()).unwrap_or_default();
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

/// What the formats in our schemas mean.
pub(crate) fn check_format(format: &str, text: &str) -> Result<(), String> {
    let (fits, expected) = match format {
        "moment" => (Moment::parse(text).is_some(), "a date such as `2026-03-14` or `2026-03-14T09:02Z`"),
        "severity" => (Severity::parse(text).is_some(), "a severity: `SEV1` to `SEV5` or `P0` to `P4`"),
        "url" => (
            text.starts_with("https://") || text.starts_with("http://"),
            "an address that starts with https:// or http://",
        ),
        "period" => (period::days(text).is_some(), "a period such as `90d` or `6 months`"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(expected.to_owned()) }
}

static SCHEMAS: LazyLock<BTreeMap<Kind, Value>> =
    LazyLock::new(|| Kind::ALL.into_iter().map(|kind| (kind, build_schema(kind))).collect());

/// The JSON Schema of a kind's front matter.
pub fn schema_of(kind: Kind) -> &'static Value {
    static EMPTY: Value = Value::Null;
    SCHEMAS.get(&kind).unwrap_or(&EMPTY)
}

fn properties(kinds: &Kinds, kind: Kind) -> Option<&Map<String, Value>> {
    kinds.schema(kind).get("properties").and_then(Value::as_object)
}

fn build_schema(kind: Kind) -> Value {
    fn of<T: JsonSchema>() -> Value {
        schemars::schema_for!(T).to_value()
    }
    let own = match kind {
        Kind::Article | Kind::Own(_) => Value::Null,
        Kind::Runbook => of::<RunbookFields>(),
        Kind::Retro => of::<RetroFields>(),
        Kind::ReleaseNote => of::<ReleaseNoteFields>(),
        Kind::Log | Kind::Review => of::<PeriodFields>(),
        Kind::Demo => of::<DemoFields>(),
        Kind::Decision => of::<DecisionFields>(),
        Kind::Path => of::<PathFields>(),
    };
    let mut schema = of::<CommonFields>();
    for part in ["properties", "$defs"] {
        let Some(from) = own.get(part).and_then(Value::as_object) else { continue };
        if let Some(into) = schema.get_mut(part).and_then(Value::as_object_mut) {
            into.extend(from.clone());
        } else if let Some(object) = schema.as_object_mut() {
            object.insert(part.into(), Value::Object(from.clone()));
        }
    }
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".into(), format!("Front matter of a {}", kind.label().to_lowercase()).into());
        let about =
            own.get("description").and_then(Value::as_str).unwrap_or("Fields that every page may have.");
        object.insert("description".into(), about.into());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_yaml;

    fn read_as(kind: Kind, text: &str) -> (Kind, FrontMatter, Vec<Diagnostic>) {
        read(&parse_yaml(text).unwrap(), &"a.md".into(), text, kind, &["component"], &Kinds::default())
    }

    #[test]
    fn keys_of_other_tools_mean_ours() {
        let (_, hugo, found) = read_as(
            Kind::Article,
            "title: A\nlinkTitle: B\nlastmod: 2026-01-02\ndescription: ''\nweight: 3\n",
        );
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(hugo.common.link_title.unwrap().0, "B");
        assert_eq!(hugo.common.updated.unwrap().day(), "2026-01-02");
        let (_, jekyll, _) =
            read_as(Kind::Article, "tags: a, b\ncategory: c\nredirect_from: /x/\npublished: false\n");
        assert_eq!(jekyll.common.tags.0, ["a", "b", "c"]);
        assert_eq!(jekyll.common.aliases.0, ["/x/"]);
        assert!(jekyll.common.draft);
        let (_, mkdocs, _) =
            read_as(Kind::Article, "date:\n  created: 2026-01-02\nsearch:\n  exclude: true\n");
        assert_eq!(mkdocs.common.date.unwrap().day(), "2026-01-02");
        assert_eq!(mkdocs.common.search, Some(false));
    }

    #[test]
    fn unknown_keys_are_kept_and_near_ones_named() {
        let (_, page, found) = read_as(Kind::Runbook, "alrets: [A]\nsidebar_thing: 1\ncomponent: [x, y]\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].help.as_ref().unwrap().contains("`alerts`"));
        assert!(page.extra.contains_key("alrets") && page.extra.contains_key("sidebar_thing"));
        assert_eq!(page.taxonomies["component"], ["x", "y"]);
    }

    #[test]
    fn wrong_values_are_named_at_their_place_and_the_rest_is_read() {
        let text = "title: A\ndate: yesterday\nseverity: SEV9\nstatus: resolvd\ndraft: 3\n";
        let (_, page, found) = read_as(Kind::Retro, text);
        let messages: Vec<_> = found
            .iter()
            .map(|d| {
                (d.message.as_str(), &text[d.span.as_ref().unwrap().start..d.span.as_ref().unwrap().end])
            })
            .collect();
        assert_eq!(
            messages,
            [
                (
                    "`date`: `yesterday` is not a date such as `2026-03-14` or `2026-03-14T09:02Z`",
                    "yesterday"
                ),
                ("`severity`: `SEV9` is not a severity: `SEV1` to `SEV5` or `P0` to `P4`", "SEV9"),
                ("`status`: `resolvd` is not a status", "resolvd"),
                ("`draft`: expected true or false, found a whole number", "3"),
            ]
        );
        assert_eq!(page.common.title.unwrap().0, "A");
    }

    #[test]
    fn a_version_keeps_its_spelling() {
        let (_, page, found) = read_as(Kind::ReleaseNote, "version: 1.10\n");
        assert!(found.is_empty(), "{found:?}");
        let Fields::ReleaseNote(note) = page.fields else { panic!() };
        assert_eq!(note.version.unwrap().0, "1.10");
    }

    #[test]
    fn an_unknown_kind_is_an_error_and_a_foreign_type_is_not() {
        assert_eq!(read_as(Kind::Article, "kind: runbok\n").2.len(), 1);
        assert!(read_as(Kind::Article, "type: docs\n").2.is_empty());
        assert_eq!(read_as(Kind::Article, "type: retro\n").0, Kind::Retro);
    }
}
