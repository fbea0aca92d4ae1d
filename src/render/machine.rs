//! Files for machines: sitemap, robots, llms.txt, redirects, headers, OpenSearch.

use super::{Renderer, absolute};
use crate::config::search::SearchServer;
use crate::markdown::escape;
use crate::site::{RouteKind, SECURITY_TEXT, Section, SectionId, url};
use crate::source::Library;
use std::fmt::Write as _;

/// The policy that the site's pages run under: no inline script or style, nothing from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a site, which lets pages ask the search server that it names and load the fonts that it has.
fn content_security_policy(library: &Library) -> String {
    let mut policy = CONTENT_SECURITY_POLICY.to_owned();
    if let Some(origin) = library.config.search.server.as_ref().and_then(SearchServer::origin) {
        policy = policy.replace("connect-src 'self'", &format!("connect-src 'self' {origin}"));
    }
    if super::has_fonts(library) {
        policy = policy.replace("connect-src", "font-src 'self'; connect-src");
    }
    policy
}

/// Pages that `llms.txt` lists in one section.
const LLMS_PAGES: usize = 100;

/// What browsers may fetch before a reader asks for it (Speculation Rules, as Chromium has them): a page of this site whose
/// link the reader rests on or presses. Patterns are relative to the file. Pages are not run ahead: their scripts keep
/// things for as long as a tab is open.
pub(super) const RULES: &str = r#"{
  "prefetch": [
    {
      "where": {
        "and": [
          { "or": [{ "href_matches": "{*/}?" }, { "href_matches": "*.html" }] },
          { "not": { "selector_matches": "[rel~=nofollow], [download]" } }
        ]
      },
      "eagerness": "moderate"
    }
  ]
}
"#;
/// How that file is sent: browsers read it as nothing else, and it changes with the version of annals alone.
pub(super) const RULES_HEADERS: [(&str, &str); 2] =
    [("Content-Type", "application/speculationrules+json"), ("Cache-Control", "public, max-age=86400")];

impl Renderer {
    fn base(&self) -> &str {
        self.site.library.config.site.base_url.as_deref().unwrap_or_default()
    }

    /// <https://www.sitemaps.org/protocol.html>; `lastmod` only where the last change is known.
    pub(super) fn sitemap(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        for entry in self.site.entries.iter().filter(|entry| !entry.page.front.common.draft) {
            let _ = write!(out, "<url><loc>{}</loc>", escape(&absolute(self.base(), &entry.url)));
            if let Some(changed) = self.site.changed(entry) {
                let _ = write!(out, "<lastmod>{}</lastmod>", changed.day());
            }
            out.push_str("</url>\n");
        }
        for section in self.site.sections.iter().filter(|section| section.entry.is_none()) {
            let _ = writeln!(out, "<url><loc>{}</loc></url>", escape(&absolute(self.base(), &section.url)));
        }
        let mut add = |address: &str, day: Option<&str>| {
            let _ = write!(out, "<url><loc>{}</loc>", escape(&absolute(self.base(), address)));
            if let Some(day) = day {
                let _ = write!(out, "<lastmod>{day}</lastmod>");
            }
            out.push_str("</url>\n");
        };
        if !self.site.packages.is_empty() {
            add(crate::site::PACKAGES, None);
        }
        for package in self.site.packages.iter() {
            add(&package.url, None);
            let releases = package.history().into_iter().flat_map(|history| &history.releases);
            // A release with a note is that page, which stands above.
            for (release, place) in releases.zip(&package.releases).filter(|(_, place)| place.note.is_none())
            {
                add(&place.own_url, release.date.as_deref());
            }
        }
        out.push_str("</urlset>\n");
        out
    }

    /// RFC 9309.
    pub(super) fn robots(&self) -> String {
        let mut out = String::from("User-agent: *\nAllow: /\n");
        if self.site.library.config.site.base_url.is_some() {
            let _ = writeln!(out, "\nSitemap: {}", absolute(self.base(), "sitemap.xml"));
        }
        out
    }

    /// <https://llmstxt.org/>: sections and their pages, as links to their Markdown.
    pub(super) fn llms(&self) -> String {
        let site = &self.site.library.config.site;
        let mut out = format!("# {}\n", site.title);
        if !site.description.is_empty() {
            let _ = write!(out, "\n> {}\n", site.description);
        }
        if let Some(home) = self.site.section(SectionId(0)) {
            self.llms_section(home, &mut out);
        }
        out
    }

