//! A run over channels: each is told what its ledger does not have, and the ledger is saved before and after each message.

use super::BroadcastArgs;
use super::site::Site;
use crate::broadcast::{
    ChannelLedger, Decision, Delivery, Entry, Event, Ledger, Message, News, Payload, Receiver, Sender,
    Setting, State, Templates, decide, is_open, messages,
};
use crate::cli::ui::{Exit, Ui};
use crate::config::broadcast::{BroadcastConfig, ChannelConfig, ChannelKind};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::diagnostic::nearest::nearest;
use crate::record::{Audience, Moment};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A run: what all channels have in common.
pub(super) struct Run<'a> {
    pub args: &'a BroadcastArgs,
    pub config: &'a BroadcastConfig,
    pub root: PathBuf,
    pub now: Moment,
    pub sites: BTreeMap<Audience, Site>,
    pub sender: Sender,
    pub ui: &'a Ui,
}

impl Run<'_> {
    /// Tells each channel what it does not know, and says how it ended at worst.
    pub(super) fn all(&self, channels: &[&ChannelConfig]) -> Result<Exit, Box<Diagnostic>> {
        let file = self.root.join(&self.config.ledger);
        let _lock = if self.args.dry_run { None } else { Some(self.lock()?) };
        let mut ledger = Ledger::load(&file)?.unwrap_or_default();
        let mut worst = Exit::Clean;
        for channel in channels {
            let exit = self.channel(channel, &mut ledger, &file)?;
            if exit.code() > worst.code() {
                worst = exit;
            }
        }
        Ok(worst)
    }

    /// Two runs at once would tell everything twice.
    fn lock(&self) -> Result<fs::File, Box<Diagnostic>> {
        let path = self.root.join(".annals/broadcast.lock");
        let failed =
            |reason: String| Box::new(Diagnostic::error("broadcast/busy", reason).help("wait for it to end"));
        let file = path
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::File::create(&path))
            .map_err(|error| failed(format!("`{}` can't be written: {error}", path.display())))?;
        file.try_lock().map_err(|_| failed("another broadcast of this site is running".to_owned()))?;
        Ok(file)
    }

    fn channel(
        &self,
        channel: &ChannelConfig,
        ledger: &mut Ledger,
        file: &Path,
    ) -> Result<Exit, Box<Diagnostic>> {
        let Some(site) = self.sites.get(&channel.audience) else { return Ok(Exit::Clean) };
        let name = &channel.name;
        self.hint(channel, site);
        let is_first = !ledger.channels.contains_key(name);
        let mut told = ledger.channels.remove(name).unwrap_or_default();
        if is_first || self.args.baseline {
            let count = self.note_all(&mut told, &site.news, is_first);
            let word = if self.args.dry_run { "would count" } else { "count" };
            self.ui.say(&format!("{name}: {count} news {word} as told already"));
        }
        let decision = decide(channel, &told, &site.news, site.is_whole());
        for id in &decision.forgotten {
            told.news.remove(id);
        }
        told.news.extend(decision.noted.clone());
        ledger.channels.insert(name.clone(), told);
        self.save(ledger, file)?;
        if self.args.baseline {
            return Ok(Exit::Clean);
        }
        let Decision { events, uncertain, .. } = decision;
        let mut exit = Exit::Clean;
        // A webhook tells by the key what it has already: the same news, in a message of their own, have the same key.
        if self.args.resend || channel.kind == ChannelKind::Webhook {
            if !uncertain.is_empty() {
                exit = self.tell(channel, site, uncertain, ledger, file)?;
            }
        } else if !uncertain.is_empty() {
            for event in &uncertain {
                let title = printable(&event.news.title);
                self.ui.complain(&format!("{name}: nobody knows whether it was told: {title}"));
            }
            let help = "look there, then run it again with `--resend`, or with `--baseline` if it arrived";
            self.ui.complain(&format!("  = help: {help}"));
            exit = Exit::Findings;
        }
        let sent = self.tell(channel, site, events, ledger, file)?;
        Ok(if sent.code() > exit.code() { sent } else { exit })
    }

    /// Says of a filter that lets nothing through.
    fn hint(&self, channel: &ChannelConfig, site: &Site) {
        let catalogue = &site.planned.library.catalogue;
        if catalogue.services.is_empty() {
            return;
        }
        for service in channel.services.iter().filter(|service| catalogue.service_name(service).is_none()) {
            let near = nearest(service, catalogue.services.keys().map(String::as_str));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let name = &channel.name;
            self.ui.complain(&format!("{name}: these readers know no service `{service}`{near}"));
        }
    }

    /// Notes news as told without telling them. Of a first run, those that `--since` asks for are left.
    fn note_all(&self, told: &mut ChannelLedger, all: &[News], is_first: bool) -> usize {
        let since = self.args.since.filter(|_| is_first).map(|since| since.day());
        let is_old = |news: &&News| {
            since.as_ref().is_none_or(|since| news.date.as_ref().is_none_or(|day| day < since))
        };
        let mut count = 0;
        for news in all.iter().filter(is_old) {
            let state = match told.news.get(&news.id).map(|entry| entry.state) {
                Some(State::Sent | State::Sending) => State::Sent,
                Some(State::Withdrawn) if news.withdrawn => State::Withdrawn,
                _ => State::Known,
            };
            told.news.insert(news.id.clone(), Entry::of(news, state));
            count += 1;
        }
        count
    }

    fn save(&self, ledger: &Ledger, file: &Path) -> Result<(), Box<Diagnostic>> {
        if self.args.dry_run { Ok(()) } else { ledger.save(file) }
    }

    /// Makes messages of events and sends them.
    fn tell(
        &self,
        channel: &ChannelConfig,
        site: &Site,
        events: Vec<Event>,
        ledger: &mut Ledger,
        file: &Path,
    ) -> Result<Exit, Box<Diagnostic>> {
        let name = &channel.name;
        if events.is_empty() {
            self.ui.say(&format!("{name}: nothing is new"));
            return Ok(Exit::Clean);
        }
        let mut digest = None;
        if let Some(config) = &channel.digest {
            let last = ledger.channels.get(name).and_then(|told| told.digest.clone());
            digest = is_open(config, self.now.at, last.as_deref());
            if digest.is_none() {
                self.ui.say(&format!("{name}: {} news wait for the next digest", events.len()));
                return Ok(Exit::Clean);
            }
        } else if events.len() > self.config.most {
            let message = format!(
                "{} messages would go to `{name}`, and {} at most may",
                events.len(),
                self.config.most
            );
            let help = "look at them with `--dry-run --channel`; then raise `broadcast.most`, or note them as told with `--baseline`";
            if !self.args.dry_run {
                return Err(Box::new(Diagnostic::error("broadcast/most", message).help(help)));
            }
            self.ui.complain(&format!("{message}: {help}"));
        }
        let events = events.into_iter().map(|event| site.may_tell(event)).collect::<Vec<_>>();
        let all = self.messages(channel, site, &events)?;
        if self.args.dry_run {
            all.iter().for_each(|message| self.print(channel, message));
            return Ok(Exit::Clean);
        }
        let receiver = Receiver::of(channel, &self.root)?;
        let mut exit = Exit::Clean;
        for message in &all {
            let before = ledger.begin(name, &message.events);
            ledger.save(file)?;
            let delivery = receiver.deliver(&self.sender, message);
            let headline = printable(&message.headline);
            match delivery {
                Delivery::Sent => {
                    ledger.settle(name, &message.events);
                    if let (Some(day), Some(told)) = (&digest, ledger.channels.get_mut(name)) {
                        told.digest = Some(day.clone());
                    }
                    self.ui.say(&format!("{name}: told: {headline}"));
                }
                Delivery::Refused(reason) => {
                    ledger.restore(name, before);
                    self.ui.complain(&format!("{name}: not told: {headline}: {reason}"));
                    exit = Exit::Environment;
                }
                Delivery::Unknown(reason) => {
                    self.ui
                        .complain(&format!("{name}: nobody knows whether it was told: {headline}: {reason}"));
                    exit = Exit::Environment;
                }
            }
            ledger.save(file)?;
        }
        Ok(exit)
    }

    /// The messages of a channel, none of which says what its audience may not know.
    fn messages(
        &self,
        channel: &ChannelConfig,
        site: &Site,
        events: &[Event],
    ) -> Result<Vec<Message>, Box<Diagnostic>> {
        let templates = Templates::load(channel, &self.root)?;
        let config = &site.planned.library.config.site;
        let base = channel.base_url.as_deref().or(config.base_url.as_deref());
        let renderer = site.planned.renderer.as_ref();
        let words = renderer.map(|renderer| renderer.theme.words()).unwrap_or_default();
        let setting = Setting {
            channel,
            site: &config.title,
            language: &config.language,
            base,
            words: &words,
            templates: &templates,
            now: self.now,
        };
        let all = messages(events, &setting)?;
        if let Some(search) = &site.search {
            for message in &all {
                search.look("broadcast", message.payload.bytes());
            }
            if let Some(leak) = search.leaks().into_iter().next() {
                return Err(Box::new(leak));
            }
        }
        Ok(all)
    }

    /// Prints what would go out, but for what only the environment knows.
    fn print(&self, channel: &ChannelConfig, message: &Message) {
        let bytes = String::from_utf8_lossy(message.payload.bytes());
        let head = match &message.payload {
            Payload::Post(_) => {
                let mut head = format!(
                    "POST ${}\nContent-Type: application/json\n",
                    channel.url_env.as_deref().unwrap_or("")
                );
                if channel.kind == ChannelKind::Webhook {
                    head.push_str(&format!("webhook-id: {0}\nIdempotency-Key: {0}\n", message.key));
                    if let Some(secret) = &channel.secret_env {
                        head.push_str(&format!("webhook-signature: made with ${secret}\n"));
                    }
                }
                head + "\n"
            }
            Payload::Mail { to, .. } => format!("MAIL to {}\n", to.join(", ")),
        };
        self.ui.print(&format!("=== {}\n{head}{bytes}\n", channel.name));
    }
}
