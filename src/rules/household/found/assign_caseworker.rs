//! Assign a caseworker who holds the role where the household lives.

use chrono::NaiveDate;
use events::facts::household::{CaseworkerAssigned, HouseholdEvent};
use events::id::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Assigns a caseworker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCaseworker {
    /// The day it begins; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub caseworker: StaffId,
}

impl Rule for AssignCaseworker {
    const RECORDS: &'static [&'static str] = &["CaseworkerAssigned"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { staff: vec![self.caseworker], ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        if case.caseworker == Some(self.caseworker) {
            return Ok(Decision::already_so());
        }
        let staff = others.staff.get(&self.caseworker).ok_or(Refusal::Unknown(Thing::Staff))?;
        if !staff.holds("caseworker", &case.place, asked.today()) {
            return Err(Refusal::NotACaseworkerThere);
        }
        Ok(Decision::fact(HouseholdEvent::CaseworkerAssigned(CaseworkerAssigned {
            happened_on: on,
            caseworker: self.caseworker,
            previous: case.caseworker,
        })))
    }
}
