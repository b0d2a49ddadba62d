//! Undo a merge: both households are what they were, and work done since stays with the survivor, as long as nothing
//! of it rests on what was taken over.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityFreed, CapacityTaken};
use events::facts::household::{HouseholdAbsorbed, HouseholdEvent, HouseholdMerged, MergeUndone, RetractReason};
use events::facts::model::{ModelEvent, PlaceFreed, PlaceTaken};
use events::id::HouseholdId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::course::closing;
use crate::rules::household::course::leaving::on_a_day_of_this_episode;
use crate::rules::household::record::retract::taken_back;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, ReferralState};
use crate::rules::refusal::{Course, Resting, Thing};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Undoes the merge of this household into another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoMerge {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for UndoMerge {
    const RECORDS: &'static [&'static str] = &["MergeUndone", "FactRetracted"];
    const BESIDE: &'static [&'static str] =
        &["MergeUndone", "FactRetracted", "CapacityFreed", "CapacityTaken", "PlaceFreed", "PlaceTaken"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        merged(household).map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        let Ok((_, it, facts)) = merged(household) else { return Needs::default() };
        let before = back(household, &facts).map(|(_, before)| closing::needs(&before)).unwrap_or_default();
        Needs { households: vec![it.into], ..before }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let (case, it, facts) = merged(household)?;
        let (id, survivor_id) = (HouseholdId(asked.target), it.into);
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        on_a_day_of_this_episode(on, case, asked, &mut fields);
        fields.finish()?;
        let survivor = others.households.get(&survivor_id).ok_or(Refusal::Unknown(Thing::Household))?;
        let taken = absorbed(survivor, id).ok_or(Refusal::Unknown(Thing::Fact))?;

        let (mine, before) = back(household, &facts).map_err(Refusal::RestedOn)?;
        let (theirs, without) =
            back(survivor, &taken).map_err(|resting| Refusal::Course(Course::WorkedOnSince(resting)))?;
        let (case, kept) = (before.known()?, without.known()?);

        let mut decision = Decision::facts(mine);
        decision.household.push(undone(case, survivor_id, on));
        decision.households = theirs.into_iter().map(|fact| (survivor_id, fact)).collect();
        decision.households.push((survivor_id, undone(kept, id, on)));
        for (referral, it) in case.referrals.iter().filter(|(_, it)| it.state == ReferralState::ToDeliver) {
            let (service, referral) = (it.service.clone(), *referral);
            let freed = CapacityFreed { service: service.clone(), referral, household: survivor_id };
            decision.agencies.push((it.agency, AgencyEvent::CapacityFreed(freed)));
            let taken = CapacityTaken { service, referral, household: id };
            decision.agencies.push((it.agency, AgencyEvent::CapacityTaken(taken)));
        }
        for id_of_model in &case.models {
            let model = others.models.get(id_of_model).ok_or(Refusal::Unknown(Thing::Model))?.known()?;
            if !kept.models.contains(id_of_model) {
                decision.models.push((*id_of_model, ModelEvent::PlaceFreed(PlaceFreed { household: survivor_id })));
            } else if model.taken_by.len() >= model.places as usize {
                return Err(Refusal::NoPlaceLeft { places: model.places });
            }
            decision.models.push((*id_of_model, ModelEvent::PlaceTaken(PlaceTaken { household: id })));
        }
        Ok(decision)
    }
}

/// The merge that holds: the case, the fact, and the sequences of all its facts here.
fn merged(household: &Household) -> Result<(&Case, &HouseholdMerged, Vec<u64>), Refusal> {
    let case = household.known()?;
    let found = last(household, |fact| if let HouseholdEvent::HouseholdMerged(it) = fact { Some(it) } else { None });
    let (sequence, it) = found.ok_or(Refusal::Course(Course::NotMerged))?;
    Ok((case, it, group(household, sequence, it.beside)))
}

/// The sequences of everything that the survivor took over from a household.
fn absorbed(survivor: &Household, from: HouseholdId) -> Option<Vec<u64>> {
    let (sequence, it) = last(survivor, |fact| taken_over(fact).filter(|it| it.absorbed == from))?;
    Some(group(survivor, sequence, it.beside))
}

fn taken_over(fact: &HouseholdEvent) -> Option<&HouseholdAbsorbed> {
    if let HouseholdEvent::HouseholdAbsorbed(it) = fact { Some(it) } else { None }
}

/// The last fact of a kind that holds, with its sequence.
fn last<'a, T>(household: &'a Household, pick: impl Fn(&'a HouseholdEvent) -> Option<T>) -> Option<(u64, T)> {
    let facts = household.facts.iter().zip(1u64..);
    let held = facts.filter(|(_, sequence)| !household.is_retracted(*sequence));
    held.filter_map(|(fact, at)| Some((at, pick(fact)?))).last()
}

/// A fact and those just before it that were recorded with it, the last first, without those taken back since.
fn group(household: &Household, last: u64, beside: u32) -> Vec<u64> {
    let first = last.saturating_sub(u64::from(beside)).max(1);
    (first..=last).rev().filter(|sequence| !household.is_retracted(*sequence)).collect()
}

/// Takes facts back one by one; what rests on them stands in the way.
fn back(household: &Household, facts: &[u64]) -> Result<(Vec<HouseholdEvent>, Household), Vec<Resting>> {
    let mut so_far = household.clone();
    let mut events = Vec::with_capacity(facts.len());
    for sequence in facts {
        let (event, without) = taken_back(&so_far, *sequence, RetractReason::MergeUndone)?;
        events.push(event);
        so_far = without;
    }
    Ok((events, so_far))
}

fn undone(case: &Case, other: HouseholdId, on: NaiveDate) -> HouseholdEvent {
    HouseholdEvent::MergeUndone(MergeUndone { happened_on: on, other, after: case.after() })
}
