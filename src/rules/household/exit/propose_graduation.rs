//! Propose that a household has left poverty, with the verdict of the policy.

use chrono::NaiveDate;
use events::facts::case::Stage;
use events::facts::household::{GraduationProposed, HouseholdEvent, ProposalKind};
use events::id::ProposalId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::exit::proposal::met;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Proposes graduation. The policy's verdict stands in the fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeGraduation {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
}

impl Rule for ProposeGraduation {
    const RECORDS: &'static [&'static str] = &["GraduationProposed"];

    fn ready(household: &Household, asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assisted)?;
        if case.proposal.is_some() {
            return Err(Refusal::AlreadyProposed);
        }
        met(case, asked.today(), asked).map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assisted)?;
        if case.proposal.is_some() {
            return Err(Refusal::AlreadyProposed);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        // It rests on the latest assessment, so it can't have been made before.
        if let Some(latest) = case.last_complete() {
            fields.not_before("/happened_on", on, latest.on);
        }
        fields.finish()?;
        let verdict = met(case, on, asked)?;
        Ok(Decision::fact(HouseholdEvent::GraduationProposed(GraduationProposed {
            proposal: ProposalId(asked.mint("proposal")),
            happened_on: on,
            kind: ProposalKind::Graduation,
            proposer: asked.actor,
            verdict,
        })))
    }
}
