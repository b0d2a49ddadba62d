//! Complete a referral with its outcome, and give the place back.

use chrono::NaiveDate;
use events::facts::agency::{AgencyEvent, CapacityFreed};
use events::facts::household::{
    DisclosureEndedBecause, HouseholdEvent, NeedClosed, NeedClosedBecause, ReferralCompleted, ReferralOutcome,
};
use events::id::{AgencyId, HouseholdId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::referral::disclosing;
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
        let referral = household.case().and_then(|case| case.referrals.get(&self.referral));
        Needs { agencies: referral.map(|it| it.agency).into_iter().collect(), ..Needs::default() }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.referral_in(self.referral, ReferralState::ToDeliver)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, referral.accepted_on.unwrap_or(referral.reached_on));
        fields.finish()?;
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
        let freed = CapacityFreed {
            service: referral.service.clone(),
            referral: self.referral,
            household: HouseholdId(asked.target),
        };
        Ok(Decision {
            household: facts,
            agencies: vec![(referral.agency, AgencyEvent::CapacityFreed(freed))],
            ..Decision::default()
        })
    }
}
