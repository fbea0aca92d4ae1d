//! What the text of a release depends on, as a hash: with it a rendered release can be kept and found
//! again without reading its messages.

use super::plan::{PackagePlan, Plan, ReleasePlan};
use crate::source::git::Number;

/// Raised whenever the same input is told in other words.
const FORM: &str = concat!("2 ", env!("CARGO_PKG_VERSION"));

impl Plan<'_> {
    /// A hash of everything that decides how a release is told: the configuration, the forge, its own
    /// facts, its commits by id, and what other commits do to them. Messages are in the ids; where
    /// they are not (replace refs) there is no hash.
    pub fn fingerprint(&self, package: &PackagePlan<'_>, planned: &ReleasePlan) -> Option<[u8; 32]> {
        if self.history.facts.replaced > 0 {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        let mut add = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        add(FORM.as_bytes());
        add(&serde_json::to_vec(self.config).ok()?);
        add(&serde_json::to_vec(&self.history.forge).ok()?);
        add(&serde_json::to_vec(&(&self.history.commits, &package.package.commits)).ok()?);
        let frame = self.release_text(
            package,
            &ReleasePlan { members: Vec::new(), moved: Vec::new(), ..planned.clone() },
        );
        add(&serde_json::to_vec(&frame).ok()?);
        let fates = self.fates(&planned.members);
        let mut buffer = Vec::with_capacity(64);
        for &number in &planned.members {
            self.commit(package, planned, number, &mut buffer);
            buffer.push(fates.get(&number).map_or(0, |&reason| 1 + reason as u8));
            add(&buffer);
        }
        Some(*hasher.finalize().as_bytes())
    }

    fn commit(&self, package: &PackagePlan<'_>, planned: &ReleasePlan, number: Number, buffer: &mut Vec<u8>) {
        buffer.clear();
        buffer.extend_from_slice(&self.history.graph.id(number).0);
        // `.mailmap` may change a name, and a name may be a bot's.
        let author =
            self.history.graph.author(number).is_some_and(|author| self.classifier.is_bot(&author.name));
        buffer.extend([u8::from(author), u8::from(planned.moved.contains(&number))]);
        // A shallow clone or a lost parent makes a merge look like none.
        buffer.push(u8::try_from(self.history.graph.parents(number).len()).unwrap_or(u8::MAX));
        let lists = [
            self.also_in(package, planned, number),
            self.reverted_versions(package, number),
            self.reverted_in(package, planned, number),
        ];
        for list in lists {
            for version in list {
                buffer.extend_from_slice(version.as_str().as_bytes());
                buffer.push(0);
            }
            buffer.push(1);
        }
        if let Some(entry) = self.overrides.get(&number) {
            for part in [&entry.message, &entry.hide, &entry.release] {
                buffer.push(1);
                buffer.extend_from_slice(part.as_deref().unwrap_or_default().as_bytes());
            }
        }
    }
}
