//! The catalogue: services, the teams that own them and who is on call, from `services.toml`.

use super::rotation::{self, Rotation};
use crate::data::{self, schema};
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Audience;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Services and teams of a site (`services.toml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Catalogue {
    /// Services by name: `[services.checkout]`.
    pub services: BTreeMap<String, Service>,
    /// Teams by name: `[teams.edge]`.
    pub teams: BTreeMap<String, Team>,
    /// Who is on call for what: `[rotations.checkout]`.
    pub rotations: BTreeMap<String, Rotation>,
}

/// A thing that is run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Name for people.
    pub title: Option<String>,
    /// One sentence on what it does.
    pub description: Option<String>,
    /// Team that owns it.
    pub owner: Option<String>,
    /// Importance: 1 is the most important.
    pub tier: Option<u8>,
    /// Where it is in its life: `production`, `experimental`, `deprecated`.
    pub lifecycle: Option<String>,
    /// Services that it needs.
    pub depends_on: Vec<String>,
    /// Dashboards, logs, repositories.
    pub links: Vec<CatalogueLink>,
    /// Packages, by name, whose releases change it.
    pub packages: Vec<String>,
    /// Other names under which people know it.
    pub aliases: Vec<String>,
    /// Who may know of it: `public` or `internal`. Default: as `content.audience` says for pages.
    pub audience: Option<Audience>,
}

/// People who own things.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Team {
    /// Name for people.
    pub title: Option<String>,
    /// One sentence on what they do.
    pub description: Option<String>,
    /// Where to reach them: a chat channel, an address.
    pub contact: Option<String>,
    /// How to page them.
    pub escalation: Option<String>,
    /// Their boards, calendars, handbooks.
    pub links: Vec<CatalogueLink>,
    /// Who may know of them: `public` or `internal`. Default: as `content.audience` says for pages.
    pub audience: Option<Audience>,
}

/// A link with a title.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CatalogueLink {
    /// The words of the link.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

impl Catalogue {
    /// Reads the text of a catalogue file. What is wrong is reported and left out as a whole.
    pub(super) fn read(file: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        Self::read_over(Self::default(), file, text)
    }

    /// Reads a catalogue file that adds to another catalogue. What both have is as the file says.
    pub(super) fn read_over(mut base: Self, file: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        let node = match data::parse_toml(text) {
            Ok(node) => node,
            Err(errors) => {
                let found = errors.into_iter().map(|error| {
                    Diagnostic::error("catalogue/syntax", error.message).at(Span::new(file, error.span))
                });
                return (base, found.collect());
            }
        };
        let mut found: Vec<Diagnostic> = schema::validate(&node, &Self::schema(), rotation::check_format)
            .into_iter()
            .map(|mistake| {
                let diagnostic =
                    Diagnostic::error("catalogue/value", mistake.message).at(Span::new(file, mistake.span));
                match mistake.help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                }
            })
            .collect();
        if found.is_empty() {
            found.extend(rotation::mistakes(file, &node));
        }
        if !found.is_empty() {
            return (base, found);
        }
        let own: Self = match serde_json::from_value(node.to_json()) {
            Ok(own) => own,
            Err(error) => {
                return (
                    base,
                    vec![Diagnostic::error("catalogue/value", error.to_string()).at(Span::file(file))],
                );
            }
        };
        base.services.extend(own.services);
        base.teams.extend(own.teams);
        base.rotations.extend(own.rotations);
        let catalogue = base;
        for (key, service) in node.get("services").map(data::Node::entries).unwrap_or_default() {
            if let Some(owner) = service.get("owner")
                && let Some(name) = owner.as_str()
                && !catalogue.teams.contains_key(name)
            {
                found.push(unknown(
                    "team",
                    name,
                    catalogue.teams.keys(),
                    Span::new(file, owner.span.clone()),
                ));
            }
            if let Some(data::Data::List(needed)) = service.get("depends_on").map(|node| &node.data) {
                for node in needed {
                    let name = node.as_str().unwrap_or_default();
                    if name == key.name || !catalogue.services.contains_key(name) {
                        let span = Span::new(file, node.span.clone());
                        found.push(unknown("service", name, catalogue.services.keys(), span));
                    }
                }
            }
        }
        for (_, rotation) in node.get("rotations").map(data::Node::entries).unwrap_or_default() {
            if let Some(team) = rotation.get("team")
                && let Some(name) = team.as_str().filter(|name| !catalogue.teams.contains_key(*name))
            {
                let span = Span::new(file, team.span.clone());
                found.push(unknown("team", name, catalogue.teams.keys(), span));
            }
            let Some(data::Data::List(services)) = rotation.get("services").map(|node| &node.data) else {
                continue;
            };
            for node in services {
                let name = node.as_str().unwrap_or_default();
                if !catalogue.services.contains_key(name) {
                    let span = Span::new(file, node.span.clone());
                    found.push(unknown("service", name, catalogue.services.keys(), span));
                }
            }
        }
        (catalogue, found)
    }

    /// The JSON Schema of the catalogue.
    pub fn schema() -> Value {
        schemars::schema_for!(Self).to_value()
    }

    /// Parts the catalogue into what everybody may know and what is internal. `default` is the audience of services and
    /// teams that name none. What is public names nothing that is internal.
    pub(super) fn parted(self, default: Audience) -> (Self, Self) {
        let is_public = |audience: &Option<Audience>| audience.unwrap_or(default) == Audience::Public;
        let (mut services, hidden): (BTreeMap<_, _>, BTreeMap<_, _>) =
            self.services.into_iter().partition(|(_, service)| is_public(&service.audience));
        let (teams, hidden_teams) = self.teams.into_iter().partition(|(_, team)| is_public(&team.audience));
        // Rotations name people.
        let hidden = Self { services: hidden, teams: hidden_teams, rotations: self.rotations };
        for service in services.values_mut() {
            service.depends_on.retain(|name| !hidden.services.contains_key(name));
            service.owner = service.owner.take().filter(|name| !hidden.teams.contains_key(name));
        }
        (Self { services, teams, rotations: BTreeMap::new() }, hidden)
    }

    /// Whether it has a service of this name or alias.
    pub fn has_service(&self, name: &str) -> bool {
        self.service_name(name).is_some()
    }

    /// The name in the catalogue of a service that may be called by one of its aliases.
    pub fn service_name<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if self.services.contains_key(name) {
            return Some(name);
        }
        self.services
            .iter()
            .find(|(_, service)| service.aliases.iter().any(|alias| alias == name))
            .map(|(name, _)| name.as_str())
    }
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a String>, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::warning("catalogue/unknown-name", format!("no {what} is called `{name}`")).at(span);
    match nearest(name, known.map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_do_not_exist_are_told() {
        let text = "[services.checkout]\nowner = 'edeg'\ndepends_on = ['checkout', 'db']\n[teams.edge]\n";
        let (catalogue, found) = Catalogue::read("services.toml", text);
        assert_eq!(catalogue.services.len(), 1);
        let messages: Vec<_> = found.iter().map(|d| d.message.as_str()).collect();
        assert_eq!(
            messages,
            ["no team is called `edeg`", "no service is called `checkout`", "no service is called `db`"]
        );
        let (_, found) = Catalogue::read("services.toml", "[services.x]\nownr = 'a'\n");
        assert!(found[0].help.as_ref().unwrap().contains("`owner`"));
    }
}
