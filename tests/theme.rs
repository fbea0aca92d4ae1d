//! A theme of a site's own: what it can override, and how its mistakes are told.

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

/// A site of three pages with a theme of its own.
fn site(theme: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: String, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("site.toml".into(), "[site]\ntitle = \"T\"\ntheme = \"site\"\n");
    for name in ["one", "two", "three"] {
        write(format!("content/notes/{name}.md"), &format!("# Page {name}\n\nText.\n"));
    }
    write("themes/site/assets/own.css".into(), "");
    for (path, text) in theme {
        write(format!("themes/site/{path}"), text);
    }
    folder
}

/// What a build says of a theme, and whether it succeeds.
fn told(theme: &[(&str, &str)]) -> (String, bool) {
    let folder = site(theme);
    let output = annals(folder.path(), &["build"]);
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.success())
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join("dist").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn templates_are_overridden_block_by_block() {
    let folder = site(&[
        (
            "templates/base.html",
            "{% extends \"default/base.html\" %}\n{% block title %}{{ super() }} at ours{% endblock title %}\n{% block head %}{{ super() }}<meta name=\"ours\" content=\"x\">{% endblock head %}\n{% block announcement %}<p>ANNOUNCED</p>{% endblock announcement %}\n{% block header %}<p>BEFORE</p>{{ super() }}{% endblock header %}\n{% block nav %}{{ super() }}<p>AFTER</p>{% endblock nav %}\n{% block footer %}<footer>OURS</footer>{% endblock footer %}\n",
        ),
        (
            "templates/page.html",
            "{% extends \"default/page.html\" %}\n{% block rail %}<aside>RAIL</aside>{% endblock rail %}\n",
        ),
        (
            "templates/components.html",
            "{% component breadcrumbs(trail, root, t) %}<p>CRUMBS</p>{% endcomponent breadcrumbs %}",
        ),
    ]);
    let output = annals(folder.path(), &["build"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let html = read(folder.path(), "notes/one/index.html");
    for part in [
        "<title>Page one · T at ours</title>",
        "<meta name=\"ours\" content=\"x\">",
        "<p>ANNOUNCED</p>",
        "<p>BEFORE</p><header class=\"top\">",
        "<aside>RAIL</aside>",
        "</nav><p>AFTER</p>",
        "<footer>OURS</footer>",
        "<p>CRUMBS</p>",
        "<h1>Page one</h1>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
    assert!(!html.contains("class=\"foot\"") && !html.contains("class=\"rail\""), "{html}");
    // Every page has the blocks of the base, also one whose template is the built-in one.
    let html = read(folder.path(), "notes/index.html");
    assert!(html.contains("<footer>OURS</footer>") && html.contains("<p>CRUMBS</p>"), "{html}");
}

#[test]
fn a_mistake_in_a_template_is_told_with_its_template_line_and_column() {
    let page = |line: &str| {
        format!("{{% extends \"base.html\" %}}\n{{% block main %}}\n{line}\n{{% endblock main %}}\n")
    };
    for (line, place, says) in [
        ("{{ title", "templates/page.html:4:1", "expected"),
        ("{% if title %}", "templates/page.html:4:4", "Unknown tag"),
        ("<p>{{ page.titel.more }}</p>", "templates/page.html:3:12", "did you mean `title`?"),
        ("ä {{ nothing }}", "templates/page.html:3:6", "`nothing`"),
        ("{{ title | shout }}", "templates/page.html:3:12", "Unknown filter `shout`"),
        ("{{ t.no_such_word }}", "templates/page.html:3:6", "words are in `i18n/LANGUAGE.toml`"),
        ("{{ <no_such component={title} /> }}", "templates/page.html:3:", "no_such"),
        ("{% include \"none.html\" %}", "templates/page.html:3:", "`none.html`"),
        ("{% endblock main %}{% block mine %}", "templates/page.html:3:", "mine"),
    ] {
        let text = if line.contains("block mine") {
            "{% extends \"base.html\" %}\n\n{% block mine %}x{% endblock mine %}\n".to_owned()
        } else {
            page(line)
        };
        let (told, success) = told(&[("templates/page.html", &text)]);
        assert!(!success, "{line}: {told}");
        assert!(
            told.contains("error[theme/template]")
                && told.contains(&format!("themes/site/{place}"))
                && told.contains(says),
            "{line}: {told}"
        );
        let times = told.matches("error[theme/template]").count();
        assert_eq!(times, 1, "once, however many pages have it: {told}");
    }
    let (text, _) = told(&[("templates/page.html", "{% extends \"bse.html\" %}\n")]);
    assert!(
        text.contains("themes/site/templates/page.html:1:12") && text.contains("no template `bse.html`"),
        "{text}"
    );
    let (text, _) = told(&[("templates/page.html", "{% extends \"page.html\" %}\n")]);
    assert!(
        text.contains("themes/site/templates/page.html:1:12") && text.contains("`default/page.html`"),
        "{text}"
    );
}

#[test]
fn mistakes_in_several_templates_are_told_in_one_run() {
    let count = |theme: &[(&str, &str)]| {
        let (text, success) = told(theme);
        assert!(!success, "{text}");
        let places = ["404.html", "page.html", "section.html"]
            .map(|name| text.contains(&format!("templates/{name}:")));
        (text.matches("error[theme/template]").count(), places, text)
    };
    for (one, other) in [
        ("{{ title", "{% if %}"),
        ("{{ title | shout }}", "{{ title | whisper }}"),
        ("{% extends \"a.html\" %}", "{% extends \"b.html\" %}"),
        ("{{ nothing }}", "{{ page.nothing.here }}"),
    ] {
        let (times, places, text) = count(&[("templates/404.html", one), ("templates/page.html", other)]);
        assert_eq!((times, places), (2, [true, true, false]), "{text}");
    }
}

#[test]
fn mistakes_in_words_and_in_the_file_of_the_theme_have_their_place() {
    for (path, text, rule, place) in [
        ("i18n/en.toml", "menu = \"M\"\nsearch = \n", "error[theme/words]", "i18n/en.toml:2:"),
        ("theme.toml", "name = \"ours\"\napi = \n", "error[theme/file]", "theme.toml:2:"),
        ("theme.toml", "name = \"ours\"\nappi = 2\n", "error[theme/file]", "theme.toml:2:1"),
        ("theme.toml", "api = \"two\"\n", "error[theme/file]", "theme.toml:1:7"),
        ("theme.toml", "api = 99\n", "error[theme/api]", "theme.toml:1:7"),
    ] {
        let (told, success) = told(&[(path, text)]);
        assert!(!success && told.contains(rule) && told.contains(&format!("themes/site/{place}")), "{told}");
    }
}

#[test]
fn a_theme_for_an_older_api_is_told_what_was_removed_since() {
    let old = "{% extends \"default/404.html\" %}\n{% block main %}\n<p>{{ t.one_page }} {{ t.commits }}</p>\n{% endblock main %}\n";
    let (text, success) = told(&[("theme.toml", "name = \"ours\"\napi = 1\n"), ("templates/404.html", old)]);
    assert!(!success, "{text}");
    for part in [
        "error[theme/removed]: templates have no `t.one_page` since version 2",
        "themes/site/templates/404.html:3:7",
        "themes/site/templates/404.html:3:24",
        "counted(of=\"n_pages\")",
        "warning[theme/api]: this theme is written for version 1",
        "themes/site/theme.toml:2:7",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // A word of the theme's own is there, whatever it is called.
    let (text, success) =
        told(&[("i18n/en.toml", "one_page = \"1\"\ncommits = \"c\"\n"), ("templates/404.html", old)]);
    assert!(success && !text.contains("theme/"), "{text}");
    let (text, success) = told(&[("theme.toml", "api = 1\n")]);
    assert!(success && text.contains("use nothing that was removed since: set `api = 2`"), "{text}");
}

#[test]
fn an_ejected_theme_says_which_api_it_is_written_for() {
    let folder = site(&[]);
    let output = annals(folder.path(), &["theme", "eject", "templates/404.html", "--name", "ours"]);
    assert!(output.status.success());
    let file = fs::read_to_string(folder.path().join("themes/ours/theme.toml")).unwrap();
    assert!(file.starts_with("name = \"ours\"\n") && file.contains("\napi = 2\n"), "{file}");
    let list = annals(folder.path(), &["theme", "list"]);
    assert!(String::from_utf8_lossy(&list.stderr).contains("the template API has version 2"));
    // All of the built-in theme, copied, is no mistake.
    assert!(annals(folder.path(), &["theme", "eject"]).status.success());
    let output = annals(folder.path(), &["build"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !text.contains("theme/"), "{text}");
}
