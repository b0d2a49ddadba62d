//! Record where the house stands, and mend what was noted wrongly.

use chrono::NaiveDate;
use events::facts::household::{Address, AddressCorrected, AddressRecorded, HouseholdEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::whereabouts::{self, Whereabouts};
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Records the address: for the first time, or as it is from now on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordAddress {
    /// The day from which it holds; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Where the house stands.
    pub address: Address,
}

impl Rule for RecordAddress {
    const RECORDS: &'static [&'static str] = &["AddressRecorded"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        // What is known of the house in between would be undone by what was true before.
        let since = case.located.as_ref().map_or(case.placed_on, |it| it.since.max(case.placed_on));
        fields.not_before("/happened_on", on, since);
        whereabouts::check_said("/address", &self.address, &mut fields);
        fields.finish()?;
        if case.located.as_ref().and_then(|it| it.address.get()) == Some(&self.address) {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::AddressRecorded(AddressRecorded {
            happened_on: on,
            address: whereabouts::sealed(&self.address, asked),
            wrong_check_digit: whereabouts::wrong_check_digit(&self.address),
        })))
    }
}

/// Corrects the address, the area, or both: what was noted was never true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectAddress {
    /// The day the slip was mended; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// The address as it should have been noted, as a whole.
    #[serde(default)]
    pub address: Option<Address>,
    /// The area as it should have been noted, within the same province.
    #[serde(default)]
    pub place: Option<Whereabouts>,
}

impl Rule for CorrectAddress {
    const RECORDS: &'static [&'static str] = &["AddressCorrected"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.known().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        // A slip can be mended on a closed case too: the register must be right when it opens again.
        let case = household.known()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        if self.address.is_none() && self.place.is_none() {
            fields.wrong("/address", "missing", "ต้องระบุที่อยู่หรือพื้นที่", "give the address or the place, or both");
        }
        if let Some(address) = &self.address {
            whereabouts::check_said("/address", address, &mut fields);
        }
        let place = self.place.and_then(|it| it.place("/place", &mut fields));
        if place.is_some_and(|place| place.province() != case.place.province()) {
            other_province("/place/tambon", &mut fields);
        }
        fields.finish()?;
        let known = case.located.as_ref();
        let since = match (&self.address, known) {
            (Some(_), None) => return Err(Refusal::NoAddress),
            (Some(_), Some(known)) => Some(known.since),
            (None, _) => None,
        };
        let place = place.filter(|place| *place != case.place);
        let address = self.address.as_ref().filter(|it| known.and_then(|known| known.address.get()) != Some(it));
        if place.is_none() && address.is_none() {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::AddressCorrected(AddressCorrected {
            happened_on: on,
            since: since.filter(|_| address.is_some()),
            place,
            address: address.map(|it| whereabouts::sealed(it, asked)),
            wrong_check_digit: address.is_some_and(whereabouts::wrong_check_digit),
        })))
    }
}

/// Case numbers, policies and reports belong to one province: a household that leaves it has moved away.
pub(super) fn other_province(pointer: &str, fields: &mut Fields) {
    fields.wrong(
        pointer,
        "other_province",
        "อยู่คนละจังหวัด ต้องบันทึกว่าย้ายออก",
        "lies in another province: the household has moved away then",
    );
}
