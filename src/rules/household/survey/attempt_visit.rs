//! Note a visit in vain.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, NotMet, VisitAttempted};
use events::id::VisitId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes a visit in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptVisit {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Why nobody was met.
    pub because: NotMet,
}

impl Rule for AttemptVisit {
    const RECORDS: &'static [&'static str] = &["VisitAttempted"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.finish()?;
        Ok(Decision::fact(HouseholdEvent::VisitAttempted(VisitAttempted {
            visit: VisitId(asked.mint("visit")),
            happened_on: on,
            because: self.because,
        })))
    }
}
