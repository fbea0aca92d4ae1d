//! Lists: sections, taxonomies and their terms.

use super::home::HomeView;
use super::parts::parts_of;
use super::{Renderer, Shell, digest};
use crate::config::is_inside;
use crate::diagnostic::Diagnostic;
use crate::record::Kind;
use crate::site::{ALERTS, Entry, EntryId, FeedFormat, Section, SectionId, Term, Web};
use crate::theme::archetype::NewPage;
use crate::theme::view::{
    CardView, FactView, FeedView, ItemView, LinkView, ListView, NewPageView, PageView, PagerView,
};
use serde::Serialize;
use std::sync::{Arc, PoisonError};

/// Stands for the day on which a page is begun: the build does not know it, and `app.js` puts it in.
const DAY: &str = "YYYY-MM-DD";

/// What a list's template is called with.
#[derive(Serialize)]
pub(super) struct ListFacts {
    template: &'static str,
    shell: Shell,
    list: ListView,
    /// The section's own page.
    page: Option<PageView>,
    home: Option<HomeView>,
}

impl ListFacts {
    /// The facts as parts with names.
    pub(super) fn parts(&self) -> [serde_json::Value; 3] {
        let rest = serde_json::json!({ "list": parts_of(&self.list), "home": parts_of(&self.home) });
        [parts_of(&self.shell), parts_of(&self.page), rest]
    }
}

impl Renderer {
    /// Hash of everything that a list's bytes are made from.
    pub(super) fn list_key(&self, facts: &ListFacts, hasher: &mut blake3::Hasher) {
        hasher.update(&self.theme.hash);
        digest(facts, hasher);
    }

    /// A list's HTML.
    pub(super) fn list(&self, facts: ListFacts) -> Result<String, Diagnostic> {
        let mut context = self.context(facts.shell);
        context.insert("list", &facts.list);
        context.insert("page", &facts.page);
        if let Some(home) = &facts.home {
            context.insert("home", home);
        }
        self.theme.render(facts.template, &context)
    }

    /// A section's list; the first page of it shows what the section's own page says.
    pub(super) fn section_facts(&self, section: &Section, number: usize) -> ListFacts {
        let entry = section.entry.and_then(|id| self.site.entry(id)).filter(|_| number == 1);
        let (pages, pager) = self.slice(&section.pages, &section.url, number);
        let description =
            section.entry.and_then(|id| self.site.entry(id)).map(|entry| entry.page.description());
        let home = section.parent.is_none();
        let (ways, gap) = if number == 1 { self.runbook_ways(section) } else { Default::default() };
        let list = ListView {
            title: match entry {
                Some(entry) => entry.page.title.clone(),
                None => self.section_title(section).to_owned(),
            },
            description: match description {
                Some(text)
                    if !text.is_empty()
                        && entry.is_none_or(|entry| entry.page.front.common.description.is_some()) =>
                {
                    text
                }
                _ if home => self.site.library.config.site.description.clone(),
                _ => String::new(),
            },
            kind: section.kind.name(),
            ways,
            gap,
            sections: if number == 1 { self.cards(section) } else { Vec::new() },
            items: pages
                .iter()
                .filter_map(|id| self.site.entry(*id))
                .map(|entry| self.item(entry, Some(section.kind)))
                .collect(),
            pager,
            new_page: if number == 1 { self.new_page(section) } else { None },
            ..ListView::default()
        };
        let shell = Shell {
            title: if home && entry.is_none() {
                self.site.library.config.site.title.clone()
            } else {
                list.title.clone()
            },
            description: list.description.clone(),
            noindex: number > 1,
            markdown_url: entry.map(|entry| format!("{}index.md", entry.url)),
            feeds: self.feeds_of(&section.url, &section.title, !section.pages.is_empty()),
            nav: self.nav(section.id, &section.url, None),
            url: if number == 1 { section.url.clone() } else { format!("{}page/{number}/", section.url) },
        };
        ListFacts {
            template: if home { "home.html" } else { "section.html" },
            shell,
            list,
            page: entry.map(|entry| self.page_view(entry)),
            home: home.then(|| self.home()),
        }
    }

    /// How else runbooks are found than by their folders, and how many alerts have none; for the section of runbooks.
    fn runbook_ways(&self, section: &Section) -> (Vec<LinkView>, Option<LinkView>) {
        let kinds = &self.site.library.config.all_kinds;
        if section.path.is_empty() || kinds.of_folder(&section.path) != Some(Kind::Runbook) {
            return Default::default();
        }
        let services = self.site.taxonomy("services").map(|services| format!("{}/", services.slug));
        let alerts = &self.site.records.alerts;
        let by_alert = (!alerts.is_empty()).then(|| ALERTS.to_owned());
        let way = |word: &str, url: Option<String>| {
            Some(LinkView { title: self.theme.word(word).to_owned(), url: url? })
        };
        let ways = [way("by_service", services), way("by_alert", by_alert)].into_iter().flatten().collect();
        let gaps = alerts.iter().filter(|alert| alert.runbooks.is_empty()).count();
        let gap = (gaps > 0).then(|| LinkView {
            title: self.theme.counted("n_alerts_without_runbook", gaps),
            url: ALERTS.to_owned(),
        });
        (ways, gap)
    }

