//! Record the code of the house. A wrong check digit is a warning, and two households may share a code.

use chrono::NaiveDate;
use events::facts::household::{HouseCodeRecorded, HouseholdEvent};
use events::sealed::{Sealed, Subject};
use events::thai::house_code::HouseCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Records the code of the house in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordHouseCode {
    /// The day it was read; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The 11 digits, also with a wrong check digit.
    pub house_code: HouseCode,
}

impl Rule for RecordHouseCode {
    const RECORDS: &'static [&'static str] = &["HouseCodeRecorded"];

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
        if case.house_code.as_ref().and_then(Sealed::get) == Some(&self.house_code) {
            return Ok(Decision::already_so());
        }
        let subject = Subject::new("household", asked.target);
        Ok(Decision::fact(HouseholdEvent::HouseCodeRecorded(HouseCodeRecorded {
            happened_on: on,
            house_code: Sealed::open(subject, "household.house_code", self.house_code),
            wrong_check_digit: self.house_code.checked().is_some(),
        })))
    }
}
