//! Note that an agency was reminded: once a day at most, and counted.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ReminderSent};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, Referral};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Reminds the agency that has a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindAgency {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
}

impl Rule for RemindAgency {
    const RECORDS: &'static [&'static str] = &["ReminderSent"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral("to_answer or to_deliver", Referral::is_with_agency)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.waiting_referral(self.referral)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, referral.reached_on);
        fields.finish()?;
        if referral.reminded_on.contains(&on) {
            return Err(Refusal::AlreadyReminded(on));
        }
        let before = u32::try_from(referral.reminded_on.len()).unwrap_or(u32::MAX);
        Ok(Decision::fact(HouseholdEvent::ReminderSent(ReminderSent {
            referral: self.referral,
            happened_on: on,
            agency: referral.agency,
            count: before.saturating_add(1),
        })))
    }
}
