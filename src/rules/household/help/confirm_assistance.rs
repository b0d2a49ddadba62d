//! Note what the household says of help that was delivered.

use chrono::NaiveDate;
use events::facts::household::{AssistanceConfirmed, ConfirmedHow, HouseholdEvent, Received};
use events::id::AssistanceId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::refusal::Thing;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes the household's word. It may say otherwise later; the same twice is once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAssistance {
    /// The day the household said so; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which delivery.
    pub assistance: AssistanceId,
    /// How.
    pub how: ConfirmedHow,
    /// What arrived.
    pub received: Received,
}

impl Rule for ConfirmAssistance {
    const RECORDS: &'static [&'static str] = &["AssistanceConfirmed"];

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
        if help.confirmed == Some(self.received) {
            return Err(Refusal::AlreadyConfirmed);
        }
        Ok(Decision::fact(HouseholdEvent::AssistanceConfirmed(AssistanceConfirmed {
            assistance: self.assistance,
            happened_on: on,
            how: self.how,
            received: self.received,
        })))
    }
}
