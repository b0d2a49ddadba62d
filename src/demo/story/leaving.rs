//! How a household leaves poverty: help, two good surveys half a year apart, a proposal, and a second person's yes.

use events::facts::household::{Evidence, GraduationDeclineReason, Seen};

use super::Tale;
use crate::demo::plan::DemoError;
use crate::demo::script::Cursor;
use crate::rules::household::Command;
use crate::rules::household::command::VisitHome;
use crate::rules::household::command::{DeclineGraduation, Graduate, ProposeGraduation};

impl Tale<'_> {
    /// Whether this is such a household; its whole way if it is.
    pub(super) fn leaves_poverty(&mut self, at: Cursor) -> Result<bool, DemoError> {
        if self.home.worker().is_none() || !self.chance().percent(27) {
            return Ok(false);
        }
        let _ = self.gets_help(at);
        if self.chance().percent(60) {
            self.joins(at, 75);
        }
        let mut way = at;
        let days = self.chance().between(100, 190);
        way.later(days);
        self.is_seen_again(&mut way);
        self.means = self.means.out_of_poverty(&mut self.script.chance);
        self.is_well_off(&mut way)?;
        let days = self.chance().between(186, 250);
        way.later(days);
        self.is_well_off(&mut way)?;
        let days = self.chance().between(3, 25);
        way.later(days);
        self.is_proposed(way);
        Ok(true)
    }

    fn is_well_off(&mut self, at: &mut Cursor) -> Result<(), DemoError> {
        let evidence = self.chance().pick(&[Evidence::Seen, Evidence::Seen, Evidence::Document]);
        self.is_surveyed_with(at, 0, evidence)
    }

    /// Some wait for the decision to this day, some are declined at first.
    fn is_proposed(&mut self, mut at: Cursor) {
        for round in 0..2 {
            let propose = ProposeGraduation { happened_on: Some(at.day) };
            self.script.ask(&mut at, self.caseworker, Command::ProposeGraduation(propose));
            if self.chance().percent(15) {
                if self.chance().percent(75) {
                    let days = self.chance().between(5, 25);
                    at.later(days);
                    self.moves_away(at);
                }
                return;
            }
            let days = self.chance().between(2, 28);
            at.later(days);
            if self.chance().percent(if round == 0 { 85 } else { 100 }) {
                let approve = Graduate { happened_on: Some(at.day) };
                self.script.ask(&mut at, self.supervisor, Command::Graduate(approve));
                self.script.cut_after(at.recorded);
                self.is_seen_after(at);
                self.is_checked(at);
                self.relapses(at);
                return;
            }
            let reason = self.chance().pick(&[
                GraduationDeclineReason::IncomeNotLasting,
                GraduationDeclineReason::NeedsHelp,
                GraduationDeclineReason::WeakEvidence,
            ]);
            let decline = DeclineGraduation { happened_on: Some(at.day), reason };
            self.script.ask(&mut at, self.supervisor, Command::DeclineGraduation(decline));
            let days = self.chance().between(30, 80);
            at.later(days);
        }
    }

    /// Half of them are visited once more.
    fn is_seen_after(&mut self, mut at: Cursor) {
        if self.chance().percent(50) {
            let days = self.chance().between(90, 200);
            at.later(days);
            let visit = VisitHome { happened_on: Some(at.day), informant: None, seen: Seen::NotPoor, remarks: None };
            self.script.ask(&mut at, self.caseworker, Command::VisitHome(visit));
        }
    }
}
