//! `annals publish s3://…` against a server that speaks S3 (moto), through a proxy that counts requests and kills the
//! publisher at any of them. Where Python has no `moto`, the tests say that they were skipped; `scripts/test` installs it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tiny_http::{Header, Method, Response, Server};
use ureq::http::Request;

/// A header that makes the server take a request for one of its owner's.
const OWNER: &str =
    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
const BUCKET: &str = "site-bucket";

/// A server of S3, ended with the test.
struct Store {
    process: Child,
    address: String,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python/bin/python");
    let all = [std::env::var_os("ANNALS_TEST_PYTHON").map(PathBuf::from), Some(own), Some("python3".into())];
    all.into_iter().flatten().find(|python| {
        let import = Command::new(python).args(["-c", "import moto.server"]).stderr(Stdio::null()).status();
        import.is_ok_and(|status| status.success())
    })
}

impl Store {
    fn start() -> Option<Self> {
        let Some(python) = python() else {
            eprintln!("SKIPPED: Python has no moto; `scripts/test` installs it");
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let store = Self { process, address: format!("127.0.0.1:{port}") };
        let started = Instant::now();
        while TcpStream::connect(&store.address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(store.ask("PUT", "", &[]).0, 200);
        Some(store)
    }

    /// Status, headers that matter and bytes of an answer.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, String, Vec<u8>) {
        let uri = format!("http://{}/{BUCKET}/{path}", self.address);
        let request =
            Request::builder().method(method).uri(uri).header("Authorization", OWNER).body(body.to_vec());
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.run(request.unwrap()).unwrap();
        let header =
            |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let headers = format!("{} | {}", header("content-type"), header("cache-control"));
        (response.status().as_u16(), headers, response.body_mut().read_to_vec().unwrap_or_default())
    }

    fn get(&self, path: &str) -> Option<Vec<u8>> {
        let (status, _, bytes) = self.ask("GET", path, &[]);
        (status == 200).then_some(bytes)
    }
}

type Hook = Box<dyn Fn(usize, &Proxy) -> Act + Send + Sync>;

/// What the proxy does with a request.
enum Act {
    Pass,
    /// The publisher is killed before or after the store gets the request.
    Kill {
        after: bool,
    },
}

/// Stands between a publisher and the store.
struct Proxy {
    to: String,
    hook: Hook,
    count: AtomicUsize,
    seen: Mutex<Vec<String>>,
    child: Mutex<Option<Child>>,
}

impl Proxy {
    /// Runs `annals publish` through a proxy; whether it succeeded, what it said, and the requests that it made.
    fn run(store: &Store, site: &Path, arguments: &[&str], hook: Hook) -> (bool, String, Vec<String>) {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let proxy = Arc::new(Self {
            to: store.address.clone(),
            hook,
            count: AtomicUsize::new(0),
            seen: Mutex::default(),
            child: Mutex::default(),
        });
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let (server, proxy) = (server.clone(), proxy.clone());
                std::thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        proxy.answer(request);
                    }
                })
            })
            .collect();
        let said = tempfile::NamedTempFile::new().unwrap();
        // Held until the child is known, so that it can be killed at its first request.
        let mut child = proxy.child.lock().unwrap();
        *child = Some(
            Command::new(env!("CARGO_BIN_EXE_annals"))
                .arg("-C")
                .arg(site)
                .arg("publish")
                .args(arguments)
                .env("NO_COLOR", "1")
                .env("AWS_ENDPOINT", format!("http://{}", server.server_addr()))
                .env("AWS_ALLOW_HTTP", "true")
                .env("AWS_REGION", "us-east-1")
                .env("AWS_ACCESS_KEY_ID", "a")
                .env("AWS_SECRET_ACCESS_KEY", "b")
                .stdout(Stdio::null())
                .stderr(said.reopen().unwrap())
                .spawn()
                .unwrap(),
        );
        drop(child);
        let status = loop {
            let done = proxy.child.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
            if let Some(status) = done {
                break status;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        workers.iter().for_each(|_| server.unblock());
        workers.into_iter().for_each(|worker| worker.join().unwrap());
        let seen = proxy.seen.lock().unwrap().clone();
        (status.success(), fs::read_to_string(said.path()).unwrap(), seen)
    }

    fn answer(&self, mut request: tiny_http::Request) {
        let number = self.count.fetch_add(1, Ordering::SeqCst);
        self.seen.lock().unwrap().push(format!("{} {}", request.method(), request.url()));
        let act = (self.hook)(number, self);
        if matches!(act, Act::Kill { after: false }) {
            return self.kill();
        }
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body).unwrap();
        let mut passed = Request::builder().method(request.method().to_string().as_str()).uri(format!(
            "http://{}{}",
            self.to,
            request.url()
        ));
        for header in request.headers() {
            let name = header.field.as_str().as_str();
            if !["host", "connection", "content-length", "transfer-encoding"]
                .contains(&name.to_lowercase().as_str())
            {
                passed = passed.header(name, header.value.as_str());
            }
        }
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.run(passed.body(body).unwrap()).unwrap();
        let bytes = response.body_mut().read_to_vec().unwrap_or_default();
        if matches!(act, Act::Kill { after: true }) {
            return self.kill();
        }
        let is_head = *request.method() == Method::Head;
        let mut answer = Response::from_data(bytes).with_status_code(response.status().as_u16());
        for (name, value) in response.headers() {
            if name != "connection" && name != "transfer-encoding" && (is_head || name != "content-length") {
                answer.add_header(Header::from_bytes(name.as_str(), value.as_bytes()).unwrap());
            }
        }
        let _ = request.respond(answer);
    }

    fn kill(&self) {
        let _ = self.child.lock().unwrap().as_mut().unwrap().kill();
    }
}

