//! The tables: what each command does to a household that is in this state, or that it may not.

use chrono::{Duration, NaiveDate};

use super::Ask;
use super::answer::Answer::{self, Done, Kept, No, Same, Several};
use super::answer::{answered, asked, missed, said, when};
use super::home::{Home, Person, Queue};
use crate::rules::household::command::Name;

/// What belongs to entering a household: everything else is work on it.
const ENTERING: [Name; 12] = [
    Name::AddSource,
    Name::RecordListStatus,
    Name::RecordAddress,
    Name::CorrectAddress,
    Name::RecordHouseCode,
    Name::AddMember,
    Name::CorrectMember,
    Name::NoteSamePerson,
    Name::AssignCaseworker,
    Name::UnassignCaseworker,
    Name::WriteNote,
    Name::WithdrawIdentification,
];

impl Home {
    /// Asks for one thing on a day; `scoring` is the version in force.
    pub(super) fn ask(&mut self, ask: &Ask, today: NaiveDate, scoring: u32) -> Answer {
        let answer = self.answer(ask, today, scoring);
        let again = ask.name == Name::ReopenCase && ask.because() == "found_again";
        if ![No, Same].contains(&answer) && !ENTERING.contains(&ask.name) && !again {
            self.worked = true;
        }
        answer
    }

