//! Backstage's `catalog-info.yaml` as a catalogue
//! (<https://backstage.io/docs/features/software-catalog/descriptor-format>).
//!
//! Components, APIs and resources are services, groups are teams. What else stands there is not looked at.

use super::catalogue::{Catalogue, CatalogueLink, Service, Team};
use crate::data::{self, Data, Node};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Audience;

/// Where Backstage keeps a repository's catalogue.
pub(super) const FILE: &str = "catalog-info.yaml";

/// Whether a catalogue's file is Backstage's by its name.
pub(super) fn is_backstage(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Reads a catalogue of one or several documents. A document that is wrong is told and left out.
pub(super) fn read(file: &str, text: &str) -> (Catalogue, Vec<Diagnostic>) {
    let mut catalogue = Catalogue::default();
    let mut found = Vec::new();
    let mut offset = 0;
    for document in text.split("\n---") {
        match data::parse_yaml(document) {
            Ok(mut node) => {
                node.shift(offset);
                add(file, &node, &mut catalogue, &mut found);
            }
            Err(errors) => found.extend(errors.into_iter().map(|error| {
                let span = Span::new(file, error.span.start + offset..error.span.end + offset);
                Diagnostic::error("catalogue/syntax", error.message).at(span)
            })),
        }
        offset += document.len() + "\n---".len();
    }
    (catalogue, found)
}

fn add(file: &str, node: &Node, catalogue: &mut Catalogue, found: &mut Vec<Diagnostic>) {
    let Some(kind) = text(node.get("kind")) else { return };
    let is_service = matches!(kind.to_lowercase().as_str(), "component" | "api" | "resource");
    let is_team = kind.eq_ignore_ascii_case("group");
    if !is_service && !is_team {
        return;
    }
    let metadata = node.get("metadata");
    let of = |part: Option<&Node>, key: &str| text(part?.get(key));
    let Some(name) = of(metadata, "name") else {
        let place = Span::new(file, metadata.unwrap_or(node).span.clone());
        let message = format!("this {} has no name", kind.to_lowercase());
        found.push(
            Diagnostic::error("catalogue/value", message).at(place).help("add `name` under `metadata`"),
        );
        return;
    };
    let spec = node.get("spec");
    let links = list(metadata.and_then(|metadata| metadata.get("links")));
    let links: Vec<CatalogueLink> = links
        .iter()
        .filter_map(|link| {
            let url = text(link.get("url"))
                .filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
            Some(CatalogueLink { title: text(link.get("title")).unwrap_or_else(|| url.clone()), url })
        })
        .collect();
    if is_team {
        let profile = spec.and_then(|spec| spec.get("profile"));
        let team = Team {
            title: of(metadata, "title").or_else(|| of(profile, "displayName")),
            description: of(metadata, "description"),
            contact: of(profile, "email"),
            links,
            audience: audience(metadata),
            ..Team::default()
        };
        catalogue.teams.insert(name, team);
        return;
    }
    let needed = list(spec.and_then(|spec| spec.get("dependsOn")))
        .iter()
        .chain(list(spec.and_then(|spec| spec.get("consumesApis"))));
    let service = Service {
        title: of(metadata, "title"),
        description: of(metadata, "description"),
        owner: of(spec, "owner").map(|owner| bare(&owner).to_owned()),
        lifecycle: of(spec, "lifecycle"),
        depends_on: needed.filter_map(|name| Some(bare(name.as_str()?).to_owned())).collect(),
        links,
        audience: audience(metadata),
        ..Service::default()
    };
    catalogue.services.insert(name, service);
}

/// What the annotation `annals/audience` says.
fn audience(metadata: Option<&Node>) -> Option<Audience> {
    match text(metadata?.get("annotations")?.get("annals/audience"))?.as_str() {
        "public" => Some(Audience::Public),
        "internal" => Some(Audience::Internal),
        _ => None,
    }
}

/// `group:default/edge` is `edge`.
fn bare(reference: &str) -> &str {
    let rest = reference.rsplit_once(':').map_or(reference, |(_, rest)| rest);
    rest.rsplit_once('/').map_or(rest, |(_, name)| name)
}

fn text(node: Option<&Node>) -> Option<String> {
    match &node?.data {
        Data::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(_, written) => Some(written.clone()),
        _ => None,
    }
}

fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.data) {
        Some(Data::List(items)) => items,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: checkout\n  title: Checkout\n  links:\n    - url: https://grafana.example/d/1\n      title: Dashboard\n    - url: javascript:alert(1)\nspec:\n  type: service\n  lifecycle: production\n  owner: group:default/edge\n  dependsOn: [resource:default/db, component:proxy]\n---\nkind: Group\nmetadata:\n  name: edge\nspec:\n  profile:\n    displayName: Edge team\n---\nkind: Location\nmetadata:\n  name: x\n";

    #[test]
    fn components_are_services_and_groups_are_teams() {
        let (catalogue, found) = read("catalog-info.yaml", TEXT);
        assert_eq!(found, []);
        let service = &catalogue.services["checkout"];
        assert_eq!(service.owner.as_deref(), Some("edge"));
        assert_eq!(service.depends_on, ["db", "proxy"]);
        assert_eq!(service.links.len(), 1, "a script is no link");
        assert_eq!(catalogue.teams["edge"].title.as_deref(), Some("Edge team"));
        assert_eq!((catalogue.services.len(), catalogue.teams.len()), (1, 1));
    }

    #[test]
    fn a_document_that_is_wrong_is_told_at_its_place_and_the_others_are_read() {
        let text = "kind: Component\nmetadata:\n  title: x\n---\nkind: [\n---\nkind: API\nmetadata:\n  name: orders\n";
        let (catalogue, found) = read("catalog-info.yaml", text);
        let rules: Vec<&str> = found.iter().map(|found| found.rule).collect();
        assert_eq!(rules, ["catalogue/value", "catalogue/syntax"]);
        assert!(found[1].span.as_ref().unwrap().start > text.find("---").unwrap());
        assert!(catalogue.services.contains_key("orders"));
    }
}
