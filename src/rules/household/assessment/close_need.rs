//! Close a need by hand: it was met without a referral, or is no need any more.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, NeedClosed, NeedClosedBecause};
use events::id::NeedId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household, ReferralState};
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Closes a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseNeed {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which need.
    pub need: NeedId,
    /// Why.
    pub because: NeedClosedBecause,
}

/// The refusal of everything that needs an open need.
pub(super) fn some_open(case: &Case) -> Result<(), Refusal> {
    if case.needs.values().any(|need| need.open) {
        return Ok(());
    }
    Err(if case.needs.is_empty() { Refusal::Unknown(Thing::Need) } else { Refusal::NeedClosed })
}

impl Rule for CloseNeed {
    const RECORDS: &'static [&'static str] = &["NeedClosed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        some_open(household.not_closed()?)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let need = case.open_need(self.need)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, need.on);
        fields.by_hand("/because", !self.because.is_of_the_system());
        fields.finish()?;
        if case.referrals.values().any(|it| it.need == self.need && it.state != ReferralState::Ended) {
            return Err(Refusal::NeedIsReferred);
        }
        let closed = NeedClosed { need: self.need, happened_on: on, because: self.because };
        Ok(Decision::fact(HouseholdEvent::NeedClosed(closed)))
    }
}
