//! Every feed and calendar of the example site, read by parsers that are not ours.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

use icalendar::{Calendar, CalendarComponent, Component as _};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn run(program: &str, folder: &Path, arguments: &[&str]) {
    let out = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn files(folder: &Path, wanted: &dyn Fn(&str) -> bool, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, wanted, into);
        } else if wanted(&path.file_name().unwrap().to_string_lossy()) {
            into.push(path);
        }
    }
}

/// The example site, with a page and a release that try to break what lists them.
fn example() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo");
    run("python3", root.path(), &[&script.to_string_lossy(), "demo"]);
    let kb = root.path().join("demo/kb");
    let title =
        serde_json::Value::from("\\<b>]]>&\u{202E} \\</title> \u{0B}\\\"q\\\"; X-A:b, c\\\\n\r\nDTSTART:1");
    let page = format!(
        "---\ntitle: {title}\ndate: 2026-10-29\nseverity: SEV1\nowner: platform\n---\n\nText ]]> <b>x</b> & more.\n\n## Action items\n\n- [ ] Escape; commas, \\\\ backslashes \u{1F692} {} @platform due:2026-11-03\n",
        "and long lines ".repeat(20)
    );
    fs::write(kb.join("content/retros/2026-10-29-hostile.md"), page).unwrap();
    run(env!("CARGO_BIN_EXE_annals"), &kb, &["build", "--no-cache"]);
    root
}

#[test]
fn all_feeds_and_calendars_of_the_example_site_are_valid() {
    let root = example();
    let dist = root.path().join("demo/kb/dist");
    let name = |path: &Path| path.strip_prefix(&dist).unwrap().to_string_lossy().into_owned();
    let mut feeds = Vec::new();
    files(&dist, &|name| matches!(name, "atom.xml" | "rss.xml" | "feed.json"), &mut feeds);
    let names: BTreeSet<String> = feeds.iter().map(|path| name(path)).collect();
    for wanted in [
        "atom.xml",
        "retros/rss.xml",
        "services/checkout/feed.json",
        "teams/platform/atom.xml",
        "packages/rss.xml",
        "packages/breaking/atom.xml",
    ] {
        assert!(names.contains(wanted), "{wanted}: {names:?}");
    }
    for path in &feeds {
        is_feed(&name(path), &fs::read(path).unwrap());
    }
    let mut calendars = Vec::new();
    files(&dist, &|name| name.ends_with(".ics"), &mut calendars);
    assert!(calendars.len() > 5, "{calendars:?}");
    for path in &calendars {
        is_calendar(&name(path), &fs::read(path).unwrap());
    }
}

/// RFC 4287, the RSS 2.0 specification and JSON Feed 1.1, as far as they can be held against one feed.
fn is_feed(name: &str, bytes: &[u8]) {
    let feed = feed_rs::parser::parse(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(feed.title.as_ref().is_some_and(|title| !title.content.is_empty()), "{name} has a title");
    let own = feed.links.iter().any(|link| link.href.ends_with(&format!("/{name}")));
    assert!(own || name.ends_with(".json"), "{name} names itself: {:?}", feed.links);
    if !name.ends_with(".json") {
        assert!(feed.updated.is_some() || feed.entries.is_empty(), "{name} tells when it changed");
    }
    let mut ids = BTreeSet::new();
    for entry in &feed.entries {
        assert!(ids.insert(entry.id.clone()), "{name}: {} is there twice", entry.id);
        assert!(entry.id.starts_with("tag:"), "{name}: {}", entry.id);
        let title =
            &entry.title.as_ref().unwrap_or_else(|| panic!("{name}: {} has no title", entry.id)).content;
        // XML 1.0 has no way to write controls.
        assert!(name.ends_with(".json") || !title.contains('\u{0B}'), "{name}: {title:?}");
        assert!(
            entry.links.iter().all(|link| link.href.starts_with("https://")),
            "{name}: {:?}",
            entry.links
        );
        let published = entry.published.unwrap_or_else(|| panic!("{name}: {} has no day", entry.id));
        assert!(entry.updated.is_none_or(|updated| updated >= published), "{name}: {}", entry.id);
    }
}

/// RFC 5545: what a component must have, and how lines are written.
fn is_calendar(name: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{name}: {line}");
    }
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{name}");
    let calendar: Calendar = text.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(
        calendar.property_value("PRODID").is_some() && calendar.property_value("VERSION") == Some("2.0"),
        "{name}"
    );
    let mut ids = BTreeSet::new();
    for component in &calendar.components {
        let CalendarComponent::Event(event) = component else { panic!("{name}: {component:?}") };
        assert!(ids.insert(event.get_uid().unwrap().to_owned()), "{name}: an event is there twice");
        assert!(
            event.property_value("DTSTAMP").is_some() && event.get_start().is_some(),
            "{name}: {event:?}"
        );
        assert!(event.get_summary().is_some_and(|summary| !summary.is_empty()), "{name}: {event:?}");
    }
}

#[test]
fn breaking_changes_have_a_feed_of_their_own() {
    let root = example();
    let dist = root.path().join("demo/kb/dist");
    let feed = |name: &str| feed_rs::parser::parse(&*fs::read(dist.join(name)).unwrap()).unwrap();
    let (all, breaking) = (feed("packages/atom.xml"), feed("packages/breaking/atom.xml"));
    assert!(!breaking.entries.is_empty() && breaking.title.unwrap().content.contains("Breaking"));
    for entry in &breaking.entries {
        let text = entry.content.as_ref().unwrap().body.as_ref().unwrap();
        assert!(text.contains("<h3>Breaking changes</h3>"), "{}: {text}", entry.id);
    }
    let plain = all.entries.iter().find(|entry| !breaking.entries.iter().any(|other| other.id == entry.id));
    assert!(plain.is_some(), "not every release breaks something");
    let page = fs::read_to_string(dist.join("packages/index.html")).unwrap();
    assert!(page.contains("packages/breaking/atom.xml"), "{page}");
}
