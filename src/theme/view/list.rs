//! Views of lists: their rows, panels, cards and further pages.

use super::action::ActionView;
use super::on_call::DutyView;
use super::value::{FactView, LinkView, SeverityView, TimeView};
use serde::Serialize;

/// A list of pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ListView {
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub description: String,
    /// Kind of most pages.
    pub kind: &'static str,
    /// Labelled values: a service's owner, a team's contact.
    pub facts: Vec<FactView>,
    /// Links out of the site.
    pub links: Vec<LinkView>,
    /// Other ways to the same pages: runbooks by service and by alert.
    pub ways: Vec<LinkView>,
    /// What is missing in it, with the list that shows where: alerts that have no runbook.
    pub gap: Option<LinkView>,
    /// Shorter lists above the list.
    pub panels: Vec<PanelView>,
    /// Open action items.
    pub actions: Vec<ActionView>,
    /// Who is on call.
    pub on_call: Vec<DutyView>,
    /// Sections, or terms.
    pub sections: Vec<CardView>,
    /// Pages.
    pub items: Vec<ItemView>,
    /// Where the list goes on.
    pub pager: Option<PagerView>,
    /// How a page is added to it in a browser.
    pub new_page: Option<NewPageView>,
}

/// A row of a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ItemView {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Kind of page, or `release`.
    pub kind: String,
    /// What the kind is called; empty where the list has only one kind.
    pub kind_label: String,
    /// One or two sentences.
    pub description: String,
    /// Its day.
    pub date: Option<TimeView>,
    /// Its severity.
    pub severity: Option<SeverityView>,
    /// Its state.
    pub status: Option<&'static str>,
    /// Names of its services.
    pub services: Vec<String>,
    /// What else it tells in a word or two: how long it took, how much of it is still open.
    pub marks: Vec<MarkView>,
    /// What the rows from this one on are called, where a list has several kinds of page.
    pub heading: Option<String>,
}

/// A word or two in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct MarkView {
    /// What it says: `63 min`, `2 open`.
    pub text: String,
    /// What that is a value of; empty where the words say so themselves.
    pub label: String,
    /// Class of its badge, such as `state-open`; empty for plain text.
    pub class: &'static str,
}

/// A section or a term in a list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CardView {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// One sentence.
    pub description: String,
    /// Pages in it.
    pub count: usize,
}

/// A shorter list on the home page, or above the list of a term.
#[derive(Debug, Clone, Serialize)]
pub struct PanelView {
    /// Title.
    pub title: String,
    /// How many rows it would have if it had room for all, where that is worth a number.
    pub count: Option<usize>,
    /// Its rows.
    pub items: Vec<ItemView>,
    /// Where the rest is.
    pub more: Option<LinkView>,
}

/// Pages of a list.
#[derive(Debug, Clone, Serialize)]
pub struct PagerView {
    /// This one, from 1.
    pub number: usize,
    /// How many.
    pub count: usize,
    /// Address of the one before.
    pub previous: Option<String>,
    /// Address of the one after.
    pub next: Option<String>,
}

/// How a page is added in a browser.
#[derive(Debug, Clone, Serialize)]
pub struct NewPageView {
    /// What a page of the kind is called.
    pub kind: String,
    /// Address of the forge's editor.
    pub url: String,
    /// The page's text, where the editor does not get it by the address.
    pub text: Option<String>,
}
