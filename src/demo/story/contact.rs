//! Keeping in touch: visits planned and made, checks after leaving, complaints, and requests under the law.

use events::facts::household::{
    ComplaintAbout, ComplaintOutcome, ErasedBecause, Evidence, ExitFinding, HelpState, LiftedBecause, Right,
    RightsAnswer,
};
use events::facts::people::Relation;
use events::id::{ComplaintId, RightsRequestId};

use super::Tale;
use crate::demo::chance::Chance;
use crate::demo::family::Member;
use crate::demo::script::{Act, Cursor};
use crate::demo::staff::Who;
use crate::demo::words;
use crate::rules::household::Command;
use crate::rules::household::command::{
    AnswerComplaint, AnswerRightsRequest, ErasePersonalData, FollowUpVisit, LiftRestriction, PlanVisit, PostExitCheck,
    ReceiveComplaint, ReceiveRightsRequest,
};

impl Tale<'_> {
    /// Tells something by a chance of its own, so that the rest of the story stays as it is.
    fn aside(&mut self, word: &str, at: Cursor, tell: impl FnOnce(&mut Self, Cursor)) {
        let word = format!("household/{}/{word}/{}", self.home.number, at.day);
        let own = Chance::of(self.world.root, &word);
        let before = std::mem::replace(&mut self.script.chance, own);
        let thread = self.script.thread();
        tell(self, Cursor { thread, ..at });
        self.script.chance = before;
    }

    /// Now and then somebody looks after the help between two visits.
    pub(super) fn is_looked_after(&mut self, at: Cursor) {
        self.aside("follow_up", at, |tale, mut at| {
            if tale.chance().percent(55) {
                let days = tale.chance().between(15, 50);
                at.later(days);
                tale.follows_up(at);
            }
        });
    }

    /// Somebody looks after the help, where some is under way.
    fn follows_up(&mut self, at: Cursor) {
        if self.chance().percent(30) {
            let days = self.chance().between(3, 12);
            let mut before = at;
            before.thread = self.script.thread();
            before.later(-days);
            if before.day > events::clock::day_of(before.recorded) {
                let planned_on = at.day;
                let plan = PlanVisit { happened_on: None, planned_on, purpose: None, words: None };
                self.tries(&mut before, Command::PlanVisit(plan));
            }
        }
        let help = self.chance().weighted(&[
            (55, HelpState::InUse),
            (20, HelpState::PartlyInUse),
            (10, HelpState::NotUsed),
            (15, HelpState::NotArrived),
        ]);
        let evidence = self.chance().pick(&[Evidence::Seen, Evidence::Seen, Evidence::Told]);
        let remarks = words::visit(&mut self.script.chance);
        let happened_on = Some(at.day);
        let follow_up = FollowUpVisit { happened_on, informant: None, help, evidence, remarks };
        let mut visited = at;
        self.tries(&mut visited, Command::FollowUpVisit(follow_up));
    }

    /// Most of those who left are looked at after half a year and after a year.
    pub(super) fn is_checked(&mut self, at: Cursor) {
        self.aside("exit", at, Self::checks);
    }

    fn checks(&mut self, mut check: Cursor) {
        for wait in [(165, 182), (150, 185)] {
            let days = self.chance().between(wait.0, wait.1);
            check.later(days);
            if self.chance().percent(30) {
                continue;
            }
            let finding = self.chance().weighted(&[
                (80, ExitFinding::StillOut),
                (8, ExitFinding::Relapsed),
                (12, ExitFinding::NotClear),
            ]);
            let amount = self.chance().between(29, 45) * 100;
            let command = PostExitCheck {
                happened_on: Some(check.day),
                finding,
                evidence: Evidence::Told,
                net_per_resident_month: Some(events::money::Baht::whole(amount)),
                remarks: None,
            };
            self.tries(&mut check, Command::PostExitCheck(command));
        }
    }

    /// A few complain, and a few ask what is known of them.
    pub(super) fn asks(&mut self, at: Cursor) {
        self.aside("voice", at, |tale, at| {
            if tale.chance().percent(7) {
                tale.complains(at);
            }
            if tale.chance().percent(5) {
                tale.uses_a_right(at);
            }
        });
    }

    /// Here and there somebody who neither heads the household nor works for it asks to be erased.
    pub(super) fn asks_to_be_forgotten(&mut self, at: Cursor) {
        let apart = |it: &Member| it.person.relation != Relation::Head && !it.works();
        self.aside("erasure", at, |tale, mut at| {
            let Some(person) = tale.home.member(apart).filter(|_| tale.chance().percent(4)) else { return };
            let days = tale.chance().between(120, 330);
            at.later(days);
            let request = RightsRequestId::derived(tale.home.id.0, "erasure_request");
            let right = Right::Erasure;
            let words = Some(words::said("ขอให้ลบข้อมูลของตน", vec![person]));
            let receive =
                ReceiveRightsRequest { happened_on: Some(at.day), request: Some(request), right, person, words };
            tale.tries(&mut at, Command::ReceiveRightsRequest(receive));
            let days = tale.chance().between(3, 25);
            at.later(days);
            let answer =
                AnswerRightsRequest { happened_on: Some(at.day), request, answer: RightsAnswer::Granted, words: None };
            tale.tries_as(&mut at, tale.supervisor, Command::AnswerRightsRequest(answer));
            let erase = ErasePersonalData {
                happened_on: Some(at.day),
                person,
                because: ErasedBecause::Asked,
                request: Some(request),
            };
            tale.tries_as(&mut at, tale.supervisor, Command::ErasePersonalData(erase));
        });
    }

    fn complains(&mut self, mut at: Cursor) {
        let days = self.chance().between(20, 200);
        at.later(days);
        let complaint = ComplaintId::derived(self.home.id.0, "complaint");
        let about = self.chance().pick(&[ComplaintAbout::Other, ComplaintAbout::Decision { sequence: Some(1) }]);
        let words = words::said("รอคำตอบมานานแล้ว", Vec::new());
        let receive = ReceiveComplaint { happened_on: Some(at.day), complaint: Some(complaint), about, words };
        self.script.ask(&mut at, self.caseworker, Command::ReceiveComplaint(receive));
        // Some wait too long for the answer.
        let days = self.chance().between(3, 28);
        at.later(days);
        let outcome = self.chance().pick(&[ComplaintOutcome::Upheld, ComplaintOutcome::NotUpheld]);
        let words = words::said("ตรวจสอบแล้วและแจ้งผลให้ทราบ", Vec::new());
        let answer = AnswerComplaint { happened_on: Some(at.day), complaint, outcome, words };
        self.script.ask(&mut at, self.supervisor, Command::AnswerComplaint(answer));
    }

    fn uses_a_right(&mut self, mut at: Cursor) {
        let Some(person) = self.home.worker() else { return };
        let days = self.chance().between(20, 200);
        at.later(days);
        let request = RightsRequestId::derived(self.home.id.0, "rights_request");
        let right = self.chance().pick(&[Right::Access, Right::Access, Right::Rectification, Right::Restriction]);
        let receive =
            ReceiveRightsRequest { happened_on: Some(at.day), request: Some(request), right, person, words: None };
        self.script.ask(&mut at, self.caseworker, Command::ReceiveRightsRequest(receive));
        let days = self.chance().between(5, 50);
        at.later(days);
        let (answer, words) = if self.chance().percent(80) {
            (RightsAnswer::Granted, None)
        } else {
            (RightsAnswer::Refused, Some(words::said("ต้องเก็บไว้ตามกฎหมาย", Vec::new())))
        };
        let lifts = right == Right::Restriction && answer == RightsAnswer::Granted;
        let answer = AnswerRightsRequest { happened_on: Some(at.day), request, answer, words };
        self.script.ask(&mut at, self.supervisor, Command::AnswerRightsRequest(answer));
        if lifts {
            let days = self.chance().between(20, 120);
            at.later(days);
            let because = LiftedBecause::Asked;
            let lift = LiftRestriction { happened_on: Some(at.day), request, because, words: None };
            self.tries_as(&mut at, self.supervisor, Command::LiftRestriction(lift));
        }
    }

    /// Asks for what the household may have gone past meanwhile.
    fn tries(&mut self, at: &mut Cursor, command: Command) {
        self.tries_as(at, self.caseworker, command);
    }

    fn tries_as(&mut self, at: &mut Cursor, who: Who, command: Command) {
        let act = Act::Try { command: Box::new(command), else_ask: None };
        self.script.enter(at, 0, who, act);
    }
}
