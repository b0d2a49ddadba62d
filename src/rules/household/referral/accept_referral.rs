//! Accept a referral: the agency takes it on, and a place of its service with it.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityTaken};
use events::facts::household::{HouseholdEvent, ReferralAccepted};
use events::id::{AgencyId, HouseholdId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answering::{self, Answer};
use super::telling::Telling;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Accepts a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptReferral {
    /// The day the agency says it accepted; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
}

impl Rule for AcceptReferral {
    const RECORDS: &'static [&'static str] = &["ReferralAccepted"];
    const BESIDE: &'static [&'static str] = &["CapacityTaken"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral_in(ReferralState::ToAnswer)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn answers_for(&self, household: &Household) -> Option<AgencyId> {
        household.agency_of(self.referral)
    }

    fn needs(&self, household: &Household) -> Needs {
        answering::needs(household, self.referral)
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let answer =
            Answer { referral: self.referral, to: ReferralState::ToAnswer, told: Telling::day(self.happened_on) };
        let (case, referral, on) = answer.check(household, asked)?;
        let agency = others.agencies.get(&referral.agency).ok_or(Refusal::Unknown(Thing::Agency))?.known()?;
        let service = agency.service(&referral.service)?;
        // Clients may choose ids: a place held under this one belongs to another household's referral.
        if service.taken_by.contains(&self.referral) {
            return Err(Refusal::IdTaken);
        }
        if let Some(places) = service.places
            && service.taken_by.len() >= places as usize
        {
            return Err(Refusal::NoCapacity { places });
        }
        let until = asked.policies.deliver_by(&case.province(), asked.today(), &referral.service)?;
        let taken = CapacityTaken {
            service: referral.service.clone(),
            referral: self.referral,
            household: HouseholdId(asked.target),
        };
        Ok(Decision {
            household: vec![HouseholdEvent::ReferralAccepted(ReferralAccepted {
                referral: self.referral,
                happened_on: on,
                deliver_by: until.by,
                sla: until.sla,
                holidays: until.holidays,
            })],
            agencies: vec![(referral.agency, AgencyEvent::CapacityTaken(taken))],
            ..Decision::default()
        })
    }
}
