//! What is asked for, as it goes over the wire: small numbers, so that commands meet the same people and referrals.

use chrono::{Duration, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::super::form::{self, with};
use super::super::super::merging::OTHER;
use super::super::super::story::{CASEWORKER, COMPANY, CYCLE, MUSHROOMS, STATE, SUPERVISOR, id};
use super::home::{Home, Whom};
use crate::rules::household::command::Name;

/// One thing somebody asks for.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) name: Name,
    /// What it is about: 1 to 3.
    pub(super) n: u8,
    /// How it is said: 0 to 3.
    pub(super) how: u8,
    /// Days since what was asked before.
    pub(super) later: i64,
    /// Help that counts no longer.
    pub(super) reversed: bool,
}

/// Whatever somebody may ask next. What leads on comes up more often than what ends a story.
pub(super) fn asks() -> impl Strategy<Value = Ask> {
    let leading = [
        Name::VisitHome,
        Name::HoldPanel,
        Name::Verify,
        Name::Assess,
        Name::RecordNeed,
        Name::MakeReferral,
        Name::MakeReferral,
        Name::AcceptReferral,
        Name::ReturnReferral,
        Name::ResubmitReferral,
        Name::ResubmitReferral,
        Name::WithdrawIdentification,
        Name::Dissolve,
        Name::DeliverAssistance,
        Name::EnrolInModel,
        Name::RetractFact,
        Name::ReopenCase,
        Name::UndoMerge,
        Name::AttemptVisit,
        Name::NoteContactOverdue,
        Name::PostExitCheck,
        Name::NotePostExitCheckMissed,
        Name::DeclineGraduation,
        Name::EnterSustainedSupport,
        Name::Graduate,
        Name::ReceiveRightsRequest,
        Name::AnswerRightsRequest,
        Name::LiftRestriction,
    ];
    let name = prop_oneof![2 => prop::sample::select(Name::ALL.to_vec()), 1 => prop::sample::select(leading.to_vec())];
    let later = prop_oneof![4 => Just(0i64), 3 => 1i64..15, 1 => 15i64..200];
    (name, 1u8..4, 0u8..4, later).prop_map(|(name, n, how, later)| Ask { name, n, how, later, reversed: false })
}

fn asked(name: Name, n: u8, how: u8, later: i64) -> Ask {
    Ask { name, n, how, later, reversed: false }
}

/// How lives begin: the deep stages are hard to reach by chance.
pub(super) fn beginnings() -> Vec<Vec<Ask>> {
    let found = vec![asked(Name::Identify, 1, 0, 0)];
    let heard = |how| [asked(Name::VisitHome, 1, 0, 1), asked(Name::HoldPanel, 1, how, 0)];
    let verified = [&found[..], &heard(0), &[asked(Name::Verify, 1, 0, 0)]].concat();
    let assessed = [&verified[..], &[asked(Name::Assess, 1, 0, 3)]].concat();
    let need = asked(Name::RecordNeed, 2, 0, 1);
    let referred = [&assessed[..], &[need, asked(Name::MakeReferral, 1, 1, 1)]].concat();
    let assisted =
        [&referred[..], &[asked(Name::AcceptReferral, 1, 0, 2), asked(Name::DeliverAssistance, 1, 2, 9)]].concat();
    let ready = [&assisted[..], &[asked(Name::Assess, 1, 2, 30), asked(Name::Assess, 1, 3, 190)]].concat();
    let waiting = [&ready[..], &[asked(Name::ProposeGraduation, 1, 0, 1)]].concat();
    let left = [&waiting[..], &[asked(Name::Graduate, 1, 1, 1)]].concat();
    let ill = [&assisted[..], &[asked(Name::CorrectMember, 1, 1, 1)]].concat();
    let proposed = [&ill[..], &[asked(Name::ProposeSustainedSupport, 1, 0, 1)]].concat();
    let supported = [&proposed[..], &[asked(Name::EnterSustainedSupport, 1, 1, 1)]].concat();
    let vain = [1, 2, 3].map(|n| asked(Name::AttemptVisit, n, 0, 1));
    let in_vain = [&assisted[..], &vain].concat();
    let not_poor = [&found[..], &heard(2)].concat();
    let enrolled = [&assessed[..], &[asked(Name::EnrolInModel, 1, 0, 1), asked(Name::GiveConsent, 1, 0, 0)]].concat();
    let two = [&referred[..], &[asked(Name::AddMember, 2, 3, 0)]].concat();
    let returned = [&two[..], &[asked(Name::ReturnReferral, 1, 0, 1)]].concat();
    let nobody =
        [&two[..], &[asked(Name::RemoveMember, 1, 0, 1), asked(Name::ChangeResidenceStatus, 2, 1, 0)]].concat();
    vec![
        Vec::new(),
        found,
        verified,
        assessed,
        referred,
        assisted,
        ready,
        waiting,
        left,
        ill,
        proposed,
        supported,
        in_vain,
        not_poor,
        enrolled,
        two,
        returned,
        nobody,
    ]
}

