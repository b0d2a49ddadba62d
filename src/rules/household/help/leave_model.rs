//! Leave an operating model: the place is free again, in the same append.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, LeftModelBecause, ModelLeft};
use events::facts::model::{ModelEvent, PlaceFreed};
use events::id::{HouseholdId, ModelId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Notes that the household leaves a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveModel {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which model.
    pub model: ModelId,
    /// Why.
    pub because: LeftModelBecause,
}

impl Rule for LeaveModel {
    const RECORDS: &'static [&'static str] = &["ModelLeft"];
    const BESIDE: &'static [&'static str] = &["PlaceFreed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        if household.not_closed()?.models.is_empty() { Err(Refusal::NotEnrolled) } else { Ok(()) }
    }

    fn needs(&self, _household: &Household) -> Needs {
        Needs { models: vec![self.model], ..Needs::default() }
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        if !case.models.contains(&self.model) {
            return Err(Refusal::NotEnrolled);
        }
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, enrolled_on(household, self.model).unwrap_or(case.identified_on));
        fields.by_hand("/because", !self.because.is_of_the_system());
        fields.finish()?;
        let left = ModelLeft { model: self.model, happened_on: on, because: self.because };
        let freed = PlaceFreed { household: HouseholdId(asked.target) };
        Ok(Decision {
            household: vec![HouseholdEvent::ModelLeft(left)],
            models: vec![(self.model, ModelEvent::PlaceFreed(freed))],
            ..Decision::default()
        })
    }
}

/// The day the household last joined a model.
pub(super) fn enrolled_on(household: &Household, model: ModelId) -> Option<NaiveDate> {
    household.facts().iter().rev().find_map(|fact| {
        if let HouseholdEvent::ModelEnrolled(it) = fact
            && it.model == model
        {
            return Some(it.happened_on);
        }
        None
    })
}
