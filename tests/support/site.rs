//! A bare site around an index, for browser tests and measurements: the pages, the client, and as
//! much of a theme as search needs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use annals::config::search::SearchConfig;
use annals::search::{Document, analyze, build, client};
use std::fmt::Write as _;
use std::path::Path;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'";

const BASE_CSS: &str = ":root{color-scheme:light dark;--bg:light-dark(#fff,#101317);--surface:light-dark(#f5f7f9,#181c22);--code-bg:light-dark(#f3f5f8,#1b2027);--line:light-dark(#dce1e7,#2d343d);--control:light-dark(#6f7985,#7d8894);--text:light-dark(#14181d,#e7eaee);--muted:light-dark(#49525d,#aab3be);--accent:light-dark(#0a55b5,#8fbcff);--accent-bg:light-dark(#e6effb,#172a48);--mark:light-dark(#ffe27a,#5c4800);--sev1:light-dark(#a8121d,#ff9d97);--sev1-bg:light-dark(#fdecec,#3b1619);--sev2:light-dark(#8f4300,#ffb673);--sev2-bg:light-dark(#fff0e0,#38220d);--sev3:light-dark(#6b5200,#efd166);--sev3-bg:light-dark(#fdf5d3,#322a0b);--ok:light-dark(#0f5f2b,#82d89d);--ok-bg:light-dark(#e4f5e9,#11301c)}*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:0 16px;background:var(--bg);color:var(--text);font:1rem/1.6 system-ui,sans-serif}";

/// Writes the site; how many bytes of page HTML it has.
pub fn write(out: &Path, pages: &[Document], config: &SearchConfig) -> std::io::Result<()> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/assets");
    let part = |part: &str| std::fs::read_to_string(assets.join(part)).ok();
    let missing = || std::io::Error::other("a part of the client is missing");
    let mut later = std::collections::BTreeMap::new();
    for (name, parts) in client::LATER {
        let script = client::join(parts, part).ok_or_else(missing)?;
        put(out, &format!("assets/{name}.js"), script.as_bytes())?;
        later.insert(name.to_string(), format!("assets/{name}.js"));
    }
    let script = client::first(part, &later).ok_or_else(missing)?;
    put(out, "assets/search.js", script.as_bytes())?;
    put(out, "assets/offline-worker.js", &std::fs::read(assets.join("offline-worker.js"))?)?;
    // Words are of no use to the tests of search; neither are pages that are kept ahead.
    let told = serde_json::json!({ "limit": config.offline_bytes, "words": {} });
    let worker = format!("self.annalsOffline = {told};\nimportScripts(\"assets/offline-worker.js\");\n");
    put(out, "sw.js", worker.as_bytes())?;
    put(out, "offline.json", br#"{"id":"none","pages":[],"assets":[],"search":0}"#)?;
    put(out, "assets/search.css", &std::fs::read(assets.join("search.css"))?)?;
    put(out, "assets/base.css", BASE_CSS.as_bytes())?;
    // The theme's own, as pages load them.
    for script in ["app.js", "search-page.js"] {
        put(out, &format!("assets/{script}"), part(script).ok_or_else(missing)?.as_bytes())?;
    }
    for page in pages {
        put(out, &format!("{}index.html", page.url), html(&page.url, &page.title, &body(page)).as_bytes())?;
    }
    put(out, "index.html", html("", "Home", "<main><h1>Home</h1></main>").as_bytes())?;
    let results = "<main data-search-page><h1>Search</h1><div data-search-fallback id=az>A–Z</div></main>\
                   <script src=\"../assets/search-page.js\" defer></script>";
    put(out, "search/index.html", html("search/", "Search", results).as_bytes())?;
    for file in build(pages.iter().map(|page| analyze(page, config)).collect(), config) {
        put(out, &file.path, &file.bytes)?;
    }
    Ok(())
}

fn put(out: &Path, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let path = out.join(path);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, bytes)
}

fn html(url: &str, title: &str, body: &str) -> String {
    let root = "../".repeat(url.matches('/').count());
    let title = escape(title);
    format!(
        "<!doctype html><html lang=en data-root=\"{root}\" data-search=\"assets/search.js\" data-search-css=\"assets/search.css\">\
         <head><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <meta http-equiv=Content-Security-Policy content=\"{POLICY}\"><title>{title}</title>\
         <link rel=icon href=\"data:,\"><link rel=stylesheet href=\"{root}assets/base.css\"><script src=\"{root}assets/app.js\" defer></script></head>\
         <body><header><form class=search action=\"{root}search/\" role=search><input name=q type=search aria-label=Search></form></header>\
         {body}</body></html>"
    )
}

fn body(page: &Document) -> String {
    let mut out = format!("<main data-pagefind-body><h1>{}</h1>", escape(&page.title));
    for section in &page.sections {
        if let Some(anchor) = &section.anchor {
            let _ = write!(out, "<h2 id=\"{}\">{}</h2>", escape(anchor), escape(&section.heading));
        }
        let _ = write!(out, "<p>{}</p>", escape(&section.text));
        if !section.code.is_empty() {
            let _ = write!(out, "<pre><code>{}</code></pre>", escape(&section.code));
        }
    }
    out + "</main>"
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
