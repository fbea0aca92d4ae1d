//! The search page, and what search is told of each page.

use super::{Renderer, Shell};
use crate::diagnostic::Diagnostic;
use crate::site::{SectionId, url};
use crate::theme::view::{GroupView, LeadView};

impl Renderer {
    /// The page that shows results. Without a script it leads to the alphabetical index.
    pub(super) fn search_page(&self) -> Result<String, Diagnostic> {
        let groups: Vec<GroupView> = vec![GroupView {
            title: "A–Z".to_owned(),
            id: "az".to_owned(),
            links: self
                .site
                .index_pages()
                .enumerate()
                .map(|(number, (first, last))| LeadView {
                    title: format!("{first} – {last}"),
                    url: format!("search/a-z/{}/", number + 1),
                    page: None,
                })
                .collect(),
        }];
        self.index_shell("search/", self.theme.word("search_title"), groups, "search.html")
    }

    /// A page of the alphabetical index of titles, alerts, errors and services.
    pub(super) fn index_page(&self, number: usize) -> Result<String, Diagnostic> {
        let entries = self.site.index_page(number);
        let mut groups: Vec<GroupView> = Vec::new();
        for entry in entries {
            let letter = letter(&entry.title);
            if groups.last().is_none_or(|group| group.title != letter) {
                groups.push(GroupView { id: format!("az-{}", groups.len() + 1), title: letter, links: Vec::new() });
            }
            let link = LeadView { title: entry.title.clone(), url: entry.url.clone(), page: entry.page.clone() };
            if let Some(group) = groups.last_mut() {
                group.links.push(link);
            }
        }
        self.index_shell(&format!("search/a-z/{number}/"), "A–Z", groups, "index.html")
    }

    fn index_shell(
        &self,
        address: &str,
        title: &str,
        groups: Vec<GroupView>,
        template: &str,
    ) -> Result<String, Diagnostic> {
        let shell = Shell {
            url: address.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            noindex: true,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav: self.nav(SectionId(0), address, None),
        };
        let mut context = self.context(shell);
        context.insert("groups", &groups);
        self.theme.render(template, &context)
    }

    /// The page for an address that does not exist. It may be served at any depth, so its links start at the site's
    /// own address where that is known.
    pub(super) fn not_found(&self) -> Result<String, Diagnostic> {
        let shell = Shell {
            url: "404.html".to_owned(),
            title: self.theme.word("not_found").to_owned(),
            description: String::new(),
            noindex: true,
            markdown_url: None,
            feeds: Vec::new(),
            nav: self.nav(SectionId(0), "404.html", None),
        };
        let mut context = self.context(shell);
        let base = self.site.library.config.site.base_url.as_deref();
        let path = base.and_then(|base| base.split_once("://")).and_then(|(_, rest)| rest.split_once('/'));
        let root = path.map_or_else(|| "/".to_owned(), |(_, path)| format!("/{}", with_slash(path)));
        context.insert("root", &root);
        self.theme.render("404.html", &context)
    }

    /// A page that leads to another.
    pub(super) fn alias(&self, route: &crate::site::Route, to: &str) -> Result<String, Diagnostic> {
        let address = route.path.trim_end_matches("index.html");
        let mut context = tera::Context::new();
        context.insert("root", &url::to_root(address));
        context.insert("to", &url::encode(to));
        context.insert("lang", &self.site.library.config.site.language);
        let base = self.site.library.config.site.base_url.as_deref();
        let canonical = base.map_or_else(
            || format!("{}{}", url::to_root(address), url::encode(to)),
            |base| super::absolute(base, to),
        );
        context.insert("canonical", &canonical);
        self.theme.render("redirect.html", &context)
    }
}

fn with_slash(path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() { String::new() } else { format!("{path}/") }
}

/// The letter that a title stands under: its first in upper case, `#` for what begins with none.
fn letter(title: &str) -> String {
    match title.chars().next() {
        Some(first) if first.is_alphabetic() => first.to_uppercase().collect(),
        _ => "#".to_owned(),
    }
}
