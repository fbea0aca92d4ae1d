//! Where links lead: from what an author wrote to an address of the site.

use super::entry::{Entry, EntryId};
use super::url;
use std::collections::HashMap;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// To a page, perhaps to one of its headings.
    Entry(EntryId, Option<String>),
    /// To another address of the site: a section, a file.
    Address(String, Option<String>),
    /// Out of the site.
    External,
    /// Nowhere.
    Broken,
}

/// A resolved link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// Where it leads.
    pub place: Place,
    /// For a broken link, what comes nearest.
    pub near: Option<String>,
    /// For a link to a heading, whether the page has it.
    pub anchor_missing: bool,
}

/// Everything that a link can lead to.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Pages by their place in the content tree, lower case.
    pub files: HashMap<String, EntryId>,
    /// Addresses of pages.
    pub urls: HashMap<String, EntryId>,
    /// Other addresses: sections, terms, aliases, files.
    pub others: HashMap<String, String>,
    /// The path of `base_url`, which absolute links may start with.
    pub base_path: String,
    /// Places of mounts in the content tree: their absolute links start there.
    pub mounts: Vec<String>,
}

/// Resolves a link of the page `from`, and looks through all pages for what comes near one that leads nowhere.
pub(super) fn resolve(places: &Places, entries: &[Entry], from: &Entry, dest: &str) -> Resolution {
    let resolution = look_up(places, entries, from, dest);
    if resolution.place != Place::Broken {
        return resolution;
    }
    let path = dest.trim().split(['#', '?']).next().unwrap_or_default();
    Resolution { near: near(places, from, &url::decode(path)), ..resolution }
}

/// Resolves a link of the page `from`.
pub(super) fn look_up(places: &Places, entries: &[Entry], from: &Entry, dest: &str) -> Resolution {
    let done = |place| Resolution { place, near: None, anchor_missing: false };
    let dest = dest.trim();
    let (path, fragment) = match dest.split_once('#') {
        Some((path, fragment)) => (path, Some(url::decode(fragment)).filter(|fragment| !fragment.is_empty())),
        None => (dest, None),
    };
    if is_external(dest) {
        return done(Place::External);
    }
    let path = url::decode(path.split('?').next().unwrap_or_default());
    let target = if path.is_empty() {
        Some(Target::Entry(from.id))
    } else {
        candidates(places, from, &path).iter().find_map(|candidate| lookup(places, candidate))
    };
    match target {
        Some(Target::Entry(id)) => {
            let fragment = fragment
                .map(|fragment| entries.get(id.0).map_or(fragment.clone(), |entry| meant(entry, fragment)));
            let missing = fragment
                .as_deref()
                .is_some_and(|fragment| entries.get(id.0).is_some_and(|entry| !has_anchor(entry, fragment)));
            Resolution { place: Place::Entry(id, fragment), near: None, anchor_missing: missing }
        }
        Some(Target::Other(address)) => done(Place::Address(address, fragment)),
        None => done(Place::Broken),
    }
}

/// The heading that a fragment means. Other tools make one hyphen of several, so a fragment that fits no heading to the
/// letter may fit one but for that.
fn meant(entry: &Entry, fragment: String) -> String {
    if has_anchor(entry, &fragment) {
        return fragment;
    }
    let collapsed = |text: &str| {
        text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-").to_lowercase()
    };
    let wanted = collapsed(&fragment);
    let heading = entry.page.outline.headings.iter().find(|heading| collapsed(&heading.id) == wanted);
    heading.map_or(fragment, |heading| heading.id.clone())
}

pub(super) fn has_anchor(entry: &Entry, fragment: &str) -> bool {
    let page = &entry.page;
    page.outline.headings.iter().any(|heading| heading.id == fragment)
        || fragment == "top"
        || page.outline.has_html && page.body().contains(&format!("id=\"{fragment}\""))
        || page.outline.has_html && page.body().contains(&format!("name=\"{fragment}\""))
        || fragment.starts_with(":~:")
        || fragment.starts_with("fn-")
}

enum Target {
    Entry(EntryId),
    Other(String),
}

/// Whether an address has a scheme or a host.
fn is_external(dest: &str) -> bool {
    if dest.starts_with("//") {
        return true;
    }
    let scheme_end = dest.find(|char: char| !(char.is_ascii_alphanumeric() || "+-.".contains(char)));
    scheme_end.is_some_and(|end| end > 1 && dest.get(end..).is_some_and(|rest| rest.starts_with(':')))
}

