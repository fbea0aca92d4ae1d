//! The site as an audience sees it, and its news.

use crate::broadcast::{Event, News, What, news, word_of};
use crate::cli::session::{Planned, Session};
use crate::cli::ui::{Exit, Ui};
use crate::config::broadcast::BroadcastConfig;
use crate::diagnostic::{Diagnostic, Level};
use crate::leak::Search;
use crate::record::{Audience, Moment};
use crate::theme::Theme;

/// The site as an audience sees it.
pub(super) struct Site {
    pub planned: Planned,
    pub news: Vec<News>,
    /// What the audience may not be told, for the public.
    pub search: Option<Search>,
}

impl Site {
    /// Plans the site for an audience. Nothing is told of a site that could not be built.
    pub(super) fn of(
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

    /// A page that became internal is taken back without its title: that may be what is internal.
    pub(super) fn may_tell(&self, mut event: Event) -> Event {
        let is_restricted = self.search.as_ref().is_some_and(|search| search.has(&event.news.title));
        if event.what == What::Withdrawn && is_restricted {
            let word = |theme: &Theme| theme.word(word_of(event.news.kind)).to_owned();
            event.news.title =
                self.planned.renderer.as_ref().map(|renderer| word(&renderer.theme)).unwrap_or_default();
        }
        event
    }

    /// Whether the histories are whole, so that what they lack is gone.
    pub(super) fn is_whole(&self) -> bool {
        let library = &self.planned.library;
        let sources = library
            .histories
            .iter()
            .all(|history| !history.facts.shallow && history.facts.missing_commits.is_empty());
        let count = library.config.sources.len();
        sources && library.histories.len() >= count && library.head().is_none_or(|head| !head.shallow)
    }
}
