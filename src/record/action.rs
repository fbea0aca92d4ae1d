//! Action items of a retro, as data.

use super::list::{Row, rows};
use super::moment::Moment;
use crate::markdown::{Outline, Prepared};
use serde::Serialize;
use std::collections::HashSet;
use std::ops::Range;

/// A task agreed in a retro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionItem {
    /// Its number in the retro, from 1; the id is `A` and the number.
    pub number: usize,
    /// What is to be done.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
    /// Team or person, without the `@`.
    pub owner: Option<String>,
    /// Due day.
    pub due: Option<Moment>,
    /// What it does about the incident.
    pub kind: Option<ActionKind>,
    /// Ticket or pull request, as it is written.
    pub tracker: Option<String>,
    /// Where it stands in the page's body.
    pub span: Range<usize>,
}

/// What an action item does about incidents of its sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    /// They don't happen again.
    Prevent,
    /// They are noticed sooner.
    Detect,
    /// They do less harm.
    Mitigate,
    /// What broke is repaired.
    Repair,
    /// More is learned.
    Investigate,
    /// How people work changes.
    Process,
    /// Anything else.
    Other,
}

impl ActionKind {
    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_lowercase().as_str() {
            "prevent" | "prevention" => Self::Prevent,
            "detect" | "detection" => Self::Detect,
            "mitigate" | "mitigation" => Self::Mitigate,
            "repair" | "fix" => Self::Repair,
            "investigate" | "investigation" => Self::Investigate,
            "process" => Self::Process,
            "other" => Self::Other,
            _ => return None,
        })
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prevent => "prevent",
            Self::Detect => "detect",
            Self::Mitigate => "mitigate",
            Self::Repair => "repair",
            Self::Investigate => "investigate",
            Self::Process => "process",
            Self::Other => "other",
        }
    }
}

/// Reads the action items of a retro: a task list or a table with the SRE book's columns.
pub fn action_items(prepared: &Prepared<'_>, outline: &Outline) -> Vec<ActionItem> {
    let wanted = |heading: &str| {
        ["action item", "actions", "next steps", "preventative measures", "follow-up", "follow up"]
            .iter()
            .any(|name| heading.contains(name))
    };
    let items: Vec<ActionItem> = rows(prepared, outline, wanted)
        .iter()
        .filter_map(|row| if row.heads.is_empty() { from_task(row) } else { from_table(row) })
        .collect();
    let mut taken: HashSet<usize> = HashSet::new();
    // A number that the author gives stays, whatever is put before it.
    let own: Vec<bool> = items.iter().map(|item| item.number > 0 && taken.insert(item.number)).collect();
    let mut last = 0;
    let mut numbered = Vec::with_capacity(items.len());
    for (item, own) in items.into_iter().zip(own) {
        last = if own { item.number } else { (last + 1..).find(|number| taken.insert(*number)).unwrap_or(0) };
        numbered.push(ActionItem { number: last, ..item });
    }
    numbered
}

/// `- [ ] Canary pushes per region @edge-team due:2026-04-01 (prevent) #482`; a plain list item counts too.
fn from_task(row: &Row) -> Option<ActionItem> {
    let mut item = ActionItem {
        number: 0,
        text: String::new(),
        done: row.done.unwrap_or(false),
        owner: None,
        due: None,
        kind: None,
        tracker: None,
        span: row.span.clone(),
    };
    let mut words = Vec::new();
    for word in row.cells.first()?.split_whitespace() {
        let bare = word.trim_matches([',', ';']);
        if let Some(owner) = bare.strip_prefix('@').filter(|owner| !owner.is_empty()) {
            item.owner.get_or_insert_with(|| owner.to_owned());
        } else if let Some(due) = bare.strip_prefix("due:").and_then(Moment::parse) {
            item.due.get_or_insert(due);
        } else if let Some(kind) =
            bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).and_then(ActionKind::from_word)
        {
            item.kind.get_or_insert(kind);
        } else if is_tracker(bare) && item.tracker.is_none() {
            item.tracker = Some(bare.to_owned());
        } else if let Some(number) = own_number(bare).filter(|_| words.is_empty()) {
            item.number = number;
        } else {
            words.push(word);
        }
    }
    item.text = words.join(" ");
    (!item.text.is_empty()).then_some(item)
}

