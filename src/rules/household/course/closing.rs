//! What a closing ends in the same append: referrals, needs, places in operating models and at services.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityFreed};
use events::facts::household::{
    HouseholdEvent, LeftModelBecause, ModelLeft, NeedClosed, NeedClosedBecause, ReferralWithdrawn, WithdrawnBecause,
};
use events::facts::model::{ModelEvent, PlaceFreed};
use events::id::HouseholdId;

use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Refusal};

/// The agencies and models that a closing gives places back to.
pub(in crate::rules::household) fn needs(household: &Household) -> Needs {
    let Some(case) = household.case() else { return Needs::default() };
    let accepted = case.referrals.values().filter(|it| it.state == ReferralState::ToDeliver);
    let mut agencies: Vec<_> = accepted.map(|it| it.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    Needs { agencies, models: case.models.iter().copied().collect(), ..Needs::default() }
}

/// The facts that end the open work of a case.
pub(in crate::rules::household) fn ended_work(
    household: &Household,
    asked: &Asked<'_>,
    on: NaiveDate,
) -> Result<Decision, Refusal> {
    let case = household.known()?;
    let id = HouseholdId(asked.target);
    let mut decision = Decision::default();
    for (referral, it) in &case.referrals {
        if it.state == ReferralState::Ended {
            continue;
        }
        decision.household.push(HouseholdEvent::ReferralWithdrawn(ReferralWithdrawn {
            referral: *referral,
            happened_on: on,
            because: WithdrawnBecause::CaseClosed,
        }));
        if it.state == ReferralState::ToDeliver {
            let freed = CapacityFreed { service: it.service.clone(), referral: *referral, household: id };
            decision.agencies.push((it.agency, AgencyEvent::CapacityFreed(freed)));
        }
    }
    for model in &case.models {
        decision.household.push(HouseholdEvent::ModelLeft(ModelLeft {
            model: *model,
            happened_on: on,
            because: LeftModelBecause::CaseClosed,
        }));
        decision.models.push((*model, ModelEvent::PlaceFreed(PlaceFreed { household: id })));
    }
    for (need, _) in case.needs.iter().filter(|(_, need)| need.open) {
        decision.household.push(HouseholdEvent::NeedClosed(NeedClosed {
            need: *need,
            happened_on: on,
            because: NeedClosedBecause::CaseClosed,
        }));
    }
    Ok(decision)
}
