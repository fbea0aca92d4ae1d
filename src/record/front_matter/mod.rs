//! From front matter as any tool writes it to typed fields.
//!
//! Names of Hugo, Zola, Jekyll, MkDocs, Docusaurus, Starlight, cState and alphagov are taken for ours; a key that
//! nobody knows is kept for templates, and is a warning only where it is close to one that is known.

mod names;
mod reader;
mod schema;

pub(super) use names::SYNONYMS;
pub use reader::read;
pub use schema::schema_of;

use super::fields::{
    CommonFields, DecisionFields, DemoFields, PathFields, PeriodFields, ReleaseNoteFields, RetroFields,
    RunbookFields,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::Range;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_yaml;
    use crate::diagnostic::Diagnostic;
    use crate::record::{Kind, Kinds};

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
