//! What a page is made from, part by part, so that two sites can be asked which part differs.

use super::{Facts, Renderer};
use crate::site::{Route, RouteKind};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

impl Renderer {
    /// Hashes of the parts that a route's bytes are made from, by name. A part that differs is a cause of a difference.
    pub fn parts(&self, route: &Route) -> BTreeMap<String, [u8; 32]> {
        let mut parts = BTreeMap::from([("theme".to_owned(), self.theme.hash)]);
        let mut add = |value: Value| {
            if let Value::Object(fields) = value {
                for (name, value) in fields {
                    parts.insert(name, *blake3::hash(value.to_string().as_bytes()).as_bytes());
                }
            }
        };
        match self.prepare(route).facts {
            Facts::Page(facts) => facts.parts().into_iter().for_each(&mut add),
            Facts::List(facts) => facts.parts().into_iter().for_each(&mut add),
            Facts::Record(facts) => facts.parts().into_iter().for_each(&mut add),
            Facts::Feed(_) | Facts::None => {}
        }
        if let RouteKind::Page(id) = &route.kind
            && let Some(entry) = self.site.entry(*id)
        {
            let mut hasher = blake3::Hasher::new();
            self.links_key(entry, &mut hasher);
            parts.insert("links".to_owned(), *hasher.finalize().as_bytes());
        }
        parts
    }
}

/// A value as its parts; these types always serialise.
pub(super) fn parts_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
