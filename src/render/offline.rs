//! What browsers keep for when there is no network: the list of pages that they keep before anybody reads them, the
//! service worker that does it, and the manifest of a web app (<https://www.w3.org/TR/appmanifest/>).

use super::Renderer;
use crate::data::hex;
use crate::site::{ALERTS, Entry, ON_CALL, services, url};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// The list of what is kept, in the site.
pub const LIST: &str = "offline.json";
/// The part of the theme that is the service worker.
const WORKER: &str = "offline-worker.js";
/// Parts of a hash that tell one version of a page from another.
const SHORT: usize = 8;

/// A page of the list: its address, what tells its version, its bytes.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Kept(String, String, u64);

impl Renderer {
    /// What is kept before anybody reads it. `file` gives the hash and the size of a file of the site, `search` is the size
    /// of the search index in bytes. None if nothing is to be kept.
    pub fn offline_list(
        &self,
        file: impl Fn(&str) -> Option<([u8; 32], u64)>,
        search: u64,
    ) -> Option<String> {
        let library = &self.site.library;
        let config = &library.config.offline;
        if !config.enabled {
            return None;
        }
        let kinds: Vec<_> =
            config.kinds.iter().filter_map(|kind| library.config.all_kinds.parse(kind).ok()).collect();
        let is_meant = |entry: &Entry| {
            let of_service = || services(library, entry).iter().any(|name| config.services.contains(name));
            kinds.contains(&entry.page.kind)
                && !entry.page.front.common.draft
                && (config.services.is_empty() || of_service())
        };
        // What leads to the pages comes first.
        let shifts = format!("{ON_CALL}shifts.js");
        let ways = ["", "search/", ALERTS, ON_CALL, &shifts].into_iter().map(str::to_owned);
        // And what every page shows of the site's own.
        let look = &library.config.look;
        let fonts = look.fonts.files.iter().map(|font| &font.file);
        let shown: BTreeSet<&String> = look.logo.iter().chain(&look.favicon).chain(fonts).collect();
        let ways = ways.chain(shown.into_iter().map(|file| url::encode(file)));
        let entries = self.site.entries.iter().filter(|entry| is_meant(entry));
        let mut room = u64::from(config.page_bytes);
        let pages: Vec<Kept> = ways
            .chain(entries.map(|entry| entry.url.clone()))
            .filter_map(|address| {
                let is_page = address.is_empty() || address.ends_with('/');
                let (hash, size) = if is_page { file(&url::output(&address)) } else { file(&address) }?;
                room = room.checked_sub(size)?;
                let version = hex(hash.get(..SHORT)?);
                Some(Kept(address, version, size))
            })
            .collect();
        let assets: Vec<&str> = self
            .theme
            .assets
            .iter()
            .filter(|asset| asset.name != WORKER)
            .map(|asset| asset.path.as_str())
            .collect();
        let id = blake3::hash(json!([pages, assets]).to_string().as_bytes()).to_hex();
        let list = json!({ "id": id.get(..2 * SHORT), "pages": pages, "assets": assets, "search": search });
        Some(format!("{list}\n"))
    }

    /// The service worker: it stands at the site's root, since it may serve nothing above its own folder.
    pub(super) fn service_worker(&self) -> String {
        let worker = self.theme.assets.iter().find(|asset| asset.name == WORKER);
        let bytes = self.site.library.config.search.offline_bytes;
        let words = json!({
            "lang": self.site.library.config.site.language,
            "dir": super::direction(&self.site.library.config.site.language),
            "title": self.theme.word("offline_title"),
            "text": self.theme.word("offline_text"),
            "home": self.site.library.config.site.title,
            "search": self.theme.word("search"),
        });
        let told = json!({ "limit": bytes, "words": words });
        worker.map_or_else(String::new, |worker| {
            format!("self.annalsOffline = {told};\nimportScripts({});\n", json!(worker.path))
        })
    }

    /// The manifest of the site as an app.
    pub(super) fn web_manifest(&self) -> String {
        let site = &self.site.library.config.site;
        let own = self.site.library.config.look.favicon.as_deref().map(url::encode);
        let icon = self.theme.assets.iter().find(|asset| asset.name == "icon.svg");
        let icon = own.or_else(|| icon.map(|icon| icon.path.clone()));
        let icons: Vec<_> = icon
            .map(|icon| match icon.ends_with(".svg") {
                true => json!({ "src": icon, "type": "image/svg+xml", "sizes": "any", "purpose": "any" }),
                // What size it has, browsers see themselves.
                false => json!({ "src": icon, "purpose": "any" }),
            })
            .into_iter()
            .collect();
        let manifest = json!({
            "name": site.title,
            "short_name": site.title.chars().take(12).collect::<String>().trim(),
            "description": site.description,
            "lang": site.language,
            "id": "./",
            "start_url": "./",
            "scope": "./",
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#f5f7f9",
            "icons": icons,
        });
        format!("{manifest:#}\n")
    }
}
