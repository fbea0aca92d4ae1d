//! Where a channel's messages go, as far as only the environment knows.

use super::channel::{Message, Payload};
use super::send::{Delivery, Sender};
use super::smtp::write_mail;
use crate::config::broadcast::{ChannelConfig, ChannelKind};
use crate::diagnostic::Diagnostic;
use std::path::{Path, PathBuf};

/// Addresses and secrets of a channel. They have no `Debug`, so that nothing shows them.
pub struct Receiver {
    url: Option<String>,
    secret: Option<String>,
    smtp: Option<String>,
    folder: Option<PathBuf>,
    /// Whether the receiver tells by a message's key what it has already.
    has_keys: bool,
}

impl Receiver {
    /// Reads the variables that a channel names. `root` is the folder of `site.toml`.
    pub fn of(channel: &ChannelConfig, root: &Path) -> Result<Self, Box<Diagnostic>> {
        let value = |name: &String| match std::env::var(name) {
            Ok(value) if !value.trim().is_empty() => Ok(value.trim().to_owned()),
            _ => {
                let message = format!("the environment variable `{name}` is not set");
                let help = format!("channel `{}` needs it; CI keeps it as a secret", channel.name);
                Err(Box::new(Diagnostic::error("broadcast/environment", message).help(help)))
            }
        };
        let variable = |name: Option<&String>| name.map(value).transpose();
        let mail = channel.mail.as_ref();
        Ok(Self {
            url: variable(channel.url_env.as_ref())?,
            secret: variable(channel.secret_env.as_ref())?,
            smtp: variable(mail.and_then(|mail| mail.smtp_env.as_ref()))?,
            folder: mail.and_then(|mail| mail.folder.as_ref()).map(|folder| root.join(folder)),
            has_keys: channel.kind == ChannelKind::Webhook,
        })
    }

    /// Delivers a message. A mail is a file first, if that is asked for, and is sent then.
    pub fn deliver(&self, sender: &Sender, message: &Message) -> Delivery {
        match &message.payload {
            Payload::Post(json) => {
                let key = self.has_keys.then_some(message.key.as_str());
                sender.post(self.url.as_deref().unwrap_or_default(), json, key, self.secret.as_deref())
            }
            Payload::Mail { from, to, bytes } => {
                let written = self.folder.as_ref().map(|folder| write_mail(folder, &message.key, bytes));
                match (written, &self.smtp) {
                    (None | Some(Delivery::Sent), Some(address)) => sender.mail(address, from, to, bytes),
                    (written, _) => written.unwrap_or(Delivery::Sent),
                }
            }
        }
    }
}