    /// How a page is added to a section in a browser; only where its folder is one of the content's repository.
    fn new_page(&self, section: &Section) -> Option<NewPageView> {
        let library = &self.site.library;
        let is_mounted =
            library.config.mounts.iter().any(|mount| is_inside(&section.path, mount.at.trim_matches('/')));
        if section.path.is_empty() || is_mounted {
            return None;
        }
        let web = Web::of(&library.config)?;
        let page = NewPage {
            kind: section.kind,
            kinds: &library.config.all_kinds,
            shape: None,
            title: self.theme.word("new_page_title"),
            date: DAY,
            services: &[],
            severity: None,
            version: None,
            known: None,
            names_kind: false,
        };
        let text = {
            let mut kept = self.blank.lock().unwrap_or_else(PoisonError::into_inner);
            // An archetype that can't be rendered is told by `annals new`.
            let made = || page.text(&library.theme_files).ok().map(Arc::from);
            kept.entry(section.kind).or_insert_with(made).clone()?
        };
        let slug = crate::markdown::slug(page.title);
        let folder = format!("{}{}/{}", library.prefix, library.config.content.folder, section.path);
        let new = web.new_page(&format!("{folder}/{}", page.file_name(&slug)), &text);
        Some(NewPageView {
            kind: self.kind_label(section.kind),
            url: new.url,
            text: (!new.has_text).then(|| text.to_string()),
        })
    }

    fn cards(&self, section: &Section) -> Vec<CardView> {
        let sections = section.sections.iter().filter_map(|id| self.site.section(*id));
        sections
            .map(|section| CardView {
                title: self.section_title(section).to_owned(),
                url: section.url.clone(),
                description: section
                    .entry
                    .and_then(|id| self.site.entry(id))
                    .map(|entry| entry.page.description())
                    .unwrap_or_default(),
                count: self.count(section),
            })
            .collect()
    }

    /// Pages in a section and below it.
    fn count(&self, section: &Section) -> usize {
        let below: usize = section
            .sections
            .iter()
            .filter_map(|id| self.site.section(*id))
            .map(|section| self.count(section))
            .sum();
        section.pages.len() + below
    }

    /// All terms of a taxonomy.
    pub(super) fn taxonomy_facts(&self, index: usize) -> Option<ListFacts> {
        let taxonomy = self.site.taxonomies.get(index)?;
        let list = ListView {
            title: self.theme.label(&taxonomy.plural).to_owned(),
            sections: taxonomy
                .terms
                .iter()
                .map(|term| CardView {
                    title: term.title.clone(),
                    url: term.url.clone(),
                    description: self.term_description(&taxonomy.key, term),
                    count: term.pages.len(),
                })
                .collect(),
            ..ListView::default()
        };
        let address = format!("{}/", taxonomy.slug);
        let shell = Shell {
            title: list.title.clone(),
            description: String::new(),
            noindex: false,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav: self.nav(SectionId(0), &address, None),
            url: address,
        };
        Some(ListFacts { template: "taxonomy.html", shell, list, page: None, home: None })
    }

    fn term_description(&self, key: &str, term: &Term) -> String {
        let catalogue = &self.site.library.catalogue;
        let text = match key {
            "services" => catalogue.services.get(&term.name).and_then(|service| service.description.clone()),
            "teams" => catalogue.teams.get(&term.name).and_then(|team| team.description.clone()),
            _ => None,
        };
        text.unwrap_or_default()
    }

    /// A term's list.
    pub(super) fn term_facts(&self, taxonomy: usize, term: usize, number: usize) -> Option<ListFacts> {
        let taxonomy = self.site.taxonomies.get(taxonomy)?;
        let term = taxonomy.terms.get(term)?;
        let (pages, pager) = self.slice(&term.pages, &term.url, number);
        let (mut facts, links) = self.catalogue_facts(&taxonomy.key, &term.name);
        let (panels, actions, more) = match (number, taxonomy.key.as_str()) {
            (1, "services") => self.service(term),
            (1, key) => (self.care(key, term), Vec::new(), Vec::new()),
            _ => Default::default(),
        };
        facts.extend(more);
        let on_call = if taxonomy.key == "services" { self.on_call_for(&term.name) } else { Vec::new() };
        let list = ListView {
            title: term.title.clone(),
            description: self.term_description(&taxonomy.key, term),
            kind: Kind::Article.name(),
            facts,
            links,
            panels,
            actions,
            on_call,
            items: self.items_by_kind(&term.pages, pages),
            pager,
            ..ListView::default()
        };
        let mut nav = self.nav(SectionId(0), &term.url, None);
        nav.trail = vec![LinkView {
            title: self.theme.label(&taxonomy.plural).to_owned(),
            url: format!("{}/", taxonomy.slug),
        }];
        let shell = Shell {
            title: format!("{}: {}", self.theme.label(&taxonomy.label), term.title),
            description: list.description.clone(),
            noindex: number > 1,
            markdown_url: None,
            feeds: self.feeds_of(&term.url, &term.title, true),
            nav,
            url: if number == 1 { term.url.clone() } else { format!("{}page/{number}/", term.url) },
        };
        Some(ListFacts { template: "section.html", shell, list, page: None, home: None })
    }

