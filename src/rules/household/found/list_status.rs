//! Note what a state list of one date says of a household.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ListStatus, ListStatusRecorded, StateList};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Records what one state list of one date says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordListStatus {
    /// The day somebody looked; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Which list.
    pub list: StateList,
    /// The date of that list.
    pub list_date: NaiveDate,
    /// What it says.
    pub status: ListStatus,
}

impl Rule for RecordListStatus {
    const RECORDS: &'static [&'static str] = &["ListStatusRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.happened("/list_date", self.list_date, asked.today());
        // Nobody reads a list before it is made.
        if self.list_date > on && on <= asked.today() && self.list_date <= asked.today() {
            let (th, en) =
                (format!("บัญชีต้องไม่ใหม่กว่าวันที่ตรวจ ({on})"), format!("must not be later than {on}, when somebody looked"));
            fields.wrong("/list_date", "too_late", th, en);
        }
        fields.finish()?;
        // What is known of that list already is not told again.
        let told = household.facts().iter().zip(1u64..).filter(|(_, sequence)| !household.is_retracted(*sequence));
        let of_list = told.filter_map(
            |(fact, _)| {
                if let HouseholdEvent::ListStatusRecorded(it) = fact { Some(it) } else { None }
            },
        );
        let known = of_list.filter(|it| (it.list, it.list_date) == (self.list, self.list_date)).last();
        if known.is_some_and(|it| it.status == self.status) {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::ListStatusRecorded(ListStatusRecorded {
            happened_on: on,
            list: self.list,
            list_date: self.list_date,
            status: self.status,
        })))
    }
}
