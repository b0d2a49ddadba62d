//! Assess the five capitals with a known instrument.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{Answers, Evidence, HouseholdAssessed, HouseholdEvent};
use events::id::AssessmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::assessment::money::Money;
use crate::rules::household::assessment::scoring;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::instrument::Instrument;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Assesses the household.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assess {
    /// The day of the survey; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Instrument and version.
    pub instrument: String,
    /// Answers by indicator code; one left out was not answered.
    #[schema(value_type = Object)]
    pub answers: Answers,
    /// Money.
    #[serde(default)]
    pub money: Money,
    /// How surely the income is known.
    pub income_evidence: Evidence,
}

impl Rule for Assess {
    const RECORDS: &'static [&'static str] = &["HouseholdAssessed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        let case = household.not_closed()?;
        case.reached(Stage::Verified)?;
        if case.composition.living == 0 { Err(Refusal::NobodyLivesThere) } else { Ok(()) }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        case.reached(Stage::Verified)?;
        let on = asked.on(self.happened_on);
        let instrument = Instrument::named(&self.instrument)?;
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        instrument.check(&self.answers, &mut fields);
        self.money.check("/money", &mut fields);
        fields.finish()?;
        let residents = case.composition.living;
        if residents == 0 {
            return Err(Refusal::NobodyLivesThere);
        }
        let (scoring, policy) = asked.policies.scoring(&case.province(), on)?;
        if scoring.instrument != self.instrument {
            return Err(Refusal::UnknownInstrument(self.instrument.clone()));
        }
        let capitals = scoring::capitals(scoring, &self.answers);
        let overall = scoring::overall(&capitals);
        let complete = overall.is_some() && case.standing.is_open();
        let after = if complete { case.after_reaching(Stage::Assessed) } else { case.after() };
        let what = match after.stage {
            Stage::Identified | Stage::Verified | Stage::Assessed => DueWhat::Referral,
            Stage::Referred | Stage::Assisted | Stage::Graduated => DueWhat::FollowUp,
        };
        let next_due = if complete { case.due(asked.policies, what, on)? } else { None };
        let reassess_due = if overall.is_some() { case.reassessed_after(asked.policies, on)? } else { None };
        Ok(Decision::fact(HouseholdEvent::HouseholdAssessed(HouseholdAssessed {
            assessment: AssessmentId(asked.mint("assessment")),
            happened_on: on,
            instrument: self.instrument.clone(),
            scoring: policy,
            answers: self.answers.clone(),
            capitals,
            overall,
            deprived: instrument.deprived(&self.answers),
            money: self.money.totals(residents),
            income_evidence: self.income_evidence,
            after,
            next_due,
            reassess_due,
        })))
    }
}
