//! `annals serve` through the binary: what a browser gets, and how fast it follows a change.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

struct Preview {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Preview {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("content/guides")).unwrap();
    fs::write(
        folder.path().join("site.toml"),
        "[site]\ntitle = \"Preview\"\nbase_url = \"https://x.example/kb/\"\n",
    )
    .unwrap();
    fs::write(folder.path().join("content/guides/one.md"), "# One\n\nFirst words.\n").unwrap();
    start_in(folder, arguments)
}

fn start_in(folder: TempDir, arguments: &[&str]) -> Preview {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("serve")
        .args(arguments)
        .current_dir(folder.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok) {
        if let Some(rest) = line.strip_prefix("serving at http://") {
            address = rest.split('/').next().unwrap().to_owned();
            break;
        }
    }
    assert!(!address.is_empty(), "the server said where it listens");
    Preview { child, address, folder }
}

impl Preview {
    fn get_with(&self, path: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (text.split(' ').nth(1).unwrap().parse().unwrap(), text)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.get_with(path, &self.address)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    /// Asks again until the answer holds `what`; the bound is for a machine that hangs, not a measure.
    fn until(&self, path: &str, what: &str) -> String {
        let start = Instant::now();
        loop {
            let (_, text) = self.get(path);
            if text.contains(what) {
                return text;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "`{what}` never came: {text}");
            std::thread::yield_now();
        }
    }
}

#[test]
fn a_change_reaches_the_page_and_whoever_waits_for_it() {
    let preview = start(&["--port", "0"]);
    let (status, page) = preview.get("/guides/one/");
    assert_eq!(status, 200);
    assert!(page.contains("First words.") && page.contains(".annals/live.js"));
    assert!(
        !page.contains("data-offline") && page.contains("data-search="),
        "browsers keep nothing of a preview"
    );
    assert!(preview.get("/.annals/wait?after=0").1.contains("\"generation\":1"));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| preview.get("/.annals/wait?after=1").1);
        preview.write("content/guides/one.md", "# One\n\nSecond words.\n");
        preview.until("/guides/one/", "Second words.");
        assert!(waiting.join().unwrap().contains("\"kind\":\"page\""));
    });
    preview.write("content/guides/one.md", "# One\n\nThird words, with [a link](../guides/).\n");
    preview.until("/guides/one/", "a link");
    preview.write("content/guides/one.md", "# Uno\n\nThird words.\n");
    preview.until("/guides/", "Uno");
    preview.write("content/guides/one.md", "# One\n\nSecond words.\n");
    preview.until("/guides/", "One");
    preview.write("content/guides/two.md", "# Two\n\nNew page.\n");
    preview.until("/guides/two/", "New page.");
    assert!(preview.until("/guides/", "Two").contains("One"));
    fs::remove_file(preview.folder.path().join("content/guides/two.md")).unwrap();
    preview.until("/guides/two/", "There is no such page");
    preview.write("site.toml", "[site]\ntitle = \"Renamed\"\n");
    preview.until("/", "Renamed");
}

#[test]
fn a_recording_is_sent_in_the_parts_that_a_browser_asks_for() {
    let preview = start(&["--port", "0"]);
    preview.write("content/guides/talk.webm", "0123456789");
    assert!(preview.until("/guides/talk.webm", "0123456789").contains("Accept-Ranges: bytes"));
    // A header may follow in the place of the host's value.
    let (status, text) =
        preview.get_with("/guides/talk.webm", &format!("{}\r\nRange: bytes=3-5", preview.address));
    assert_eq!(status, 206);
    assert!(text.contains("Content-Range: bytes 3-5/10") && text.ends_with("\r\n\r\n345"), "{text}");
}

#[test]
fn an_error_is_shown_until_it_is_mended_and_the_page_stays() {
    let preview = start(&["--port", "0"]);
    preview.write("content/guides/one.md", "---\ntitle: [\n---\n");
    let wait = preview.until("/.annals/wait?after=0", "guides/one.md");
    assert!(wait.contains("front-matter/syntax"), "{wait}");
    assert!(preview.get("/guides/one/").1.contains("First words."), "the older page is shown");
    preview.write("content/guides/one.md", "# One\n\nMended.\n");
    preview.until("/guides/one/", "Mended.");
    preview.until("/.annals/wait?after=0", "\"errors\":null");
}

#[test]
fn requests_that_are_not_for_us_are_refused() {
    let preview = start(&["--port", "0"]);
    assert_eq!(preview.get_with("/", "evil.example").0, 403);
    assert_eq!(preview.get_with("/", "localhost:1").0, 200);
    for path in ["/../site.toml", "/%2e%2e/site.toml", "/..%2fsite.toml", "//etc/passwd", "/guides/%00"] {
        let (status, text) = preview.get(path);
        assert_eq!(status, 404, "{path}");
        assert!(!text.contains("base_url"), "{path}");
    }
    let (status, text) = preview.get("/guides");
    assert!(status == 301 && text.contains("Location: /guides/"), "{text}");
}

#[test]
fn the_search_index_is_served_and_follows_changes() {
    let preview = start(&["--port", "0"]);
    let (status, root) = preview.get("/search/root.js");
    assert_eq!(status, 200);
    preview.write("content/guides/one.md", "# One\n\nZebrafish appear.\n");
    preview.until("/guides/one/", "Zebrafish");
    assert_ne!(preview.get("/search/root.js").1, root);
}

#[test]
fn the_preview_names_the_rules_by_which_browsers_fetch_ahead() {
    let preview = start(&["--port", "0"]);
    let head = |path: &str| preview.get(path).1.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(head("/guides/one/").contains("speculation-rules: \"/speculation-rules.json\""));
    let rules = head("/speculation-rules.json");
    assert!(rules.contains("content-type: application/speculationrules+json"), "{rules}");
    assert!(!rules.contains("speculation-rules: "), "only pages name them: {rules}");
}

#[test]
fn a_port_in_use_is_told_or_the_next_one_is_taken() {
    let preview = start(&["--port", "0"]);
    let port = preview.address.rsplit(':').next().unwrap().to_owned();
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["serve", "--port", &port])
        .current_dir(preview.folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(&format!("port {port}")) && text.contains("--port"), "{text}");
}

#[test]
fn a_theme_that_changes_only_its_looks_is_not_reloaded() {
    let folder = tempfile::tempdir().unwrap();
    let root: &Path = folder.path();
    fs::create_dir_all(root.join("content")).unwrap();
    fs::create_dir_all(root.join("themes/own/assets")).unwrap();
    fs::write(root.join("content/_index.md"), "# Home\n").unwrap();
    fs::write(root.join("site.toml"), "[site]\ntheme = \"own\"\n").unwrap();
    fs::write(root.join("themes/own/assets/app.css"), "a{}").unwrap();
    let preview = start_in(folder, &["--port", "0"]);
    preview.write("themes/own/assets/app.css", "b{}");
    let wait = preview.until("/.annals/wait?after=1", "\"kind\":\"style\"");
    assert!(wait.contains("assets/app."), "{wait}");
}
