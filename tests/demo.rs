//! The example site of `scripts/demo` is the same each time, builds, and has nothing in it that fails a check.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes the site in a folder, and gives the folder of its `site.toml`.
fn demo(folder: &Path) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("scripts/demo needs Python 3.11");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder.join("kb")
}

fn head(repository: &Path) -> String {
    let output = Command::new("git").arg("-C").arg(repository).args(["rev-parse", "HEAD"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_example_site_fills_every_view_and_passes_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let first = demo(&folder.path().join("a"));
    let second = demo(&folder.path().join("b"));
    assert_eq!(head(&first), head(&second), "the same bytes each time");
    let annals = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_annals"))
            .arg("-C")
            .arg(&first)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    annals(&["build", "--strict"]);
    let report: Value =
        serde_json::from_str(&annals(&["check", "--now", "2026-10-30", "--format", "json"])).unwrap();
    assert_eq!(report["counts"]["errors"], 0, "{report}");
    for view in [
        "on-call/index.html",
        "archive/index.html",
        "actions/due.ics",
        "alerts/CartPoolExhausted/index.html",
        "metrics/index.html",
        "review/index.html",
        "services/checkout/index.html",
        "drills/index.html",
        "demos/gallery/index.html",
        "decisions/one-queue/index.html",
        "paths/first-change/index.html",
        "packages/shop-notify/compare/index.html",
    ] {
        assert!(first.join("dist").join(view).is_file(), "{view}");
    }
    let actions: Value =
        serde_json::from_str(&fs::read_to_string(first.join("dist/actions/actions.json")).unwrap()).unwrap();
    let items = actions["items"].as_array().unwrap();
    for state in ["open", "overdue", "done", "merged", "released"] {
        assert!(items.iter().any(|item| item["state"] == state), "no item is {state}");
    }
}