fn passing() -> Hook {
    Box::new(|_, _| Act::Pass)
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn build(site: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(site)
        .args(["build", "-q"])
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Two states of one site: the second has another style sheet, a page more and a page less.
fn two_sites() -> (TempDir, TempDir) {
    let [old, new] = [("red", "b"), ("blue", "c")].map(|(colour, page)| {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "site.toml", "[site]\ntitle = \"T\"\ntheme = \"own\"\n[feeds]\nenabled = false\n");
        write(root.path(), "themes/own/assets/app.css", &format!("body {{ color: {colour} }}\n"));
        write(root.path(), "content/a.md", "# A\n\nOne.\n");
        write(root.path(), &format!("content/{page}.md"), &format!("# {page}\n\nTwo.\n"));
        build(root.path());
        root
    });
    (old, new)
}

/// The paths of a built site's files.
fn paths(site: &Path) -> Vec<String> {
    let manifest = fs::read_to_string(site.join("dist/.annals/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["path"].as_str().unwrap().to_owned())
        .collect()
}

fn hashed(paths: &[String]) -> impl Iterator<Item = &String> {
    paths.iter().filter(|path| path.starts_with("assets/"))
}

/// Files that a page loads, as paths in the site.
fn loaded(page: &str, html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let parts: Vec<&str> = html.split('"').collect();
    let loaded = parts.windows(2).filter(|pair| pair[0].ends_with("href=") || pair[0].ends_with("src="));
    for part in loaded.map(|pair| pair[1]).filter(|part| part.contains("assets/")) {
        let mut folder: Vec<&str> = page.split('/').collect();
        folder.pop();
        for step in part.split('/') {
            match step {
                ".." => drop(folder.pop()),
                "." | "" => {}
                name => folder.push(name),
            }
        }
        found.push(folder.join("/"));
    }
    found
}

/// What a reader finds: every page that is there has all that it loads.
fn check_reader(store: &Store, prefix: &str, all: &BTreeSet<String>, when: &str) {
    let mut there = BTreeSet::new();
    for page in all.iter().filter(|path| path.ends_with(".html")) {
        let Some(html) = store.get(&format!("{prefix}/{page}")) else { continue };
        let html = String::from_utf8(html).unwrap();
        let needed = loaded(page, &html);
        assert!(!needed.is_empty(), "{page} loads something");
        for path in needed {
            if there.insert(path.clone()) {
                assert!(store.get(&format!("{prefix}/{path}")).is_some(), "{when}: {page} lacks {path}");
            }
        }
    }
}

fn check_is(store: &Store, prefix: &str, site: &Path) {
    for path in paths(site).iter().map(String::as_str).chain([".annals/manifest.json"]) {
        let expected = fs::read(site.join("dist").join(path)).unwrap();
        assert!(store.get(&format!("{prefix}/{path}")) == Some(expected), "{path} is that of the site");
    }
}

#[test]
fn only_what_changed_is_written_and_with_the_right_headers() {
    let Some(store) = Store::start() else { return };
    let (old, new) = two_sites();
    let (dry, _, seen) = Proxy::run(&store, old.path(), &["s3://site-bucket/kb", "--dry-run"], passing());
    assert!(dry && seen.iter().all(|request| request.starts_with("GET")), "{seen:?}");
    let publish = |site: &Path| {
        let (done, said, seen) = Proxy::run(&store, site, &["s3://site-bucket/kb"], passing());
        assert!(done, "{said}");
        seen.into_iter()
            .filter(|request| !request.starts_with("GET") && !request.starts_with("HEAD"))
            .collect()
    };
    let first: Vec<String> = publish(old.path());
    check_is(&store, "kb", old.path());
    assert!(first[first.len() - 2].contains("PUT /site-bucket/kb/.annals/manifest.json"), "{first:?}");
    let style =
        paths(old.path()).into_iter().find(|path| path.starts_with("assets/app.") && path.ends_with(".css"));
    let style = style.unwrap();
    for (path, headers) in [
        ("a/index.html", "text/html; charset=utf-8 | no-cache"),
        ("a/index.md", "text/markdown; charset=utf-8 | no-cache"),
        ("actions/actions.json", ""),
        (style.as_str(), "text/css; charset=utf-8 | public, max-age=31536000, immutable"),
    ] {
        let (status, found, _) = store.ask("GET", &format!("kb/{path}"), &[]);
        assert!(headers.is_empty() || (status == 200 && found == headers), "{path}: {status} {found}");
    }
    let second: Vec<String> = publish(old.path());
    assert!(second.is_empty(), "the same site makes no write: {second:?}");

    let third = publish(new.path());
    check_is(&store, "kb", new.path());
    assert!(store.get("kb/b/index.html").is_none(), "what is gone is removed");
    assert!(
        store.get(&format!("kb/{style}")).is_some(),
        "a page that is open may still load its style sheet"
    );
    let same: Vec<String> = paths(old.path())
        .into_iter()
        .filter(|path| {
            fs::read(old.path().join("dist").join(path)).ok()
                == fs::read(new.path().join("dist").join(path)).ok()
        })
        .collect();
    assert!(same.len() > 5, "{same:?}");
    for path in same {
        assert!(
            !third.iter().any(|request| request.ends_with(&format!("/kb/{path}"))),
            "{path} is written again"
        );
    }
    publish(old.path());
    publish(new.path());
    write(new.path(), "content/a.md", "# A\n\nThree.\n");
    build(new.path());
    publish(new.path());
    assert!(store.get(&format!("kb/{style}")).is_none(), "and is removed by the publication after the next");
    check_is(&store, "kb", new.path());
}

#[test]
fn killed_at_any_request_it_leaves_whole_pages_and_goes_on_later() {
    let Some(store) = Store::start() else { return };
    let (old, new) = two_sites();
    let all: BTreeSet<String> = paths(old.path()).into_iter().chain(paths(new.path())).collect();
    let mut killed = 0;
    for number in 0.. {
        let prefix = format!("k{number}");
        let target = format!("s3://site-bucket/{prefix}");
        let (done, said, _) = Proxy::run(&store, old.path(), &[&target], passing());
        assert!(done, "{said}");
        let hook: Hook = Box::new(move |at, _| match at == number {
            true => Act::Kill { after: number % 2 == 0 },
            false => Act::Pass,
        });
        let (done, said, seen) = Proxy::run(&store, new.path(), &[&target], hook);
        check_reader(
            &store,
            &prefix,
            &all,
            &format!("killed at request {number} ({})", seen.last().unwrap()),
        );
        for path in hashed(&paths(old.path())) {
            assert!(store.get(&format!("{prefix}/{path}")).is_some(), "an open page lacks {path}");
        }
        if seen.len() <= number {
            assert!(done, "{said}");
            break;
        }
        killed += 1;
        let manifest = store.get(&format!("{prefix}/.annals/manifest.json")).unwrap();
        let is_new = manifest == fs::read(new.path().join("dist/.annals/manifest.json")).unwrap();
        // Every other time it is not the same site that goes on: nothing of the one that broke off may be left.
        let next = if number % 3 == 0 { &old } else { &new };
        let (done, said, _) = Proxy::run(&store, next.path(), &[&target, "--take-over"], passing());
        assert!(done, "after {number}: {said}");
        check_is(&store, &prefix, next.path());
        check_reader(&store, &prefix, &all, "after going on");
        let gone = if number % 3 == 0 { "c/index.html" } else { "b/index.html" };
        assert!(
            store.get(&format!("{prefix}/{gone}")).is_none(),
            "{gone} after {number}, published: {is_new}"
        );
        assert!(store.get(&format!("{prefix}/.annals/publishing.json")).is_none(), "the lock is gone");
    }
    assert!(killed > 20, "{killed} requests");
}

#[test]
fn of_two_publishers_one_wins_and_the_other_says_so() {
    let Some(store) = Store::start() else { return };
    let store = Arc::new(store);
    let (old, new) = two_sites();
    let lock = "two/.annals/publishing.json";
    let body =
        |beat: usize| format!("{{\"id\":\"other\",\"beat\":{beat},\"is_active\":true,\"touched\":[]}}");
    assert!(Proxy::run(&store, old.path(), &["s3://site-bucket/two"], passing()).0);

    // Somebody is at work and gives signs of life.
    store.ask("PUT", lock, body(0).as_bytes());
    let living = store.clone();
    let hook: Hook = Box::new(move |at, _| {
        living.ask("PUT", lock, body(at + 1).as_bytes());
        Act::Pass
    });
    let (done, said, seen) = Proxy::run(&store, new.path(), &["s3://site-bucket/two"], hook);
    assert!(!done && said.contains("another publication") && said.contains("publish/busy"), "{said}");
    assert!(seen.iter().all(|request| request.starts_with("GET")), "{seen:?}");
    check_is(&store, "two", old.path());

    // Somebody takes over while we are at work: we stop, and do not put our manifest there.
    let thief = store.clone();
    let hook: Hook = Box::new(move |at, _| {
        if at == 8 {
            thief.ask("PUT", lock, body(99).as_bytes());
        }
        Act::Pass
    });
    let (done, said, _) = Proxy::run(&store, new.path(), &["s3://site-bucket/two", "--take-over"], hook);
    assert!(!done && said.contains("another publication"), "{said}");
    let manifest = fs::read(old.path().join("dist/.annals/manifest.json")).unwrap();
    assert_eq!(store.get("two/.annals/manifest.json").unwrap(), manifest);
    assert!(String::from_utf8(store.get(lock).unwrap()).unwrap().contains("other"), "their lock stands");
}
