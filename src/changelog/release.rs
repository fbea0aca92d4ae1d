//! One release in full.

use super::classify::{Verdict, key};
use super::forge::Links;
use super::fragment::Note;
use super::model::{Breaking, Change, Group, LeftOut, Reason, Release};
use super::overrides::Override;
use super::people::contributors;
use super::plan::{PackagePlan, Plan, ReleasePlan, Tagged};
use super::version::Version;
use crate::commit::text::split_subject;
use crate::source::git::Number;
use std::collections::{HashMap, HashSet};

impl Plan<'_> {
    /// Makes a release of its plan.
    pub fn release(&self, package: &PackagePlan<'_>, planned: &ReleasePlan) -> Release {
        let mut release = self.release_text(package, planned);
        let graph = &self.history.graph;
        for entry in &mut release.left_out {
            let number = graph.with_prefix(&entry.hash).first().copied().unwrap_or(u32::MAX);
            entry.subject = graph.messages.with(number, |message| split_subject(message).0.into_owned());
        }
        let out: HashSet<&str> = release.left_out.iter().map(|entry| entry.hash.as_str()).collect();
        let is_shown = |number: &Number| !out.contains(graph.id(*number).hex().as_str());
        let shown: Vec<Number> = planned.members.iter().copied().filter(is_shown).collect();
        release.contributors = contributors(graph, &shown, &self.classifier);
        release
    }

    /// The same without contributors and the subjects of what is left out, which a text doesn't show.
    pub fn release_text(&self, package: &PackagePlan<'_>, planned: &ReleasePlan) -> Release {
        let links = Links::new(self.history.forge.as_ref());
        let tagged = planned.place.and_then(|place| package.tagged.get(place as usize));
        let mut release = self.frame(package, planned, tagged, links);
        let fates = self.fates(&planned.members);
        let mut groups: HashMap<String, Vec<Change>> = HashMap::new();
        for &number in &planned.members {
            let by_hand = self.overrides.get(&number);
            let verdict = match (fates.get(&number), by_hand) {
                _ if planned.moved.contains(&number) => Verdict::LeftOut(Reason::Moved),
                (_, Some(Override { hide: Some(_), .. })) => Verdict::LeftOut(Reason::Hidden),
                (Some(&reason), _) => Verdict::LeftOut(reason),
                _ if self.is_filtered(package, number) => Verdict::LeftOut(Reason::Filtered),
                (None, Some(Override { message: Some(message), .. })) => self.classifier.changes(message),
                (None, _) => self.classifier.judge(&self.history.graph, number),
            };
            match verdict {
                Verdict::LeftOut(reason) => {
                    let hash = self.history.graph.id(number).hex();
                    release.left_out.push(LeftOut { hash, subject: String::new(), reason });
                }
                Verdict::Shown(changes) => {
                    for (title, mut change) in changes {
                        self.complete(&mut change, number, package, planned, links);
                        // What was published said something else.
                        change.erratum = tagged.is_some() && by_hand.is_some_and(Override::rewords);
                        release.notes.extend(note(&change, &title));
                        if change.breaking.is_some() {
                            release.breaking.push(breaking(&change));
                        }
                        groups.entry(title).or_default().push(change);
                    }
                }
            }
        }
        if planned.place.is_none() {
            release.notes.extend(self.fragments(package));
        }
        release.groups =
            groups.into_iter().map(|(title, changes)| Group { key: key(&title), title, changes }).collect();
        release.groups.sort_by(|left, right| {
            let rank = |group: &Group| self.classifier.rank(&group.title);
            rank(left).cmp(&rank(right)).then_with(|| left.title.cmp(&right.title))
        });
        release
    }

    /// Whether a filter names a commit, by its message or by what it was reworded to.
    fn is_filtered(&self, package: &PackagePlan<'_>, number: Number) -> bool {
        match self.overrides.get(&number).and_then(|entry| entry.message.as_deref()) {
            Some(message) => package.filter.leaves_out(message),
            None => self.history.graph.messages.with(number, |message| package.filter.leaves_out(message)),
        }
    }

    /// All but the changes.
    fn frame(
        &self,
        package: &PackagePlan<'_>,
        planned: &ReleasePlan,
        tagged: Option<&Tagged>,
        links: Links<'_>,
    ) -> Release {
        let graph = &self.history.graph;
        let tag = tagged.and_then(|tagged| self.history.tags.get(tagged.tag)).map(|(tag, _)| tag);
        let previous = planned.previous.and_then(|place| package.tagged.get(place as usize));
        let previous_tag = previous.and_then(|tagged| self.history.tags.get(tagged.tag)).map(|(tag, _)| tag);
        let commit = graph.id(planned.commit).hex();
        let time =
            tagged.map(|_| tag.and_then(|tag| tag.when).unwrap_or_else(|| graph.committed(planned.commit)));
        let to = tag.map(|tag| tag.name.as_str()).or(self.history.branch.as_deref()).unwrap_or(&commit);
        Release {
            package: package.package.name.clone(),
            version: tagged.map(|tagged| tagged.version.clone()),
            tag: tag.map(|tag| tag.name.clone()),
            date: time.map(|time| time.date()),
            time,
            step: tagged
                .and_then(|tagged| previous.map(|previous| tagged.version.step_from(&previous.version))),
            prerelease: tagged.is_some_and(|tagged| tagged.version.is_prerelease()),
            yanked: tagged.is_some_and(|tagged| self.is_yanked(package, &tagged.version)),
            on_head: match (package.head, planned.place) {
                (Some(head), Some(place)) => package.all.is_in(place, head),
                (_, place) => place.is_none(),
            },
            previous: previous_tag.map(|tag| tag.name.clone()),
            previous_version: previous.map(|previous| previous.version.clone()),
            message: tag.and_then(|tag| tag.message.clone()).filter(|message| !message.is_empty()),
            commit_count: planned.members.len(),
            compare_url: previous_tag.and_then(|from| links.compare(&from.name, to)),
            url: tag.and_then(|tag| links.release(&tag.name)),
            commit: Some(commit),
            ..Release::default()
        }
    }

    /// What reverts and copies within one release leave out.
    ///
    /// Reverts are settled from the newest to the oldest: one that was itself taken back later takes
    /// nothing back, so that a revert of a revert restores the change.
    pub(super) fn fates(&self, members: &[Number]) -> HashMap<Number, Reason> {
        let mut fates = HashMap::new();
        let has_any = members
            .iter()
            .any(|&number| !self.survey.reverts(number).is_empty() || self.survey.change(number).is_some());
        if !has_any {
            return fates;
        }
        let inside: HashSet<Number> = members.iter().copied().collect();
        for &revert in members {
            let targets = self.survey.reverts(revert);
            if targets.is_empty() || fates.contains_key(&revert) {
                continue;
            }
            // A copy of what is reverted is the same change.
            let local: Vec<Number> = targets
                .iter()
                .flat_map(|&target| {
                    if inside.contains(&target) {
                        vec![target]
                    } else {
                        self.survey.copies(target).filter(|copy| inside.contains(copy)).collect()
                    }
                })
                .collect();
            if !local.is_empty() {
                fates.insert(revert, Reason::Revert);
                for target in local {
                    fates.insert(target, Reason::Reverted);
                }
            }
        }
        let mut seen = HashSet::new();
        for &number in members.iter().rev() {
            if let Some(change) = self.survey.change(number)
                && !fates.contains_key(&number)
                && !seen.insert(change)
            {
                fates.insert(number, Reason::Copy);
            }
        }
        fates
    }

    /// Adds what the commit and its relations say to what its message says.
    fn complete(
        &self,
        change: &mut Change,
        number: Number,
        package: &PackagePlan<'_>,
        planned: &ReleasePlan,
        links: Links<'_>,
    ) {
        let graph = &self.history.graph;
        change.hash = graph.id(number).hex();
        change.author = graph.author(number).map(|person| person.name.clone()).unwrap_or_default();
        change.time = graph.committed(number);
        change.url = links.commit(&change.hash);
        change.pull_request_url = change.pull_request.and_then(|request| links.pull_request(request));
        change.also_in = self.also_in(package, planned, number);
        change.reverts = self.reverted_versions(package, number);
        change.reverted_in = self.reverted_in(package, planned, number);
        change.undoes = self.survey.reverts(number).iter().map(|&target| graph.id(target).hex()).collect();
    }

    /// The releases that had what this commit takes back.
    pub(super) fn reverted_versions(&self, package: &PackagePlan<'_>, number: Number) -> Vec<Version> {
        let targets = self.survey.reverts(number).iter();
        let mut found: Vec<Version> =
            targets.flat_map(|&target| versions(package, package.all.firsts(target))).collect();
        found.sort();
        found.dedup();
        found
    }

    /// The other releases that take this commit back. What was restored within the same release was
    /// not taken back there.
    pub(super) fn reverted_in(
        &self,
        package: &PackagePlan<'_>,
        planned: &ReleasePlan,
        number: Number,
    ) -> Vec<Version> {
        let mut places: Vec<u32> = Vec::new();
        for revert in self.survey.undone_by(number) {
            let restored = |place: &u32| {
                self.survey.undone_by(revert).any(|again| package.all.firsts(again).contains(place))
            };
            places.extend(package.all.firsts(revert).iter().filter(|place| !restored(place)));
        }
        places.sort_unstable();
        places.dedup();
        places.retain(|place| Some(*place) != planned.place);
        versions(package, &places)
    }

    /// The other releases of the package that have this change first: of this commit in other lines,
    /// and of its copies anywhere.
    pub(super) fn also_in(
        &self,
        package: &PackagePlan<'_>,
        planned: &ReleasePlan,
        number: Number,
    ) -> Vec<Version> {
        let own = planned.place.or(package.head);
        let firsts = package.all.firsts(number).iter().copied();
        let elsewhere: Vec<u32> =
            firsts.filter(|&place| own.is_none_or(|own| !package.all.is_in(place, own))).collect();
        let mut found = versions(package, &elsewhere);
        for copy in self.survey.copies(number) {
            found.extend(versions(package, package.all.firsts(copy)));
        }
        let own =
            planned.place.and_then(|place| package.tagged.get(place as usize)).map(|tagged| &tagged.version);
        found.retain(|version| Some(version) != own);
        found.sort();
        found.dedup();
        found
    }
}

