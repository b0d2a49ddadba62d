//! Complete a referral with its outcome, and give the place back.

use chrono::NaiveDate;
use events::facts::household::{
    DisclosureEndedBecause, HouseholdEvent, NeedClosed, NeedClosedBecause, ReferralCompleted, ReferralOutcome,
};
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answering::{self, Answer};
use super::disclosing;
use super::telling::Telling;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Completes an accepted referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteReferral {
    /// The day it was done; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// How it ended.
    pub outcome: ReferralOutcome,
}

impl Rule for CompleteReferral {
    const RECORDS: &'static [&'static str] = &["ReferralCompleted", "DisclosureEnded", "NeedClosed"];
    const BESIDE: &'static [&'static str] = &["CapacityFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral_in(ReferralState::ToDeliver)
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

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let answer =
            Answer { referral: self.referral, to: ReferralState::ToDeliver, told: Telling::day(self.happened_on) };
        let (case, referral, on) = answer.check(household, asked)?;
        let mut facts = vec![HouseholdEvent::ReferralCompleted(ReferralCompleted {
            referral: self.referral,
            happened_on: on,
            outcome: self.outcome,
        })];
        facts.extend(disclosing::closed(self.referral, referral, DisclosureEndedBecause::Completed, asked));
        if self.outcome == ReferralOutcome::Met && case.needs.get(&referral.need).is_some_and(|need| need.open) {
            facts.push(HouseholdEvent::NeedClosed(NeedClosed {
                need: referral.need,
                happened_on: on,
                because: NeedClosedBecause::Met,
            }));
        }
        Ok(Decision {
            household: facts,
            agencies: vec![answering::freed(self.referral, referral, asked)],
            ..Decision::default()
        })
    }
}