/// `A3:` at the start of an item.
fn own_number(word: &str) -> Option<usize> {
    let number = word.strip_prefix('A')?.strip_suffix([':', '.'])?.parse().ok()?;
    (1..=9999).contains(&number).then_some(number)
}

fn is_tracker(word: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.strip_prefix('#').is_some_and(number)
        || word.split_once('-').is_some_and(|(project, rest)| {
            number(rest) && project.len() >= 2 && project.bytes().all(|byte| byte.is_ascii_uppercase())
        })
}

fn from_table(row: &Row) -> Option<ActionItem> {
    let text = row
        .cell(&["action", "item", "what", "description", "task"])
        .or(row.cells.first().map(String::as_str))?;
    if text.is_empty() {
        return None;
    }
    let status = row.cell(&["status", "state", "done"]).unwrap_or_default().to_lowercase();
    let tracker = row.cell(&["bug", "ticket", "issue", "tracker", "link"]).map(str::to_owned);
    let finished = |text: &str| {
        ["done", "closed", "complete", "yes", "x", "✓", "✅"]
            .iter()
            .any(|word| text.split_whitespace().any(|w| w.trim_matches(['(', ')', '*']) == *word))
    };
    // The SRE book writes `**DONE**` beside the bug's number.
    let done = finished(&status) || tracker.as_deref().is_some_and(|cell| finished(&cell.to_lowercase()));
    let column = row.heads.iter().position(|head| head.trim() == "id");
    let id = column.and_then(|column| row.cells.get(column));
    let number: Option<usize> = id.and_then(|id| id.trim().trim_start_matches('A').parse().ok());
    Some(ActionItem {
        number: number.filter(|number| (1..=9999).contains(number)).unwrap_or(0),
        text: text.to_owned(),
        done,
        owner: row.cell(&["owner", "who", "assignee"]).map(|owner| owner.trim_start_matches('@').to_owned()),
        due: row.cell(&["due", "deadline", "date"]).and_then(Moment::parse),
        kind: row.cell(&["type", "kind"]).and_then(ActionKind::from_word),
        tracker,
        span: row.span.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{outline, prepare};

    fn read(body: &str) -> Vec<ActionItem> {
        let prepared = prepare(body, true, &|_| Err("none".into()));
        let outline = outline(&prepared, false);
        action_items(&prepared, &outline)
    }

    #[test]
    fn a_task_in_full_dress_is_read() {
        let items = read(
            "## Action items\n\n- [ ] Canary pushes per region @edge-team due:2026-04-01 (prevent) #482\n- [x] Alert on age @maria (detect) OPS-12\n",
        );
        assert_eq!(items.len(), 2);
        let first = &items[0];
        assert_eq!(first.text, "Canary pushes per region");
        assert_eq!(first.owner.as_deref(), Some("edge-team"));
        assert_eq!(first.due.unwrap().day(), "2026-04-01");
        assert_eq!((first.kind, first.done), (Some(ActionKind::Prevent), false));
        assert_eq!((items[1].tracker.as_deref(), items[1].done), (Some("OPS-12"), true));
    }

    #[test]
    fn the_table_of_the_sre_book_is_read() {
        let items = read(
            "## Action Items\n\n| Action Item | Type | Owner | Bug |\n| --- | --- | --- | --- |\n| Update playbook | mitigate | jennifer | n/a **DONE** |\n| Flux test | prevent | martym | 5554823 |\n",
        );
        assert_eq!(items.len(), 2);
        assert!(items[0].done && !items[1].done);
        assert_eq!(items[1].owner.as_deref(), Some("martym"));
        assert_eq!(items[1].kind, Some(ActionKind::Prevent));
    }

    #[test]
    fn an_item_keeps_the_number_that_its_author_gave() {
        let prepared = prepare(
            "## Action items\n\n- [ ] New\n- [ ] A4: Old\n- [ ] Next A9: x\n- [ ] A4: Twice\n",
            true,
            &|_| Err("none".into()),
        );
        let outline = outline(&prepared, false);
        let found: Vec<_> =
            action_items(&prepared, &outline).into_iter().map(|item| (item.number, item.text)).collect();
        assert_eq!(
            found,
            [(1, "New".into()), (4, "Old".into()), (5, "Next A9: x".to_owned()), (6, "Twice".into())]
        );
    }
}
