//! `annals check --external` asks each address once, politely, and says what it came to.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on fails"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tiny_http::{Header, Method, Response, Server};

/// What the server was asked for, and how often at once.
#[derive(Default)]
struct Seen {
    requests: Mutex<Vec<(String, String, Option<String>)>>,
    now: AtomicUsize,
    most: AtomicUsize,
    busy: AtomicBool,
}

/// A server with an address for each answer that matters. It answers several requests at a time.
fn server(seen: &Arc<Seen>) -> String {
    let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
    let address = format!("http://{}", server.server_addr());
    for _ in 0..8 {
        let (server, seen) = (server.clone(), seen.clone());
        std::thread::spawn(move || {
            while let Ok(request) = server.recv() {
                let at_once = seen.now.fetch_add(1, Ordering::SeqCst) + 1;
                seen.most.fetch_max(at_once, Ordering::SeqCst);
                let agent = request.headers().iter().find(|header| header.field.equiv("User-Agent"));
                let agent = agent.map(|header| header.value.to_string());
                let (method, url) = (request.method().to_string(), request.url().to_owned());
                seen.requests.lock().unwrap().push((method, url.clone(), agent));
                let header = |name: &str, value: &str| Header::from_bytes(name, value).unwrap();
                let redirect =
                    |status: u16, to: &str| Response::empty(status).with_header(header("Location", to));
                let response = match url.as_str() {
                    "/no-head" if *request.method() == Method::Head => Response::empty(405),
                    "/moved" => redirect(301, "/fine"),
                    "/for-now" => redirect(302, "/fine"),
                    "/circle" => redirect(302, "/circle"),
                    "/away" => redirect(301, "file:///etc/passwd"),
                    "/gone" | "/allowed" => Response::empty(404),
                    "/broken" => Response::empty(500),
                    "/busy" if !seen.busy.swap(true, Ordering::SeqCst) => {
                        Response::empty(429).with_header(header("Retry-After", "1"))
                    }
                    "/too-busy" => Response::empty(503).with_header(header("Retry-After", "86400")),
                    "/slow" => {
                        std::thread::sleep(Duration::from_secs(3));
                        Response::empty(200)
                    }
                    _ => {
                        std::thread::sleep(Duration::from_millis(30));
                        Response::empty(200)
                    }
                };
                seen.now.fetch_sub(1, Ordering::SeqCst);
                let _ = request.respond(response);
            }
        });
    }
    address
}

fn site(page: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("content")).unwrap();
    let settings = "[site]\ntitle = \"T\"\n[check.external]\nhosts = [\"127.0.0.1\"]\nskip = [\"/secret\"]\ntimeout = 1\n";
    fs::write(root.path().join("site.toml"), settings).unwrap();
    fs::write(root.path().join("content/a.md"), page).unwrap();
    root
}

/// The external findings, by address, and what was said beside.
fn check(root: &Path, args: &[&str]) -> (BTreeMap<String, (String, String)>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root)
        .args(["check", "--external", "--format", "json", "--now", "2026-06-01"])
        .args(args)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{said}"));
    let all = report["diagnostics"].as_array().unwrap().iter();
    let external = all.filter(|found| found["rule"].as_str().unwrap().starts_with("external/"));
    let found = external.map(|found| {
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(found["file"], "content/a.md");
        let address = text("message").split('`').nth(1).unwrap().to_owned();
        let path =
            address.split_once("//").unwrap().1.split_once('/').map_or("", |(_, path)| path).to_owned();
        (path, (text("rule"), format!("{} {}", text("message"), text("help"))))
    });
    (found.collect(), said)
}

#[test]
fn each_answer_is_told_as_what_it_is_and_what_was_fine_is_not_asked_again() {
    let seen = Arc::new(Seen::default());
    let at = server(&seen);
    let paths = [
        "fine",
        "fine#part",
        "no-head",
        "moved",
        "for-now",
        "circle",
        "away",
        "gone",
        "broken",
        "busy",
        "too-busy",
        "slow",
        "secret",
        "one",
        "two",
        "three",
        "four",
        "five",
    ];
    let links: Vec<String> = paths.iter().map(|path| format!("[the {path}]({at}/{path})")).collect();
    let allowed =
        format!("<!-- annals: allow external/gone, it will be there tomorrow -->\n[the one]({at}/allowed)");
    let page = format!("# A\n\n{}\n\n{allowed}\n\n[x](https://kb.example/)\n", links.join("\n"));
    let root = site(&page);
    let (found, said) = check(root.path(), &[]);
    let rule = |path: &str| found.get(path).map(|(rule, _)| rule.as_str());
    for fine in ["fine", "no-head", "for-now", "busy", "secret", "allowed", "one"] {
        assert_eq!(rule(fine), None, "{fine}: {found:#?}");
    }
    for (path, expected, words) in [
        ("moved", "external/moved", "/fine"),
        ("circle", "external/gone", "more than 10 times"),
        ("away", "external/unknown", "not where to"),
        ("gone", "external/gone", "404"),
        ("broken", "external/unknown", "500"),
        ("too-busy", "external/unknown", "503"),
        ("slow", "external/unknown", "in time"),
    ] {
        assert_eq!(rule(path), Some(expected), "{path}: {found:#?}");
        assert!(found[path].1.contains(words), "{path}: {found:#?}");
    }
    assert!(said.contains("asked for 17 external links"), "{said}");
    let requests = std::mem::take(&mut *seen.requests.lock().unwrap());
    let count =
        |method: &str, url: &str| requests.iter().filter(|(own, at, _)| own == method && at == url).count();
    assert_eq!(
        count("HEAD", "/one") + count("GET", "/one"),
        1,
        "each address once, by HEAD where that is enough"
    );
    assert_eq!((count("HEAD", "/no-head"), count("GET", "/no-head")), (1, 1));
    assert_eq!(count("HEAD", "/busy"), 2, "after the wait that was asked for");
    assert_eq!(count("HEAD", "/secret") + count("GET", "/secret"), 0, "what is not to be asked for is not");
    assert!(
        requests.iter().all(|(.., agent)| agent.as_deref().is_some_and(|agent| agent.starts_with("annals/")))
    );
    assert!(
        seen.most.load(Ordering::SeqCst) <= 3,
        "two connections, and one that timed out: {:?}",
        seen.most
    );
    let (again, said) = check(root.path(), &[]);
    assert!(again.contains_key("moved"), "what is known is told again");
    assert!(said.contains("; 10 were known"), "{said}");
    let requests = seen.requests.lock().unwrap();
    assert!(!requests.iter().any(|(_, url, _)| url == "/one" || url == "/moved"), "{requests:?}");
}

#[test]
fn without_a_network_nothing_is_said_to_be_gone() {
    // Nothing listens there.
    let root = site("# A\n\n[the one](http://127.0.0.1:9/x)\n");
    let started = Instant::now();
    let (found, _) = check(root.path(), &[]);
    assert_eq!(found["x"].0, "external/unknown", "{found:#?}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_check_without_the_option_asks_nobody() {
    let seen = Arc::new(Seen::default());
    let at = server(&seen);
    let root = site(&format!("# A\n\n<!-- annals: allow external/gone, for now -->\n[the one]({at}/gone)\n"));
    let out =
        Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(root.path()).arg("check").output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!said.contains("external") && !said.contains("check/not-needed"), "{said}");
    assert!(seen.requests.lock().unwrap().is_empty());
}
