//! Note income between assessments.

use chrono::NaiveDate;
use events::facts::household::{Evidence, HouseholdEvent, IncomeRecorded};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::assessment::money::Money;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes income between assessments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordIncome {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Money.
    pub money: Money,
    /// How surely it is known.
    pub evidence: Evidence,
}

impl Rule for RecordIncome {
    const RECORDS: &'static [&'static str] = &["IncomeRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.entries("/money/incomes", self.money.incomes.len(), 1, 40);
        self.money.check("/money", &mut fields);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::IncomeRecorded(IncomeRecorded {
            happened_on: on,
            money: self.money.totals(case.composition.living),
            evidence: self.evidence,
        })))
    }
}
