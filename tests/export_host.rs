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
        assert_eq!(rules.matches("Content-Security-Policy \"default-src 'none';").count(), 2, "{rules}");
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
        assert!(
            rules.contains("Content-Security-Policy \"default-src 'none';")
                && rules.contains("root * \"/srv/my kb\"")
        );
        let file = root.path().join("Caddyfile");
        fs::write(&file, format!("http://127.0.0.1:1 {{\n{rules}\n}}\n")).unwrap();
        understood("caddy", &["validate", "--adapter", "caddyfile", "--config", file.to_str().unwrap()]);
    }
}
