//! Reverse help that did not arrive, was given twice, or went to another household.
//!
//! The household then stands where the facts put it without that help, as if it had never moved the stage. Where a later
//! fact rests on the help, such as a proposal to graduate, that one must be taken back first.

use chrono::NaiveDate;
use events::facts::household::{AssistanceReversed, HouseholdEvent, ReversedBecause};
use events::id::AssistanceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::{Resting, Thing};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Reverses a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseAssistance {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which delivery.
    pub assistance: AssistanceId,
    /// Why.
    pub because: ReversedBecause,
}

impl Rule for ReverseAssistance {
    const RECORDS: &'static [&'static str] = &["AssistanceReversed"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.any_help()
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let help = household.not_closed()?.help.get(&self.assistance).ok_or(Refusal::Unknown(Thing::Assistance))?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, help.on);
        fields.finish()?;
        if help.reversed {
            return Err(Refusal::HelpReversed);
        }
        let (without, surprises) = household.folded_without(Some(self.assistance));
        if !surprises.is_empty() {
            let resting = surprises
                .into_iter()
                .map(|(sequence, surprise)| Resting { sequence, event_type: surprise.event.to_owned() })
                .collect();
            return Err(Refusal::RestedOn(resting));
        }
        let without = without.ok_or(Refusal::Unknown(Thing::Household))?;
        Ok(Decision::fact(HouseholdEvent::AssistanceReversed(AssistanceReversed {
            assistance: self.assistance,
            happened_on: on,
            because: self.because,
            after: without.after(),
            next_due: without.next_due,
        })))
    }
}
