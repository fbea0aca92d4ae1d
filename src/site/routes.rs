//! Gathers the output paths of a site, and reports two of them that would be one file.

use super::audit::{AUDIT, Audit};
use super::entry::Entry;
use super::listing::Listing;
use super::metrics;
use super::on_call::{ON_CALL, OnCall};
use super::package::{self, Package};
use super::records::{ACTIONS, ALERTS, METRICS, Records};
use super::route::{FeedFormat, FeedScope, MetricsOf, RecordRoute, Route, RouteKind};
use super::section::Section;
use super::taxonomy::Taxonomy;
use super::url;
use crate::diagnostic::{Diagnostic, Span};
use crate::source::Library;
use std::collections::HashMap;

/// Where RFC 9116 wants to be told whom to write to.
pub const SECURITY_TEXT: &str = ".well-known/security.txt";
/// Where browsers find what they may fetch ahead.
pub const SPECULATION_RULES: &str = "speculation-rules.json";

/// Output paths being gathered.
#[derive(Default)]
pub(super) struct Routes {
    pub list: Vec<Route>,
    /// By path in lower case: two paths that differ only in case are one file on many disks.
    taken: HashMap<String, usize>,
}

impl Routes {
    pub fn add(&mut self, path: String, kind: RouteKind, origin: &str, found: &mut Vec<Diagnostic>) {
        let key = path.to_lowercase();
        if let Some(other) = self.taken.get(&key).and_then(|index| self.list.get(*index)) {
            let what = if other.path == path { "the same path" } else { "paths that differ only in case" };
            let message = format!("`{}` and `{origin}` both make {what}: `{path}`", other.origin);
            found.push(
                Diagnostic::error("site/path-twice", message)
                    .at(Span::file(origin))
                    .related(Span::file(other.origin.as_str()), "the other one")
                    .help("give one of them another `slug` or `url`, or remove the alias"),
            );
            return;
        }
        self.taken.insert(key, self.list.len());
        self.list.push(Route { path, kind, origin: origin.to_owned() });
    }

    pub fn add_all(
        &mut self,
        library: &Library,
        entries: &[Entry],
        sections: &[Section],
        taxonomies: &[Taxonomy],
        found: &mut Vec<Diagnostic>,
    ) {
        for entry in entries {
            let file: &str = &entry.page.file;
            if !entry.is_section {
                self.add(url::output(&entry.url), RouteKind::Page(entry.id), file, found);
            }
            if entry.url.is_empty() || entry.url.ends_with('/') {
                self.add(format!("{}index.md", entry.url), RouteKind::Markdown(entry.id), file, found);
            }
        }
        let per_page = library.config.content.per_page;
        for section in sections {
            let origin = section.entry.and_then(|id| entries.get(id.0)).map_or_else(
                || format!("{}/{}", library.config.content.folder, section.path),
                |e| e.page.file.to_string(),
            );
            for number in 1..=section.pages.len().div_ceil(per_page).max(1) {
                let path = page_of(&section.url, number);
                self.add(url::output(&path), RouteKind::Section(section.id, number), &origin, found);
            }
        }
        for (index, taxonomy) in taxonomies.iter().enumerate() {
            let origin = format!("taxonomy `{}`", taxonomy.key);
            self.add(format!("{}/index.html", taxonomy.slug), RouteKind::Taxonomy(index), &origin, found);
            for (at, term) in taxonomy.terms.iter().enumerate() {
                for number in 1..=term.pages.len().div_ceil(per_page).max(1) {
                    let path = page_of(&term.url, number);
                    self.add(url::output(&path), RouteKind::Term(index, at, number), &origin, found);
                }
            }
        }
        self.add_feeds(library, sections, taxonomies, found);
        for (path, kind) in [
            ("search/index.html", RouteKind::Search),
            ("404.html", RouteKind::NotFound),
            ("robots.txt", RouteKind::Robots),
            ("llms.txt", RouteKind::Llms),
            ("_redirects", RouteKind::Redirects),
            ("_headers", RouteKind::Headers),
            (SPECULATION_RULES, RouteKind::SpeculationRules),
            ("app.webmanifest", RouteKind::WebManifest),
        ] {
            self.add(path.to_owned(), kind, "annals", found);
        }
        if library.config.offline.enabled {
            self.add("sw.js".into(), RouteKind::ServiceWorker, "annals", found);
        }
        if library.config.output.cname {
            self.add("CNAME".into(), RouteKind::Cname, "annals", found);
        }
        if library.config.security.is_some() {
            self.add(SECURITY_TEXT.into(), RouteKind::SecurityText, "annals", found);
        }
        if library.config.site.base_url.is_some() {
            self.add("sitemap.xml".into(), RouteKind::Sitemap, "annals", found);
            self.add("opensearch.xml".into(), RouteKind::OpenSearch, "annals", found);
        }
        let withheld = super::withheld::assets(library, entries);
        for asset in library.assets.iter().filter(|asset| !withheld.contains(asset.path.as_str())) {
            let (folder, name) = asset.path.rsplit_once('/').unwrap_or(("", &asset.path));
            let path = format!("{}{name}", url::folder(folder));
            self.add(path, RouteKind::Copy(asset.disk.clone()), &asset.name, found);
        }
        for file in &library.statics {
            self.add(file.path.clone(), RouteKind::Copy(file.disk.clone()), &file.name, found);
        }
        self.add_aliases(entries, found);
    }

