//! Requests: which route a browser asks for, and the answer.

use super::live;
use super::range;
use super::state::{Preview, Shown};
use crate::output::media_type;
use crate::render::Content;
use crate::site::SPECULATION_RULES;
use crate::site::url;
use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tiny_http::{Header, Method, Request, Response, Server};

/// How long a browser waits for a change before it asks again.
const PATIENCE: Duration = Duration::from_secs(25);
/// Requests that are answered at once; waiting browsers have threads of their own.
const WORKERS: usize = 4;
/// Ports that are tried after the usual one.
const PORTS: u16 = 20;

/// A server that listens.
pub struct Listener {
    server: Arc<Server>,
    /// Where.
    pub address: SocketAddr,
}

/// Listens at `host`. Without a wish for a port, the first free one from 4000 on is taken.
pub fn listen(host: IpAddr, port: Option<u16>) -> Result<Listener, String> {
    let first = port.unwrap_or(4000);
    let last = if port.is_some() { first } else { first.saturating_add(PORTS) };
    let mut refused = String::new();
    for port in first..=last {
        match Server::http(SocketAddr::new(host, port)) {
            Ok(server) => {
                let address = server.server_addr().to_ip().unwrap_or_else(|| SocketAddr::new(host, port));
                return Ok(Listener { server: Arc::new(server), address });
            }
            Err(error) => refused = error.to_string(),
        }
    }
    Err(match port {
        Some(port) => format!("port {port} of {host} can't be used: {refused}"),
        None => format!("no port from {first} to {last} of {host} can be used: {refused}"),
    })
}

/// Answers requests until the process ends.
pub fn run(listener: &Listener, preview: &Arc<Preview>) {
    let threads: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (server, preview) = (listener.server.clone(), preview.clone());
            let own = listener.address;
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request, &preview, own);
                }
            })
        })
        .collect();
    for thread in threads {
        let _ = thread.join();
    }
}

fn answer(request: Request, preview: &Arc<Preview>, own: SocketAddr) {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return send(request, 405, "text/plain; charset=utf-8", b"only GET and HEAD\n".to_vec());
    }
    if !host_is_ours(&request, own) {
        // A page of another site could otherwise read the preview through a name that it points here.
        return send(
            request,
            403,
            "text/plain; charset=utf-8",
            b"this preview answers to its own address only\n".to_vec(),
        );
    }
    let target = request.url().to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let path = url::decode(path);
    let path = path.trim_start_matches('/');
    if path == live::WAIT_PATH {
        let after = query.strip_prefix("after=").and_then(|number| number.parse().ok()).unwrap_or(0);
        let preview = preview.clone();
        thread::spawn(move || {
            let value = preview.wait(after, if after == 0 { Duration::ZERO } else { PATIENCE });
            send(request, 200, "application/json", value.to_string().into_bytes());
        });
        return;
    }
    if path == live::SCRIPT_PATH {
        return send(request, 200, "text/javascript; charset=utf-8", live::SCRIPT.as_bytes().to_vec());
    }
    let Some(shown) = preview.shown() else {
        let errors = preview.errors().unwrap_or_default();
        return send(request, 500, "text/plain; charset=utf-8", errors.into_bytes());
    };
    match bytes_of(&shown, path) {
        Answer::Found(media, bytes) => send(request, 200, media, bytes),
        Answer::Moved(to) => {
            let header = Header::from_bytes("Location", format!("/{}", url::encode(&to))).ok();
            let mut response = Response::empty(301);
            if let Some(header) = header {
                response.add_header(header);
            }
            let _ = request.respond(response);
        }
        Answer::Missing(bytes) => send(request, 404, "text/html; charset=utf-8", bytes),
        Answer::Failed(message) => send(request, 500, "text/plain; charset=utf-8", message.into_bytes()),
    }
}

