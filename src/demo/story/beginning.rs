//! How a household is found, visited, heard, judged and surveyed.

use events::facts::household::{Evidence, NotMet, PanelFinding, Seen};

use super::{FOUND_BEFORE, Tale};
use crate::demo::plan::DemoError;
use crate::demo::script::Cursor;
use crate::demo::survey;
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::AssignCaseworker;
use crate::rules::household::command::{AttemptVisit, CloseUnreachable, FindNotPoor, HoldPanel, Verify, VisitHome};

impl Tale<'_> {
    /// Entered by the caseworker of the place, who is then named as the one to look after it.
    pub(super) fn is_found(&mut self, at: &mut Cursor) -> Result<(), DemoError> {
        let before = if self.script.chance.percent(80) { 0 } else { self.script.chance.between(1, FOUND_BEFORE) };
        let happened = at.day - chrono::Duration::days(before);
        let identify = self.home.identify((self.lao, self.corner), happened, &mut self.script.chance);
        self.script.ask(at, self.caseworker, Command::Identify(Box::new(identify)));
        let caseworker = self.world.staff.caller(self.caseworker)?.staff;
        if self.script.chance.percent(96) {
            let mut assigned = *at;
            assigned.later(self.script.chance.between(0, 2));
            let assign = AssignCaseworker { happened_on: Some(assigned.day), caseworker };
            self.script.ask(&mut assigned, self.supervisor, Command::AssignCaseworker(assign));
        }
        Ok(())
    }

    /// Nobody is there.
    fn comes_in_vain(&mut self, at: &mut Cursor) {
        let because = self.chance().weighted(&[
            (60, NotMet::NobodyHome),
            (20, NotMet::ComeAgain),
            (8, NotMet::HouseNotFound),
            (6, NotMet::RoadImpassable),
            (6, NotMet::Empty),
        ]);
        let attempt = AttemptVisit { happened_on: Some(at.day), because };
        self.script.ask(at, self.caseworker, Command::AttemptVisit(attempt));
    }

    /// Three attempts on three days, or more, and then the case is closed.
    pub(super) fn is_never_met(&mut self, mut at: Cursor) {
        for _ in 0..self.chance().between(3, 4) {
            let days = self.chance().between(4, 21);
            at.later(days);
            self.comes_in_vain(&mut at);
        }
        let days = self.chance().between(1, 15);
        at.later(days);
        let close = CloseUnreachable { happened_on: Some(at.day) };
        self.script.ask(&mut at, self.caseworker, Command::CloseUnreachable(close));
    }

    fn is_met(&mut self, at: &mut Cursor, seen: Seen) {
        let late = self.lateness();
        let head = self.home.member(|_| true);
        let visit = VisitHome {
            happened_on: Some(at.day),
            informant: head.filter(|_| self.script.chance.percent(88)),
            seen,
            remarks: words::visit(&mut self.script.chance),
        };
        self.script.ask_late(at, late, self.caseworker, Command::VisitHome(visit));
    }

    /// The first visit: mostly within two weeks, sometimes at the second try.
    pub(super) fn is_visited(&mut self, at: &mut Cursor) {
        let days = if self.chance().percent(82) { self.chance().between(1, 13) } else { self.chance().between(14, 60) };
        at.later(days);
        while self.chance().percent(22) {
            self.comes_in_vain(at);
            let days = self.chance().between(2, 12);
            at.later(days);
        }
        let seen = self.chance().weighted(&[(80, Seen::Poor), (15, Seen::Unclear), (5, Seen::NotPoor)]);
        self.is_met(at, seen);
    }

    fn is_heard(&mut self, at: &mut Cursor, finding: PanelFinding) {
        let days = self.chance().between(3, 35);
        at.later(days);
        let attended = self.chance().between(8, 64);
        let remarks = words::panel(&mut self.script.chance);
        let panel = HoldPanel { happened_on: Some(at.day), attended, finding, remarks };
        let late = self.lateness();
        self.script.ask_late(at, late, self.caseworker, Command::HoldPanel(panel));
    }

    /// A village that does not agree is heard again after another visit.
    fn is_heard_until(&mut self, at: &mut Cursor, finding: PanelFinding) {
        if self.chance().percent(5) {
            self.is_heard(at, PanelFinding::Undecided);
            let days = self.chance().between(5, 20);
            at.later(days);
            self.is_met(at, Seen::Unclear);
        }
        self.is_heard(at, finding);
        let days = self.chance().between(0, 6);
        at.later(days);
    }

    /// Surveyed, and found not really poor.
    pub(super) fn is_found_not_poor(&mut self, mut at: Cursor) {
        self.is_heard_until(&mut at, PanelFinding::NotPoor);
        let judge = FindNotPoor { happened_on: Some(at.day) };
        self.script.ask(&mut at, self.supervisor, Command::FindNotPoor(judge));
        self.appeals(at);
    }

    /// Poor, says the village.
    pub(super) fn is_verified(&mut self, at: &mut Cursor) {
        self.is_judged(at, PanelFinding::Poor);
    }

    /// Heard by the village, and verified.
    pub(super) fn is_judged(&mut self, at: &mut Cursor, finding: PanelFinding) {
        self.is_heard_until(at, finding);
        let who = if self.chance().percent(40) { self.supervisor } else { self.caseworker };
        let verify = Verify { happened_on: Some(at.day) };
        self.script.ask(at, who, Command::Verify(verify));
    }

    /// The first survey; where answers are missing it is done again, and now and then it never is.
    pub(super) fn is_assessed(&mut self, at: &mut Cursor) -> Result<bool, DemoError> {
        let days = if self.chance().percent(85) { self.chance().between(3, 30) } else { self.chance().between(31, 80) };
        at.later(days);
        if self.chance().percent(9) {
            self.is_surveyed(at, 14)?;
            if self.chance().percent(20) {
                return Ok(false);
            }
            let days = self.chance().between(7, 40);
            at.later(days);
        }
        self.is_surveyed(at, 0)?;
        Ok(true)
    }

    /// A survey as well off as the story has it now.
    pub(super) fn is_surveyed(&mut self, at: &mut Cursor, left_out: u32) -> Result<(), DemoError> {
        let evidence = self.chance().weighted(&[(60, Evidence::Told), (32, Evidence::Seen), (8, Evidence::Document)]);
        self.is_surveyed_with(at, left_out, evidence)
    }

    pub(super) fn is_surveyed_with(
        &mut self,
        at: &mut Cursor,
        left_out: u32,
        evidence: Evidence,
    ) -> Result<(), DemoError> {
        let residents = self.home.residents();
        let mut assess = survey::assess(&self.means, residents, left_out, evidence, &mut self.script.chance)?;
        assess.happened_on = Some(at.day);
        let late = self.lateness();
        self.script.ask_late(at, late, self.caseworker, Command::Assess(Box::new(assess)));
        Ok(())
    }

    /// A visit while help is under way.
    pub(super) fn is_seen_again(&mut self, at: &mut Cursor) {
        let seen = self.chance().weighted(&[(55, Seen::Poor), (35, Seen::Unclear), (10, Seen::NotPoor)]);
        self.is_met(at, seen);
    }

    /// Contact is lost while work is under way: what is open ends with the case.
    pub(super) fn is_lost(&mut self, mut at: Cursor) {
        let days = self.chance().between(12, 45);
        at.later(days);
        for _ in 0..3 {
            self.comes_in_vain(&mut at);
            let days = self.chance().between(4, 14);
            at.later(days);
        }
        let close = CloseUnreachable { happened_on: Some(at.day) };
        self.script.ask(&mut at, self.caseworker, Command::CloseUnreachable(close));
        self.script.cut_after(at.recorded);
    }
}
