//! What may this reader do with this household now, and what stands in the way? Asked of the policy and of the rules
//! themselves, with commands that say as little as they can: a rule that would still look at more says so later.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::facts::household::{
    Capital, DeclineReason, Dimension, Evidence, GraduationDeclineReason, LeftBecause, LegalBasis, ListStatus, NotMet,
    PanelFinding, ReferralOutcome, RetractReason, ReturnReason, Seen, StateList, Worth,
};
use events::id::{AgencyId, CommandId, HouseholdId, ModelId, NeedId, PersonId, ReferralId, StaffId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Action, Caller, Denied, Relation, Role, may};
use crate::rules::household::accept_referral::AcceptReferral;
use crate::rules::household::answer_referral::{CompleteReferral, DeclineReferral, ReturnReferral};
use crate::rules::household::assess::{Assess, Money, RecordIncome};
use crate::rules::household::assign_caseworker::AssignCaseworker;
use crate::rules::household::command::{Name, Said};
use crate::rules::household::deliver_assistance::DeliverAssistance;
use crate::rules::household::enrol::EnrolInModel;
use crate::rules::household::graduation::{DeclineGraduation, Graduate, ProposeGraduation};
use crate::rules::household::make_referral::MakeReferral;
use crate::rules::household::members::RemoveMember;
use crate::rules::household::notes::{RecordListStatus, RecordNeed, WriteNote};
use crate::rules::household::overdue::NoteResponseOverdue;
use crate::rules::household::retract::RetractFact;
use crate::rules::household::verification::{
    AttemptVisit, CloseUnreachable, FindNotPoor, HoldPanel, Verify, VisitHome,
};
use crate::rules::household::{Case, Command, Household};
use crate::rules::policy::PolicyBook;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Others, Refusal};

/// One command, and whether this reader may give it to this household now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionView {
    /// The command's name, as it stands in the path.
    pub command: &'static str,
    /// Whether nothing that can be seen from here stands in the way.
    pub allowed: bool,
    /// What stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
}

/// What stands in the way of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Because {
    /// Stable: that of the refusal.
    pub code: &'static str,
    /// In Thai.
    pub th: String,
    /// In English.
    pub en: String,
}

/// Every command to a household that exists, for this caller.
pub fn actions(
    household: &Household,
    id: HouseholdId,
    caller: &Caller,
    policies: &PolicyBook,
    now: DateTime<Utc>,
) -> Vec<ActionView> {
    let Some(case) = household.case() else { return Vec::new() };
    let relation = caller.relation_to(case);
    let asked = Asked { now, actor: caller.staff, command: CommandId(Uuid::nil()), target: id.0, policies };
    let names = Name::ALL.into_iter().filter(|name| *name != Name::Identify);
    names.map(|name| judged(name, household, case, (caller, relation), &asked)).collect()
}

fn judged(
    name: Name,
    household: &Household,
    case: &Case,
    (caller, relation): (&Caller, Relation),
    asked: &Asked<'_>,
) -> ActionView {
    let because = match may(caller.role, Action::Household(name), relation) {
        Err(denied @ (Denied::Role | Denied::OutOfScope)) => {
            Some(Because {
                code: "role_may_not", th: "บทบาทของท่านทำสิ่งนี้ไม่ได้".to_owned(), en: denied.to_string()
            })
        }
        Ok(()) => stands_in_the_way(name, household, case, caller, asked).map(|refusal| {
            let text = refusal.text();
            Because { code: refusal.code(), th: text.th, en: text.en }
        }),
    };
    ActionView { command: name.as_str(), allowed: because.is_none(), because }
}

