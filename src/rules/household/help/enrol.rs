//! Enrol a household in an operating model: one place is taken, in the same append.

use chrono::NaiveDate;
use events::facts::case::{DueWhat, Stage};
use events::facts::household::{CapitalFound, Eligible, HouseholdEvent, ModelEnrolled};
use events::facts::model::{CapitalAtMost, ModelEvent, PlaceTaken};
use events::id::{HouseholdId, ModelId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Enrols the household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolInModel {
    /// The day it begins; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which model.
    pub model: ModelId,
}

impl Rule for EnrolInModel {
    const RECORDS: &'static [&'static str] = &["ModelEnrolled"];
    const BESIDE: &'static [&'static str] = &["PlaceTaken"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.open()?.reached(Stage::Assessed)
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { models: vec![self.model], ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.open()?;
        case.reached(Stage::Assessed)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        let model = others.models.get(&self.model).ok_or(Refusal::Unknown(Thing::Model))?.open()?;
        let mut fields = Fields::default();
        fields.not_before("/happened_on", on, model.opened_on);
        fields.finish()?;
        let id = HouseholdId(asked.target);
        if case.models.contains(&self.model) || model.taken_by.contains(&id) {
            return Err(Refusal::AlreadyEnrolled);
        }
        let assessed = case.last_complete();
        let level = assessed.and_then(|it| it.level);
        let found = |capital| {
            let score = assessed.and_then(|it| it.capitals.iter().find(|score| score.capital == capital));
            CapitalFound { capital, level: score.and_then(|score| score.level) }
        };
        let eligible = Eligible {
            level,
            able_to_work: case.composition.able_to_work.yes,
            capitals: model.eligibility.capitals.iter().map(|it| found(it.capital)).collect(),
            in_area: model.areas.iter().any(|area| case.place.is_in(*area)),
            policy: None,
        };
        if !eligible.in_area {
            return Err(Refusal::NotInArea);
        }
        if model.eligibility.level_at_most.is_some_and(|most| level.is_none_or(|level| level > most)) {
            return Err(Refusal::NotEligible("level"));
        }
        let poor = |it: &CapitalAtMost| found(it.capital).level.is_some_and(|level| level <= it.level_at_most);
        if !model.eligibility.capitals.iter().all(poor) {
            return Err(Refusal::NotEligible("capital"));
        }
        if eligible.able_to_work < model.eligibility.able_to_work_at_least {
            return Err(Refusal::NotEligible("able_to_work"));
        }
        if model.taken_by.len() >= model.places as usize {
            return Err(Refusal::NoPlaceLeft { places: model.places });
        }
        let next_due = case.due(asked.policies, DueWhat::FollowUp, on)?;
        Ok(Decision {
            household: vec![HouseholdEvent::ModelEnrolled(ModelEnrolled {
                model: self.model,
                happened_on: on,
                eligible,
                after: case.after_reaching(Stage::Referred),
                next_due,
            })],
            models: vec![(self.model, ModelEvent::PlaceTaken(PlaceTaken { household: id }))],
            ..Decision::default()
        })
    }
}
