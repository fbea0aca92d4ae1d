//! `[publish]` in `site.toml`: programs that bring a site to where readers are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a site is published to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PublishConfig {
    /// Programs such as rsync that `annals publish command:NAME` runs, by name.
    pub commands: BTreeMap<String, CommandConfig>,
}

/// A program that copies files, and one that removes what is gone. Each is a list: the program and its arguments, with
/// `{site}` for the folder of the built site. No shell reads them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandConfig {
    /// Copies the files whose paths it reads on standard input, a line each: `["rsync", "-a", "--files-from=-", "{site}/",
    /// "web:/srv/www/kb/"]`. It is run for what pages load, for pages, for what names pages, and for the manifest.
    #[schemars(length(min = 1))]
    pub copy: Vec<String>,
    /// Removes what the site does not have any more. It is run once, after all files but the manifest, and reads the paths
    /// of all files that stay.
    #[serde(default)]
    pub remove: Vec<String>,
}
