//! Which commits each release of each package has. A plan holds numbers only, so that the history of
//! a million commits can be told release by release; [`Plan::release`] makes one of them.

use super::classify::Classifier;
use super::contain::{Containment, Place};
use super::filter::Filter;
use super::fragment::{Fragment, Note};
use super::lineage::Lineage;
use super::model::{PackageHistory, Release};
use super::moves;
use super::overrides::{Override, Overrides};
use super::survey::Survey;
use super::version::Version;
use crate::config::source::{ChangelogConfig, PackageConfig, Prereleases};
use crate::source::git::{Graph, Number, SourceHistory, pattern};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// The releases of a source.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The history that is told.
    pub history: &'a SourceHistory,
    /// How it is told.
    pub config: &'a ChangelogConfig,
    /// The packages, in the order of the configuration.
    pub packages: Vec<PackagePlan<'a>>,
    pub(super) survey: Survey,
    pub(super) classifier: Classifier<'a>,
    pub(super) overrides: HashMap<Number, Override>,
    fragments: &'a [Fragment],
}

/// What people wrote beside the commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByHand {
    /// Rewordings of commits.
    pub overrides: Overrides,
    /// Fragments for the release to come.
    pub fragments: Vec<Fragment>,
}

/// The releases of a package.
#[derive(Debug)]
pub struct PackagePlan<'a> {
    /// The package.
    pub package: &'a PackageConfig,
    /// Its place among the packages of the source.
    pub number: u16,
    /// Which of the commits on its paths it has, and which of those are told.
    pub(super) filter: Filter,
    /// Its releases, the newest version first; what is unreleased stands before them.
    pub releases: Vec<ReleasePlan>,
    /// Tags that match the pattern and name no version.
    pub unread_tags: Vec<String>,
    /// The tags of its versions in ascending order: the places of `all`.
    pub tagged: Vec<Tagged>,
    /// What contains what, with HEAD as the last place if there is one. Packages that are released by
    /// the same tags share it: for a million commits it takes megabytes.
    pub all: Rc<Containment>,
    /// The place of HEAD.
    pub head: Option<Place>,
}

/// A version's tag.
#[derive(Debug, Clone)]
pub struct Tagged {
    /// The version.
    pub version: Version,
    /// The tag's place in [`SourceHistory::tags`].
    pub tag: usize,
    /// The commit.
    pub commit: Number,
}

/// A release, as numbers.
#[derive(Debug, Clone)]
pub struct ReleasePlan {
    /// Its place in [`PackagePlan::tagged`]; none if it is unreleased.
    pub place: Option<Place>,
    /// The place of the release before it.
    pub previous: Option<Place>,
    /// Its commit.
    pub commit: Number,
    /// Its commits, children before parents.
    pub members: Vec<Number>,
    /// Those of them that were moved to another release by hand.
    pub moved: Vec<Number>,
}

/// Makes the plan of a source.
pub fn plan<'a>(history: &'a SourceHistory, config: &'a ChangelogConfig, by_hand: &'a ByHand) -> Plan<'a> {
    let survey = Survey::new(&history.graph, &history.same_patch);
    let overrides = by_hand.overrides.resolve(&history.graph);
    let mut shared = Shared::default();
    let packages = (0_u16..)
        .zip(&history.packages)
        .map(|(number, package)| {
            let mut planned = package_plan(history, config, number, package, &mut shared);
            moves::apply(&mut planned, &overrides);
            let is_awaited = by_hand.fragments.iter().any(|one| one.for_package(&package.name).is_some());
            let has_none = planned.tagged.is_empty();
            planned.releases.retain(|release| {
                release.place.is_some() || !release.members.is_empty() || is_awaited || has_none
            });
            planned
        })
        .collect();
    let fragments = &by_hand.fragments;
    Plan { history, config, packages, survey, classifier: Classifier::new(config), overrides, fragments }
}

