//! Note that a member left: composition is computed anew.

use chrono::NaiveDate;
use events::facts::household::{HouseholdEvent, LeftBecause, MemberLeft};
use events::id::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::Fields;
use crate::rules::household::people::composition;
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes that a member left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveMember {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub person: PersonId,
    /// Why.
    pub because: LeftBecause,
}

impl Rule for RemoveMember {
    const RECORDS: &'static [&'static str] = &["MemberLeft"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
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
        member.left_on = Some(on);
        Ok(Decision::fact(HouseholdEvent::MemberLeft(MemberLeft {
            happened_on: on,
            person: self.person,
            because: self.because,
            composition: composition::of(members.values(), on),
        })))
    }
}
