//! A page: its text as HTML and its facts.

use super::item::{severity, severity_view, status};
use super::links::PageLinks;
use super::parts::parts_of;
use super::release::{ReleaseView, short};
use super::{Renderer, Shell, digest, direction};
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, RenderOptions, Style};
use crate::record::{Audience, Fields, Kind, Moment, fields::RetroFields};
use crate::site::{Entry, EntryId, Place, Web, names, url};
use crate::source::Page;
use crate::source::git::Stamp;
use crate::theme::view::{ActionsView, CommitView, FieldView, LinkView, PageView, TermsView};
use serde::Serialize;

/// Headings that a table of contents needs to be worth its room.
const TOC_LEAST: usize = 3;
/// Links of its services that a runbook shows.
const LINKS: usize = 6;
/// Links back that a page lists.
const BACKLINKS: usize = 20;
/// Contributors that a page names.
const CONTRIBUTORS: usize = 12;

/// What a page's template is called with, but for the page's text.
#[derive(Serialize)]
pub(super) struct PageFacts {
    shell: Shell,
    view: PageView,
    release: Option<ReleaseView>,
}

impl PageFacts {
    /// The facts as parts with names.
    pub(super) fn parts(&self) -> [serde_json::Value; 3] {
        let release = serde_json::json!({ "release": parts_of(&self.release) });
        [parts_of(&self.shell), parts_of(&self.view), release]
    }
}

impl Renderer {
    /// What a page's template is called with, beside the page itself.
    fn page_shell(&self, entry: &Entry) -> Shell {
        let page = &entry.page;
        let section = self.site.section(entry.section);
        let feeds = section.map_or_else(Vec::new, |section| {
            self.feeds_of(&section.url, &section.title, !section.pages.is_empty())
        });
        Shell {
            url: entry.url.clone(),
            title: page.title.clone(),
            description: page.description(),
            noindex: page.front.common.draft,
            markdown_url: entry.url.ends_with('/').then(|| format!("{}index.md", entry.url)),
            feeds,
            nav: self.nav(entry.section, &entry.url, Some(entry.place)),
        }
    }

    /// Hash of everything that a page's bytes are made from, without making them: its file, where its links lead, its
    /// facts and its neighbourhood. Two equal keys give equal bytes.
    pub(super) fn page_key(&self, entry: &Entry, facts: &PageFacts, hasher: &mut blake3::Hasher) {
        hasher.update(&self.theme.hash);
        self.body_key(entry, hasher);
        digest(facts, hasher);
    }

    /// Hash of everything that the HTML of a page's text is made from: its file, and where its links lead.
    pub(super) fn body_key(&self, entry: &Entry, hasher: &mut blake3::Hasher) {
        let page = &entry.page;
        hasher.update(&page.hash);
        hasher.update(&[self.site.library.config.html_policy(&page.path) as u8]);
        self.links_key(entry, hasher);
    }

    /// Hash of where a page's links lead.
    pub(super) fn links_key(&self, entry: &Entry, hasher: &mut blake3::Hasher) {
        for place in &entry.links {
            let (address, fragment) = match place {
                Place::Entry(id, fragment) => {
                    (self.site.entry(*id).map_or("", |entry| &entry.url), fragment.as_deref())
                }
                Place::Address(address, fragment) => (address.as_str(), fragment.as_deref()),
                Place::External => ("//", None),
                Place::Broken => ("?", None),
            };
            hasher
                .update(address.as_bytes())
                .update(b"#")
                .update(fragment.unwrap_or_default().as_bytes())
                .update(&[0]);
            if let Some((width, height)) = self.site.image_size(address) {
                hasher.update(&width.to_le_bytes()).update(&height.to_le_bytes());
            }
        }
    }

    /// Everything about a page but its text.
    pub(super) fn page_facts(&self, entry: &Entry) -> PageFacts {
        PageFacts {
            shell: self.page_shell(entry),
            view: self.facts(entry),
            release: self.release_of(entry.id),
        }
    }

    /// A page's HTML.
    pub(super) fn page(&self, entry: &Entry, facts: PageFacts) -> Result<String, Diagnostic> {
        let page = &entry.page;
        let PageFacts { shell, mut view, release } = facts;
        view.body = self.body(entry, Style::Page, url::to_root(&entry.url));
        let card = self.page_card(entry, &view, self.canonical(&shell).as_deref());
        let mut context = self.context(shell);
        context.insert("card", &card);
        context.insert("page", &view);
        context.insert("release", &release);
        let template = page
            .front
            .common
            .template
            .as_deref()
            .map(|name| if name.ends_with(".html") { name.to_owned() } else { format!("{name}.html") })
            .filter(|name| self.theme.has_template(name))
            .unwrap_or_else(|| {
                let own = format!("{}.html", page.kind.name());
                if self.theme.has_template(&own) { own } else { "page.html".to_owned() }
            });
        self.theme.render(&template, &context)
    }

