//! `annals broadcast`

use super::session::{Planned, Session};
use super::ui::{Exit, Ui};
use crate::broadcast::{
    ChannelLedger, Decision, Delivery, Entry, Event, Ledger, Message, News, Payload, Receiver, Sender,
    Setting, State, Templates, What, decide, is_open, messages, news, word_of,
};
use crate::config::broadcast::{BroadcastConfig, ChannelConfig, ChannelKind};
use crate::diagnostic::human::printable;
use crate::diagnostic::nearest::nearest;
use crate::diagnostic::{Diagnostic, Level, SourceMap};
use crate::leak::Search;
use crate::record::{Audience, Moment};
use crate::theme::Theme;
use clap::Args;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Arguments of `annals broadcast`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  annals broadcast --dry-run\n  annals broadcast\n  annals broadcast --channel team --since 2026-11-01\n\nThe first run for a channel tells nothing: all that is there counts as told already, but for what `--since` names. Addresses and passwords come from the environment variables that site.toml names.\n\nExit codes: 0 all was told, 1 nobody knows whether a message arrived, 2 wrong usage or configuration, 3 a receiver could not be reached or refused."
)]
pub struct BroadcastArgs {
    /// Print exactly what would go out; send and note nothing
    #[arg(long)]
    dry_run: bool,
    /// Only this channel; may be given several times
    #[arg(long, value_name = "NAME")]
    channel: Vec<String>,
    /// For a channel that was never told anything: also tell what is of this day or later
    #[arg(long, value_parser = super::build::moment, value_name = "DATE", conflicts_with = "baseline")]
    since: Option<Moment>,
    /// Tell nothing, and note all that is there as told
    #[arg(long, conflicts_with = "dry_run")]
    baseline: bool,
    /// Send again what a run that broke off left uncertain
    #[arg(long)]
    resend: bool,
    /// The present: by default, now
    #[arg(long, value_parser = super::build::moment, value_name = "DATE")]
    now: Option<Moment>,
}

/// A run: what all channels have in common.
struct Run<'a> {
    args: &'a BroadcastArgs,
    config: &'a BroadcastConfig,
    root: PathBuf,
    now: Moment,
    sites: BTreeMap<Audience, Site>,
    sender: Sender,
    ui: &'a Ui,
}

/// The site as an audience sees it.
struct Site {
    planned: Planned,
    news: Vec<News>,
    /// What the audience may not be told, for the public.
    search: Option<Search>,
}

pub(super) fn run(args: &BroadcastArgs, directory: Option<&Path>, ui: &Ui) -> Exit {
    let mut session = match Session::open(directory, ui) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let config = session.project.config.clone();
    let config = &config.broadcast;
    let channels = match chosen(config, &args.channel) {
        Ok(channels) => channels,
        Err(diagnostic) => return complain(ui, *diagnostic, Exit::Usage),
    };
    let now = args.now.unwrap_or_else(|| Moment::from_timestamp(jiff::Timestamp::now()));
    let mut sites = BTreeMap::new();
    for channel in &channels {
        if let Slot::Vacant(slot) = sites.entry(channel.audience) {
            match site(&mut session, channel.audience, now, config, ui) {
                Ok(site) => slot.insert(site),
                Err(exit) => return exit,
            };
        }
    }
    let root = session.project.root.clone();
    let sender = Sender::new(Duration::from_secs(config.timeout));
    let run = Run { args, config, root, now, sites, sender, ui };
    match run.all(&channels) {
        Ok(exit) => exit,
        Err(diagnostic) => {
            let exit = match diagnostic.rule {
                "broadcast/template" | "broadcast/most" | "broadcast/environment" => Exit::Usage,
                "output/leak" => Exit::Findings,
                _ => Exit::Environment,
            };
            complain(ui, *diagnostic, exit)
        }
    }
}

fn complain(ui: &Ui, diagnostic: Diagnostic, exit: Exit) -> Exit {
    ui.show(&mut vec![diagnostic], &SourceMap::default());
    exit
}

/// The channels that are to be told.
fn chosen<'a>(
    config: &'a BroadcastConfig,
    names: &[String],
) -> Result<Vec<&'a ChannelConfig>, Box<Diagnostic>> {
    if config.channels.is_empty() {
        let help = "name one under `[[broadcast.channels]]`, as the how-to on a first broadcast shows";
        return Err(Box::new(
            Diagnostic::error("broadcast/channel", "site.toml names no channel").help(help),
        ));
    }
    let known = || config.channels.iter().map(|channel| channel.name.as_str());
    if let Some(name) = names.iter().find(|name| !known().any(|known| known == name.as_str())) {
        let diagnostic =
            Diagnostic::error("broadcast/channel", format!("site.toml names no channel `{name}`"));
        return Err(Box::new(match nearest(name, known()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help(format!("it names {}", known().collect::<Vec<_>>().join(", "))),
        }));
    }
    Ok(config.channels.iter().filter(|channel| names.is_empty() || names.contains(&channel.name)).collect())
}

/// Plans the site for an audience. Nothing is told of a site that could not be built.
fn site(
    session: &mut Session,
    audience: Audience,
    now: Moment,
    config: &BroadcastConfig,
    ui: &Ui,
) -> Result<Site, Exit> {
    session.with(false, Some(audience), Some(now));
    let planned = session.plan();
    let errors = planned.found.iter().filter(|found| found.level == Level::Error);
    let mut errors: Vec<Diagnostic> = errors.cloned().collect();
    let Some(renderer) = planned.renderer.as_ref().filter(|_| errors.is_empty()) else {
        ui.show(&mut errors, &planned.sources());
        ui.complain("nothing was told: the site can't be built");
        return Err(Exit::Findings);
    };
    let news = news(&renderer.site, config.due_days);
    let search = (audience == Audience::Public).then(|| Search::of(&renderer.site)).flatten();
    Ok(Site { news, search, planned })
}

impl Site {
    /// A page that became internal is taken back without its title: that may be what is internal.
    fn may_tell(&self, mut event: Event) -> Event {
        let is_restricted = self.search.as_ref().is_some_and(|search| search.has(&event.news.title));
        if event.what == What::Withdrawn && is_restricted {
            let word = |theme: &Theme| theme.word(word_of(event.news.kind)).to_owned();
            event.news.title =
                self.planned.renderer.as_ref().map(|renderer| word(&renderer.theme)).unwrap_or_default();
        }
        event
    }
}

impl Run<'_> {
    fn all(&self, channels: &[&ChannelConfig]) -> Result<Exit, Box<Diagnostic>> {
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
        let decision = decide(channel, &told, &site.news, is_whole(&site.planned));
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

/// Whether the histories are whole, so that what they lack is gone.
fn is_whole(planned: &Planned) -> bool {
    let library = &planned.library;
    let sources = library
        .histories
        .iter()
        .all(|history| !history.facts.shallow && history.facts.missing_commits.is_empty());
    let count = library.config.sources.len();
    sources && library.histories.len() >= count && library.head().is_none_or(|head| !head.shallow)
}