impl Plan<'_> {
    /// Every release of every package. For a history of ordinary size.
    pub fn histories(&self) -> Vec<PackageHistory> {
        self.packages
            .iter()
            .map(|package| {
                let releases: Vec<Release> =
                    package.releases.iter().map(|release| self.release(package, release)).collect();
                PackageHistory {
                    name: package.package.name.clone(),
                    source: self.history.name.clone(),
                    lineage: Lineage::new(self, package, &releases),
                    releases,
                    unread_tags: package.unread_tags.clone(),
                }
            })
            .collect()
    }

    /// The fragments that are for a package.
    pub(super) fn fragments(&self, package: &PackagePlan<'_>) -> Vec<Note> {
        self.fragments.iter().filter_map(|fragment| fragment.for_package(&package.package.name)).collect()
    }

    /// The reason why a commit needs no release note, if it was waived.
    pub fn waiver(&self, hash: &str) -> Option<String> {
        let number = self.history.graph.with_prefix(hash).first().copied()?;
        self.overrides.get(&number)?.waive.clone()
    }

    /// Tags that are no release of any package.
    pub fn unclaimed_tags(&self) -> Vec<&str> {
        let mut claimed = vec![false; self.history.tags.len()];
        for tagged in self.packages.iter().flat_map(|package| &package.tagged) {
            if let Some(slot) = claimed.get_mut(tagged.tag) {
                *slot = true;
            }
        }
        let tags = self.history.tags.iter().zip(claimed);
        tags.filter(|(_, claimed)| !claimed).map(|((tag, _), _)| tag.name.as_str()).collect()
    }
}

/// Containments by the commits that they are of.
#[derive(Default)]
struct Shared(HashMap<Vec<Number>, Rc<Containment>>);

impl Shared {
    fn containment(&mut self, graph: &Graph, commits: Vec<Number>) -> Rc<Containment> {
        let entry = self.0.entry(commits);
        entry.or_insert_with_key(|commits| Rc::new(Containment::new(graph, commits))).clone()
    }
}

fn package_plan<'a>(
    history: &'a SourceHistory,
    config: &ChangelogConfig,
    number: u16,
    package: &'a PackageConfig,
    shared: &mut Shared,
) -> PackagePlan<'a> {
    let (tagged, unread_tags) = versions(history, package);
    let mut commits: Vec<Number> = tagged.iter().map(|tagged| tagged.commit).collect();
    let head = history.head.map(|head| {
        commits.push(head);
        u32::try_from(commits.len() - 1).unwrap_or(u32::MAX)
    });
    let graph = &history.graph;
    let all = shared.containment(graph, commits);
    let filter = Filter::new(&[&history.commits, &package.commits], &package.scopes);
    let keep = |commit: Number| belongs(history, number, &filter, commit);
    let members = all.members(graph, keep);
    let before = all.predecessors();
    let place_of = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    // Places ascend with the versions, so the highest version is the highest place.
    let previous = |place: usize| before.get(place).and_then(|places| places.iter().max().copied());
    let mut releases: Vec<ReleasePlan> = tagged
        .iter()
        .zip(members.iter())
        .enumerate()
        .map(|(place, (tagged, members))| ReleasePlan {
            place: Some(place_of(place)),
            previous: previous(place),
            commit: tagged.commit,
            members: members.clone(),
            moved: Vec::new(),
        })
        .collect();
    let unreleased = head.filter(|_| config.unreleased).and_then(|place| {
        let members = members.get(place as usize)?.clone();
        let commit = history.head?;
        Some(ReleasePlan {
            place: None,
            previous: previous(place as usize),
            commit,
            members,
            moved: Vec::new(),
        })
    });
    if config.prereleases != Prereleases::Separate {
        fold(history, &tagged, &mut releases, keep, shared);
    }
    if config.prereleases == Prereleases::Fold {
        releases = without_folded(&tagged, &all, releases);
    }
    releases.extend(unreleased);
    releases.reverse();
    PackagePlan { package, number, filter, releases, unread_tags, tagged, all, head }
}

/// Gives each final release the changes of the pre-releases that led to it: its list is made as if
/// there were only final releases.
fn fold(
    history: &SourceHistory,
    tagged: &[Tagged],
    releases: &mut [ReleasePlan],
    keep: impl Fn(Number) -> bool,
    shared: &mut Shared,
) {
    let finals: Vec<usize> = (0..tagged.len())
        .filter(|&at| tagged.get(at).is_some_and(|tagged| !tagged.version.is_prerelease()))
        .collect();
    if finals.len() == tagged.len() {
        return;
    }
    let commits: Vec<Number> =
        finals.iter().filter_map(|&at| tagged.get(at)).map(|tagged| tagged.commit).collect();
    let containment = shared.containment(&history.graph, commits);
    let members = containment.members(&history.graph, keep);
    let before = containment.predecessors();
    for ((&at, members), before) in finals.iter().zip(members).zip(before) {
        if let Some(release) = releases.get_mut(at) {
            release.members = members;
            let previous = before.iter().max().and_then(|&place| finals.get(place as usize));
            release.previous = previous.and_then(|&at| u32::try_from(at).ok());
        }
    }
}

