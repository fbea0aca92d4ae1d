//! Records: what each kind of page says, typed.
//!
//! Takes front matter and Markdown, gives typed records with the places that diagnostics need. Knows nothing of
//! files, routes or HTML.

mod action;
pub mod calendar;
pub mod fields;
pub mod front_matter;
mod kind;
mod kinds;
mod list;
mod milestones;
mod moment;
pub mod period;
mod recurrence;
pub mod rota;
mod severity;
mod timeline;

pub use action::{ActionItem, ActionKind, action_items};
pub use fields::Audience;
pub use front_matter::{Fields, FrontMatter};
pub use kind::Kind;
pub use kinds::{FieldConfig, FieldType, KindConfig, Kinds};
pub use milestones::{Milestones, minutes_in_words};
pub use moment::Moment;
pub use severity::Severity;
pub use timeline::{Milestone, TimelineEntry, timeline};
