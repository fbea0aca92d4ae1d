//! `[broadcast]` in `site.toml`: whom `annals broadcast` tells what is new.

use crate::data::{Data, Node};
use crate::diagnostic::{Diagnostic, Span};
use crate::record::Audience;
use jiff::civil::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whom `annals broadcast` tells what is new.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BroadcastConfig {
    /// File that remembers what was told, relative to `site.toml`. Keep it with the content, or in what CI keeps between
    /// runs: without it, everything counts as told already.
    #[schemars(extend("format" = "inner-path"))]
    pub ledger: String,
    /// Days before its due day on which an action item is told.
    #[schemars(range(min = 0, max = 365))]
    pub due_days: u16,
    /// Messages that one run may send to a channel without a digest. More are refused: it is rather a mistake.
    #[schemars(range(min = 1, max = 1000))]
    pub most: usize,
    /// Seconds that a receiver has for its answer.
    #[schemars(range(min = 1, max = 300))]
    pub timeout: u64,
    /// The channels.
    pub channels: Vec<ChannelConfig>,
}

impl Default for BroadcastConfig {
    fn default() -> Self {
        Self { ledger: "broadcast.json".into(), due_days: 3, most: 20, timeout: 30, channels: Vec::new() }
    }
}

/// Somewhere that news are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelConfig {
    /// Its name, for the ledger and the command line. Another name is another channel.
    #[schemars(extend("format" = "channel-name"))]
    pub name: String,
    /// What receives the news.
    #[serde(rename = "type")]
    pub kind: ChannelKind,
    /// Environment variable that holds the address to post to. All but mail need it.
    #[serde(default)]
    #[schemars(extend("format" = "variable"))]
    pub url_env: Option<String>,
    /// Environment variable that holds the secret that a webhook's messages are signed with.
    #[serde(default)]
    #[schemars(extend("format" = "variable"))]
    pub secret_env: Option<String>,
    /// Who reads the channel. A public one is told only what a public build shows.
    #[serde(default)]
    pub audience: Audience,
    /// Address of the site for these readers, instead of `site.base_url`.
    #[serde(default)]
    #[schemars(extend("format" = "base-url"))]
    pub base_url: Option<String>,
    /// Which kinds of news are told. Default: all.
    #[serde(default)]
    pub kinds: Vec<NewsKind>,
    /// Only news about one of these services. A release is about the service of its package's name.
    #[serde(default)]
    pub services: Vec<String>,
    /// Only news of one of these teams or people.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Only what breaks something.
    #[serde(default)]
    pub breaking: bool,
    /// Whether pre-releases are told.
    #[serde(default)]
    pub prereleases: bool,
    /// When a digest goes out. Without it, each piece of news is a message of its own, at once.
    #[serde(default)]
    pub digest: Option<DigestConfig>,
    /// Template of the text of a piece of news, instead of the built-in one, relative to `site.toml`. For mail, a name
    /// without an ending: `NAME.txt` and `NAME.html` are read.
    #[serde(default)]
    #[schemars(extend("format" = "inner-path"))]
    pub template: Option<String>,
    /// Sender and receivers of mail.
    #[serde(default)]
    pub mail: Option<MailConfig>,
}

/// What receives news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelKind {
    /// Slack, by an incoming webhook: Block Kit.
    Slack,
    /// Microsoft Teams, by a workflow's webhook: an Adaptive Card.
    Teams,
    /// Discord, by a webhook: embeds.
    Discord,
    /// Mattermost, by an incoming webhook: Markdown.
    Mattermost,
    /// Any program: JSON, signed as Standard Webhooks are.
    Webhook,
    /// Mail: HTML and plain text.
    Mail,
}

/// What is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NewsKind {
    /// A release of a package.
    Release,
    /// A retro.
    Retro,
    /// A runbook that is new or says something else.
    Runbook,
    /// A review of a period.
    Review,
    /// An action item that is due or overdue.
    Action,
    /// A page whose review is overdue.
    Stale,
}

