//! Turn down the proposal that waits.

use chrono::NaiveDate;
use events::facts::household::{GraduationDeclineReason, GraduationDeclined, HouseholdEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::exit::proposal::{ANY, waiting};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Turns the proposal that waits down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineGraduation {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub reason: GraduationDeclineReason,
}

impl Rule for DeclineGraduation {
    const RECORDS: &'static [&'static str] = &["GraduationDeclined"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        waiting(household.open()?, &ANY, None, asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let (proposal, on) = waiting(case, &ANY, self.happened_on, asked)?;
        Ok(Decision::fact(HouseholdEvent::GraduationDeclined(GraduationDeclined {
            proposal: proposal.id,
            happened_on: on,
            reason: self.reason,
        })))
    }
}
