//! Ask somebody higher up to look at a referral.

use chrono::NaiveDate;
use events::facts::household::{EscalatedTo, EscalationReason, HouseholdEvent, ReferralEscalated};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::telling::Telling;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, ReferralState};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Escalates a referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EscalateReferral {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// To whom.
    pub to: EscalatedTo,
    /// Why.
    pub reason: EscalationReason,
    /// In words; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for EscalateReferral {
    const RECORDS: &'static [&'static str] = &["ReferralEscalated"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral("open", |it| it.state != ReferralState::Ended)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let referral = case.open_referral(self.referral)?;
        let told =
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == EscalationReason::Other };
        let on = told.check(case, referral.reached_on, asked)?;
        if referral.escalated >= Some(self.to) {
            return Err(Refusal::AlreadyEscalated);
        }
        Ok(Decision::fact(HouseholdEvent::ReferralEscalated(ReferralEscalated {
            referral: self.referral,
            happened_on: on,
            to: self.to,
            reason: self.reason,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
        })))
    }
}