    /// The HTML of a page's text. `prefix` stands before addresses of the site.
    pub(super) fn body(&self, entry: &Entry, style: Style, prefix: String) -> String {
        let page = &entry.page;
        let library = &self.site.library;
        let prepared = page.prepared(library.built_for);
        let links = PageLinks { site: &self.site, entry, prefix };
        let options = RenderOptions {
            html: library.config.html_policy(&page.path),
            style,
            smart_punctuation: library.config.markdown.smart_punctuation,
            skip_heading: page.title_heading,
            links: &links,
            highlighter: &self.highlighter,
            labels: self.theme.words.as_ref(),
        };
        markdown::render(&prepared, &page.outline, &options)
    }

    /// A page for its template.
    pub(super) fn page_view(&self, entry: &Entry) -> PageView {
        let mut view = self.facts(entry);
        view.body = self.body(entry, Style::Page, url::to_root(&entry.url));
        view
    }

    /// A page's facts, without its text.
    fn facts(&self, entry: &Entry) -> PageView {
        let page = &entry.page;
        let language = &self.site.library.config.site.language;
        let own_language = page.front.common.lang.as_ref().filter(|own| *own != language);
        let common = &page.front.common;
        let toc = markdown::toc(&page.outline.headings, page.title_heading);
        let headings: usize = toc.iter().map(|entry| 1 + entry.children.len()).sum();
        let (review_due, review_late) = self.review(page);
        let mut view = PageView {
            title: page.title.clone(),
            kind: page.kind.name(),
            lang: own_language.cloned(),
            dir: own_language.map(|language| direction(language)),
            kind_label: self.kind_label(page.kind),
            toc: if common.toc.unwrap_or(headings >= TOC_LEAST) { toc } else { Vec::new() },
            date: page.date.map(Into::into),
            draft: common.draft,
            severity: severity(&page.front.fields).map(severity_view),
            status: status(&page.front.fields),
            services: self.terms(entry, "services"),
            owner: self.terms(entry, "teams").into_iter().next(),
            reviewed: common.reviewed.map(Into::into),
            reviewed_by: common
                .reviewed_by
                .as_ref()
                .map(|name| name.0.clone())
                .filter(|name| !name.is_empty()),
            review_due: review_due.map(Into::into),
            review_late,
            backlinks: self.links_to(&entry.backlinks),
            taxonomies: self.other_terms(entry),
            previous: self.neighbour(entry.previous),
            next: self.neighbour(entry.next),
            updated: common.updated.map(Into::into),
            extra: page.front.extra.clone(),
            ..PageView::default()
        };
        match &page.front.fields {
            Fields::Runbook(runbook) => {
                view.alerts.clone_from(&runbook.alerts.0);
                view.errors.clone_from(&runbook.errors.0);
                view.drift = self.drift(&entry.page);
                view.reach = self.reach(entry);
            }
            Fields::Retro(retro) => self.retro(entry, retro, &mut view),
            Fields::ReleaseNote(note) => {
                view.version = note.version.as_ref().map(|version| version.0.clone());
            }
            Fields::Path(path) => view.steps = self.steps(entry, path),
            Fields::Demo(demo) => self.demo(entry, demo, &mut view),
            Fields::Decision(decision) => {
                let by = decision.replaced_by.as_deref();
                let by = by.and_then(|name| self.site.named(entry, name, Some(Kind::Decision)));
                view.replaced_by =
                    by.map(|by| LinkView { title: by.page.title.clone(), url: by.url.clone() });
                view.replaces = self.replaced(entry);
            }
            Fields::Own(values) => view.fields = self.own_fields(entry, page.kind, values),
            _ => {}
        }
        self.history(entry, &mut view);
        view
    }

    /// When the next review is due, and whether that is past.
    pub(super) fn review(&self, page: &Page) -> (Option<Moment>, bool) {
        let due = crate::site::review::due(page);
        let late = due.zip(self.site.library.now).is_some_and(|(due, now)| due.date < now.date);
        (due, late)
    }

    fn retro(&self, entry: &Entry, retro: &RetroFields, view: &mut PageView) {
        let page = &entry.page;
        if let Some(incident) = self.site.records.incident(entry.id) {
            view.durations = self.durations(&incident.milestones);
            view.drawn = self.drawn(entry, incident);
            view.candidates = self.candidates(incident);
            view.similar = self.similar(incident);
            view.still_open = self.still_open(incident);
        }
        view.caused_by = retro.caused_by.as_ref().map(|release| self.release_link(&release.0));
        view.fixed_by = retro.fixed_by.as_ref().map(|release| self.release_link(&release.0));
        view.runbooks = self.named(entry, &retro.runbooks.0);
        view.actions = (!page.actions.is_empty()).then(|| ActionsView {
            count: page.actions.len(),
            done: page.actions.iter().filter(|action| action.done).count(),
        });
    }

