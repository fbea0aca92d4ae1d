//! What a site was made from: an [in-toto statement](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md)
//! with the predicate of [SLSA provenance v1](https://slsa.dev/spec/v1.0/provenance).
//!
//! In come a planned site and the digest of every file; out comes `provenance.json`. It has no time and no name of a
//! machine, so that the same commit gives the same statement everywhere. In a public build it names no folder and no
//! source: their names may be known inside only.

mod statement;

pub use statement::{
    Builder, Definition, Dependency, Details, Parameters, Predicate, Statement, Subject, parse, text,
};

use crate::data::hex;
use crate::record::Audience;
use crate::site::Site;
use crate::source::git::SourceHistory;
use std::collections::BTreeMap;

/// Its path in the site.
pub const PATH: &str = "provenance.json";
/// The documentation of what the parameters mean, as SLSA asks for.
const BUILD_TYPE: &str = "https://annals.example/reference/provenance/";
/// Who says so. Whoever signs the statement is told by the signature.
const BUILDER: &str = "https://annals.example/";

impl Predicate {
    /// How a site is built and what from.
    pub fn of(site: &Site) -> Self {
        let library = &site.library;
        let public = library.built_for == Audience::Public;
        let folder = Some(library.prefix.trim_end_matches('/').to_owned());
        Self {
            definition: Definition {
                build_type: BUILD_TYPE.to_owned(),
                parameters: Parameters {
                    audience: library.built_for,
                    drafts: library.drafts,
                    now: library.now.map(|now| now.rfc3339()),
                    folder: folder.filter(|folder| !folder.is_empty() && !public),
                },
                dependencies: dependencies(site),
            },
            details: Details {
                builder: Builder {
                    id: BUILDER.to_owned(),
                    version: BTreeMap::from([("annals".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]),
                },
            },
        }
    }

    /// The commit of the content, if the content was in git.
    pub fn commit(&self) -> Option<&str> {
        let content = self.definition.dependencies.iter().find(|from| from.name == CONTENT)?;
        content.digest.get(GIT_COMMIT).map(String::as_str)
    }

    /// The version of annals that built the site.
    pub fn version(&self) -> Option<&str> {
        self.details.builder.version.get("annals").map(String::as_str)
    }
}

/// The dependency that is the content.
const CONTENT: &str = "content";
/// The digest that is the id of a commit, as in-toto calls it.
const GIT_COMMIT: &str = "gitCommit";

/// The commits of the content and of the sources, and the settings.
fn dependencies(site: &Site) -> Vec<Dependency> {
    let library = &site.library;
    let config = &library.config;
    let mut all = Vec::new();
    if let Some(head) = library.head() {
        let web = config.site.repository.as_deref().map(|url| at_commit(url, &head.commit));
        all.push(commit(CONTENT.to_owned(), web, head.commit.clone()));
    }
    all.push(Dependency {
        name: crate::config::FILE_NAME.to_owned(),
        uri: None,
        digest: BTreeMap::from([("sha256".to_owned(), hex(&config.digest))]),
    });
    for history in library.histories.iter() {
        let Some(head) = history.head else { continue };
        let head = history.graph.id(head).hex();
        let name = match library.built_for {
            Audience::Internal => format!("source {}", history.name),
            Audience::Public => "source".to_owned(),
        };
        all.push(commit(name, forge(history, library.built_for, &head), head));
    }
    all
}

/// Where a source's commit is on the web. Readers outside see that address in the site's links to commits, or not at all.
fn forge(history: &SourceHistory, audience: Audience, commit: &str) -> Option<String> {
    let forge = history.forge.as_ref().filter(|_| audience == Audience::Internal)?;
    Some(at_commit(&forge.url, commit))
}

/// A repository at a commit, as SPDX and SLSA write it.
fn at_commit(url: &str, commit: &str) -> String {
    format!("git+{}@{commit}", url.trim_end_matches('/'))
}

fn commit(name: String, uri: Option<String>, commit: String) -> Dependency {
    Dependency { name, uri, digest: BTreeMap::from([(GIT_COMMIT.to_owned(), commit)]) }
}
