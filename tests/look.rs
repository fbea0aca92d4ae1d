//! `[look]` and the links of `site.toml`: a site's colours, fonts, logo and announcement without a theme of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on fails"
)]

#[path = "support/program.rs"]
mod program;

use program::annals;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A site of one page, a logo and a font.
fn small(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("site.toml", settings),
        ("content/notes/one.md", "# One\n\n## When\n\nText.\n"),
        ("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn build(folder: &Path) -> String {
    let output = annals(folder, &["build"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The path and the text of the stylesheet of all pages.
fn style(folder: &Path) -> (String, String) {
    let mut all = fs::read_dir(folder.join("dist/assets")).unwrap().flatten();
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let file = all.find(|entry| name(entry).starts_with("app.") && name(entry).ends_with(".css")).unwrap();
    (format!("assets/{}", name(&file)), fs::read_to_string(file.path()).unwrap())
}

#[test]
fn the_look_is_set_in_the_settings_alone() {
    let settings = "[site]\nbase_url = \"https://sample.example/\"\n[look]\naccent = { light = \"#1a6b3c\", dark = \"#7fd6a0\" }\nlogo = \"logo.svg\"\nfavicon = \"logo.svg\"\nfooter = \"Ours & <b>yours</b>\"\nannouncement = { text = \"We <i>move</i>\", link = \"notes/one/#when\", level = \"danger\" }\n";
    let folder = small(settings);
    let told = build(folder.path());
    assert!(!told.contains("config/"), "{told}");
    let html = read(folder.path(), "notes/one/index.html");
    for part in [
        "<img class=\"logo\" src=\"../../logo.svg\" alt=\"\" width=\"28\" height=\"28\">",
        "<link rel=\"icon\" href=\"../../logo.svg\">",
        "<p>Ours &amp; &lt;b&gt;yours&lt;/b&gt;</p>",
        "<aside class=\"announcement danger\" aria-label=\"Announcement\"><p><strong>Danger:</strong> <a href=\"../../notes/one/#when\">We &lt;i&gt;move&lt;/i&gt;</a></p></aside>",
        "og:image\" content=\"https://sample.example/logo.svg\"",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(
        read(folder.path(), "offline.json").contains("[\"logo.svg\","),
        "it is there without a network, too"
    );
    let (path, css) = style(folder.path());
    assert!(css.contains(":root { --accent: light-dark(#1a6b3c, #7fd6a0);"));
    assert!(html.contains(&path));
    let id = |html: &str| html.split_once("data-announcement=\"").unwrap().1[..8].to_owned();
    let before = id(&html);
    // Another colour is another file, and another text another announcement, on pages that did not change, too.
    fs::write(
        folder.path().join("site.toml"),
        settings.replace("#1a6b3c", "#0a5a2c").replace("We <i>move", "We have <i>moved"),
    )
    .unwrap();
    build(folder.path());
    let html = read(folder.path(), "notes/one/index.html");
    assert_ne!(style(folder.path()).0, path);
    assert!(html.contains(&style(folder.path()).0) && id(&html) != before);
}

#[test]
fn a_look_that_does_not_fit_is_told_at_its_place() {
    let wrong = |look: &str, rule: &str, place: &str| {
        let folder = small(&format!("[look]\n{look}\n"));
        let output = annals(folder.path(), &["build"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(rule) && text.contains(place), "{look}: {text}");
        output.status.success()
    };
    assert!(wrong(
        "accent = { light = \"#777777\", dark = \"#8fbcff\" }",
        "warning[config/contrast]",
        "site.toml:2:20"
    ));
    assert!(wrong(
        "accent = { light = \"#0a55b5\", dark = \"#333333\" }",
        "warning[config/contrast]",
        "site.toml:2:38"
    ));
    assert!(!wrong(
        "accent = { light = \"red\", dark = \"#8fbcff\" }",
        "error[config/value]",
        "site.toml:2:20"
    ));
    assert!(!wrong("logo = \"lgo.svg\"", "error[config/missing-file]", "site.toml:2:8"));
    assert!(!wrong(
        "announcement = { text = \"T\", link = \"javascript:alert(1)\" }",
        "error[config/value]",
        "site.toml:2:"
    ));
    assert!(!wrong(
        "announcement = { text = \"T\", link = \"no/page/\" }",
        "error[config/missing-file]",
        "site.toml:2:"
    ));
    assert!(wrong(
        "colours.text = { light = \"#14181d\", dark = \"#444444\" }",
        "the contrast of `#444444` to the dark mark #5c4800 is",
        "site.toml:2:44"
    ));
    assert!(wrong(
        "colours.background = { light = \"#777777\", dark = \"#101317\" }",
        "the contrast of `#777777` to what stands on it",
        "site.toml:2:32"
    ));
    assert!(!wrong(
        "colours.sev1 = { light = \"#000000\", dark = \"#ffffff\" }",
        "config/unknown-key",
        "site.toml:2:9"
    ));
    assert!(!wrong("colours.text = { light = \"#000000\" }", "config/missing-key", "site.toml:2:"));
    assert!(!wrong("fonts.text = [\"A\\\"; }\"]", "error[config/value]", "site.toml:2:15"));
    let font = |fields: &str| format!("fonts.files = [{{ family = \"Sample\", {fields} }}]");
    assert!(!wrong(&font("file = \"f.woff2\""), "error[config/missing-file]", "site.toml:2:44"));
    assert!(!wrong(
        &font("file = \"https://fonts.example/f.woff2\""),
        "error[config/value]",
        "site.toml:2:44"
    ));
    assert!(!wrong(&font("file = \"logo.svg\""), "`.woff2`", "site.toml:2:44"));
    assert!(!wrong(&font("file = \"f.woff2\", weight = \"bold\""), "`100 900`", "site.toml:2:64"));
    assert!(!wrong("announcement = { link = \"notes/one/\" }", "error[config/missing-key]", "site.toml:2:"));
}

#[test]
fn fonts_come_from_the_site_and_pages_may_load_them_only_then() {
    let settings = "[look.fonts]\ntext = [\"Sample Sans\", \"system-ui\"]\nheadings = [\"Sample Serif\"]\nfiles = [{ family = \"Sample Sans\", file = \"Fonts/sample one.woff2\", weight = \"100 900\" }]\n";
    let folder = small(settings);
    fs::create_dir(folder.path().join("static/Fonts")).unwrap();
    fs::write(folder.path().join("static/Fonts/sample one.woff2"), "no font").unwrap();
    build(folder.path());
    let (_, css) = style(folder.path());
    assert!(css.contains("@font-face { font-family: \"Sample Sans\"; src: url(\"../Fonts/sample%20one.woff2\") format(\"woff2\"); font-weight: 100 900; font-style: normal; font-display: swap; }"));
    assert!(css.contains(
        ":root { --sans: \"Sample Sans\", system-ui, sans-serif; --headings: \"Sample Serif\", var(--sans); }"
    ));
    assert!(folder.path().join("dist/Fonts/sample one.woff2").is_file(), "where the stylesheet says");
    let policies = |folder: &Path| [read(folder, "index.html"), read(folder, "_headers")];
    for text in policies(folder.path()) {
        assert!(text.contains(" font-src 'self';"), "{text}");
    }
    // Without a font there is nothing to allow; families that readers have need no permission.
    let folder = small("[look.fonts]\ntext = [\"Sample Sans\"]\n");
    build(folder.path());
    for text in policies(folder.path()) {
        assert!(!text.contains("font-src") && text.contains("default-src 'none'"), "{text}");
    }
}

#[test]
fn colours_are_set_with_their_tints_and_paper_stays_white() {
    let folder = small(
        "[look.colours]\nbackground = { light = \"#fffdf7\", dark = \"#12110e\" }\ndanger = { light = \"#8b0000\", dark = \"#ffb0b0\" }\n",
    );
    let told = build(folder.path());
    assert!(!told.contains("config/"), "{told}");
    let (_, css) = style(folder.path());
    assert!(css.contains("@media screen { :root { --bg: light-dark(#fffdf7, #12110e); } }"), "{css}");
    assert!(
        css.contains(
            ":root { --sev1: light-dark(#8b0000, #ffb0b0); --sev1-bg: light-dark(#f3e4de, #3d2e2b); }"
        ),
        "{css}"
    );
}

#[test]
fn links_stand_where_the_settings_put_them() {
    let folder = small(
        "[[site.links]]\ntitle = \"<Status>\"\nurl = \"https://status.example/\"\nplace = \"header\"\n[[site.links]]\ntitle = \"One\"\nurl = \"notes/one/\"\n[[site.links]]\ntitle = \"Mail\"\nurl = \"mailto:kb@example.org\"\n",
    );
    build(folder.path());
    let html = read(folder.path(), "notes/one/index.html");
    let status = "<a href=\"https://status.example/\">&lt;Status&gt;</a>";
    assert!(
        html.contains(&format!("<nav class=\"top-links\" aria-label=\"Links\">{status}</nav>")),
        "{html}"
    );
    assert!(html.contains(&format!("<ul class=\"side-links\"><li>{status}</li></ul>")), "{html}");
    let foot = html.split_once("<footer").unwrap().1;
    assert!(
        foot.contains("<a href=\"../../notes/one/\">One</a><a href=\"mailto:kb@example.org\">Mail</a>"),
        "{foot}"
    );
    assert!(!foot.contains("Status"));
    for (url, rule) in [("javascript:alert(1)", "config/value"), ("no/page/", "config/missing-file")] {
        let folder = small(&format!("[[site.links]]\ntitle = \"T\"\nurl = \"{url}\"\n"));
        let output = annals(folder.path(), &["build"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && text.contains(rule) && text.contains("site.toml:3:7"), "{text}");
    }
}
