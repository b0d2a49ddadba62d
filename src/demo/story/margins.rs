//! What happens beside the way: notes, later looks into a list, people who come and go, and mistakes taken back.

use events::facts::household::{LeftBecause, ListStatus, RetractReason, StateList};
use events::facts::people::Relation;

use super::Tale;
use crate::demo::family;
use crate::demo::households::basic_needs_list;
use crate::demo::script::{Act, Cursor};
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::{AddMember, RemoveMember};
use crate::rules::household::command::{RecordListStatus, WriteNote};

impl Tale<'_> {
    /// In the weeks after a household is found.
    pub(super) fn margins(&mut self, at: Cursor) {
        if self.chance().percent(30) {
            self.is_looked_up(at);
        }
        if self.chance().percent(22) {
            self.is_noted(at, false);
        }
        if self.chance().permille(25) {
            self.is_noted(at, true);
        }
    }

    fn is_looked_up(&mut self, mut at: Cursor) {
        let days = self.chance().between(1, 40);
        at.later(days);
        let status =
            self.chance().weighted(&[(35, ListStatus::Listed), (55, ListStatus::Missed), (10, ListStatus::Unknown)]);
        let list_date = basic_needs_list(at.day);
        let look = RecordListStatus { happened_on: Some(at.day), list: StateList::Bmn, list_date, status };
        let step = self.script.ask(&mut at, self.caseworker, Command::RecordListStatus(look));
        if self.chance().percent(5) {
            self.is_taken_back(at, step, RetractReason::Untrue);
        }
    }

    fn is_noted(&mut self, mut at: Cursor, mistaken: bool) {
        let days = self.chance().between(1, 90);
        at.later(days);
        let about = self.home.worker();
        let note = words::note(about, &mut self.script.chance);
        let note = WriteNote { happened_on: Some(at.day), note };
        let step = self.script.ask(&mut at, self.caseworker, Command::WriteNote(note));
        if mistaken {
            self.is_taken_back(at, step, RetractReason::WrongHousehold);
        }
    }

    /// Somebody sees the mistake some days later.
    pub(super) fn is_taken_back(&mut self, mut at: Cursor, step: u32, reason: RetractReason) {
        let days = self.chance().between(0, 20);
        at.later(days);
        at.office_day();
        self.script.enter(&mut at, 0, self.caseworker, Act::TakeBack { step, reason });
    }

    /// People come and go once a household is helped.
    pub(super) fn changes(&mut self, at: Cursor) {
        if self.chance().percent(9) {
            let mut at = at;
            let days = self.chance().between(20, 300);
            at.later(days);
            let (id, number) = (self.home.id, self.home.number);
            let member = family::newcomer(id, number, at.day, &mut self.script.chance).person;
            let add = AddMember { happened_on: Some(at.day), member };
            let late = self.lateness();
            let step = self.script.ask_late(&mut at, late, self.caseworker, Command::AddMember(Box::new(add)));
            if self.chance().percent(8) {
                self.is_taken_back(at, step, RetractReason::EnteredTwice);
            }
        }
        let leaves = self.home.member(|it| {
            matches!(it.person.relation, Relation::Child | Relation::Sibling | Relation::Relative) && it.age >= 17
        });
        if let Some(person) = leaves
            && self.chance().percent(22)
        {
            let mut at = at;
            let days = self.chance().between(20, 360);
            at.later(days);
            if self.home.members.len() > 2 && self.chance().percent(12) {
                self.founds_another(at, person);
                return;
            }
            let because = self.chance().weighted(&[
                (60, LeftBecause::WorksElsewhere),
                (20, LeftBecause::MovedOut),
                (15, LeftBecause::Married),
                (5, LeftBecause::Institution),
            ]);
            let remove = RemoveMember { happened_on: Some(at.day), person, because };
            self.script.ask(&mut at, self.caseworker, Command::RemoveMember(remove));
        }
    }
}
