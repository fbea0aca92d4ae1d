//! The text of a piece of news, by a template that a team can change.

use super::decide::Event;
use super::text;
use crate::config::broadcast::{ChannelConfig, ChannelKind};
use crate::diagnostic::{Diagnostic, Span};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tera::{Context, Tera};

/// The names of templates within one Tera.
const TEXT: &str = "text";

/// The templates of a channel.
#[derive(Debug)]
pub struct Templates {
    text: Template,
    /// For mail.
    html: Option<Template>,
}

#[derive(Debug)]
struct Template {
    tera: Tera,
    /// The file, for people.
    file: String,
}

impl Templates {
    /// The templates of a channel: the site's own, or the built-in ones. `root` is the folder of `site.toml`.
    pub fn load(channel: &ChannelConfig, root: &Path) -> Result<Self, Box<Diagnostic>> {
        let own = channel.template.as_deref();
        let markdown = include_str!("templates/markdown.txt");
        let one = |file: Option<String>, built_in: &str, escape: tera::EscapeFn| {
            Template::load(file, built_in, root, escape)
        };
        let plain = own.map(str::to_owned);
        let text = match channel.kind {
            ChannelKind::Slack => one(plain, include_str!("templates/slack.txt"), text::slack)?,
            ChannelKind::Teams | ChannelKind::Discord | ChannelKind::Mattermost => {
                one(plain, markdown, text::markdown)?
            }
            // A program gets the facts; the text is for those that show it.
            ChannelKind::Webhook => one(plain, include_str!("templates/mail.txt"), text::plain)?,
            ChannelKind::Mail => {
                one(own.map(|name| format!("{name}.txt")), include_str!("templates/mail.txt"), text::plain)?
            }
        };
        let html = match channel.kind {
            ChannelKind::Mail => {
                let file = own.map(|name| format!("{name}.html"));
                Some(one(file, include_str!("templates/mail.html"), text::html)?)
            }
            _ => None,
        };
        Ok(Self { text, html })
    }

    /// A piece of news as the channel's text. `url` is its whole address, `words` those of the theme.
    pub fn text(&self, event: &Event, url: Option<&str>, words: &Value) -> Result<String, Box<Diagnostic>> {
        self.text.render(event, url, words)
    }

    /// The same as HTML; empty for channels without.
    pub fn html(&self, event: &Event, url: Option<&str>, words: &Value) -> Result<String, Box<Diagnostic>> {
        self.html.as_ref().map_or(Ok(String::new()), |html| html.render(event, url, words))
    }
}

impl Template {
    fn load(
        file: Option<String>,
        built_in: &str,
        root: &Path,
        escape: tera::EscapeFn,
    ) -> Result<Self, Box<Diagnostic>> {
        let (file, source) = match file {
            Some(file) => {
                let source = fs::read_to_string(root.join(&file)).map_err(|error| {
                    let message = format!("the template `{file}` can't be read: {error}");
                    let help = "`template` of a channel is a path beside site.toml; for mail, NAME.txt and NAME.html are read";
                    Box::new(Diagnostic::error("broadcast/template", message).help(help))
                })?;
                (file, source)
            }
            None => ("built-in template".to_owned(), built_in.to_owned()),
        };
        let mut tera = Tera::new();
        tera.set_escape_fn(escape);
        // Everything that is put in is escaped, whatever the template is called.
        tera.autoescape_on(vec![TEXT]);
        tera.add_raw_template(TEXT, &source).map_err(|error| broken(&file, &error))?;
        Ok(Self { tera, file })
    }

    fn render(&self, event: &Event, url: Option<&str>, words: &Value) -> Result<String, Box<Diagnostic>> {
        let mut context = Context::new();
        context.insert("event", &event.what);
        context.insert("item", &event.news);
        context.insert("url", &url);
        context.insert("t", words);
        let text = self.tera.render(TEXT, &context).map_err(|error| broken(&self.file, &error))?;
        Ok(text.trim().to_owned())
    }
}

fn broken(file: &str, error: &tera::Error) -> Box<Diagnostic> {
    let message = format!("the template can't be used: {error}");
    let help = "it gets `item`, `event`, `url` and `t`, as the reference of broadcasts says";
    Box::new(Diagnostic::error("broadcast/template", message).at(Span::file(file)).help(help))
}