    /// How to reach the owner of a page, and where its services are watched.
    fn reach(&self, entry: &Entry) -> Vec<FieldView> {
        let library = &self.site.library;
        let field = |label: &str, value: &str| FieldView {
            label: label.to_owned(),
            value: value.to_owned(),
            url: (value.starts_with("https://") || value.starts_with("mailto:")).then(|| value.to_owned()),
            is_outside: true,
        };
        let owner = crate::site::review::owner(library, entry);
        let team = owner.and_then(|name| library.catalogue.teams.get(&name));
        let mut found = Vec::new();
        if let Some(team) = team {
            found.extend(team.contact.as_deref().map(|value| field(self.theme.word("contact"), value)));
            found.extend(team.escalation.as_deref().map(|value| field(self.theme.word("escalation"), value)));
        }
        let services = crate::site::services(library, entry);
        let services = services.iter().filter_map(|name| Some((name, library.catalogue.services.get(name)?)));
        let links = services.flat_map(|(name, service)| {
            let title = service.title.as_ref().unwrap_or(name);
            service.links.iter().map(move |link| (title, link))
        });
        found.extend(links.take(LINKS).map(|(title, link)| FieldView {
            label: title.clone(),
            value: link.title.clone(),
            url: Some(link.url.clone()),
            is_outside: true,
        }));
        found
    }

    /// Pages that front matter names by file name or path.
    fn named(&self, entry: &Entry, names: &[String]) -> Vec<LinkView> {
        // A name that a public build does not find may be that of an internal page.
        let public = self.site.library.built_for == Audience::Public;
        names
            .iter()
            .filter_map(|name| match self.site.named(entry, name, Some(Kind::Runbook)) {
                Some(entry) => Some(LinkView { title: entry.page.title.clone(), url: entry.url.clone() }),
                None if public => None,
                None => {
                    Some(LinkView { title: name.clone(), url: format!("search/?q={}", url::encode(name)) })
                }
            })
            .collect()
    }

    fn neighbour(&self, id: Option<EntryId>) -> Option<LinkView> {
        let entry = self.site.entry(id?)?;
        Some(LinkView { title: entry.nav_title().to_owned(), url: entry.url.clone() })
    }

    fn links_to(&self, ids: &[EntryId]) -> Vec<LinkView> {
        let entries = ids.iter().take(BACKLINKS).filter_map(|id| self.site.entry(*id));
        entries.map(|entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() }).collect()
    }

    /// The terms that an entry bears in a taxonomy, as links.
    fn terms(&self, entry: &Entry, key: &str) -> Vec<LinkView> {
        let Some(taxonomy) = self.site.taxonomy(key) else { return Vec::new() };
        names(&self.site.library, entry, key)
            .iter()
            .filter_map(|name| taxonomy.term(name))
            .map(|term| LinkView { title: term.title.clone(), url: term.url.clone() })
            .collect()
    }

    /// Terms of the taxonomies that have no place of their own on the page.
    fn other_terms(&self, entry: &Entry) -> Vec<TermsView> {
        self.site
            .taxonomies
            .iter()
            .filter(|taxonomy| !matches!(taxonomy.key.as_str(), "services" | "teams"))
            .map(|taxonomy| TermsView {
                title: self.theme.label(&taxonomy.plural).to_owned(),
                terms: self.terms(entry, &taxonomy.key),
            })
            .filter(|terms| !terms.terms.is_empty())
            .collect()
    }

    /// Where a reader says what a page did for them: a new issue that names the page and the commit that they read.
    fn feedback(&self, entry: &Entry, web: &Web<'_>, view: &mut PageView) {
        let title = &entry.page.title;
        let commit = view.commit.as_ref().map(|commit| format!("\n{}", commit.short)).unwrap_or_default();
        let place = format!("{}{commit}", self.outside(&entry.url));
        let issue = |words: &str, ask: &str| {
            let text = format!("{place}\n\n{}\n", self.theme.word(ask));
            web.issue(&format!("{}: {title}", self.theme.word(words)), &text)
        };
        view.problem_url = issue("problem_title", "problem_ask");
        if entry.page.kind == Kind::Runbook {
            view.helped_url = issue("helped_title", "helped_ask");
            view.failed_url = issue("failed_title", "failed_ask");
        }
    }

    /// What git says of a page, and where it can be edited.
    fn history(&self, entry: &Entry, view: &mut PageView) {
        let day = |stamp: Stamp| {
            Moment::from_seconds(stamp.seconds).and_then(|moment| Moment::from_date(moment.date))
        };
        let facts = self.site.library.page_facts(&entry.page);
        let web = Web::of(&self.site.library.config);
        if let Some(facts) = facts {
            view.created = facts.created.and_then(day).map(Into::into);
            if view.updated.is_none() {
                view.updated = facts.updated.and_then(day).map(Into::into);
            }
            view.contributors =
                facts.contributors.iter().take(CONTRIBUTORS).map(|person| person.name.clone()).collect();
            view.commit = facts
                .commit
                .as_deref()
                .map(|hash| CommitView { short: short(hash), url: web.as_ref().map(|web| web.commit(hash)) });
        }
        let path =
            facts.map(|facts| facts.path_in_repo.clone()).unwrap_or_else(|| entry.page.file.to_string());
        if let Some(web) = web.filter(|_| !path.starts_with(['/', '.'])) {
            view.edit_url = Some(web.edit(&path));
            view.history_url = Some(web.history(&path));
            view.source_url =
                facts.and_then(|facts| facts.commit.as_deref()).map(|hash| web.source(hash, &path));
            self.feedback(entry, &web, view);
        }
    }
}
