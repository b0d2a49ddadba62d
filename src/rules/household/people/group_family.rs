//! Group members of one house into families.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::facts::household::{FamilyGrouped, HouseholdEvent};
use events::id::{FamilyId, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rules::field::{ENTRIES, Fields};
use crate::rules::household::rule::Rule;
use crate::rules::household::state::{Household, Member};
use crate::rules::{Asked, Decision, Others, Refusal};

/// Says who is one family. Grouping a family again replaces who belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupFamily {
    /// The day somebody said so; today when left out.
    #[serde(default)]
    pub happened_on: Option<NaiveDate>,
    /// A family grouped before, or an id that the client chooses; a new one when left out.
    #[serde(default)]
    pub family: Option<FamilyId>,
    /// Everybody who is of it.
    pub members: Vec<PersonId>,
}

impl Rule for GroupFamily {
    const RECORDS: &'static [&'static str] = &["FamilyGrouped"];

    fn ready(household: &Household, _asked: &Asked<'_>) -> Result<(), Refusal> {
        household.not_closed()?.present().next().map(|_| ()).ok_or(Refusal::NotAMember)
    }

    fn decide(&self, household: &Household, _others: &Others, asked: &Asked<'_>) -> Result<Decision, Refusal> {
        let case = household.not_closed()?;
        let on = asked.on(self.happened_on);
        let mut fields = Fields::default();
        fields.happened("/happened_on", on, asked.today());
        fields.not_before("/happened_on", on, case.identified_on);
        fields.entries("/members", self.members.len(), 1, ENTRIES);
        for (at, person) in self.members.iter().enumerate() {
            let pointer = format!("/members/{at}");
            if case.members.get(person).is_none_or(|it| it.left_on.is_some()) {
                fields.wrong(pointer, "not_a_member", "ไม่ใช่สมาชิกครัวเรือนนี้", "is no member of this household now");
            } else if self.members.iter().take(at).any(|before| before == person) {
                fields.wrong(pointer, "named_twice", "ระบุซ้ำ", "is named twice");
            }
        }
        fields.finish()?;
        // The same people without a name are the family that they are already.
        let first = self.members.first().and_then(|person| case.members.get(person)?.family);
        let same = self.family.or(first.filter(|known| {
            let of_it = |(_, it): &(&PersonId, &Member)| it.family == Some(*known);
            case.members.iter().filter(of_it).map(|(person, _)| person).eq(self.members.iter().collect::<BTreeSet<_>>())
        }));
        let family = same.unwrap_or_else(|| FamilyId(asked.mint("family")));
        let grouped = || case.members.iter().filter(|(_, it)| it.family == Some(family)).map(|(person, _)| person);
        if grouped().count() == self.members.len() && grouped().all(|person| self.members.contains(person)) {
            return Ok(Decision::already_so());
        }
        Ok(Decision::fact(HouseholdEvent::FamilyGrouped(FamilyGrouped {
            happened_on: on,
            family,
            members: self.members.clone(),
        })))
    }
}
