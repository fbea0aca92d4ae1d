//! The statement as JSON, written and read.

use crate::data::hex;
use crate::record::Audience;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The type of the statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The type of the predicate.
const PREDICATE: &str = "https://slsa.dev/provenance/v1";

/// A statement about the files of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Always that of in-toto's version 1.
    #[serde(rename = "_type")]
    pub kind: String,
    /// The files.
    pub subject: Vec<Subject>,
    /// Always that of SLSA's version 1.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What is said about them.
    pub predicate: Predicate,
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its path in the site.
    pub name: String,
    /// Digests in hexadecimal by the name of their algorithm; `sha256` is always there.
    pub digest: BTreeMap<String, String>,
}

impl Subject {
    /// The file's SHA-256, in hexadecimal.
    pub fn sha256(&self) -> &str {
        self.digest.get("sha256").map_or("", String::as_str)
    }
}

/// How a site was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    /// What was built, and from what.
    #[serde(rename = "buildDefinition")]
    pub definition: Definition,
    /// What built it.
    #[serde(rename = "runDetails")]
    pub details: Details,
}

/// What was built, and from what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// What the parameters mean.
    #[serde(rename = "buildType")]
    pub build_type: String,
    /// What the command line said.
    #[serde(rename = "externalParameters")]
    pub parameters: Parameters,
    /// Commits and settings.
    #[serde(rename = "resolvedDependencies", default)]
    pub dependencies: Vec<Dependency>,
}

/// What the command line said, or what it was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// For whom the site was built.
    pub audience: Audience,
    /// Whether drafts are part of it.
    pub drafts: bool,
    /// The present, in RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Path of the site in the repository of its content, if it is not at the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// Something that the site was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// What it is to the build: `content`, `site.toml`, a source.
    #[serde(default)]
    pub name: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// What it is.
    #[serde(default)]
    pub digest: BTreeMap<String, String>,
}

/// What built a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The program.
    pub builder: Builder,
}

/// The program that built a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Builder {
    /// Which it is.
    pub id: String,
    /// Its version.
    #[serde(default)]
    pub version: BTreeMap<String, String>,
}

/// The statement as JSON, a file a line: ten thousands of them are told apart by `diff`. `files` are paths with their
/// SHA-256, in the order in which they are listed.
pub fn text<'a>(predicate: &Predicate, files: impl Iterator<Item = (&'a str, [u8; 32])>) -> String {
    let mut out = format!("{{\"_type\":\"{STATEMENT}\",\"subject\":[");
    for (index, (path, digest)) in files.enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        // Only the path needs escaping.
        out.push_str("{\"name\":");
        out.push_str(&serde_json::Value::from(path).to_string());
        out.push_str(",\"digest\":{\"sha256\":\"");
        out.push_str(&hex(&digest));
        out.push_str("\"}}");
    }
    let predicate = serde_json::to_string(predicate).unwrap_or_default();
    out.push_str(&format!("\n],\"predicateType\":\"{PREDICATE}\",\n\"predicate\":{predicate}}}\n"));
    out
}

/// Reads a statement. What is wrong with it is told in words.
pub fn parse(text: &[u8]) -> Result<Statement, String> {
    let statement: Statement = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if statement.kind != STATEMENT || statement.predicate_type != PREDICATE {
        return Err(format!("it is no {STATEMENT} with {PREDICATE}"));
    }
    // A path that leads out of the site would be read from elsewhere.
    let leads_out = |path: &str| {
        path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains(['\\', '\0'])
    };
    if let Some(subject) = statement.subject.iter().find(|subject| leads_out(&subject.name)) {
        return Err(format!("`{}` is no path in a site", subject.name.escape_debug()));
    }
    match statement.subject.iter().find(|subject| subject.sha256().len() != 64) {
        Some(subject) => Err(format!("`{}` has no SHA-256", subject.name.escape_debug())),
        None => Ok(statement),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predicate() -> Predicate {
        Predicate {
            definition: Definition {
                build_type: "t".into(),
                parameters: Parameters { audience: Audience::Public, drafts: false, now: None, folder: None },
                dependencies: Vec::new(),
            },
            details: Details { builder: Builder { id: "b".into(), version: BTreeMap::new() } },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let files = [("a/index.html", [1; 32]), ("with \"quote\"\n.txt", [2; 32])];
        let statement = parse(text(&predicate(), files.into_iter()).as_bytes()).unwrap();
        assert_eq!(statement.subject[1].name, "with \"quote\"\n.txt");
        assert_eq!(statement.subject[0].sha256(), "01".repeat(32));
        assert_eq!(statement.predicate, predicate());
    }

    #[test]
    fn a_statement_names_nothing_outside_the_site() {
        for wrong in ["../a", "/etc/passwd", "a//b", "a\\b"] {
            assert!(parse(text(&predicate(), [(wrong, [0; 32])].into_iter()).as_bytes()).is_err(), "{wrong}");
        }
        let other = text(&predicate(), std::iter::empty()).replace("Statement/v1", "Statement/v0.1");
        assert!(parse(other.as_bytes()).is_err());
    }
}
