//! Record that a member lives in the house, or stands in its register, otherwise than before.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, ResidenceStatusChanged};
use events::facts::people::ResidenceStatus;
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Changes a member's residence status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeResidenceStatus {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub person: PersonId,
    /// Registered, living there, or both, from now on.
    pub residence: ResidenceStatus,
}

impl Rule for ChangeResidenceStatus {
    const RECORDS: &'static [&'static str] = &["ResidenceStatusChanged"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.present().next().map(|_| ()).ok_or(Refusal::NotAMember)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut members = case.members.clone();
        let member = members.get_mut(&self.person).filter(|it| it.left_on.is_none()).ok_or(Refusal::NotAMember)?;
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, member.joined_on);
        fields.finish()?;
        if member.residence == self.residence {
            return Ok(Decision::already_so());
        }
        member.residence = self.residence;
        Ok(Decision::fact(HouseholdEvent::ResidenceStatusChanged(ResidenceStatusChanged {
            happened_on: on,
            person: self.person,
            residence: self.residence,
            composition: composition::of(members.values(), on),
        })))
    }
}
