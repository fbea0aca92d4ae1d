//! Views of rotations.

use super::value::LinkView;
use serde::Serialize;

/// A rotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyView {
    /// Its name in the catalogue.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Where its shifts are listed.
    pub url: String,
    /// Its anchor there.
    pub id: String,
    /// Services that one is on call for; without an address where none has a page.
    pub services: Vec<LinkView>,
    /// Its team.
    pub team: Option<LinkView>,
    /// The zone of its times.
    pub zone: String,
    /// The day that `current` and `next` are of.
    pub as_of: String,
    /// Who is on call.
    pub current: Vec<ShiftView>,
    /// Who comes next.
    pub next: Vec<ShiftView>,
    /// Shifts that are going on or to come.
    pub shifts: Vec<ShiftView>,
    /// Address of its calendar.
    pub calendar: String,
}

/// A time on call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftView {
    /// Who.
    pub who: String,
    /// Whether somebody stands in.
    pub covers: bool,
    /// From when, on the clock of the rotation's zone.
    pub from: String,
    /// Until when.
    pub until: String,
    /// From when, in UTC.
    pub from_machine: String,
    /// Until when.
    pub until_machine: String,
}
