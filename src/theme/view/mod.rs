//! Views: what templates are given. Plain data, made for one page, never the site. All addresses are relative to the
//! site's root, so that a template writes `{{ root }}{{ item.url }}`.

mod action;
mod incident;
mod index;
mod kinds;
mod list;
mod nav;
mod on_call;
mod page;
mod value;

pub use action::{ActionView, ActionsView};
pub use incident::{CandidateView, DrawnView, MomentView, PhaseView, SimilarView};
pub use index::{GroupView, LeadView};
pub use kinds::{ChapterView, FieldView, StepView};
pub use list::{CardView, ItemView, ListView, MarkView, NewPageView, PagerView, PanelView};
pub use nav::{FeedView, NavItem, NavView, ShareView};
pub use on_call::{DutyView, ShiftView};
pub use page::{CommitLineView, DriftView, PageView, TermsView};
pub use value::{CommitView, FactView, LinkView, SeverityView, TimeView};
