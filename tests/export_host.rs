//! `annals export host`: rules for web servers, which are asked whether they understand them where they are installed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

fn site(base: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let page = "---\ntitle: A\naliases: [\"/old/\", \"/new $host; {x}/\"]\n---\n\nOne.\n";
    fs::create_dir(root.path().join("content")).unwrap();
    fs::write(root.path().join("site.toml"), format!("[site]\ntitle = \"T\"\nbase_url = \"{base}\"\n"))
        .unwrap();
    fs::write(root.path().join("content/a.md"), page).unwrap();
    root
}

fn export(root: &Path, server: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .arg("-C")
        .arg(root)
        .args(["export", "host", server, "--folder", "/srv/my kb"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Asks a server whether it understands a file; none where it is not installed.
fn understood(program: &str, arguments: &[&str]) {
    match Command::new(program).args(arguments).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("SKIPPED: {program} is not installed"),
    }
}

#[test]
fn nginx_gets_addresses_redirects_and_headers() {
    for (base, prefix) in [("https://kb.example.org/", ""), ("https://example.org/kb/", "/kb")] {
        let root = site(base);
        let rules = export(root.path(), "nginx");
        assert!(
            rules.contains(&format!(
                "location = \"{prefix}/old/\" {{ absolute_redirect off; return 301 \"{prefix}/a/\"; }}"
            )),
            "{rules}"
        );
        assert!(!rules.contains("return 301 \"/new $host"), "no variable is read: {rules}");
        let ahead =
            format!("add_header Speculation-Rules \"\\\"{prefix}/speculation-rules.json\\\"\" always;");
        assert!(
            rules.contains(&ahead) && rules.contains("default_type application/speculationrules+json;"),
            "{rules}"
        );
        assert_eq!(rules.matches("Content-Security-Policy \"default-src 'none';").count(), 3, "{rules}");
        assert!(
            rules.contains("max-age=31536000, immutable")
                && rules.contains(&format!("404 \"{prefix}/404.html\""))
        );
        let file = root.path().join("nginx.conf");
        let text = format!(
            "pid {0}/pid; error_log {0}/log; events {{}}\nhttp {{ access_log off; server {{ listen 127.0.0.1:1; {rules} }} }}\n",
            root.path().display()
        );
        fs::write(&file, text).unwrap();
        understood("nginx", &["-t", "-q", "-p", root.path().to_str().unwrap(), "-c", file.to_str().unwrap()]);
    }
}

#[test]
fn caddy_gets_addresses_redirects_and_headers() {
    for (base, prefix) in [("https://kb.example.org/", ""), ("https://example.org/kb/", "/kb")] {
        let root = site(base);
        let rules = export(root.path(), "caddy");
        assert!(rules.contains(&format!("redir \"{prefix}/old/\" \"{prefix}/a/\" 301")), "{rules}");
        assert!(!rules.contains("{x}"), "no placeholder is read: {rules}");
        let ahead = format!("Speculation-Rules \"\\\"{prefix}/speculation-rules.json\\\"\"");
        assert!(
            rules.contains(&ahead) && rules.contains("Content-Type application/speculationrules+json"),
            "{rules}"
        );
        assert!(
            rules.contains("Content-Security-Policy \"default-src 'none';")
                && rules.contains("root * \"/srv/my kb\"")
        );
        let file = root.path().join("Caddyfile");
        fs::write(&file, format!("http://127.0.0.1:1 {{\n{rules}\n}}\n")).unwrap();
        understood("caddy", &["validate", "--adapter", "caddyfile", "--config", file.to_str().unwrap()]);
    }
}

/// A free port of this machine.
fn port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The headers and the body that a server answers with, asked for an encoding; none if it does not answer in time.
fn ask(port: u16, path: &str, encoding: &str) -> Option<(String, Vec<u8>)> {
    use std::io::{Read as _, Write as _};
    for _ in 0..100 {
        if let Ok(mut stream) = std::net::TcpStream::connect(("127.0.0.1", port)) {
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
            );
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
            let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
            return Some((head, answer[end + 4..].to_vec()));
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    None
}

/// A server names the rules by which browsers fetch ahead, and sends them as what browsers take them for.
fn sends_speculation_rules(port: u16) {
    let (page, _) = ask(port, "/a/", "identity").unwrap();
    assert!(page.contains("speculation-rules: \"/speculation-rules.json\""), "{page}");
    let (head, body) = ask(port, "/speculation-rules.json", "identity").unwrap();
    assert!(head.contains("content-type: application/speculationrules+json"), "{head}");
    assert_eq!(head.matches("cache-control:").count(), 1, "{head}");
    assert!(head.contains("cache-control: public, max-age=86400"), "{head}");
    assert!(String::from_utf8_lossy(&body).contains("\"prefetch\""));
}

/// A server that is stopped with its test.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn servers_send_the_files_that_the_build_compressed() {
    let root = site("https://kb.example.org/");
    let settings = "[site]\ntitle = \"T\"\nbase_url = \"https://kb.example.org/\"\n[output]\nprecompress = ";
    let kb = root.path();
    let built = |encodings: &str| {
        fs::write(kb.join("site.toml"), format!("{settings}{encodings}\n")).unwrap();
        let out = Command::new(env!("CARGO_BIN_EXE_annals")).arg("-C").arg(kb).arg("build").output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    let rules = |server: &str| export(kb, server).replace("/srv/my kb", &kb.join("dist").to_string_lossy());
    built("[\"gzip\"]");
    let (nginx, port_of_nginx) = (rules("nginx"), port());
    assert!(nginx.contains("gzip_static on;") && !nginx.contains("brotli_static"), "{nginx}");
    let file = kb.join("nginx.conf");
    let text = format!(
        "daemon off; master_process off; pid {0}/pid; error_log {0}/log; events {{}}\nhttp {{ access_log off; client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3; uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5; server {{ listen 127.0.0.1:{port_of_nginx}; {nginx} }} }}\n",
        kb.display()
    );
    fs::write(&file, text).unwrap();
    match Command::new("nginx").arg("-p").arg(kb).arg("-c").arg(&file).spawn() {
        Ok(child) => {
            let _running = Running(child);
            let (head, body) = ask(port_of_nginx, "/a/", "gzip").unwrap();
            assert!(head.contains("content-encoding: gzip"), "{head}");
            assert_eq!(body, fs::read(kb.join("dist/a/index.html.gz")).unwrap());
            let (head, body) = ask(port_of_nginx, "/a/", "identity").unwrap();
            assert!(!head.contains("content-encoding"), "{head}");
            assert_eq!(body, fs::read(kb.join("dist/a/index.html")).unwrap());
            sends_speculation_rules(port_of_nginx);
        }
        Err(_) => eprintln!("SKIPPED: nginx is not installed"),
    }
    built("[\"gzip\", \"brotli\", \"zstd\"]");
    let (caddy, port_of_caddy) = (rules("caddy"), port());
    assert!(caddy.contains("precompressed br zstd gzip"), "{caddy}");
    let file = kb.join("Caddyfile");
    fs::write(&file, format!("{{\nadmin off\n}}\nhttp://127.0.0.1:{port_of_caddy} {{\n{caddy}\n}}\n"))
        .unwrap();
    let run = ["run", "--adapter", "caddyfile", "--config"];
    match Command::new("caddy")
        .args(run)
        .arg(&file)
        .env("HOME", kb)
        .stderr(std::process::Stdio::null())
        .spawn()
    {
        Ok(child) => {
            let _running = Running(child);
            for (encoding, ending) in [("br", "br"), ("zstd", "zst"), ("gzip", "gz")] {
                let (head, body) = ask(port_of_caddy, "/a/", encoding).unwrap();
                assert!(head.contains(&format!("content-encoding: {encoding}")), "{head}");
                assert!(
                    body.ends_with(&fs::read(kb.join(format!("dist/a/index.html.{ending}"))).unwrap())
                        || head.contains("chunked"),
                    "{encoding}"
                );
            }
            sends_speculation_rules(port_of_caddy);
        }
        Err(_) => eprintln!("SKIPPED: caddy is not installed"),
    }
}