    fn answer(&mut self, ask: &Ask, today: NaiveDate, scoring: u32) -> Answer {
        let (n, how) = (ask.n, ask.how);
        let (open, closed) = (self.open(), self.closed());
        let day = |days: i64| today + Duration::days(days);
        match ask.name {
            // There is one already, and it is not asked here how one is taken back.
            Name::Identify | Name::RetractFact => No,
            Name::AddSource => when(true, if self.sources.insert(how) { Done } else { Same }),
            Name::RecordListStatus => {
                if std::mem::replace(&mut self.listed, true) {
                    Same
                } else {
                    Done
                }
            }
            Name::WriteNote => Done,
            Name::AssignCaseworker if self.cared_for && how.is_multiple_of(2) => when(!closed, Same),
            Name::AssignCaseworker => {
                let may = !closed && how.is_multiple_of(2);
                self.cared_for |= may;
                when(may, Done)
            }
            Name::UnassignCaseworker => {
                if std::mem::take(&mut self.cared_for) {
                    Done
                } else {
                    Same
                }
            }
            Name::RecordAddress => when(!closed, said(&mut self.address, how, closed)),
            Name::CorrectAddress if self.address.is_none() => No,
            Name::CorrectAddress => said(&mut self.address, how, false),
            Name::MoveWithinArea if self.tambon == how % 2 => when(!closed, Same),
            Name::MoveWithinArea => {
                if !closed {
                    (self.tambon, self.address, self.code) = (how % 2, None, None);
                }
                when(!closed, Done)
            }
            Name::RecordHouseCode => said(&mut self.code, how % 2, false),
            Name::AttachDocument => when(self.documents.insert(n), Done),
            Name::ReceiveComplaint => asked(&mut self.complaints, n, day(15)),
            Name::AnswerComplaint => answered(&mut self.complaints, n),
            Name::NoteComplaintOverdue => missed(&mut self.complaints, n, today),
            Name::ReceiveRightsRequest => {
                let ask = asked(&mut self.requests, n, day(if how % 4 == 1 { 90 } else { 30 }));
                if ask == Done && how % 4 >= 2 {
                    self.restrictions.insert(n, false);
                }
                ask
            }
            Name::AnswerRightsRequest => {
                let answer = answered(&mut self.requests, n);
                if let (Done, Some(holds)) = (answer, self.restrictions.get_mut(&n)) {
                    *holds = true;
                }
                answer
            }
            Name::LiftRestriction => {
                let held = self.restrictions.get_mut(&n).map(std::mem::take);
                if held == Some(true) { Done } else { No }
            }
            Name::NoteRightsRequestOverdue => missed(&mut self.requests, n, today),
            Name::ErasePersonalData => match self.case.people.get(&n) {
                None => No,
                Some(it) if it.erased => Same,
                Some(_) => {
                    self.erased.insert(n);
                    self.forget_erased();
                    Kept
                }
            },
            Name::AddMember => {
                let (head, known) = (how == 0, self.case.people.get(&n));
                let taken = known.is_some_and(|it| it.here || it.died || it.erased) || head && self.headed();
                let may = !closed && !taken;
                if may {
                    let she = Person { here: true, head, lives: how != 1, able: how != 2, died: false, erased: false };
                    self.case.people.insert(n, she);
                }
                when(may, Done)
            }
            Name::RemoveMember => when(!closed && self.gone(n, false, closed), Done),
            Name::RecordDeath => {
                let may = self.gone(n, true, false);
                if may && !closed && self.present().count() == 0 {
                    self.close("closed:dissolved");
                    return Several;
                }
                when(may, Done)
            }
            Name::CorrectMember => {
                let able = how.is_multiple_of(2);
                let Some(it) = self.case.people.get_mut(&n).filter(|it| !it.erased) else { return No };
                it.able = able;
                // Whether anything was another is the wire's to say: the sex changes too.
                Several
            }
            Name::ChangeResidenceStatus => {
                let lives = how.is_multiple_of(2);
                let Some(it) = self.case.people.get_mut(&n).filter(|it| it.here && !closed) else { return No };
                if std::mem::replace(&mut it.lives, lives) == lives { Same } else { Done }
            }
            Name::ChangeHead => {
                let may = !closed && self.here(n);
                if may && self.case.people[&n].head {
                    return Same;
                }
                if may {
                    // Who left as the head is noted so for ever.
                    self.case.people.values_mut().filter(|it| it.here).for_each(|it| it.head = false);
                    self.case.people.entry(n).and_modify(|it| it.head = true);
                }
                when(may, Done)
            }
            Name::GroupFamily => when(!closed && self.here(n), Several),
            Name::NoteSamePerson => match (self.case.people.contains_key(&n), self.alike.get(&n)) {
                (false, _) | (true, Some(true)) => No,
                (true, Some(false)) => Same,
                (true, None) => {
                    self.alike.insert(n, false);
                    Done
                }
            },
            Name::RejectSamePerson => match self.alike.get_mut(&n) {
                None => No,
                Some(two) => {
                    if std::mem::replace(two, true) {
                        Same
                    } else {
                        Done
                    }
                }
            },
            Name::Dissolve => self.ends(!closed && self.living() == 0, "closed:dissolved"),
            Name::AttemptVisit => {
                if !closed {
                    self.vain.insert(today);
                }
                when(!closed, Done)
            }
            Name::VisitHome => self.visit(today),
            Name::FollowUpVisit => {
                let may = open && self.case.stage >= 3;
                if may {
                    self.last_met = Some(today);
                    self.rise(3, today);
                }
                when(may, Done)
            }
            Name::PlanVisit => self.plan(ask, today),
            Name::NoteContactOverdue => match ask.contact(self) {
                Some(clock) if self.noted.contains(&clock) => Same,
                Some((_, by)) if today <= by => No,
                Some(clock) => {
                    self.noted.insert(clock);
                    Kept
                }
                None => Same,
            },
            Name::HoldPanel => {
                if open {
                    self.found = Some(ask.finding());
                }
                when(open, Done)
            }
            Name::Verify => {
                let may = open && self.case.stage == 0 && self.visited && self.found == Some("poor");
                if may {
                    (self.case.stage, self.case.due) = (1, Some(("assessment", day(30))));
                }
                when(may, Done)
            }
            Name::FindNotPoor => {
                let may = open && self.case.stage == 0 && self.visited && self.found == Some("not_poor");
                self.ends(may, "closed:not_poor")
            }
            Name::CloseUnreachable => {
                let since = self.vain.iter().filter(|on| self.last_met.is_none_or(|met| **on > met)).count();
                self.ends(open && since >= 3, "closed:unreachable")
            }
            Name::CloseRefused => self.ends(open, "closed:refused"),
            Name::MoveAway => self.ends(!closed, "closed:moved_away"),
            Name::WithdrawIdentification => {
                self.ends(open && self.case.stage == 0 && !self.worked, "closed:entered_in_error")
            }
            Name::ResumeContact => {
                let may = ["closed:refused", "closed:unreachable"].contains(&self.case.standing);
                if may {
                    self.reopen(self.case.stage, "open", today);
                }
                when(may, Done)
            }
            Name::ReopenCase => self.reopened(ask.because(), today),
            Name::MergeInto => self.merge(),
            Name::UndoMerge => match self.before_merge.take() {
                None => No,
                Some(before) => {
                    self.case = *before;
                    self.forget_erased();
                    Kept
                }
            },
            Name::SplitHousehold => {
                let known = self.case.people.get(&n).is_some_and(|it| !it.erased);
                let may = !closed && known && self.here(n) && self.present().count() > 1 && !self.formed.contains(&how);
                if may {
                    self.formed.insert(how);
                    self.gone(n, false, false);
                }
                when(may, Kept)
            }
            Name::Assess => self.assess(ask, today, scoring),
            Name::RescoreAssessment => match self.assessed.last_mut() {
                Some((_, _, by)) if !closed => {
                    if std::mem::replace(by, scoring) == scoring {
                        Same
                    } else {
                        Done
                    }
                }
                _ => No,
            },
            Name::RecordIncome => when(!closed, Done),
            Name::RecordNeed => {
                let may = open && !self.case.needs.contains_key(&n);
                if may {
                    self.case.needs.insert(n, (true, 2, ""));
                }
                when(may, Done)
            }
            Name::PrioritiseNeed => {
                let said = (true, 1 + how, "panel");
                let Some(it) = self.case.needs.get_mut(&n).filter(|it| it.0 && !closed) else { return No };
                if std::mem::replace(it, said) == said { Same } else { Done }
            }
            Name::CloseNeed => {
                if self.case.referrals.values().any(|it| it.need == n && it.at != Queue::Ended) {
                    return No;
                }
                let Some(it) = self.case.needs.get_mut(&n).filter(|it| it.0 && !closed) else { return No };
                it.0 = false;
                Done
            }
            Name::GiveConsent => {
                let may = !closed && !self.consents.contains_key(&n) && !self.consents.values().any(|it| *it);
                if may {
                    self.consents.insert(n, true);
                }
                when(may, Done)
            }
            Name::WithdrawConsent => self.no_longer_agrees(n),
            Name::MakeReferral => self.refer(n, 1 + how % 2, ask.whom(), today),
            Name::AcceptReferral => self.accept(n, day(30)),
            Name::DeclineReferral => when(self.moves(n, &[Queue::ToAnswer], Queue::Ended, today), Kept),
            Name::ReturnReferral => when(self.moves(n, &[Queue::ToAnswer], Queue::Returned, today), Done),
            Name::TakeBackAcceptance => when(self.moves(n, &[Queue::ToDeliver], Queue::ToAnswer, day(7)), Kept),
            Name::ResubmitReferral => when(self.moves(n, &[Queue::Returned], Queue::ToAnswer, day(7)), Done),
            Name::RerouteReferral => self.reroute(n, how, day(7)),
            Name::EscalateReferral => self.escalate(n, 1 + how % 2),
            Name::RemindAgency => self.waiting(n, false).map_or(No, |it| when(it.reminded.insert(today), Done)),
            Name::ExtendDeadline => self.extend(ask, today),
            Name::WithdrawReferral => {
                let all = [Queue::ToAnswer, Queue::ToDeliver, Queue::Returned];
                when(self.moves(n, &all, Queue::Ended, today), Kept)
            }
            Name::CompleteReferral => self.complete(n, how, today),
            Name::NoteResponseOverdue => self.overdue(n, Queue::ToAnswer, today),
            Name::NoteDeliveryOverdue => self.overdue(n, Queue::ToDeliver, today),
            Name::DeliverAssistance => self.deliver(ask, today),
            Name::ConfirmAssistance => {
                let Some(it) = self.help.get_mut(&n).filter(|it| !closed && !it.reversed) else { return No };
                when(it.confirmed.replace(how % 3) != Some(how % 3), Done)
            }
            // Asked of the whole life: it goes on as if the help had never counted.
            Name::ReverseAssistance => when(!closed && self.help.get(&n).is_some_and(|it| !it.reversed), Several),
            Name::EnrolInModel => {
                let poor = self.level().is_some_and(|level| level <= 2);
                let may = open && self.case.stage >= 2 && poor && self.able() > 0 && !self.case.enrolled;
                if may {
                    (self.case.enrolled, self.took_part) = (true, true);
                    self.rise(3, today);
                }
                when(may, Kept)
            }
            Name::RecordModelResult => when(!closed && self.took_part && self.results.insert(n), Done),
            Name::LeaveModel => when(!closed && std::mem::take(&mut self.case.enrolled), Kept),
            Name::ProposeGraduation => self.propose(false, self.out_of_poverty(), ask),
            Name::ProposeSustainedSupport => {
                self.propose(true, self.living() > 0 && self.able() == 0 && self.sure(), ask)
            }
            Name::DeclineGraduation => {
                let may = open && self.case.proposal.is_some_and(|(_, who)| who != ask.actor());
                if may {
                    self.case.proposal = None;
                }
                when(may, Done)
            }
            Name::Graduate => {
                let may = open && self.approves(false, ask) && self.out_of_poverty();
                if may {
                    self.leave(5, "graduated", today);
                }
                when(may, Done)
            }
            Name::EnterSustainedSupport => {
                let may = open && self.approves(true, ask) && self.living() > 0 && self.able() == 0 && self.sure();
                if may {
                    self.leave(self.case.stage, "sustained", today);
                }
                when(may, Done)
            }
            Name::PostExitCheck => self.checked(ask, today),
            Name::NotePostExitCheckMissed => self.check_missed(today),
        }
    }
}
