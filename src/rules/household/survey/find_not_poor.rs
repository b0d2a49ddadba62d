//! Judge a household not really poor: a normal, counted outcome.

use chrono::NaiveDate;
use events::facts::case::{After, ClosedAs, Standing};
use events::facts::household::{FoundNotPoor, HouseholdEvent, PanelFinding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::course::closing;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::household::survey::hearing::{check_day, heard, still_identified};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Judges the household not really poor, on the latest visit and the latest panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindNotPoor {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for FindNotPoor {
    const RECORDS: &'static [&'static str] = &["FoundNotPoor", "NeedClosed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        heard(case, PanelFinding::NotPoor).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        still_identified(case)?;
        let on = asked.on(self.happened_on);
        let heard = heard(case, PanelFinding::NotPoor)?;
        check_day(on, case, &heard, asked)?;
        let mut decision = closing::ended_work(household, asked, on)?;
        let after = After { standing: Standing::Closed(ClosedAs::NotPoor), ..case.after() };
        decision.household.push(HouseholdEvent::FoundNotPoor(FoundNotPoor { happened_on: on, heard, after }));
        Ok(decision)
    }
}