    /// Some of a term's pages as rows, which stand in the order of their kinds: under the name of each where the term has
    /// several.
    fn items_by_kind(&self, all: &[EntryId], shown: &[EntryId]) -> Vec<ItemView> {
        let kind = |id: Option<&EntryId>| Some(self.site.entry(*id?)?.page.kind);
        let has_several = kind(all.first()) != kind(all.last());
        let mut before = None;
        let item = |entry: &Entry| {
            let kind = entry.page.kind;
            let is_first = before.replace(kind) != Some(kind);
            let mut item = self.item(entry, has_several.then_some(kind));
            if has_several && is_first {
                let plural = self.site.library.config.all_kinds.plural(kind);
                item.heading = Some(self.theme.label(&plural).to_owned());
            }
            item
        };
        shown.iter().filter_map(|id| self.site.entry(*id)).map(item).collect()
    }

    /// What the catalogue says of a service or a team.
    fn catalogue_facts(&self, key: &str, name: &str) -> (Vec<FactView>, Vec<LinkView>) {
        let catalogue = &self.site.library.catalogue;
        let mut facts = Vec::new();
        let mut add = |label: &str, value: Option<String>, url: Option<String>| {
            if let Some(value) = value {
                facts.push(FactView { label: label.to_owned(), value, url });
            }
        };
        let address = |key: &str, name: &str| {
            self.site.taxonomy(key).and_then(|taxonomy| taxonomy.term(name)).map(|term| term.url.clone())
        };
        let links = match key {
            "services" => {
                let Some(service) = catalogue.services.get(name) else { return Default::default() };
                let owner = service.owner.clone();
                let owner_url = owner.as_deref().and_then(|owner| address("teams", owner));
                add(self.theme.word("owner"), owner, owner_url);
                add(self.theme.word("tier"), service.tier.map(|tier| tier.to_string()), None);
                add(self.theme.word("lifecycle"), service.lifecycle.clone(), None);
                for needed in &service.depends_on {
                    add(self.theme.word("depends_on"), Some(needed.clone()), address("services", needed));
                }
                for (user, other) in &catalogue.services {
                    if other.depends_on.iter().any(|needed| needed == name) {
                        add(self.theme.word("used_by"), Some(user.clone()), address("services", user));
                    }
                }
                &service.links
            }
            "teams" => {
                let Some(team) = catalogue.teams.get(name) else { return Default::default() };
                add(self.theme.word("contact"), team.contact.clone(), None);
                add(self.theme.word("escalation"), team.escalation.clone(), None);
                &team.links
            }
            _ => return Default::default(),
        };
        let links =
            links.iter().map(|link| LinkView { title: link.title.clone(), url: link.url.clone() }).collect();
        (facts, links)
    }

    /// The part of a list that one of its pages shows.
    pub(super) fn slice<'a, T>(
        &self,
        pages: &'a [T],
        address: &str,
        number: usize,
    ) -> (&'a [T], Option<PagerView>) {
        let per_page = self.site.library.config.content.per_page.max(1);
        let count = pages.len().div_ceil(per_page);
        let start = (number - 1) * per_page;
        let part = pages.get(start..pages.len().min(start + per_page)).unwrap_or_default();
        (part, self.pager(count, address, number))
    }

    /// Links to the pages of a list that has `count` of them.
    pub(super) fn pager(&self, count: usize, address: &str, number: usize) -> Option<PagerView> {
        let of = |number: usize| {
            if number == 1 { address.to_owned() } else { format!("{address}page/{number}/") }
        };
        (count > 1).then(|| PagerView {
            number,
            count,
            previous: (number > 1).then(|| of(number - 1)),
            next: (number < count).then(|| of(number + 1)),
        })
    }

    /// The feeds of a list, or the site's where it has none of its own.
    pub(super) fn feeds_of(&self, address: &str, title: &str, has: bool) -> Vec<FeedView> {
        let path = format!("{address}{}", FeedFormat::Atom.file_name());
        if !has || address.is_empty() || self.site.route(&path).is_none() {
            return self.site_feeds();
        }
        feed_views(address, title)
    }

    /// The site's own feeds.
    pub(super) fn site_feeds(&self) -> Vec<FeedView> {
        if self.site.route(FeedFormat::Atom.file_name()).is_none() {
            return Vec::new();
        }
        feed_views("", &self.site.library.config.site.title)
    }
}

fn feed_views(address: &str, title: &str) -> Vec<FeedView> {
    FeedFormat::ALL
        .into_iter()
        .map(|format| FeedView {
            title: title.to_owned(),
            url: format!("{address}{}", format.file_name()),
            media_type: format.media_type(),
        })
        .collect()
}