impl Ask {
    fn pick(&self, list: [&'static str; 4]) -> &'static str {
        list[usize::from(self.how) % 4]
    }

    /// Who asks.
    pub(super) fn actor(&self) -> u128 {
        if self.how.is_multiple_of(2) { CASEWORKER } else { SUPERVISOR }
    }

    /// Whether another version of the scoring, which says the same, is published the day before.
    pub(super) fn scores_anew(&self) -> bool {
        self.name == Name::RescoreAssessment && self.how == 0
    }

    pub(super) fn because(&self) -> &'static str {
        self.pick(["appeal", "relapse", "came_back", "found_again"])
    }

    pub(super) fn finding(&self) -> &'static str {
        self.pick(["poor", "poor", "not_poor", "undecided"])
    }

    pub(super) fn exit_finding(&self) -> &'static str {
        self.pick(["still_out", "not_clear", "still_out", "relapsed"])
    }

    pub(super) fn level(&self) -> u8 {
        1 + self.how
    }

    pub(super) fn whom(&self) -> Whom {
        [Whom::Repair, Whom::Clinic, Whom::Clinic, Whom::Company][usize::from(self.how) % 4]
    }

    pub(super) fn planned(&self, today: NaiveDate) -> NaiveDate {
        today + Duration::days(i64::from(self.how) * 25)
    }

    pub(super) fn until(&self, today: NaiveDate) -> NaiveDate {
        today + Duration::days(4 + i64::from(self.how) * 12)
    }

    /// The clock whose date is said to have passed: the earlier or the later of those that run.
    pub(super) fn contact(&self, home: &Home) -> Option<(&'static str, NaiveDate)> {
        let mut clocks = home.clocks();
        clocks.retain(|it| it.0 != "post_exit_check");
        clocks.sort_by_key(|it| it.1);
        if self.how.is_multiple_of(2) { clocks.first().copied() } else { clocks.last().copied() }
    }

    /// The body, said to a household that is in this state.
    pub(super) fn body(&self, home: Option<&Home>, today: NaiveDate) -> Value {
        let (n, how) = (id(u128::from(self.n)), self.how);
        let referral = json!({"referral": n});
        let words = json!({"text": "ข้อความ"});
        let lives = |lives: bool| if lives { "registered_and_living" } else { "registered_only" };
        match self.name {
            Name::Identify => with(form::identify(), json!({"members": [person(1, "head", true)]})),
            Name::AddSource => {
                json!({"source": self.pick(["tpmap", "volunteer", "self", "neighbour"])})
            }
            Name::RecordListStatus => json!({"list": "tpmap", "list_date": "2021-12-31", "status": "missed"}),
            Name::AssignCaseworker => json!({"caseworker": id(self.actor())}),
            Name::UnassignCaseworker => json!({"because": "not_at_work"}),
            Name::RecordAddress | Name::CorrectAddress => json!({"address": {"house_no": format!("25/{how}")}}),
            Name::MoveWithinArea => {
                json!({"place": {"tambon": if how.is_multiple_of(2) { "460901" } else { "460902" }, "moo": 3}})
            }
            Name::RecordHouseCode => {
                json!({"house_code": if how.is_multiple_of(2) { "46000000014" } else { "46000000015" }})
            }
            Name::WriteNote => json!({"note": words}),
            Name::AttachDocument => json!({
                "document": n, "kind": "photo", "media_type": "image/jpeg", "size": 1,
                "sha256": format!("{:064}", self.n), "title": "บ้าน",
            }),
            Name::ReceiveComplaint => json!({"complaint": n, "about": {"what": "other"}, "words": words}),
            Name::AnswerComplaint => json!({"complaint": n, "outcome": "upheld", "words": words}),
            Name::NoteComplaintOverdue => json!({"complaint": n}),
            Name::ReceiveRightsRequest => {
                let right = ["access", "erasure", "restriction", "restriction"][usize::from(how % 4)];
                json!({"request": n, "right": right, "person": id(1)})
            }
            Name::AnswerRightsRequest => json!({"request": n, "answer": "granted"}),
            Name::LiftRestriction => json!({"request": n, "because": "asked"}),
            Name::NoteRightsRequestOverdue => json!({"request": n}),
            Name::ErasePersonalData => json!({"person": n, "because": "not_needed"}),
            Name::AddMember => {
                let relation = if how == 0 { "head" } else { "child" };
                json!({"member": with(person(self.n, relation, how != 2), json!({"residence": lives(how != 1)}))})
            }
            Name::RemoveMember => json!({"person": n, "because": "moved_out"}),
            Name::RecordDeath => json!({"person": n}),
            Name::CorrectMember => {
                let known = home.and_then(|it| it.case.people.get(&self.n));
                let relation = if known.is_some_and(|it| it.head) { "head" } else { "child" };
                let residence = lives(known.is_none_or(|it| it.lives));
                with(person(self.n, relation, how.is_multiple_of(2)), json!({"residence": residence, "sex": "unknown"}))
            }
            Name::ChangeResidenceStatus => json!({"person": n, "residence": lives(how.is_multiple_of(2))}),
            Name::ChangeHead => {
                let head = home.and_then(|it| it.case.people.iter().find(|(_, it)| it.here && it.head));
                let before = head.map(|(person, _)| json!({"person": id(u128::from(*person)), "relation": "relative"}));
                json!({"person": n, "relations": before.into_iter().collect::<Vec<_>>()})
            }
            Name::GroupFamily => json!({"family": id(1 + u128::from(how)), "members": [n]}),
            Name::NoteSamePerson => json!({"person": n, "household": id(OTHER), "other": id(11), "by": "told"}),
            Name::RejectSamePerson => json!({"person": n, "household": id(OTHER), "other": id(11)}),
            Name::AttemptVisit => json!({"because": "nobody_home"}),
            Name::VisitHome => json!({"seen": "poor"}),
            Name::PlanVisit => json!({"planned_on": self.planned(today)}),
            Name::FollowUpVisit => json!({"help": "in_use", "evidence": "seen"}),
            Name::NoteContactOverdue => {
                let (what, by) = home.and_then(|it| self.contact(it)).unwrap_or(("follow_up", today));
                json!({"what": what, "by": by})
            }
            Name::HoldPanel => json!({"attended": 5, "finding": self.finding()}),
            Name::Dissolve
            | Name::Verify
            | Name::FindNotPoor
            | Name::CloseUnreachable
            | Name::MoveAway
            | Name::UndoMerge
            | Name::ProposeGraduation
            | Name::Graduate
            | Name::ProposeSustainedSupport
            | Name::EnterSustainedSupport => json!({}),
            Name::CloseRefused => json!({"because": "no_time"}),
            Name::WithdrawIdentification => json!({"because": "entered_twice"}),
            Name::ResumeContact => json!({"by": "visit"}),
            Name::ReopenCase => json!({"because": self.because()}),
            Name::MergeInto => json!({"into": id(OTHER), "because": "moved_together"}),
            Name::SplitHousehold => {
                json!({"household": id(0x4700 + u128::from(how)), "members": [{"person": n, "relation": "head"}]})
            }
            Name::Assess => form::assess_earning(self.pick(["lowest", "low", "fair", "good"]), "90000.00"),
            Name::RescoreAssessment => json!({}),
            Name::RecordIncome => json!({"evidence": "seen", "money": form::earning("1200.00")}),
            Name::RecordNeed => form::need(u128::from(self.n)),
            Name::GiveConsent => form::consent(u128::from(self.n)),
            Name::WithdrawConsent => json!({"consent": n}),
            Name::PrioritiseNeed => json!({"need": n, "priority": 1 + how, "by": "panel"}),
            Name::CloseNeed => json!({"need": n, "because": "no_longer"}),
            Name::MakeReferral => {
                let (agency, service, basis) = match self.whom() {
                    Whom::Repair => (STATE, "repair", "public_task"),
                    Whom::Clinic => (STATE, "clinic", "public_task"),
                    Whom::Company => (COMPANY, "clinic", "consent"),
                };
                let to = json!({"agency": id(agency), "service": service, "basis": basis});
                with(form::refer(u128::from(self.n), 1 + u128::from(how % 2)), to)
            }
            Name::AcceptReferral
            | Name::ResubmitReferral
            | Name::RemindAgency
            | Name::NoteResponseOverdue
            | Name::NoteDeliveryOverdue => referral,
            Name::DeclineReferral | Name::TakeBackAcceptance => with(referral, json!({"reason": "no_capacity"})),
            Name::ReturnReferral => with(referral, json!({"reason": "document_missing"})),
            Name::RerouteReferral => with(
                referral,
                json!({
                    "agency": id(STATE), "service": if how.is_multiple_of(2) { "repair" } else { "clinic" }, "disclosed": ["names"],
                    "basis": "public_task", "reason": "no_answer",
                }),
            ),
            Name::EscalateReferral => {
                let to = if how.is_multiple_of(2) { "supervisor" } else { "operations" };
                with(referral, json!({"to": to, "reason": "urgent"}))
            }
            Name::ExtendDeadline => {
                let clock = if how.is_multiple_of(2) { "to_answer" } else { "to_deliver" };
                with(referral, json!({"clock": clock, "until": self.until(today), "reason": "season"}))
            }
            Name::WithdrawReferral => with(referral, json!({"reason": "not_wanted", "wish_of": "household"})),
            Name::CompleteReferral => {
                with(referral, json!({"outcome": if how.is_multiple_of(2) { "met" } else { "not_met" }}))
            }
            Name::DeliverAssistance => {
                let help = with(form::help(), json!({"assistance": n}));
                match how {
                    0 => with(help, referral),
                    1 => with(help, json!({"model": id(MUSHROOMS)})),
                    _ => help,
                }
            }
            Name::ConfirmAssistance => {
                let received = ["yes", "partly", "no"][usize::from(how % 3)];
                json!({"assistance": n, "how": "told", "received": received})
            }
            Name::ReverseAssistance => json!({"assistance": n, "because": "given_twice"}),
            Name::EnrolInModel => json!({"model": id(MUSHROOMS)}),
            Name::RecordModelResult => json!({
                "model": id(MUSHROOMS), "cycle": id(CYCLE), "product": format!("mushroom_{}", self.n), "unit": "kg",
                "produced": 4,
            }),
            Name::LeaveModel => json!({"model": id(MUSHROOMS), "because": "other_work"}),
            Name::DeclineGraduation => json!({"reason": "weak_evidence"}),
            Name::PostExitCheck => json!({"finding": self.exit_finding(), "evidence": "told"}),
            Name::NotePostExitCheckMissed => {
                let due = home.and_then(|it| it.case.due).filter(|it| it.0 == "post_exit_check");
                json!({"by": due.map_or(today, |it| it.1)})
            }
            Name::RetractFact => json!({"sequence": 0, "reason": "mistake"}),
        }
    }
}

/// Somebody of working age for as long as any life here lasts.
fn person(n: u8, relation: &str, able: bool) -> Value {
    let mut person = form::person(u128::from(n), relation);
    person["details"]["birth"] = json!("2000");
    person["details"]["work"] = json!(if able { "farmer" } else { "unable" });
    person
}
