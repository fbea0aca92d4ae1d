//! What a built site tells of a history: release pages, lists of changes, feeds, retros and search.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "history/repository.rs"]
mod repository;

use repository::Builder;
use std::path::Path;
use std::process::Command;

fn annals(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join("dist").join(path)).unwrap()
}

/// A site with the releases of a repository, and a retro that names two of them. Also the hash of
/// the fix.
fn site() -> (tempfile::TempDir, Builder, String) {
    let mut builder = Builder::new();
    let broken = builder.commit("main", "feat(cart): count items twice <b>&</b>", &[]);
    builder.tag("v1.0.0", broken);
    let fix = builder.commit("main", "fix(cart): count `items` once (#482)\n\nCloses #7\n", &[]);
    builder.tag("v1.0.1", fix);
    builder.commit("main", &format!("Revert \"feat(cart): count\"\n\nThis reverts commit {broken}."), &[]);
    let two = builder.commit("main", "feat!: drop the old cart", &[]);
    builder.tag("v2.0.0", two);
    builder.commit("main", "perf: faster", &[]);
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "[site]\ntitle = 'Shop'\nbase_url = 'https://shop.example/'\n[[sources]]\nname = 'shop'\npath = '{}'\n\
         [sources.forge]\nkind = 'github'\nurl = 'https://github.com/acme/shop'\n",
        builder.path().display()
    );
    std::fs::write(folder.path().join("site.toml"), config).unwrap();
    let retros = folder.path().join("content/retros");
    std::fs::create_dir_all(&retros).unwrap();
    std::fs::write(
        retros.join("double.md"),
        "---\ntitle: Carts counted twice\ndate: 2024-01-02\nkind: retro\ncaused_by: shop@1.0.0\nfixed_by: v1.0.1\n---\nText.\n",
    )
    .unwrap();
    annals(folder.path(), &["build"]);
    (folder, builder, fix.to_string())
}

#[test]
fn retros_and_releases_link_each_other() {
    let (folder, _builder, _) = site();
    let link = "<a href=\"../../../retros/double/\">Carts counted twice</a>";
    let (caused, repaired) = (
        read(folder.path(), "packages/shop/1.0.0/index.html"),
        read(folder.path(), "packages/shop/1.0.1/index.html"),
    );
    assert!(caused.contains(&format!("This release caused: {link}")), "{caused}");
    assert!(repaired.contains(&format!("Repairs: {link}")), "{repaired}");
    let retro = read(folder.path(), "retros/double/index.html");
    assert!(retro.contains("<a href=\"../../packages/shop/1.0.0/\">shop@1.0.0</a>"), "{retro}");
    assert!(retro.contains("<a href=\"../../packages/shop/1.0.1/\">v1.0.1</a>"), "{retro}");
}

#[test]
fn all_changes_stand_under_the_release_that_has_them_first() {
    let (folder, _builder, _) = site();
    let page = read(folder.path(), "packages/shop/changes/index.html");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is in {page}"));
    let order =
        ["r-unreleased", "faster", "r-2-0-0", "drop the old cart", "r-1-0-1", "once", "r-1-0-0", "twice"];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])));
    assert!(page.contains("count items twice &lt;b&gt;&amp;&lt;/b&gt;"));
    let release = read(folder.path(), "packages/shop/1.0.0/index.html");
    assert!(release.contains("<a href=\"../../../packages/shop/changes/#r-1-0-0\">What came after</a>"));
    assert!(
        release.contains("taken back in <a href=\"../../../packages/shop/2.0.0/\">2.0.0</a>"),
        "{release}"
    );
    let later = read(folder.path(), "packages/shop/2.0.0/index.html");
    assert!(
        later.contains("takes back a change of <a href=\"../../../packages/shop/1.0.0/\">1.0.0</a>"),
        "{later}"
    );
}

#[test]
fn packages_have_feeds_of_their_releases() {
    let (folder, _builder, _) = site();
    let page = read(folder.path(), "packages/shop/index.html");
    assert!(page.contains("href=\"../../packages/shop/atom.xml\""), "{page}");
    let feed: serde_json::Value =
        serde_json::from_str(&read(folder.path(), "packages/shop/feed.json")).unwrap();
    let items = feed["items"].as_array().unwrap();
    let titles: Vec<&str> = items.iter().map(|item| item["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["shop 2.0.0", "shop 1.0.1", "shop 1.0.0"], "what is unreleased is no item");
    assert_eq!(items[1]["url"], "https://shop.example/packages/shop/1.0.1/");
    assert_eq!(items[1]["id"], "tag:shop.example,2023-11-16:/packages/shop/1.0.1/");
    let content = items[1]["content_html"].as_str().unwrap();
    assert_eq!(
        content,
        "<h3>Fixed</h3><ul><li><b>cart</b>: count <code>items</code> once \
         (<a href=\"https://github.com/acme/shop/pull/482\">#482</a>)</li></ul>"
    );
    for name in ["atom.xml", "rss.xml"] {
        assert!(read(folder.path(), &format!("packages/{name}")).contains("shop 2.0.0"), "{name}");
    }
}

#[test]
fn the_sitemap_has_packages_and_releases_with_their_day() {
    let (folder, _builder, _) = site();
    let map = read(folder.path(), "sitemap.xml");
    assert!(map.contains("<loc>https://shop.example/packages/shop/</loc>"), "{map}");
    let release = "<loc>https://shop.example/packages/shop/1.0.1/</loc><lastmod>2023-11-16</lastmod>";
    assert!(map.contains(release), "{map}");
}

#[test]
fn search_finds_a_change_by_request_issue_hash_version_and_words() {
    let (folder, _builder, hash) = site();
    for query in ["#482", "482", "#7", &hash[..7], &hash[..12], &hash, "1.0.1", "shop 1.0.1", "count once"] {
        let text = annals(folder.path(), &["search", query]);
        let first = text.lines().find(|line| line.contains("shop")).unwrap_or_default();
        assert!(first.contains("shop 1.0.1"), "{query}: {text}");
    }
}
