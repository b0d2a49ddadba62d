//! Say anew how urgent a need is: the household's own word stands beside the scores of a survey.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, NeedPrioritised, PrioritisedBy};
use events::id::NeedId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::close_need::some_open;
use super::need::check_priority;
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Says how urgent a need is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrioritiseNeed {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which need.
    pub need: NeedId,
    /// 1 most urgent to 5.
    pub priority: u8,
    /// Who says so.
    pub by: PrioritisedBy,
}

impl Rule for PrioritiseNeed {
    const RECORDS: &'static [&'static str] = &["NeedPrioritised"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        some_open(household.not_closed()?)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let need = case.open_need(self.need)?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, need.on);
        check_priority(&mut fields, self.priority);
        fields.finish()?;
        if (need.priority, need.prioritised_by) == (self.priority, Some(self.by)) {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::NeedPrioritised(NeedPrioritised {
            need: self.need,
            happened_on: on,
            priority: self.priority,
            by: self.by,
        })))
    }
}