enum Answer {
    Found(&'static str, Vec<u8>),
    Moved(String),
    Missing(Vec<u8>),
    Failed(String),
}

fn bytes_of(shown: &Shown, path: &str) -> Answer {
    let renderer = &shown.renderer;
    if let Some(asset) = renderer.theme.assets.iter().find(|asset| asset.path == path) {
        return Answer::Found(media_type(path), asset.bytes.clone());
    }
    let file =
        if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let site = &renderer.site;
    if let Some(route) = site.route(&file) {
        return match renderer.render(route) {
            Ok(Content::Bytes(bytes)) if file.ends_with(".html") => {
                let address = file.strip_suffix("index.html").unwrap_or(&file);
                Answer::Found(media_type(&file), live::with_script(bytes, &url::to_root(address)))
            }
            Ok(Content::Bytes(bytes)) => Answer::Found(media_type(&file), bytes),
            Ok(Content::File(disk)) => match fs::read(&disk) {
                Ok(bytes) => Answer::Found(media_type(&file), bytes),
                Err(error) => Answer::Failed(format!("{} can't be read: {error}\n", route.origin)),
            },
            Err(diagnostic) => Answer::Failed(format!("{}\n", diagnostic.message)),
        };
    }
    if path.starts_with("search/")
        && let Some(bytes) = shown.index_file(path)
    {
        return Answer::Found(media_type(path), bytes.to_vec());
    }
    if site.route(&format!("{path}/index.html")).is_some() {
        return Answer::Moved(format!("{path}/"));
    }
    match site.route("404.html").map(|route| renderer.render(route)) {
        Some(Ok(Content::Bytes(bytes))) => {
            // The built page names the site's own address; the preview lives at the root of its own.
            let base = site.library.config.site.base_url.as_deref().unwrap_or_default();
            let path = base
                .split_once("://")
                .and_then(|(_, rest)| rest.split_once('/'))
                .map_or("", |(_, path)| path);
            let path = path.trim_matches('/');
            let text = String::from_utf8(bytes).unwrap_or_default();
            let text = if path.is_empty() { text } else { text.replace(&format!("\"/{path}/"), "\"/") };
            Answer::Missing(live::with_script(text.into_bytes(), "/"))
        }
        _ => Answer::Missing(Vec::new()),
    }
}

/// Whether a request names this server: a loopback name, or the address that it listens at.
fn host_is_ours(request: &Request, own: SocketAddr) -> bool {
    let host = request.headers().iter().find(|header| header.field.equiv("Host"));
    let Some(host) = host.map(|header| header.value.as_str()) else { return true };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost"
        || name.ends_with(".localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip == own.ip() || own.ip().is_unspecified())
}

/// Answers in one piece. Head and body in pieces of their own would wait for each other: the second is held back until
/// the first is acknowledged, which a browser does after 40 ms (Nagle's algorithm and delayed acknowledgements).
fn send(request: Request, mut status: u16, media: &str, mut body: Vec<u8>) {
    let mut part = match media.starts_with("text/html") {
        true => format!("Speculation-Rules: \"/{SPECULATION_RULES}\"\r\n"),
        false => String::new(),
    };
    if status == 200 && (media.starts_with("video/") || media.starts_with("audio/")) {
        let header = request.headers().iter().find(|header| header.field.equiv("Range"));
        if let Some(wanted) = header.and_then(|header| range::parse(header.value.as_str(), body.len()))
            && let Some(bytes) = body.get(wanted.clone())
        {
            part = format!("Content-Range: bytes {}-{}/{}\r\n", wanted.start(), wanted.end(), body.len());
            (status, body) = (206, bytes.to_vec());
        } else {
            part = "Accept-Ranges: bytes\r\n".into();
        }
    }
    let reason = tiny_http::StatusCode(status).default_reason_phrase();
    let mut answer = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n{part}Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if *request.method() != Method::Head {
        answer.extend_from_slice(&body);
    }
    let mut connection = request.into_writer();
    // A browser that has gone away is no matter.
    let _ = connection.write_all(&answer).and_then(|()| connection.flush());
}