    /// Records come last and yield to pages: a site may have an archive of its own.
    pub fn add_records(
        &mut self,
        library: &Library,
        records: &Records,
        packages: &[Package],
        entries: &[Entry],
    ) {
        let per_page = library.config.content.per_page;
        for (index, list) in records.archive.iter().enumerate() {
            self.add_list(list, per_page, |number| RecordRoute::Archive(index, number));
        }
        for (index, list) in records.boards.iter().enumerate() {
            self.add_list(list, per_page, |number| RecordRoute::Actions(index, number));
            if matches!(list.group, "" | "owner") {
                self.add_record(format!("{}due.ics", list.url), RecordRoute::Calendar(index));
            }
        }
        if !records.boards.is_empty() {
            self.add_record(format!("{ACTIONS}actions.json"), RecordRoute::ActionsJson);
            self.add_record(format!("{ACTIONS}actions.csv"), RecordRoute::ActionsCsv);
        }
        for (index, list) in records.queues.iter().enumerate() {
            self.add_list(list, per_page, |number| RecordRoute::Review(index, number));
        }
        if !records.incidents.is_empty() || !packages.is_empty() {
            self.add_metrics(library, packages, records);
        }
        for number in 1..=records.alerts.len().div_ceil(per_page) {
            self.add_record(url::output(&page_of(ALERTS, number)), RecordRoute::Alerts(number));
        }
        for (index, alert) in records.alerts.iter().enumerate() {
            // A page that would only repeat a link leads there at once: who follows it is in a hurry.
            let runbook = match alert.runbooks.as_slice() {
                [only] if alert.rule.is_none() => entries.get(only.0),
                _ => None,
            };
            let kind = match runbook {
                Some(entry) => RouteKind::Alias(entry.url.clone()),
                None => RouteKind::Record(RecordRoute::Alert(index)),
            };
            self.add_if_free(url::output(&alert.url), kind);
        }
    }

    fn add_metrics(&mut self, library: &Library, packages: &[Package], records: &Records) {
        self.add_record(format!("{METRICS}index.html"), RecordRoute::Metrics(MetricsOf::Site));
        for (index, name) in library.catalogue.services.keys().enumerate() {
            let route = RecordRoute::Metrics(MetricsOf::Service(index));
            self.add_record(url::output(&metrics::service_url(name)), route);
        }
        for (index, name) in library.catalogue.teams.keys().enumerate() {
            let route = RecordRoute::Metrics(MetricsOf::Team(index));
            self.add_record(url::output(&metrics::team_url(name)), route);
        }
        for month in metrics::months(library, packages, records) {
            self.add_record(url::output(&metrics::month_url(month)), RecordRoute::MetricsMonth(month));
        }
        self.add_record(format!("{METRICS}metrics.json"), RecordRoute::MetricsJson);
        self.add_record(format!("{METRICS}records.csv"), RecordRoute::MetricsCsv);
    }

    pub fn add_on_call(&mut self, on_call: &OnCall, library: &Library) {
        if on_call.is_empty() {
            return;
        }
        self.add_record(format!("{ON_CALL}index.html"), RecordRoute::OnCall);
        if on_call.duties.is_empty() {
            return;
        }
        self.add_record(format!("{ON_CALL}shifts.json"), RecordRoute::OnCallJson);
        self.add_record(format!("{ON_CALL}shifts.js"), RecordRoute::OnCallScript);
        self.add_record(format!("{ON_CALL}shifts.ics"), RecordRoute::OnCallCalendar(None));
        for (index, rota) in library.rotas.iter().enumerate() {
            let address = url::segment(&rota.name);
            self.add_record(format!("{ON_CALL}{address}.ics"), RecordRoute::OnCallCalendar(Some(index)));
        }
    }

    pub fn add_audit(&mut self, audit: &Audit, library: &Library) {
        if audit.commits.is_empty() {
            return;
        }
        for (index, list) in audit.lists.iter().enumerate() {
            self.add_list(list, library.config.content.per_page, |number| RecordRoute::Audit(index, number));
        }
        self.add_record(format!("{AUDIT}audit.json"), RecordRoute::AuditJson);
        self.add_record(format!("{AUDIT}audit.csv"), RecordRoute::AuditCsv);
    }

    fn add_list(&mut self, list: &Listing, per_page: usize, route: impl Fn(usize) -> RecordRoute) {
        for number in 1..=list.rows.len().div_ceil(per_page).max(1) {
            self.add_record(url::output(&page_of(&list.url, number)), route(number));
        }
    }

    fn add_record(&mut self, path: String, route: RecordRoute) {
        self.add_if_free(path, RouteKind::Record(route));
    }

    fn add_if_free(&mut self, path: String, kind: RouteKind) {
        if !self.taken.contains_key(&path.to_lowercase()) {
            self.add(path, kind, "records", &mut Vec::new());
        }
    }

