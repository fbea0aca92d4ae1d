//! The manifest: every file of a site with its hash and what it comes from.

use super::cache::Record;
use serde::{Deserialize, Serialize};

/// Its path in the site.
pub const PATH: &str = ".annals/manifest.json";

/// Every file of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub version: u32,
    /// What wrote the site.
    pub generator: String,
    /// The files, by path.
    pub files: Vec<FileRecord>,
}

/// A file of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Path in the site.
    pub path: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// Bytes.
    pub size: u64,
    /// The file or the part of annals that it comes from.
    pub source: String,
}

impl Manifest {
    pub(super) fn of(records: &[Record]) -> Self {
        Self {
            version: 1,
            generator: concat!("annals ", env!("CARGO_PKG_VERSION")).to_owned(),
            files: records
                .iter()
                .map(|record| FileRecord {
                    path: record.path.clone(),
                    blake3: blake3::Hash::from_bytes(record.hash).to_hex().to_string(),
                    size: record.size,
                    source: record.origin.clone(),
                })
                .collect(),
        }
    }

    /// As JSON, a file a line.
    pub fn to_json(&self) -> String {
        let mut out = format!(
            "{{\"version\":{},\"generator\":{},\"files\":[",
            self.version,
            serde_json::Value::String(self.generator.clone())
        );
        for (index, file) in self.files.iter().enumerate() {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            out.push_str(&serde_json::to_string(file).unwrap_or_default());
        }
        out.push_str("\n]}\n");
        out
    }
}
