//! Messages as the receivers of each sort read them, within their limits.

mod discord;
mod mail;
mod mattermost;
mod slack;
mod teams;
mod webhook;

use super::decide::{Event, What};
use super::template::Templates;
use super::text::{cut_escaped, line};
use crate::config::broadcast::{ChannelConfig, ChannelKind, NewsKind};
use crate::diagnostic::Diagnostic;
use crate::record::Moment;
use crate::render::absolute;
use serde_json::Value;

/// Characters of the line that a piece of news begins with.
const HEADLINE: usize = 150;

/// A message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same for the same news of a channel, whenever it is made.
    pub key: String,
    /// The first line of what it tells, for people.
    pub headline: String,
    /// What is told.
    pub events: Vec<Event>,
    /// What is sent.
    pub payload: Payload,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// JSON that is posted.
    Post(String),
    /// A mail (RFC 5322).
    Mail {
        /// Who sends it, by the address alone.
        from: String,
        /// Who receives it, by the addresses alone.
        to: Vec<String>,
        /// Headers and bodies.
        bytes: Vec<u8>,
    },
}

impl Payload {
    /// The bytes that go out.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Post(text) => text.as_bytes(),
            Self::Mail { bytes, .. } => bytes,
        }
    }
}

/// What all messages of a channel have in common.
pub struct Setting<'a> {
    /// The channel.
    pub channel: &'a ChannelConfig,
    /// The site's title.
    pub site: &'a str,
    /// The language of its words.
    pub language: &'a str,
    /// The site's address for these readers.
    pub base: Option<&'a str>,
    /// The words of the theme.
    pub words: &'a Value,
    /// The channel's templates.
    pub templates: &'a Templates,
    /// The present.
    pub now: Moment,
}

/// A piece of news as it is shown.
struct Part<'a> {
    event: &'a Event,
    /// Its title with what happened to it.
    headline: String,
    /// Its whole address.
    url: Option<String>,
    /// What the template makes of it, escaped.
    text: String,
    /// Its facts, in a line.
    facts: String,
}

/// The messages that tell a channel of some events: one for all in a digest, but for very long ones, else one each.
pub fn messages(events: &[Event], setting: &Setting<'_>) -> Result<Vec<Message>, Box<Diagnostic>> {
    let together = match (setting.channel.digest.is_some(), setting.channel.kind) {
        (false, _) => 1,
        (true, ChannelKind::Discord) => discord::AT_ONCE,
        (true, ChannelKind::Teams) => teams::AT_ONCE,
        (true, ChannelKind::Mattermost) => mattermost::AT_ONCE,
        (true, ChannelKind::Slack) => slack::AT_ONCE,
        (true, ChannelKind::Webhook | ChannelKind::Mail) => 100,
    };
    events.chunks(together).map(|events| setting.message(events)).collect()
}

impl Setting<'_> {
    fn message(&self, events: &[Event]) -> Result<Message, Box<Diagnostic>> {
        let parts: Vec<Part<'_>> = events.iter().map(|event| self.part(event)).collect::<Result<_, _>>()?;
        let title = self.channel.digest.is_some().then(|| {
            line(&format!("{}: {}, {}", self.site, self.word("news_digest"), self.now.day()), HEADLINE)
        });
        let key = self.key(events);
        let first = parts.first().map(|part| part.headline.clone()).unwrap_or_default();
        let headline = title.clone().unwrap_or(first);
        let title = title.as_deref();
        let payload = match self.channel.kind {
            ChannelKind::Slack => Payload::Post(slack::body(title, &parts).to_string()),
            ChannelKind::Teams => {
                Payload::Post(teams::body(title, &parts, self.word("news_read")).to_string())
            }
            ChannelKind::Discord => Payload::Post(discord::body(title, &parts).to_string()),
            ChannelKind::Mattermost => Payload::Post(mattermost::body(title, &parts).to_string()),
            ChannelKind::Webhook => Payload::Post(webhook::body(self, &key, &parts).to_string()),
            ChannelKind::Mail => self.mail(&key, &headline, &parts)?,
        };
        Ok(Message { key, headline, events: events.to_vec(), payload })
    }

    fn part<'a>(&self, event: &'a Event) -> Result<Part<'a>, Box<Diagnostic>> {
        // What is gone has no address any more, but for releases: a yanked one is still told of.
        let has_page = event.what != What::Withdrawn || event.news.date.is_some();
        let url = self.base.filter(|_| has_page).map(|base| match event.news.url.split_once('#') {
            Some((page, anchor)) => format!("{}#{}", absolute(base, page), crate::site::url::encode(anchor)),
            None => absolute(base, &event.news.url),
        });
        Ok(Part {
            event,
            headline: self.headline(event),
            text: self.templates.text(event, url.as_deref(), self.words)?,
            url,
            facts: self.facts(event),
        })
    }

    /// What happened, and to what: `Release: annals 1.2.0`.
    fn headline(&self, event: &Event) -> String {
        let news = &event.news;
        let word = match (event.what, news.kind) {
            (What::Changed, _) => "news_changed",
            (What::Correction, _) => "news_correction",
            (What::Withdrawn, _) => "news_withdrawn",
            (What::New, NewsKind::Action) if news.overdue => "news_overdue",
            (What::New, kind) => word_of(kind),
        };
        line(&format!("{}: {}", self.word(word), news.title), HEADLINE)
    }

    /// The facts of a piece of news.
    fn facts(&self, event: &Event) -> String {
        let news = &event.news;
        let mut facts = Vec::new();
        if event.what != What::New {
            facts.push(self.word(word_of(news.kind)).to_owned());
        }
        facts.extend(news.severity.clone());
        facts.extend((!news.services.is_empty()).then(|| news.services.join(", ")));
        facts.extend(news.owner.as_ref().map(|owner| format!("{}: {owner}", self.word("action_owner"))));
        match &news.due {
            Some(due) => facts.push(format!("{}: {due}", self.word("due"))),
            None => facts.extend(news.date.clone()),
        }
        line(&facts.join(" · "), HEADLINE)
    }

    fn word<'w>(&'w self, key: &'w str) -> &'w str {
        self.words.get(key).and_then(Value::as_str).unwrap_or(key)
    }

    /// What makes a message the same as another: the channel and what it is told.
    fn key(&self, events: &[Event]) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.channel.name.as_bytes());
        for event in events {
            let news = &event.news;
            for part in [&*format!("{:?}", event.what), &news.id, &news.fingerprint] {
                hasher.update(&[0]).update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().chars().take(32).collect()
    }
}

/// The key of the theme's word for a kind of news.
pub fn word_of(kind: NewsKind) -> &'static str {
    match kind {
        NewsKind::Release => "news_release",
        NewsKind::Retro => "news_retro",
        NewsKind::Runbook => "news_runbook",
        NewsKind::Review => "news_review",
        NewsKind::Action => "news_action",
        NewsKind::Stale => "news_stale",
    }
}

/// A link of Markdown. The words are escaped; the address must not end it.
fn link(part: &Part<'_>) -> String {
    let words = super::text::escaped(&part.headline, super::text::markdown);
    match &part.url {
        Some(url) => format!("[{words}]({})", url.replace('(', "%28").replace(')', "%29")),
        None => words,
    }
}

/// Lines of Markdown: the text, then the facts.
fn paragraphs(part: &Part<'_>, most: usize) -> String {
    let facts = super::text::escaped(&part.facts, super::text::markdown);
    let texts = [cut_escaped(&part.text, most), facts];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
