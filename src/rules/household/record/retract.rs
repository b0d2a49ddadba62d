//! Take one earlier fact back. The fold goes on as if it had not been; the history shows both.

use events::facts::case::Standing;
use events::facts::household::{FactRetracted, HouseholdEvent, RetractReason, Undone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::course::{closing, reopening};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::{Course, Resting, Thing};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Takes a fact back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractFact {
    /// The sequence of the fact in this household's history.
    pub sequence: u64,
    /// Why.
    pub reason: RetractReason,
}

impl Rule for RetractFact {
    const RECORDS: &'static [&'static str] = &["FactRetracted"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, _asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.known()?;
        let at = usize::try_from(self.sequence).ok().and_then(|it| it.checked_sub(1));
        let fact = at.and_then(|at| household.facts.get(at)).ok_or(Refusal::Unknown(Thing::Fact))?;
        if fact.told().undone() != Undone::ByRetraction {
            return Err(Refusal::NotRetractable(fact.schema().name.to_owned()));
        }
        if household.is_retracted(self.sequence) {
            return Err(Refusal::AlreadyRetracted);
        }
        let closes = fact.after().is_some_and(|after| matches!(after.standing, Standing::Closed(_)));
        if closes && closing::ended_for_good(household, self.sequence) {
            return Err(Refusal::Course(Course::ClosingEndedWork));
        }
        if matches!(fact, HouseholdEvent::ContactResumed(_) | HouseholdEvent::CaseReopened(_)) {
            let resting = reopening::resting(household, self.sequence);
            if !resting.is_empty() {
                return Err(Refusal::RestedOn(resting));
            }
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
