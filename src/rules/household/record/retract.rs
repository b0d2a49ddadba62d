//! Take one earlier fact back. The fold goes on as if it had not been; the history shows both.

use events::facts::case::Standing;
use events::facts::household::{ComplaintAbout, FactRetracted, HouseholdEvent, RetractReason, Undone};
use events::id::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::{closing, reopening};
use crate::rules::household::evolve::Surprise;
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

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        household.known()?;
        let mut fields = Fields::default();
        fields.by_hand("/reason", !self.reason.is_of_the_system());
        fields.finish()?;
        let at = usize::try_from(self.sequence).ok().and_then(|it| it.checked_sub(1));
        let fact = at.and_then(|at| household.facts.get(at)).ok_or(Refusal::Unknown(Thing::Fact))?;
        if fact.told().undone() != Undone::ByRetraction {
            return Err(Refusal::NotRetractable(fact.schema().name.to_owned()));
        }
        if household.is_retracted(self.sequence) {
            return Err(Refusal::AlreadyRetracted);
        }
        if complaint_about(household, fact) == Some(asked.actor) {
            return Err(Refusal::ComplaintAboutYou);
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
        // What was opened or closed along with it goes first.
        let going: Vec<_> = household.recorded_along(self.sequence).into_iter().chain([self.sequence]).collect();
        let mut without = household.clone();
        without.retracted.extend(&going);
        let (_, surprises) = without.folded();
        // A later fact that no longer follows rests on this one, with what was recorded along with it.
        if !surprises.is_empty() {
            let along =
                |it: &u64| it.checked_sub(1).is_some_and(|before| household.recorded_along(before) == Some(*it));
            let resting = surprises
                .into_iter()
                .filter(|(sequence, _)| !along(sequence))
                .map(|(sequence, surprise)| Resting { sequence, event_type: surprise.event.to_owned() })
                .collect();
            return Err(Refusal::RestedOn(resting));
        }
        let mut without = household.clone();
        let mut place = household.case().map(|case| case.place);
        let mut facts = Vec::new();
        for sequence in going {
            without.retracted.insert(sequence);
            let (case, _) = without.folded();
            let name = household.fact(sequence).unwrap_or(fact).schema().name;
            let case = case.ok_or_else(|| Refusal::NotRetractable(name.to_owned()))?;
            facts.push(HouseholdEvent::FactRetracted(FactRetracted {
                sequence,
                event_type: name.to_owned(),
                reason: self.reason,
                after: case.after(),
                composition: case.composition,
                next_due: case.next_due,
                place: (place != Some(case.place)).then_some(case.place),
                reassess_due: case.reassess_due,
            }));
            place = Some(case.place);
        }
        Ok(Decision::facts(facts))
    }
}

/// The member of staff whom a complaint is about, where the fact receives or answers one.
fn complaint_about(household: &Household, fact: &HouseholdEvent) -> Option<StaffId> {
    let complaint = if let HouseholdEvent::ComplaintReceived(it) = fact {
        it.complaint
    } else if let HouseholdEvent::ComplaintAnswered(it) = fact {
        it.complaint
    } else {
        return None;
    };
    match household.case()?.complaints.get(&complaint)?.about {
        ComplaintAbout::Staff { staff } => staff,
        ComplaintAbout::Agency { .. } | ComplaintAbout::Decision { .. } | ComplaintAbout::Other => None,
    }
}

impl Household {
    /// The fact that has no life of its own beside this one: the disclosure that a referral opened, or that a no closed.
    fn recorded_along(&self, sequence: u64) -> Option<u64> {
        let next = sequence.checked_add(1)?;
        let along = match (self.fact(sequence)?, self.fact(next)?) {
            (HouseholdEvent::ReferralMade(it), HouseholdEvent::DisclosureMade(along)) => it.referral == along.referral,
            (HouseholdEvent::ReferralDeclined(it), HouseholdEvent::DisclosureEnded(along)) => {
                it.referral == along.referral
            }
            _ => false,
        };
        along.then_some(next)
    }
}

/// A fact taken back, and the household without it. Later facts that no longer follow rest on it.
pub(in crate::rules::household) fn taken_back(
    household: &Household,
    sequence: u64,
    reason: RetractReason,
) -> Result<(HouseholdEvent, Household), Vec<Resting>> {
    let itself = |event_type: &str| vec![Resting { sequence, event_type: event_type.to_owned() }];
    let Some(fact) = household.fact(sequence) else { return Err(itself("FactRetracted")) };
    let name = fact.schema().name;
    let mut without = household.clone();
    without.retracted.insert(sequence);
    let (case, surprises) = without.folded();
    if !surprises.is_empty() {
        let resting =
            |(sequence, surprise): (u64, Surprise)| Resting { sequence, event_type: surprise.event.to_owned() };
        return Err(surprises.into_iter().map(resting).collect());
    }
    let Some(case) = case else { return Err(itself(name)) };
    let event = HouseholdEvent::FactRetracted(FactRetracted {
        sequence,
        event_type: name.to_owned(),
        reason,
        after: case.after(),
        composition: case.composition.clone(),
        next_due: case.next_due.clone(),
        place: (household.case().map(|it| it.place) != Some(case.place)).then_some(case.place),
        reassess_due: case.reassess_due.clone(),
    });
    without.facts.push(event.clone());
    without.case = Some(case);
    Ok((event, without))
}
