//! Judge a household poor, on the latest visit and the latest panel.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{HouseholdEvent, HouseholdVerified, PanelFinding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::household::survey::hearing::{check_day, heard, still_identified};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Judges the household poor, on the latest visit and the latest panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for Verify {
    const RECORDS: &'static [&'static str] = &["HouseholdVerified"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        heard(case, PanelFinding::Poor).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::Poor)?;
        check_day(on, case, &heard, asked)?;
        let next_due = asked.policies.due(&case.province(), DueWhat::Assessment, on)?;
        Ok(Decision::fact(HouseholdEvent::HouseholdVerified(HouseholdVerified {
            happened_on: on,
            heard,
            after: case.after_reaching(Stage::Verified),
            next_due: Some(next_due),
        })))
    }
}
