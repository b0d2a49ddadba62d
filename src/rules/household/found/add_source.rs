//! Note one more source that pointed to a household.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, Source, SourceAdded};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Adds a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddSource {
    /// The day it pointed to the household; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who or what.
    pub source: Source,
}

impl Rule for AddSource {
    const RECORDS: &'static [&'static str] = &["SourceAdded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        if case.sources.contains(&self.source) {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::SourceAdded(SourceAdded { happened_on: on, source: self.source })))
    }
}
