//! From records to a site: addresses, sections, order, relations, routes.

use super::audit::Audit;
use super::entry::Entry;
use super::named::Stems;
use super::on_call::OnCall;
use super::package;
use super::records::Records;
use super::relate::{places, relate};
use super::route::RouteKind;
use super::routes::Routes;
use super::taxonomy;
use super::tree::tree;
use super::{Site, index, url};
use crate::changelog::SourceChangelog;
use crate::config::FILE_NAME;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Audience;
use crate::source::{Library, Page};
use std::collections::HashMap;
use std::sync::Arc;

/// Joins records into relations, routes and navigation. Pure: the same library gives the same site, whatever the order
/// of its files. The diagnostics are those of the site as a whole; each page has its own.
pub fn plan(library: Arc<Library>, changelogs: &Arc<Vec<SourceChangelog>>) -> (Site, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let pages = visible(&library);
    let (sections, mut entries) = tree(&library, &pages, &mut found);
    let taxonomies = taxonomy::taxonomies(&library, &entries);
    let packages = package::packages(changelogs, &entries);
    let index = index::index(&entries, &taxonomies);
    let mut routes = Routes::default();
    for number in 1..=index.len().div_ceil(index::PER_PAGE) {
        let path = format!("search/a-z/{number}/index.html");
        routes.add(path, RouteKind::Index(number), "annals", &mut found);
    }
    routes.add_packages(&library, &packages, &entries, &mut found);
    routes.add_all(&library, &entries, &sections, &taxonomies, &mut found);
    let records = Records::of(&library, &entries, &packages);
    let on_call = OnCall::of(&library, &entries, &packages, &records.incidents);
    routes.add_records(&library, &records, &packages, &entries);
    routes.add_on_call(&on_call, &library);
    let audit = Audit::of(&library, &entries);
    routes.add_audit(&audit, &library);
    let places = places(&library, &entries, &sections, &taxonomies, &routes);
    relate(&places, &mut entries, &mut found);
    unknown_names(&library, &entries, &mut found);
    missing_files(&library, &routes, &mut found);
    routes.list.sort_by(|a, b| a.path.cmp(&b.path));
    let by_path = routes.list.iter().enumerate().map(|(index, route)| (route.path.clone(), index)).collect();
    let stems = Stems::of(&entries);
    let mut site = Site {
        entries,
        sections: Arc::new(sections),
        taxonomies: Arc::new(taxonomies),
        packages: Arc::new(packages),
        records: Arc::new(records),
        on_call: Arc::new(on_call),
        audit: Arc::new(audit),
        routes: Arc::new(routes.list),
        by_path: Arc::new(by_path),
        index: Arc::new(index),
        images: Arc::new(images(&library)),
        stems: Arc::new(stems),
        replaces: Arc::default(),
        places: Arc::new(places),
        library,
    };
    site.replaces = Arc::new(site.join_decisions());
    (site, found)
}

/// The pages that this build's audience sees.
fn visible(library: &Library) -> Vec<Arc<Page>> {
    library
        .pages()
        .filter(|page| library.drafts || !page.front.common.draft)
        .filter(|page| library.built_for == Audience::Internal || page.audience == Audience::Public)
        .cloned()
        .collect()
}

/// Files and pages that `[look]` names and that the site does not have.
fn missing_files(library: &Library, routes: &Routes, found: &mut Vec<Diagnostic>) {
    for (name, place) in &library.config.look.named {
        let path = url::output(name.split_once('#').map_or(name.as_str(), |(path, _)| path));
        if !routes.list.iter().any(|route| route.path == path) {
            found.push(
                Diagnostic::error("config/missing-file", format!("the site has no `{name}`"))
                    .at(Span::new(FILE_NAME, place.clone()))
                    .help("it is an address in the site: `logo.svg` for `static/logo.svg`, `guides/move/` for a page"),
            );
        }
    }
}

/// Sizes of images by address.
fn images(library: &Library) -> HashMap<String, (usize, usize)> {
    let sized = library.assets.iter().filter_map(|asset| {
        let (folder, name) = asset.path.rsplit_once('/').unwrap_or(("", &asset.path));
        Some((format!("{}{name}", url::folder(folder)), asset.size?))
    });
    sized.collect()
}

/// Services and teams that the catalogue does not have.
fn unknown_names(library: &Library, entries: &[Entry], found: &mut Vec<Diagnostic>) {
    let catalogue = &library.catalogue;
    if catalogue.services.is_empty() {
        return;
    }
    for entry in entries {
        let page = &entry.page;
        for name in &page.front.common.services.0 {
            if catalogue.service_name(name).is_some() {
                continue;
            }
            let place = Span::new(page.file.clone(), page.front.place(&page.source, "services", name));
            let diagnostic =
                Diagnostic::error("page/unknown-service", format!("no service is called `{name}`")).at(place);
            found.push(match nearest(name, catalogue.services.keys().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("add it to {}", library.config.content.services)),
            });
        }
    }
}
