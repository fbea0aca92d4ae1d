//! `[forge]` in `site.toml`: where pages are changed in a browser.

use super::source::ForgeKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Addresses of the web editor and the history of the repository that `site.repository` names. In the patterns stand
/// `{repository}`, `{branch}`, `{path}` (of a file in the repository), `{folder}`, `{file}` (its name) and `{text}` (of a
/// new page).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// Which kind of forge it is: `github`, `gitlab`, `gitea` (Forgejo, too), `bitbucket`. Default: guessed from the
    /// repository's address, else `github`.
    pub kind: Option<ForgeKind>,
    /// Pattern of a page's editor, instead of the forge's: `{repository}/edit/{branch}/{path}`.
    pub edit: Option<String>,
    /// Pattern of a page's history, instead of the forge's.
    pub history: Option<String>,
    /// Pattern of the editor of a new page, instead of the forge's:
    /// `{repository}/new/{branch}/{folder}?filename={file}&value={text}`.
    pub new: Option<String>,
    /// Pattern of a new issue, instead of the forge's: `{repository}/issues/new?title={title}&body={text}`. An empty text
    /// takes the links away that let readers report a problem.
    pub issue: Option<String>,
}
