//! Send a referral back for what is missing.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ReferralReturned, ReturnReason};
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answering::Answer;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::referral::telling::Telling;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Sends a referral back for what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnReferral {
    /// The day the agency says it sent it back; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// Why.
    pub reason: ReturnReason,
    /// What is missing; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ReturnReferral {
    const RECORDS: &'static [&'static str] = &["ReferralReturned"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral_in(ReferralState::ToAnswer)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn answers_for(&self, household: &Household) -> Option<AgencyId> {
        household.agency_of(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let told =
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == ReturnReason::Other };
        let answer = Answer { referral: self.referral, to: ReferralState::ToAnswer, told };
        let (_, _, on) = answer.check(household, asked)?;
        Ok(Decision::fact(HouseholdEvent::ReferralReturned(ReferralReturned {
            referral: self.referral,
            happened_on: on,
            reason: self.reason,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
        })))
    }
}
