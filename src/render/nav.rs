//! Navigation: a page's own neighbourhood, whose size does not grow with the site.

use super::Renderer;
use crate::site::{
    ACTIONS, ALERTS, ARCHIVE, AUDIT, METRICS, ON_CALL, PACKAGES, REVIEW, RouteKind, Section, SectionId,
};
use crate::theme::view::{LinkView, NavItem, NavView};

/// Pages beside the one being read.
const SIBLINGS: usize = 40;

/// Lists that one turns to when something is wrong. The others are folded, so that the page's neighbours stay in view.
const FIRST: [&str; 6] = [ALERTS, ON_CALL, "services/", PACKAGES, ARCHIVE, ACTIONS];

impl Renderer {
    /// Navigation for a page of `section` whose address is `current`; `place` is the page's place in the section, none
    /// for the section's own list.
    pub(super) fn nav(&self, section: SectionId, current: &str, place: Option<usize>) -> NavView {
        let site = &self.site;
        let mut chain: Vec<&Section> = Vec::new();
        let mut at = site.section(section);
        while let Some(section) = at {
            chain.push(section);
            at = section.parent.and_then(|parent| site.section(parent));
        }
        chain.reverse();
        let link = |section: &&Section| LinkView {
            title: self.section_title(section).to_owned(),
            url: section.url.clone(),
        };
        let trail_end = if place.is_none() { chain.len().saturating_sub(1) } else { chain.len() };
        let trail = chain.get(1..trail_end).unwrap_or_default().iter().map(link).collect();
        let top = chain.get(1).map(|section| section.id);
        let home = site.section(SectionId(0));
        let (first, others): (Vec<_>, Vec<_>) =
            self.fixed_roots(current).into_iter().partition(|root| FIRST.contains(&root.url.as_str()));
        let in_others = others.iter().any(|root| root.current);
        let roots = home
            .into_iter()
            .flat_map(|home| &home.sections)
            .filter_map(|id| site.section(*id))
            .map(|section| NavItem {
                title: self.section_title(section).to_owned(),
                url: section.url.clone(),
                current: Some(section.id) == top,
            })
            .chain(first)
            .collect();
        let Some(section) = site.section(section).filter(|section| section.parent.is_some()) else {
            return NavView { trail, roots, others, in_others, ..NavView::default() };
        };
        let item = |title: &str, address: &str| NavItem {
            title: title.to_owned(),
            url: address.to_owned(),
            current: address == current,
        };
        // The window moves with the page, so that it is always in view. Only what it shows is looked at.
        let (sections, pages) = (&section.sections, &section.pages);
        let count = sections.len() + pages.len();
        let place = place.map_or(0, |place| sections.len() + place);
        let start = place.saturating_sub(SIBLINGS / 2).min(count.saturating_sub(SIBLINGS));
        let first = sections.iter().filter_map(|id| site.section(*id)).skip(start);
        let mut siblings: Vec<NavItem> =
            first.take(SIBLINGS).map(|section| item(self.section_title(section), &section.url)).collect();
        let rest = pages.iter().skip(start.saturating_sub(sections.len())).take(SIBLINGS - siblings.len());
        siblings
            .extend(rest.filter_map(|id| site.entry(*id)).map(|entry| item(entry.nav_title(), &entry.url)));
        let more =
            (count > SIBLINGS).then(|| LinkView { title: format!("{count} →"), url: section.url.clone() });
        NavView { trail, roots, others, in_others, parent: Some(link(&section)), siblings, more }
    }

    /// A section's title; one that comes from its kind or its folder, since no page gives it, in the site's language.
    pub(super) fn section_title<'a>(&'a self, section: &'a Section) -> &'a str {
        if section.entry.is_some() { &section.title } else { self.theme.label(&section.title) }
    }

    /// Roots that are not folders of the content.
    pub(super) fn fixed_roots(&self, current: &str) -> Vec<NavItem> {
        self.site
            .taxonomies
            .iter()
            .map(|taxonomy| NavItem {
                title: self.theme.label(&taxonomy.plural).to_owned(),
                url: format!("{}/", taxonomy.slug),
                current: current.starts_with(&format!("{}/", taxonomy.slug)),
            })
            .chain((!self.site.packages.is_empty()).then(|| NavItem {
                title: self.theme.word("packages").to_owned(),
                url: PACKAGES.to_owned(),
                current: current.starts_with(PACKAGES),
            }))
            .chain(self.record_roots(current))
            .collect()
    }

    /// Lists of records that the site has.
    fn record_roots<'a>(&'a self, current: &'a str) -> impl Iterator<Item = NavItem> + 'a {
        let roots = [
            (ON_CALL, "on_call"),
            (ARCHIVE, "archive"),
            (ACTIONS, "actions"),
            (ALERTS, "alerts"),
            (METRICS, "metrics"),
            (REVIEW, "review_queue"),
            (AUDIT, "audit"),
        ];
        let made = |root: &str| {
            let route = self.site.route(&format!("{root}index.html"));
            route.is_some_and(|route| matches!(route.kind, RouteKind::Record(_)))
        };
        roots.into_iter().filter(move |(root, _)| made(root)).map(|(root, word)| NavItem {
            title: self.theme.word(word).to_owned(),
            url: root.to_owned(),
            current: current.starts_with(root),
        })
    }
}
