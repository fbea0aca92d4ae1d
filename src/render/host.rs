//! What a web server of one's own must know of a site: addresses, redirects, headers. Hosts that read `_headers` and
//! `_redirects` get the same from those.

use super::Renderer;
use super::machine::RULES_HEADERS;
use crate::config::output::Encoding;
use crate::site::SPECULATION_RULES;
use std::fmt::Write as _;

/// A web server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    /// nginx: for a `server` block.
    Nginx,
    /// Caddy 2: for the block of a site.
    Caddy,
}

/// Files whose names change with their bytes, as a regular expression after the site's own path.
const HASHED: &str = "(?:assets|search)/[^/]*[.-][0-9a-f]{8,}\\.[a-z0-9]+";
/// How long they may be kept.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

impl Renderer {
    /// The rules of the site for a web server that serves it from `folder`.
    pub fn host(&self, server: Server, folder: &str) -> String {
        match server {
            Server::Nginx => self.nginx(folder.trim_end_matches('/')),
            Server::Caddy => self.caddy(folder.trim_end_matches('/')),
        }
    }

    fn nginx(&self, folder: &str) -> String {
        let prefix = self.base_path();
        let (folder, place) = (quoted(folder), quoted(&format!("{prefix}/")));
        let mut out = String::from("# Made by `annals export host nginx`: include it in a `server` block.\n");
        if !prefix.is_empty() {
            let _ = writeln!(
                out,
                "location = {} {{ absolute_redirect off; return 301 {}; }}",
                quoted(&prefix),
                quoted_answer(&format!("{prefix}/"))
            );
        }
        for (from, to) in self.aliases() {
            let from = quoted(&format!("{prefix}/{from}"));
            let _ = writeln!(
                out,
                "location = {from} {{ absolute_redirect off; return 301 {}; }}",
                quoted_answer(&to)
            );
        }
        // `root` adds the whole path to the folder, `alias` only what comes after the location.
        let (files, hashed) = match prefix.as_str() {
            "" => (format!("root {folder};"), format!("root {folder};")),
            _ => (
                format!("alias {};", slashed(&folder)),
                format!("alias {};", slashed(&folder).replacen("/\"", "/$1\"", 1)),
            ),
        };
        let headers = |cached: &str| {
            // A location with headers of its own inherits none.
            self.common_headers().into_iter().chain([("Cache-Control", cached.to_owned())]).fold(
                String::new(),
                |mut all, (name, value)| {
                    let _ = writeln!(all, "    add_header {name} {} always;", quoted(&value));
                    all
                },
            )
        };
        let compressed = self.nginx_compressed();
        let _ = write!(
            out,
            "location {place} {{\n    {files}\n    index index.html;\n    absolute_redirect off;\n    charset utf-8;\n{compressed}    error_page 404 {};\n{}}}\n",
            quoted(&format!("{prefix}/404.html")),
            headers("no-cache")
        );
        let rules = quoted(&format!("{prefix}/{SPECULATION_RULES}"));
        let file = folder.trim_end_matches('"');
        let [(_, media), (_, cached)] = RULES_HEADERS;
        let _ = write!(
            out,
            "location = {rules} {{\n    alias {file}/{SPECULATION_RULES}\";\n    types {{ }}\n    default_type {media};\n{compressed}{}}}\n",
            headers(cached)
        );
        let pattern = format!("^{}/({HASHED})$", regex::escape(&prefix));
        let _ = write!(
            out,
            "location ~ {} {{\n    {hashed}\n    charset utf-8;\n{compressed}{}}}\n",
            quoted(&pattern),
            headers(FOR_EVER)
        );
        out
    }

    /// Files that the build compressed are sent as they are.
    fn nginx_compressed(&self) -> String {
        let mut out = String::new();
        for encoding in &self.site.library.config.output.precompress {
            out.push_str(match encoding {
                Encoding::Gzip => "    gzip_static on;\n    gzip_vary on;\n",
                // Neither is part of nginx itself.
                Encoding::Brotli => "    brotli_static on; # of the module ngx_brotli\n",
                Encoding::Zstd => "    zstd_static on; # of the module zstd-nginx-module\n",
            });
        }
        out
    }

    /// Files that the build compressed, the best encoding first.
    fn caddy_compressed(&self) -> String {
        let known = &self.site.library.config.output.precompress;
        let named = [(Encoding::Brotli, "br"), (Encoding::Zstd, "zstd"), (Encoding::Gzip, "gzip")];
        let wanted: Vec<&str> =
            named.iter().filter(|(encoding, _)| known.contains(encoding)).map(|(_, name)| *name).collect();
        if wanted.is_empty() {
            String::new()
        } else {
            format!(" {{\n\t\tprecompressed {}\n\t}}", wanted.join(" "))
        }
    }

    fn caddy(&self, folder: &str) -> String {
        let prefix = self.base_path();
        let folder = quoted(folder);
        let mut out =
            String::from("# Made by `annals export host caddy`: import it in the block of your site.\n");
        if !prefix.is_empty() {
            let _ = writeln!(out, "redir {} {} 301", quoted(&prefix), quoted(&format!("{prefix}/")));
        }
        for (from, to) in self.aliases() {
            // A star or a brace would be a pattern or a placeholder.
            if !from.contains(['*', '{', '}']) {
                let _ = writeln!(out, "redir {} {} 301", quoted(&format!("{prefix}/{from}")), quoted(&to));
            }
        }
        let _ = writeln!(out, "handle_path {} {{", quoted(&format!("{prefix}/*")));
        let _ = write!(out, "\troot * {folder}\n\tencode zstd gzip\n\theader {{\n");
        for (name, value) in self.common_headers() {
            let _ = writeln!(out, "\t\t{name} {}", quoted(&value));
        }
        let _ = write!(out, "\t}}\n\theader /{SPECULATION_RULES} {{\n");
        let [(media_name, media), (cached_name, cached)] = RULES_HEADERS;
        let _ = writeln!(out, "\t\t{media_name} {media}\n\t\t{cached_name} {}", quoted(cached));
        // Caddy reads no escape in quotes but that of a quote.
        let pattern = format!("\"^/{HASHED}$\"");
        let _ = write!(
            out,
            "\t}}\n\t@hashed path_regexp {pattern}\n\theader @hashed Cache-Control {}\n\t@other {{\n\t\tnot path_regexp {pattern}\n\t\tnot path /{SPECULATION_RULES}\n\t}}\n\theader @other Cache-Control no-cache\n\tfile_server{}\n}}\n",
            quoted(FOR_EVER),
            self.caddy_compressed()
        );
        let _ =
            write!(out, "handle_errors {{\n\troot * {folder}\n\trewrite * /404.html\n\tfile_server\n}}\n");
        out
    }
}

/// In double quotes, as both servers read them.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What nginx answers with: a dollar would begin a variable.
fn quoted_answer(address: &str) -> String {
    quoted(&address.replace('$', "%24"))
}

/// A quoted folder with a slash at its end.
fn slashed(quoted: &str) -> String {
    format!("{}/\"", quoted.trim_end_matches('"'))
}
