//! Send a referral again that came back, once what was missing is there.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ReferralResubmitted};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::telling::Telling;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Sends a referral again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResubmitReferral {
    /// The day it was sent again; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// What was added.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ResubmitReferral {
    const RECORDS: &'static [&'static str] = &["ReferralResubmitted"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral_in(ReferralState::Returned)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.referral_in(self.referral, ReferralState::Returned)?;
        let told = Telling { on: self.happened_on, words: self.words.as_ref(), other: false };
        let on = told.check(case, referral.reached_on, asked)?;
        let until = asked.policies.answer_by(&case.province(), asked.today(), &referral.service)?;
        Ok(Decision::fact(HouseholdEvent::ReferralResubmitted(ReferralResubmitted {
            referral: self.referral,
            happened_on: on,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
            respond_by: until.by,
            sla: until.sla,
            holidays: until.holidays,
        })))
    }
}
