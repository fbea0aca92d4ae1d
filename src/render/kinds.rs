//! What demos, decisions, paths and kinds of the site's own show beside their text.

use super::Renderer;
use crate::record::fields::{DemoFields, PathFields};
use crate::record::{FieldType, Kind};
use crate::site::{Entry, Place};
use crate::theme::view::{ChapterView, FieldView, LinkView, PageView, StepView};
use serde_json::{Map, Value};

impl Renderer {
    /// A demo: its recording, its release, its chapters.
    pub(super) fn demo(&self, entry: &Entry, demo: &DemoFields, view: &mut PageView) {
        view.shows = demo.release.as_ref().map(|release| self.release_link(&release.0));
        let recording = demo.recording.as_deref().and_then(|written| self.recording(entry, written));
        let headings = entry.page.outline.headings.iter();
        view.chapters = headings
            .filter_map(|heading| {
                let (time, seconds) = chapter(&heading.text)?;
                Some(ChapterView {
                    time: time.to_owned(),
                    seconds,
                    title: heading.text.get(time.len()..).unwrap_or_default().trim().to_owned(),
                    id: heading.id.clone(),
                    recording: recording.as_ref().map(|link| FieldView {
                        url: Some(at(link.url.as_deref().unwrap_or_default(), seconds)),
                        ..link.clone()
                    }),
                })
            })
            .collect();
        view.player = recording.as_ref().filter(|link| !link.is_outside).and_then(player);
        view.recording = recording;
    }

    /// A recording on the web, or a file of the site.
    fn recording(&self, entry: &Entry, written: &str) -> Option<FieldView> {
        let label = self.theme.word("recording").to_owned();
        let view = |url: String, is_outside| FieldView {
            label: label.clone(),
            value: written.to_owned(),
            url: Some(url),
            is_outside,
        };
        if is_web(written) {
            return Some(view(written.to_owned(), true));
        }
        match self.site.resolve(entry, written).place {
            Place::Address(address, _) => Some(view(address, false)),
            _ => None,
        }
    }

    /// The steps of a path, in order, each with what a reader should know before it is relied on.
    pub(super) fn steps(&self, entry: &Entry, path: &PathFields) -> Vec<StepView> {
        let public = self.site.library.built_for == crate::record::Audience::Public;
        let step = |name: &String| {
            let Some(page) = self.site.named(entry, name, None) else {
                // A name that a public build does not find may be that of an internal page.
                return (!public).then(|| StepView { title: name.clone(), ..StepView::default() });
            };
            Some(StepView {
                title: page.page.title.clone(),
                url: Some(page.url.clone()),
                kind_label: self.kind_label(page.page.kind),
                description: page.page.description(),
                is_stale: self.review(&page.page).1
                    || !crate::site::review::drift(&self.site.library, &page.page).is_empty(),
            })
        };
        path.steps.0.iter().filter_map(step).collect()
    }

    /// Decisions that a decision took the place of.
    pub(super) fn replaced(&self, entry: &Entry) -> Vec<LinkView> {
        let ids = self.site.replaced(entry.id).iter().filter_map(|id| self.site.entry(*id));
        ids.map(|entry| LinkView { title: entry.page.title.clone(), url: entry.url.clone() }).collect()
    }

    /// The fields of a page of a kind of the site's own, in the order in which the kind has them.
    pub(super) fn own_fields(
        &self,
        entry: &Entry,
        kind: Kind,
        values: &Map<String, Value>,
    ) -> Vec<FieldView> {
        let fields = self.site.library.config.all_kinds.fields(kind).iter();
        fields
            .filter_map(|field| {
                let value = values.get(&field.name)?;
                let label = field.label.clone().unwrap_or_else(|| field.name.replace(['_', '-'], " "));
                let plain = FieldView { label, value: self.text_of(value), url: None, is_outside: false };
                Some(match field.sort {
                    FieldType::Url if is_web(&plain.value) => {
                        FieldView { url: Some(plain.value.clone()), is_outside: true, ..plain }
                    }
                    FieldType::Page => match self.site.named(entry, &plain.value, None) {
                        Some(page) => {
                            FieldView { value: page.page.title.clone(), url: Some(page.url.clone()), ..plain }
                        }
                        None if self.site.library.built_for == crate::record::Audience::Public => {
                            return None;
                        }
                        None => plain,
                    },
                    _ => plain,
                })
            })
            .collect()
    }

    fn text_of(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Bool(true) => self.theme.word("yes").to_owned(),
            Value::Bool(false) => self.theme.word("no").to_owned(),
            Value::Array(items) => items.iter().map(|item| self.text_of(item)).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// The element that plays a recording, by its media type.
fn player(recording: &FieldView) -> Option<&'static str> {
    let name = recording.url.as_deref()?.split(['#', '?']).next()?;
    match name.rsplit_once('.')?.1.to_lowercase().as_str() {
        "mp4" | "m4v" | "webm" | "ogv" => Some("video"),
        "mp3" | "m4a" | "ogg" | "oga" | "opus" | "wav" => Some("audio"),
        _ => None,
    }
}

/// The time that a heading begins with, as written and in seconds: `12:30 The export`, `1:02:30 Questions`.
fn chapter(heading: &str) -> Option<(&str, u32)> {
    let time = heading.split_whitespace().next()?.trim_end_matches([':', '–', '-']);
    let parts: Vec<&str> = time.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut seconds = 0_u32;
    for (at, part) in parts.iter().enumerate() {
        let number: u32 = part.parse().ok().filter(|number| at == 0 || *number < 60)?;
        if part.len() > 3 || at > 0 && part.len() != 2 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    heading.starts_with(time).then_some((time, seconds))
}

/// The address of a recording at a time: a media fragment (<https://www.w3.org/TR/media-frags/>), or what a host that
/// does not read those takes instead.
fn at(recording: &str, seconds: u32) -> String {
    let host = recording.split('/').nth(2).unwrap_or_default().trim_start_matches("www.");
    let base = recording.split('#').next().unwrap_or_default();
    if matches!(host, "youtube.com" | "youtu.be") {
        let joint = if base.contains('?') { '&' } else { '?' };
        return format!("{base}{joint}t={seconds}s");
    }
    format!("{base}#t={seconds}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_begins_with_a_time_is_a_chapter() {
        assert_eq!(chapter("12:30 The export"), Some(("12:30", 750)));
        assert_eq!(chapter("1:02:03 – Questions"), Some(("1:02:03", 3723)));
        for heading in ["Transcript", "12 monkeys", "9:5 odds", "12:75 no", "a:b", "2026-03-14 09:00", ""] {
            assert_eq!(chapter(heading), None, "{heading}");
        }
    }

    #[test]
    fn a_recording_opens_at_the_time() {
        assert_eq!(at("https://video.example/a.webm#x", 750), "https://video.example/a.webm#t=750");
        assert_eq!(at("https://www.youtube.com/watch?v=1", 75), "https://www.youtube.com/watch?v=1&t=75s");
    }
}
