//! Approve the proposal that a household has left poverty: it takes somebody else than the proposer.

use chrono::NaiveDate;
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::{HouseholdEvent, HouseholdGraduated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::household::exit::proposal::{GRADUATION, met, waiting};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Approves the proposal that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Graduate {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for Graduate {
    const RECORDS: &'static [&'static str] = &["HouseholdGraduated"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        let (_, on) = waiting(case, &GRADUATION, None, asked)?;
        met(case, on, asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        let (proposal, on) = waiting(case, &GRADUATION, self.happened_on, asked)?;
        // What came to light since the proposal counts: the verdict must still hold.
        let verdict = met(case, on, asked)?;
        let next_due = asked.policies.due(&case.province(), DueWhat::PostExitCheck, on)?;
        Ok(Decision::fact(HouseholdEvent::HouseholdGraduated(HouseholdGraduated {
            proposal: proposal.id,
            happened_on: on,
            approver: asked.actor,
            verdict: Some(verdict),
            after: After { stage: Stage::Graduated, standing: Standing::Graduated, ..case.after() },
            next_due: Some(next_due),
        })))
    }
}
