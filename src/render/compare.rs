//! The page that compares any two versions of a package, and the data that it fetches.
//!
//! The data is JSON in the call of a function, so that a script element can load it: a copy of the
//! site that is opened from a folder can't fetch. The first file tells which version contains which, from which the
//! script knows which files hold what it needs, and has the newest changes, which are asked for most. The script itself
//! stands before them: nothing else needs it.

use super::release::short;
use super::{Renderer, Shell};
use crate::changelog::inline::html;
use crate::changelog::{Change, PackageHistory, Release};
use crate::config::source::ForgeConfig;
use crate::diagnostic::Diagnostic;
use crate::site::{Package, SectionId};
use crate::theme::view::LinkView;
use serde_json::{Value, json};

/// Releases that are linked to for readers without JavaScript.
const LINKED: usize = 20;

impl Renderer {
    /// The page.
    pub(super) fn compare(&self, index: usize) -> Result<String, Diagnostic> {
        let Some(package) = self.site.packages.get(index) else { return Ok(String::new()) };
        let Some(history) = package.history() else { return Ok(String::new()) };
        let address = format!("{}compare/", package.url);
        let mut nav = self.nav(SectionId(0), &address, None);
        nav.trail =
            vec![self.packages_link(), LinkView { title: history.name.clone(), url: package.url.clone() }];
        let links: Vec<LinkView> = history
            .releases
            .iter()
            .enumerate()
            .take(LINKED)
            .map(|(at, release)| LinkView {
                title: release.title().to_owned(),
                url: self.release_url(package, at),
            })
            .collect();
        let mut context = self.context(Shell {
            title: format!("{}: {}", history.name, self.theme.word("compare_title")),
            description: self.theme.word("compare_description").replace("{package}", &history.name),
            noindex: false,
            markdown_url: None,
            feeds: self.site_feeds(),
            nav,
            url: address,
        });
        context.insert("package", &LinkView { title: history.name.clone(), url: package.url.clone() });
        context.insert("links", &links);
        self.theme.render("compare.html", &context)
    }

    /// A file of the data, from 0.
    pub(super) fn compare_data(&self, index: usize, file: usize) -> String {
        let Some(package) = self.site.packages.get(index) else { return String::new() };
        let Some(history) = package.history() else { return String::new() };
        let mut data = json!({ "changes": changes(history, file, package.forge()) });
        if let Some(data) = data.as_object_mut().filter(|_| file == 0) {
            data.insert("points".to_owned(), self.versions(package, history));
        }
        // Line separators end a statement in old engines; JSON may hold them.
        let text = data.to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        let script = if file == 0 { self.theme.script("compare.js") } else { "".into() };
        format!("{script}annalsCompare({file},{text});\n")
    }

    fn versions(&self, package: &Package, history: &PackageHistory) -> Value {
        let mut shard_of = vec![0; history.releases.len()];
        for (shard, places) in history.shards().into_iter().enumerate() {
            for place in places {
                if let Some(slot) = shard_of.get_mut(place) {
                    *slot = shard;
                }
            }
        }
        let points: Vec<Value> = history
            .lineage
            .points
            .iter()
            .map(|point| {
                let at = history.releases.iter().position(|release| release.version == point.version);
                let release = at.and_then(|at| history.releases.get(at));
                json!({
                    "v": point.version.as_ref().map(|version| version.as_str()),
                    "b": point.before,
                    "d": release.and_then(|release| release.date.as_deref()),
                    "p": point.version.as_ref().is_some_and(|version| version.is_prerelease()),
                    "y": release.is_some_and(|release| release.yanked),
                    "u": at.map(|at| self.release_url(package, at)),
                    "s": at.and_then(|at| shard_of.get(at)),
                })
            })
            .collect();
        points.into()
    }
}

/// The changes of the releases in one file.
fn changes(history: &PackageHistory, shard: usize, forge: Option<&ForgeConfig>) -> Value {
    let shards = history.shards();
    let releases = shards.get(shard).into_iter().flatten().filter_map(|&at| history.releases.get(at));
    releases
        .flat_map(|release| history.firsts(release).map(move |(group, change)| (release, group, change)))
        .map(|(release, group, one)| change(history, release, group, one, forge))
        .collect()
}

fn change(
    history: &PackageHistory,
    release: &Release,
    group: &str,
    change: &Change,
    forge: Option<&ForgeConfig>,
) -> Value {
    let own = history.lineage.point_of(release);
    let landed = history.lineage.landed.get(&change.hash).cloned();
    let breaking = release.breaking.iter().find(|breaking| breaking.hash == change.hash);
    let mut value = json!({
        "h": short(&change.hash),
        "g": group,
        "t": html(&change.description, forge),
        "l": landed.unwrap_or_else(|| own.into_iter().collect()),
    });
    let Some(object) = value.as_object_mut() else { return value };
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            object.insert(key.to_owned(), Value::String(value));
        }
    };
    add("c", change.scope.clone());
    add("u", change.pull_request_url.clone().or_else(|| change.url.clone()));
    add("n", change.pull_request.map(|number| format!("#{number}")));
    add(
        "i",
        Some(
            change
                .issues
                .iter()
                .chain(&change.tickets)
                .chain(&change.advisories)
                .cloned()
                .collect::<Vec<_>>()
                .join(" "),
        ),
    );
    add("b", breaking.map(|breaking| html(&breaking.text, forge)));
    add("s", breaking.and_then(|breaking| breaking.upgrade.as_deref()).map(|upgrade| html(upgrade, forge)));
    add("x", Some(change.undoes.iter().map(|hash| short(hash)).collect::<Vec<_>>().join(" ")));
    value
}