/// The refusal that every way of giving the command meets, if each of them meets one.
fn stands_in_the_way(
    name: Name,
    household: &Household,
    case: &Case,
    caller: &Caller,
    asked: &Asked<'_>,
) -> Option<Refusal> {
    let mine = |agency: AgencyId| caller.role != Role::AgencyOfficer || caller.agency == Some(agency);
    let referrals = || {
        let mut open: Vec<_> = case.referrals.iter().filter(|(_, it)| mine(it.agency)).collect();
        open.sort_by_key(|(_, it)| it.made_on);
        open.into_iter().map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let of_each = |make: fn(ReferralId) -> Command| {
        (referrals().into_iter().map(make).collect::<Vec<_>>(), Some(Refusal::Unknown(Thing::Referral)))
    };
    let (ways, none) = match name {
        Name::AcceptReferral => {
            of_each(|referral| Command::AcceptReferral(AcceptReferral { happened_on: None, referral }))
        }
        Name::DeclineReferral => of_each(|referral| {
            let reason = DeclineReason::NoCapacity;
            Command::DeclineReferral(DeclineReferral { happened_on: None, referral, reason, words: None })
        }),
        Name::ReturnReferral => of_each(|referral| {
            let reason = ReturnReason::DetailsUnclear;
            Command::ReturnReferral(ReturnReferral { happened_on: None, referral, reason, words: None })
        }),
        Name::CompleteReferral => of_each(|referral| {
            let outcome = ReferralOutcome::Met;
            Command::CompleteReferral(CompleteReferral { happened_on: None, referral, outcome })
        }),
        Name::NoteResponseOverdue => of_each(|referral| Command::NoteResponseOverdue(NoteResponseOverdue { referral })),
        Name::MakeReferral => {
            let needs = case.needs.iter().filter(|(_, need)| need.open).map(|(id, _)| *id);
            let make = |need| {
                Command::MakeReferral(MakeReferral {
                    happened_on: None,
                    referral: None,
                    need,
                    agency: AgencyId(Uuid::nil()),
                    service: "any".to_owned(),
                    basis: LegalBasis::PublicTask,
                    disclosed: Vec::new(),
                })
            };
            // Too early is said before that there is no need.
            let ways: Vec<_> = needs.map(make).collect();
            let none = if ways.is_empty() { vec![make(NeedId(Uuid::nil()))] } else { ways };
            (none, Some(Refusal::Unknown(Thing::Need)))
        }
        Name::Identify
        | Name::RecordListStatus
        | Name::AssignCaseworker
        | Name::WriteNote
        | Name::AddMember
        | Name::RemoveMember
        | Name::AttemptVisit
        | Name::VisitHome
        | Name::HoldPanel
        | Name::Verify
        | Name::FindNotPoor
        | Name::CloseUnreachable
        | Name::Assess
        | Name::RecordIncome
        | Name::RecordNeed
        | Name::DeliverAssistance
        | Name::EnrolInModel
        | Name::ProposeGraduation
        | Name::DeclineGraduation
        | Name::Graduate
        | Name::RetractFact => (simple(name).into_iter().collect(), None),
    };
    let mut met = none.filter(|_| ways.is_empty());
    let others = Others { agencies: BTreeMap::new(), ..Others::default() };
    for way in &ways {
        match way.decide(household, &others, asked) {
            Err(refusal) if is_of_the_case(&refusal) => met = Some(refusal),
            Err(Refusal::Unknown(Thing::Need)) if name == Name::MakeReferral => {
                met = Some(Refusal::Unknown(Thing::Need));
            }
            Ok(_) | Err(_) => return None,
        }
    }
    met
}

/// Whether a refusal tells of the case rather than of what the command left out.
fn is_of_the_case(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Closed(_)
        | Refusal::TooEarly { .. }
        | Refusal::TooLate { .. }
        | Refusal::NotVisited
        | Refusal::NoPanel
        | Refusal::HeardOtherwise
        | Refusal::TooFewAttempts { .. }
        | Refusal::NobodyLivesThere
        | Refusal::ReferralIs { .. }
        | Refusal::NotYetOverdue { .. }
        | Refusal::AlreadyProposed
        | Refusal::NotProposed
        | Refusal::CriteriaNotMet(_)
        | Refusal::SamePerson
        | Refusal::NoPolicy(_) => true,
        Refusal::Fields(_)
        | Refusal::IdTaken
        | Refusal::Unknown(_)
        | Refusal::SecondHead
        | Refusal::NotAMember
        | Refusal::NeedClosed
        | Refusal::ServiceNotOffered
        | Refusal::NotInArea
        | Refusal::ConsentNeeded
        | Refusal::AlreadyReferred
        | Refusal::NoCapacity { .. }
        | Refusal::NoPlaceLeft { .. }
        | Refusal::NotEligible(_)
        | Refusal::AlreadyEnrolled
        | Refusal::NotEnrolled
        | Refusal::NotACaseworkerThere
        | Refusal::NotRetractable(_)
        | Refusal::AlreadyRetracted
        | Refusal::RestedOn(_)
        | Refusal::UnknownInstrument(_)
        | Refusal::EffectiveTooEarly { .. } => false,
    }
}

