//! `[output]` and `[audit]` in `site.toml`: what a build writes beside the pages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Files that a build writes beside the pages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OutputConfig {
    /// Whether a build writes `provenance.json`: what it was made from, and the SHA-256 of every file. `annals verify`
    /// compares a folder or a served site with it.
    pub provenance: bool,
    /// Encodings that text files are written in as well, beside each file: `gzip` (`.gz`), `brotli` (`.br`), `zstd`
    /// (`.zst`). For web servers that send files as they are; hosts and CDNs compress by themselves.
    pub precompress: Vec<Encoding>,
    /// Whether a build writes `CNAME` with the host of `site.base_url`: GitHub Pages and others learn the site's domain
    /// from it.
    pub cname: bool,
}

/// An encoding of HTTP content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gzip, Self::Brotli, Self::Zstd];

    /// What settings and the command line call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "brotli",
            Self::Zstd => "zstd",
        }
    }

    /// What a compressed file's name ends with, after the file's own.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }

    /// The encoding of a name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|encoding| encoding.name() == text);
        found.ok_or_else(|| "possible are `gzip`, `brotli` and `zstd`".to_owned())
    }
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self { provenance: true, precompress: Vec::new(), cname: false }
    }
}

/// The pages that tell what changed in the content, from git.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuditConfig {
    /// Whether the site has pages that tell who changed which page when.
    pub enabled: bool,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { enabled: true }
    }
}