    pub fn add_packages(
        &mut self,
        library: &Library,
        packages: &[Package],
        entries: &[Entry],
        found: &mut Vec<Diagnostic>,
    ) {
        if packages.is_empty() {
            return;
        }
        self.add(format!("{}index.html", package::ROOT), RouteKind::Packages, "packages", found);
        for year in package::release_years(packages) {
            let address = package::year_url(&year);
            self.add(url::output(&address), RouteKind::Year(year), "packages", found);
        }
        let per_page = library.config.content.per_page;
        if has_feeds(library) {
            self.add_feed(package::ROOT, FeedScope::Packages, found);
            for (index, package) in packages.iter().enumerate() {
                self.add_feed(&package.url, FeedScope::Package(index), found);
            }
            // A package of that name has a feed of its own.
            for format in FeedFormat::ALL {
                let path = format!("{}{}", package::BREAKING, format.file_name());
                if !self.taken.contains_key(&path) {
                    self.add(path, RouteKind::Feed(FeedScope::Breaking, format), "feeds", found);
                }
            }
        }
        for (index, package) in packages.iter().enumerate() {
            let origin = package
                .history()
                .map_or_else(String::new, |history| format!("history of `{}`", history.name));
            for number in 1..=package.releases.len().div_ceil(per_page).max(1) {
                let path = page_of(&package.url, number);
                self.add(url::output(&path), RouteKind::Package(index, number), &origin, found);
            }
            let shards = package.history().map_or(0, |history| history.shards().len());
            if shards > 0 {
                let address = format!("{}compare/", package.url);
                self.add(url::output(&address), RouteKind::Compare(index), &origin, found);
                for number in 1..=shards {
                    let path = page_of(&format!("{}changes/", package.url), number);
                    self.add(url::output(&path), RouteKind::Changes(index, number), &origin, found);
                }
                for file in 0..shards {
                    self.add(
                        format!("{address}{file}.js"),
                        RouteKind::CompareData(index, file),
                        &origin,
                        found,
                    );
                }
            }
            for (at, place) in package.releases.iter().enumerate() {
                let kind = match place.note.and_then(|id| entries.get(id.0)) {
                    Some(entry) => RouteKind::Alias(entry.url.clone()),
                    None => RouteKind::Release(index, at),
                };
                self.add(url::output(&place.own_url), kind, &origin, found);
            }
        }
    }

    fn add_feeds(
        &mut self,
        library: &Library,
        sections: &[Section],
        taxonomies: &[Taxonomy],
        found: &mut Vec<Diagnostic>,
    ) {
        if !has_feeds(library) {
            return;
        }
        let mut scopes = vec![(String::new(), FeedScope::Site)];
        let below = sections.iter().filter(|section| section.parent.is_some() && !section.pages.is_empty());
        scopes.extend(below.map(|section| (section.url.clone(), FeedScope::Section(section.id))));
        let wanted = &library.config.feeds.taxonomies;
        for (index, taxonomy) in
            taxonomies.iter().enumerate().filter(|(_, taxonomy)| wanted.contains(&taxonomy.key))
        {
            let terms = taxonomy.terms.iter().enumerate();
            scopes.extend(terms.map(|(at, term)| (term.url.clone(), FeedScope::Term(index, at))));
        }
        for (address, scope) in scopes {
            self.add_feed(&address, scope, found);
        }
    }

    fn add_feed(&mut self, address: &str, scope: FeedScope, found: &mut Vec<Diagnostic>) {
        for format in FeedFormat::ALL {
            let path = format!("{address}{}", format.file_name());
            self.add(path, RouteKind::Feed(scope, format), "feeds", found);
        }
    }

    /// Aliases come last, so that one onto a page is named as the alias's mistake.
    fn add_aliases(&mut self, entries: &[Entry], found: &mut Vec<Diagnostic>) {
        for entry in entries {
            let page = &entry.page;
            for written in &page.front.common.aliases.0 {
                let place = Span::new(page.file.clone(), page.front.place(&page.source, "aliases", written));
                // Hugo reads an alias without a leading slash as relative to the page's folder.
                let full = if written.starts_with('/') {
                    written.clone()
                } else {
                    let folder =
                        entry.url.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
                    format!("{folder}/{written}")
                };
                let Some(address) = url::from_author(&full) else {
                    found.push(
                        Diagnostic::error(
                            "page/alias",
                            format!("`{written}` is not an address inside the site"),
                        )
                        .at(place),
                    );
                    continue;
                };
                if address == entry.url {
                    continue;
                }
                let before = found.len();
                self.add(url::output(&address), RouteKind::Alias(entry.url.clone()), &page.file, found);
                if let Some(diagnostic) = found.get_mut(before) {
                    diagnostic.span = Some(place);
                }
            }
        }
    }
}

/// Whether feeds are written: their addresses have to be whole.
fn has_feeds(library: &Library) -> bool {
    library.config.feeds.enabled && library.config.site.base_url.is_some()
}

/// The address of a page of a list.
fn page_of(address: &str, number: usize) -> String {
    if number == 1 { address.to_owned() } else { format!("{address}page/{number}/") }
}
