//! Note another member: composition is computed anew.

use chrono::NaiveDate;
use events::facts::people::Relation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields};
use crate::rules::household::people::composition;
use crate::rules::household::people::person::{Person, same_citizen_id};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::Household;
use crate::rules::{Asked, Decision, Others, Refusal};

/// Notes another member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// The day; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// Who.
    pub member: Person,
}

impl Rule for AddMember {
    const RECORDS: &'static [&'static str] = &["MemberJoined"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed().map(|_| ())
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        let before = self.member.person.and_then(|id| case.members.get(&id));
        // Who comes back comes after leaving.
        if let Some(left_on) = before.and_then(|it| it.left_on) {
            fields.not_before("/happened_on", on, left_on);
        }
        fields.entries("/member", case.present().count() + 1, 0, ENTRIES);
        self.member.check("/member", on, &mut fields);
        let citizen_id = self.member.details.citizen_id;
        let others = || case.present().filter_map(|(_, it)| it.details.get());
        if citizen_id.is_some() && others().any(|it| it.citizen_id == citizen_id) {
            same_citizen_id("/member/details", &mut fields);
        }
        fields.finish()?;
        if self.member.relation == Relation::Head && case.present().any(|(_, it)| it.relation == Relation::Head) {
            return Err(Refusal::SecondHead);
        }
        match before {
            Some(before) if before.left_on.is_none() => return Err(Refusal::IdTaken),
            Some(before) if before.died => return Err(Refusal::HasDied),
            Some(before) if before.details.is_erased() => return Err(Refusal::PersonErased),
            Some(_) | None => {}
        }
        Ok(Decision::facts(composition::joining_to(&case.members, std::slice::from_ref(&self.member), on, asked)))
    }
}