/// Drops the pre-releases that a final release of the same numbers contains.
fn without_folded(tagged: &[Tagged], all: &Containment, releases: Vec<ReleasePlan>) -> Vec<ReleasePlan> {
    let is_folded = |release: &ReleasePlan| {
        let Some((place, own)) = release.place.and_then(|place| Some((place, tagged.get(place as usize)?)))
        else {
            return false;
        };
        own.version.is_prerelease()
            && (0..).zip(tagged).any(|(other, later)| {
                !later.version.is_prerelease()
                    && later.version.numbers() == own.version.numbers()
                    && all.is_in(place, other)
            })
    };
    releases.into_iter().filter(|release| !is_folded(release)).collect()
}

/// The versions of a package in ascending order, and the tags whose version can't be read.
fn versions(history: &SourceHistory, package: &PackageConfig) -> (Vec<Tagged>, Vec<String>) {
    let pattern = package.tags.as_deref().unwrap_or("v*");
    let (mut tagged, mut unread) = (Vec::new(), Vec::new());
    for (at, (tag, commit)) in history.tags.iter().enumerate() {
        let Some(version) = pattern::version(pattern, &tag.name) else { continue };
        match Version::parse(version) {
            Some(version) => tagged.push(Tagged { version, tag: at, commit: *commit }),
            None => unread.push(tag.name.clone()),
        }
    }
    // `v1` and `v1.2` that move along with `v1.2.3` are names for it, not releases.
    let mut longest: BTreeMap<Number, Vec<Vec<u64>>> = BTreeMap::new();
    for tagged in &tagged {
        longest.entry(tagged.commit).or_default().push(tagged.version.numbers().to_vec());
    }
    tagged.retain(|tagged| {
        let own = tagged.version.numbers();
        let others = longest.get(&tagged.commit).into_iter().flatten();
        let is_alias = own.len() < 3
            && !tagged.version.is_prerelease()
            && others.clone().any(|other| other.len() > own.len() && other.starts_with(own));
        !is_alias
    });
    tagged.sort_by(|left, right| left.version.cmp(&right.version).then(left.tag.cmp(&right.tag)));
    (tagged, unread)
}

/// Whether a commit is one of a package's, by its paths and by what its message says.
fn belongs(history: &SourceHistory, number: u16, filter: &Filter, commit: Number) -> bool {
    !history.hidden.contains(&commit)
        && history.graph.packages(commit).binary_search(&number).is_ok()
        && (!filter.has_only() || history.graph.messages.with(commit, |message| filter.belongs(message)))
}

impl Plan<'_> {
    /// Whether a commit is one of the package's, by its paths and filters.
    pub fn belongs(&self, package: &PackagePlan<'_>, commit: Number) -> bool {
        belongs(self.history, package.number, &package.filter, commit)
    }
}

impl PackagePlan<'_> {
    /// The place of a version, given as `1.2.3`, `v1.2.3` or the whole tag.
    pub fn find(&self, name: &str) -> Option<Place> {
        let bare = name.strip_prefix(['v', 'V']).unwrap_or(name);
        let pattern = self.package.tags.as_deref().unwrap_or("v*");
        let of_tag = pattern::version(pattern, name);
        let at = self.tagged.iter().position(|tagged| {
            let version = tagged.version.as_str();
            version == name || version == bare || Some(version) == of_tag
        })?;
        u32::try_from(at).ok()
    }
}

impl Plan<'_> {
    /// Whether a version was withdrawn.
    pub fn is_yanked(&self, package: &PackagePlan<'_>, version: &Version) -> bool {
        let name = format!("{}@{version}", package.package.name);
        self.config.yanked.iter().any(|yanked| *yanked == name || yanked == version.as_str())
    }
}