/// The places that a path may mean, most likely first: a file beside the page (as GitHub and MkDocs read it), then an
/// address below the page's own (as a browser reads it), then below its folder.
fn candidates(places: &Places, from: &Entry, path: &str) -> Vec<String> {
    // Zola's internal links name a file from the content folder.
    if let Some(file) = path.strip_prefix("@/") {
        return vec![file.to_owned()];
    }
    if let Some(absolute) = path.strip_prefix('/') {
        let mut all = vec![absolute.to_owned()];
        if let Some(rest) = format!("/{absolute}").strip_prefix(&places.base_path) {
            all.push(rest.trim_start_matches('/').to_owned());
        }
        for mount in places.mounts.iter().filter(|mount| crate::config::is_inside(&from.page.path, mount)) {
            all.push(format!("{mount}/{absolute}"));
            // Many sites serve their docs below a folder that the repository does not have.
            if let Some(rest) = absolute.strip_prefix("docs/") {
                all.push(format!("{mount}/{rest}"));
            }
        }
        all.extend(absolute.strip_prefix("docs/").map(str::to_owned));
        return all;
    }
    [url::join(from.page.folder(), path), url::join(&from.url, path), parent_join(&from.url, path)]
        .into_iter()
        .flatten()
        .collect()
}

fn parent_join(url: &str, path: &str) -> Option<String> {
    let parent = url.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
    url::join(parent, path)
}

fn lookup(places: &Places, candidate: &str) -> Option<Target> {
    let lower = candidate.to_lowercase();
    let bare = lower.trim_end_matches('/');
    let file = |name: &str| places.files.get(name).map(|id| Target::Entry(*id));
    file(bare)
        .or_else(|| file(&format!("{bare}.md")))
        .or_else(|| file(&format!("{bare}.mdx")))
        .or_else(|| {
            let folder = url::folder(bare.trim_end_matches("/index.html"));
            let exact = bare.trim_end_matches("index.html");
            [folder.as_str(), exact, bare].iter().find_map(|address| {
                places
                    .urls
                    .get(*address)
                    .map(|id| Target::Entry(*id))
                    .or_else(|| places.others.get(*address).map(|address| Target::Other(address.clone())))
            })
        })
        .or_else(|| {
            // `page.html` of a generator that writes files instead of folders.
            let stem = bare.strip_suffix(".html")?;
            places
                .urls
                .get(&url::folder(stem))
                .map(|id| Target::Entry(*id))
                .or_else(|| file(&format!("{stem}.md")))
        })
}

/// The page whose file has the same name as, or nearly the name of, a broken link's.
fn near(places: &Places, from: &Entry, path: &str) -> Option<String> {
    let name = path.trim_end_matches('/').rsplit('/').next()?.to_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let mut best: Option<(usize, &str)> = None;
    for file in places.files.keys() {
        let other = file.rsplit('/').next().unwrap_or(file);
        let other = other.rsplit_once('.').map_or(other, |(stem, _)| stem);
        if other.len().abs_diff(stem.len()) > 2 {
            continue;
        }
        let distance = strsim::osa_distance(other, stem);
        if distance <= (stem.chars().count() / 4).min(2)
            && best.is_none_or(|(least, name)| (distance, file.as_str()) < (least, name))
        {
            best = Some((distance, file));
        }
    }
    best.map(|(_, file)| relative(from.page.folder(), file))
}

/// The way from a folder to a file of the content tree.
fn relative(folder: &str, file: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = file.split('/').collect();
    let same = from.iter().zip(&to).take_while(|(a, b)| a.to_lowercase() == **b).count();
    let mut out = "../".repeat(from.len() - same);
    out.push_str(&to.get(same..).unwrap_or_default().join("/"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn external_addresses_are_told_from_paths() {
        for dest in ["https://x.org", "mailto:a@b", "//x.org/a", "slack://x"] {
            assert!(is_external(dest), "{dest}");
        }
        for dest in ["a.md", "/a/b", "../a:b.md", "c:x"] {
            assert!(!is_external(dest), "{dest}");
        }
    }

    #[test]
    fn a_suggestion_is_written_as_the_author_would() {
        assert_eq!(relative("a/b", "a/c/x.md"), "../c/x.md");
        assert_eq!(relative("", "x.md"), "x.md");
    }
}
