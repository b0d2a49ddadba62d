//! Cases that end early, open again, are one household entered twice, or become two.

use events::facts::household::{
    ContactBy, EnteredWrongly, Evidence, ExitFinding, MergedBecause, PanelFinding, RefusedBecause, ReopenedBecause,
};
use events::facts::people::Relation;
use events::id::{HouseholdId, PersonId};

use super::Tale;
use crate::demo::script::{Act, Cursor};
use crate::desk::Order;
use crate::rules::household::Command;
use crate::rules::household::command::{
    CloseRefused, EnterSustainedSupport, MergeInto, MoveAway, PostExitCheck, ProposeSustainedSupport, ReopenCase,
    ResumeContact, SplitHousehold, UndoMerge, WithdrawIdentification,
};
use crate::rules::household::course::merging::GoingOver;
use crate::rules::household::course::splitting::Leaving;

impl Tale<'_> {
    /// Entered by mistake; now and then it turns out to exist after all.
    pub(super) fn is_entered_in_error(&mut self, mut at: Cursor) -> bool {
        if !self.chance().permille(15) {
            return false;
        }
        let days = self.chance().between(2, 9);
        at.later(days);
        let because = self.chance().pick(&[
            EnteredWrongly::EnteredTwice,
            EnteredWrongly::NoSuchHousehold,
            EnteredWrongly::Exercise,
        ]);
        let withdraw = WithdrawIdentification { happened_on: Some(at.day), because };
        self.script.ask(&mut at, self.supervisor, Command::WithdrawIdentification(withdraw));
        self.script.cut_after(at.recorded);
        if self.chance().percent(25) {
            self.is_reopened(&mut at, ReopenedBecause::FoundAgain, 120);
        }
        true
    }

    /// The household refuses or moves away while work is under way; some are back later.
    pub(super) fn ends_otherwise(&mut self, mut at: Cursor) -> bool {
        if !self.chance().percent(6) {
            return false;
        }
        let days = self.chance().between(5, 90);
        at.later(days);
        if self.chance().percent(55) {
            self.refuses(at);
        } else {
            self.moves_away(at);
        }
        true
    }

    fn refuses(&mut self, mut at: Cursor) {
        let because = self.chance().pick(&[
            RefusedBecause::NoHelpWanted,
            RefusedBecause::NoTime,
            RefusedBecause::DataNotShared,
            RefusedBecause::Shame,
        ]);
        let refuse = CloseRefused { happened_on: Some(at.day), because, said_by: None, words: None };
        self.script.ask(&mut at, self.caseworker, Command::CloseRefused(refuse));
        self.script.cut_after(at.recorded);
        if self.chance().percent(40) {
            let days = self.chance().between(20, 150);
            at.later(days);
            let by = self.chance().pick(&[ContactBy::Household, ContactBy::Telephone, ContactBy::Others]);
            let resume = ResumeContact { happened_on: Some(at.day), by, words: None };
            self.script.ask(&mut at, self.caseworker, Command::ResumeContact(resume));
        }
    }

    /// To Khon Kaen, to Bangkok, or nobody knows where; a third come back.
    pub(super) fn moves_away(&mut self, mut at: Cursor) {
        let to = self.chance().pick(&["4001", "10", ""]).parse().ok();
        let away = MoveAway { happened_on: Some(at.day), to, words: None };
        self.script.ask(&mut at, self.caseworker, Command::MoveAway(away));
        self.script.cut_after(at.recorded);
        if self.chance().percent(33) {
            self.is_reopened(&mut at, ReopenedBecause::CameBack, 200);
        }
    }

    fn is_reopened(&mut self, at: &mut Cursor, because: ReopenedBecause, within: i64) {
        let days = self.chance().between(15, within);
        at.later(days);
        let reopen = ReopenCase { happened_on: Some(at.day), because, words: None };
        self.script.ask(at, self.supervisor, Command::ReopenCase(reopen));
    }

    /// Some who were found not poor ask to be looked at again, and the village agrees.
    pub(super) fn appeals(&mut self, mut at: Cursor) {
        if !self.chance().percent(15) {
            return;
        }
        self.is_reopened(&mut at, ReopenedBecause::Appeal, 60);
        self.is_visited(&mut at);
        self.is_judged(&mut at, PanelFinding::Poor);
    }

    /// A few who left poverty are found to be poor again, by a check, and their case opens.
    pub(super) fn relapses(&mut self, mut at: Cursor) {
        if !self.chance().percent(12) {
            return;
        }
        let days = self.chance().between(15, 90);
        at.later(days);
        let check = PostExitCheck {
            happened_on: Some(at.day),
            finding: ExitFinding::Relapsed,
            evidence: Evidence::Seen,
            net_per_resident_month: None,
            remarks: None,
        };
        self.script.ask(&mut at, self.caseworker, Command::PostExitCheck(check));
        self.is_reopened(&mut at, ReopenedBecause::Relapse, 30);
    }

    /// Where nobody can work, support goes on for as long as it is needed, if two people agree.
    pub(super) fn is_supported(&mut self, mut at: Cursor) {
        if self.home.worker().is_some() || !self.chance().percent(60) {
            return;
        }
        at.thread = self.script.thread();
        let days = self.chance().between(120, 240);
        at.later(days);
        let propose = ProposeSustainedSupport { happened_on: Some(at.day) };
        // Help may not have arrived, or an age may not be known: then nothing comes of it.
        let act = Act::Try { command: Box::new(Command::ProposeSustainedSupport(propose)), else_ask: None };
        self.script.enter(&mut at, 0, self.caseworker, act);
        let days = self.chance().between(5, 30);
        at.later(days);
        let enter = EnterSustainedSupport { happened_on: Some(at.day) };
        let act = Act::Try { command: Box::new(Command::EnterSustainedSupport(enter)), else_ask: None };
        self.script.enter(&mut at, 0, self.supervisor, act);
    }

    /// The same household is entered once more by another hand, seen some days later, and mostly merged for good.
    pub(super) fn is_entered_twice(&mut self, mut at: Cursor) {
        if !self.chance().permille(20) {
            return;
        }
        let again = HouseholdId::derived(self.world.root, &format!("household/{}/again", self.home.number));
        let mut identify = self.home.identify((self.lao, self.corner), at.day, &mut self.script.chance);
        let Some(mut head) = identify.members.first().cloned() else { return };
        let person = PersonId::derived(self.world.root, &format!("household/{}/again/head", self.home.number));
        let same_as = head.person.replace(person);
        identify.members = vec![head];
        let order = |command| Act::Ask(Box::new(Order::Household { id: again, command }));
        self.script.enter(&mut at, 0, self.caseworker, order(Command::Identify(Box::new(identify))));
        let days = self.chance().between(1, 2);
        at.later(days);
        let merge = MergeInto {
            happened_on: Some(at.day),
            into: self.home.id,
            because: MergedBecause::EnteredTwice,
            members: vec![GoingOver { person, same_as, relation: None }],
        };
        self.script.enter(&mut at, 0, self.supervisor, order(Command::MergeInto(merge)));
        if self.chance().percent(30) {
            at.later(1);
            let undo = UndoMerge { happened_on: Some(at.day) };
            self.script.enter(&mut at, 0, self.supervisor, order(Command::UndoMerge(undo)));
        }
    }

    /// A grown child founds a household of her own.
    pub(super) fn founds_another(&mut self, mut at: Cursor, person: PersonId) {
        let household = HouseholdId::derived(self.world.root, &format!("household/{}/formed", self.home.number));
        let members = vec![Leaving { person, relation: Relation::Head }];
        let split = SplitHousehold { happened_on: Some(at.day), household, members };
        self.script.ask(&mut at, self.supervisor, Command::SplitHousehold(split));
    }
}
