//! Where index files come from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Why an index can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// There is no such file.
    Missing(String),
    /// The file or its server can't be reached.
    Unreachable(String, String),
    /// The file is cut short or not an index file.
    Damaged(String),
    /// The index is of another version of annals.
    Format(u32),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(file) => write!(formatter, "the search index has no file `{file}`"),
            Self::Unreachable(file, why) => write!(formatter, "can't read `{file}`: {why}"),
            Self::Damaged(file) => write!(formatter, "`{file}` of the search index is damaged or cut short"),
            Self::Format(format) => {
                write!(
                    formatter,
                    "the search index has format {format}, this program reads {}",
                    super::FORMAT
                )
            }
        }
    }
}

/// A place that index files are read from.
pub trait Store {
    /// The bytes of a file by its name without folder and ending: `root`, `t-0123456789`.
    fn load(&self, name: &str) -> Result<Vec<u8>, Error>;
}

/// A built site's folder.
#[derive(Debug)]
pub struct Folder(pub PathBuf);

impl Store for Folder {
    fn load(&self, name: &str) -> Result<Vec<u8>, Error> {
        let path = self.0.join(super::FOLDER).join(format!("{name}.js"));
        std::fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::Missing(path.display().to_string()),
            _ => Error::Unreachable(path.display().to_string(), error.to_string()),
        })
    }
}

/// A published site.
#[derive(Debug)]
pub struct Site {
    base: String,
    agent: ureq::Agent,
}

impl Site {
    /// The site at `base`.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(20))).build();
        Self { base: base.trim_end_matches('/').to_string(), agent: config.into() }
    }
}

impl Store for Site {
    fn load(&self, name: &str) -> Result<Vec<u8>, Error> {
        let url = format!("{}/{}/{name}.js", self.base, super::FOLDER);
        let read = self.agent.get(&url).call().and_then(|mut response| response.body_mut().read_to_vec());
        read.map_err(|error| match error {
            ureq::Error::StatusCode(404) => Error::Missing(url),
            error => Error::Unreachable(url, error.to_string()),
        })
    }
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    /// The files of an index just written.
    pub fn new(files: Vec<crate::search::IndexFile>) -> Self {
        let name = |path: &str| {
            path.rsplit('/').next().and_then(|file| file.strip_suffix(".js")).unwrap_or_default().to_string()
        };
        Self(files.into_iter().map(|file| (name(&file.path), file.bytes)).collect())
    }
}

impl Store for Memory {
    fn load(&self, name: &str) -> Result<Vec<u8>, Error> {
        self.0.get(name).cloned().ok_or_else(|| Error::Missing(name.to_string()))
    }
}