/// When a digest goes out: once on each of some days, at the first run in a window of time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DigestConfig {
    /// Days of the week. Default: Monday to Friday.
    pub days: Vec<Weekday>,
    /// When the window opens.
    #[schemars(extend("format" = "clock"))]
    pub from: String,
    /// When it closes.
    #[schemars(extend("format" = "clock"))]
    pub until: String,
    /// The zone of these times.
    #[schemars(extend("format" = "zone"))]
    pub zone: String,
}

impl Default for DigestConfig {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        let days = vec![Monday, Tuesday, Wednesday, Thursday, Friday];
        Self { days, from: "08:00".into(), until: "18:00".into(), zone: "UTC".into() }
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "their names say all")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Sender and receivers of mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Who sends it: `kb@example.org` or `Knowledge base <kb@example.org>`.
    #[schemars(extend("format" = "mailbox"))]
    pub from: String,
    /// Who receives it.
    #[schemars(length(min = 1), extend("items" = serde_json::json!({ "type": "string", "format": "mailbox" })))]
    pub to: Vec<String>,
    /// Environment variable that holds the address of the mail server, with user and password:
    /// `smtps://user:password@mail.example.org`.
    #[serde(default)]
    #[schemars(extend("format" = "variable"))]
    pub smtp_env: Option<String>,
    /// Folder that the mails are written into as `.eml` files, relative to `site.toml`, for another program to send.
    #[serde(default)]
    #[schemars(extend("format" = "inner-path"))]
    pub folder: Option<String>,
}

/// A time of day: `08:00`.
pub fn clock(text: &str) -> Option<Time> {
    let fits = text.len() == 5 && text.as_bytes().get(2) == Some(&b':');
    fits.then(|| text.parse().ok()).flatten()
}

/// What the schema can't say: what a channel lacks for its type.
pub(super) fn mistakes(config: &BroadcastConfig, node: &Node, file: &str) -> Vec<Diagnostic> {
    let channels = node.get("broadcast").and_then(|table| table.get("channels")).map(|list| &list.data);
    let Some(Data::List(nodes)) = channels else { return Vec::new() };
    let mut names = BTreeSet::new();
    let mut found = Vec::new();
    for (channel, node) in config.channels.iter().zip(nodes) {
        let mut wrong = |key: &str, message: String, help: &str| {
            let span = node.get(key).map_or(node.span.clone(), |node| node.span.clone());
            found.push(Diagnostic::error("config/value", message).at(Span::new(file, span)).help(help));
        };
        let name = &channel.name;
        if !names.insert(name.as_str()) {
            wrong(
                "name",
                format!("two channels are called `{name}`"),
                "the ledger tells them apart by their names",
            );
        }
        let is_mail = channel.kind == ChannelKind::Mail;
        match &channel.mail {
            None if is_mail => {
                wrong("type", format!("`{name}` has no `mail`"), "set `mail.from` and `mail.to`")
            }
            Some(_) if !is_mail => {
                wrong("mail", format!("`{name}` sends no mail"), "`mail` is for the type `mail`")
            }
            Some(mail) if mail.smtp_env.is_none() && mail.folder.is_none() => {
                wrong(
                    "mail",
                    format!("`{name}` sends its mail nowhere"),
                    "set `smtp_env`, or `folder` for `.eml` files",
                );
            }
            _ => {}
        }
        if !is_mail && channel.url_env.is_none() {
            let help = "name the environment variable that holds the address to post to: it is a secret";
            wrong("type", format!("`{name}` has no `url_env`"), help);
        }
        if is_mail && channel.url_env.is_some() {
            wrong("url_env", format!("`{name}` posts nothing"), "mail goes by `mail.smtp_env`");
        }
        if channel.secret_env.is_some() && channel.kind != ChannelKind::Webhook {
            wrong("secret_env", format!("`{name}` signs nothing"), "`secret_env` is for the type `webhook`");
        }
        if let Some(digest) = &channel.digest {
            if clock(&digest.from) >= clock(&digest.until) {
                wrong(
                    "digest",
                    "the window closes before it opens".to_owned(),
                    "set `from` to an earlier time than `until`",
                );
            }
            if digest.days.is_empty() {
                wrong("digest", "the digest goes out on no day".to_owned(), "name a day, such as `monday`");
            }
        }
    }
    found
}
