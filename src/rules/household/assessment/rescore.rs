//! Score the stored answers of an assessment again, by the scoring policy that is in force today.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{AssessmentRescored, HouseholdAssessed, HouseholdEvent};
use events::id::AssessmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::scoring;
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Scores an assessment again. Nothing does so by itself: a new version of the policy changes no household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RescoreAssessment {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which assessment.
    pub assessment: AssessmentId,
}

/// The assessment as it was recorded, with its answers, if it was not taken back.
pub fn recorded(household: &Household, id: AssessmentId) -> Option<&HouseholdAssessed> {
    household.facts().iter().zip(1u64..).find_map(|(fact, sequence)| {
        if let HouseholdEvent::HouseholdAssessed(it) = fact
            && it.assessment == id
            && !household.is_retracted(sequence)
        {
            return Some(it);
        }
        None
    })
}

impl Rule for RescoreAssessment {
    const RECORDS: &'static [&'static str] = &["AssessmentRescored"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        if household.not_closed()?.assessments.is_empty() {
            return Err(Refusal::Unknown(Thing::Assessment));
        }
        Ok(())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let known = case.assessments.iter().find(|it| it.id == self.assessment);
        let known = known.ok_or(Refusal::Unknown(Thing::Assessment))?;
        let assessed = recorded(household, self.assessment).ok_or(Refusal::Unknown(Thing::Assessment))?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, assessed.happened_on);
        fields.finish()?;
        let (scoring, policy) = asked.policies.scoring(&case.province(), asked.today())?;
        if scoring.instrument != assessed.instrument {
            return Err(Refusal::UnknownInstrument(assessed.instrument.clone()));
        }
        if known.scoring == policy {
            return Ok(Decision::already_so());
        }
        let capitals = scoring::capitals(scoring, &assessed.answers);
        let overall = scoring::overall(&capitals);
        let complete = overall.is_some() && case.standing.is_open() && case.goes_by(known);
        let after = if complete { case.after_reaching(Stage::Assessed) } else { case.after() };
        // Nobody was visited, so no clock begins, unless the household reaches a stage by it.
        let moved = after.stage != case.stage;
        let next_due = if moved { case.due(asked.policies, DueWhat::Referral, on)? } else { None };
        Ok(Decision::fact(HouseholdEvent::AssessmentRescored(AssessmentRescored {
            assessment: self.assessment,
            happened_on: on,
            surveyed_on: assessed.happened_on,
            scoring: policy,
            before: known.scoring.clone(),
            capitals,
            overall,
            after,
            next_due,
        })))
    }
}