fn versions(package: &PackagePlan<'_>, places: &[u32]) -> Vec<Version> {
    places
        .iter()
        .filter_map(|&place| package.tagged.get(place as usize))
        .map(|tagged| tagged.version.clone())
        .collect()
}

/// The note in a `Release-Note` footer; `none` is no note.
fn note(change: &Change, group: &str) -> Option<Note> {
    let text = change.note.as_deref().filter(|text| !text.to_ascii_lowercase().starts_with("none"))?;
    Some(Note {
        text: text.to_owned(),
        group: group.to_owned(),
        breaking: change.breaking.is_some(),
        step: None,
        issue: None,
        hash: Some(change.hash.clone()),
        file: None,
    })
}

fn breaking(change: &Change) -> Breaking {
    let text = change.breaking.clone().unwrap_or_default();
    // The first paragraph says what breaks, the rest what to do about it.
    let (what, rest) =
        text.split_once("\n\n").map_or((text.as_str(), ""), |(what, rest)| (what, rest.trim()));
    let upgrade = change.upgrade.clone().or_else(|| (!rest.is_empty()).then(|| rest.to_owned()));
    Breaking {
        text: what.to_owned(),
        scope: change.scope.clone(),
        description: change.description.clone(),
        upgrade,
        hash: change.hash.clone(),
        url: change.url.clone(),
    }
}
