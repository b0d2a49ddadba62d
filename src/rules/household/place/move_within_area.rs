//! Record that a household moved within its province. Who may see it follows the new place at once.

use chrono::NaiveDate;
use events::facts::household::{Address, CaseworkerUnassigned, HouseholdEvent, MovedWithinArea, UnassignedBecause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::other_province;
use super::whereabouts::{self, Whereabouts};
use crate::rules::field::Fields;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Case, Household};
use crate::rules::{Asked, Decision, Needs, Others, Refusal};

/// Records a move to another house of the same province.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveWithinArea {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Where it lives now.
    pub place: Whereabouts,
    /// The new house, where known.
    #[serde(default)]
    pub address: Option<Address>,
}

impl Rule for MoveWithinArea {
    const RECORDS: &'static [&'static str] = &["MovedWithinArea", "CaseworkerUnassigned"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn needs(&self, household: &Household) -> Needs {
        let staff = household.case().and_then(|case| case.caseworker).into_iter().collect();
        Needs { staff, ..Needs::default() }
    }

    fn decide(&self, household: &Household, others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.placed_on);
        let place = self.place.place("/place", &mut fields);
        if place.is_some_and(|place| place.province() != case.place.province()) {
            other_province("/place/tambon", &mut fields);
        }
        if let Some(address) = &self.address {
            whereabouts::check_said("/address", address, &mut fields);
        }
        fields.finish()?;
        let place = place.ok_or(Refusal::Unknown(crate::rules::refusal::Thing::Place))?;
        if place == case.place && self.stays(case) {
            return Ok(Decision::already_so());
        }
        let mut facts = vec![HouseholdEvent::MovedWithinArea(MovedWithinArea {
            happened_on: on,
            from: case.place,
            place,
            address: self.address.as_ref().map(|it| whereabouts::sealed(it, asked)),
            wrong_check_digit: self.address.as_ref().is_some_and(whereabouts::wrong_check_digit),
        })];
        if let Some(caseworker) = case.caseworker {
            let holds = |it: &crate::rules::staff::Staff| it.holds("caseworker", &place, asked.today());
            if !others.staff.get(&caseworker).is_some_and(holds) {
                let because = UnassignedBecause::HouseholdMoved;
                let unassigned = CaseworkerUnassigned { happened_on: on, caseworker, because };
                facts.push(HouseholdEvent::CaseworkerUnassigned(unassigned));
            }
        }
        Ok(Decision::facts(facts))
    }
}

impl MoveWithinArea {
    /// Whether the house is no other than the one known.
    fn stays(&self, case: &Case) -> bool {
        let known = case.located.as_ref().and_then(|it| it.address.get());
        self.address.is_none() || self.address.as_ref() == known
    }
}
