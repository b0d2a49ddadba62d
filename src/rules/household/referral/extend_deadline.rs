//! Give an agency more time on the clock that runs.

use chrono::{Duration, NaiveDate};
use events::facts::household::{DeadlineExtended, ExtensionReason, HouseholdEvent, ReferralClock};
use events::id::ReferralId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::telling::Telling;
use crate::rules::field::Fields;
use crate::rules::household::record::words::{self, Said};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, Referral, ReferralState};
use crate::rules::{Asked, Decision, Others, Refusal};

/// The longest that a deadline can be put off, counted from today.
const LONGEST_DAYS: i64 = 366;

/// Puts the last day of a clock off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendDeadline {
    /// The day it was granted; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which referral.
    pub referral: ReferralId,
    /// Which clock: the one that runs.
    pub clock: ReferralClock,
    /// The new last day: later than the old one, and not past.
    pub until: NaiveDate,
    /// Why.
    pub reason: ExtensionReason,
    /// In words; needed when the reason is `other`.
    #[serde(default)]
    pub words: Option<Said>,
}

impl Rule for ExtendDeadline {
    const RECORDS: &'static [&'static str] = &["DeadlineExtended"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.any_referral("to_answer or to_deliver", Referral::is_with_agency)
    }

    fn referral(&self) -> Option<ReferralId> {
        Some(self.referral)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let state = match self.clock {
            ReferralClock::ToAnswer => ReferralState::ToAnswer,
            ReferralClock::ToDeliver => ReferralState::ToDeliver,
        };
        let referral = case.referral_in(self.referral, state)?;
        let previous = referral.clock().map_or(referral.respond_by, |(_, last)| last);
        let told =
            Telling { on: self.happened_on, words: self.words.as_ref(), other: self.reason == ExtensionReason::Other };
        let mut fields = Fields::default();
        let on = told.check_into(case, referral.reached_on, asked, &mut fields);
        let today = asked.today();
        fields.not_before("/until", self.until, (previous + Duration::days(1)).max(today));
        if self.until > today + Duration::days(LONGEST_DAYS) {
            fields.wrong("/until", "too_late", "ขยายได้ไม่เกิน 366 วันจากวันนี้", "must be within 366 days from today");
        }
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::DeadlineExtended(DeadlineExtended {
            referral: self.referral,
            happened_on: on,
            clock: self.clock,
            previous,
            until: self.until,
            reason: self.reason,
            words: words::sealed("referral.words", self.words.as_ref(), asked),
        })))
    }
}
