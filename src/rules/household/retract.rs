//! Take one earlier fact back. The fold goes on as if it had not been; the history shows both.

use events::facts::household::{FactRetracted, HouseholdEvent, RetractReason};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::state::Household;
use crate::rules::refusal::{Resting, Thing};
use crate::rules::{Asked, Decision, Refusal};

/// Takes a fact back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractFact {
    /// The sequence of the fact in this household's history.
    pub sequence: u64,
    /// Why.
    pub reason: RetractReason,
}

impl RetractFact {
    pub(super) fn decide(&self, household: &Household, _asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.known()?;
        let at = usize::try_from(self.sequence).ok().and_then(|it| it.checked_sub(1));
        let fact = at.and_then(|at| household.facts.get(at)).ok_or(Refusal::Unknown(Thing::Fact))?;
        if !retractable(fact) {
            return Err(Refusal::NotRetractable(fact.schema().name.to_owned()));
        }
        if household.is_retracted(self.sequence) {
            return Err(Refusal::AlreadyRetracted);
        }
        let mut without = household.clone();
        without.retracted.insert(self.sequence);
        let (case, surprises) = without.folded();
        // A later fact that no longer follows rests on this one.
        if !surprises.is_empty() {
            let resting = surprises
                .into_iter()
                .map(|(sequence, surprise)| Resting { sequence, event_type: surprise.event.to_owned() })
                .collect();
            return Err(Refusal::RestedOn(resting));
        }
        let case = case.ok_or_else(|| Refusal::NotRetractable(fact.schema().name.to_owned()))?;
        Ok(Decision::fact(HouseholdEvent::FactRetracted(FactRetracted {
            sequence: self.sequence,
            event_type: fact.schema().name.to_owned(),
            reason: self.reason,
            after: case.after(),
            composition: case.composition,
            next_due: case.next_due,
        })))
    }
}

/// Facts that begin the stream, take other facts back, or have a part in another stream keep standing.
const fn retractable(fact: &HouseholdEvent) -> bool {
    match fact {
        HouseholdEvent::HouseholdIdentified(_)
        | HouseholdEvent::CaseNumberAssigned(_)
        | HouseholdEvent::FactRetracted(_)
        | HouseholdEvent::ReferralAccepted(_)
        | HouseholdEvent::ReferralCompleted(_)
        | HouseholdEvent::ReferralWithdrawn(_)
        | HouseholdEvent::ModelEnrolled(_)
        | HouseholdEvent::ModelLeft(_) => false,
        HouseholdEvent::ListStatusRecorded(_)
        | HouseholdEvent::CaseworkerAssigned(_)
        | HouseholdEvent::NoteWritten(_)
        | HouseholdEvent::MemberJoined(_)
        | HouseholdEvent::MemberLeft(_)
        | HouseholdEvent::VisitAttempted(_)
        | HouseholdEvent::HomeVisited(_)
        | HouseholdEvent::PanelHeld(_)
        | HouseholdEvent::HouseholdVerified(_)
        | HouseholdEvent::FoundNotPoor(_)
        | HouseholdEvent::HouseholdUnreachable(_)
        | HouseholdEvent::HouseholdAssessed(_)
        | HouseholdEvent::IncomeRecorded(_)
        | HouseholdEvent::NeedRecorded(_)
        | HouseholdEvent::NeedClosed(_)
        | HouseholdEvent::ReferralMade(_)
        | HouseholdEvent::ReferralDeclined(_)
        | HouseholdEvent::ReferralReturned(_)
        | HouseholdEvent::ResponseOverdue(_)
        | HouseholdEvent::AssistanceDelivered(_)
        | HouseholdEvent::GraduationProposed(_)
        | HouseholdEvent::GraduationDeclined(_)
        | HouseholdEvent::HouseholdGraduated(_) => true,
    }
}
