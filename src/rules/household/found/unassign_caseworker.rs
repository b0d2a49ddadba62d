//! End somebody's looking after a household. It waits for another caseworker then.

use chrono::NaiveDate;
use events::facts::household::{CaseworkerUnassigned, HouseholdEvent, UnassignedBecause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Unassigns the caseworker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnassignCaseworker {
    /// The day it ends; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why.
    pub because: UnassignedBecause,
}

impl Rule for UnassignCaseworker {
    const RECORDS: &'static [&'static str] = &["CaseworkerUnassigned"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        let Some(caseworker) = case.caseworker else { return Ok(Decision::already_so()) };
        let unassigned = CaseworkerUnassigned { happened_on: on, caseworker, because: self.because };
        Ok(Decision::fact(HouseholdEvent::CaseworkerUnassigned(unassigned)))
    }
}