/// A command that says as little as it can, for those that are not about one referral or need.
fn simple(name: Name) -> Option<Command> {
    let happened_on = None;
    Some(match name {
        Name::RecordListStatus => Command::RecordListStatus(RecordListStatus {
            happened_on,
            list: StateList::Tpmap,
            list_date: chrono::NaiveDate::default(),
            status: ListStatus::Unknown,
        }),
        Name::AssignCaseworker => {
            Command::AssignCaseworker(AssignCaseworker { happened_on, caseworker: StaffId(Uuid::nil()) })
        }
        Name::WriteNote => {
            let note = Said { text: String::new(), about: Vec::new() };
            Command::WriteNote(WriteNote { happened_on, note })
        }
        // A new member is refused by the same cases as one who leaves.
        Name::AddMember | Name::RemoveMember => Command::RemoveMember(RemoveMember {
            happened_on,
            person: PersonId(Uuid::nil()),
            because: LeftBecause::Other,
        }),
        Name::AttemptVisit => Command::AttemptVisit(AttemptVisit { happened_on, because: NotMet::NobodyHome }),
        Name::VisitHome => {
            Command::VisitHome(VisitHome { happened_on, informant: None, seen: Seen::Unclear, remarks: None })
        }
        Name::HoldPanel => {
            Command::HoldPanel(HoldPanel { happened_on, attended: 1, finding: PanelFinding::Undecided, remarks: None })
        }
        Name::Verify => Command::Verify(Verify { happened_on }),
        Name::FindNotPoor => Command::FindNotPoor(FindNotPoor { happened_on }),
        Name::CloseUnreachable => Command::CloseUnreachable(CloseUnreachable { happened_on }),
        Name::Assess => Command::Assess(Box::new(Assess {
            happened_on,
            instrument: String::new(),
            answers: BTreeMap::new(),
            money: Money::default(),
            income_evidence: Evidence::Told,
        })),
        Name::RecordIncome => {
            Command::RecordIncome(RecordIncome { happened_on, money: Money::default(), evidence: Evidence::Told })
        }
        Name::RecordNeed => Command::RecordNeed(RecordNeed {
            happened_on,
            need: None,
            capital: Capital::Human,
            indicator: None,
            person: None,
            priority: 1,
            words: None,
        }),
        Name::DeliverAssistance => Command::DeliverAssistance(DeliverAssistance {
            happened_on,
            kind: "any".to_owned(),
            capital: Capital::Human,
            dimension: Dimension::Health,
            worth: Worth::InKind { worth: None },
            beneficiaries: Vec::new(),
            agency: None,
            referral: None,
            model: None,
        }),
        Name::EnrolInModel => Command::EnrolInModel(EnrolInModel { happened_on, model: ModelId(Uuid::nil()) }),
        Name::ProposeGraduation => Command::ProposeGraduation(ProposeGraduation { happened_on }),
        Name::DeclineGraduation => {
            Command::DeclineGraduation(DeclineGraduation { happened_on, reason: GraduationDeclineReason::Other })
        }
        Name::Graduate => Command::Graduate(Graduate { happened_on }),
        Name::RetractFact => Command::RetractFact(RetractFact { sequence: 0, reason: RetractReason::Mistake }),
        Name::Identify
        | Name::MakeReferral
        | Name::AcceptReferral
        | Name::DeclineReferral
        | Name::ReturnReferral
        | Name::CompleteReferral
        | Name::NoteResponseOverdue => return None,
    })
}
