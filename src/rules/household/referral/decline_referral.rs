//! Decline a referral. The household does not fall back for it.

use chrono::NaiveDate;
use events::facts::household::{DeclineReason, DisclosureEndedBecause, HouseholdEvent, ReferralDeclined};
use events::id::{AgencyId, ReferralId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answering::Answer;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::referral::disclosing;
use crate::rules::household::referral::telling::Telling;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Declines a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineReferral {
    /// The day the agency says it declined; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// Why.
    pub reason: DeclineReason,
    /// In words; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for DeclineReferral {
    const RECORDS: &'static [&'static str] = &["ReferralDeclined", "DisclosureEnded"];

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
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == DeclineReason::Other };
        let answer = Answer { referral: self.referral, to: ReferralState::ToAnswer, told };
        let (_, referral, on) = answer.check(household, asked)?;
        let declined = HouseholdEvent::ReferralDeclined(ReferralDeclined {
            referral: self.referral,
            happened_on: on,
            reason: self.reason,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
        });
        let closed = disclosing::closed(self.referral, referral, DisclosureEndedBecause::Declined, asked);
        Ok(Decision::facts(std::iter::once(declined).chain(closed).collect()))
    }
}