    fn llms_section(&self, section: &Section, out: &mut String) {
        if !section.pages.is_empty() {
            let _ = write!(out, "\n## {}\n\n", section.title);
            for entry in section.pages.iter().take(LLMS_PAGES).filter_map(|id| self.site.entry(*id)) {
                let address = if entry.url.ends_with('/') {
                    format!("{}index.md", entry.url)
                } else {
                    entry.url.clone()
                };
                let address = if self.base().is_empty() {
                    url::encode(&address)
                } else {
                    absolute(self.base(), &address)
                };
                let title = entry.page.title.replace(['[', ']', '\n'], " ");
                let description = entry.page.description().replace('\n', " ");
                let text = if description.is_empty() { String::new() } else { format!(": {description}") };
                let _ = writeln!(out, "- [{title}]({address}){text}");
            }
            if section.pages.len() > LLMS_PAGES {
                let address = if self.base().is_empty() {
                    section.url.clone()
                } else {
                    absolute(self.base(), &section.url)
                };
                let _ = writeln!(out, "- [All {} pages]({address})", section.pages.len());
            }
        }
        for section in section.sections.iter().filter_map(|id| self.site.section(*id)) {
            self.llms_section(section, out);
        }
    }

    /// The path that the site is published below: `/kb`, or empty for the root.
    pub(super) fn base_path(&self) -> String {
        let base = self.base().split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let path = base.map_or("", |(_, path)| path.trim_matches('/'));
        if path.is_empty() { String::new() } else { format!("/{path}") }
    }

    /// Old addresses as paths in the site, each with the address that it leads to, encoded.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (&str, String)> {
        let prefix = self.base_path();
        self.site.routes.iter().filter_map(move |route| match &route.kind {
            RouteKind::Alias(to) => {
                Some((route.path.trim_end_matches("index.html"), format!("{prefix}/{}", url::encode(to))))
            }
            _ => None,
        })
    }

    /// `_redirects` of Netlify and Cloudflare Pages: one line an alias.
    pub(super) fn redirects(&self) -> String {
        let prefix = self.base_path();
        self.aliases().fold(String::new(), |mut out, (from, to)| {
            let _ = writeln!(out, "{prefix}/{} {to} 301", url::encode(from));
            out
        })
    }

    /// Headers that every file has.
    pub(super) fn common_headers(&self) -> [(&'static str, String); 4] {
        let rules = format!("\"{}/{}\"", self.base_path(), crate::site::SPECULATION_RULES);
        [
            ("Speculation-Rules", rules),
            ("Content-Security-Policy", content_security_policy(&self.site.library)),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
        ]
    }

    /// `_headers` of Netlify and Cloudflare Pages.
    pub(super) fn headers(&self) -> String {
        let mut out = String::from("/*\n");
        for (name, value) in self.common_headers() {
            let _ = writeln!(out, "  {name}: {value}");
        }
        let _ = writeln!(out, "/{}", crate::site::SPECULATION_RULES);
        for (name, value) in RULES_HEADERS {
            let _ = writeln!(out, "  {name}: {value}");
        }
        out.push_str("/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n");
        out
    }

    /// `CNAME`: the site's domain, by itself.
    pub(super) fn cname(&self) -> String {
        let host = self.base().split_once("://").map_or("", |(_, rest)| rest);
        format!("{}\n", host.split(['/', ':', '?', '#']).next().unwrap_or_default())
    }

    /// [RFC 9116](https://www.rfc-editor.org/rfc/rfc9116). The settings hold no white space that would begin a line.
    pub(super) fn security_text(&self) -> String {
        let Some(security) = &self.site.library.config.security else { return String::new() };
        let mut out = String::new();
        let mut all = |name: &str, values: &[String]| {
            for value in values {
                let _ = writeln!(out, "{name}: {value}");
            }
        };
        all("Contact", &security.contact);
        all("Expires", &[security.expires.rfc3339()]);
        all("Encryption", &security.encryption);
        all("Acknowledgments", &security.acknowledgments);
        if !security.languages.is_empty() {
            all("Preferred-Languages", &[security.languages.join(", ")]);
        }
        if !self.base().is_empty() {
            all("Canonical", &[absolute(self.base(), SECURITY_TEXT)]);
        }
        all("Policy", &security.policy);
        all("Hiring", &security.hiring);
        out
    }

    /// OpenSearch 1.1: makes the site a search engine of the browser.
    pub(super) fn open_search(&self) -> String {
        let site = &self.site.library.config.site;
        let short: String = site.title.chars().take(16).collect();
        let template = format!("{}?q={{searchTerms}}", absolute(self.base(), "search/"));
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n<ShortName>{}</ShortName>\n<Description>{}</Description>\n<Url type=\"text/html\" template=\"{}\"/>\n</OpenSearchDescription>\n",
            escape(short.trim()),
            escape(&format!("Search {}", site.title)),
            escape(&template)
        )
    }
}
